"""Days and times as people type them, in the customer's zone, also on the nights the clocks change."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rca.lib.windows import Unread, read_day, read_time, window

TUESDAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 10, 40, tzinfo=UTC)  # a Tuesday; in London 10:40, in New York 6:40
LONDON, NEW_YORK, KIRITIMATI = "Europe/London", "America/New_York", "Pacific/Kiritimati"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14", time(14)), ("9", time(9)), ("09", time(9)), ("0", time(0)), ("00:00", time(0)), ("23:59", time(23, 59)),
        ("14:00", time(14)), ("14:30", time(14, 30)), ("14.30", time(14, 30)), ("14h30", time(14, 30)),
        ("1430", time(14, 30)), ("930", time(9, 30)), (" 14 : 30 ", time(14, 30)),
        ("2pm", time(14)), ("2 PM", time(14)), ("2.30 pm", time(14, 30)), ("2:30pm", time(14, 30)),
        ("12pm", time(12)), ("12am", time(0)), ("12:30am", time(0, 30)), ("11am", time(11)),
        ("٣", time(3)), ("९pm", time(21)),  # figures of other scripts are figures
    ],
)  # fmt: skip
def test_a_time_is_read(typed: str, meant: time) -> None:
    assert read_time(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "24", "25:00", "14:60", "14:3", "13pm", "0am", "2 o'clock", "noon", "-1", "14:00:00", "1:2:3", "2pm3",
     "pm", "14-15", "9" * 500, "\x00"],
)  # fmt: skip
def test_what_is_no_time_says_so_in_its_field(typed: str) -> None:
    with pytest.raises(Unread) as unread:
        read_time(typed, "closes")
    assert unread.value.field == "closes" and len(unread.value.sentence) < 100


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", TUESDAY), ("today", TUESDAY), (" Today ", TUESDAY), ("tomorrow", date(2026, 3, 11)),
        ("wed", date(2026, 3, 11)), ("Wednesday", date(2026, 3, 11)), ("mon", date(2026, 3, 16)),
        ("tue", date(2026, 3, 17)), ("tues", date(2026, 3, 17)),  # the next one, not today
        ("+3", date(2026, 3, 13)), ("+1 week", date(2026, 3, 17)), ("+2w", date(2026, 3, 24)),
        ("2026-03-12", date(2026, 3, 12)), ("12 March", date(2026, 3, 12)), ("12 mar", date(2026, 3, 12)),
        ("12th March", date(2026, 3, 12)), ("1st april 2026", date(2026, 4, 1)), ("Thu 12 March", date(2026, 3, 12)),
        ("Thursday, 12 March", date(2026, 3, 12)), ("12/3", date(2026, 3, 12)), ("12.3.2026", date(2026, 3, 12)),
        ("29 feb 2028", date(2028, 2, 29)), ("2 January", date(2027, 1, 2)), ("9 March", date(2026, 3, 9)),
        ("1 february", date(2026, 2, 1)),
    ],
)  # fmt: skip
def test_a_day_is_read(typed: str, meant: date) -> None:
    assert read_day(typed, TUESDAY) == meant


@pytest.mark.parametrize(
    "typed",
    ["31 February", "30/2", "2026-13-01", "2026-02-30", "12/13", "32 March", "12 Marchember", "someday", "t", "th",
     "12", "march", "in 3 days", "2026-3-12T10:00", "+", "0 March", "12 March 0000", "9" * 500],
)  # fmt: skip
def test_what_is_no_day_says_so(typed: str) -> None:
    with pytest.raises(Unread) as unread:
        read_day(typed, TUESDAY)
    assert unread.value.field == "day" and "is no day" in unread.value.sentence


@given(st.text(max_size=40))
def test_no_text_at_all_breaks_the_reading(typed: str) -> None:
    for read in (read_time, lambda text: read_day(text, TUESDAY)):
        try:
            assert isinstance(read(typed), (date, time))
        except Unread as unread:
            assert unread.sentence.endswith(".")


@given(st.dates(min_value=date(2026, 1, 10), max_value=date(2027, 1, 8)))
def test_a_date_as_the_product_writes_it_reads_back(day: date) -> None:
    assert read_day(day.isoformat(), TUESDAY) == day
    assert read_day(f"{day.day} {day:%B} {day.year}", TUESDAY) == day
    if day >= TUESDAY:
        assert read_day(f"{day.day} {day:%B}", TUESDAY) == day


@given(st.times().map(lambda one: one.replace(second=0, microsecond=0)))
def test_a_time_as_the_product_writes_it_reads_back(at: time) -> None:
    assert read_time(f"{at.hour}:{at:%M}") == read_time(f"{at:%H:%M}") == read_time(f"{at:%I:%M%p}") == at


def test_a_window_is_by_the_clock_of_the_customers_wall() -> None:
    begins, ends = window("tomorrow", "9", "10", NEW_YORK, NOW)
    assert (begins.astimezone(UTC), ends.astimezone(UTC)) == (
        datetime(2026, 3, 11, 13, tzinfo=UTC), datetime(2026, 3, 11, 14, tzinfo=UTC)
    )  # fmt: skip


def test_today_is_the_customers_today() -> None:
    late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)  # the day after in Kiritimati, 13:30
    begins, _ = window("today", "15", "16", KIRITIMATI, late)
    assert begins.date() == date(2026, 3, 11)
    begins, _ = window("today", "20", "21", NEW_YORK, late)
    assert begins.date() == TUESDAY


@pytest.mark.parametrize(
    ("day", "opens", "closes", "field", "sentence"),
    [
        ("today", "15", "14", "closes", "The window ends before it starts: turn the two times round."),
        ("today", "15", "15", "closes", "turn the two times round"),
        ("today", "8", "9", "opens", "over already"),
        ("9 March", "8", "9", "opens", "over already"),
        ("today", "", "14", "opens", "Say a time."),
        ("today", "14", "", "closes", "Say a time."),
        ("blursday", "14", "15", "day", "is no day"),
        ("today", "soon", "15", "opens", "“soon” is no time of the day"),
    ],
)
def test_a_window_that_cannot_be_says_in_which_field_and_why(
    day: str, opens: str, closes: str, field: str, sentence: str
) -> None:
    with pytest.raises(Unread) as unread:
        window(day, opens, closes, LONDON, NOW)
    assert unread.value.field == field and sentence in unread.value.sentence


def test_a_window_that_has_begun_and_is_not_over_may_be_promised() -> None:
    begins, ends = window("today", "10", "11", LONDON, NOW)
    assert begins < NOW < ends


# The nights the clocks change: in London forward on 29 March 2026 at 1:00, back on 25 October at 2:00.


def test_the_day_after_the_clocks_go_forward_keeps_its_hours() -> None:
    before, after = (window(day, "14", "15", LONDON, NOW)[0].astimezone(UTC).hour for day in ("28 March", "29 March"))
    assert (before, after) == (14, 13)


def test_boston_and_london_change_on_different_days() -> None:
    here = [window(day, "9", "10", NEW_YORK, NOW)[0].astimezone(UTC).hour for day in ("2026-03-11", "2026-11-02")]
    assert here == [13, 14]


def test_a_window_over_the_hour_that_comes_twice_is_as_long_as_the_night_is() -> None:
    begins, ends = (one.astimezone(UTC) for one in window("25 October", "0:30", "2:30", LONDON, NOW))
    assert (ends - begins).total_seconds() == 3 * 3600


def test_in_the_hour_that_comes_twice_the_first_one_is_meant() -> None:
    begins, ends = (one.astimezone(UTC) for one in window("25 October", "1:15", "1:45", LONDON, NOW))
    assert (begins.hour, ends.hour) == (0, 0)


def test_a_window_over_the_hour_that_does_not_come_is_an_hour_shorter() -> None:
    begins, ends = (one.astimezone(UTC) for one in window("29 March", "0:30", "2:30", LONDON, NOW))
    assert (ends - begins).total_seconds() == 3600
