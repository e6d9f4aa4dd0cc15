"""Patterns: complaints that share words and product, found by a job, asked about in a click or set aside at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.models import Complaint, FiveWhys, NoSession, Pattern
from rca.whys.patterns import find
from rca.whys.planning_forms import first_words
from rca.whys.proposing import problem_of
from tests.make import make_account, make_cause, make_complaint, make_session

PRICES = [
    "The price list you sent is last year’s. We paid too much.",
    "Your price list was wrong again, nobody told us.",
    "I ordered from the price list and the invoice says more.",
    "Which price list is right? We have two of them.",
]
OTHERS = ["The van came late.", "Nobody rang back on Monday.", "The box stood in the rain.", "My login is locked."]


@pytest.fixture
def priced(ada: User) -> list[Complaint]:
    """Four about the price list of binders, among others about something else."""
    shops = [make_account(name, by=ada) for name in ("Harbour Books", "Globex", "Acme")]
    for number, words in enumerate(OTHERS):
        make_complaint(shops[number % 3], by=ada, words=words, product="Binders")
    return [
        make_complaint(shops[number % 3], by=ada, words=words, product="Binders", at=now() - timedelta(days=number))
        for number, words in enumerate(PRICES)
    ]


def test_complaints_that_share_words_and_product_become_one_pattern(priced: list[Complaint]) -> None:
    assert find() == 1
    found = Pattern.objects.get()
    assert found.name == "‘price list’ and Binders" and found.accounts == 3
    assert found.complaints == [one.pk for one in priced] and found.since == priced[-1].received_at


def test_the_words_count_only_within_one_product(ada: User, harbour: Account) -> None:
    for product in ("Binders", "Pens", "Paper", "Ink"):
        make_complaint(harbour, by=ada, words="The price list was wrong.", product=product)
    assert find() == 0


def test_found_again_a_pattern_keeps_its_address_and_one_that_is_gone_goes(priced: list[Complaint], lin: User) -> None:
    find()
    first = Pattern.objects.get().pk
    find()
    assert Pattern.objects.get().pk == first
    make_cause(*priced, by=lin)
    assert find() == 0 and not Pattern.objects.exists()


def test_what_has_a_cause_a_session_or_a_reason_or_is_old_is_in_no_pattern(
    priced: list[Complaint], ada: User, lin: User
) -> None:
    one, two, three, four = priced
    make_session(by=lin, complaints=[one])
    NoSession.objects.decide(by=ada, complaint=two, reason="New phone.")
    assert find() == 0
    assert find(at=now() + timedelta(weeks=30)) == 0
    assert {three.state, four.state} == {"open"}


def test_a_called_off_session_gives_its_complaints_back(priced: list[Complaint], lin: User) -> None:
    session: FiveWhys = FiveWhys.objects.plan(by=lin, problem="Prices", complaints=priced)
    assert find() == 0
    session.call_off(by=lin, reason="Everybody is ill.")
    assert find() == 1


def test_one_click_begins_a_session_about_all_of_them(priced: list[Complaint], as_lin: Client) -> None:
    find()
    page = as_lin.get("/whys/").content.decode()
    assert "Asked about by nobody yet" in page and "4 complaints</a> share <b>‘price list’ and Binders</b>" in page
    answer = as_lin.post(f"/whys/patterns/{Pattern.objects.get().pk}/session/")
    session = FiveWhys.objects.get()
    assert answer["Location"] == f"/whys/{session.ref}/" and session.state == "running"
    assert set(session.complaints.all()) == set(priced)
    assert session.impact.startswith("And 3 more say much the same: 4 complaints of 3 accounts")


def test_its_number_opens_its_complaints_and_the_next_person_hears_that_they_are_asked_about(
    priced: list[Complaint], as_lin: Client, lin: User
) -> None:
    find()
    address = f"/whys/patterns/{Pattern.objects.get().pk}/"
    page = as_lin.get(address).content.decode()
    assert all(one.ref in page for one in priced)
    make_session(by=lin, complaints=priced)
    assert "All of them are looked after" in as_lin.get(address).content.decode()
    assert "Asked about by nobody yet" not in as_lin.get("/whys/").content.decode()
    assert as_lin.post(address + "session/").status_code == 409


def test_a_pattern_is_set_aside_with_a_reason_and_a_name(priced: list[Complaint], as_ada: Client, ada: User) -> None:
    find()
    refs = " ".join(one.ref for one in priced)
    again = as_ada.post("/whys/no-session/", {"complaints": refs, "reason": ""})
    assert again.status_code == 422 and "Say why nobody needs to ask" in again.content.decode()
    as_ada.post(
        "/whys/no-session/", {"complaints": refs, "reason": "The list is reprinted.", "unless": "it comes again"}
    )
    assert NoSession.objects.filter(by=ada, reason="The list is reprinted.").count() == 4
    assert "Asked about by nobody yet" not in as_ada.get("/whys/").content.decode()


def test_several_at_once_leave_out_what_is_asked_about_and_refuse_when_nothing_is_left(
    priced: list[Complaint], ada: User, noor: User, lin: User
) -> None:
    make_session(by=lin, complaints=priced[:1])
    assert len(NoSession.objects.decide_all(by=ada, complaints=priced, reason="Reprinted.")) == 3
    with pytest.raises(Refused, match="needs no session already"):
        NoSession.objects.decide_all(by=ada, complaints=priced, reason="Reprinted.")
    with pytest.raises(Forbidden):
        NoSession.objects.decide_all(by=noor, complaints=priced, reason="No.")


def test_the_api_lists_them_and_sets_several_aside(
    priced: list[Complaint], api: Callable[..., APIClient], ada: User
) -> None:
    find()
    door = api(ada)
    found = door.get("/api/v1/patterns/").json()["results"]
    assert [one["name"] for one in found] == ["‘price list’ and Binders"]
    assert door.get(f"/api/v1/patterns/{found[0]['id']}/").json()["complaints"] == [one.ref for one in priced]
    made = door.post(
        "/api/v1/no-sessions/several/", {"complaints": found[0]["complaints"], "reason": "Reprinted."}, format="json"
    )
    assert len(made.json()["complaints"]) == 4 and not door.get("/api/v1/patterns/").json()["results"]


def test_of_several_complaints_the_problem_is_the_sentence_that_says_most_of_them(priced: list[Complaint]) -> None:
    assert problem_of(priced) in {
        part for words in PRICES for part in words.replace("? ", "?|").replace(". ", ".|").split("|")
    }
    assert "price list" in problem_of(priced)
    assert problem_of(priced[:1]) == PRICES[0]


def test_an_account_is_asked_about_by_its_open_complaints(
    as_lin: Client, lin: User, ada: User, harbour: Account
) -> None:
    open_, closed = (make_complaint(harbour, by=ada, words=f"Late again, {n}.") for n in (1, 2))
    closed.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="yes")
    closed.close(by=ada, outcome="Credited.")
    assert f"?account={harbour.ref}" in as_lin.get(f"/accounts/{harbour.ref}/").content.decode()
    page = as_lin.get(f"/whys/new/?account={harbour.ref}").content.decode()
    assert open_.ref in page and closed.ref not in page
    assert as_lin.get("/whys/new/?account=A-999999").status_code == 404


def test_the_index_asks_the_same_number_of_queries_however_many_patterns(
    as_lin: Client, ada: User, harbour: Account
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            as_lin.get("/whys/")
        return len(queries)

    def spread(first: int, last: int) -> None:
        for number in range(first, last):
            for extra in ("alpha", "beta", "gamma"):
                words = f"The word{chr(97 + number)}xx thing{chr(97 + number)}yy broke, {extra}."
                make_complaint(harbour, by=ada, words=words, product=f"P{number}")
        find()

    spread(0, 2)
    few = asked()
    spread(2, 12)
    assert Pattern.objects.count() >= 10
    assert asked() == few <= 15


def test_first_words_propose_a_plan(priced: list[Complaint], lin: User) -> None:
    facts: dict[str, Any] = first_words(lin, priced)
    assert facts["complaints"].count("C-") == 4 and facts["facilitator"] == lin.pk
    assert first_words(lin, [])["problem"] == "" and first_words(lin, [])["impact"] == ""
