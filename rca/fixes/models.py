"""Fixes: what is done about a cause, what it should change by when, and whether somebody else saw it work."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.audit.models import record
from accounts.people.models import User
from rca.causes.models import Cause
from rca.fixes.acts import Completion, Slip, Verification
from rca.fixes.predicting import PREDICTION, read_prediction
from rca.fixes.proposing import TITLE_LIMIT, FixManager, titled
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.lib.refused import Refused, once
from rca.lib.rows import Editable, OneOf
from rca.lib.said import day
from rca.lib.text import clean
from rca.whys.models import Why


class Fix(Referred, Editable):
    LETTER, PAGE = "F", "fixes:detail"

    class Kind(models.TextChoices):
        CONTAINMENT = "containment", "containment"
        CORRECTIVE = "corrective", "corrective"
        PREVENTIVE = "preventive", "preventive"
        DETECTION = "detection", "detection"

    class State(models.TextChoices):
        OPEN = "open", "under way"
        DONE = "done", "in place"
        DROPPED = "dropped", "dropped"

    cause = models.ForeignKey(Cause, models.PROTECT, null=True, blank=True, related_name="fixes")
    why = models.ForeignKey(Why, models.SET_NULL, null=True, blank=True, related_name="fixes")
    kind = OneOf(Kind)
    title = models.CharField(max_length=TITLE_LIMIT)
    detail = models.TextField(blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="fixes")
    due = models.DateField()
    state = OneOf(State, default=State.OPEN)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    # The prediction, written with the fix: what should fall, from what to what, by when.
    measure = models.CharField(max_length=200, blank=True)
    falls_from = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    falls_to = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    check_on = models.DateField(null=True, blank=True)

    objects = FixManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="fix_has_title"),
            models.CheckConstraint(condition=Q(cause__isnull=False) | Q(why__isnull=False), name="fix_of_something"),
            models.CheckConstraint(
                condition=Q(falls_from=None) | Q(falls_to=None) | Q(falls_to__lte=F("falls_from")),
                name="fix_predicts_a_fall",
            ),
        ]
        indexes = [
            models.Index(fields=["due", "id"], condition=Q(state="open"), name="fix_open_by_due"),
            models.Index(fields=["owner", "state", "due"], name="fix_by_owner"),
            models.Index(fields=["check_on"], condition=Q(state="done"), name="fix_to_check"),
            GinIndex(SearchVector("title", config="english"), name="fix_search"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def about(self) -> list[Any]:
        """The rows whose pages show what happens to this fix."""
        return [one for one in (self.cause, self.why and self.why.session) if one]

    @property
    def overdue(self) -> bool:
        return self.state == self.State.OPEN and self.due < timezone.localdate()

    @property
    def due_says(self) -> str:
        return f"{day(self.due)}, overdue" if self.overdue else f"due {day(self.due)}"

    @property
    def check_says(self) -> str:
        """The day of the check as it is typed into a form."""
        return self.check_on.isoformat() if self.check_on else ""

    @property
    def prediction(self) -> str:
        """We expect complaints about prices to fall from 4 to 0 by 31 March."""
        if not self.measure:
            return ""
        fro, to = (f"{one.normalize():f}" if one is not None else "" for one in (self.falls_from, self.falls_to))
        fall = " ".join(["to fall", *([f"from {fro}"] if fro else []), *([f"to {to}"] if to else [])])
        return f"We expect {self.measure} {fall} by {day(self.check_on)}."

    @property
    def verdict(self) -> Verification | None:
        """What somebody found the last time they looked."""
        return max(self.verifications.all(), key=lambda one: one.round, default=None)

    @transaction.atomic
    def finish(self, *, by: User, words: str = "", at: datetime | None = None) -> Completion:
        """It is in place from now on; with the last open fix, the watch over the cause begins."""
        by.must("fixes.finish")
        self._hold("finish a fix of it")
        if self.state == self.State.DONE:
            raise Refused(f"{self.ref} is in place already.")
        self._must_be_under_way()
        with once(f"{self.ref} is in place already."):
            fact = Completion.objects.create(fix=self, by=by, at=at or now(), words=clean(words))
        self.swap(version=None, labels={}, state=self.State.DONE)
        record(by, "finished", self, says=f"In place: {self.title}.", words=fact.words, about=self.about, at=at)
        self.tell_cause()
        return fact

    @transaction.atomic
    def move(self, *, by: User, due: date, reason: str, at: datetime | None = None) -> Slip:
        """It becomes due on another day, and says why; the day of the check moves with it."""
        by.must("fixes.propose")
        self._hold("move a fix of it")
        self._must_be_under_way()
        if not clean(reason):
            raise Refused("Say why it moves: the customers wait that much longer.")
        if due == self.due:
            raise Refused(f"{self.ref} is due on {day(due)} already.")
        if due < timezone.localdate(at or now()):
            raise Refused(f"{day(due)} is over: a fix is due today or later.")
        fact = Slip.objects.create(fix=self, by=by, at=at or now(), was=self.due, now=due, reason=clean(reason))
        check = self.check_on + max(due - self.due, timedelta(0)) if self.check_on else None
        before = self.swap(version=None, labels={}, due=due, check_on=check)
        record(by, "moved", self, says=f"Due {day(due)} instead of {day(fact.was)}.", words=fact.reason,
               about=self.about, before=before, after={"due": due, "check_on": check}, at=at)  # fmt: skip
        return fact

    @transaction.atomic
    def drop(self, *, by: User, reason: str, at: datetime | None = None) -> None:
        """It will not be done, and the ledger keeps why."""
        by.must("fixes.drop")
        self._hold("drop a fix of it")
        self._must_be_under_way()
        if not clean(reason):
            raise Refused(f"Say why {self.ref} will not be done.")
        before = self.swap(version=None, labels={}, state=self.State.DROPPED)
        record(by, "dropped", self, says=f"Dropped: {self.title}.", words=clean(reason), about=self.about,
               before=before, after={"state": self.State.DROPPED}, at=at)  # fmt: skip
        self.tell_cause()

    @transaction.atomic
    def verify(
        self, *, by: User, result: str, evidence: str, observed: Decimal | None = None, at: datetime | None = None
    ) -> Verification:
        """Somebody else looked whether it holds. Anything but “effective” puts the fix back to work."""
        by.must("fixes.verify")
        self._hold("verify a fix of it")
        if self.state != self.State.DONE:
            raise Refused(f"{self.ref} is {self.get_state_display()}: only a fix that is in place can be checked.")
        if by.pk == self.owner_id:
            raise Refused(f"{by.name} owns {self.ref}: somebody else says whether it holds.")
        if not clean(evidence):
            raise Refused("Say what you saw: a verdict without evidence is a wish.")
        rounds = self.verifications.exclude(result=Verification.Result.EFFECTIVE).count() + 1
        with once(f"{self.ref} was verified already since it was put in place."):
            fact = Verification.objects.create(fix=self, round=rounds, by=by, at=at or now(), result=result,
                                               observed=observed, evidence=clean(evidence))  # fmt: skip
        if result != Verification.Result.EFFECTIVE:
            Completion.objects.filter(fix=self).delete()
            self.swap(version=None, labels={}, state=self.State.OPEN)
        record(by, "verified", self, says=f"{fact.get_result_display().capitalize()}: {self.title}.", at=at,
               words=fact.evidence, about=self.about, after={"result": result, "observed": observed})  # fmt: skip
        self.tell_cause()
        return fact

    @transaction.atomic
    def amend(self, *, by: User, version: int | None = None, at: datetime | None = None, **changes: Any) -> None:
        """Puts title, detail, kind, owner or the prediction right; a prediction stands once it was verified."""
        by.must("fixes.propose")
        self._hold("change a fix of it")
        if self.state == self.State.DROPPED:
            raise Refused(f"{self.ref} is dropped.")
        if "title" in changes:
            changes["title"] = titled(changes["title"])
        foreseen = {name: changes.pop(name) for name in PREDICTION if name in changes}
        if foreseen:
            foreseen = read_prediction({name: getattr(self, name) for name in PREDICTION} | foreseen, self.due)
            foreseen = {name: value for name, value in foreseen.items() if value != getattr(self, name)}
        if foreseen and self.verifications.exists():
            raise Refused(f"{self.ref} was checked against its prediction: it cannot be written anew afterwards.")
        before = self.swap(version=version, labels=PREDICTION, **changes, **foreseen)
        if before:
            late = (
                " The prediction was written after the fix was in place." if foreseen and self.state == "done" else ""
            )
            after = {name: getattr(self, name) for name in before}
            record(by, "amended", self, says="Details changed: " + ", ".join(sorted(before)) + "." + late,
                   about=self.about, before=before, after=after, at=at)  # fmt: skip
            self.tell_cause()

    def tell_cause(self) -> None:
        if self.cause:
            self.cause.follow_fixes()

    def _hold(self, act: str) -> None:
        """The cause first, then the fix: every act on a fix waits in the same order, so that none waits for ever."""
        if self.cause:
            self.cause.hold()
            self.cause.must_be_open(act)
        fresh = Fix.objects.select_for_update().get(pk=self.pk)
        for name in ("state", "due", "check_on", "owner_id", "version", "measure", "falls_from", "falls_to"):
            setattr(self, name, getattr(fresh, name))

    def _must_be_under_way(self) -> None:
        if self.state != self.State.OPEN:
            raise Refused(f"{self.ref} is {self.get_state_display()}: it is no longer under way.",
                          steps=[(f"Open {self.ref}", self.get_absolute_url())])  # fmt: skip


__all__ = ["Completion", "Fix", "Slip", "Verification"]
