"""Making a promise: a window in plain words, by the customer's clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import Account, Entry, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.models import Complaint, Promise
from tests.conftest import TUESDAY
from tests.make import make_account, make_complaint, make_contact


@pytest.fixture
def complaint(ada: User, harbour: Account) -> Complaint:
    return make_complaint(harbour, by=ada)


def promise(client: Client, complaint: Complaint, **typed: str) -> Any:
    body = {"kind": "call_back", "day": "tomorrow", "from": "2pm", "to": "15:00", **typed}
    return client.post(f"/promises/of/{complaint.ref}/", body)


@time_machine.travel(TUESDAY, tick=False)
def test_ada_promises_a_call_back_from_the_complaints_page(as_ada: Client, ada: User, complaint: Complaint) -> None:
    answer = promise(as_ada, complaint, what="tell you what we found")
    assert answer["Location"] == complaint.get_absolute_url()
    made = Promise.objects.get()
    assert made.says == "call back: tell you what we found, Wed 11 Mar, 14:00 to 15:00"
    assert (made.owner, made.made_by, made.account, made.state) == (ada, ada, complaint.account, "open")
    entry = Entry.objects.about([complaint.ref]).get(act="promised")
    assert entry.says == f"Promised to {made.says}." and set(entry.about) == {made.ref, complaint.ref, made.account.ref}


def test_the_complaints_page_carries_the_form(as_ada: Client, complaint: Complaint) -> None:
    page = as_ada.get(complaint.get_absolute_url()).content.decode()
    assert f'action="/promises/of/{complaint.ref}/"' in page
    for field in ("promise_kind", "promise_what", "promise_day", "promise_from", "promise_to"):
        assert f'id="{field}"' in page


@time_machine.travel(TUESDAY, tick=False)
@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"from": "15", "to": "14"}, "promise_to", "The window ends before it starts: turn the two times round."),
        ({"from": ""}, "promise_from", "Say from when: a promise has a window."),
        ({"to": ""}, "promise_to", "Say until when: a promise has a window."),
        ({"day": "blursday"}, "promise_day", "“blursday” is no day"),
        ({"from": "teatime"}, "promise_from", "“teatime” is no time of the day"),
        ({"day": "today", "from": "8", "to": "9"}, "promise_from", "That time is over already"),
        ({"kind": "wish"}, "promise_kind", "wish is not one of the available choices"),
    ],
)
def test_a_window_that_cannot_be_is_an_error_at_its_field_and_nothing_typed_is_lost(
    as_ada: Client, complaint: Complaint, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = promise(as_ada, complaint, what="bring the book", **typed)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422 and sentence in page and f'href="#{field}' in page
    assert 'value="bring the book"' in page and not Promise.objects.exists()


@time_machine.travel(TUESDAY, tick=False)
def test_the_window_is_kept_in_the_customers_clock(as_ada: Client, ada: User) -> None:
    boston = make_complaint(make_account("Beacon Street Books", by=ada, time_zone="America/New_York"), by=ada)
    promise(as_ada, boston, **{"from": "9", "to": "10"})
    made = Promise.objects.get()
    assert made.window_from == datetime(2026, 3, 11, 13, tzinfo=UTC)
    assert (made.window, made.here) == ("Wed 11 Mar, 9:00 to 10:00", "Wed 11 Mar, 13:00 to 14:00")
    assert made.there == "9:00 to 10:00 in New York"


@time_machine.travel(TUESDAY, tick=False)
def test_there_names_the_day_when_it_is_another_day_there(ada: User) -> None:
    account = make_account("Kiwi Books", by=ada, time_zone="Pacific/Auckland")
    start = datetime(2026, 3, 11, 22, tzinfo=UTC)
    made = Promise.objects.make(
        by=ada, account=account, kind="visit", what="", window_from=start, window_until=start + timedelta(hours=1)
    )
    assert made.there == "Thu 12 Mar, 11:00 to 12:00 in Auckland"


def test_an_account_that_did_not_complain_can_be_promised_something_too(as_ada: Client, harbour: Account) -> None:
    typed = {"account": "harb", "kind": "answer", "what": "new hours", "day": "tomorrow", "from": "14", "to": "15"}
    answer = as_ada.post("/promises/new/", typed)
    made = Promise.objects.get()
    assert answer["Location"] == made.get_absolute_url() and (made.account, made.complaint) == (harbour, None)
    empty = as_ada.post("/promises/new/", {**typed, "account": ""})
    assert empty.status_code == 422 and "To whom? Type the first letters" in empty.content.decode()


@time_machine.travel(TUESDAY, tick=False)
def test_on_the_night_the_clocks_go_forward_a_window_in_the_lost_hour_is_refused(
    as_ada: Client, complaint: Complaint
) -> None:
    answer = promise(as_ada, complaint, day="29 March", **{"from": "1:30", "to": "2:00"})
    assert (
        answer.status_code in (409, 422)
        and "clocks go forward that night and skip 1:30: say 2:30." in answer.content.decode()
    )


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [(2, 1, "turn the two times round"), (1, 1, "turn the two times round"), (-3, -2, "is over already"),
     (1, 24 * 800, "more than two years away")],
)  # fmt: skip
def test_the_verb_refuses_windows_that_cannot_be(
    ada: User, complaint: Complaint, start: int, end: int, sentence: str
) -> None:
    at = now()
    window: dict[str, Any] = {"window_from": at + timedelta(hours=start), "window_until": at + timedelta(hours=end)}
    with pytest.raises(Refused, match=sentence):
        complaint.promises.make(by=ada, kind="answer", what="", **window)


def test_a_promise_needs_an_account_and_its_own_complaint_and_contact(ada: User, complaint: Complaint) -> None:
    globex = make_account("Globex", by=ada)
    window: dict[str, Any] = {"window_from": now() + timedelta(hours=1), "window_until": now() + timedelta(hours=2)}
    facts: dict[str, Any] = {"by": ada, "kind": "answer", "what": "", **window}
    with pytest.raises(Refused, match="say which"):
        Promise.objects.make(**facts)
    with pytest.raises(Refused, match="is from Harbour Books, not from Globex"):
        Promise.objects.make(account=globex, complaint=complaint, **facts)
    with pytest.raises(Refused, match="is not a contact of Harbour Books"):
        Promise.objects.make(complaint=complaint, contact=make_contact(globex, by=ada), **facts)


def test_a_closed_complaint_takes_no_promise(as_ada: Client, ada: User, complaint: Complaint) -> None:
    complaint.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes")
    complaint.close(by=ada, outcome="Credited.")
    answer = promise(as_ada, complaint)
    assert answer.status_code == 409 and "is closed: reopen it first" in answer.content.decode()


def test_a_viewer_may_not_promise(
    signed_in: Callable[[User], Client], noor: User, complaint: Complaint, ada: User
) -> None:
    answer = promise(signed_in(noor), complaint)
    assert answer.status_code == 403 and "to make a promise takes an agent" in answer.content.decode()
    assert signed_in(noor).get("/promises/new/").status_code == 403
    with pytest.raises(Forbidden):
        window: dict[str, Any] = {"window_from": now(), "window_until": now() + timedelta(hours=2)}
        complaint.promises.make(by=noor, kind="answer", what="", **window)
