from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.utils.timezone import localdate
from rest_framework.test import APIClient

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Allowance, Grant
from tests.make import make_account, make_allowance, make_complaint


def test_inside_the_allowance_nobody_is_asked(ada: User, vic: User, harbour: Account) -> None:
    allowance = make_allowance(ada, by=vic)
    grant = Grant.objects.give(by=ada, account=harbour, amount=Decimal(12), what="postage")
    allowance.refresh_from_db()
    assert (grant.state, grant.allowance, allowance.left) == ("given", allowance, Decimal(88))


def test_above_what_is_left_it_waits_and_is_not_counted(ada: User, vic: User, harbour: Account) -> None:
    allowance = make_allowance(ada, by=vic)
    Grant.objects.give(by=ada, account=harbour, amount=Decimal("88.01"), what="a courier")
    grant = Grant.objects.give(by=ada, account=harbour, amount=Decimal(12), what="postage")
    allowance.refresh_from_db()
    assert (grant.state, grant.allowance, allowance.spent) == ("waiting", None, Decimal("88.01"))


def test_without_an_allowance_every_grant_waits(ada: User, harbour: Account) -> None:
    assert Grant.objects.give(by=ada, account=harbour, amount=Decimal(1), what="postage").state == "waiting"


def test_an_allowance_of_last_month_does_not_count(ada: User, vic: User, harbour: Account) -> None:
    today = localdate()
    Allowance.objects.allow(by=vic, person=ada, amount=Decimal(100), first=today - timedelta(days=30),
                            last=today - timedelta(days=1))  # fmt: skip
    assert Grant.objects.give(by=ada, account=harbour, amount=Decimal(1), what="postage").state == "waiting"


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "NaN", "Infinity", "1e20"])
def test_a_sum_that_is_none_is_refused(ada: User, harbour: Account, amount: str) -> None:
    with pytest.raises(Refused):
        Grant.objects.give(by=ada, account=harbour, amount=Decimal(amount), what="postage")


def test_the_same_grant_at_once_counts_once(ada: User, vic: User, harbour: Account) -> None:
    allowance = make_allowance(ada, by=vic)
    Grant.objects.give(by=ada, account=harbour, amount=Decimal(12), what="postage")
    with pytest.raises(Refused, match="a moment ago"):
        Grant.objects.give(by=ada, account=harbour, amount=Decimal(12), what="postage")
    allowance.refresh_from_db()
    assert allowance.spent == 12


def test_a_complaint_of_somebody_else_is_refused(ada: User, harbour: Account) -> None:
    other = make_complaint(make_account("Globex", by=ada), by=ada)
    with pytest.raises(Refused, match="is from Globex, not from Harbour Books"):
        Grant.objects.give(by=ada, account=harbour, amount=Decimal(12), what="postage", complaint=other)


def test_a_viewer_may_not_make_good(noor: User, harbour: Account) -> None:
    with pytest.raises(Forbidden, match="to make good takes an agent"):
        Grant.objects.give(by=noor, account=harbour, amount=Decimal(12), what="postage")


def test_a_grant_is_in_the_ledger_of_the_account_and_the_complaint(ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    grant = Grant.objects.give(by=ada, account=harbour, amount=Decimal(12), what="postage", complaint=complaint)
    entry = Entry.objects.about([grant.ref])[0]
    assert (entry.act, set(entry.about)) == ("granted", {grant.ref, harbour.ref, complaint.ref})


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_against_room_for_five_give_exactly_five(ada: User, vic: User, harbour: Account) -> None:
    allowance = make_allowance(ada, by=vic, amount="50")

    def give(number: int) -> str:
        try:
            return Grant.objects.give(by=ada, account=harbour, amount=Decimal(10), what=f"token {number}").state
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        states = list(threads.map(give, range(20)))
    allowance.refresh_from_db()
    assert sorted(states) == ["given"] * 5 + ["waiting"] * 15 and allowance.spent == 50


def test_two_allowances_never_overlap_and_nobody_sets_their_own(ada: User, vic: User) -> None:
    make_allowance(ada, by=vic)
    with pytest.raises(Refused, match="has an allowance for some of these days already"):
        make_allowance(ada, by=vic)
    with pytest.raises(Refused, match="Nobody sets their own allowance"):
        make_allowance(vic, by=vic)
    with pytest.raises(Forbidden):
        make_allowance(vic, by=ada)


def test_ada_makes_good_on_the_page_and_sees_what_is_left(
    as_ada: Client, ada: User, vic: User, harbour: Account
) -> None:
    make_allowance(ada, by=vic)
    answer = as_ada.post("/goodwill/grant/", {"account": "Harbour", "amount": "£12.50", "what": "postage"})
    assert answer.status_code == 302 and Grant.objects.get().amount == Decimal("12.50")
    page = as_ada.get("/goodwill/").content.decode()
    assert "£87.50 left to make good with" in page and Grant.objects.get().ref in page


def test_a_form_with_errors_keeps_what_was_typed(as_ada: Client) -> None:
    answer = as_ada.post("/goodwill/grant/", {"account": "", "amount": "a lot", "what": "postage"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Write a sum of money" in page and 'value="postage"' in page


def test_through_the_api_too(api: Callable[..., APIClient], ada: User, vic: User, harbour: Account) -> None:
    make_allowance(ada, by=vic)
    body = {"account": harbour.ref, "amount": "12.00", "what": "postage"}
    answer = api(ada).post("/api/v1/grants/", body, format="json")
    assert answer.status_code == 201 and answer.data["state"] == "given"
    assert api(ada).get("/api/v1/allowances/").data["results"][0]["left"] == "88.00"
    assert api(vic).get(f"/api/v1/grants/{answer.data['ref']}/").data["by"] == ada.email
