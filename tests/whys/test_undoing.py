"""Taking back what one did last in a room: does it, refuses it, forbids it, records it; through both doors."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Entry, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.models import Cause, FiveWhys, ParkedIdea, Why
from tests.make import make_chain, make_fix, make_session

HTMX = {"HX-Request": "true"}


@pytest.fixture
def session(lin: User) -> FiveWhys:
    return make_session(by=lin)


@pytest.fixture
def why(session: FiveWhys, lin: User) -> Why:
    return session.ask(by=lin).reply(by=lin, answer="The till rounds up.", said_by="Tom")


def test_enter_is_taken_back_in_one_the_next_question_and_the_answer(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin)
    why.reply_and_dig(by=lin, answer="The form is wrong.", said_by="Tom", evidence="a photograph")
    undone = session.undo(by=lin)
    assert (undone.says, undone.why) == ("Why 2 is taken back. Why 1 is as it was before it was confirmed. "
                                         "Why 1 is a question again.", why.pk)  # fmt: skip
    assert undone.words == "The form is wrong."
    left = Why.objects.get()
    assert (left.state, left.answer, left.said_by, left.evidence) == ("open", "", "", "")


def test_pressing_again_takes_back_what_was_done_before_that(session: FiveWhys, why: Why, lin: User) -> None:
    why.confirm(by=lin, evidence="40 receipts")
    why.strike(by=lin, reason="None is rounded.")
    assert session.undo(by=lin).says == "Why 1 stands again."
    assert Why.objects.get().state == "confirmed"
    session.undo(by=lin)
    assert Why.objects.get().state == "stated"
    session.undo(by=lin)
    assert Why.objects.get().state == "open"
    session.undo(by=lin)
    assert not Why.objects.exists()
    with pytest.raises(Refused, match="nothing of yours from the last hour"):
        session.undo(by=lin)


def test_a_branch_with_the_question_below_it_goes_as_it_came(session: FiveWhys, why: Why, lin: User) -> None:
    why.branch_and_dig(by=lin, answer="The form is wrong.", evidence="a photograph")
    assert Why.objects.count() == 3
    assert session.undo(by=lin).says == "Why 2 is taken back. Why 1 is taken back."
    assert Why.objects.get() == why


def test_each_act_in_the_room_has_its_way_back(session: FiveWhys, why: Why, lin: User) -> None:
    acts: list[tuple[Callable[[], object], str]] = [
        (lambda: why.confirm(by=lin, evidence="a receipt", files=[("till.txt", b"1.99 = 2.00")]), "“till.txt” is off"),
        (lambda: why.amend(by=lin, answer="The till rounds."), "Why 1 is worded as before."),
        (lambda: why.keep(by=lin, kind="person"), "The advice on why 1 is given again."),
        (lambda: session.park(by=lin, text="Print on demand.", why=why), "The idea is no longer parked."),
        (lambda: why.dig(by=lin), "Why 2 is taken back."),
    ]
    for act, says in acts:
        act()
        assert says in session.undo(by=lin).says
    why.strike(by=lin, reason="No.")
    why.restore(by=lin)
    assert session.undo(by=lin).says == "Why 1 is struck out again."
    why.refresh_from_db()
    assert (why.state, why.strike_reason, why.answer, why.nudge_kept) == ("struck", "No.", "The till rounds up.", "")
    assert not ParkedIdea.objects.exists() and not why.files.exists() and not why.children.exists()


def test_what_somebody_has_built_on_is_not_taken_back(session: FiveWhys, why: Why, ada: User, lin: User) -> None:
    why.dig(by=ada)
    with pytest.raises(Refused, match="Why 2 stands on it"):
        session.undo(by=lin)
    session.undo(by=ada)
    why.confirm(by=ada, evidence="a receipt")
    with pytest.raises(Refused, match="Ada has gone on from there: “Why 1 confirmed"):
        session.undo(by=lin)
    assert Why.objects.get().state == "confirmed"
    session.undo(by=ada)
    assert session.undo(by=lin).says == "Why 1 is a question again."


def test_an_answer_that_carries_a_root_or_an_action_stays(session: FiveWhys, lin: User) -> None:
    last = make_chain(session, by=lin)[-1]
    make_fix(by=lin, why=last)
    with pytest.raises(Refused, match=r"F-\d+ was taken on at why 6"):
        session.undo(by=lin)
    assert Why.objects.get(pk=last.pk).state == "confirmed"  # all of a press or nothing
    Cause.objects.mark_root(by=lin, why=last, would_have_happened=False, stays_away=True, reads_back=True)
    with pytest.raises(Refused, match=r"R-\d+ stands on why 6"):
        session.undo(by=lin)


def test_an_idea_that_was_taken_up_or_came_up_again_stays(session: FiveWhys, lin: User) -> None:
    idea = session.park(by=lin, text="A deputy for every list.")
    other = make_session(by=lin).park(by=lin, text="A deputy for every list.")
    with pytest.raises(Refused, match="came up again in another session"):
        session.undo(by=lin)
    other.take_up(by=lin)
    with pytest.raises(Refused, match="taken that idea up"):
        session.undo(by=lin)
    assert ParkedIdea.objects.filter(pk=idea.pk).exists()


def test_after_an_hour_or_after_the_end_it_is_too_late(session: FiveWhys, why: Why, lin: User) -> None:
    with pytest.raises(Refused, match="nothing of yours from the last hour"):
        session.undo(by=lin, at=now() + timedelta(minutes=61))
    session.conclude(by=lin, conclusion="No root.")
    with pytest.raises(Refused, match="is concluded: reopen it to take something back"):
        session.undo(by=lin)
    why.confirm(by=lin, evidence="a receipt")
    session.undo(by=lin)  # what may be done after the end may be taken back then
    assert Why.objects.get().state == "stated"


def test_one_takes_back_ones_own_acts_only(session: FiveWhys, why: Why, ada: User, noor: User) -> None:
    with pytest.raises(Refused, match="nothing of yours"):
        session.undo(by=ada)
    with pytest.raises(Forbidden, match="Noor Said is a viewer"):
        session.undo(by=noor)


def test_the_ledger_keeps_what_was_taken_back_and_names_the_entries(session: FiveWhys, why: Why, lin: User) -> None:
    answered = Entry.objects.get(act="answered")
    session.undo(by=lin)
    entry = Entry.objects.get(act="undone")
    assert entry.says == "Why 1 is a question again." and entry.words == "The till rounds up."
    assert entry.after == {"entries": [answered.pk], "why": why.pk}


def test_a_story_told_at_one_moment_is_not_one_press(session: FiveWhys, lin: User) -> None:
    at = now()
    why = session.ask(by=lin, at=at)
    for number in range(4):
        why = why.reply_and_dig(by=lin, answer=f"Answer {number}.", at=at)
    session.undo(by=lin)
    assert Why.objects.count() == 3  # a why and the one below it, no more


def test_both_doors_take_back_in_the_same_words(
    session: FiveWhys, lin: User, as_lin: Client, api: Callable[..., APIClient]
) -> None:
    for number in range(2):
        session.ask(by=lin, question=f"Why number {number}?").reply(by=lin, answer=f"Answer {number}.")
    part = as_lin.post(f"/whys/{session.ref}/undoing/", headers=HTMX)
    page = part.content.decode()
    assert "Why 1 is a question again." in page and ">Answer 1.</textarea>" in page  # the words are not lost
    session.undo(by=lin)
    answer = api(lin).post(f"/api/v1/whys/{session.ref}/undoing/", {}, format="json")
    assert answer.status_code == 200 and [why["state"] for why in answer.data["whys"]] == ["open"]
    says = Entry.objects.filter(act="undone").values_list("says", "door").order_by("id")
    assert list(says)[::2] == [("Why 1 is a question again.", "page"), ("Why 1 is a question again.", "api")]
    session.undo(by=lin)
    empty = api(lin).post(f"/api/v1/whys/{session.ref}/undoing/", {}, format="json")
    refused = as_lin.post(f"/whys/{session.ref}/undoing/")
    assert empty.status_code == refused.status_code == 409 and empty.data["title"] in refused.content.decode()


def test_the_room_offers_to_take_back_ones_own_last_act(session: FiveWhys, as_lin: Client, as_ada: Client) -> None:
    as_lin.post(f"/whys/{session.ref}/question/", {"question": "Why are they angry?"})
    assert "Why 1 asked." in as_lin.get(session.get_absolute_url()).content.decode()
    assert "/undoing/" not in as_ada.get(session.get_absolute_url()).content.decode()


def test_without_scripts_the_words_that_were_taken_back_are_shown(session: FiveWhys, why: Why, as_lin: Client) -> None:
    answer = as_lin.post(f"/whys/{session.ref}/undoing/", follow=True)
    page = answer.content.decode()
    assert "Why 1 is a question again." in page and "The answer was: “The till rounds up.”" in page
