from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import Account, User
from rca.lib.clock import now
from rca.models import AccountReview, Cancellation, Cause, Grant, KnownLine, NoteApproval, Task
from tests.conftest import TUESDAY
from tests.make import make_account, make_allowance, make_cause, make_complaint, make_fix, make_promise

Door = Callable[[User], Client]


def names(client: Client, query: str = "") -> list[str]:
    context = client.get(f"/{query}").context
    return [section.name for section in [*context["top"], *context["left"], *context["right"]]]


@pytest.fixture(autouse=True)
def at_twenty_to_eleven() -> object:
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        yield traveller


def test_an_empty_day_is_one_calm_sentence(as_ada: Client) -> None:
    page = as_ada.get("/").content.decode()
    assert "Nothing waits for you" in page and "Tuesday 10 March" in page and names(as_ada) == []


def test_ada_sees_her_own_promises_and_complaints_and_not_those_of_others(
    signed_in: Door, ada: User, lin: User, harbour: Account
) -> None:
    make_promise(make_complaint(harbour, by=ada), by=ada)
    theirs = make_complaint(make_account("Globex", by=ada), by=lin)
    page = signed_in(ada).get("/").content.decode()
    assert "Harbour Books" in page and "Globex" not in page and "#own" in page
    team = signed_in(ada).get("/?day=team").content.decode()
    assert "Globex" in team and theirs.ref in team


def test_the_first_sentence_says_what_is_overdue(as_ada: Client, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada, at=now() - timedelta(days=3))
    make_promise(complaint, by=ada, hours=1)
    with time_machine.travel(TUESDAY + timedelta(hours=3), tick=False):
        page = as_ada.get("/").content.decode()
    assert "Harbour Books waits for a call back: 1 h over." in page
    assert "Harbour Books has waited too long to hear “you are right”." in page


def test_with_nothing_overdue_it_says_what_comes_next(as_ada: Client, ada: User, harbour: Account) -> None:
    make_promise(make_complaint(harbour, by=ada), by=ada, hours=2)
    page = as_ada.get("/").content.decode()
    assert "A call back for Harbour Books in 2 h" in page


def test_a_promise_is_done_in_place(as_ada: Client, ada: User, harbour: Account) -> None:
    promise = make_promise(make_complaint(harbour, by=ada), by=ada)
    act = f'action="/promises/{promise.ref}/keeping/"'
    assert act not in as_ada.get("/").content.decode()
    with time_machine.travel(TUESDAY + timedelta(hours=2, minutes=5), tick=False):
        assert act in as_ada.get("/").content.decode()


def test_who_may_be_told_is_offered_to_the_one_who_owns_the_account(
    signed_in: Door, ada: User, lin: User, vic: User
) -> None:
    harbour = make_account("Harbour Books", by=ada, email="june@harbour.example", owner=ada)
    cause = make_cause(make_complaint(harbour, by=ada), by=lin)
    assert "untold" not in names(signed_in(ada))
    make_fix(cause, by=lin, owner=ada).finish(by=ada)
    note = cause.notes.model.objects.draft(by=lin, cause=cause)
    NoteApproval.objects.create(note=note, by=vic, at=now())
    row = cause.affected.get()
    page = signed_in(ada).get("/").content.decode()
    assert "untold" in names(signed_in(ada)) and f'href="/tell/{row.pk}/"' in page
    assert "untold" not in names(signed_in(vic))


def test_what_may_be_said_is_the_newest_approved_line(as_ada: Client, ada: User, lin: User, vic: User) -> None:
    cause = make_cause(make_complaint(make_account(by=ada), by=ada), by=lin)
    for text, by in [("Old words.", vic), ("New words.", vic), ("Not read by anybody.", None)]:
        KnownLine.objects.create(cause=cause, text=text, by=lin, at=now(), approved_by=by,
                                 approved_at=now() if by else None)  # fmt: skip
    page = as_ada.get("/").content.decode()
    assert "New words." in page and "Old words." not in page and "Not read by anybody." not in page


def test_vic_sees_first_what_waits_for_a_decision(as_vic: Client, ada: User, lin: User, harbour: Account) -> None:
    cause = make_cause(make_complaint(harbour, by=ada), by=lin)
    Cause.objects.filter(pk=cause.pk).update(next_review=localdate() - timedelta(days=1))
    Grant.objects.give(by=ada, account=harbour, amount=Decimal(85), what="a day’s work")
    assert names(as_vic)[:2] == ["decisions", "grants"]
    page = as_vic.get("/").content.decode()
    assert "One cause waits for your decision. One grant waits for your word." in page and "Approve" in page


def test_every_part_of_every_day_is_drawn(
    signed_in: Door, ada: User, lin: User, vic: User, noor: User, harbour: Account
) -> None:
    make_allowance(ada, by=vic)
    for person in (ada, lin, vic):
        Task.objects.set(by=ada, account=harbour, what="Ring them", owner=person, due=localdate())
    AccountReview.objects.plan(by=ada, account=harbour, due=localdate(), owner=lin)
    cause = make_cause(make_complaint(harbour, by=lin), by=lin)
    make_fix(cause, by=ada, owner=ada)
    Cancellation.objects.notice(by=ada, account=harbour, reason="Tired.", channel="phone")
    assert {"doing", "fixes", "allowance"} <= set(names(signed_in(ada)))
    assert {"own_up", "leaving", "reviews"} <= set(names(signed_in(lin)))
    assert {"doing", "leaving", "reviews"} <= set(names(signed_in(vic)))
    assert signed_in(noor).get("/?day=team").status_code == 200


@pytest.mark.parametrize("who", ["ada", "lin", "vic"])
def test_a_thousand_rows_cost_as_many_queries_as_ten(
    signed_in: Door, request: pytest.FixtureRequest, ada: User, lin: User, harbour: Account, who: str
) -> None:
    client = signed_in(request.getfixturevalue(who))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/?day=team").status_code == 200
        return len(captured)

    def more(number: int) -> None:
        for _ in range(number):
            complaint = make_complaint(harbour, by=ada)
            make_promise(complaint, by=ada)
            Grant.objects.give(by=ada, account=harbour, amount=Decimal(85), what=complaint.ref)
            Task.objects.set(by=ada, account=harbour, what="Ring them", owner=ada, due=localdate())

    cause = make_cause(make_complaint(harbour, by=ada), by=lin)
    Cause.objects.filter(pk=cause.pk).update(next_review=localdate() - timedelta(days=1))
    more(10)
    few = queries()
    more(100)
    assert queries() == few <= 15


def test_nobody_signed_in_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/").status_code == 302
