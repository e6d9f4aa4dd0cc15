"""What a session keeps beside its tree: ideas parked for later, and complaints for which nobody needs to ask why."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramSimilarity
from django.db import models, transaction
from django.db.models import Count, Q

from accounts.audit.models import record
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused, once
from rca.lib.rows import HouseQuerySet
from rca.lib.text import clean, first_line
from rca.whys.why import Why

if TYPE_CHECKING:
    from rca.whys.models import FiveWhys

ALIKE = 0.55  # trigrams shared by two wordings of one idea; below it, different ideas begin to meet
IDEA_LIMIT = 2_000


class ParkedIdeaQuerySet(HouseQuerySet["ParkedIdea"]):
    def waiting(self) -> "ParkedIdeaQuerySet":
        return self.filter(taken_up_at=None)

    def by_weight(self) -> "ParkedIdeaQuerySet":
        """Each idea once, as it was first said, with how often it came up; the most frequent first."""
        return self.filter(earlier=None).annotate(times=1 + Count("again")).order_by("-times", "-id")

    def like(self, text: str) -> "ParkedIdeaQuerySet":
        """The same idea in about the same words."""
        alike = self.annotate(alike=TrigramSimilarity("text", text))
        return alike.filter(Q(text__iexact=text) | Q(alike__gte=ALIKE)).order_by("-alike", "id")


class ParkedIdeaManager(models.Manager["ParkedIdea"].from_queryset(ParkedIdeaQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def keep(
        self,
        *,
        by: User,
        session: "FiveWhys",
        text: str,
        why: Why | None = None,
        said_by: str = "",
        at: datetime | None = None,
    ) -> "ParkedIdea":
        """Parks an idea; one that was parked in another session before is joined to it."""
        by.must("whys.answer")
        text = clean(text)
        if not text:
            raise Refused("Write the idea in the words it was said.")
        if len(text) > IDEA_LIMIT:
            raise Refused(f"The idea is {len(text):,} characters long; {IDEA_LIMIT:,} is the most.")
        if why and why.session_id != session.pk:
            raise Refused("That why belongs to another session.")
        if session.parked.filter(text__iexact=text).exists():
            raise Refused("This idea is parked here already.")
        before = self.exclude(session=session).waiting().like(text).first()
        idea: ParkedIdea = self.create(
            session=session, why=why, text=text, said_by=clean(said_by)[:120], by=by, at=at or now(),
            earlier=(before.earlier or before) if before else None,
        )  # fmt: skip
        again = f" It came up in {before.session.ref} before." if before else ""
        record(by, "parked", session, says=f"Idea parked.{again}", words=text, after={"idea": idea.pk}, at=at)
        return idea


class ParkedIdea(models.Model):
    """A thought kept for later, in the words it was said; it gains weight when it comes up again."""

    session = models.ForeignKey("rca.FiveWhys", models.CASCADE, related_name="parked")
    why = models.ForeignKey(Why, models.SET_NULL, null=True, blank=True, related_name="parked")
    text = models.TextField()
    said_by = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # The first time it was said; the ones after it all point there.
    earlier = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="again")
    taken_up_at = models.DateTimeField(null=True, blank=True)

    objects = ParkedIdeaManager()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="parked_has_text")]

    def __str__(self) -> str:
        return self.text

    @transaction.atomic
    def take_up(self, *, by: User, at: datetime | None = None) -> None:
        """Somebody does something with it now: it and every time it was said before leave the list."""
        by.must("whys.answer")
        first = self.earlier or self
        at = at or now()
        same = ParkedIdea.objects.filter(Q(pk=first.pk) | Q(earlier=first), taken_up_at=None)
        if not same.update(taken_up_at=at):
            raise Refused("This idea is taken up already.")
        record(by, "taken_up", self.session, says=f"Parked idea taken up by {by.first_name}.",
               words=first_line(self.text, 400), at=at)  # fmt: skip


class NoSessionQuerySet(HouseQuerySet["NoSession"]):
    pass


class NoSessionManager(models.Manager["NoSession"].from_queryset(NoSessionQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def decide(
        self, *, by: User, complaint: Complaint, reason: str, unless: str = "", at: datetime | None = None
    ) -> "NoSession":
        """Nobody needs to ask why here: the reason, and what would change it."""
        by.must("whys.plan")
        if not clean(reason):
            raise Refused("Say why nobody needs to ask: the reason stays with the complaint.")
        session = complaint.sessions.exclude(state="called_off").order_by("id").first()
        if session:
            raise Refused(f"{complaint.ref} is asked about in {session.ref}.",
                          steps=[(f"Open {session.ref}", session.get_absolute_url())])  # fmt: skip
        with once(f"{complaint.ref} needs no session already."):
            fact: NoSession = self.create(
                complaint=complaint, by=by, at=at or now(), reason=clean(reason), unless=clean(unless)
            )
        record(by, "no_session", complaint, says="No session needed.", words=fact.reason,
               after={"unless": fact.unless}, at=at)  # fmt: skip
        return fact

    @transaction.atomic
    def decide_all(
        self, *, by: User, complaints: "Iterable[Complaint]", reason: str, unless: str = "", at: datetime | None = None
    ) -> "list[NoSession]":
        """The same for several at once. One that is asked about, or set aside, meanwhile is left as it is; when that
        is so for all of them, it is said."""
        made: list[NoSession] = []
        refused: Refused | None = None
        for complaint in complaints:
            try:
                with transaction.atomic():
                    made.append(self.decide(by=by, complaint=complaint, reason=reason, unless=unless, at=at))
            except Forbidden:
                raise
            except Refused as error:
                refused = error
        if not made:
            raise refused or Refused("Name the complaints for which nobody needs to ask.")
        return made


class NoSession(models.Model):
    """A complaint for which nobody needs to ask why, with a reason, a name and what would change it."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="no_session")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    unless = models.TextField(blank=True)

    objects = NoSessionManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="no_session_has_reason")]
        indexes = [models.Index(fields=["-at", "-id"], name="no_session_newest")]

    def __str__(self) -> str:
        return self.reason

    @transaction.atomic
    def withdraw(self, *, by: User, at: datetime | None = None) -> None:
        """Somebody should ask after all."""
        by.must("whys.plan")
        with transaction.atomic():
            record(by, "asked_after_all", self.complaint, says="A session may be needed after all.",
                   before={"reason": self.reason}, at=at)  # fmt: skip
            self.delete()
