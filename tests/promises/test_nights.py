"""Promises on the nights the clocks change, in zones that change by different rules, and when a zone moves later."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.test import Client

from accounts.models import Account, User
from rca.lib.clock import wall, zone
from rca.lib.windows import Unread, window
from rca.models import Promise
from rca.promises.rail import rail, today
from rca.promises.shifting import shift
from tests.make import make_account

# zone, the night forward and what it skips at 2:30, the night back, and whether 2:30 comes twice in it
NIGHTS = [
    ("America/New_York", date(2026, 3, 8), True, date(2026, 11, 1), False),
    ("Europe/Berlin", date(2026, 3, 29), True, date(2026, 10, 25), True),
    ("Australia/Lord_Howe", date(2026, 10, 4), False, date(2026, 4, 5), False),
    ("Africa/Casablanca", date(2026, 3, 22), True, date(2026, 2, 15), True),
]
NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)


def promised(account: Account, by: User, start: datetime, hours: float = 1) -> Promise:
    return Promise.objects.make(by=by, account=account, kind="call_back", what="", window_from=start, at=NOW,
                                window_until=start.astimezone(UTC) + timedelta(hours=hours))  # fmt: skip


@pytest.mark.parametrize(("name", "forward", "skipped", "back", "repeated"), NIGHTS, ids=[one[0] for one in NIGHTS])
def test_half_past_two_on_both_nights_is_kept_at_the_moment_it_means(
    ada: User, name: str, forward: date, skipped: bool, back: date, repeated: bool
) -> None:
    account = make_account(by=ada, time_zone=name)
    if skipped:
        with pytest.raises(Unread, match="clocks go forward that night and skip 2:30: say 3:30"):
            window(forward.isoformat(), "2:30", "5", name, NOW)
    else:
        begins, ends = window(forward.isoformat(), "2:30", "5", name, NOW)
        assert (begins.hour, begins.minute) == (2, 30) and ends.timestamp() - begins.timestamp() == 2.5 * 3600
    begins, _ = window(back.isoformat(), "2:30", "5", name, NOW)
    promise = promised(account, ada, begins)
    assert promise.window_from == wall(back, time(2, 30), name).astimezone(UTC)
    names = {part for part in promise.window.split() if not part[0].isdigit()}  # Sun, Oct, to, and CEST with CET
    assert ("2:30" in promise.window) and (len(names) > 3) == repeated
    assert promise.standing(promise.window_from) == "due" and promise.standing(promise.window_until) == "due"
    assert promise.standing(promise.window_until + timedelta(seconds=1)) == "overdue"


def test_in_the_hour_that_comes_twice_the_window_says_which_one(ada: User) -> None:
    account = make_account(by=ada, time_zone="America/New_York")
    first = wall(date(2026, 11, 1), time(1, 30), "America/New_York")
    assert promised(account, ada, first).window == "Sun 1 Nov, 1:30 EDT to 1:30 EST"


def test_a_zone_that_moves_after_booking_moves_no_promise(ada: User, as_ada: Client) -> None:
    account = make_account(by=ada, time_zone="America/New_York")
    promise = promised(account, ada, wall(date(2026, 7, 1), time(9), "America/New_York"))
    before = (promise.window_from, promise.window)
    account.amend(by=ada, time_zone="Europe/Berlin")
    promise = Promise.objects.get()
    assert (promise.window_from, promise.window) == before
    assert promise.moved == "Wed 1 Jul, 15:00 to 16:00 by the clock they have now"
    assert "15:00 to 16:00 by the clock they have now" in as_ada.get(promise.get_absolute_url()).content.decode()


@time_machine.travel(datetime(2026, 3, 10, 10, 40, tzinfo=UTC), tick=False)
def test_when_the_clocks_change_in_one_place_only_the_row_says_both(ada: User, as_ada: Client) -> None:
    account = make_account("Beacon Street Books", by=ada, time_zone="America/New_York")
    soon, later = (promised(account, ada, wall(date(2026, 3, day), time(9), "America/New_York")) for day in (12, 30))
    assert soon.shifted == "" and soon.there == "9:00 to 10:00 in New York"
    assert later.shifted == (
        "The clocks change in one place before then: 9:00 there is then 14:00 here, today it would be 13:00."
    )
    page = as_ada.get("/promises/?show=upcoming").content.decode()
    assert page.count("9:00 there is then 14:00 here") == 1


def test_where_both_places_change_together_nothing_is_said() -> None:
    before, after = (datetime(2026, month, 28, 12, tzinfo=UTC) for month in (3, 4))
    assert shift(after, "Europe/Berlin", before, "Europe/London") == ""
    assert shift(after, "", before) == ""


@pytest.mark.parametrize("name", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_window_at_the_far_ends_of_the_world_is_on_their_day(ada: User, name: str) -> None:
    begins, _ = window("2028-02-29", "9", "10", name, datetime(2028, 2, 20, tzinfo=UTC))
    assert begins.astimezone(zone(name)).date() == date(2028, 2, 29)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_rail_of_such_a_day_keeps_its_order_and_its_ends(ada: User, harbour: Account, day: date) -> None:
    begin, end = today(wall(day, time(12)))
    assert (end.astimezone(UTC) - begin.astimezone(UTC)) in (timedelta(hours=23), timedelta(hours=25))
    starts = [wall(day, time(hour)).astimezone(UTC) for hour in (0, 3, 9, 14, 22)]
    slots = rail([promised(harbour, ada, start) for start in starts], wall(day, time(12))).slots
    assert all(one.start < two.start for one, two in pairwise(slots)) and all(0 <= one.start < 100 for one in slots)


def test_what_the_host_clock_does_changes_no_promise(ada: User, harbour: Account, signed_in: Callable) -> None:
    start = datetime(2026, 3, 10, 14, tzinfo=UTC)
    promise = promised(harbour, ada, start)
    with time_machine.travel(start + timedelta(minutes=10), tick=False):
        promise.keep(by=ada)
    with time_machine.travel(start - timedelta(minutes=50), tick=False):  # the host’s clock is put back an hour
        assert Promise.objects.get().standing() == "kept"
        assert signed_in(ada).get("/promises/").status_code == 200
