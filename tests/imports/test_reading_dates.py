"""Dates as files write them, and which of day and month comes first."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rca.imports.dates import Unread, moment, order


@pytest.mark.parametrize(
    ("text", "day_first", "utc"),
    [
        ("2023-03-22", None, "2023-03-22T00:00"),
        ("2023-07-22", None, "2023-07-21T23:00"),
        ("20230322", None, "2023-03-22T00:00"),
        ("2023/03/22 09:12", None, "2023-03-22T09:12"),
        ("2023-03-22T09:12:05.123Z", None, "2023-03-22T09:12:05.123000"),
        ("2023-03-22T09:12:05+10:00", None, "2023-03-21T23:12:05"),
        ("2023-03-22T09:12:00.000+0000", None, "2023-03-22T09:12"),
        ("2020-02-19 01:54:52 UTC", None, "2020-02-19T01:54:52"),
        ("2021-03-04 09:12 EST", None, "2021-03-04T14:12"),
        ("04/03/2021 09:12", True, "2021-03-04T09:12"),
        ("04/03/2021 09:12", False, "2021-04-03T08:12"),
        ("25/03/21", None, "2021-03-25T00:00"),
        ("03/25/21", None, "2021-03-25T00:00"),
        ("05/05/2021", None, "2021-05-04T23:00"),
        ("4.3.2021, 9.12 Uhr", None, "2021-03-04T09:12"),
        ("4-3-2021 9:12 pm", True, "2021-03-04T21:12"),
        ("12/25/2021 12:05 AM", None, "2021-12-25T00:05"),
        ("04/Mar/21 9:12 AM", None, "2021-03-04T09:12"),
        ("04-Mar-2021", None, "2021-03-04T00:00"),
        ("4 March 2021 at 09:12", None, "2021-03-04T09:12"),
        ("March 4, 2021 9:12 PM", None, "2021-03-04T21:12"),
        ("Thu, 04 Mar 2021 09:12:00 +0000", None, "2021-03-04T09:12"),
        ("4. März 2021", None, "2021-03-04T00:00"),
        ("4 août 2021", None, "2021-08-03T23:00"),
        ("4 de marzo de 2021", None, "2021-03-04T00:00"),
        ("44259", None, "2021-03-04T00:00"),
        ("44259.5", None, "2021-03-04T12:00"),
        ("1614849120", None, "2021-03-04T09:12"),
        ("1614849120000", None, "2021-03-04T09:12"),
    ],
)
def test_a_date_is_read_as_it_is_meant(text: str, day_first: bool | None, utc: str) -> None:
    at = moment(text, day_first, "Europe/London").at.astimezone(UTC)
    assert at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day_first", "why"),
    [
        ("31/02/2024", True, "February has no 31st."),
        ("29/02/2023", True, "February 2023 has no 29th."),
        ("05/14/2023 16:20", True, "there is no month 14."),
        ("31/04/2024", True, "April has no 31st."),
        ("03/04/2021", None, "nothing in the file says which: choose one."),
        ("04/03/2021 25:00", True, "there is no time 25:00."),
        ("04/03/2021 13:00 pm", True, "there is no 13 o’clock pm."),
        ("2021-03-04 09:12 XYZ", None, "the zone “XYZ” is not known here"),
        ("4 Smarch 2021", None, "there is no month “Smarch”."),
        ("yesterday", None, "it should look like"),
        ("12", None, "it should look like"),
        ("0000-01-01", None, "there is no year 0."),
        ("9" * 90, None, "too long"),
    ],
)
def test_what_is_no_date_says_why(text: str, day_first: bool | None, why: str) -> None:
    with pytest.raises(Unread) as unread:
        moment(text, day_first)
    assert why in str(unread.value)


def test_a_time_without_a_zone_is_the_clock_of_the_zone_that_was_chosen() -> None:
    assert moment("2021-07-04 09:00", None, "America/New_York").at.astimezone(UTC).hour == 13
    assert moment("2021-07-04", None, "UTC").whole_day and not moment("2021-07-04 00:00", None, "UTC").whole_day


def test_the_hour_that_a_night_repeats_is_the_first_and_one_that_it_skips_is_still_a_moment() -> None:
    assert moment("2021-10-31 01:30", None, "Europe/London").at.astimezone(UTC).hour == 0
    assert moment("2021-03-28 01:30", None, "Europe/London").at.astimezone(UTC).hour == 1


@pytest.mark.parametrize(
    ("texts", "day_first", "why"),
    [
        (["25/03/2021", "04/03/2021"], True, "1 date can only be read this way; none speaks against it."),
        (["03/25/2021"] * 3 + ["25/03/2021"], False, "3 dates can only be read this way; 1 speaks against it."),
        (["04/03/2021", "05/06/2021"], None, "All 2 dates can be read either way: say which comes first"),
        (["25/03/2021", "03/25/2021"], None, "1 dates can only be read day first and 1 only month first: say which."),
        (["4.3.2021", "5.6.2021"], True, "written with dots, as where the day comes first."),
        (["2021-03-04"], None, "No date is written in figures that could be turned round."),
    ],
)
def test_the_order_of_day_and_month_is_found_from_the_data(texts: list[str], day_first: bool | None, why: str) -> None:
    found = order(texts)
    assert found.day_first is day_first and why in found.why


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2199, 12, 31)), st.booleans())
def test_any_date_written_one_way_is_read_back_that_way(at: datetime, day_first: bool) -> None:
    at = at.replace(microsecond=0)
    written = at.strftime("%d/%m/%Y %H:%M:%S" if day_first else "%m/%d/%Y %I:%M:%S %p")
    assert moment(written, day_first, "UTC").at == at.replace(tzinfo=UTC)
    assert moment(at.isoformat() + "+02:00", None).at == (at - timedelta(hours=2)).replace(tzinfo=UTC)


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="0123456789/-.: TZ+amjanmärpGMTé,()", max_size=40), st.sampled_from([True, False, None]))
def test_any_text_is_a_moment_or_says_why_it_is_none(text: str, day_first: bool | None) -> None:
    try:
        assert moment(text, day_first, "UTC").at.tzinfo
    except Unread as unread:
        assert str(unread)
