"""The facts of a complaint, each a row with who, when and why; the unique constraint of each is also its lock."""

from django.db import models
from django.db.models import F, Q

from accounts.customers.models import Channel
from accounts.people.models import User
from rca.lib.rows import OneOf


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

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="acknowledgment_has_words"),
        ]

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


class Consultation(models.Model):
    """A colleague is asked behind the scenes; the customer keeps their one person."""

    complaint = models.ForeignKey("rca.Complaint", models.CASCADE, related_name="consultations")
    colleague = models.ForeignKey(User, models.PROTECT, related_name="consultations")
    question = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]

    def __str__(self) -> str:
        return self.question


class Note(models.Model):
    """Something worth knowing that is no other act."""

    complaint = models.ForeignKey("rca.Complaint", models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    def __str__(self) -> str:
        return self.text


class Closure(models.Model):
    """The complaint is dealt with; how it ended for the customer."""

    complaint = models.OneToOneField("rca.Complaint", models.CASCADE, related_name="closure")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.TextField()

    def __str__(self) -> str:
        return self.outcome


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
