from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Grant
from tests.make import make_account


@pytest.fixture
def asked(ada: User, harbour: Account) -> Grant:
    return Grant.objects.give(by=ada, account=harbour, amount=Decimal(85), what="a day’s work", why="A clerk lost it.")


def test_a_manager_approves_what_waits(asked: Grant, vic: User) -> None:
    asked.approve(by=vic)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("approved", vic)
    assert Entry.objects.about([asked.ref])[0].act == "approved"


def test_a_second_decision_is_refused(asked: Grant, vic: User) -> None:
    asked.decline(by=vic, reason="Too much.")
    with pytest.raises(Refused, match="does not wait any more: it is declined"):
        asked.approve(by=vic)


def test_declining_without_a_reason_is_refused(asked: Grant, vic: User) -> None:
    with pytest.raises(Refused, match="Say why not"):
        asked.decline(by=vic, reason=" ")


def test_an_agent_does_not_approve(asked: Grant, ada: User) -> None:
    with pytest.raises(Forbidden, match="takes a manager"):
        asked.approve(by=ada)


def test_nobody_approves_what_they_asked_for_themselves(vic: User, harbour: Account) -> None:
    own = Grant.objects.give(by=vic, account=harbour, amount=Decimal(85), what="a day’s work")
    with pytest.raises(Refused, match="You asked for this yourself"):
        own.approve(by=vic)


def test_vic_finds_it_first_on_the_page_and_approves_there(as_vic: Client, asked: Grant) -> None:
    page = as_vic.get("/goodwill/").content.decode()
    assert "Waits for you" in page and f"/goodwill/{asked.ref}/approval/" in page
    assert as_vic.post(f"/goodwill/{asked.ref}/approval/").status_code == 302
    assert "A clerk lost it." in as_vic.get(f"/goodwill/{asked.ref}/").content.decode()
    again = as_vic.post(f"/goodwill/{asked.ref}/declining/", {"reason": "Late."})
    assert again.status_code == 409 and "does not wait any more" in again.content.decode()


def test_declining_on_the_page_asks_for_the_reason(as_vic: Client, asked: Grant) -> None:
    answer = as_vic.post(f"/goodwill/{asked.ref}/declining/", {"reason": ""})
    assert answer.status_code == 422 and "Say why not" in answer.content.decode()


def test_the_api_refuses_in_the_same_words(api: Callable[..., APIClient], asked: Grant, vic: User, ada: User) -> None:
    no = api(ada).post(f"/api/v1/grants/{asked.ref}/approval/", {}, format="json")
    assert no.status_code == 403 and "to approve above an allowance takes a manager" in no.data["title"]
    assert api(vic).post(f"/api/v1/grants/{asked.ref}/approval/", {}, format="json").data["state"] == "approved"
    again = api(vic).post(f"/api/v1/grants/{asked.ref}/declining/", {"reason": "No."}, format="json")
    assert again.status_code == 409 and "does not wait any more" in again.data["title"]


def test_the_page_asks_the_same_number_of_queries_for_two_rows_and_for_twenty(
    as_vic: Client, ada: User, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(20):
        account = make_account(f"Account {number}", by=ada)
        Grant.objects.give(by=ada, account=account, amount=Decimal(85), what="a day’s work")
    with django_assert_max_num_queries(12):
        as_vic.get("/goodwill/")
