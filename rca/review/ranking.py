"""The order of the managers' room: what weighs how much, summed by the database, and each sum in words."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Expression,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Extract
from django.utils.timezone import localdate

from rca.causes.figures import CauseQuerySet
from rca.causes.models import Affected, Cause
from rca.fixes.models import Fix
from rca.health.models import REMEMBERED, Wound
from rca.lib.clock import now
from rca.lib.said import money
from rca.lib.text import count


class Weight(NamedTuple):
    field: str  # a column of `ranked`
    points: float  # for each `per` of it
    per: int = 1


# Judged, not measured: what a cause weighs for each of these. Change a number here and the order follows.
WEIGHTS = {
    "accounts": Weight("account_count", 2),
    "wounds": Weight("wound_count", 0.5),
    "value": Weight("value", 1, 10_000),
    "age": Weight("days", 1, 10),
    "untold": Weight("untold_count", 1),
    "overdue": Weight("overdue_count", 5),
    "back": Weight("came_back", 10),
}


class Part(NamedTuple):
    """One line of a sum: 14 accounts, 28 points."""

    text: str
    points: float


def ranked(rows: CauseQuerySet, *, on: date | None = None, at: datetime | None = None) -> CauseQuerySet:
    """Heaviest first, with every figure that the sum is made of."""
    on, at = on or localdate(), at or now()
    days = Func(Extract(Value(at) - F("opened_at"), "epoch") / 86400.0, function="FLOOR", output_field=FloatField())
    figures = rows.annotate(
        account_count=_count(Affected.objects.all()),
        untold_count=_count(Affected.objects.untold()),
        overdue_count=_count(Fix.objects.overdue(on)),
        wound_count=_wounds(at),
        value=Subquery(
            _mine(Affected.objects.all()).annotate(total=Sum("account__yearly_value")).values("total"),
            output_field=DecimalField(),
        ),
        days=days,
        came_back=Case(When(state=Cause.State.RECURRING, then=1), default=0, output_field=IntegerField()),
    )
    found: CauseQuerySet = figures.annotate(score=_sum()).order_by("-score", "id")
    return found


def parts(cause: Any) -> list[Part]:
    """The sum of one ranked cause, part by part, leaving out what weighs nothing."""
    texts = {
        "accounts": count(cause.account_count, "account"),
        "wounds": count(cause.wound_count, "wound") + " in 90 days",
        "value": f"{money(cause.value or Decimal(0))} a year",
        "age": f"{count(int(cause.days), 'day')} old",
        "untold": f"{cause.untold_count} untold",
        "overdue": count(cause.overdue_count, "fix", "fixes") + " overdue",
        "back": "it came back",
    }
    found = [
        Part(texts[name], round(float(getattr(cause, weight.field) or 0) * weight.points / weight.per, 1))
        for name, weight in WEIGHTS.items()
    ]
    return [part for part in found if part.points]


def _sum() -> Expression:
    total: Any = Value(0.0)
    for weight in WEIGHTS.values():
        known = Coalesce(Cast(F(weight.field), FloatField()), Value(0.0))
        total = total + known * Value(weight.points / weight.per)
    return total  # type: ignore[no-any-return]


def _mine(rows: Any, cause: str = "cause") -> Any:
    return rows.order_by().filter(**{cause: OuterRef("pk")}).values(cause)


def _count(rows: Any, cause: str = "cause") -> Coalesce:
    counted = _mine(rows, cause).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _wounds(at: datetime) -> Coalesce:
    return _count(Wound.objects.filter(at__gt=at - REMEMBERED, at__lte=at), "account__affected__cause")
