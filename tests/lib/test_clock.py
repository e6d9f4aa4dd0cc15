"""Working time: added and counted, on nights when the clocks change, over weekends and days off, in any zone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rca.lib.clock import Calendar, wall, worked, working, working_back

ZONES = ["Europe/London", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca",
         "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"]  # fmt: skip
OFFICE = Calendar({day: (time(9), time(18)) for day in range(1, 6)}, zone="Europe/London")
ALWAYS = {day: (time(0), time(0)) for day in range(1, 8)}
HOUR = timedelta(hours=1)


def london(*when: int) -> datetime:
    return wall(date(*when[:3]), time(*when[3:]), "Europe/London")


times = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
spans = st.tuples(times, times).filter(lambda one: one[0] < one[1] or one[1] == time(0))
weeks = st.dictionaries(st.integers(1, 7), spans, min_size=1)
days = st.dates(date(2025, 12, 1), date(2027, 2, 1))
calendars = st.builds(Calendar, weeks, st.frozensets(days, max_size=20), st.sampled_from(ZONES))
moments = st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
minutes = st.integers(0, 60 * 60)


@settings(max_examples=2000, deadline=None)
@given(moments, minutes, calendars)
def test_adding_working_time_and_then_counting_it_is_inverse(start: datetime, size: int, calendar: Calendar) -> None:
    end = working(start, size / 60, calendar)
    assert worked(start, end, calendar) == timedelta(minutes=size)
    assert end >= start and (calendar.open_at(end) or calendar.open_at(end - timedelta(microseconds=1)))


@settings(max_examples=500, deadline=None)
@given(moments, minutes, calendars)
def test_counting_and_then_adding_leads_back_to_any_moment_at_work(
    start: datetime, size: int, calendar: Calendar
) -> None:
    end = start + timedelta(minutes=size)
    if calendar.open_at(end) and calendar.open_at(end - timedelta(microseconds=1)):
        assert working(start, worked(start, end, calendar) / HOUR, calendar) == max(end, start)


@settings(max_examples=500, deadline=None)
@given(moments, st.integers(1, 2000), calendars)
def test_going_back_leaves_exactly_that_much_working_time(moment: datetime, size: int, calendar: Calendar) -> None:
    earlier = working_back(moment, size / 60, calendar)
    assert worked(earlier, moment, calendar) == timedelta(minutes=size) and calendar.open_at(earlier)


@settings(max_examples=300, deadline=None)
@given(moments, moments, moments, calendars)
def test_two_stretches_that_meet_add_up(one: datetime, two: datetime, three: datetime, calendar: Calendar) -> None:
    one, two, three = sorted([one, two, three])
    assert worked(one, two, calendar) + worked(two, three, calendar) == worked(one, three, calendar)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (london(2026, 3, 10, 10, 40), 4, london(2026, 3, 10, 14, 40)),
        (london(2026, 3, 10, 16), 4, london(2026, 3, 11, 11)),
        (london(2026, 3, 13, 17, 59), 1, london(2026, 3, 16, 9, 59)),  # Friday evening to Monday
        (london(2026, 3, 14, 12), 1, london(2026, 3, 16, 10)),  # a Saturday
        (london(2026, 3, 10, 7), 9, london(2026, 3, 10, 18)),  # to the last minute of a day
        (london(2026, 3, 10, 18), 0, london(2026, 3, 11, 9)),
        (london(2026, 3, 27, 17), 2, london(2026, 3, 30, 10)),  # over the night the clocks go forward
        (london(2026, 10, 23, 17), 2, london(2026, 10, 26, 10)),
        (london(2028, 2, 28, 17), 10, london(2028, 2, 29, 18)),  # a leap day is a day
    ],
)
def test_a_working_day_is_nine_to_six_by_the_clock_on_the_wall(start: datetime, hours: float, end: datetime) -> None:
    assert working(start, hours, OFFICE) == end


def test_a_day_off_does_not_count() -> None:
    easter = OFFICE._replace(holidays={date(2026, 4, 3), date(2026, 4, 6)})
    assert working(london(2026, 4, 2, 17), 2, easter) == london(2026, 4, 7, 10)
    assert worked(london(2026, 4, 2, 17), london(2026, 4, 7, 10), easter) == 2 * HOUR


@pytest.mark.parametrize(
    ("zone", "forward", "back", "by"),
    [
        ("America/New_York", date(2026, 3, 8), date(2026, 11, 1), 60),
        ("Europe/Berlin", date(2026, 3, 29), date(2026, 10, 25), 60),
        ("Australia/Lord_Howe", date(2026, 10, 4), date(2026, 4, 5), 30),
        ("Africa/Casablanca", date(2026, 3, 22), date(2026, 2, 15), 60),
    ],
)
def test_who_works_around_the_clock_works_less_in_one_night_and_more_in_another(
    zone: str, forward: date, back: date, by: int
) -> None:
    calendar = Calendar(ALWAYS, zone=zone)
    for day, minutes in ((forward, 24 * 60 - by), (back, 24 * 60 + by)):
        begin, end = calendar.span(day)
        assert (end - begin) == timedelta(minutes=minutes) == worked(begin, end, calendar)
        half_past_two = wall(day, time(2, 30), zone)
        assert worked(half_past_two, working(half_past_two, 3, calendar), calendar) == 3 * HOUR


def test_hours_inside_the_hour_that_does_not_come_are_none() -> None:
    night = Calendar({7: (time(2), time(3)), 1: (time(9), time(10))}, zone="America/New_York")
    begin, end = night.span(date(2026, 3, 8))
    assert begin == end and working(begin, 0.5, night) == wall(date(2026, 3, 9), time(9, 30), "America/New_York")


def test_the_same_hours_elsewhere_are_by_the_clock_there() -> None:
    there = OFFICE.moved("America/New_York")
    assert there.open_at(london(2026, 3, 10, 14)) and not there.open_at(london(2026, 3, 10, 10))
    assert OFFICE.moved("") == OFFICE


def test_a_day_that_somebody_asks_for_and_we_do_not_work_has_the_longest_hours() -> None:
    saturdays = OFFICE.only([6])
    assert saturdays.open_at(london(2026, 3, 14, 12)) and not saturdays.open_at(london(2026, 3, 13, 12))
    assert OFFICE.only([]) == OFFICE


def test_half_an_hour_before_the_morning_is_the_end_of_the_day_before() -> None:
    assert working_back(london(2026, 3, 16, 9), 0.5, OFFICE) == london(2026, 3, 13, 17, 30)
    assert working_back(london(2026, 3, 16, 14), 0.5, OFFICE) == london(2026, 3, 16, 13, 30)
    assert working_back(london(2026, 3, 14, 11), 0.5, OFFICE) == london(2026, 3, 13, 17, 30)


def test_a_calendar_without_any_hours_says_so_instead_of_looking_for_ever() -> None:
    nothing = Calendar({})
    for find in (working, working_back):
        with pytest.raises(ValueError, match="no working time"):
            find(london(2026, 3, 10, 10), 1, nothing)
