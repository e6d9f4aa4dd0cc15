"""The list: each filter alone and in a sentence, and the chips that take each away."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from rca.lib.clock import now
from rca.models import Complaint, Import
from tests.conftest import the
from tests.make import make_account, make_cause, make_complaint

Pair = tuple[Complaint, Complaint]
OWN = {"words": "You are right.", "how": "phone", "our_mistake": "yes"}


@pytest.fixture(scope="module", autouse=True)
def stage(standing: None) -> None:
    """Ada's, fully sorted, and one that nobody looks after and nobody has sorted, a month old."""
    ada, lin = the("ada"), the("lin")
    harbour = make_account("Harbour Books", by=ada)
    batch = Import.objects.create(preset="csv", name="a.csv", digest="", state="done", by=ada, at=now())
    first = make_complaint(
        harbour, by=ada, words="The price is wrong.", product="The Salt Road", severity="serious",
        behaviours=["rude"], channel="text", batch=batch,
    )  # fmt: skip
    make_cause(first, by=lin, title="The price form is old")
    globex = make_account("Globex", by=ada)
    make_complaint(globex, by=ada, words="It came late.", at=now() - timedelta(days=30), source="csv")


@pytest.fixture
def two(db: None) -> Pair:
    first, second = Complaint.objects.order_by("pk")
    return first, second


def shown(client: Client, **filters: str) -> list[str]:
    answer = client.get("/complaints/", {"show": "all", **filters})
    assert answer.status_code == 200
    return [line["ref"] for line in answer.context["lines"]]


FIRST = [("q", "price"), ("q", "C-{pk}"), ("cause", "R-{cause}"), ("who", "ada@fairlight.example"), ("who", "me"),
         ("hurts", "serious"), ("product", "The Salt Road"), ("account", "A-{account}"), ("account", "harb"),
         ("channel", "text"), ("treated", "rude"), ("since", "yesterday"), ("since", "3 days ago"),
         ("batch", "I-{batch}"), ("show", "mine")]  # fmt: skip
SECOND = [("q", "late"), ("cause", "none"), ("who", "nobody"), ("until", "3 weeks ago"), ("account", "globex"),
          ("show", "to-sort"), ("show", "no-cause")]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), FIRST)
def test_each_filter_finds_the_one_it_means(as_ada: Client, two: Pair, name: str, value: str) -> None:
    first = two[0]
    value = value.format(pk=first.pk, cause=first.causes.get().pk, account=first.account_id, batch=first.batch_id)
    assert shown(as_ada, **{name: value}) == [first.ref]


@pytest.mark.parametrize(("name", "value"), SECOND)
def test_none_and_nobody_are_filters_too(as_ada: Client, two: Pair, name: str, value: str) -> None:
    assert shown(as_ada, **{name: value}) == [two[1].ref]


def test_the_api_filters_by_the_same_names(api: Callable, ada: User, two: Pair) -> None:
    answer = api(ada).get("/api/v1/complaints/", {"cause": "none", "who": "nobody", "since": "2 months ago"})
    assert [row["ref"] for row in answer.data["results"]] == [two[1].ref]
    wrong = api(ada).get("/api/v1/complaints/", {"since": "the day after never"})
    assert wrong.status_code == 400 and "since" in wrong.data["errors"]


def test_a_sentence_says_what_is_shown_and_chips_take_each_filter_away(as_ada: Client, two: Pair) -> None:
    answer = as_ada.get("/complaints/", {"show": "open", "q": "price", "who": "me", "hurts": "serious"})
    page = answer.content.decode()
    assert "Open complaints that say “price”, with you, that cost them." in page
    without = next(chip.url for chip in answer.context["chips"] if chip.name == "hurts")
    assert without == "?show=open&q=price&who=me" and page.count('class="chip"') == 3


@pytest.mark.parametrize(("name", "value"), [
    ("since", "blue"), ("who", "somebody@else.example"), ("hurts", "huge"), ("show", "nothing"), ("q", "a\x00b"),
    ("q", "x" * 500), ("who", "²"), ("who", "9" * 30), ("channel", "pigeon"), ("cause", "x" * 50),
])  # fmt: skip
def test_an_address_that_cannot_be_read_shows_nothing_and_says_why(
    as_ada: Client, two: Pair, name: str, value: str
) -> None:
    answer = as_ada.get("/complaints/", {"show": "all", name: value})
    assert answer.status_code == 200 and not answer.context["lines"] and answer.context["filter"].form.errors


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", "'; drop table", "%", "\\", "&|!:*", "-", '"'])
def test_whatever_is_typed_into_the_words_is_only_looked_for(as_ada: Client, two: Pair, value: str) -> None:
    page = as_ada.get("/complaints/", {"q": value, "product": value, "account": value}).content.decode()
    assert "<script>alert" not in page


def test_closed_this_week_goes_by_when_it_was_closed(as_ada: Client, ada: User, two: Pair) -> None:
    for one in two:
        one.acknowledge(by=ada, **OWN)
    two[1].close(by=ada, outcome="Credited.")
    two[0].close(by=ada, outcome="Credited.", at=now() - timedelta(days=8))
    assert shown(as_ada, show="closed-this-week") == [two[1].ref]
