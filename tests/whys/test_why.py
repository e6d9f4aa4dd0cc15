"""Answering, digging, branching, confirming, striking out, wording, parking: each does it, refuses it, records it."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused, Stale
from rca.models import Cause, FiveWhys, ParkedIdea, Why
from tests.make import BOOK_PRICE, make_chain, make_session


@pytest.fixture
def session(lin: User) -> FiveWhys:
    return make_session(by=lin)


def acts(session: FiveWhys) -> list[str]:
    return [entry.act for entry in Entry.objects.about([session.ref]).order_by("id")]


def test_an_answer_is_stated_until_somebody_shows_it(session: FiveWhys, ada: User, lin: User) -> None:
    why = session.ask(by=lin)
    why.reply(by=ada, answer=" They were overcharged. ", said_by="Ada")
    assert (why.state, why.answer, why.said_by, why.depth) == ("stated", "They were overcharged.", "Ada", 1)
    why.confirm(by=ada, evidence="5 invoices")
    assert Why.objects.get().state == "confirmed"
    assert acts(session)[-3:] == ["asked", "answered", "confirmed"]


def test_an_answer_with_evidence_is_confirmed_at_once(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin).reply(by=lin, answer="They were overcharged.", evidence="5 invoices")
    assert (why.state, why.evidence) == ("confirmed", "5 invoices")


def test_enter_answers_and_asks_the_next_why(session: FiveWhys, lin: User) -> None:
    below = session.ask(by=lin).reply_and_dig(by=lin, answer="The price form is incorrect.")
    assert (below.question, below.depth, below.state) == ("Why is the price form incorrect?", 2, "open")


def test_the_tree_has_a_floor_and_no_ceiling(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin)
    for number in range(30):
        why = why.reply_and_dig(by=lin, answer=f"Answer number {number}.")
    assert why.depth == 31 and [one.depth for one in why.chain()] == list(range(1, 32))


@pytest.mark.parametrize("answer", ["", "  ", "\x00"])
def test_an_empty_answer_is_refused(session: FiveWhys, lin: User, answer: str) -> None:
    with pytest.raises(Refused, match="Write the answer first"):
        session.ask(by=lin).reply(by=lin, answer=answer)


def test_an_answer_as_long_as_a_book_is_refused_with_its_length(session: FiveWhys, lin: User) -> None:
    with pytest.raises(Refused, match="10,000,000 characters"):
        session.ask(by=lin).reply(by=lin, answer="x" * 10_000_000)


def test_the_second_of_two_who_answer_hears_of_the_first_and_loses_nothing(
    session: FiveWhys, ada: User, lin: User
) -> None:
    why = session.ask(by=lin)
    Why.objects.get(pk=why.pk).reply(by=ada, answer="Ada’s answer.", said_by="Ada", version=1)
    with pytest.raises(Stale) as stale:
        why.reply(by=lin, answer="Lin’s answer.", said_by="Ada", version=1)
    assert stale.value.fields == {"the answer": ("Lin’s answer.", "Ada’s answer.")}
    assert Why.objects.get().answer == "Ada’s answer."


def test_the_same_answer_sent_twice_is_said_once(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin)
    why.reply(by=lin, answer="The price form is incorrect.", version=1)
    with pytest.raises(Refused, match="has this answer already"):
        Why.objects.get(pk=why.pk).reply(by=lin, answer="The price form is incorrect.", version=1)


def test_without_a_version_an_answered_why_takes_a_branch_not_another_answer(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin).reply(by=lin, answer="One.")
    with pytest.raises(Refused, match="is answered already: add yours as another answer"):
        why.reply(by=lin, answer="Two.")


def test_a_branch_is_another_answer_to_the_same_question(session: FiveWhys, lin: User) -> None:
    chain = make_chain(session, by=lin, answers=BOOK_PRICE[:3])
    other = chain[2].branch(by=lin, answer="The till rounds prices up.", said_by="Tom")
    assert other.parent == chain[1] and other.depth == 3 and other.order == 1
    assert other.question == "Why else is the price form incorrect?"
    with pytest.raises(Refused, match="stands there already"):
        chain[2].branch(by=lin, answer="The till rounds prices up.")


def test_the_escape_is_a_trunk_of_its_own(session: FiveWhys, lin: User) -> None:
    make_chain(session, by=lin, answers=BOOK_PRICE[:2])
    escape = session.ask(by=lin, question="Why did nobody here notice?", trunk="escape")
    below = escape.reply_and_dig(by=lin, answer="We check invoices for the sum.")
    assert (escape.depth, escape.trunk, below.trunk) == (1, "escape", "escape")


def test_the_same_question_is_not_asked_twice_by_a_second_click(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin).reply(by=lin, answer="The price form is incorrect.")
    why.dig(by=lin)
    with pytest.raises(Refused, match="is asked there already and waits"):
        why.dig(by=lin)
    assert why.dig(by=lin, question="Why did nobody compare it?").order == 1


def test_a_better_question_takes_the_place_of_one_that_waits_unanswered(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin).reply(by=lin, answer="The clerk typed the wrong price.")
    below = why.dig(by=lin)
    better = why.dig(by=lin, question="What made it possible?", instead=True)
    assert better == below and Why.objects.get(pk=below.pk).question == "What made it possible?"
    better.reply(by=lin, answer="The form has no list.")
    assert why.dig(by=lin, question="Why did nothing catch it?", instead=True) != below


def test_nothing_is_asked_below_what_is_open_or_struck_out(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin)
    with pytest.raises(Refused, match="has no answer yet"):
        why.dig(by=lin)
    why.reply(by=lin, answer="The till rounds up.").strike(by=lin, reason="40 receipts")
    with pytest.raises(Refused, match="is struck out: restore it"):
        why.dig(by=lin)


def test_striking_out_needs_a_reason_and_keeps_the_answer_readable(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin)
    with pytest.raises(Refused, match="take the question back instead"):
        why.strike(by=lin, reason="no")
    why.reply(by=lin, answer="The till rounds up.", evidence="one receipt")
    with pytest.raises(Refused, match="Say what showed"):
        why.strike(by=lin, reason="")
    why.strike(by=lin, reason="40 receipts checked, none rounded")
    assert (why.state, why.answer) == ("struck", "The till rounds up.")
    with pytest.raises(Refused, match="struck out already"):
        why.strike(by=lin, reason="again")
    with pytest.raises(Refused, match="restore it before you confirm"):
        why.confirm(by=lin, evidence="x")
    why.restore(by=lin)
    assert Why.objects.get().state == "confirmed"  # what was shown for it before still counts
    with pytest.raises(Refused, match="is not struck out"):
        why.restore(by=lin)
    assert acts(session)[-2:] == ["struck", "restored"]


def test_confirming_takes_evidence_and_may_come_after_the_end(session: FiveWhys, ada: User, lin: User) -> None:
    why = make_chain(session, by=lin, confirmed=False)[4]
    with pytest.raises(Refused, match="Say what shows it"):
        why.confirm(by=ada, evidence=" ")
    session.conclude(by=lin, conclusion="Found.")
    why.confirm(by=ada, evidence="joining and leaving dates")
    assert why.state == "confirmed"
    with pytest.raises(Refused, match="nothing to confirm"):
        session.reopen(by=lin, reason="x")
        session.ask(by=lin, question="Why else?").confirm(by=lin, evidence="x")


def test_a_why_is_worded_better_and_what_stood_before_is_kept(session: FiveWhys, ada: User, lin: User) -> None:
    why = session.ask(by=lin).reply(by=lin, answer="The form.")
    why.amend(by=ada, version=why.version, answer="The price form is incorrect.", question=why.question)
    entry = Entry.objects.get(act="amended")
    assert entry.before == {"answer": "The form."} and entry.after["answer"] == "The price form is incorrect."
    with pytest.raises(Stale):
        why.amend(by=lin, version=1, answer="Something else.")
    with pytest.raises(Refused, match="cannot be emptied"):
        why.amend(by=lin, version=why.version, answer=" ")
    with pytest.raises(Refused, match="needs its question"):
        why.amend(by=lin, version=why.version, question="")


def test_a_question_nobody_answered_can_be_taken_back(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin)
    why.withdraw(by=lin)
    assert not Why.objects.exists() and acts(session)[-1] == "withdrawn"
    with pytest.raises(Refused, match="has taken that question back"):
        why.reply(by=lin, answer="Too late.")
    answered = session.ask(by=lin).reply(by=lin, answer="The form.")
    with pytest.raises(Refused, match="strike it out"):
        answered.withdraw(by=lin)


def test_advice_that_was_read_and_kept_is_recorded_by_its_kind(session: FiveWhys, lin: User) -> None:
    why = session.ask(by=lin).reply(by=lin, answer="The clerk typed it wrong.")
    why.keep(by=lin, kind="person")
    entry = Entry.objects.get(act="kept")
    assert Why.objects.get().nudge_kept == "person" and entry.after["advice"] == "person"
    with pytest.raises(Refused, match="kept as it is already"):
        why.keep(by=lin, kind="person")


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        ("reply", {"answer": "x"}), ("dig", {}), ("branch", {"answer": "x"}), ("confirm", {"evidence": "x"}),
        ("strike", {"reason": "x"}), ("restore", {}), ("amend", {"answer": "x"}), ("withdraw", {}),
        ("keep", {"kind": "x"}),
    ],
)  # fmt: skip
def test_a_viewer_changes_nothing_in_the_tree(
    session: FiveWhys, lin: User, noor: User, verb: str, facts: dict[str, str]
) -> None:
    why = session.ask(by=lin)
    with pytest.raises(Forbidden, match="Noor Said is a viewer; to answer a why takes an agent"):
        getattr(why, verb)(by=noor, **facts)


def test_an_idea_that_comes_up_again_gains_weight(lin: User, ada: User) -> None:
    first, second = make_session(by=lin), make_session(by=lin)
    early = first.park(by=ada, text="A named deputy for every list that one person keeps.", said_by="Tom")
    again = second.park(by=ada, text="A named deputy for each list one person keeps")
    third = make_session(by=lin).park(by=ada, text="A named deputy for every list that one person keeps")
    other = second.park(by=ada, text="Print the prices on demand.")
    assert again.earlier == early and third.earlier == early and other.earlier is None
    assert [(one, one.times) for one in ParkedIdea.objects.by_weight()] == [(early, 3), (other, 1)]
    with pytest.raises(Refused, match="is parked here already"):
        second.park(by=ada, text="print the prices on demand.")


def test_an_idea_taken_up_leaves_the_list_with_all_its_echoes(lin: User) -> None:
    first, second = make_session(by=lin), make_session(by=lin)
    first.park(by=lin, text="A named deputy for every list.")
    second.park(by=lin, text="A named deputy for every list").take_up(by=lin)
    assert not ParkedIdea.objects.waiting().exists()
    with pytest.raises(Refused, match="taken up already"):
        ParkedIdea.objects.first().take_up(by=lin)
    assert Entry.objects.filter(act="taken_up").count() == 1


def test_parking_needs_words_and_somebody_who_may(session: FiveWhys, lin: User, noor: User) -> None:
    with pytest.raises(Refused, match="in the words it was said"):
        session.park(by=lin, text=" ")
    with pytest.raises(Forbidden):
        session.park(by=noor, text="x")
    why = make_session(by=lin).ask(by=lin)
    with pytest.raises(Refused, match="belongs to another session"):
        session.park(by=lin, text="x", why=why)


@pytest.mark.django_db(transaction=True)
def test_of_four_who_press_enter_at_once_one_answer_stands_and_one_question_is_asked(lin: User) -> None:
    why, start = make_session(by=lin).ask(by=lin), Barrier(4)
    outcomes: list[str] = []

    def press(number: int) -> None:
        start.wait()
        try:
            Why.objects.get(pk=why.pk).reply_and_dig(by=lin, answer=f"Answer {number}.", version=1)
            outcomes.append("kept")
        except Stale:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [Thread(target=press, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", "stale", "stale", "stale"]
    assert Why.objects.count() == 2


def test_a_root_above_a_struck_answer_hears_of_it(session: FiveWhys, lin: User, harbour: Account) -> None:
    chain = make_chain(session, by=lin)
    cause = Cause.objects.mark_root(by=lin, why=chain[-1], would_have_happened=False, stays_away=True, reads_back=True)
    chain[3].strike(by=lin, reason="They were ordered.")
    assert cause.ref in Entry.objects.get(act="struck").about
