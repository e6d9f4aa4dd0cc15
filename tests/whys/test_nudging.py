"""Soft advice: who and what it notices, and above all when it stays quiet."""

import pytest

from rca.whys.nudging import TABLE, nudge

NOTICED = [
    ("The old manager left before it was time to order them", "person"),
    ("The clerk typed the wrong price", "person"),
    ("Rosa kept it in her diary", "person"),
    ("Someone switched it off", "person"),
    ("The night clerk in goods-in did not check the list", "person"),
    ("Nobody checked the list", "person"),
    ("Drivers report a delivery only", "person"),
    ("He was careless", "human_error"),
    ("Because of human error", "human_error"),
    ("She did it by mistake", "human_error"),
    ("The clerk made a mistake", "human_error"),
    ("The driver forgot the parcel", "forgot"),
    ("Nobody remembered to order", "forgot"),
    ("They work from memory", "forgot"),
    ("They should have called", "should_have"),
    ("Staff must be more careful", "should_have"),
    ("The staff were not trained for it", "training"),
    ("We need more training", "training"),
    ("The customer entered the wrong number", "customer"),
    ("Customers never read the letter", "customer"),
    ("There was no alert", "lack"),
    ("Nothing compares the database with the index", "lack"),
]

QUIET = [
    "The customer portal logs people out",
    "The manager approval step was removed",
    "The mistake counter resets at midnight",
    "Passwords that were forgotten can be reset only by post",
    "The driver app shows addresses without the flat number",
    "Staff were not told about the new tariff",
    "The people on call could not enlarge the disk",
    "The agent was given the old form",
    "The error message was not shown",
    "The training room is in another building",
    "There was no refund on the account",
    "The label says what should have been in the box",
    "They were overcharged for the book.",
    "They come from the old file",
    "The new forms were not ordered.",
    "The van comes before the door opens",
    "The customer number has eight digits",
    "",
]


@pytest.mark.parametrize(("answer", "kind"), NOTICED)
def test_an_answer_that_stops_short_gets_a_better_question(answer: str, kind: str) -> None:
    found = nudge(answer, names=["Rosa Klein"])
    assert found and found.kind == kind and found.ask.endswith("?")


@pytest.mark.parametrize("answer", QUIET)
def test_a_way_of_working_gets_none(answer: str) -> None:
    assert nudge(answer) is None


def test_a_name_is_a_person_only_when_it_is_known() -> None:
    assert nudge("Hollins kept the list") is None
    found = nudge("Hollins kept the list", names=["Hollins"])
    assert found and found.kind == "person"


def test_the_question_said_again_is_noticed() -> None:
    found = nudge("The forms were not ordered in time", question="Why were the forms not ordered in time?")
    assert found and found.kind == "repeats"


def test_a_chain_that_goes_round_is_noticed() -> None:
    found = nudge("The price form was last year’s form", above=["It is last year’s price form", "The till is slow"])
    assert found and found.kind == "circle"


@pytest.mark.parametrize("kind", TABLE)
def test_every_kind_fits_its_column(kind: str) -> None:
    assert len(kind) <= 20 and TABLE[kind][2].endswith("?")
