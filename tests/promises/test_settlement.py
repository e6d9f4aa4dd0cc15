"""How a promise ends: kept, kept late, broken, or released by the customer; once, and on record."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Account, Entry, Touch, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.models import Promise, Settlement
from tests.make import make_complaint, make_promise


@pytest.fixture
def promise(ada: User, harbour: Account) -> Promise:
    return make_promise(make_complaint(harbour, by=ada), by=ada)


def test_done_inside_its_window_or_before_it_is_kept(ada: User, promise: Promise) -> None:
    fact = promise.keep(by=ada, words="She was pleased.")
    assert (fact.state, promise.state, promise.standing()) == ("kept", "kept", "kept")
    entry = Entry.objects.about([promise.account.ref, promise.ref]).get(act="kept")
    assert entry.words == "She was pleased." and promise.complaint and promise.complaint.ref in entry.about


def test_done_after_its_window_is_kept_late(ada: User, promise: Promise) -> None:
    assert promise.keep(by=ada, at=promise.window_until + timedelta(minutes=40)).state == "late"


def test_a_call_that_was_promised_and_made_is_a_touch(ada: User, promise: Promise) -> None:
    promise.keep(by=ada)
    touch = Touch.objects.get(about=promise.ref)
    assert (touch.way, touch.channel, touch.reached) == ("out", "phone", True)


@pytest.mark.parametrize(("noun", "state"), [("keeping", "kept"), ("breaking", "broken"), ("release", "released")])
def test_each_way_to_end_is_an_act_of_the_page_and_a_second_one_is_refused(
    as_ada: Client, promise: Promise, noun: str, state: str
) -> None:
    address = f"/promises/{promise.ref}/{noun}/"
    assert as_ada.post(address, {"words": "So it was."}).status_code == 302
    promise.refresh_from_db()
    assert promise.state == state and promise.settlement.words == "So it was."
    assert "So it was." in as_ada.get(promise.get_absolute_url()).content.decode()
    again = as_ada.post(address, {"words": "Again."})
    assert again.status_code == 409 and f"{promise.ref} is settled already." in again.content.decode()
    assert Settlement.objects.count() == 1


@pytest.mark.parametrize(
    ("noun", "sentence"),
    [("breaking", "Say why the promise was not kept."), ("release", "Only the customer can release")],
)
def test_without_words_it_is_neither_broken_nor_released(
    as_ada: Client, ada: User, promise: Promise, noun: str, sentence: str
) -> None:
    answer = as_ada.post(f"/promises/{promise.ref}/{noun}/", {"words": " "})
    assert answer.status_code == 422 and sentence in answer.content.decode()
    verb = promise.break_off if noun == "breaking" else promise.release
    with pytest.raises(Refused, match=sentence):
        verb(by=ada, words=" ")


def test_a_promise_cannot_end_before_it_was_made(ada: User, promise: Promise) -> None:
    with pytest.raises(Refused, match="cannot end before it begins"):
        promise.keep(by=ada, at=promise.made_at - timedelta(days=1))


def test_a_viewer_settles_nothing(signed_in: Callable[[User], Client], ada: User, noor: User, promise: Promise) -> None:
    for verb in (promise.keep, promise.break_off, promise.release):
        with pytest.raises(Forbidden, match="to settle a promise takes an agent"):
            verb(by=noor, words="")
    assert signed_in(noor).post(f"/promises/{promise.ref}/keeping/").status_code == 403
    page = signed_in(noor).get(promise.get_absolute_url()).content.decode()
    assert "keeping/" not in page and "It waits to be kept by Ada Okafor." in page


def test_a_promise_stands_upcoming_due_and_overdue_as_time_goes(promise: Promise) -> None:
    minute = timedelta(minutes=1)
    moments = (promise.window_from - minute, promise.window_from, promise.window_until, promise.window_until + minute)
    assert [promise.standing(at) for at in moments] == ["upcoming", "due", "due", "overdue"]
    assert now() < promise.window_from
