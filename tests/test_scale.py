"""The made-up house: the same for the same numbers, whole enough for every page, and never in a house of true rows."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Account, User
from rca.models import Affected, Cause, Complaint
from seeds.scale import Size, fill, roster_cause, told
from tests.make import make_complaint

UNTIL = datetime(2026, 3, 10, 10, 40, tzinfo=UTC)
SMALL = Size.of(300, 40)


def test_the_same_numbers_tell_the_same_complaints() -> None:
    once, again = (list(told(SMALL, 1, 1, 1, [1, 2], UNTIL)) for _ in range(2))
    assert once == again and len(once) == 300 and len({one.words for one in once}) == 300


def test_a_made_up_house_answers_on_its_pages(db: None, signed_in: Callable[[User], Client], lin: User) -> None:
    fill(SMALL, until=UNTIL, say=lambda line: None)
    assert Complaint.objects.count() == 300 and Account.objects.count() == 40 and Cause.objects.count() == 20
    assert Affected.objects.filter(cause=roster_cause()).count() >= 20
    client = signed_in(lin)
    last = Complaint.objects.latest("pk")
    for path in ("/", "/complaints/", "/search/?q=invoice", last.get_absolute_url(), last.account.get_absolute_url(),
                 roster_cause().get_absolute_url()):  # fmt: skip
        assert client.get(path).status_code == 200, path


def test_the_next_complaint_by_hand_gets_the_next_number(ada: User) -> None:
    fill(SMALL, until=UNTIL, say=lambda line: None)
    last = Complaint.objects.latest("pk").pk
    assert make_complaint(Account.objects.latest("pk"), by=ada).pk > last


def test_it_stays_out_of_a_house_that_has_complaints(ada: User, harbour: Account) -> None:
    make_complaint(harbour, by=ada)
    with pytest.raises(CommandError, match="complaints here already"):
        call_command("make_scale", complaints=10, accounts=2)


def test_it_stays_out_of_real_use(db: None, settings: object) -> None:
    settings.TRIAL = False
    with pytest.raises(CommandError, match="This house is real"):
        call_command("make_scale", complaints=10, accounts=2)
