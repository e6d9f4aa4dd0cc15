"""The page of hours and targets, and what a change of them does to the clocks of the house."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Entry, User
from rca.hours.reading import current
from rca.lib.clock import wall
from rca.lib.refused import Forbidden, Refused, Stale
from rca.models import Complaint, Holiday, HouseCalendar, Target, WorkingDay
from tests.make import make_complaint

Door = Callable[[User], Client]
EARLY = {day: (time(8, 30), time(17, 30)) for day in range(1, 6)}


@pytest.fixture
def ours(db: None) -> HouseCalendar:
    return HouseCalendar.objects.ours()


def typed(**changes: str) -> dict[str, str]:
    """The week as the page posts it: Monday to Friday, 9 to 18."""
    week = {f"{side}_{day}": text for day in range(1, 6) for side, text in (("opens", "9"), ("closes", "18"))}
    return {"version": "1", **week, **changes}


def test_a_house_without_rows_works_monday_to_friday_and_owns_up_within_four_hours(ours: HouseCalendar) -> None:
    stands = current()
    assert stands.calendar.week == {day: (time(9), time(18)) for day in range(1, 6)}
    assert [stands.target(word) for word in ("", "nuisance", "critical")] == [4, 4, 4]


def test_the_hours_of_a_week_are_set_and_every_new_clock_runs_by_them(
    ours: HouseCalendar, max_: User, ada: User, harbour: Account
) -> None:
    ours.set_week(by=max_, week={**EARLY, 6: (time(10), time(14))})
    ours.set_targets(by=max_, hours={"": Decimal(2), "critical": Decimal("0.5")})
    friday = wall(date(2026, 3, 13), time(17))
    plain = make_complaint(harbour, by=ada, at=friday)
    stopped = make_complaint(harbour, by=ada, at=friday, severity="critical")
    assert plain.acknowledge_by == wall(date(2026, 3, 14), time(11, 30))
    assert stopped.acknowledge_by == wall(date(2026, 3, 13), time(17, 30))
    assert "Saturday 10:00 to 14:00" in Entry.objects.get(act="week_set").says
    assert Entry.objects.get(act="targets_set").after == {"not sorted yet": "2 h", "stops them": "0.5 h"}


def test_a_clock_that_runs_already_keeps_its_end(
    ours: HouseCalendar, max_: User, ada: User, harbour: Account, signed_in: Door
) -> None:
    complaint = make_complaint(harbour, by=ada)
    before = complaint.acknowledge_by
    ours.set_targets(by=max_, hours={"": Decimal(1)})
    complaint.refresh_from_db()
    assert complaint.acknowledge_by == before
    assert "Clocks that run already keep their old end" in signed_in(max_).get("/hours/").content.decode()


def test_on_a_day_off_no_clock_runs(ours: HouseCalendar, max_: User, ada: User, harbour: Account) -> None:
    ours.add_holiday(by=max_, day=date(2026, 3, 11), name="Stocktaking")
    complaint = make_complaint(harbour, by=ada, at=wall(date(2026, 3, 10), time(17)))
    assert complaint.acknowledge_by == wall(date(2026, 3, 12), time(12))
    ours.drop_holiday(by=max_, day=date(2026, 3, 11))
    assert not Holiday.objects.exists()
    assert list(Entry.objects.about(["hours"]).values_list("act", flat=True)) == ["holiday_dropped", "holiday_added"]


def test_the_public_holidays_of_a_country_are_filled_in_and_belong_to_the_house(
    ours: HouseCalendar, max_: User
) -> None:
    year = date.today().year
    ours.add_holiday(by=max_, day=date(year, 12, 25), name="Closed")
    added, kept = ours.fill_holidays(by=max_, country="GB", year=year, part="ENG")
    assert (added, kept) == (Holiday.objects.count() - 1, 1) and added >= 7
    assert Holiday.objects.get(day=date(year, 12, 25)).name == "Closed"
    assert ours.fill_holidays(by=max_, country="GB", year=year, part="ENG") == (0, added + 1)


@pytest.mark.parametrize(
    ("country", "part", "ahead", "sentence"),
    [
        ("XX", "", 0, "“XX” is no country that is known here"),
        ("GB", "BY", 0, "“BY” is no part of GB: it knows ENG, NIR, SCT, WLS."),
        ("GB", "", 40, "Say a year between"),
    ],
)
def test_what_is_not_known_is_refused_in_a_sentence(
    ours: HouseCalendar, max_: User, country: str, part: str, ahead: int, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence.replace("“", ".").replace("”", ".")):
        ours.fill_holidays(by=max_, country=country, year=date.today().year + ahead, part=part)
    assert not Holiday.objects.exists()


def test_what_makes_no_calendar_is_refused(ours: HouseCalendar, max_: User) -> None:
    refusals: list[tuple[str, Callable[[], Any]]] = [
        ("keep at least one day", lambda: ours.set_week(by=max_, week={})),
        ("at least an hour", lambda: ours.set_week(by=max_, week={1: (time(9), time(9, 30))})),
        ("at least an hour", lambda: ours.set_week(by=max_, week={1: (time(18), time(9))})),
        ("1 to 7", lambda: ours.set_week(by=max_, week={9: (time(9), time(18))})),
        ("quarter of an hour", lambda: ours.set_targets(by=max_, hours={"": Decimal(0)})),
        ("not one of the words", lambda: ours.set_targets(by=max_, hours={"dire": Decimal(1)})),
        ("Give the day a name", lambda: ours.add_holiday(by=max_, day=date(2026, 3, 11), name=" ")),
        ("is no day off", lambda: ours.drop_holiday(by=max_, day=date(2026, 3, 11))),
    ]
    for sentence, act in refusals:
        with pytest.raises(Refused, match=sentence):
            act()
    ours.add_holiday(by=max_, day=date(2026, 3, 11), name="Stocktaking")
    with pytest.raises(Refused, match="Wed 11 March 2026 is a day off already"):
        ours.add_holiday(by=max_, day=date(2026, 3, 11), name="Again")
    assert not WorkingDay.objects.exists() and not Target.objects.exists()


def test_only_the_admin_changes_it(ours: HouseCalendar, vic: User, signed_in: Door) -> None:
    for act in (
        lambda: ours.set_week(by=vic, week=EARLY), lambda: ours.set_targets(by=vic, hours={}),
        lambda: ours.add_holiday(by=vic, day=date(2026, 3, 11), name="x"),
        lambda: ours.drop_holiday(by=vic, day=date(2026, 3, 11)),
        lambda: ours.fill_holidays(by=vic, country="GB", year=2026),
    ):  # fmt: skip
        with pytest.raises(Forbidden, match="to change our working hours takes an admin"):
            act()
    assert signed_in(vic).post("/hours/week/", typed()).status_code == 403
    page = signed_in(vic).get("/hours/").content.decode()
    assert "9:00 to 18:00" in page and "<form class=" not in page.split("<main", 1)[1].split("</main>")[0]


def test_who_saves_second_sees_both(ours: HouseCalendar, max_: User, signed_in: Door) -> None:
    assert signed_in(max_).post("/hours/week/", typed(opens_1="8")).status_code == 302
    late = signed_in(max_).post("/hours/week/", typed(opens_1="10"))
    said = unescape(late.content.decode())
    assert late.status_code == 409 and "8:00 to 18:00" in said and "10:00 to 18:00" in said
    with pytest.raises(Stale):
        ours.set_targets(by=max_, hours={"": Decimal(3)}, version=1)
    assert WorkingDay.objects.get(weekday=1).opens == time(8)


def test_the_page_takes_hours_as_people_type_them(max_: User, signed_in: Door) -> None:
    client = signed_in(max_)
    assert client.post("/hours/week/", typed(opens_1="8:30", closes_1="5pm", closes_5="24")).status_code == 302
    week = current().calendar.week
    assert week[1] == (time(8, 30), time(17)) and week[5] == (time(9), time(0)) and 6 not in week
    wrong = client.post("/hours/week/", typed(version="2", opens_2="soon", closes_3=""))
    said = unescape(wrong.content.decode())
    assert wrong.status_code == 422 and "“soon” is no time of the day" in said and "Say a time." in said
    assert 'value="soon"' in said
    assert client.post("/hours/targets/", {"version": "2", "unsorted": "x"}).status_code == 422
    assert client.post("/hours/holiday/", {"day": "31 February", "name": "x"}).status_code == 422
    assert client.post("/hours/filling/", {"country": "GB", "year": "soon"}).status_code == 422
    assert client.post("/hours/removal/", {"day": "x"}).status_code == 422


def test_every_act_of_the_page_does_what_it_says(max_: User, signed_in: Door) -> None:
    client, year = signed_in(max_), date.today().year
    words = {"unsorted": "3", "nuisance": "8", "minor": "6", "serious": "2", "critical": "0.5"}
    assert client.post("/hours/targets/", {"version": "1", **words}).status_code == 302
    assert client.post("/hours/holiday/", {"day": f"{year + 1}-03-11", "name": "Stocktaking"}).status_code == 302
    assert client.post("/hours/filling/", {"country": "GB", "part": "ENG", "year": str(year)}).status_code == 302
    page = client.get("/hours/").content.decode()
    assert "Stocktaking" in page and 'value="0.5"' in page and "public holidays of GB, ENG" in page
    assert client.post("/hours/removal/", {"day": f"{year + 1}-03-11"}).status_code == 302
    assert not Holiday.objects.filter(name="Stocktaking").exists()


def test_the_calendar_is_read_in_one_statement_and_the_page_in_few(
    ours: HouseCalendar, max_: User, as_ada: Client
) -> None:
    ours.fill_holidays(by=max_, country="DE", year=date.today().year)
    with CaptureQueriesContext(connection) as captured:
        current()
    assert len(captured) == 1
    with CaptureQueriesContext(connection) as captured:
        assert as_ada.get("/hours/").status_code == 200
    assert len(captured) <= 8


@pytest.mark.parametrize("text", ["\x00", "<script>alert(1)</script>", "x" * 5000, "9" * 400])
def test_nothing_that_is_typed_breaks_the_page(max_: User, signed_in: Door, text: str) -> None:
    client = signed_in(max_)
    for noun, body in (
        ("week", typed(opens_1=text)), ("targets", {"version": text, "unsorted": text}),
        ("holiday", {"day": text, "name": text}), ("filling", {"country": text, "part": text, "year": text}),
        ("removal", {"day": text}),
    ):  # fmt: skip
        answer = client.post(f"/hours/{noun}/", body)
        assert answer.status_code == 422 and "<script>alert" not in answer.content.decode()
    assert not Complaint.objects.exists() and not Holiday.objects.exists()
