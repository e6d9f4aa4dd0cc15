"""Before a root becomes a new cause: those that look alike, and why; after it, who else was hit."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.causes.counting import count_words
from rca.causes.resembling import resembling
from rca.lib.clock import now
from rca.models import Cause, CauseMerge, Why
from tests.make import make_account, make_cause, make_chain, make_complaint, make_session

HTMX = {"HX-Request": "true"}
ANSWERS: dict[str, Any] = {"would_have_happened": "no", "stays_away": "yes", "reads_back": "on", "title": ""}


def ending(answer: str, lin: User, **facts: Any) -> Why:
    session = make_session(by=lin, **facts)
    return make_chain(session, by=lin, answers=[*(f"Step {n}." for n in range(5)), answer])[-1]


def test_a_cause_whose_title_shares_two_words_is_offered_and_says_which(lin: User) -> None:
    known = make_cause(by=lin, title="The price list is kept in one diary")
    make_cause(by=lin, title="Vans leave before the door opens")
    found = resembling(lin, ending("Nobody owns the price list.", lin))
    assert [one.cause for one in found] == [known]
    assert "shares “list” and “price”" in found[0].because and "known since" in found[0].because


def test_one_word_alone_is_no_likeness(lin: User) -> None:
    make_cause(by=lin, title="The price form is a copy")
    assert resembling(lin, ending("Nobody owns the price board.", lin)) == []


def test_accounts_and_complaints_in_common_count(ada: User, lin: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    known = make_cause(complaint, by=lin, title="Vans leave early")
    found = resembling(lin, ending("The gate is shut.", lin, complaints=[complaint]))
    assert found[0].cause == known
    assert "1 account in common" in found[0].because and "1 complaint of this session came from it" in found[0].because


def test_the_family_that_is_chosen_lifts_its_causes(lin: User) -> None:
    known = make_cause(by=lin, title="The list is old", family="price")
    why = ending("The list has no owner.", lin)
    assert resembling(lin, why) == []
    found = resembling(lin, why, family="price")
    assert [one.cause for one in found] == [known] and "the same family, price" in found[0].because


def test_at_most_three_are_offered_and_never_one_that_was_merged(lin: User) -> None:
    causes = [make_cause(by=lin, title=f"The price list is old, number {n}") for n in range(5)]
    found = [one.cause for one in resembling(lin, ending("The price list is old.", lin))]
    assert len(found) == 3 and set(found) <= set(causes)
    other = next(one for one in causes if one != found[0])
    CauseMerge.objects.create(duplicate=found[0], into=other, by=lin, at=now())
    assert found[0] not in [one.cause for one in resembling(lin, ending("The price list is old.", lin))]


def test_one_click_joins_the_cause_that_is_known(as_lin: Client, lin: User) -> None:
    known = make_cause(by=lin, title="The price list is kept in one diary")
    why = ending("Nobody owns the price list.", lin)
    part = as_lin.get(f"/causes/roots/{why.pk}/alike/", headers=HTMX).content.decode()
    assert f'name="cause" value="{known.ref}"' in part and "<html" not in part
    assert f'value="{known.ref}"' in as_lin.get(f"/causes/roots/{why.pk}/").content.decode()
    back = f"{why.session.get_absolute_url()}?at={why.pk}#stop"
    answer = as_lin.post(f"/causes/roots/{why.pk}/", {**ANSWERS, "owner": lin.pk, "cause": known.ref, "back": back})
    assert answer["Location"] == back and known.roots.count() == 2


def test_nobody_is_sent_out_of_the_house_after_marking(as_lin: Client, lin: User) -> None:
    why = ending("Nobody owns the price list.", lin)
    answer = as_lin.post(f"/causes/roots/{why.pk}/", {**ANSWERS, "owner": lin.pk, "back": "https://evil.example/"})
    assert answer["Location"] == Cause.objects.get().get_absolute_url()


def test_a_marked_root_names_its_roster_and_who_else_complained_alike(
    as_lin: Client, ada: User, lin: User, harbour: Account
) -> None:
    words = "The zanzibar price list in the catalogue was out of date again."
    complaint = make_complaint(harbour, by=ada, words=words)
    cause = make_cause(complaint, by=lin)
    globex = make_account("Globex", by=ada)
    make_complaint(globex, by=ada, words="Your zanzibar price list in the catalogue was out of date.")
    count_words()
    why = cause.roots.get().why
    part = as_lin.get(f"/causes/roots/{why.pk}/alike/", headers=HTMX).content.decode()
    assert "1 account</a> is on its roster" in part and f"/causes/{cause.ref}/rule/" in part


def test_a_viewer_sees_no_offers(signed_in: Callable[[User], Client], noor: User, lin: User) -> None:
    make_cause(by=lin, title="The price list is kept in one diary")
    why = ending("Nobody owns the price list.", lin)
    assert "The price list is kept" not in signed_in(noor).get(f"/causes/roots/{why.pk}/alike/").content.decode()


def test_the_api_offers_the_same(lin: User, ada: User, api: Callable[..., APIClient]) -> None:
    known = make_cause(by=lin, title="The price list is kept in one diary")
    why = ending("Nobody owns the price list.", lin)
    found = api(lin).get(f"/api/v1/causes/alike/?why={why.pk}").data
    assert [one["cause"] for one in found] == [known.ref]
    assert api(ada).get(f"/api/v1/causes/alike/?why={why.pk}").status_code == 403
    assert api(lin).get("/api/v1/causes/alike/?why=99999").status_code == 400


@pytest.mark.parametrize("many", [1, 40])
def test_the_offer_asks_as_often_for_one_cause_as_for_forty(as_lin: Client, lin: User, many: int) -> None:
    for number in range(many):
        make_cause(by=lin, title=f"The price list is old, {number}")
    why = ending("The price list is old.", lin)
    with CaptureQueriesContext(connection) as captured:
        assert as_lin.get(f"/causes/roots/{why.pk}/alike/", headers=HTMX).status_code == 200
    assert len(captured) <= 15
