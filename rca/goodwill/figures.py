"""What goodwill was spent on and what is left of it, counted by the database."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Sum

from rca.goodwill.models import Allowance, Grant
from rca.lib.clock import wall
from rca.lib.refs import LETTERS


class Spent(NamedTuple):
    ref: str  # "" for what has no cause yet
    title: str
    grants: int
    sum: Decimal
    share: float  # of the largest, in percent


class Left(NamedTuple):
    name: str
    allowance: Allowance
    hollow: float  # the allowance against the largest one, in percent
    full: float


def by_cause(since: date) -> list[Spent]:
    """The causes that making good has cost most since that day, at most twelve."""
    begins: datetime = wall(since, time(0))
    rows = Grant.objects.made().filter(at__gte=begins).values("cause", "cause__title")
    found = list(rows.annotate(grants=Count("pk"), total=Sum("amount")).order_by("-total")[:12])
    most = max((row["total"] for row in found), default=Decimal(1))
    return [
        Spent(f"{LETTERS['cause']}-{row['cause']}" if row["cause"] else "", row["cause__title"] or "no cause yet",
              row["grants"], row["total"], float(100 * row["total"] / most))
        for row in found
    ]  # fmt: skip


def left_by_person(today: date) -> list[Left]:
    found = list(Allowance.objects.on(today)[:50])
    most = max((one.amount for one in found), default=Decimal(1)) or Decimal(1)
    return [Left(one.person.name, one, float(100 * one.amount / most), float(100 * one.spent / most)) for one in found]
