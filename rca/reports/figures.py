"""The figures of the reports, each a handful of SQL over all rows of its time: what it says, counts and is made of."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from rca.lib.clock import wall
from rca.lib.said import short

PERIODS = {30: "30 days", 90: "90 days", 365: "12 months"}


class Cell(NamedTuple):
    """One cell of a table: its text, the address of the records behind a number, a drawing instead of text."""

    text: str = ""
    url: str = ""
    drawn: SafeString | None = None


@dataclass
class Figure:
    name: str
    title: str
    says: str  # the claim, in words
    means: str  # what exactly is counted
    sum: str  # the one number at the top of the page
    of: str  # what it is of
    head: list[str]
    rows: list[list[Cell]]
    url: str = ""  # all records behind it
    chart: SafeString | None = None
    legend: list[tuple[str, str]] = field(default_factory=list)


class Period(NamedTuple):
    """The last so many days up to now, cut into weeks, or into months when they are many."""

    days: int

    @property
    def until(self) -> date:
        return localdate() + timedelta(days=1)

    @property
    def since(self) -> date:
        return self.until - timedelta(days=self.days)

    @property
    def step(self) -> str:
        return "month" if self.days > 100 else "week"

    @property
    def says(self) -> str:
        return f"{short(self.since)} to {short(self.until - timedelta(days=1))}"

    @property
    def values(self) -> dict[str, Any]:
        return {"since": start(self.since), "until": start(self.until), "zone": settings.TIME_ZONE, "step": self.step}

    def cuts(self) -> list[date]:
        """The first day of every week or month that the period touches."""
        first = self.since.replace(day=1) if self.step == "month" else self.since - timedelta(self.since.weekday())
        found = []
        while first < self.until:
            found.append(first)
            first = _following(first) if self.step == "month" else first + timedelta(weeks=1)
        return found

    def whole(self, cut: date) -> bool:
        """Whether that week or month lies wholly inside the period and is over."""
        return self.since <= cut and self.end(cut) < self.until

    def end(self, cut: date) -> date:
        return _following(cut) if self.step == "month" else cut + timedelta(weeks=1)

    def months(self) -> list[date]:
        """The first day of every month that the period touches, whatever it is cut into."""
        first = self.since.replace(day=1)
        found = [first]
        while (first := _following(first)) < self.until:
            found.append(first)
        return found

    def records(self, kind: str, cut: date | None = None, *, month: date | None = None, **more: str) -> str:
        """The address of the rows behind a number: of one week, of one month, or of the whole period."""
        begin, end = (month, _following(month)) if month else (cut, self.end(cut)) if cut else (None, None)
        since = max(begin, self.since) if begin else self.since
        until = min(end, self.until) if end else self.until
        wanted = {"since": since.isoformat(), "until": until.isoformat(), **more}
        return reverse("reports:records", args=[kind]) + "?" + urlencode(wanted)


class Owned(NamedTuple):
    """How often somebody owned up, how often in time, and the working minutes it took."""

    number: int
    in_time: int
    median: float
    ninth: float


class Numbers:
    """The numbers of one period, read once: five statements, whatever the number of rows."""

    def __init__(self, period: Period) -> None:
        self.period = period

    @cached_property
    def owned_up(self) -> dict[date | None, tuple[int, int, float | None, float | None]]:
        """By week and in all: complaints, those owned up to, median and ninetieth percentile of hours until then."""
        rows = self._rows("""
            SELECT date_trunc(%(step)s, received_at AT TIME ZONE %(zone)s)::date, count(*), count(acknowledged_at),
                   percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
                       ORDER BY extract(epoch FROM acknowledged_at - received_at) / 3600)
            FROM rca_complaint
            WHERE received_at >= %(since)s AND received_at < %(until)s AND state <> 'merged'
            GROUP BY GROUPING SETS ((1), ())""")
        return {day: (all_, owned, *(shares or (None, None))) for day, all_, owned, shares in rows}

    @cached_property
    def teams(self) -> dict[tuple[date | None, str | None], "Owned"]:
        """By month and team, by month, and in all: acknowledgments, those in time, the working minutes they took."""
        rows = self._rows("""
            SELECT date_trunc('month', a.at AT TIME ZONE %(zone)s)::date, u.department, count(*),
                   count(*) FILTER (WHERE a.at <= c.acknowledge_by),
                   percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY a.working_minutes)
            FROM rca_acknowledgment a JOIN rca_complaint c ON c.id = a.complaint_id
                 JOIN accounts_user u ON u.id = a.by_id
            WHERE a.at >= %(since)s AND a.at < %(until)s AND a.working_minutes IS NOT NULL AND c.state <> 'merged'
            GROUP BY GROUPING SETS ((1, 2), (1), ())""")
        return {
            (month, team): Owned(number, in_time, *shares) for month, team, number, in_time, shares in rows if number
        }

    @cached_property
    def settled(self) -> dict[date, dict[str, int]]:
        """By the week in which it fell due: promises kept, kept late, broken, and overdue still."""
        rows = self._rows("""
            SELECT date_trunc(%(step)s, window_until AT TIME ZONE %(zone)s)::date,
                   CASE state WHEN 'open' THEN 'overdue' ELSE state END, count(*)
            FROM rca_promise
            WHERE window_until >= %(since)s AND window_until < least(%(until)s, now()) AND state <> 'released'
            GROUP BY 1, 2""")
        found: dict[date, dict[str, int]] = {}
        for day, state, number in rows:
            found.setdefault(day, {})[state] = number
        return found

    @cached_property
    def causes(self) -> list[tuple[int, str, int, int, int]]:
        """Causes by how many accounts came on their roster: number, title, accounts, complaints, all accounts."""
        return self._rows("""
            WITH hit AS (SELECT cause_id, count(*) accounts FROM rca_affected
                         WHERE at >= %(since)s AND at < %(until)s GROUP BY 1),
                 said AS (SELECT cause_id, count(*) complaints FROM rca_causelink
                          WHERE at >= %(since)s AND at < %(until)s GROUP BY 1)
            SELECT c.id, c.title, h.accounts, coalesce(s.complaints, 0), sum(h.accounts) OVER ()
            FROM hit h JOIN rca_cause c ON c.id = h.cause_id LEFT JOIN said s USING (cause_id)
            ORDER BY h.accounts DESC, c.id LIMIT 12""")

    @cached_property
    def told(self) -> list[tuple[str, int, int]]:
        """By the channel that the contact asks for: tellings, and those that came that way."""
        return self._rows("""
            SELECT coalesce(nullif(p.channel, ''), 'any'), count(*),
                   count(*) FILTER (WHERE p.channel IS NULL OR p.channel IN ('', t.channel))
            FROM rca_telling t LEFT JOIN accounts_preference p ON p.contact_id = t.contact_id
            WHERE t.at >= %(since)s AND t.at < %(until)s GROUP BY 1 ORDER BY 2 DESC, 1""")

    def _rows(self, sql: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, self.period.values)
            return list(cursor.fetchall())


def start(on: date) -> datetime:
    return wall(on, time(0))


def _following(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
