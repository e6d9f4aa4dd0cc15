from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate
from rest_framework.test import APIClient

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import AccountReview, Task
from tests.make import make_account

WEEK = timedelta(days=7)


def test_a_review_is_planned_and_holding_it_plans_the_next(ada: User, harbour: Account) -> None:
    review = AccountReview.objects.plan(by=ada, account=harbour, due=localdate())
    following = review.hold(by=ada, seen="Quiet.", decision="Go on.", next_on=localdate() + WEEK)
    assert (following.due, following.held_at) == (localdate() + WEEK, None)
    assert Entry.objects.about([harbour.ref]).filter(act="reviewed").get().words == "Go on."


def test_one_review_of_a_kind_is_planned_at_a_time(ada: User, harbour: Account) -> None:
    AccountReview.objects.plan(by=ada, account=harbour, due=localdate())
    with pytest.raises(Refused, match="is planned already"):
        AccountReview.objects.plan(by=ada, account=harbour, due=localdate() + WEEK)


def test_without_a_next_date_it_is_not_held(ada: User, harbour: Account) -> None:
    review = AccountReview.objects.plan(by=ada, account=harbour, due=localdate())
    with pytest.raises(Refused, match="there is always such a day"):
        review.hold(by=ada, seen="", decision="Go on.", next_on=None)
    with pytest.raises(Refused, match="is not ahead"):
        review.hold(by=ada, seen="", decision="Go on.", next_on=localdate())


def test_it_is_held_once(ada: User, harbour: Account) -> None:
    review = AccountReview.objects.plan(by=ada, account=harbour, due=localdate())
    review.hold(by=ada, seen="", decision="Go on.", next_on=localdate() + WEEK)
    with pytest.raises(Refused, match="was held on"):
        review.hold(by=ada, seen="", decision="Go on.", next_on=localdate() + WEEK)


def test_a_viewer_plans_nothing(noor: User, harbour: Account) -> None:
    with pytest.raises(Forbidden):
        AccountReview.objects.plan(by=noor, account=harbour, due=localdate())
    with pytest.raises(Forbidden):
        Task.objects.set(by=noor, account=harbour, what="Ring them", owner=noor, due=localdate())


def test_a_task_is_done_once_and_with_what_came_of_it(ada: User, harbour: Account) -> None:
    task = Task.objects.set(by=ada, account=harbour, what="Ring them", owner=ada, due=localdate())
    with pytest.raises(Refused, match="what came of it"):
        task.finish(by=ada, outcome="")
    task.finish(by=ada, outcome="All is well.")
    with pytest.raises(Refused, match="already"):
        task.finish(by=ada, outcome="Again.")
    assert Entry.objects.about([harbour.ref])[0].words == "All is well."


def test_the_page_plans_and_holds_with_days_in_plain_words(as_ada: Client, harbour: Account) -> None:
    assert as_ada.post("/health/plan/", {"account": "Harbour", "kind": "ninety", "due": "today"}).status_code == 302
    review = AccountReview.objects.get()
    assert "Hold it" in as_ada.get("/health/").content.decode()
    bad = as_ada.post(f"/health/review/{review.pk}/", {"decision": "Go on.", "next_on": "someday"})
    assert bad.status_code == 422 and "is no day" in bad.content.decode()
    assert as_ada.post(f"/health/review/{review.pk}/", {"decision": "Go on.", "next_on": "+90"}).status_code == 302
    assert AccountReview.objects.count() == 2


def test_the_page_gives_and_finishes_a_task(as_ada: Client, ada: User, harbour: Account) -> None:
    as_ada.post("/health/task/", {"account": harbour.ref, "what": "Ring them", "owner": ada.pk, "due": "+3"})
    task = Task.objects.get()
    assert as_ada.post(f"/health/task/{task.pk}/outcome/", {"outcome": ""}).status_code == 422
    assert as_ada.post(f"/health/task/{task.pk}/outcome/", {"outcome": "Fine."}).status_code == 302
    assert "Nothing is left to do." in as_ada.get("/health/").content.decode()


def test_the_api_does_the_same(api: Callable[..., APIClient], ada: User, harbour: Account) -> None:
    client = api(ada)
    body = {"account": harbour.ref, "due": localdate().isoformat()}
    made = client.post("/api/v1/account-reviews/", body, format="json")
    assert made.status_code == 201
    held = {"decision": "Go on.", "next_on": (localdate() + WEEK).isoformat()}
    answer = client.post(f"/api/v1/account-reviews/{made.data['id']}/review/", held, format="json")
    assert answer.status_code == 200 and answer.data["held_by"] == ada.email
    assert len(client.get(f"/api/v1/account-reviews/?account={harbour.ref}").data["results"]) == 2
    assert client.get(f"/api/v1/wounds/?account={harbour.ref}").data["results"] == []


def test_the_page_asks_a_fixed_number_of_queries(
    as_ada: Client, ada: User, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(30):
        account = make_account(f"Account {number}", by=ada)
        AccountReview.objects.plan(by=ada, account=account, due=localdate())
        Task.objects.set(by=ada, account=account, what="Ring them", owner=ada, due=localdate())
    with django_assert_max_num_queries(15):
        as_ada.get("/health/")
