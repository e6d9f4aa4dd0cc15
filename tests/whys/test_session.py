"""Planning, starting, parking, ending and reopening a session; who comes; what it is about."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Account, Entry, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused, Stale
from rca.models import FiveWhys, NoSession, Participant
from tests.make import make_chain, make_complaint, make_session


def plan(by: User, **facts: Any) -> FiveWhys:
    session: FiveWhys = FiveWhys.objects.plan(by=by, problem="You charged me twice.", **facts)
    return session


def test_planning_keeps_the_problem_the_complaints_and_who_comes(ada: User, lin: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    guests = [("Ada Okafor", "took the call", ada), ("June Carver", "the customer", None)]
    session = plan(ada, complaints=[complaint], facilitator=lin, participants=guests, place="room 2")
    assert (session.state, session.facilitator, list(session.complaints.all())) == ("planned", lin, [complaint])
    assert [(one.name, one.part, one.person) for one in session.participants.all()] == guests


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"slot_from": now(), "slot_until": now() - timedelta(hours=1)}, "ends before it starts"),
        ({"slot_until": now()}, "Say when the session starts"),
        ({"participants": [("Tom", "", None), ("Tom", "", None)]}, "Tom is in this session already"),
        ({"participants": [(" ", "", None)]}, "Say who comes"),
    ],
)
def test_a_session_that_cannot_be_is_refused_in_a_sentence(ada: User, facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        plan(ada, **facts)
    assert not FiveWhys.objects.exists()


def test_a_session_needs_a_problem_and_a_leader_who_may_answer(ada: User, noor: User) -> None:
    with pytest.raises(Refused, match="in the customers’ words"):
        FiveWhys.objects.plan(by=ada, problem=" \x00 ")
    with pytest.raises(Refused, match="Noor Said cannot lead a session"):
        plan(ada, facilitator=noor)


def test_a_merged_complaint_is_asked_about_under_its_other_number(ada: User, lin: User, harbour: Account) -> None:
    one, other = make_complaint(harbour, by=ada), make_complaint(harbour, by=ada)
    other.merge_into(by=lin, into=one, reason="the same")
    with pytest.raises(Refused, match=f"was merged into {one.ref}"):
        plan(ada, complaints=[other])


def test_a_viewer_may_not_plan(noor: User) -> None:
    with pytest.raises(Forbidden, match="to plan a Five Whys session takes an agent"):
        plan(noor)


def test_planning_stands_in_the_ledger_of_the_session_the_complaint_and_the_account(
    ada: User, harbour: Account
) -> None:
    complaint = make_complaint(harbour, by=ada)
    session = plan(ada, complaints=[complaint])
    entry = Entry.objects.get(act="planned")
    assert {session.ref, complaint.ref, harbour.ref} <= set(entry.about) and entry.words == "You charged me twice."


def test_the_facilitator_leads_and_so_does_every_lead_but_no_other_agent(ada: User, lin: User, vic: User) -> None:
    session = plan(vic, facilitator=ada)
    tom = User.objects.create(name="Tom Beck", email="tom@x.example", role="agent", password="!")
    with pytest.raises(Forbidden, match="to lead a session takes a support lead"):
        session.start(by=tom)
    session.start(by=ada)
    session.pause(by=lin)
    assert session.paused_at


def test_a_session_begins_once(lin: User) -> None:
    session = make_session(by=lin)
    assert session.started_at and session.state == "running"
    with pytest.raises(Refused, match="has begun already"):
        session.start(by=lin)


def test_the_first_why_begins_a_session_that_was_only_planned(lin: User) -> None:
    session = plan(lin)
    assert session.ask(by=lin).question == "Why did you charge me twice?"
    assert session.state == "running"


def test_a_parked_session_waits_and_goes_on(lin: User) -> None:
    session = make_session(by=lin)
    why = session.ask(by=lin)
    session.pause(by=lin, waits_for="the lock-out log")
    with pytest.raises(Refused, match="is parked: go on with it"):
        why.reply(by=lin, answer="It counts the school.")
    session.resume(by=lin)
    why.reply(by=lin, answer="It counts the school.")
    with pytest.raises(Refused, match="is not parked"):
        session.resume(by=lin)
    assert [one.act for one in Entry.objects.about([session.ref]) if one.act in ("paused", "resumed")] == [
        "resumed",
        "paused",
    ]


def test_concluding_says_what_was_found_and_counts_what_is_left(lin: User) -> None:
    session = make_session(by=lin)
    chain = make_chain(session, by=lin)
    chain[-1].dig(by=lin)
    session.conclude(by=lin, conclusion="One diary carried the date.")
    assert (session.state, session.concluded_by) == ("concluded", lin)
    entry = Entry.objects.get(act="concluded")
    assert entry.says == f"{session.ref} concluded, 1 why left unanswered." and entry.words == session.conclusion


def test_a_session_without_an_answer_or_a_finding_cannot_end(lin: User) -> None:
    session = make_session(by=lin)
    with pytest.raises(Refused, match="Nothing is answered"):
        session.conclude(by=lin, conclusion="Done.")
    make_chain(session, by=lin)
    with pytest.raises(Refused, match="Say what the session found"):
        session.conclude(by=lin, conclusion=" ")


def test_a_concluded_session_is_acted_on_again_only_when_reopened(lin: User) -> None:
    session = make_session(by=lin)
    why = make_chain(session, by=lin)[-1]
    session.conclude(by=lin, conclusion="Found.")
    with pytest.raises(Refused, match="is concluded: reopen it"):
        why.dig(by=lin)
    with pytest.raises(Refused, match="is concluded already"):
        session.conclude(by=lin, conclusion="Found.")
    with pytest.raises(Refused, match="Say why it is taken up again"):
        session.reopen(by=lin, reason="")
    session.reopen(by=lin, reason="It came back.")
    assert why.dig(by=lin).depth == 7
    with pytest.raises(Refused, match="is not concluded"):
        session.reopen(by=lin, reason="Again.")


def test_a_change_of_plan_knows_which_version_it_read(ada: User, lin: User) -> None:
    session = plan(ada)
    FiveWhys.objects.get(pk=session.pk).amend(by=lin, version=1, place="room 1")
    with pytest.raises(Stale) as stale:
        session.amend(by=ada, version=1, place="room 2")
    assert stale.value.fields["place"] == ("room 2", "room 1")


def test_who_comes_says_so_in_words_and_can_be_taken_off(ada: User) -> None:
    session = plan(ada, participants=[("Rosa Klein", "print buying", None)])
    rosa = session.participants.get()
    rosa.say(by=ada, coming="no", words="asks for 11:00")
    assert Participant.objects.get().get_coming_display() == "cannot come"
    rosa.leave(by=ada)
    assert not session.participants.exists()
    assert Entry.objects.filter(act="left", ref=session.ref).exists()


def test_a_complaint_joins_a_session_once(ada: User, harbour: Account) -> None:
    session, complaint = plan(ada), make_complaint(harbour, by=ada)
    session.attach(by=ada, complaint=complaint)
    with pytest.raises(Refused, match="is about"):
        session.attach(by=ada, complaint=complaint)


def test_no_session_is_a_decision_with_a_reason_that_planning_one_undoes(ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    with pytest.raises(Refused, match="Say why nobody needs to ask"):
        NoSession.objects.decide(by=ada, complaint=complaint, reason="")
    NoSession.objects.decide(by=ada, complaint=complaint, reason="New phone.", unless="it comes twice more")
    with pytest.raises(Refused, match="needs no session already"):
        NoSession.objects.decide(by=ada, complaint=complaint, reason="New phone.")
    session = plan(ada, complaints=[complaint])
    assert not NoSession.objects.exists()
    with pytest.raises(Refused, match=f"is asked about in {session.ref}"):
        NoSession.objects.decide(by=ada, complaint=complaint, reason="New phone.")


def test_no_session_can_be_taken_back_and_both_stand_in_the_ledger(ada: User, noor: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    with pytest.raises(Forbidden):
        NoSession.objects.decide(by=noor, complaint=complaint, reason="No.")
    NoSession.objects.decide(by=ada, complaint=complaint, reason="New phone.").withdraw(by=ada)
    acts = [one.act for one in Entry.objects.about([complaint.ref])]
    assert acts[:2] == ["asked_after_all", "no_session"] and not NoSession.objects.exists()
