"""The guide, the hints where they are needed, and putting them away for good."""

from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from rca.lib.refused import Refused
from rca.models import PutAway, Why
from rca.whys.guide import HINTS, advice_given, hints
from rca.whys.tree import Tree
from tests.make import BOOK_PRICE, make_chain, make_session

BESIDE = "Why did nobody here notice?"


def names(session: object, people: int = 3) -> set[str]:
    return set(hints(Tree(session.whys.all()), people, set()))  # type: ignore[attr-defined]


def test_the_first_why_has_its_hint_until_something_is_answered(lin: User) -> None:
    session = make_session(by=lin)
    assert names(session) == {"first"}
    make_chain(session, by=lin, answers=BOOK_PRICE[:2])
    assert "first" not in names(session)


def test_five_whys_without_a_branch_are_asked_for_another_cause(lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin)
    assert "floor" in names(chain[0].session)
    chain[3].branch(by=lin, answer="The printer was shut.")
    assert "floor" not in names(chain[0].session)


def test_a_chain_that_ends_on_a_person_says_so_until_it_goes_on(lin: User) -> None:
    chain = make_chain(make_session(by=lin), by=lin, answers=BOOK_PRICE[:5])
    assert "person" in names(chain[0].session)
    chain[-1].dig(by=lin).reply(by=lin, answer=BOOK_PRICE[5])
    assert "person" not in names(chain[0].session)


def test_one_trunk_only_and_one_person_only_are_said(lin: User) -> None:
    session = make_session(by=lin)
    make_chain(session, by=lin, answers=BOOK_PRICE[:2])
    assert names(session, people=1) == {"few", "trunk"}
    session.ask(by=lin, question=BESIDE, trunk="escape").reply(by=lin, answer="We check sums.")
    assert names(session) == set()


def test_a_hint_that_is_put_away_stays_away_for_this_person_only(as_lin: Client, as_ada: Client, lin: User) -> None:
    session = make_session(by=lin)
    address = session.get_absolute_url()
    assert HINTS["first"].text in unescape(as_lin.get(address).content.decode())
    answer = as_lin.post("/whys/guide/putting-away/", {"hint": "first", "back": address})
    assert answer["Location"] == address
    assert HINTS["first"].text not in unescape(as_lin.get(address).content.decode())
    assert HINTS["first"].text in unescape(as_ada.get(address).content.decode())
    as_lin.post("/whys/guide/putting-away/", {"hint": "first"})
    assert PutAway.objects.count() == 1
    as_lin.post("/whys/guide/bringing-back/")
    assert not PutAway.objects.exists()


@pytest.mark.parametrize("hint", ["", "nonsense", "x" * 10_000, "\x00"])
def test_a_hint_that_does_not_exist_is_refused(lin: User, hint: str) -> None:
    with pytest.raises(Refused, match="There is no such hint"):
        PutAway.objects.put_away(by=lin, hint=hint)


def test_the_api_puts_away_and_brings_back(lin: User, api: Callable[..., APIClient]) -> None:
    door = api(lin)
    assert [row["away"] for row in door.get("/api/v1/hints/").data] == [False] * len(HINTS)
    put = door.post("/api/v1/hints/putting-away/", {"hint": "floor"}, format="json").data
    assert [row["hint"] for row in put if row["away"]] == ["floor"]
    assert not any(row["away"] for row in door.post("/api/v1/hints/bringing-back/", {}, format="json").data)
    assert door.post("/api/v1/hints/putting-away/", {"hint": "x"}, format="json").status_code == 400


def test_every_hint_leads_to_its_part_of_the_guide(as_lin: Client) -> None:
    page = as_lin.get("/whys/guide/").content.decode()
    for hint in HINTS.values():
        assert f'id="{hint.part}"' in page


def test_a_kind_of_advice_that_is_mostly_kept_away_is_marked_for_retiring(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    for number in range(10):
        why = session.ask(by=lin, question=f"Why number {number}?").reply(by=lin, answer=f"The clerk left, {number}.")
        why.keep(by=lin, kind="person")
    why.dig(by=lin, question=next(one.ask for one in advice_given() if one.kind == "person"))
    row = next(one for one in advice_given() if one.kind == "person")
    assert (row.kept, row.asked, row.retire) == (10, 1, True)
    page = as_lin.get("/whys/guide/?kept=person").content.decode()
    assert "retire it" in page and page.count("The clerk left,") == 10
    assert as_lin.get("/whys/guide/?kept=%00%27").status_code == 200


def test_the_guide_asks_the_database_as_often_for_ten_whys_as_for_a_thousand(as_lin: Client, lin: User) -> None:
    session = make_session(by=lin)
    chain = make_chain(session, by=lin)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_lin.get("/whys/guide/?kept=person").status_code == 200
        return len(captured)

    few = queries()
    Why.objects.bulk_create(
        Why(session=session, parent=chain[0], depth=2, question="Why?", answer=f"Copy {n}.", state="stated", by=lin,
            nudge_kept="person", at=session.planned_at)
        for n in range(990)
    )  # fmt: skip
    assert queries() == few <= 15
