"""Did it fall? Complaints a week before and after a fix, and what may honestly be said of the difference.

The year before the fix was proposed is compared with the time since it was put in place, as a ratio of two rates with
its exact 95 % limits. A short or a thin record is “too early to say”, never a success.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from math import ceil, exp, lgamma, log
from typing import NamedTuple

from rca.complaints.models import Complaint
from rca.fixes.models import Fix
from rca.lib.clock import now
from rca.lib.said import day
from rca.lib.text import capped, count

WEEK = timedelta(weeks=1)
LOOK_BACK, LEAST_BACK = 52, 26  # weeks before
LEAST_BEFORE, LEAST_EXPECTED = 5, 4.0  # complaints before, and how many the old rate would have brought since
DRAWN_BEFORE, DRAWN = 26, 52  # weeks on the drawing


class Bar(NamedTuple):
    """One week of the drawing: where it stands, how high, and its number for the table."""

    begins: date
    number: int
    after: bool
    x: float
    width: float
    height: float

    @property
    def y(self) -> float:
        return 90 - self.height


class Effect(NamedTuple):
    verdict: str  # fell, rose or "" for too early to say
    says: str
    bars: list[Bar]
    mark: float  # where on the drawing the fix was put in place, in percent
    unlinked: str = ""  # complaints since then that nobody has linked to a cause: some may belong here


def seen(fix: Fix) -> Effect | None:
    """The effect of a fix that is in place, from its cause's complaints; nothing before that."""
    if fix.cause is None or fix.state != Fix.State.DONE:
        return None
    at, done = now(), fix.completion.at
    received = Complaint.objects.filter(causes=fix.cause, received_at__gte=fix.proposed_at - LOOK_BACK * WEEK)
    first = Complaint.objects.order_by("received_at", "id").values_list("received_at", flat=True).first()
    found = effect(
        list(received.values_list("received_at", flat=True)), proposed=fix.proposed_at, done=done, at=at, first=first
    )
    loose = capped(Complaint.objects.without_cause().filter(received_at__gte=done))
    return found if loose == "0" else found._replace(unlinked=loose)


def ratio(after: int, weeks_after: float, before: int, weeks_before: float) -> tuple[float, float, float]:
    """The new rate as a share of the old one, and its exact 95 % limits (Clopper-Pearson)."""
    scale = weeks_before / weeks_after
    total = before + after
    low = _bound(after, total, upper=False) if after else 0.0
    high = _bound(after, total, upper=True) if before else 1.0
    return after * scale / before if before else float("inf"), _odds(low) * scale, _odds(high) * scale


def effect(
    received: Sequence[datetime], *, proposed: datetime, done: datetime, at: datetime, first: datetime | None
) -> Effect:
    """What may be said of a fix; `received` are its cause's complaints, `first` the oldest complaint of the house."""
    weeks_before = min(float(LOOK_BACK), (proposed - first) / WEEK if first else 0.0)
    begin = proposed - weeks_before * WEEK
    before = sum(begin <= one < proposed for one in received)
    after, weeks_after = sum(one >= done for one in received), max((at - done) / WEEK, 1 / 7)
    verdict, says = _said(before, weeks_before, after, weeks_after, done)
    bars, mark = _bars(received, done, at)
    return Effect(verdict, says, bars, mark)


def _said(before: int, weeks_before: float, after: int, weeks_after: float, done: datetime) -> tuple[str, str]:
    back = "in the year before" if weeks_before > 51 else f"in {round(weeks_before)} weeks before"
    facts = f"{after or 'None'} in {_length(weeks_after)} since the fix, {before or 'none'} {back}"
    if weeks_before < LEAST_BACK:
        return "", f"{facts}. The record before the fix is shorter than half a year: too early to compare."
    if before < LEAST_BEFORE:
        return "", f"{facts}: too few to judge by numbers. Ask the customers."
    expected = before * weeks_after / weeks_before
    if expected < LEAST_EXPECTED:
        until = (done + ceil(LEAST_EXPECTED * weeks_before / before) * WEEK).date()
        said = f"{facts}; at the old rate about {max(round(expected), 1)} would have come"
        return "", f"{said}. Too early to say until about {day(until)}."
    share, low, high = ratio(after, weeks_after, before, weeks_before)
    band = f"{round(share * 100)} % of the old rate (between {round(low * 100)} and {round(high * 100)} %)"
    if high < 1:
        return "fell", f"{facts}: {band}. It fell."
    if low > 1:
        return "rose", f"{facts}: {band}. It rose."
    return "", f"{facts}: {band}. Too early to say."


def _length(weeks: float) -> str:
    return count(round(weeks), "week") if weeks >= 1 else count(max(round(weeks * 7), 1), "day")


def _bars(received: Sequence[datetime], done: datetime, at: datetime) -> tuple[list[Bar], float]:
    """Whole weeks counted from the day of the fix, so that no bar mixes before and after."""
    weeks_since = min(int((at - done) / WEEK) + 1, DRAWN - DRAWN_BEFORE)
    starts = [done + number * WEEK for number in range(-DRAWN_BEFORE, weeks_since)]
    numbers = [sum(start <= one < start + WEEK for one in received) for start in starts]
    most, width = max(numbers, default=0) or 1, 100 / len(starts)
    bars = [
        Bar(start.date(), number, start >= done, round(i * width + width * 0.15, 2), round(width * 0.7, 2),
            round(70 * number / most, 1))
        for i, (start, number) in enumerate(zip(starts, numbers, strict=True))
    ]  # fmt: skip
    return bars, round(DRAWN_BEFORE * width, 2)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else float("inf")


def _bound(hits: int, total: int, *, upper: bool) -> float:
    """Where the chance of so few (so many) hits falls to 2.5 %, found by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        tail = _at_most(hits, total, middle) if upper else 1 - _at_most(hits - 1, total, middle)
        if (tail > 0.025) == upper:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(hits: int, total: int, share: float) -> float:
    """The chance of at most so many hits; in logarithms, since a thousand complaints overflow a float."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return 0.0 if hits < total else 1.0
    one, other = log(share), log(1 - share)
    return sum(
        exp(lgamma(total + 1) - lgamma(k + 1) - lgamma(total - k + 1) + k * one + (total - k) * other)
        for k in range(hits + 1)
    )
