"""Causes as lists show them: which of them, and their figures, each counted by the database in one column."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, F, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from rca.causes.acts import CauseLink
from rca.causes.roster import Affected
from rca.lib.rows import HouseQuerySet

if TYPE_CHECKING:
    from rca.causes.models import Cause  # noqa: F401 (named in the class below)

SETTLED = ["closed", "accepted"]


class CauseQuerySet(HouseQuerySet["Cause"]):
    def open(self) -> "CauseQuerySet":
        """Everything that still asks for something: not closed, not accepted, not merged into another."""
        return self.exclude(state__in=SETTLED).filter(merge=None)

    def settled(self) -> "CauseQuerySet":
        return self.filter(state__in=SETTLED)

    def recurring(self) -> "CauseQuerySet":
        return self.filter(state="recurring")

    def watched(self) -> "CauseQuerySet":
        return self.filter(state="watched")

    def unowned(self) -> "CauseQuerySet":
        return self.open().filter(owner=None)

    def due_for_review(self, on: date) -> "CauseQuerySet":
        return self.open().filter(next_review__lte=on)

    def with_figures(self) -> "CauseQuerySet":
        """How many accounts it hit, how many were told or waived, its complaints, those since the fix, what it cost."""
        causes = self.model._default_manager
        done = causes.filter(pk=OuterRef("pk")).annotate(last=Max("fixes__completion__at")).values("last")
        links = CauseLink.objects.all()
        since = links.filter(complaint__received_at__gte=OuterRef("mended_at"))
        rows = Affected.objects.all()
        found: CauseQuerySet = self.annotate(
            mended_at=Subquery(done),
            account_count=_counted(rows),
            told_count=_counted(rows.told()),
            waived_count=_counted(rows.waived()),
            complaints_linked=_counted(links),
            # Where nothing is mended yet, nobody walks the links to find none.
            since_fix=Case(When(mended_at=None, then=Value(0)), default=_counted(since)),
            lost=_summed(links.filter(complaint__amount__isnull=False), "complaint__amount"),
            goodwill=_summed(causes.filter(grants__state__in=["given", "approved"]), "grants__amount", outer="pk"),
        )
        return found

    def for_list(self) -> "CauseQuerySet":
        """With everything that a row of the list shows, in a fixed number of queries."""
        names = ("fixes__completion", "fixes__verifications__by", "fixes__slips")
        return self.select_related("owner", "merge").prefetch_related(*names).with_figures()


def _counted(rows: "QuerySet[Any]") -> Coalesce:
    """How many of those rows a cause has, as a column: one walk of an index per cause, no join."""
    mine = rows.order_by().filter(cause=OuterRef("pk")).values("cause")
    return Coalesce(Subquery(mine.annotate(n=Count("*")).values("n"), output_field=IntegerField()), 0)


def _summed(rows: "QuerySet[Any]", field: str, outer: str = "cause") -> Subquery:
    """The sum of what is known, or null: nothing known is “unknown”, not zero."""
    mine = rows.order_by().filter(**{outer: OuterRef("pk")}).values(outer)
    return Subquery(mine.annotate(total=Sum(F(field))).values("total"))
