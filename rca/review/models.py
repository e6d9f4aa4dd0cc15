"""The managers' room: what was decided about each open root cause, by whom, and when it comes up again."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import localdate

from accounts.audit.models import record
from accounts.people.models import User
from rca.causes.models import Cause
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet, OneOf
from rca.lib.said import day
from rca.lib.text import clean

TWICE = timedelta(minutes=1)
WHY_NOT = {
    "escalate": "Say why. Whoever it goes to has to know what is asked of them.",
    "accept": "Say why. A cause is not accepted without a reason.",
}


class DecisionQuerySet(HouseQuerySet["Decision"]):
    def standing(self) -> "DecisionQuerySet":
        return self.filter(undone_at=None)

    def newest(self) -> "DecisionQuerySet":
        """The last one that stands on each cause."""
        return self.standing().order_by("cause", "-at", "-id").distinct("cause").select_related("by", "owner")


class DecisionManager(models.Manager["Decision"].from_queryset(DecisionQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def decide(
        self,
        *,
        by: User,
        cause: Cause,
        kind: str,
        next_review: date | None,
        reason: str = "",
        owner: User | None = None,
        at: datetime | None = None,
    ) -> "Decision":
        """Keeps, escalates, gives to somebody else, sets a date or accepts; and says when it comes up again."""
        by.must("review.decide")
        kind, reason, at = Decision.Kind(kind), clean(reason), at or now()
        cause.hold()
        cause.must_be_open("decide on it")
        if cause.state == Cause.State.ACCEPTED:
            raise Refused(f"{cause.ref} is accepted: take it up again before you decide anew.",
                          steps=[(f"Open {cause.ref}", cause.get_absolute_url())])  # fmt: skip
        if kind in WHY_NOT and not reason:
            raise Refused(WHY_NOT[kind])
        if kind == Decision.Kind.REASSIGN and owner is None:
            raise Refused("Say who holds it from now on.")
        if next_review is None:
            raise Refused("Say when it is looked at again: no cause leaves the room without a day.")
        if next_review <= localdate(at):
            raise Refused(f"{day(next_review)} is not ahead: choose a later day for the next review.")
        if self.standing().filter(cause=cause, by=by, kind=kind, at__range=(at - TWICE, at)).exists():
            raise Refused(f"You decided this on {cause.ref} a moment ago: it counts once.")
        before = {"state": cause.state, "owner": cause.owner_id, "next_review": cause.next_review.isoformat()}
        decision: Decision = self.create(
            cause=cause, kind=kind, by=by, at=at, reason=reason, next_review=next_review, before=before,
            owner=owner if kind == Decision.Kind.REASSIGN else None,
        )  # fmt: skip
        decision.carry_out()
        record(by, "decided", cause, says=f"Review: {decision.says} Next review {day(next_review)}.", words=reason,
               after={"decision": decision.pk, "kind": kind, "next_review": next_review}, at=at)  # fmt: skip
        return decision


class Decision(models.Model):
    class Kind(models.TextChoices):
        KEEP = "keep", "keep"
        ESCALATE = "escalate", "escalate"
        REASSIGN = "reassign", "reassign"
        DATE = "date", "set a date"
        ACCEPT = "accept", "accept"

    cause = models.ForeignKey(Cause, models.CASCADE, related_name="decisions")
    kind = OneOf(Kind)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")  # reassigned to
    next_review = models.DateField()
    before = models.JSONField(default=dict)  # what an undo puts back
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionManager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["escalate", "accept"]) | ~Q(reason=""), name="decision_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(kind="reassign") | Q(owner__isnull=False), name="reassigned_to_somebody"
            ),
        ]
        indexes = [models.Index(fields=["cause", "-at"], name="decision_by_cause")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def done(self) -> str:
        """Escalated; given to Tom Beck: what the folded row says."""
        if self.kind == self.Kind.REASSIGN and self.owner:
            return f"Given to {self.owner.name}"
        known = {"keep": "Kept", "escalate": "Escalated", "date": "Date set", "accept": "Accepted"}
        return known.get(self.kind, self.get_kind_display())

    @property
    def says(self) -> str:
        """What was decided, as a sentence."""
        if self.kind == self.Kind.REASSIGN and self.owner:
            return f"{self.owner.name} holds it from now on."
        return {
            "keep": "It goes on as it is.",
            "escalate": "Escalated.",
            "date": f"To be looked at on {day(self.next_review)}.",
            "accept": "We live with it.",
        }.get(self.kind, self.get_kind_display())

    def carry_out(self) -> None:
        """Does to the cause what was decided; called by `decide` alone, in its transaction."""
        if self.kind == self.Kind.ACCEPT:
            self.cause.accept(by=self.by, reason=self.reason, next_review=self.next_review, at=self.at)
            return
        if self.kind == self.Kind.REASSIGN and self.owner:
            self.cause.assign(by=self.by, owner=self.owner, at=self.at)
        self.cause.set_review(by=self.by, on=self.next_review, at=self.at)

    @transaction.atomic
    def undo(self, *, by: User, at: datetime | None = None) -> None:
        """Takes it back: what it changed on the cause, and nobody changed since, is as it was before."""
        by.must("review.decide")
        self.cause.hold()
        self.cause.must_be_open("take a decision back")
        last = Decision.objects.standing().filter(cause=self.cause_id).order_by("-at", "-id").first()
        fresh = Decision.objects.get(pk=self.pk)
        if fresh.undone_at:
            raise Refused("This decision was taken back already.")
        if last is None or last.pk != self.pk:
            raise Refused(f"{self.cause.ref} was decided on again since: take that decision back first.")
        put_back = self._put_back()
        if put_back:
            self.cause.swap(version=None, labels={}, **put_back)
        self.undone_by, self.undone_at = by, at or now()
        Decision.objects.filter(pk=self.pk).update(undone_by=by, undone_at=self.undone_at)
        record(by, "undone", self.cause, says=f"Review: taken back. It was: {self.says}", at=at,
               before={"decision": self.pk, "kind": self.kind}, after=put_back)  # fmt: skip

    def _put_back(self) -> dict[str, Any]:
        cause, was, back = self.cause, self.before, {}
        if cause.next_review == self.next_review:
            back["next_review"] = date.fromisoformat(was["next_review"])
        if self.kind == self.Kind.REASSIGN and cause.owner_id == self.owner_id:
            back["owner_id"] = was["owner"]
        if self.kind == self.Kind.ACCEPT and cause.state == Cause.State.ACCEPTED:
            back["state"] = was["state"]
        return back
