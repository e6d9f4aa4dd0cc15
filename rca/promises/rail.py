"""The day rail: today's windows drawn on one line of hours, in the house's own clock."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from rca.lib.clock import wall, zone
from rca.promises.models import Promise

FIRST, LAST = 8, 19  # the hours drawn; more when a promise lies outside them
STATES = {"kept": "kept", "late": "kept", "overdue": "late", "broken": "late", "due": "due"}
SOON = timedelta(hours=1)


class Slot(NamedTuple):
    promise: Promise
    standing: str
    runs_to: datetime  # what its clock counts down to: the window's beginning, and then its end
    state: str  # of the mark
    start: float  # percent of the line
    width: float


class Rail(NamedTuple):
    hours: list[tuple[int, float]]  # each full hour, and where it stands
    now: float  # less than nothing: outside the hours drawn
    slots: list[Slot]


def today(at: datetime) -> tuple[datetime, datetime]:
    """From midnight to midnight where the house stands; 23 or 25 hours on the nights the clocks change."""
    day = at.astimezone(zone()).date()
    return wall(day, time(0)), wall(day + timedelta(days=1), time(0))


def rail(promises: list[Promise], at: datetime) -> Rail:
    begin, end = today(at)
    spans = [(max(one.window_from, begin), min(one.window_until, end)) for one in promises]
    first = min([FIRST, *(_hour(start) // 1 for start, _ in spans)])
    last = max([LAST, *(-(-(_hour(stop) if stop < end else 24) // 1) for _, stop in spans)])

    def share(moment: datetime) -> float:
        hour = 24 if moment >= end else _hour(moment)
        return round(100 * (hour - first) / (last - first), 2)

    slots = []
    for one, (start, stop) in zip(promises, spans, strict=True):
        standing = one.standing(at)
        runs_to = one.window_from if standing == "upcoming" else one.window_until
        state = "due" if standing == "upcoming" and runs_to - at < SOON else STATES.get(standing, "")
        slots.append(Slot(one, standing, runs_to, state, share(start), max(share(stop) - share(start), 1)))
    hours = [(hour, round(100 * (hour - first) / (last - first), 2)) for hour in range(int(first), int(last) + 1)]
    return Rail(hours, share(at) if first <= _hour(at) <= last else -1, slots)


def _hour(moment: datetime) -> float:
    local = moment.astimezone(zone())
    return local.hour + local.minute / 60
