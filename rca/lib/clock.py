"""Time as people mean it: now, a wall-clock time in somebody's zone, the hours they asked for, and working time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

FURTHEST = 30 * 366  # days: whoever finds no working time in thirty years has a calendar without any
NOTHING = timedelta(0)
Span = tuple[time, time]  # opens and closes; midnight as the end is the end of that day


def now() -> datetime:
    """The one clock of the product, aware and in UTC."""
    return timezone.now()


def zone(name: str = "") -> ZoneInfo:
    """The zone of that IANA name, or the house's own."""
    return ZoneInfo(name or settings.TIME_ZONE)


def wall(day: date, at: time, zone_name: str = "") -> datetime:
    """The moment a clock on that wall shows that time; in the hour that an autumn night repeats, the first one."""
    return datetime.combine(day, at, tzinfo=zone(zone_name))


def inside(moment: datetime, days: Sequence[int], opens: time | None, closes: time | None, zone_name: str) -> bool:
    """Whether a moment falls on those ISO weekdays and hours in that zone; nothing said means any time."""
    local = moment.astimezone(zone(zone_name))
    if days and local.isoweekday() not in days:
        return False
    return (opens is None or local.time() >= opens) and (closes is None or local.time() < closes)


def next_inside(
    moment: datetime, days: Sequence[int], opens: time | None, closes: time | None, zone_name: str
) -> datetime:
    """The first moment from `moment` on that is inside those days and hours."""
    if inside(moment, days, opens, closes, zone_name):
        return moment
    local = moment.astimezone(zone(zone_name))
    for ahead in range(9):
        opening = wall(local.date() + timedelta(days=ahead), opens or time(0), zone_name)
        if opening >= moment and inside(opening, days, opens, closes, zone_name):
            return opening
    raise ValueError("These days and hours never come.")


class Calendar(NamedTuple):
    """The hours of each ISO weekday, by the clock on the wall of a zone, and the days on which nobody works."""

    week: Mapping[int, Span]
    holidays: Collection[date] = frozenset()
    zone: str = ""

    def moved(self, zone_name: str) -> "Calendar":
        """The same hours by the clock of somebody elsewhere."""
        return self._replace(zone=zone_name or self.zone)

    def only(self, days: Collection[int]) -> "Calendar":
        """The same hours on those weekdays alone; a day that is not worked otherwise has the longest of them."""
        if not days:
            return self
        longest = (min(opens for opens, _ in self.week.values()), max(self.week.values(), key=_late)[1])
        return self._replace(week={day: self.week.get(day, longest) for day in days})

    def span(self, day: date) -> tuple[datetime, datetime]:
        """From when to when that day is worked, in UTC; the same moment twice when it is not."""
        hours = None if day in self.holidays else self.week.get(day.isoweekday())
        if hours is None:
            nothing = wall(day, time(0), self.zone).astimezone(UTC)
            return nothing, nothing
        opens, closes = hours
        ends = (day + timedelta(days=1), time(0)) if closes == time(0) else (day, closes)
        begin, end = wall(day, opens, self.zone).astimezone(UTC), wall(*ends, self.zone).astimezone(UTC)
        # On the night that skips an hour a span inside that hour would run backwards.
        return begin, max(begin, end)

    def open_at(self, moment: datetime) -> bool:
        begin, end = self.span(_day(moment, self.zone))
        return begin <= moment < end

    def next_open(self, moment: datetime) -> datetime:
        """That moment, or the first one after it at which somebody works."""
        return working(moment, 0, self)


def working(start: datetime, hours: float, calendar: Calendar) -> datetime:
    """The moment that many working hours after `start`, in UTC."""
    start, left = start.astimezone(UTC), timedelta(hours=hours)
    for begin, end in _spans(start, calendar, 1):
        begin = max(begin, start)
        if begin < end and begin + left <= end:
            return begin + left
        left -= max(end - begin, NOTHING)
    raise ValueError("This calendar has no working time.")


def working_back(moment: datetime, hours: float, calendar: Calendar) -> datetime:
    """The last moment from which that many working hours are left until `moment`, in UTC."""
    moment, left = moment.astimezone(UTC), timedelta(hours=hours)
    for begin, end in _spans(moment, calendar, -1):
        end = min(end, moment)
        if begin < end and end - left >= begin:
            return end - left
        left -= max(end - begin, NOTHING)
    raise ValueError("This calendar has no working time.")


def worked(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """The working time between two moments; nothing when the second is not after the first."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    total = NOTHING
    for opens, closes in _spans(start, calendar, 1):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), NOTHING)
    return total


def _spans(moment: datetime, calendar: Calendar, step: int) -> Iterator[tuple[datetime, datetime]]:
    """The spans of one day after the other, from the day of that moment on, or back from it."""
    day = _day(moment, calendar.zone)
    for away in range(FURTHEST):
        try:
            yield calendar.span(day + step * timedelta(days=away))
        except OverflowError:
            return


def _day(moment: datetime, zone_name: str) -> date:
    return moment.astimezone(zone(zone_name)).date()


def _late(span: Span) -> tuple[bool, time]:
    return span[1] == time(0), span[1]
