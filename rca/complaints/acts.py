"""The facts of a complaint, each a row with who, when and why; the unique constraint of each is also its lock."""

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models, transaction
from django.db.models import F, Q

from accounts.audit.models import record
from accounts.customers.models import Channel
from accounts.people.models import User
from accounts.people.notices import Notice
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet, OneOf
from rca.lib.text import clean, first_line


class Acknowledgment(models.Model):
    """Owning up: who told the customer, how, in what words, and whether it was our mistake."""

    class OurMistake(models.TextChoices):
        YES = "yes", "yes"
        NO = "no", "no"
        UNKNOWN = "unknown", "not yet known"

    complaint = models.OneToOneField("rca.Complaint", models.CASCADE, related_name="acknowledgment")
    by = models.ForeignKey(User, models.PROTECT, related_name="acknowledgments")
    at = models.DateTimeField()
    how = OneOf(Channel)
    words = models.TextField()
    our_mistake = OneOf(OurMistake)
    working_minutes = models.PositiveIntegerField(null=True)  # that it took; none where no clock ran, as for an import

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="acknowledgment_has_words"),
        ]
        indexes = [models.Index(fields=["at"], name="acknowledgment_at")]

    def __str__(self) -> str:
        return self.verdict

    @property
    def verdict(self) -> str:
        return f"Our mistake: {self.get_our_mistake_display()}."


class Handoff(models.Model):
    """The customer gets another one person."""

    complaint = models.ForeignKey("rca.Complaint", models.CASCADE, related_name="handoffs")
    from_person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    to_person = models.ForeignKey(User, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"to {self.to_person}"

    @transaction.atomic
    def take_back(self, *, by: User, at: datetime | None = None) -> None:
        """Undone before the customer felt it: they keep the person they had, and the pass does not count."""
        by.must("complaints.hand")
        complaint = type(self.complaint).objects.select_for_update().get(pk=self.complaint_id)
        complaint.must_be_open("hand back")
        if complaint.liaison_id != self.to_person_id or complaint.handoffs.filter(pk__gt=self.pk).exists():
            raise Refused(f"{complaint.ref} went on to {complaint.liaison or 'nobody'} since.")
        Handoff.objects.filter(pk=self.pk).delete()
        complaint.swap(version=None, labels={}, liaison=self.from_person)
        back = f"back with {self.from_person.name}" if self.from_person else "with nobody again"
        record(by, "handed_back", complaint, says=f"Not handed to {self.to_person.name} after all, {back}.",
               words=self.reason, about=[complaint.account], before={"liaison": self.to_person},
               after={"liaison": self.from_person}, at=at)  # fmt: skip


class ConsultationQuerySet(HouseQuerySet["Consultation"]):
    def unanswered(self) -> "ConsultationQuerySet":
        return self.filter(answered_at=None)


class Consultation(models.Model):
    """A colleague is asked behind the scenes; the customer keeps their one person."""

    complaint = models.ForeignKey("rca.Complaint", models.CASCADE, related_name="consultations")
    colleague = models.ForeignKey(User, models.PROTECT, related_name="consultations")
    question = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = models.Manager.from_queryset(ConsultationQuerySet)()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(answered_at=None) | ~Q(answer=""), name="consultation_answer_has_words")
        ]
        indexes = [
            models.Index(fields=["colleague", "asked_at"], condition=Q(answered_at=None), name="consultation_waits")
        ]

    def __str__(self) -> str:
        return self.question

    @transaction.atomic
    def reply(self, *, by: User, answer: str, at: datetime | None = None) -> None:
        """The colleague's answer, by whoever writes it down; the one who asked hears of it, the customer keeps them."""
        by.must("complaints.consult")
        if not clean(answer):
            raise Refused("Write the answer down: the one who asked has a customer waiting for it.")
        at = at or now()
        free = Consultation.objects.filter(pk=self.pk, answered_at=None)
        if not free.update(answer=clean(answer), answered_at=at, answered_by=by):
            raise Refused("This question has been answered already: add a note if there is more to say.")
        self.answer, self.answered_at, self.answered_by = clean(answer), at, by
        whose = "" if by.pk == self.colleague_id else f" for {self.colleague.name}"
        record(by, "answered", self.complaint, says=f"{by.name} answered{whose}.", words=self.answer, at=at)
        Notice.objects.seen(person=self.colleague, key=f"asked-{self.pk}", at=at)
        if self.asked_by_id != by.pk:
            says = f"{by.first_name} answered on {self.complaint.ref}: {first_line(self.answer)}"
            Notice.objects.give(person=self.asked_by, key=f"answered-{self.pk}", says=says, about=self.complaint, at=at)


class Note(models.Model):
    """Something worth knowing that is no other act."""

    complaint = models.ForeignKey("rca.Complaint", models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        indexes = [GinIndex(SearchVector("text", config="english"), name="note_search")]

    def __str__(self) -> str:
        return self.text


class Closure(models.Model):
    """The complaint is dealt with; how it ended for the customer."""

    complaint = models.OneToOneField("rca.Complaint", models.CASCADE, related_name="closure")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="closure_by_day")]

    def __str__(self) -> str:
        return self.outcome

    @transaction.atomic
    def take_back(self, *, by: User, at: datetime | None = None) -> None:
        """Closed by mistake: open again as if it had never been closed, so no wound comes of it."""
        by.must("complaints.close")
        complaint = type(self.complaint).objects.select_for_update().get(pk=self.complaint_id)
        if not Closure.objects.filter(pk=self.pk).delete()[0]:
            raise Refused(f"{complaint.ref} was reopened since.")
        complaint.swap(version=None, labels={}, state=type(complaint).State.OPEN)
        record(by, "closing_undone", complaint, says="Not closed after all.", words=self.outcome,
               about=[complaint.account], at=at)  # fmt: skip


class Reopening(models.Model):
    """The complaint was closed too early."""

    complaint = models.ForeignKey("rca.Complaint", models.CASCADE, related_name="reopenings")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()

    def __str__(self) -> str:
        return self.reason


class Merge(models.Model):
    """The same complaint taken down twice: this one is now a stub of the other."""

    complaint = models.OneToOneField("rca.Complaint", models.CASCADE, related_name="merge")
    into = models.ForeignKey("rca.Complaint", models.PROTECT, related_name="merged")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(complaint=F("into")), name="merge_into_another")]

    def __str__(self) -> str:
        return f"into {self.into_id}"


class Relation(models.Model):
    """Two complaints that belong together and stay two."""

    first = models.ForeignKey("rca.Complaint", models.CASCADE, related_name="relations_from")
    second = models.ForeignKey("rca.Complaint", models.CASCADE, related_name="relations_to")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="relation_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="relation_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"
