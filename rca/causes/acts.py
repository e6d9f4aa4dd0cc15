"""The facts of a cause, each a row with who, when and why; the unique constraint of each is also its lock."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from accounts.audit.models import record
from accounts.customers.models import Account
from accounts.people.models import User
from rca.causes.choosing import CauseLinkManager
from rca.causes.learning import reread
from rca.causes.unmarking import Unmarking, unmark
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet
from rca.whys.models import Why


class CauseLink(models.Model):
    """This complaint came from that cause."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="cause_links")
    cause = models.ForeignKey("rca.Cause", models.CASCADE, related_name="links")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = CauseLinkManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "cause"], name="cause_link_once")]
        indexes = [models.Index(fields=["cause", "-at"], name="cause_link_by_cause")]

    def __str__(self) -> str:
        return f"R-{self.cause_id}"


class Root(models.Model):
    """This why is the root: who marked it, and how the stop test was answered."""

    why = models.OneToOneField(Why, models.PROTECT, related_name="root")
    cause = models.ForeignKey("rca.Cause", models.PROTECT, related_name="roots")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    depth = models.PositiveIntegerField()
    would_have_happened = models.BooleanField()  # without it, would this have happened?
    stays_away = models.BooleanField()  # mended, will it stay away?
    reads_back = models.BooleanField()  # does the chain hold when read aloud with “therefore”?
    early_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(depth__gte=5) | ~Q(early_reason=""), name="root_deep_enough_or_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.why_id} is the root of R-{self.cause_id}"

    @transaction.atomic
    def unmark(self, *, by: User, reason: str, at: datetime | None = None) -> Unmarking:
        """It is not the root after all: asking goes on, and the cause stays for as long as anything hangs on it."""
        by.must("causes.mark")
        return unmark(self, by, reason, at or now())


class KnownLineQuerySet(HouseQuerySet["KnownLine"]):
    def approved(self) -> "KnownLineQuerySet":
        return self.filter(approved_at__isnull=False)


class KnownLine(models.Model):
    """The sentence that anyone may say now, once somebody has approved it; the newest approved one counts."""

    cause = models.ForeignKey("rca.Cause", models.CASCADE, related_name="lines")
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(KnownLineQuerySet)()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="known_line_has_text"),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="known_line_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @transaction.atomic
    def approve(self, *, by: User, at: datetime | None = None) -> None:
        """Lets everybody say it from now on; whoever wrote it asks somebody else."""
        by.must("lines.approve")
        self.cause.must_be_open("approve what may be said of it")
        if self.by_id == by.pk:
            raise Refused("You wrote this line: somebody else has to read and approve it.")
        self.cause.hold()
        fresh = KnownLine.objects.select_for_update().get(pk=self.pk)
        if fresh.approved_at:
            raise Refused("This line is approved already.")
        self.approved_by, self.approved_at = by, at or now()
        KnownLine.objects.filter(pk=self.pk).update(approved_by=by, approved_at=self.approved_at)
        reread([self.cause_id])
        record(by, "line_approved", self.cause, says="What anyone may say now is approved.", words=self.text, at=at)


class CauseClosure(models.Model):
    """The cause is closed: every customer told or waived, every fix finished, the check passed."""

    cause = models.OneToOneField("rca.Cause", models.CASCADE, related_name="closure")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.words


class RecurrenceQuerySet(HouseQuerySet["Recurrence"]):
    def unseen(self) -> "RecurrenceQuerySet":
        return self.filter(seen_at=None)

    def with_heard(self) -> "RecurrenceQuerySet":
        """Each with its complaint, how many had heard that it was fixed, and the first five of them by name."""
        heard: Any = Recurrence.told.through._default_manager.filter(recurrence=OuterRef("pk"))
        names = heard.order_by("account__folded").values(one=JSONObject(pk="account_id", name="account__name"))[:5]
        number = heard.order_by().values("recurrence").annotate(n=Count("pk")).values("n")
        rows = self.select_related("complaint__account", "seen_by")
        found: RecurrenceQuerySet = rows.annotate(heard=ArraySubquery(names), heard_count=Subquery(number))
        return found


class Recurrence(models.Model):
    """A new complaint on a cause that was fixed; `told` are the accounts that had heard it would not happen again."""

    cause = models.ForeignKey("rca.Cause", models.CASCADE, related_name="recurrences")
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="recurrences")
    at = models.DateTimeField()
    told = models.ManyToManyField(Account, related_name="+")
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(RecurrenceQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cause", "complaint"], name="recurrence_once")]

    def __str__(self) -> str:
        return f"R-{self.cause_id} came back"


class CauseMerge(models.Model):
    """Two names for one cause: this one's complaints, accounts and fixes are the other's now."""

    duplicate = models.OneToOneField("rca.Cause", models.CASCADE, related_name="merge")
    into = models.ForeignKey("rca.Cause", models.PROTECT, related_name="merged")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    moved = models.JSONField(default=dict)  # what came over, so that it can go back

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(duplicate=F("into")), name="cause_merge_into_another")]

    def __str__(self) -> str:
        return f"into R-{self.into_id}"


class NotTwins(models.Model):
    """Two causes that look alike and are not, and why; the hint is not given again."""

    first = models.ForeignKey("rca.Cause", models.CASCADE, related_name="+")
    second = models.ForeignKey("rca.Cause", models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="not_twins_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="not_twins_in_order"),
        ]

    def __str__(self) -> str:
        return self.reason
