"""The house's calendar as it stands: one statement; a list that needs it often reads it at most every five seconds."""

import time as clocks
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from rca.lib.clock import Calendar, working

LATELY = 5.0  # seconds
WHOLE = """
    SELECT (SELECT json_agg(json_build_array(weekday, opens, closes)) FROM rca_workingday),
           (SELECT array_agg(day) FROM rca_holiday),
           (SELECT json_object_agg(severity, hours) FROM rca_target)"""
_kept: list[tuple[float, "Hours"]] = []


class Hours(NamedTuple):
    """When we work, and in how many working hours we own up, by how badly it hurts."""

    calendar: Calendar
    targets: Mapping[str, float]

    def target(self, severity: str) -> float:
        """A word without a target of its own has that of what is not sorted yet."""
        return self.targets.get(severity, self.targets.get("", settings.ACKNOWLEDGE_WITHIN))

    def due(self, start: datetime, severity: str) -> datetime:
        """When somebody should have owned up to what came in at `start`."""
        return working(start, self.target(severity), self.calendar)


def current() -> Hours:
    """As it stands this moment; every clock that is set reads it here."""
    with connection.cursor() as cursor:
        cursor.execute(WHOLE)
        days, holidays, targets = cursor.fetchone()
    week = {day: (time.fromisoformat(opens), time.fromisoformat(closes)) for day, opens, closes in days or []}
    free: frozenset[date] = frozenset(holidays or [])
    opens, closes = settings.WORKING_HOURS
    week = week or {day: (time(opens), time(closes)) for day in range(1, 6)}
    return Hours(Calendar(week, free), {name: float(hours) for name, hours in (targets or {}).items()})


def lately() -> Hours:
    """As it stood no longer than five seconds ago: for what is asked once for each row of a list."""
    at = clocks.monotonic()
    if not _kept or at - _kept[0][0] > LATELY:
        _kept[:] = [(at, current())]
    return _kept[0][1]


def forget() -> None:
    """The next reading is a fresh one."""
    _kept.clear()
