"""The rows of the managers' room: each cause with its sum, what blocks it, what changed, what was decided."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Prefetch, Q
from django.utils.timezone import localdate

from rca.causes.closing import Blocker, Facts, judged
from rca.causes.figures import CauseQuerySet
from rca.causes.models import Cause, Recurrence
from rca.fixes.models import Fix
from rca.review.changes import Change, changes
from rca.review.models import Decision
from rca.review.ranking import Rank, ranked

SIZE = 50


class Matter(NamedTuple):
    """One cause before the managers."""

    cause: Cause
    rank: Rank
    blockers: list[Blocker]
    changes: list[Change]
    last: Decision | None  # what was decided last, before today
    decided: Decision | None  # today

    @property
    def since(self) -> date:
        return localdate(self.last.at if self.last else self.cause.opened_at)


def matters(ranks: list[Rank]) -> list[Matter]:
    """The rows of one page, in a number of queries that does not grow with it."""
    fixes = Fix.objects.select_related("owner").prefetch_related("verifications").order_by("due", "id")
    rows = Cause.objects.select_related("owner").prefetch_related(Prefetch("fixes", fixes))
    causes = rows.in_bulk([rank.cause for rank in ranks])
    found = [(causes[rank.cause], rank) for rank in ranks if rank.cause in causes]
    earlier, today = _decisions(causes.values())
    news = changes({one.ref: earlier[pk].at if pk in earlier else one.opened_at for pk, one in causes.items()})
    back = _recurrences(causes.values())
    return [
        Matter(one, rank, _blockers(one, back.get(one.pk)), news.get(one.ref, []), earlier.get(one.pk),
               today.get(one.pk))
        for one, rank in found
    ]  # fmt: skip


def page_of(rows: CauseQuerySet, start: int) -> tuple[list[Matter], bool]:
    """Fifty matters from the one at `start` on, and whether there are more. Open causes are few enough to be sorted."""
    ranks = ranked(rows)
    return matters(ranks[start : start + SIZE]), len(ranks) > start + SIZE


class Sums(NamedTuple):
    open: int
    due: int
    back: int
    unowned: int
    decided: int


def sums(rows: CauseQuerySet) -> Sums:
    """How many are open, due, came back and are nobody's: one walk over the open causes."""
    today = localdate()
    numbers = rows.open().aggregate(
        open=Count("pk"), due=Count("pk", filter=Q(next_review__lte=today)),
        back=Count("pk", filter=Q(state=Cause.State.RECURRING)), unowned=Count("pk", filter=Q(owner=None)),
    )  # fmt: skip
    decided = Decision.objects.standing().filter(at__date=today).values("cause").distinct()[:1000].count()
    return Sums(decided=decided, **numbers)


def _decisions(causes: Iterable[Cause]) -> tuple[dict[int, Decision], dict[int, Decision]]:
    """The last decision before today and the last one of today, by cause."""
    today = localdate()
    rows = Decision.objects.newest().filter(cause__in=causes)
    before = rows.filter(at__date__lt=today)
    return {one.cause_id: one for one in before}, {one.cause_id: one for one in rows.filter(at__date=today)}


def _recurrences(causes: Iterable[Cause]) -> dict[int, Recurrence]:
    rows = Recurrence.objects.filter(cause__in=causes).order_by("cause", "-at", "-id").distinct("cause")
    return {one.cause_id: one for one in rows.select_related("complaint")}


def _blockers(cause: Cause, back: Recurrence | None) -> list[Blocker]:
    """As the cause’s own page says it; the untold stand among the facts of the row, so they are left out here."""
    return judged(cause, Facts([], 0, list(cause.fixes.all()), back, localdate()))
