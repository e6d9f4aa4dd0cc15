"""The next question, from the trees that were published, the seed, and answers of shops and depots."""

import json
from pathlib import Path

import pytest

from rca.whys.asking import fallback, first_question, next_question, other_question, two_causes
from rca.whys.spoken import LANGUAGES

TREES = Path(__file__).resolve().parents[3] / "shared/data/fivewhys"

TURNED = [
    # the seed
    ("They were overcharged for the book.", "Why were they overcharged for the book?"),
    ("The price form is incorrect.", "Why is the price form incorrect?"),
    ("It is last year's form, with last year's prices.", "Why is it last year’s form, with last year’s prices?"),
    ("The new forms were not ordered.", "Why were the new forms not ordered?"),
    # auxiliaries, and what is said short
    ("Because the clerk didn't check the list", "Why did the clerk not check the list?"),
    ("He can't see the price", "Why can he not see the price?"),
    ("Priya had left for lunch", "Why had Priya left for lunch?"),
    ("The order form has no field for it", "Why does the order form have no field for it?"),
    ("The on-call list did not match who holds it", "Why did the on-call list not match who holds it?"),
    # verbs that are nouns elsewhere
    ("Credit notes wait for a Friday signature", "Why do credit notes wait for a Friday signature?"),
    ("Orders and returns share one desk", "Why do orders and returns share one desk?"),
    ("The Binder process sat at 100% CPU", "Why did the Binder process sit at 100% CPU?"),
    ("The lubrication pump did not pump enough", "Why did the lubrication pump not pump enough?"),
    ("The waiting requests came back and filled the CPU", "Why did the waiting requests come back?"),
    ("The key cards lose their data near a phone", "Why do the key cards lose their data near a phone?"),
    # one clause of several
    ("There was no strainer, so metal scrap got in", "Why was there no strainer?"),
    ("A routine existed, but this folder was not on its list", "Why was this folder not on its list?"),
    ("The demo repository updated itself, which triggers a build", "Why did the demo repository update itself?"),
    ("Lack of a deputy", "Why was there a lack of a deputy?"),
    ("The job that writes to the index was taken off", "Why was the job that writes to the index taken off?"),
    ("Nobody told us that the rounds had changed", "Why did nobody tell us that the rounds had changed?"),
    # names keep their capital
    ("Rosa kept the list in her diary", "Why did Rosa keep the list in her diary?"),
    ("GitHub answered late", "Why did GitHub answer late?"),
]

DOUBTS = [
    "Orders placed after six wait until Monday.",
    "The metrics needed to alert reliably were not collected",
    "When the door is shut the van leaves",
    "The clerk should have looked",
    "It rained. The boxes stood outside.",
    "Who knows?",
    "Only one person may sign, and on Fridays.",
    "The component that receives webhooks kept crashing at start",
]


@pytest.mark.parametrize(("answer", "question"), TURNED)
def test_an_answer_becomes_the_next_question(answer: str, question: str) -> None:
    assert next_question(answer, ["Rosa Klein", "Priya Nand"]).question == question


@pytest.mark.parametrize("answer", DOUBTS)
def test_in_doubt_the_answer_is_quoted(answer: str) -> None:
    assert next_question(answer).question == fallback(answer)


def test_the_second_cause_of_one_answer_is_offered_as_a_branch() -> None:
    both = "The old manager left before it was time to order them, and the new manager came after they should have."
    proposal = next_question(both)
    assert proposal.question == "Why did the old manager leave before it was time to order them?"
    assert proposal.second == "the new manager came after they should have"


@pytest.mark.parametrize(
    "answer", ["", " ", "x", "?", "a and b", ", but", "The", "no", "that which", "\x00", "і що", "a" * 9000]
)
def test_whatever_is_typed_there_is_a_question(answer: str) -> None:
    assert next_question(answer).question


def test_why_else_is_asked_of_every_kind_of_question() -> None:
    assert other_question("Why were they overcharged?") == "Why else were they overcharged?"
    assert other_question("Why else were they overcharged?") == "Why else were they overcharged?"
    assert other_question("“It rained.” Why was that?") == "“It rained.” Why else was that?"
    assert other_question("What made it possible?") == "What else made it possible?"
    assert other_question("Since when?") == "Why else? Since when?"


def test_a_problem_that_is_a_question_is_the_first_why_itself() -> None:
    assert first_question("Why are the customers angry?") == "Why are the customers angry?"
    assert first_question("You charged me twice.") == "Why did you charge me twice?"


@pytest.mark.skipif(not TREES.exists(), reason="the published trees are not on this machine")
def test_of_the_published_trees_most_answers_turn_and_none_breaks() -> None:
    answers = [node["because"] for path in TREES.glob("*.json") for node in json.loads(path.read_text())["nodes"]]
    quoted = [answer for answer in answers if next_question(answer).question == fallback(answer)]
    assert len(answers) >= 30 and len(quoted) <= len(answers) / 5


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ("The bins were not emptied because the lorry could not turn", "Why could the lorry not turn?"),
        ("The leak was reported and nobody was sent", "Why was nobody sent?"),
        ("Staff need more paper", "Why do staff need more paper?"),
    ],
)
def test_the_cause_behind_the_sentence_is_what_is_asked_about(answer: str, question: str) -> None:
    assert next_question(answer).question == question


@pytest.mark.parametrize(
    ("answer", "halves"),
    [
        (
            "The lorry was late and the spare crew had gone home.",
            ("The lorry was late.", "The spare crew had gone home."),
        ),
        ("The form is old; nobody ordered new ones", ("The form is old.", "Nobody ordered new ones.")),
        ("The card shows grams and the scale shows ounces", None),
        ("The tariff changed in June and the website was updated in August", None),
        ("Monitoring watches for failed jobs, and this one counted as done", None),
        ("Pushes, jobs and names were not logged", None),
        ("The form is old", None),
    ],
)
def test_two_causes_in_one_answer_are_told_from_one_mechanism(answer: str, halves: tuple[str, str] | None) -> None:
    assert two_causes(answer) == halves


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ("Der Preis ist falsch.", "Warum ist der Preis falsch?"),
        ("Das Formular war vom letzten Jahr", "Warum war das Formular vom letzten Jahr?"),
        ("Niemand hat neue bestellt", "Warum hat niemand neue bestellt?"),
        ("Weil es regnete, kam der Wagen später", "“Weil es regnete, kam der Wagen später.” Warum war das so?"),
    ],
)
def test_german_moves_its_verb_to_the_front_or_quotes(answer: str, question: str) -> None:
    assert next_question(answer, language=LANGUAGES["de"]).question == question
    assert other_question("Warum ist der Preis falsch?", LANGUAGES["de"]) == "Warum sonst ist der Preis falsch?"
