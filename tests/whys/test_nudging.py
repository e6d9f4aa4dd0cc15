"""Soft advice: who and what it notices, and above all when it stays quiet."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Why
from rca.whys import measuring
from rca.whys.english import KINDS as TABLE
from rca.whys.language import Language
from rca.whys.nudging import nudge
from rca.whys.spoken import LANGUAGES
from tests.make import make_session

TREES = Path(__file__).resolve().parents[3] / "shared/data/fivewhys"

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
    assert len(kind) <= 20 and TABLE[kind].ask.endswith("?")


def test_advice_that_was_kept_stays_away_for_each_kind(lin: User) -> None:
    why = make_session(by=lin).ask(by=lin).reply(by=lin, answer="The clerk typed it, and the scale was off.")
    why.keep(by=lin, kind="person")
    why.keep(by=lin, kind="two")
    assert why.kept_kinds == {"person", "two"}
    with pytest.raises(Refused, match="kept as it is already"):
        why.keep(by=lin, kind="person")
    with pytest.raises(Refused, match="There is no advice"):
        why.keep(by=lin, kind="nonsense")


def test_an_answer_with_two_causes_is_split_into_two_branches(lin: User) -> None:
    why = make_session(by=lin).ask(by=lin).reply(
        by=lin, answer="The lorry was late and the spare crew had gone home.", said_by="Rosa", evidence="the log"
    )  # fmt: skip
    other = why.split(by=lin)
    why.refresh_from_db()
    assert (why.answer, why.state) == ("The lorry was late.", "confirmed")
    assert (other.answer, other.state, other.said_by) == ("The spare crew had gone home.", "stated", "Rosa")
    assert other.parent_id == why.parent_id
    assert Entry.objects.filter(act="split").get().words == "The lorry was late and the spare crew had gone home."


def test_an_answer_with_one_cause_is_not_split(lin: User, noor: User) -> None:
    why = make_session(by=lin).ask(by=lin).reply(by=lin, answer="The form is old.")
    with pytest.raises(Refused, match="reads as one cause"):
        why.split(by=lin)
    with pytest.raises(Forbidden):
        why.split(by=noor)
    assert Why.objects.count() == 1


def test_both_doors_split(as_lin: Client, lin: User, api: Callable[..., APIClient]) -> None:
    session = make_session(by=lin)
    why = session.ask(by=lin).reply(by=lin, answer="The lorry was late and the spare crew had gone home.")
    room = as_lin.get(session.get_absolute_url()).content.decode()
    assert "Split in two" in room
    as_lin.post(f"/whys/nodes/{why.pk}/split/")
    assert session.whys.count() == 2
    assert "Split in two" not in as_lin.get(session.get_absolute_url()).content.decode()
    body = {"first": "The lorry was late, twice.", "second": "It rained."}
    answer = api(lin).post(f"/api/v1/why-nodes/{why.pk}/split/", body, format="json")
    assert (answer.status_code, answer.data["answer"]) == (201, "It rained.")


# A language is one structure: nothing but it is needed to nudge and to ask in another one.
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("Der Fahrer hat das Paket beim Nachbarn abgegeben", "person"),
        ("Es war menschliches Versagen", "human_error"),
        ("Die Bestellung wurde vergessen", "forgot"),
        ("Die Verkäuferin hätte den Preis prüfen müssen", "should_have"),
        ("Das Lager ist nicht eingewiesen", "training"),
        ("Der Kunde hat die falsche Nummer angegeben", "customer"),
        ("Es gab keine Warnung", "lack"),
        ("Die Kundennummer hat acht Stellen", ""),
        ("Der Fahrer wurde nicht informiert", ""),
        ("Die Fahrer-App zeigt nur die Straße", ""),
        ("Das Formular ist vom letzten Jahr", ""),
    ],
)
def test_german_is_a_second_language(answer: str, kind: str) -> None:
    found = nudge(answer, language=LANGUAGES["de"])
    assert (found.kind if found else "") == kind


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda one: one.code)
def test_every_language_has_every_kind_and_says_what_to_ask(language: Language) -> None:
    assert list(language.kinds) == list(TABLE)
    assert all(kind.ask.endswith("?") and kind.notice for kind in language.kinds.values())


def test_the_house_chooses_its_language(settings: Any) -> None:
    settings.WHYS_LANGUAGE = "de"
    assert nudge("Es gab keine Warnung") and not nudge("There was no alert")
    settings.WHYS_LANGUAGE = "xx"
    with pytest.raises(ImproperlyConfigured, match="de, en"):
        nudge("There was no alert")


def test_the_labelled_answers_are_nudged_as_often_and_as_rightly_as_was_measured() -> None:
    seen = [measuring.look(row) for row in measuring.labelled(TREES if TREES.exists() else None)]
    for group in ("seed", "fresh", "later", "last"):
        found = measuring.score([one for one in seen if one.row.group == group])
        assert found.rightly / found.given >= 0.95 and found.rightly / found.wanted >= 0.9, group
        assert found.questions["wrong"] <= found.answers / 20, group


@pytest.mark.skipif(not TREES.exists(), reason="the published trees are not on this machine")
def test_the_published_trees_are_nudged_rightly() -> None:
    seen = [measuring.look(row) for row in measuring.labelled(TREES)]
    found = measuring.score([one for one in seen if one.row.group == "trees"])
    assert (found.answers, found.rightly, found.given, found.wanted) == (33, 6, 6, 6)
    assert found.questions["wrong"] <= 1 and found.questions["right"] >= 29


def test_the_command_prints_each_set_apart_and_says_what_is_not_here() -> None:
    out = StringIO()
    call_command("measure_nudges", questions=True, stdout=out)
    assert "trees: not here, so not measured" in out.getvalue() and "MISSED, person" in out.getvalue()
    with pytest.raises(CommandError, match="no folder"):
        call_command("measure_nudges", "/nowhere", stdout=out)
