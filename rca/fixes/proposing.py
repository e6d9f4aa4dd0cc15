"""How a fix begins: what will be done, for which cause, by whom and until when; and which fixes lists ask for."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Prefetch
from django.utils import timezone

from accounts.audit.models import record
from accounts.people.models import User
from rca.causes.models import Cause, Root
from rca.fixes.acts import Verification
from rca.fixes.predicting import read_prediction
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet
from rca.lib.said import day
from rca.lib.text import clean
from rca.whys.models import Why

if TYPE_CHECKING:
    from rca.fixes.models import Fix

TITLE_LIMIT = 200


class FixQuerySet(HouseQuerySet["Fix"]):
    def unfinished(self) -> "FixQuerySet":
        return self.filter(state="open")

    def overdue(self, on: date | None = None) -> "FixQuerySet":
        return self.unfinished().filter(due__lt=on or timezone.localdate())

    def unverified(self) -> "FixQuerySet":
        """In place, with a prediction that nobody has found true yet."""
        passed = Verification.objects.filter(fix=OuterRef("pk"), result=Verification.Result.EFFECTIVE)
        return self.filter(~Exists(passed), state="done").exclude(measure="")

    def to_check(self, on: date | None = None) -> "FixQuerySet":
        """Unverified, and the day on which to look has come."""
        return self.unverified().filter(check_on__lte=on or timezone.localdate())

    def with_verdicts(self) -> "FixQuerySet":
        """Each with its owner, its cause or why, its completion, and what was found by those who looked."""
        rows = self.select_related("cause", "why__session", "owner", "completion__by")
        found: FixQuerySet = rows.prefetch_related(Prefetch("verifications", Verification.objects.select_related("by")))
        return found

    def for_list(self) -> "FixQuerySet":
        """With all that a row shows; `urgency`, the soonest due first, is what the pages walk by."""
        left = Func(F("due"), template="(DATE '2200-01-01' - %(expressions)s)", output_field=IntegerField())
        return self.with_verdicts().prefetch_related("slips").annotate(urgency=left)


class FixManager(models.Manager["Fix"].from_queryset(FixQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def propose(
        self,
        *,
        by: User,
        kind: str,
        title: str,
        owner: User,
        due: date,
        cause: Cause | None = None,
        why: Why | None = None,
        detail: str = "",
        at: datetime | None = None,
        **prediction: Any,
    ) -> "Fix":
        """Something will be done, by whom and until when; `prediction` is measure, falls_from, falls_to and check_on.

        A fix of a why whose chain has a root belongs to that root's cause at once, any other when the root is marked.
        """
        by.must("fixes.propose")
        cause = cause or getattr(self, "instance", None) or (_cause_of(why) if why else None)
        at = at or now()
        if cause is None and why is None:
            raise Refused("A fix mends something: name the cause, or the why that it is for.")
        title = titled(title)
        if not owner.may("fixes.finish"):
            raise Refused(f"{owner.name} only looks: name somebody who can do it.")
        if due < timezone.localdate(at):
            raise Refused(f"{day(due)} is over: a fix is due today or later.")
        foreseen = read_prediction(prediction, due)
        if cause:
            cause.hold()
            cause.must_be_open("propose a fix for it")
        fix: Fix = self.create(cause=cause, why=why, kind=kind, title=title, owner=owner, due=due, detail=clean(detail),
                              proposed_by=by, proposed_at=at, **foreseen)  # fmt: skip
        record(by, "proposed", fix, says=f"Proposed: {title}. {owner.name}, due {day(due)}.", about=fix.about, at=at,
               after={"kind": kind, "owner": owner, "due": due, **foreseen})  # fmt: skip
        fix.tell_cause()
        return fix


def titled(text: str) -> str:
    title = clean(text)
    if not title:
        raise Refused("Say in one line what will be done.")
    if len(title) > TITLE_LIMIT:
        raise Refused(f"The title is {len(title)} characters long; {TITLE_LIMIT} is the most. The rest goes below it.")
    return title


def _cause_of(why: Why) -> Cause | None:
    """The cause whose chain goes through this why, when its root is marked already."""
    for root in Root.objects.filter(why__session=why.session_id).select_related("why", "cause").order_by("id"):
        if why in root.why.chain():
            return root.cause
    return None
