"""Who is in the room, and whether they come."""

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q

from accounts.audit.models import record
from accounts.people.models import User
from rca.lib.rows import HouseQuerySet, OneOf
from rca.lib.text import clean
from rca.whys.inviting import uninvite


class ParticipantQuerySet(HouseQuerySet["Participant"]):
    pass


class Participant(models.Model):
    """Somebody in the room: a colleague, or a guest by name."""

    class Coming(models.TextChoices):
        ASKED = "asked", "no answer yet"
        YES = "yes", "comes"
        NO = "no", "cannot come"

    session = models.ForeignKey("rca.FiveWhys", models.CASCADE, related_name="participants")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="sessions")
    name = models.CharField(max_length=120)
    part = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=254, blank=True)  # of a guest; a colleague has one of their own
    coming = OneOf(Coming, default=Coming.ASKED)
    words = models.CharField(max_length=200, blank=True)  # “asks for 11:00”, “sends Jo”

    objects = models.Manager.from_queryset(ParticipantQuerySet)()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "name"], name="participant_once"),
            models.CheckConstraint(condition=~Q(name=""), name="participant_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0] if self.person_id else self.name

    @property
    def address(self) -> str:
        """Where an invitation goes: a colleague’s own, or the one that was noted for a guest."""
        return (self.person.email if self.person else self.email).lower()

    @transaction.atomic
    def say(self, *, by: User, coming: str, words: str = "", at: datetime | None = None) -> None:
        """Whether they come, in their words; anybody in the house may take the answer down."""
        by.must("whys.plan")
        before = {"coming": self.coming, "words": self.words}
        self.coming, self.words = self.Coming(coming), clean(words)[:200]
        self.save(update_fields=["coming", "words"])
        record(by, "replied", self.session, says=f"{self.name}: {self.get_coming_display()}.", words=self.words,
               before=before, after={"coming": coming, "words": self.words}, at=at)  # fmt: skip

    @transaction.atomic
    def leave(self, *, by: User, at: datetime | None = None) -> None:
        """Takes somebody off the list who was put there by mistake."""
        by.must("whys.plan")
        record(by, "left", self.session, says=f"{self.name} is off the list.", before={"part": self.part}, at=at)
        session, address = self.session, self.address
        self.delete()
        if address:
            uninvite(session, by=by, email=address, at=at)
