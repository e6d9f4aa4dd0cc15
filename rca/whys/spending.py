"""What a session costs: the people in it times the hours they sat together, which is not the time it lay parked."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings

from rca.lib.clock import now
from rca.lib.said import money, span
from rca.lib.text import count

if TYPE_CHECKING:
    from rca.whys.models import FiveWhys

LONGEST = timedelta(hours=8)  # nobody sits longer in one go: a room left open over night counts as one day


class Cost(NamedTuple):
    """`minutes` is None where nobody knows: a session that was imported, or held before this was counted."""

    people: int
    minutes: int | None

    @property
    def hours(self) -> float | None:
        return None if self.minutes is None else self.people * self.minutes / 60

    @property
    def amount(self) -> Decimal | None:
        rate = settings.SESSION_HOUR_COST
        return Decimal(str(round(self.hours * rate, 2))) if rate and self.hours is not None else None

    @property
    def says(self) -> str:
        """4 people, 45 min together: 3 person-hours."""
        if self.minutes is None or self.hours is None:
            return "not known"
        together = span(timedelta(minutes=self.minutes))
        price = f", {money(self.amount)}" if self.amount is not None else ""
        return f"{count(self.people, 'person', 'people')}, {together} together: {person_hours(self.hours)}{price}"


def person_hours(hours: float) -> str:
    """9 person-hours, 1.5 person-hours; less than an hour in minutes."""
    if hours < 1:
        return f"{round(hours * 60)} person-minutes"
    number = f"{hours:.1f}".removesuffix(".0")
    return f"{number} person-hour" + ("" if number == "1" else "s")


def cost(session: "FiveWhys", at: datetime | None = None) -> Cost:
    """So far; whoever said that they cannot come was not there. Reads the participants that are in hand."""
    there = {session.facilitator_id}
    guests = 0
    for one in session.participants.all():
        if one.coming != "no":
            there |= {one.person_id} if one.person_id else set()
            guests += not one.person_id
    seconds = sat(session, at or now())
    return Cost(len(there) + guests, None if not seconds else max(1, round(seconds / 60)))


def sat(session: "FiveWhys", at: datetime) -> int | None:
    """Seconds together until then; None when nobody noted them."""
    if session.going_since is None:
        return session.spent
    stretch = min(max(at - session.going_since, timedelta(0)), LONGEST)
    return (session.spent or 0) + int(stretch.total_seconds())


def rested(session: "FiveWhys", at: datetime) -> dict[str, Any]:
    """What changes when they rise."""
    return {"spent": sat(session, at), "going_since": None}


def together(costs: list[Cost]) -> str:
    """found in 2 sessions, 9 person-hours: what a cause took to find."""
    known = [one.hours for one in costs if one.hours is not None]
    said = f"found in {count(len(costs), 'session')}"
    if not known:
        return said
    more = "" if len(known) == len(costs) else " known"
    return f"{said}, {person_hours(sum(known))}{more}"
