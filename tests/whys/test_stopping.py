"""The stop test and the chain read back aloud."""

from django.test import Client

from accounts.models import Account, User
from rca.whys.stopping import answers, cannot_be_root, checks, open_checks, steps, therefore
from tests.make import BOOK_PRICE, make_cause, make_chain, make_session


def test_a_deep_confirmed_chain_that_ends_on_a_way_of_working_has_nothing_open(lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin)
    assert open_checks(chain[-1]) == []
    assert [check.key for check in checks(chain)] == ["depth", "person", "stated"]


def test_a_chain_of_two_is_told_of_the_floor(lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin, answers=BOOK_PRICE[:2])
    assert open_checks(chain[-1]) == ["This is why 2, and five is the floor: ask on, or say why you stop early."]


def test_what_is_only_stated_is_named_by_its_why(lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin)
    other = chain[4].branch(by=lin, answer="The list of lists is kept by nobody.")
    assert open_checks(other) == ["Why 5 is only stated, not yet shown."]


def test_a_root_that_is_a_person_stays_open_until_somebody_keeps_it(lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin, answers=BOOK_PRICE[:5])
    assert "This answer names a person." in open_checks(chain[-1])[0]
    chain[-1].keep(by=lin, kind="person")
    assert open_checks(chain[-1]) == []


def test_nothing_stands_on_a_why_that_is_struck_out(lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin)
    chain[2].strike(by=lin, reason="The form is of this year.")
    assert cannot_be_root(chain[-1].chain()) == "Why 3 is struck out: nothing can stand on it."


def test_an_unanswered_why_cannot_be_a_root(lin: User) -> None:
    why = make_session(by=lin).ask(by=lin)
    assert cannot_be_root(why.chain()) == "Why 1 has no answer yet."


def test_the_chain_is_read_back_from_the_root_to_the_problem(lin: User, harbour: Account) -> None:
    session = make_session(by=lin, problem="“You charged me twice.”")
    assert therefore(make_chain(session, by=lin)[-1]) == [
        "The re-order date was kept in one diary,",
        "the old manager left before it was time to order them,",
        "the new forms were not ordered,",
        "it is last year’s form, with last year’s prices,",
        "the price form is incorrect,",
        "they were overcharged for the book,",
        "you charged me twice.",
    ]


def test_a_problem_that_is_a_question_is_left_out_of_the_reading(lin: User) -> None:
    lines = therefore(make_chain(make_session(by=lin), by=lin)[-1])
    assert lines[-1] == "they were overcharged for the book."


def test_the_two_questions_must_be_answered_no_and_yes() -> None:
    asked = {check.key: check.holds for check in answers()}
    assert asked == {"would": False, "stays": False, "reads": False}
    wrong = answers(would_have_happened=True, stays_away=False, reads_back=True)
    assert [check.holds for check in wrong] == [False, False, True]
    assert all(check.holds for check in answers(would_have_happened=False, stays_away=True, reads_back=True))


def test_each_line_of_the_reading_knows_the_why_to_mend_when_it_breaks(lin: User) -> None:
    chain = make_chain(make_session(by=lin, problem="“You charged me twice.”"), by=lin)
    found = steps(chain, "“You charged me twice.”", [])
    assert [step.why for step in found] == [*reversed(chain), None]
    assert [step.breaks for step in found] == [None, *reversed(chain)]


def test_the_answers_to_the_stop_test_are_shown_with_the_root(as_lin: Client, lin: User) -> None:
    why = make_chain(make_session(by=lin), by=lin)[-1]
    make_cause(by=lin, why=why)
    room = as_lin.get(f"{why.session.get_absolute_url()}?at={why.pk}").content.decode()
    assert "Marked by Lin" in room and "would this have happened? <b>No.</b>" in room and "it held" in room


def test_the_reading_stands_in_the_page_without_a_script(as_lin: Client, lin: User) -> None:
    why = make_chain(make_session(by=lin), by=lin)[-1]
    room = as_lin.get(f"{why.session.get_absolute_url()}?at={why.pk}").content.decode()
    assert room.count("data-step>") == 7 and 'popovertarget="aloud"' in room
