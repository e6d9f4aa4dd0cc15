"""Five Whys sessions: the problem in the customers' words, who is in the room, and how a session begins and ends."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models, transaction
from django.db.models import F, Q

from accounts.audit.models import record
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.lib.refused import Refused, once
from rca.lib.rows import Editable, OneOf
from rca.lib.text import WORDS_LIMIT, clean, count, first_line
from rca.whys.asking import first_question
from rca.whys.guests import Participant
from rca.whys.kept import NoSession, ParkedIdea
from rca.whys.listing import FiveWhysQuerySet
from rca.whys.why import Why

__all__ = ["FiveWhys", "NoSession", "ParkedIdea", "Participant", "SessionComplaint", "Why"]

TITLE = 110  # characters of a problem that stand as the title of its room
Guest = tuple[str, str, User | None]  # name, part, and the colleague behind the name if there is one


class FiveWhysManager(models.Manager["FiveWhys"].from_queryset(FiveWhysQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def plan(
        self,
        *,
        by: User,
        problem: str,
        complaints: Iterable[Complaint] = (),
        facilitator: User | None = None,
        participants: Iterable[Guest] = (),
        slot_from: datetime | None = None,
        slot_until: datetime | None = None,
        place: str = "",
        at: datetime | None = None,
        **facts: Any,
    ) -> "FiveWhys":
        """Sets a session down: what is asked about, about which complaints, with whom and when.

        `facts` are impact, source and external_id. Without a facilitator, whoever plans it leads it.
        """
        by.must("whys.plan")
        about = list(complaints)
        leader = facilitator or by
        _must_be_plannable(clean(problem), about, leader, slot_from, slot_until)
        at = at or now()
        with once(f"{facts.get('external_id')} from {facts.get('source')} is here already."):
            session: FiveWhys = self.create(
                problem=clean(problem), facilitator=leader, slot_from=slot_from, slot_until=slot_until,
                place=clean(place)[:120], planned_by=by, planned_at=at, **facts,
            )  # fmt: skip
        record(by, "planned", session, says=f"Five Whys session planned, {leader.first_name} leads it.",
               words=session.problem, about=[*about, *(one.account for one in about)],
               after={"complaints": about, "from": slot_from, "place": place}, at=at)  # fmt: skip
        for complaint in about:
            session.attach(by=by, complaint=complaint, at=at)
        for name, part, person in participants:
            session.join(by=by, name=name, part=part, person=person, at=at)
        return session


class FiveWhys(Referred, Editable):
    """A session, W-17. (Django has a Session, so the code says FiveWhys.)"""

    LETTER, PAGE = "W", "whys:detail"

    class State(models.TextChoices):
        PLANNED = "planned", "planned"
        RUNNING = "running", "running"
        CONCLUDED = "concluded", "concluded"
        REOPENED = "reopened", "reopened"

    problem = models.TextField()
    impact = models.TextField(blank=True)
    state = OneOf(State, default=State.PLANNED)
    facilitator = models.ForeignKey(User, models.PROTECT, related_name="sessions_led")
    slot_from = models.DateTimeField(null=True, blank=True)
    slot_until = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=120, blank=True)
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    waits_for = models.CharField(max_length=400, blank=True)  # what a paused session needs before it goes on
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    conclusion = models.TextField(blank=True)
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    complaints = models.ManyToManyField(Complaint, through="SessionComplaint", related_name="sessions")

    objects = FiveWhysManager()

    class Meta:
        verbose_name = "session"
        constraints = [
            models.CheckConstraint(condition=~Q(problem=""), name="fivewhys_has_problem"),
            models.CheckConstraint(
                condition=Q(slot_from=None) | Q(slot_until=None) | Q(slot_from__lt=F("slot_until")),
                name="fivewhys_slot_forward",
            ),
            models.CheckConstraint(
                condition=~Q(state="concluded") | (~Q(conclusion="") & Q(concluded_at__isnull=False)),
                name="fivewhys_concluded_says_how",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="fivewhys_source_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-planned_at"], name="fivewhys_by_state"),
            models.Index(fields=["-planned_at", "-id"], name="fivewhys_newest"),
            models.Index(fields=["facilitator", "-planned_at"], name="fivewhys_by_facilitator"),
            GinIndex(SearchVector("problem", config="english"), name="fivewhys_search"),
        ]

    def __str__(self) -> str:
        return self.problem

    @property
    def title(self) -> str:
        """The problem on one line: what a page or a list calls the session; of a long one, its first sentence."""
        line = first_line(self.problem, TITLE)
        if line.endswith("…") and (sentence := re.match(r".{20,}?[.!?](?= )", line)):
            return sentence[0]
        return line

    @property
    def is_live(self) -> bool:
        return self.state in (self.State.RUNNING, self.State.REOPENED)

    def names(self) -> list[str]:
        """Who is in the room: a nudge knows a person by them."""
        return [self.facilitator.name, *(one.name for one in self.participants.all())]

    def known(self) -> list[str]:
        """Every name that keeps its capital inside a sentence: people's, and those of the accounts it is about."""
        return self.names() + list(self.complaints.values_list("account__name", flat=True)[:50])

    def first_question(self) -> str:
        return first_question(self.problem, self.known())

    def hold(self) -> None:
        """Takes the row for this transaction, so that two acts on one session follow one another."""
        fresh = FiveWhys.objects.select_for_update(of=("self",)).get(pk=self.pk)
        for name in ("state", "paused_at", "started_at", "version"):
            setattr(self, name, getattr(fresh, name))

    def must_be_live(self, act: str) -> None:
        steps = [(f"Open {self.ref}", self.get_absolute_url())]
        if self.state == self.State.PLANNED:
            raise Refused(f"{self.ref} has not begun: start it, then {act}.", steps=steps)
        if self.state == self.State.CONCLUDED:
            raise Refused(f"{self.ref} is concluded: reopen it to {act}.", steps=steps)
        if self.paused_at:
            raise Refused(f"{self.ref} is parked: go on with it, then {act}.", steps=steps)

    def _may_lead(self, by: User) -> None:
        """Whoever was named to lead it does, and so does every lead."""
        by.must("whys.answer" if by.pk == self.facilitator_id else "whys.lead")

    @transaction.atomic
    def start(self, *, by: User, at: datetime | None = None) -> None:
        """Opens the room."""
        self._may_lead(by)
        self.hold()
        if self.state != self.State.PLANNED:
            raise Refused(f"{self.ref} has begun already.", steps=[("Go in", self.get_absolute_url())])
        at = at or now()
        self.swap(version=None, labels={}, state=self.State.RUNNING, started_at=at)
        record(by, "started", self, says=f"{self.ref} has begun.", about=self._about(), at=at)

    @transaction.atomic
    def ask(
        self,
        *,
        by: User,
        question: str = "",
        parent: Why | None = None,
        trunk: str = "",
        beside: bool = False,
        at: datetime | None = None,
    ) -> Why:
        """Asks one why. The first one asked begins a session that was only planned; below another why it takes over
        that one's trunk. `beside` is for a second answer to a question that stands there already."""
        by.must("whys.answer")
        self.hold()
        if self.state == self.State.PLANNED:
            self.start(by=by, at=at)
        self.must_be_live("ask why")
        question = clean(question) or (self.first_question() if parent is None else "")
        if not question:
            raise Refused("Write the question: why?")
        if len(question) > WORDS_LIMIT // 50:
            raise Refused(f"The question is {len(question):,} characters long: ask it in one sentence.")
        trunk = trunk or (parent.trunk if parent else Why.Trunk.OCCURRENCE)
        siblings = self.whys.filter(parent=parent)
        if not beside and (there := siblings.filter(question=question, trunk=trunk).first()):
            waits = "waits for its answer" if there.state == Why.State.OPEN else "has an answer: add a branch to it"
            raise Refused(f"That question is asked there already and {waits}.",
                          steps=[(question, there.get_absolute_url())])  # fmt: skip
        why = Why.objects.create(
            session=self, parent=parent, trunk=trunk, depth=parent.depth + 1 if parent else 1,
            order=siblings.count(), question=question, by=by, at=at or now(),
        )  # fmt: skip
        record(by, "asked", self, says=f"Why {why.depth} asked.", words=question, after={"why": why.pk}, at=at)
        return why

    @transaction.atomic
    def attach(self, *, by: User, complaint: Complaint, at: datetime | None = None) -> None:
        """Takes one more complaint into the session; a complaint for which nobody needed to ask is asked about now."""
        by.must("whys.plan")
        if complaint.state == Complaint.State.MERGED:
            into = complaint.merge.into
            raise Refused(f"{complaint.ref} was merged into {into.ref}: ask about that one.",
                          steps=[(f"Open {into.ref}", into.get_absolute_url())])  # fmt: skip
        with once(f"{self.ref} is about {complaint.ref} already."):
            SessionComplaint.objects.create(session=self, complaint=complaint)
        if NoSession.objects.filter(complaint=complaint).delete()[0]:
            record(by, "asked_after_all", complaint, says="A session is needed after all.", about=[self], at=at)
        record(by, "attached", self, says=f"{complaint.ref} is asked about in {self.ref}.", about=[complaint], at=at)

    @transaction.atomic
    def join(
        self, *, by: User, name: str = "", part: str = "", person: User | None = None, at: datetime | None = None
    ) -> Participant:
        """Brings somebody into the room: a colleague, or a guest by name."""
        by.must("whys.plan")
        name = clean(name)[:120] or (person.name if person else "")
        if not name:
            raise Refused("Say who comes: a name.")
        with once(f"{name} is in this session already."):
            guest = Participant.objects.create(session=self, name=name, part=clean(part)[:120], person=person)
        record(by, "joined", self, says=f"{name} is in.", after={"part": guest.part}, at=at)
        return guest

    @transaction.atomic
    def park(
        self, *, by: User, text: str, why: Why | None = None, said_by: str = "", at: datetime | None = None
    ) -> ParkedIdea:
        """Keeps a thought for later, in the words it was said; one that comes up again gains weight."""
        by.must("whys.answer")
        return ParkedIdea.objects.keep(by=by, session=self, text=text, why=why, said_by=said_by, at=at)

    @transaction.atomic
    def pause(self, *, by: User, waits_for: str = "", at: datetime | None = None) -> None:
        """Stops at the why that was reached and says what is needed to go on; nothing is lost."""
        self._may_lead(by)
        self.hold()
        self.must_be_live("pause at")
        self.swap(version=None, labels={}, paused_at=at or now(), waits_for=clean(waits_for)[:400])
        record(by, "paused", self, says=f"{self.ref} is parked.", words=self.waits_for, about=self._about(), at=at)

    @transaction.atomic
    def resume(self, *, by: User, at: datetime | None = None) -> None:
        """Goes on where the session was parked."""
        self._may_lead(by)
        self.hold()
        if not self.paused_at or not self.is_live:
            raise Refused(f"{self.ref} is not parked.")
        self.swap(version=None, labels={}, paused_at=None, waits_for="")
        record(by, "resumed", self, says=f"{self.ref} goes on.", about=self._about(), at=at)

    @transaction.atomic
    def conclude(self, *, by: User, conclusion: str, at: datetime | None = None) -> None:
        """Ends the session with what it found, a root or none; questions left open stay readable."""
        self._may_lead(by)
        self.hold()
        if self.state == self.State.CONCLUDED:
            raise Refused(f"{self.ref} is concluded already.")
        if not self.whys.answered().exists():
            raise Refused(f"Nothing is answered in {self.ref} yet: ask and answer at least one why.",
                          steps=[("Go on asking", self.get_absolute_url())])  # fmt: skip
        if not clean(conclusion):
            raise Refused("Say what the session found, also when it found no root.")
        at = at or now()
        self.swap(version=None, labels={}, state=self.State.CONCLUDED, conclusion=clean(conclusion), concluded_at=at,
                  concluded_by=by, paused_at=None, waits_for="")  # fmt: skip
        left = self.whys.filter(state=Why.State.OPEN).count()
        says = f"{self.ref} concluded" + (f", {count(left, 'why')} left unanswered." if left else ".")
        record(by, "concluded", self, says=says, words=self.conclusion, about=self._about(), at=at)

    @transaction.atomic
    def reopen(self, *, by: User, reason: str, at: datetime | None = None) -> None:
        """Takes the asking up again; what was found so far stays."""
        self._may_lead(by)
        self.hold()
        if self.state != self.State.CONCLUDED:
            raise Refused(f"{self.ref} is not concluded, so there is nothing to reopen.")
        if not clean(reason):
            raise Refused("Say why it is taken up again.")
        self.swap(version=None, labels={}, state=self.State.REOPENED)
        record(by, "reopened", self, says=f"{self.ref} reopened.", words=clean(reason), about=self._about(), at=at)

    @transaction.atomic
    def amend(self, *, by: User, version: int | None = None, at: datetime | None = None, **changes: Any) -> None:
        """Moves or corrects: problem, impact, facilitator, slot_from, slot_until, place."""
        by.must("whys.plan")
        for name in {"problem", "impact", "place"} & changes.keys():
            changes[name] = clean(changes[name])
        _must_be_plannable(
            changes.get("problem", self.problem), [], changes.get("facilitator", self.facilitator),
            changes.get("slot_from", self.slot_from), changes.get("slot_until", self.slot_until),
        )  # fmt: skip
        labels = {"problem": "the problem", "slot_from": "from", "slot_until": "until"}
        before = self.swap(version=version, labels=labels, **changes)
        if before:
            moved = " moved" if {"slot_from", "slot_until", "place"} & before.keys() else " changed"
            record(by, "amended", self, says=f"{self.ref}{moved}.", before=before,
                   after={name: changes[name] for name in before}, at=at)  # fmt: skip

    def _about(self) -> list[Complaint]:
        return list(self.complaints.all())


class SessionComplaint(models.Model):
    """Which complaints a session is about."""

    session = models.ForeignKey(FiveWhys, models.CASCADE, related_name="session_complaints")
    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="session_complaints")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "complaint"], name="session_complaint_once")]

    def __str__(self) -> str:
        return f"C-{self.complaint_id}"


def _must_be_plannable(
    problem: str, complaints: list[Complaint], leader: User, begins: datetime | None, ends: datetime | None
) -> None:
    if not problem:
        raise Refused("Say what the session is about, in the customers’ words.")
    if len(problem) > WORDS_LIMIT // 10:
        raise Refused(f"The problem is {len(problem):,} characters long; {WORDS_LIMIT // 10:,} is the most.")
    if begins and ends and ends <= begins:
        raise Refused("The session ends before it starts: turn the two times round.")
    if ends and not begins:
        raise Refused("Say when the session starts.")
    if not leader.may("whys.answer"):
        raise Refused(f"{leader.name} cannot lead a session: choose an agent or a lead.")
    if len({one.pk for one in complaints}) != len(complaints):
        raise Refused("One complaint is named twice.")
