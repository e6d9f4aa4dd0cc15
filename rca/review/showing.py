"""The rows of the managers' room: each cause with its sum, what blocks it, what changed, what was decided."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Prefetch, Q
from django.utils.timezone import localdate

from rca.causes.closing import Blocker, Facts, judged
from rca.causes.figures import CauseQuerySet
from rca.causes.models import Cause, Recurrence
from rca.fixes.models import Fix
from rca.review.changes import Change, changes
from rca.review.models import Decision
from rca.review.ranking import Part, parts, ranked

SIZE = 50


class Matter(NamedTuple):
    """One cause before the managers."""

    cause: Any
    parts: list[Part]
    blockers: list[Blocker]
    changes: list[Change]
    last: Decision | None  # what was decided last, before today
    decided: Decision | None  # today

    @property
    def since(self) -> date:
        return localdate(self.last.at if self.last else self.cause.opened_at)


def matters(rows: CauseQuerySet) -> list[Matter]:
    """The rows of one page, in a number of queries that does not grow with it."""
    fixes = Prefetch(
        "fixes", Fix.objects.select_related("owner").prefetch_related("verifications").order_by("due", "id")
    )
    found: list[Any] = list(rows.select_related("owner").prefetch_related(fixes))
    earlier, today = _decisions(found)
    since = {one.ref: earlier[one.pk].at if one.pk in earlier else one.opened_at for one in found}
    news, back = changes(since), _recurrences(found)
    return [
        Matter(one, parts(one), _blockers(one, back.get(one.pk)), news.get(one.ref, []), earlier.get(one.pk),
               today.get(one.pk))
        for one in found
    ]  # fmt: skip


def page_of(rows: CauseQuerySet, start: int) -> tuple[list[Matter], bool]:
    """Fifty matters from the one at `start` on, and whether there are more. Open causes are few enough to be sorted."""
    found = matters(ranked(rows)[start : start + SIZE + 1])
    return found[:SIZE], len(found) > SIZE


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


def _blockers(cause: Any, back: Recurrence | None) -> list[Blocker]:
    """As the cause’s own page says it; the untold stand among the facts of the row, so they are left out here."""
    return judged(cause, Facts([], 0, list(cause.fixes.all()), back, localdate()))
