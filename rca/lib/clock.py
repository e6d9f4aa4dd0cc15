"""Time as people mean it: now, working hours, and a wall-clock time in somebody's zone."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The one clock of the product, aware and in UTC."""
    return timezone.now()


def zone(name: str = "") -> ZoneInfo:
    """The zone of that IANA name, or the house's own."""
    return ZoneInfo(name or settings.TIME_ZONE)


def wall(day: date, at: time, zone_name: str = "") -> datetime:
    """The moment a clock on that wall shows that time; in the hour that an autumn night repeats, the first one."""
    return datetime.combine(day, at, tzinfo=zone(zone_name))


def working(start: datetime, hours: float) -> datetime:
    """The moment that many working hours after `start`: Monday to Friday, settings.WORKING_HOURS, the house's zone."""
    opens, closes = settings.WORKING_HOURS
    here = start.astimezone(zone())
    left = timedelta(hours=hours)
    while True:
        begin = max(here, wall(here.date(), time(opens)))
        end = wall(here.date(), time(closes))
        if here.weekday() < 5 and begin < end:
            if begin + left <= end:
                return begin + left
            left -= end - begin
        here = wall(here.date() + timedelta(days=1), time(opens))


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
