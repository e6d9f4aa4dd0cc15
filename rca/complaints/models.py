"""The complaint: what one customer said in their own words, and what we did with it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.audit.models import record
from accounts.people.drafts import Draft
from accounts.people.models import User
from rca.complaints.acts import Acknowledgment, Closure, Consultation, Handoff, Merge, Note, Relation, Reopening
from rca.complaints.columns import ComplaintColumns
from rca.complaints.handing import tell_of_pass, tell_of_question
from rca.complaints.taking import ComplaintManager, ComplaintQuerySet
from rca.complaints.undoing import body_of, draft_name, facts_of, untouched
from rca.complaints.vocabulary import Behaviour, Expectation, Severity
from rca.hours.reading import current
from rca.lib.clock import now, worked
from rca.lib.refused import Refused, once
from rca.lib.said import moment
from rca.lib.text import clean, count


class Complaint(ComplaintColumns):
    """What is done with a complaint, act by act."""

    objects = ComplaintManager()

    def must_be_open(self, act: str) -> None:
        if self.state == self.State.MERGED:
            into = self.merge.into
            raise Refused(f"{self.ref} was merged into {into.ref}: {act} that one.",
                          steps=[(f"Open {into.ref}", into.get_absolute_url())])  # fmt: skip
        if self.state == self.State.CLOSED:
            raise Refused(f"{self.ref} is closed: reopen it first.", steps=[("Open it", self.get_absolute_url())])

    def _hold(self) -> None:
        """Takes the row for this transaction, so that two acts on one complaint follow one another."""
        fresh = Complaint.objects.select_for_update().get(pk=self.pk)
        for name in ("state", "liaison_id", "acknowledged_at", "version"):
            setattr(self, name, getattr(fresh, name))

    @transaction.atomic
    def acknowledge(
        self, *, by: User, words: str, how: str, our_mistake: str, at: datetime | None = None
    ) -> Acknowledgment:
        """Owns up: a human act, with the words used and whether it was our mistake. Auto-replies never count."""
        by.must("complaints.acknowledge")
        self._hold()
        self.must_be_open("own up to")
        if not clean(words):
            raise Refused("Write down what you said to them.")
        at = at or now()
        with once(f"{self.ref} has been owned up to already."):
            fact = Acknowledgment.objects.create(
                complaint=self, by=by, at=at, how=how, words=clean(words), our_mistake=our_mistake,
                working_minutes=self._working_minutes(at),
            )  # fmt: skip
        self.swap(version=None, labels={}, acknowledged_at=at)
        self.account.touches.note(by=by, way="out", channel=how, contact=self.contact, reached=True, about=self, at=at)
        record(by, "acknowledged", self, says=f"Owned up by {fact.get_how_display()}. {fact.verdict}", words=fact.words,
               about=[self.account], after={"our_mistake": our_mistake, "how": how}, at=at)  # fmt: skip
        return fact

    @transaction.atomic
    def amend(self, *, by: User, version: int | None = None, at: datetime | None = None, **changes: Any) -> None:
        """Classifies or corrects: words, contact, product, remedy, severity, behaviours, expectation, amount."""
        by.must("complaints.edit")
        if "words" in changes:
            changes["words"] = clean(changes["words"])
            if not changes["words"]:
                raise Refused("A complaint keeps the customer’s words: they cannot be emptied.")
        before = self.swap(version=version, labels={"words": "their words", "amount": "what it cost them"}, **changes)
        if before:
            says, after = f"Details changed: {', '.join(sorted(before))}.", {name: changes[name] for name in before}
            if "severity" in before and (due := self._wind()):
                before["acknowledge_by"], after["acknowledge_by"] = self.acknowledge_by, due
                self.acknowledge_by, says = due, f"{says} To be owned up to by {moment(due)}."
            record(by, "amended", self, says=says, before=before, after=after, at=at)
            self.cause_links.amended(before)

    @transaction.atomic
    def hand_to(self, *, by: User, to: User, reason: str, at: datetime | None = None) -> Handoff:
        """Gives the customer another one person; every such pass is counted and needs a reason."""
        by.must("complaints.hand")
        self._hold()
        self.must_be_open("hand on")
        if not clean(reason):
            raise Refused("Say why the customer gets another person: they will have to tell it all again.")
        if to.pk == self.liaison_id:
            raise Refused(f"{to.name} is this customer’s one person already.")
        if not to.may("complaints.acknowledge"):
            raise Refused(f"{to.name} cannot answer customers: choose an agent or a lead.")
        fact = Handoff.objects.create(
            complaint=self, from_person_id=self.liaison_id, to_person=to, by=by, reason=clean(reason), at=at or now()
        )
        self.swap(version=None, labels={}, liaison=to)
        passes = self.handoffs.count()
        record(by, "handed", self, says=f"Handed to {to.name}, {count(passes, 'pass', 'passes')} so far.",
               words=fact.reason, about=[self.account], after={"liaison": to}, at=at)  # fmt: skip
        tell_of_pass(self, fact, passes)
        return fact

    @transaction.atomic
    def consult(self, *, by: User, colleague: User, question: str, at: datetime | None = None) -> Consultation:
        """Asks a colleague while the customer keeps their one person."""
        by.must("complaints.consult")
        self.must_be_open("ask about")
        if not clean(question):
            raise Refused("Write the question that your colleague should answer.")
        if not colleague.may("complaints.consult"):
            raise Refused(f"{colleague.name} cannot answer here: ask an agent or a lead.")
        fact = Consultation.objects.create(
            complaint=self, colleague=colleague, question=clean(question), asked_by=by, asked_at=at or now()
        )
        record(by, "consulted", self, says=f"Asked {colleague.name}.", words=fact.question, at=at)
        tell_of_question(self, fact)
        return fact

    @transaction.atomic
    def note(self, *, by: User, text: str, at: datetime | None = None) -> Note:
        """Adds to what happened; nothing is ever written over."""
        by.must("complaints.edit")
        if not clean(text):
            raise Refused("There is nothing in this note yet.")
        fact = Note.objects.create(complaint=self, by=by, text=clean(text), at=at or now())
        record(by, "noted", self, says="Note.", words=fact.text, at=at)
        return fact

    @transaction.atomic
    def close(self, *, by: User, outcome: str, at: datetime | None = None) -> Closure:
        """Ends the work on this one complaint; its cause stays open until every affected customer is told."""
        by.must("complaints.close")
        self._hold()
        self.must_be_open("close")
        if not clean(outcome):
            raise Refused("Say how it ended for the customer.")
        if not self.acknowledged_at:
            raise Refused(f"Nobody has owned up to {self.ref} yet: do that first, then close it.",
                          steps=[("Own up", self.get_absolute_url() + "#own")])  # fmt: skip
        # What was promised on a complaint that was merged into this one is still promised to this customer.
        promised = self.promises.model.objects.open()
        open_promises = list(promised.filter(Q(complaint=self) | Q(complaint__merge__into=self)).order_by("pk"))
        if open_promises:
            raise Refused(f"{count(len(open_promises), 'promise')} to this customer still open: keep or settle first.",
                          steps=[(one.ref, one.get_absolute_url()) for one in open_promises])  # fmt: skip
        with once(f"{self.ref} is closed already."):
            fact = Closure.objects.create(complaint=self, by=by, outcome=clean(outcome), at=at or now())
        self.swap(version=None, labels={}, state=self.State.CLOSED)
        record(by, "closed", self, says="Complaint closed.", words=fact.outcome, about=[self.account], at=at)
        return fact

    @transaction.atomic
    def reopen(self, *, by: User, reason: str, at: datetime | None = None) -> Reopening:
        """Takes the work up again; the customer waited once more, so it counts as a wound."""
        by.must("complaints.close")
        self._hold()
        if self.state != self.State.CLOSED:
            raise Refused(f"{self.ref} is not closed, so there is nothing to reopen.")
        if not clean(reason):
            raise Refused("Say why it is taken up again.")
        Closure.objects.filter(complaint=self).delete()
        fact = Reopening.objects.create(complaint=self, by=by, reason=clean(reason), at=at or now())
        self.swap(version=None, labels={}, state=self.State.OPEN)
        record(by, "reopened", self, says="Complaint reopened.", words=fact.reason, about=[self.account], at=at)
        return fact

    @transaction.atomic
    def merge_into(self, *, by: User, into: "Complaint", reason: str = "", at: datetime | None = None) -> Merge:
        """Makes this one a stub of the other: the same complaint taken down twice. Undone by `unmerge`."""
        by.must("complaints.merge")
        self._hold()
        self.must_be_open("merge")
        if into.pk == self.pk:
            raise Refused("A complaint cannot be merged into itself.")
        into.must_be_open("merge into")
        if into.account_id != self.account_id:
            raise Refused(
                f"{into.ref} is from {into.account.name}, this one from {self.account.name}: link them instead."
            )
        with once(f"{self.ref} is merged already."):
            fact = Merge.objects.create(complaint=self, into=into, by=by, reason=clean(reason), at=at or now())
        self.swap(version=None, labels={}, state=self.State.MERGED)
        record(by, "merged", self, says=f"Merged into {into.ref}.", words=fact.reason, about=[into], at=at)
        return fact

    @transaction.atomic
    def unmerge(self, *, by: User, at: datetime | None = None) -> None:
        by.must("complaints.merge")
        self._hold()
        if self.state != self.State.MERGED:
            raise Refused(f"{self.ref} is not merged.")
        into = self.merge.into
        Merge.objects.filter(complaint=self).delete()
        self.swap(version=None, labels={}, state=self.State.OPEN)
        record(by, "unmerged", self, says=f"Taken out of {into.ref} again.", about=[into], at=at)

    @transaction.atomic
    def relate(self, *, by: User, other: "Complaint", reason: str = "", at: datetime | None = None) -> Relation:
        """Links two complaints that stay two: a repeat, or the same thing seen by another customer."""
        by.must("complaints.edit")
        if other.pk == self.pk:
            raise Refused("A complaint is not linked to itself.")
        first, second = sorted([self, other], key=lambda one: one.pk)
        with once(f"{self.ref} and {other.ref} are linked already."):
            fact = Relation.objects.create(first=first, second=second, by=by, reason=clean(reason), at=at or now())
        record(by, "related", self, says=f"Linked with {other.ref}.", words=fact.reason, about=[other], at=at)
        return fact

    @transaction.atomic
    def take_back(self, *, by: User, at: datetime | None = None) -> None:
        """Undoes the logging, within an hour and while nothing else has happened; what was typed waits as a draft."""
        by.must("complaints.log")
        self._hold()
        at, body = at or now(), body_of(self)
        for link in self.cause_links.filter(by=by).select_related("cause"):
            link.cause.unlink(by=by, complaint=self, at=at)  # what was ticked beside the form goes with it
        untouched(self, by, at)
        record(by, "taken_back", self, says=f"{self.ref} was taken back by the one who logged it.", words=self.words,
               about=[self.account], before=facts_of(self), at=at)  # fmt: skip
        for promise in self.promises.all():
            record(by, "taken_back", promise, says=f"Taken back with {self.ref}: {promise.says}.",
                   about=[self.account, self], at=at)  # fmt: skip
        Draft.objects.keep(by=by, form=draft_name(self.pk), body=body, at=at)
        self.promises.all().delete()
        self.account.touches.filter(about=self.ref).delete()
        Complaint.objects.filter(pk=self.pk).delete()

    @transaction.atomic
    def unrelate(self, *, by: User, other: "Complaint", at: datetime | None = None) -> None:
        """Takes the link between two complaints back; the ledger keeps that they were linked, and why."""
        by.must("complaints.edit")
        first, second = sorted([self, other], key=lambda one: one.pk)
        found = Relation.objects.filter(first=first, second=second)
        reason = found.values_list("reason", flat=True).first() or ""
        if not found.delete()[0]:
            raise Refused(f"{self.ref} and {other.ref} are not linked.")
        record(by, "unrelated", self, says=f"No longer linked with {other.ref}.", words=reason, about=[other], at=at)

    def _working_minutes(self, at: datetime) -> int | None:
        """How long the acknowledgment took, in working time; None where no clock runs."""
        return int(worked(self.received_at, at, current().calendar).total_seconds() // 60) if self.own_up_by else None

    def _wind(self) -> datetime | None:
        """Sets the clock anew by how badly it hurts, unless none runs or somebody has owned up; returns its end."""
        running = Complaint.objects.filter(pk=self.pk, acknowledged_at=None, acknowledge_by__year__lt=9999)
        due = current().due(self.received_at, self.severity)
        return due if running.update(acknowledge_by=due) else None

    def related(self) -> "ComplaintQuerySet":
        """The complaints linked with this one, from either side."""
        ours = Relation.objects.filter(second=self).values("first")
        theirs = Relation.objects.filter(first=self).values("second")
        found: ComplaintQuerySet = Complaint.objects.filter(pk__in=ours.union(theirs)).order_by("-received_at")
        return found


__all__ = ["Behaviour", "Complaint", "ComplaintQuerySet", "Expectation", "Severity"]
