"""The list of promises and the rail of today."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, User
from rca.lib.clock import now
from rca.models import Promise
from rca.promises.rail import rail, today
from tests.conftest import TUESDAY
from tests.make import make_account, make_complaint, make_promise


def promised(account: Account, by: User, start: datetime, hours: float = 1, **facts: Any) -> Promise:
    return Promise.objects.make(
        by=by, account=account, kind="call_back", what="", window_from=start,
        window_until=start + timedelta(hours=hours), at=start - timedelta(days=1), **facts,
    )  # fmt: skip


def refs(client: Client, show: str) -> list[str]:
    return [promise.ref for promise, _ in client.get(f"/promises/?show={show}").context["rows"]]


@time_machine.travel(TUESDAY, tick=False)
def test_today_shows_the_rail_what_is_overdue_and_what_comes(as_ada: Client, ada: User, harbour: Account) -> None:
    late = promised(harbour, ada, TUESDAY - timedelta(days=1))
    soon = promised(harbour, ada, TUESDAY + timedelta(minutes=20))
    later = promised(harbour, ada, TUESDAY + timedelta(days=2))
    page = as_ada.get("/promises/")
    assert [slot.promise for slot in page.context["rail"].slots] == [soon]
    assert list(page.context["overdue"]) == [late] and [one for one, _ in page.context["later"]] == [later]
    said = page.content.decode()
    assert "now 10:40" in said and "in 20 min" in said and "One more falls due today." in said


@time_machine.travel(TUESDAY, tick=False)
def test_the_tabs_order_what_is_open_soonest_first_and_what_ended_newest_first(
    as_ada: Client, ada: User, lin: User, harbour: Account
) -> None:
    far, near = (promised(harbour, ada, TUESDAY + timedelta(hours=hours)) for hours in (9, 3))
    old, older = (promised(harbour, lin, TUESDAY - timedelta(days=days)) for days in (3, 9))
    kept, broken = (promised(harbour, ada, TUESDAY - timedelta(days=days)) for days in (4, 5))
    kept.keep(by=ada)
    broken.break_off(by=ada, words="Nobody was there.")
    assert refs(as_ada, "upcoming") == [near.ref, far.ref] == refs(as_ada, "mine")
    assert refs(as_ada, "overdue") == [older.ref, old.ref]
    assert refs(as_ada, "settled") == [kept.ref, broken.ref]
    assert refs(as_ada, "settled&ended=broken") == [broken.ref]
    assert len(refs(as_ada, "all")) == 6 and refs(as_ada, f"all&account=A-{harbour.pk + 1}") == []
    assert refs(as_ada, f"overdue&who={lin.pk}") == [older.ref, old.ref]


@pytest.mark.parametrize(
    "query", ["show=xyz", "show=overdue&older=rubbish", "show=all&account=zzz", "show=settled&ended=x"]
)
def test_a_mangled_address_breaks_nothing(as_ada: Client, harbour: Account, query: str) -> None:
    assert as_ada.get(f"/promises/?{query}").status_code == 200


@pytest.mark.parametrize("show", ["overdue", "upcoming", "settled", "all"])
def test_the_pager_walks_every_promise_once(as_ada: Client, ada: User, harbour: Account, show: str) -> None:
    start = now() + timedelta(days=-1 if show == "overdue" else 1)
    state = "released" if show == "settled" else "open"
    Promise.objects.bulk_create(
        Promise(account=harbour, kind="answer", window_from=start + timedelta(minutes=n // 3), made_by=ada, owner=ada,
                window_until=start + timedelta(minutes=n // 3 + 60), made_at=now(), state=state)
        for n in range(120)
    )  # fmt: skip
    seen: list[str] = []
    address = f"/promises/?show={show}"
    while address:
        page = as_ada.get(address).context["page"]
        seen += [row.ref for row in page.rows]
        address = "/promises/" + page.older if page.older else ""
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("show", ["today", "upcoming", "all"])
def test_the_list_asks_the_same_number_of_queries_for_ten_rows_and_for_a_thousand(
    as_ada: Client, ada: User, harbour: Account, show: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_ada.get(f"/promises/?show={show}").status_code == 200
        return len(captured)

    complaint = make_complaint(harbour, by=ada)
    for number in range(10):
        make_promise(complaint, by=ada, hours=number / 4)
        make_promise(complaint, by=ada, hours=number + 30)
    Promise.objects.filter(pk__in=Promise.objects.order_by("pk")[:2]).update(
        window_from=now() - timedelta(hours=3), window_until=now() - timedelta(hours=2)
    )
    few = queries()
    Promise.objects.bulk_create(
        Promise(account=harbour, complaint=complaint, kind="answer", window_from=now() + timedelta(minutes=n),
                window_until=now() + timedelta(minutes=n + 30), owner=ada, made_by=ada, made_at=now())
        for n in range(990)
    )  # fmt: skip
    assert queries() == few <= 15


def test_empty_lists_say_what_would_stand_there(as_ada: Client) -> None:
    assert "Nothing is promised for today" in as_ada.get("/promises/").content.decode()
    assert "You owe nobody a word" in as_ada.get("/promises/?show=mine").content.decode()


# The rail


def test_the_rail_puts_each_window_on_the_line_of_the_day(ada: User, harbour: Account) -> None:
    start = datetime(2026, 3, 10, 13, 30, tzinfo=UTC)
    drawn = rail([promised(harbour, ada, start)], TUESDAY)
    assert drawn.hours[0] == (8, 0.0) and drawn.hours[-1] == (19, 100.0) and len(drawn.hours) == 12
    slot = drawn.slots[0]
    assert [round(one) for one in (drawn.now, slot.start, slot.width)] == [24, 50, 9]


def test_the_rail_grows_for_what_lies_outside_its_hours_and_cuts_at_midnight(ada: User, harbour: Account) -> None:
    early = promised(harbour, ada, datetime(2026, 3, 10, 6, 30, tzinfo=UTC))
    late = promised(harbour, ada, datetime(2026, 3, 10, 23, 0, tzinfo=UTC), hours=5)
    drawn = rail([early, late], TUESDAY)
    assert (drawn.hours[0][0], drawn.hours[-1][0]) == (6, 24)
    assert drawn.slots[1].start + drawn.slots[1].width == pytest.approx(100, abs=0.1)


def test_before_and_after_its_hours_the_rail_draws_no_now(db: None) -> None:
    assert rail([], datetime(2026, 3, 10, 5, tzinfo=UTC)).now == -1


def test_the_day_of_the_rail_is_as_long_as_the_day_is(db: None) -> None:
    lengths = [
        (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() / 3600
        for start, end in (today(datetime(2026, *day, 12, tzinfo=UTC)) for day in ((3, 28), (3, 29), (10, 25)))
    ]
    assert lengths == [24, 23, 25]


@time_machine.travel(TUESDAY, tick=False)
def test_a_promise_far_away_shows_both_clocks(as_ada: Client, ada: User) -> None:
    boston = make_account("Beacon Street Books", by=ada, time_zone="America/New_York")
    promised(boston, ada, TUESDAY + timedelta(days=20))
    page = as_ada.get("/promises/").content.decode()
    assert "Mon 30 Mar, 11:40 to 12:40" in page and "6:40 to 7:40 in New York" in page
