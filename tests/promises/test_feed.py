"""One's promises in one's own calendar: an address hard to guess, to be taken back, that says no more than it must."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.models import Account, CalendarFeed, Entry, User
from rca.lib.refused import Refused
from rca.models import Promise
from tests.make import make_account, make_complaint, make_promise


def fetched(secret: str) -> list[dict[str, object]]:
    answer = Client().get(f"/f/{secret}.ics")
    assert answer.status_code == 200
    return [dict(one) for one in Calendar.from_ical(answer.content).walk("VEVENT")]


@pytest.fixture
def secret(ada: User) -> str:
    return CalendarFeed.objects.open(by=ada, name="work")[1]


def test_it_shows_whom_what_and_when_and_nothing_that_they_said(secret: str, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada, words="You charged me twice, you crooks.")
    promise = make_promise(complaint, by=ada)
    (event,) = fetched(secret)
    assert event["SUMMARY"] == "Call back: Harbour Books" and "tell you what we found" in event["DESCRIPTION"]
    assert event["DTSTART"].dt == promise.window_from.astimezone(UTC).replace(microsecond=0)
    assert "crooks" not in Client().get(f"/f/{secret}.ics").content.decode()


def test_it_shows_only_what_that_person_has_still_to_keep(secret: str, ada: User, lin: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    mine, kept, given = (make_promise(complaint, by=ada) for _ in range(3))
    make_promise(complaint, by=lin)
    kept.keep(by=ada)
    before = fetched(secret)
    given.hand_over(by=ada, to=lin, reason="x")
    after = fetched(secret)
    assert {str(one["UID"]).split("@")[0] for one in before} == {mine.ref, given.ref}
    assert [str(one["UID"]).split("@")[0] for one in after] == [mine.ref]


def test_their_clock_stands_beside_ours(secret: str, ada: User) -> None:
    account = make_account("Beacon Street Books", by=ada, time_zone="America/New_York")
    start = datetime(2026, 7, 1, 13, tzinfo=UTC)
    Promise.objects.make(by=ada, account=account, kind="call_back", what="", window_from=start,
                         window_until=start + timedelta(hours=1), at=start - timedelta(days=1))  # fmt: skip
    (event,) = fetched(secret)
    assert "9:00 to 10:00 in New York" in event["DESCRIPTION"] and event["DTSTART"].dt == start


def test_it_is_kept_nowhere_on_the_way_and_asks_to_be_fetched_again(secret: str) -> None:
    answer = Client().get(f"/f/{secret}.ics")
    assert "no-store" in answer["Cache-Control"] and answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT15M" in answer.content and not answer.cookies
    assert Client().head(f"/f/{secret}.ics").status_code == 200 and Client().post(f"/f/{secret}.ics").status_code == 405


def test_a_wrong_one_one_taken_back_and_one_of_somebody_gone_are_all_not_found(secret: str, ada: User) -> None:
    other = CalendarFeed.objects.open(by=ada, name="home")
    other[0].take_back(by=ada)
    codes = {Client().get(f"/f/{one}.ics").status_code for one in (other[1], "x" * 43, "..", secret[:-1] + "!")}
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert codes | {Client().get(f"/f/{secret}.ics").status_code} == {404}


def test_it_is_made_shown_once_and_taken_back_on_ones_own_page(as_ada: Client, ada: User) -> None:
    made = as_ada.post("/people/me/feed/", {"name": "work"})
    address = made.context["feed_address"]
    assert address in made.content.decode() and "no-store" in made["Cache-Control"]
    assert address not in as_ada.get("/people/me/").content.decode()
    feed = CalendarFeed.objects.get()
    assert feed.digest not in address and Client().get("/f/" + address.rsplit("/f/")[1]).status_code == 200
    feed.refresh_from_db()
    assert feed.fetched_at
    assert as_ada.post(f"/people/me/feeds/{feed.pk}/withdrawal/").status_code == 302
    again = as_ada.post(f"/people/me/feeds/{feed.pk}/withdrawal/")
    assert again.status_code == 409 and "is taken back already" in again.content.decode()
    acts = list(Entry.objects.filter(act__startswith="feed_").order_by("id").values_list("act", flat=True))
    assert acts == ["feed_opened", "feed_taken_back"]


def test_nobody_takes_back_what_is_anothers_and_five_are_enough(as_ada: Client, ada: User, lin: User) -> None:
    feed, _ = CalendarFeed.objects.open(by=lin, name="work")
    assert as_ada.post(f"/people/me/feeds/{feed.pk}/withdrawal/").status_code == 404
    assert as_ada.post("/people/me/feed/", {"name": ""}).status_code == 422
    for number in range(5):
        CalendarFeed.objects.open(by=ada, name=str(number))
    with pytest.raises(Refused, match="5 calendar addresses already"):
        CalendarFeed.objects.open(by=ada, name="six")
