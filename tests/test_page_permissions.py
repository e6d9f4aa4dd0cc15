"""Who may open which page, and who changes nothing by it: made from the URL conf and compared with the table."""

from collections.abc import Callable

from django.db import transaction
from django.test import Client

from accounts.models import Entry, User
from tests.permissions import OPENS
from tests.test_pages import addresses

ROLES = ["viewer", "agent", "lead", "manager", "admin"]
OWN = {
    "people:token",
    "people:revocation",
    "people:theme",
    "people:feed",
    "people:withdrawal",
    "people:sighting",
    "people:sightings",
    "whys:bringing_back",
    "whys:putting_away",
}  # what everybody may do for themselves


def test_the_lowest_role_that_opens_each_page_is_the_one_in_the_table(
    story: None, signed_in: Callable[[User], Client]
) -> None:
    doors = {role: signed_in(User.objects.filter(role=role).first()) for role in ROLES}
    found = {}
    for name, address in addresses():
        codes = {role: doors[role].get(address).status_code for role in ROLES}
        opens = [role for role in ROLES if codes[role] in (200, 302)]
        found[name] = opens[0] if opens else "nobody: an act" if set(codes.values()) == {405} else str(codes)
    wrong = [
        f'"{name}": "{role}",  # the table says {OPENS.get(name)}'
        for name, role in found.items()
        if OPENS.get(name) != role
    ]
    wrong += [f"{name} is in the table and no longer exists" for name in OPENS if name not in found]
    assert not wrong, "\n".join(wrong)


def test_a_viewer_changes_nothing_by_any_act_of_the_pages(story: None, signed_in: Callable[[User], Client]) -> None:
    client, before, open_doors = signed_in(User.objects.filter(role="viewer").first()), Entry.objects.count(), []
    for name, address in addresses():
        if name in OWN:
            continue
        with transaction.atomic():
            answer = client.post(address, {})
        if answer.status_code not in (403, 404, 405, 409, 422):
            open_doors.append(f"{name} answers {answer.status_code}")
    assert not open_doors, "\n".join(open_doors)
    assert Entry.objects.count() == before
