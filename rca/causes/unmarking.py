"""A root that was none: it is taken back with a reason, what was marked stays readable, and nothing else is lost."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from accounts.audit.models import record
from accounts.people.models import User
from rca.causes.learning import reread
from rca.lib.refused import Refused
from rca.lib.text import clean
from rca.whys.models import Why

if TYPE_CHECKING:
    from rca.causes.acts import Root
    from rca.causes.models import Cause

OWN = {"CauseWord", "CauseReading", "CauseProduct", "Unmarking"}  # what a cause has by itself, of nobody's doing


class Unmarking(models.Model):
    """This why was the root of that cause: from when to when, by whom, and why it is not."""

    why = models.ForeignKey(Why, models.PROTECT, related_name="unmarkings")
    cause = models.ForeignKey("rca.Cause", models.SET_NULL, null=True, related_name="unmarkings")
    cause_ref = models.CharField(max_length=24)  # both stay when the cause was withdrawn with its only root
    cause_title = models.CharField(max_length=200)
    depth = models.PositiveIntegerField()
    marked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()
    early_reason = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="unmarking_has_reason")]

    def __str__(self) -> str:
        return f"was the root of {self.cause_ref}"


def unmark(root: "Root", by: User, reason: str, at: datetime) -> Unmarking:
    """1. The why is no root any more. 2. What was marked is kept. 3. A cause on which nothing hangs goes with it."""
    cause, why = root.cause, root.why
    cause.hold()
    cause.must_be_open("take its root back")
    reason = clean(reason)
    if not reason:
        raise Refused("Say why it is not the root: whoever asks here next will want to know.")
    if not type(root).objects.filter(pk=root.pk).delete()[0]:
        raise Refused("Somebody has taken this root back already.",
                      steps=[(f"Open {why.session.ref}", why.get_absolute_url())])  # fmt: skip
    fact = Unmarking.objects.create(
        why=why, cause=cause, cause_ref=cause.ref, cause_title=cause.title, depth=root.depth, marked_by=root.by,
        marked_at=root.at, early_reason=root.early_reason, by=by, at=at, reason=reason,
    )  # fmt: skip
    alone = not _hangs_on(cause)
    left = "Nothing else hung on it: withdrawn." if alone else _left(cause)
    says = f"Why {root.depth} of {why.session.ref} is not the root. {left}"
    record(by, "unmarked", cause, says=says, words=reason, about=[why.session], at=at,
           before={"why": why.pk, "marked_by": root.by, "marked_at": root.at})  # fmt: skip
    if alone:
        cause.delete()
    else:
        reread([cause.pk])
    fact.refresh_from_db()
    return fact


def _hangs_on(cause: "Cause") -> bool:
    """Whether any row of any room speaks of this cause: a complaint, an account, a fix, a note, another root …"""
    for relation in cause._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not (relation.one_to_many or relation.one_to_one):
            continue
        behind: Any = relation.related_model
        if behind.__name__ not in OWN and behind._base_manager.filter(**{relation.field.name: cause}).exists():  # type: ignore[union-attr]
            return True
    return False


def _left(cause: "Cause") -> str:
    others = cause.roots.count()
    if others:
        return f"{cause.ref} still stands on {'another why' if others == 1 else f'{others} other whys'}."
    return f"{cause.ref} stays open, without a why; its complaints, accounts and fixes stay with it."
