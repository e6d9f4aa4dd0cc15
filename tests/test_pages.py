"""Every GET page of the house, for every role, over the demo story: it answers and keeps to the rules."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.test_architecture import PAGES
from tests.world import arguments

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(r"<(?:script|link|img|iframe|source)[^>]+(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE)


def addresses() -> list[tuple[str, str]]:
    found = []
    for space, route in PAGES:
        filled = arguments(space, route)
        assert filled is not None, f"The story has no row for {space}:{route.name}: tell one."
        found.append((f"{space}:{route.name}", reverse(f"{space}:{route.name}", kwargs=filled)))
    return found


def test_every_page_answers_every_role_and_keeps_to_the_rules(story: None, signed_in: Callable[[User], Client]) -> None:
    faults = []
    roles = ("viewer", "agent", "lead", "manager", "admin")
    doors = {role: signed_in(User.objects.filter(role=role).first()) for role in roles}
    for name, address in addresses():
        anonymous = Client().get(address)
        if anonymous.status_code not in (302, 405) or (
            anonymous.status_code == 302 and not anonymous["Location"].startswith("/sign-in/")
        ):
            faults.append(f"{name} answers {anonymous.status_code} to somebody who has not signed in")
        for role, door in doors.items():
            answer = door.get(address)
            page = answer.getvalue().decode(errors="replace")
            if answer.status_code not in (200, 302, 403, 405):
                faults.append(f"{name} {address} answers {answer.status_code} to the {role}")
            policy = answer.get("Content-Security-Policy", "")
            if "script-src 'self'" not in policy and "default-src 'none'; sandbox" not in policy:
                faults.append(f"{name} has no content security policy")
            for rule, broken in (("inline", INLINE), ("from elsewhere", ELSEWHERE)):
                if found := broken.search(page):
                    faults.append(f"{name} has something {rule}: {found[0]}")
    assert not sorted(set(faults)), "\n".join(sorted(set(faults)))


def test_reading_changes_nothing(story: None, signed_in: Callable[[User], Client]) -> None:
    from accounts.models import Entry

    lin, before = User.objects.get(email="lin@fairlight.example"), Entry.objects.count()
    client = signed_in(lin)
    for _, address in addresses():
        client.get(address)
    assert Entry.objects.count() == before


def test_what_does_not_exist_and_what_one_may_not_see_look_alike(as_ada: Client) -> None:
    assert as_ada.get("/complaints/C-999999/").status_code == as_ada.get("/no/such/page/").status_code == 404


@pytest.mark.parametrize("space_and_route", PAGES, ids=[f"{space}:{route.name}" for space, route in PAGES])
def test_every_act_refuses_somebody_who_has_not_signed_in(space_and_route: tuple, db: None) -> None:
    space, route = space_and_route
    filled = dict.fromkeys(route.pattern.converters, "1")
    answer = Client().post(reverse(f"{space}:{route.name}", kwargs=filled))
    assert answer.status_code in (302, 405)
    assert answer.status_code == 405 or answer["Location"].startswith("/sign-in/")
