"""What a cause learns from its complaints, and that the sums stay what the links say."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import Account, User
from rca.causes import counting, learning, measuring
from rca.models import Cause, CauseProduct, CauseReading, CauseWord, Complaint, Word
from tests.make import make_cause, make_complaint

FILE = Path(__file__).parents[2].parent / "shared/data/cfpb/cfpb_2023_jan_aug_personal_loans.csv"


def sums(cause: Cause) -> dict[str, float]:
    rows = CauseWord.objects.filter(cause=cause).order_by("lexeme")
    return {row.lexeme: round(row.weight, 6) for row in rows}


@pytest.fixture
def complaints(ada: User, harbour: Account) -> list[Complaint]:
    texts = ["Charged twice, twice, twice for one book", "The book is damp", "One invoice, two prices"]
    return [make_complaint(harbour, by=ada, words=text, product="Primer 3") for text in texts]


def test_each_complaint_weighs_one_however_long_it_is(ada: User, lin: User, complaints: list[Complaint]) -> None:
    cause = make_cause(by=lin)
    cause.link(by=ada, complaint=complaints[0])
    assert sum(weight**2 for weight in sums(cause).values()) == pytest.approx(1, abs=1e-4)
    assert sums(cause)["twice"] > sums(cause)["book"]


def test_unlinking_takes_away_what_linking_added(ada: User, lin: User, complaints: list[Complaint]) -> None:
    cause = make_cause(complaints[0], by=lin)
    before = sums(cause)
    cause.link(by=ada, complaint=complaints[1])
    assert CauseProduct.objects.get(cause=cause).complaints == 2 and sums(cause) != before
    cause.unlink(by=ada, complaint=complaints[1])
    cause.refresh_from_db()
    assert sums(cause) == before and cause.complaint_count == 1
    assert CauseProduct.objects.get(cause=cause).complaints == 1


def test_marking_a_root_learns_from_every_complaint_of_the_session(lin: User, complaints: list[Complaint]) -> None:
    cause = make_cause(*complaints, by=lin)
    cause.refresh_from_db()
    assert cause.complaint_count == cause.read_count == 3 and {"damp", "invoic"} <= sums(cause).keys()


def test_a_cause_without_complaints_is_known_by_its_title_and_confirmed_whys(lin: User) -> None:
    cause = make_cause(by=lin, title="The thermostat has no owner")
    read = set(CauseReading.objects.filter(cause=cause).values_list("lexeme", flat=True))
    assert {"thermostat", "overcharg", "diari"} <= read and not sums(cause)


def test_a_new_title_and_an_approved_line_are_read_at_once(lin: User, vic: User) -> None:
    cause = make_cause(by=lin)
    cause.amend(by=lin, version=Cause.objects.get(pk=cause.pk).version, title="Nobody owns the thermostat")
    cause.draft_line(by=lin, text="We are sorry about the weather.").approve(by=vic)
    read = set(CauseReading.objects.filter(cause=cause).values_list("lexeme", flat=True))
    assert {"thermostat", "weather"} <= read


def test_reading_rows_are_the_strongest_and_have_length_one(
    lin: User, complaints: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    cause = make_cause(*complaints, by=lin)
    rows = CauseReading.objects.filter(cause=cause).order_by("-weight")
    assert sum(row.weight**2 for row in rows) == pytest.approx(1)
    first = [row.lexeme for row in rows[:3]]
    monkeypatch.setattr(learning, "KEPT", 3)
    learning.reread([cause.pk])
    assert [row.lexeme for row in rows.all()] == first


def test_a_large_cause_is_not_read_anew_at_every_link(
    ada: User, lin: User, complaints: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "SMALL", 1)
    cause = make_cause(*complaints[:2], by=lin)
    Cause.objects.filter(pk=cause.pk).update(complaint_count=1000, read_count=1000)
    cause.link(by=ada, complaint=complaints[2])
    cause.refresh_from_db()
    assert (cause.complaint_count, cause.read_count) == (1001, 1000) and "invoic" in sums(cause)


def test_many_complaints_at_once_give_the_same_sums_as_one_by_one(lin: User, complaints: list[Complaint]) -> None:
    one_by_one, at_once = make_cause(*complaints, by=lin), make_cause(by=lin)
    learning.learn(at_once.pk, [one.pk for one in complaints])
    assert sums(at_once) == sums(one_by_one)


def test_when_two_causes_become_one_their_sums_are_added(lin: User, complaints: list[Complaint]) -> None:
    first, second, both = make_cause(complaints[0], by=lin), make_cause(complaints[1], by=lin), make_cause(by=lin)
    learning.learn(both.pk, [complaints[0].pk, complaints[1].pk])
    learning.absorb(first.pk, second.pk)
    first.refresh_from_db()
    assert sums(first) == sums(both) and first.complaint_count == 2
    assert not sums(second) and not CauseReading.objects.filter(cause=second).exists()


def test_the_hourly_count_makes_a_word_in_every_complaint_common(complaints: list[Complaint]) -> None:
    assert counting.count_words() > 5
    words = dict(Word.objects.values_list("lexeme", "idf"))
    assert words["book"] < words["damp"] and "the" not in words


def test_the_hourly_count_of_an_empty_house_is_nothing(db: None) -> None:
    assert counting.count_words() == 0


def test_the_nightly_count_mends_what_no_longer_agrees_and_says_so(
    lin: User, complaints: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "ROUND", 1)
    cause = make_cause(*complaints, by=lin)
    right = sums(cause)
    assert counting.rebuild(localdate()) == 0
    CauseWord.objects.filter(cause=cause, lexeme="damp").update(weight=9)
    CauseWord.objects.create(cause=cause, lexeme="leftover", weight=1)
    CauseProduct.objects.filter(cause=cause).update(complaints=7)
    Cause.objects.filter(pk=cause.pk).update(complaint_count=7)
    assert counting.rebuild(localdate()) == 1
    cause.refresh_from_db()
    assert sums(cause) == right and cause.complaint_count == 3
    assert CauseProduct.objects.get(cause=cause).complaints == 3


@pytest.mark.skipif(not FILE.exists(), reason=f"the shared data is absent: {FILE}")
def test_on_real_complaints_the_right_cause_is_among_the_first_three(db: None) -> None:
    found = measuring.measure(measuring.read(FILE), full=False)
    assert found["asked"] == 566 and found["causes"] == 24
    assert found["words"].three >= 0.72 and found["product"].three >= 0.73
    assert not Cause.objects.exists() and not Word.objects.exists()


def products(cause: Cause) -> dict[str, int]:
    return dict(CauseProduct.objects.filter(cause=cause, complaints__gt=0).values_list("product", "complaints"))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_linked_and_amended_the_sums_stay_what_a_full_count_says(
    ada: User, lin: User, complaints: list[Complaint], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(counting, "ROUND", 1)
    dice, causes = random.Random(seed), [make_cause(by=lin) for _ in range(3)]
    words = ["late", "damp", "invoice", "twice", "carton", "price", "book", "van", "portal", "label"]
    for _ in range(40):
        complaint, cause = Complaint.objects.get(pk=dice.choice(complaints).pk), dice.choice(causes)
        act = dice.choice(["link", "link", "unlink", "words", "words", "product", "both"])
        if act in ("link", "unlink"):
            if cause.links.filter(complaint=complaint).exists() == (act == "unlink"):
                getattr(cause, act)(by=ada, complaint=complaint)
            continue
        said = " ".join(dice.choices(words, k=dice.randint(1, 12)))
        what = {"words": said, "product": dice.choice(["", "Primer 3", "Atlas"])}
        complaint.amend(by=ada, **(what if act == "both" else {act: what[act]}))
    before = [(sums(cause), products(cause)) for cause in causes]
    assert any(found for found, _ in before)
    assert counting.rebuild(localdate()) == 0  # nothing was wrong by more than a rounding
    after = [(sums(cause), products(cause)) for cause in causes]
    assert [sold for _, sold in before] == [sold for _, sold in after]
    for (was, _), (is_, _) in zip(before, after, strict=True):
        assert was == pytest.approx(is_, abs=1e-4)


def test_what_a_complaint_says_now_is_read_by_the_prompt_at_once(
    ada: User, lin: User, complaints: list[Complaint]
) -> None:
    cause = make_cause(complaints[1], by=lin)
    complaints[1].amend(by=ada, words="The carton was crushed", product="Atlas")
    read = set(CauseReading.objects.filter(cause=cause).values_list("lexeme", flat=True))
    assert "crush" in read and "damp" not in read and "damp" not in sums(cause)
    assert products(cause) == {"Atlas": 1}


def test_amending_what_is_linked_to_nothing_or_says_the_same_asks_nothing_more(
    ada: User, lin: User, complaints: list[Complaint]
) -> None:
    cause = make_cause(complaints[0], by=lin)
    before = sums(cause)
    complaints[1].amend(by=ada, words="Quite something else")
    with CaptureQueriesContext(connection) as asked:
        complaints[0].amend(by=ada, words=complaints[0].words, severity="minor")
    assert sums(cause) == before and not any("rca_causeword" in one["sql"] for one in asked)


@pytest.mark.django_db(transaction=True)
def test_one_who_links_while_another_amends_loses_neither(ada: User, lin: User, harbour: Account) -> None:
    """Each waits for the complaint first, so that they never wait in a ring and the sums tell the newest words."""
    cause = make_cause(by=lin)
    rows = [make_complaint(harbour, by=ada, words=f"The old label number {n}") for n in range(8)]

    def link(pk: int) -> None:
        Cause.objects.get(pk=cause.pk).link(by=ada, complaint=Complaint.objects.get(pk=pk))
        connections.close_all()

    def amend(pk: int) -> None:
        Complaint.objects.get(pk=pk).amend(by=lin, words="A crushed carton")
        connections.close_all()

    with ThreadPoolExecutor(8) as people:
        for done in [people.submit(act, row.pk) for row in rows for act in (link, amend)]:
            done.result()
    assert counting.mend([cause.pk]) == 0 and sums(cause)["carton"] > 1 and "label" not in sums(cause)
