"""The order of the managers' room: what weighs how much, counted by the database in one pass, each sum in words."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.utils.timezone import localdate

from rca.causes.figures import CauseQuerySet
from rca.causes.models import Cause
from rca.health.models import REMEMBERED
from rca.lib.clock import now
from rca.lib.said import money
from rca.lib.text import count


class Weight(NamedTuple):
    points: float  # for each `per` of it
    per: int = 1


# Judged, not measured: what a cause weighs for each of these. Change a number here and the order follows.
WEIGHTS = {
    "accounts": Weight(2),
    "wounds": Weight(0.5),
    "value": Weight(1, 10_000),
    "days": Weight(1, 10),
    "untold": Weight(1),
    "overdue": Weight(5),
    "back": Weight(10),
}
# One walk over the rosters and the wounds, however many causes; a subquery for each cause would walk them for each.
FIGURES = """
    WITH wounds AS (SELECT account_id, count(*) n FROM rca_wound WHERE at > %(since)s AND at <= %(at)s GROUP BY 1),
    roster AS (
        SELECT a.cause_id, count(*) accounts, count(*) FILTER (WHERE t.id IS NULL AND v.id IS NULL) untold,
               sum(c.yearly_value) AS value, coalesce(sum(w.n), 0)::bigint wounds
        FROM rca_affected a JOIN accounts_account c ON c.id = a.account_id
        LEFT JOIN rca_telling t ON t.affected_id = a.id LEFT JOIN rca_waiver v ON v.affected_id = a.id
        LEFT JOIN wounds w ON w.account_id = a.account_id
        WHERE a.cause_id = ANY(%(causes)s) GROUP BY 1),
    late AS (SELECT cause_id, count(*) overdue FROM rca_fix
             WHERE state = 'open' AND due < %(on)s AND cause_id = ANY(%(causes)s) GROUP BY 1)
    SELECT c.id, coalesce(r.accounts, 0), coalesce(r.wounds, 0), r.value,
           floor(extract(epoch FROM %(at)s - c.opened_at) / 86400)::int, coalesce(r.untold, 0), coalesce(l.overdue, 0),
           (c.state = %(back)s)::int
    FROM rca_cause c LEFT JOIN roster r ON r.cause_id = c.id LEFT JOIN late l ON l.cause_id = c.id
    WHERE c.id = ANY(%(causes)s)"""


class Part(NamedTuple):
    """One line of a sum: 14 accounts, 28 points."""

    text: str
    points: float


class Rank(NamedTuple):
    """One cause and every figure that its sum is made of."""

    cause: int
    accounts: int
    wounds: int
    value: Decimal | None  # None: not known for any of its accounts
    days: int
    untold: int
    overdue: int
    back: int

    @property
    def parts(self) -> list[Part]:
        """The sum, part by part, leaving out what weighs nothing."""
        texts = {
            "accounts": count(self.accounts, "account"),
            "wounds": count(self.wounds, "wound") + " in 90 days",
            "value": f"{money(self.value or Decimal(0))} a year",
            "days": f"{count(self.days, 'day')} old",
            "untold": f"{self.untold} untold",
            "overdue": count(self.overdue, "fix", "fixes") + " overdue",
            "back": "it came back",
        }
        found = [Part(text, self._points(name)) for name, text in texts.items()]
        return [part for part in found if part.points]

    @property
    def score(self) -> float:
        return sum(part.points for part in self.parts)

    def _points(self, name: str) -> float:
        weight = WEIGHTS[name]
        return round(float(getattr(self, name) or 0) * weight.points / weight.per, 1)


def ranked(rows: CauseQuerySet, *, on: date | None = None, at: datetime | None = None) -> list[Rank]:
    """Heaviest first."""
    at = at or now()
    values: dict[str, Any] = {
        "causes": list(rows.order_by().values_list("pk", flat=True)), "on": on or localdate(at), "at": at,
        "since": at - REMEMBERED, "back": Cause.State.RECURRING.value,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, values)
        found = [Rank(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (-one.score, one.cause))
