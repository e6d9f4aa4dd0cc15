"""Five Whys sessions: the problem in the customers' words, who is in the room, and how a session begins and ends."""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from accounts.audit.models import record
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.text import WORDS_LIMIT, clean, count
from rca.whys.asking import first_question
from rca.whys.columns import FiveWhysColumns
from rca.whys.evidence import Evidence, File
from rca.whys.files import WhyFile
from rca.whys.guests import Participant
from rca.whys.inviting import Invitation, invite, moved, uninvite
from rca.whys.kept import NoSession, ParkedIdea
from rca.whys.patterns import Pattern
from rca.whys.planning import FiveWhysManager, must_be_plannable
from rca.whys.record import CallingOff, Edition
from rca.whys.settling import AskedAgain
from rca.whys.spending import rested
from rca.whys.undoing import Undone, take_back
from rca.whys.why import Why

__all__ = [
    "CallingOff", "Edition", "Evidence", "FiveWhys", "Invitation", "NoSession", "ParkedIdea", "Participant", "Pattern",
    "SessionComplaint", "Why", "WhyFile",
]  # fmt: skip


class FiveWhys(AskedAgain, FiveWhysColumns):
    """What is done in a session, act by act. (Django has a Session, so the code says FiveWhys.)"""

    objects = FiveWhysManager()

    class Meta(FiveWhysColumns.Meta):
        pass

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
        for name in ("state", "paused_at", "started_at", "version", "going_since", "spent", "sequence"):
            setattr(self, name, getattr(fresh, name))

    def must_be_live(self, act: str) -> None:
        steps = [(f"Open {self.ref}", self.get_absolute_url())]
        if self.state == self.State.PLANNED:
            raise Refused(f"{self.ref} has not begun: start it, then {act}.", steps=steps)
        if self.state == self.State.CONCLUDED:
            raise Refused(f"{self.ref} is concluded: reopen it to {act}.", steps=steps)
        if self.state == self.State.CALLED_OFF:
            raise Refused(f"{self.ref} was called off: plan it again, then {act}.", steps=steps)
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
        if self.state == self.State.CALLED_OFF:
            self.must_be_live("begin")
        if self.state != self.State.PLANNED:
            raise Refused(f"{self.ref} has begun already.", steps=[("Go in", self.get_absolute_url())])
        at = at or now()
        self.swap(version=None, labels={}, state=self.State.RUNNING, started_at=at, going_since=at)
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
        self, *, by: User, name: str = "", part: str = "", person: User | None = None, email: str = "",
        at: datetime | None = None,
    ) -> Participant:  # fmt: skip
        """Brings somebody into the room: a colleague, or a guest by name; whoever has an address is invited by mail."""
        by.must("whys.plan")
        guest = self._admit(by, name, part, person, email, at)
        invite(self, by=by, at=at)
        return guest

    def _admit(
        self, by: User, name: str, part: str, person: User | None, email: str, at: datetime | None
    ) -> Participant:
        name = clean(name)[:120] or (person.name if person else "")
        if not name:
            raise Refused("Say who comes: a name.")
        with once(f"{name} is in this session already."):
            guest = Participant.objects.create(
                session=self, name=name, part=clean(part)[:120], person=person, email="" if person else clean(email)
            )
        record(by, "joined", self, says=f"{name} is in.", after={"part": guest.part}, at=at)
        return guest

    def bring(
        self,
        *,
        by: User,
        text: str = "",
        file: File | None = None,
        why: Why | None = None,
        at: datetime | None = None,
    ) -> Evidence:
        """Keeps a note, a link or a file with the session, or with one of its whys."""
        kept: Evidence = Evidence.objects.bring(by=by, session=self, text=text, file=file, why=why, at=at)
        return kept

    @transaction.atomic
    def park(
        self, *, by: User, text: str, why: Why | None = None, said_by: str = "", at: datetime | None = None
    ) -> ParkedIdea:
        """Keeps a thought for later, in the words it was said; one that comes up again gains weight."""
        by.must("whys.answer")
        return ParkedIdea.objects.keep(by=by, session=self, text=text, why=why, said_by=said_by, at=at)

    @transaction.atomic
    def undo(self, *, by: User, at: datetime | None = None) -> Undone:
        """Takes back what this person did last in the room, as long as nobody has built on it."""
        by.must("whys.answer")
        self.hold()
        return take_back(self, by=by, at=at or now())

    @transaction.atomic
    def pause(self, *, by: User, waits_for: str = "", at: datetime | None = None) -> None:
        """Stops at the why that was reached and says what is needed to go on; nothing is lost."""
        self._may_lead(by)
        self.hold()
        self.must_be_live("pause at")
        at = at or now()
        self.swap(version=None, labels={}, paused_at=at, waits_for=clean(waits_for)[:400], **rested(self, at))
        record(by, "paused", self, says=f"{self.ref} is parked.", words=self.waits_for, about=self._about(), at=at)

    @transaction.atomic
    def resume(self, *, by: User, at: datetime | None = None) -> None:
        """Goes on where the session was parked."""
        self._may_lead(by)
        self.hold()
        if not self.paused_at or not self.is_live:
            raise Refused(f"{self.ref} is not parked.")
        self.swap(version=None, labels={}, paused_at=None, waits_for="", going_since=at or now())
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
                  concluded_by=by, paused_at=None, waits_for="", **rested(self, at))  # fmt: skip
        left = self.whys.filter(state=Why.State.OPEN).count()
        says = f"{self.ref} concluded" + (f", {count(left, 'why')} left unanswered." if left else ".")
        record(by, "concluded", self, says=says, words=self.conclusion, about=self._about(), at=at)
        Edition.objects.keep(session=self, by=by, at=at)

    @transaction.atomic
    def reopen(self, *, by: User, reason: str, at: datetime | None = None) -> None:
        """Takes the asking up again; what was found so far stays."""
        self._may_lead(by)
        self.hold()
        if self.state != self.State.CONCLUDED:
            raise Refused(f"{self.ref} is not concluded, so there is nothing to reopen.")
        if not clean(reason):
            raise Refused("Say why it is taken up again.")
        self.swap(version=None, labels={}, state=self.State.REOPENED, going_since=at or now())
        record(by, "reopened", self, says=f"{self.ref} reopened.", words=clean(reason), about=self._about(), at=at)

    @transaction.atomic
    def amend(self, *, by: User, version: int | None = None, at: datetime | None = None, **changes: Any) -> None:
        """Moves or corrects: problem, impact, facilitator, slot_from, slot_until, place."""
        by.must("whys.plan")
        for name in {"problem", "impact", "place"} & changes.keys():
            changes[name] = clean(changes[name])
        must_be_plannable(
            changes.get("problem", self.problem), [], changes.get("facilitator", self.facilitator),
            changes.get("slot_from", self.slot_from), changes.get("slot_until", self.slot_until),
        )  # fmt: skip
        labels = {"problem": "the problem", "slot_from": "from", "slot_until": "until"}
        before = self.swap(version=version, labels=labels, **changes)
        if before:
            slot = {"slot_from", "slot_until", "place"} & before.keys()
            record(by, "amended", self, says=f"{self.ref} {'moved' if slot else 'changed'}.", before=before,
                   after={name: changes[name] for name in before}, at=at)  # fmt: skip
            if slot or "facilitator" in before:
                moved(self, by=by, at=at)

    @transaction.atomic
    def call_off(self, *, by: User, reason: str, at: datetime | None = None) -> CallingOff:
        """It is not held: the reason stays, those who were invited hear of it, and its complaints wait again."""
        by.must("whys.plan")
        self.hold()
        if self.state != self.State.PLANNED:
            steps = [("Open it", self.get_absolute_url())]
            raise Refused(
                f"{self.ref} is {self.get_state_display()}: only a planned session is called off.", steps=steps
            )
        if not clean(reason):
            raise Refused("Say why it is not held: whoever was to come will ask.")
        fact = CallingOff.objects.create(session=self, by=by, at=at or now(), reason=clean(reason))
        self.swap(version=None, labels={}, state=self.State.CALLED_OFF)
        record(by, "called_off", self, says=f"{self.ref} is called off.", words=fact.reason, about=self._about(), at=at)
        uninvite(self, by=by, at=at)
        return fact

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
