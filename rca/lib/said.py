"""Times, lengths, amounts and words as people say them; pages, letters and refusals use the same ones."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Face(NamedTuple):
    state: str
    share: int  # of the time, what is left, in percent
    text: str


def clock_face(due: datetime, start: datetime | None, now: datetime) -> Face:
    """How a running clock looks; without a start the dial shows the last day."""
    left = due - now
    if left < timedelta(0):
        return Face("late", 0, f"{span(-left)} over")
    whole = max(due - (start or due - DAY), MINUTE)
    return Face("due" if left < HOUR else "", min(100, round(100 * (left / whole))), f"in {span(left)}")


def span(length: timedelta | None) -> str:
    """38 min, 2 h 05, 3 d."""
    if length is None:
        return ""
    if length >= DAY:
        return f"{length // DAY} d"
    hours, rest = divmod(max(length, timedelta(0)), HOUR)
    minutes = rest // MINUTE
    return f"{hours} h" + (f" {minutes:02}" if minutes else "") if hours else f"{minutes} min"


def ago(moment: datetime | date | None) -> str:
    """How old it is, in its largest unit: 50 min, 2 h, 15 d; what is still to come is "in 2 h"."""
    if moment is None:
        return ""
    if not isinstance(moment, datetime):
        days = (timezone.localdate() - moment).days
        return "today" if days == 0 else f"{days} d" if days > 0 else f"in {-days} d"
    age = timezone.now() - moment
    return "in " + _largest(-age) if age < timedelta(0) else _largest(age)


def _largest(length: timedelta) -> str:
    return span(length).split(" h")[0] + " h" if HOUR <= length < DAY else span(length)


def day(moment: datetime | date | None) -> str:
    """23 February, and the year when it is not this one."""
    return _said(moment, "{0.day} {0:%B}", "{0.day} {0:%B} {0.year}")


def moment(moment: datetime | None) -> str:
    """Monday 23 February, 10:14."""
    return _said(moment, "{0:%A} {0.day} {0:%B}, {0.hour}:{0:%M}", "{0:%A} {0.day} {0:%B} {0.year}, {0.hour}:{0:%M}")


def short(moment: datetime | date | None) -> str:
    """4 Mar 14:10; 4 Mar 2025 in another year; a bare date has no time."""
    time = " {0.hour}:{0:%M}" if isinstance(moment, datetime) else ""
    return _said(moment, "{0.day} {0:%b}" + time, "{0.day} {0:%b} {0.year}")


def hour(moment: datetime | None) -> str:
    """14:10"""
    return _said(moment, "{0.hour}:{0:%M}", "{0.hour}:{0:%M}")


def _said(moment: datetime | date | None, this_year: str, other_year: str) -> str:
    if not moment:
        return ""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return (this_year if local.year == timezone.localdate().year else other_year).format(local)


def money(amount: Decimal | float | None) -> str:
    """£27.60; whole pounds bare, £12; nothing for no amount."""
    if amount is None:
        return ""
    size = f"{abs(amount):,.2f}".removesuffix(".00")
    code: str = settings.HOUSE_CURRENCY
    return ("−" if amount < 0 else "") + SIGNS.get(code, code + " ") + size


def quote(words: str) -> str:
    """Somebody's own words between quotation marks, never twice."""
    return f"“{words.strip().removeprefix('“').removesuffix('”')}”" if words.strip() else ""


def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in [words[0], *words[1:][-1:]]).upper() if words else "?"
