"""Root causes: what was behind the complaints, whom it hit, who holds it, and what it takes to close it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts.audit.models import record
from accounts.customers.models import Account
from accounts.people.models import User
from rca.causes.acts import CauseClosure, CauseLink, CauseMerge, KnownLine, NotTwins, Recurrence, Root
from rca.causes.affected import Rule, read_conditions
from rca.causes.closing import Blocker, blockers, clearing, sentence, told_of
from rca.causes.columns import CauseColumns
from rca.causes.learning import reread
from rca.causes.linking import link, unlink
from rca.causes.roots import CauseManager, must_be_ahead, titled
from rca.causes.roster import Affected, Waiver
from rca.causes.words import CauseProduct, CauseReading, CauseWord, Word
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.said import day
from rca.lib.text import clean


class Cause(CauseColumns):
    """What is done with a cause, act by act."""

    objects = CauseManager()

    @property
    def fixed_at(self) -> datetime | None:
        """When the last of its fixes was put in place."""
        found: datetime | None = self.fixes.filter(state="done").aggregate(last=Max("completion__at"))["last"]
        return found

    @property
    def known_line(self) -> KnownLine | None:
        """What anyone may say now: the newest line that somebody approved."""
        return self.lines.approved().select_related("approved_by").first()

    def hold(self) -> None:
        """Takes the row for this transaction, so that two acts on one cause follow one another."""
        fresh = Cause.objects.select_for_update().get(pk=self.pk)
        for name in ("state", "owner_id", "next_review", "watch_until", "version"):
            setattr(self, name, getattr(fresh, name))

    def must_be_one(self) -> None:
        merge = CauseMerge.objects.filter(duplicate=self).select_related("into").first()
        if merge:
            raise Refused(f"{self.ref} was merged into {merge.into.ref}: go on there.",
                          steps=[(f"Open {merge.into.ref}", merge.into.get_absolute_url())])  # fmt: skip

    def must_be_open(self, act: str) -> None:
        self.must_be_one()
        if self.state == self.State.CLOSED:
            raise Refused(f"{self.ref} is closed: reopen it before you {act}.",
                          steps=[(f"Open {self.ref}", self.get_absolute_url())])  # fmt: skip

    @transaction.atomic
    def link(self, *, by: User, complaint: Complaint, at: datetime | None = None) -> CauseLink:
        """This complaint came from here: its account comes on the roster, and a fixed cause has come back."""
        by.must("causes.link")
        complaint._hold()  # before the cause: whoever amends it holds it first too
        self.hold()
        self.must_be_one()
        return link(self, by, complaint, at or now())

    @transaction.atomic
    def unlink(self, *, by: User, complaint: Complaint, at: datetime | None = None) -> None:
        """It did not come from here after all."""
        by.must("causes.link")
        complaint._hold()  # before the cause: whoever amends it holds it first too
        self.hold()
        self.must_be_open("take a complaint off it")
        unlink(self, by, complaint, at or now())

    @transaction.atomic
    def affect(self, *, by: User, account: Account, why: str, at: datetime | None = None) -> Affected:
        """Adds by hand an account that was hit and did not say so."""
        by.must("causes.affect")
        self.hold()
        self.must_be_open("add accounts to it")
        if not clean(why):
            raise Refused(f"Say how {account.name} was hit: what they bought, when, how many.")
        if len(clean(why)) > 400:
            raise Refused(f"How they were hit is {len(clean(why))} characters long; 400 is the most. Say it shorter.")
        with once(f"{account.name} is on the roster of {self.ref} already."):
            row: Affected = Affected.objects.create(
                cause=self, account=account, how=Affected.How.HAND, why=clean(why), by=by, at=at or now()
            )
        record(by, "affected", self, says=f"{account.name} was hit too.", words=row.why, about=[account], at=at)
        return row

    @transaction.atomic
    def add_rule(self, *, by: User, conditions: dict[str, Any], at: datetime | None = None) -> Rule:
        """Saves what the affected accounts have in common; `run` puts them on the roster."""
        by.must("causes.match")
        self.hold()
        self.must_be_open("add a rule to it")
        rule = Rule.objects.create(cause=self, conditions=read_conditions(conditions), by=by, at=at or now())
        record(by, "rule_added", self, says=f"Rule: {rule}.", after=rule.conditions, at=at)
        return rule

    @transaction.atomic
    def draft_line(self, *, by: User, text: str, at: datetime | None = None) -> KnownLine:
        """Proposes the sentence that anyone may say; it counts once somebody else has approved it."""
        by.must("notes.draft")
        self.must_be_open("write what may be said of it")
        if not clean(text):
            raise Refused("Write the sentence that anyone may say to a customer.")
        line = KnownLine.objects.create(cause=self, text=clean(text), by=by, at=at or now())
        record(by, "line_drafted", self, says="What anyone may say is proposed.", words=line.text, at=at)
        return line

    @transaction.atomic
    def assign(self, *, by: User, owner: User, at: datetime | None = None) -> None:
        """Names who holds this cause until every customer is told."""
        by.must("causes.edit")
        self.hold()
        self.must_be_open("give it to somebody")
        if not owner.may("fixes.propose"):
            raise Refused(f"{owner.name} only looks: name somebody who can act on it.")
        before = self.swap(version=None, labels={}, owner=owner)
        if before:
            record(by, "assigned", self, says=f"{owner.name} holds it.", before=before, after={"owner": owner}, at=at)

    @transaction.atomic
    def set_review(self, *, by: User, on: date, at: datetime | None = None) -> None:
        """Says when it is looked at again; there is always such a day."""
        by.must("causes.edit")
        self.hold()
        self.must_be_open("plan a review of it")
        must_be_ahead(on, at or now())
        before = self.swap(version=None, labels={}, next_review=on)
        if before:
            record(by, "review_set", self, says=f"Looked at again on {day(on)}.", before=before,
                   after={"next_review": on}, at=at)  # fmt: skip

    @transaction.atomic
    def amend(self, *, by: User, version: int | None = None, at: datetime | None = None, **changes: Any) -> None:
        """Puts title or family right; refuses a stale version."""
        by.must("causes.edit")
        self.must_be_open("change it")
        if "title" in changes:
            changes["title"] = titled(changes["title"])
        before = self.swap(version=version, labels={}, **changes)
        if before:
            reread([self.pk])
            record(by, "amended", self, says="Details changed: " + ", ".join(sorted(before)) + ".", before=before,
                   after={name: changes[name] for name in before}, at=at)  # fmt: skip

    def blockers(self) -> list[Blocker]:
        """What keeps it open, each with the address of its rows; nothing when it may close."""
        return blockers(self)

    def what_blocks(self) -> str:
        return sentence(self, self.blockers())

    @transaction.atomic
    def close(self, *, by: User, words: str = "", at: datetime | None = None) -> CauseClosure:
        """Every customer told or waived, every fix finished, the check passed: only then does a cause end."""
        by.must("causes.close")
        self.hold()
        self.must_be_one()
        if self.state == self.State.CLOSED:
            raise Refused(f"{self.ref} is closed already.")
        found = blockers(self, timezone.localdate(at or now()))
        if found:
            raise Refused(sentence(self, found), steps=clearing(self, found))
        with once(f"{self.ref} is closed already."):
            fact = CauseClosure.objects.create(cause=self, by=by, words=clean(words), at=at or now())
        before = self.swap(version=None, labels={}, state=self.State.CLOSED)
        record(by, "closed", self, says=f"Closed: {told_of(self)}.", words=fact.words, before=before,
               after={"state": self.State.CLOSED}, at=at)  # fmt: skip
        return fact

    @transaction.atomic
    def reopen(self, *, by: User, reason: str, at: datetime | None = None) -> None:
        """Takes up again what was closed or accepted."""
        by.must("causes.close")
        self.hold()
        self.must_be_one()
        if self.state not in (self.State.CLOSED, self.State.ACCEPTED):
            raise Refused(f"{self.ref} is neither closed nor accepted, so there is nothing to reopen.")
        if not clean(reason):
            raise Refused("Say why it is taken up again.")
        CauseClosure.objects.filter(cause=self).delete()
        was = self.state
        self.follow_fixes()
        record(by, "reopened", self, says="Taken up again.", words=clean(reason), before={"state": was},
               after={"state": self.state}, at=at)  # fmt: skip

    @transaction.atomic
    def accept(self, *, by: User, reason: str, next_review: date, at: datetime | None = None) -> None:
        """We live with it, by a manager’s decision and until a day on which it is looked at again."""
        by.must("review.decide")
        self.hold()
        self.must_be_open("accept it")
        if not clean(reason):
            raise Refused(f"Say why we live with {self.ref}: whoever reviews it next will ask.")
        must_be_ahead(next_review, at or now())
        before = self.swap(version=None, labels={}, state=self.State.ACCEPTED, next_review=next_review)
        record(by, "accepted", self, says=f"Accepted until {day(next_review)}.", words=clean(reason), before=before,
               after={"state": self.State.ACCEPTED, "next_review": next_review}, at=at)  # fmt: skip

    @transaction.atomic
    def see(self, *, by: User, at: datetime | None = None) -> None:
        """Somebody who leads has read that it came back, and whom we had told otherwise."""
        by.must("causes.edit")
        seen = self.recurrences.unseen().update(seen_by=by, seen_at=at or now())
        if not seen:
            raise Refused("There is nothing here that nobody has seen.")
        record(by, "seen", self, says="Seen that it came back.", at=at)

    def follow_fixes(self) -> None:
        """Sets the state that its fixes speak of; called by every act on a fix, with the row held."""
        fixes = self.fixes.exclude(state="dropped").aggregate(
            open=Count("pk", filter=Q(state="open")), done=Count("pk", filter=Q(state="done")),
            fixed=Max("completion__at"), until=Max("check_on", filter=Q(state="done")),
        )  # fmt: skip
        back = self.recurrences.aggregate(last=Max("at"))["last"]
        if fixes["open"]:
            state = self.State.FIXING
        elif back and (fixes["fixed"] is None or back > fixes["fixed"]):
            state = self.State.RECURRING
        else:
            state = self.State.WATCHED if fixes["done"] else self.State.OPEN
        self.swap(version=None, labels={}, state=state, watch_until=fixes["until"] if fixes["done"] else None)


__all__ = [
    "Affected",
    "Cause",
    "CauseClosure",
    "CauseLink",
    "CauseMerge",
    "CauseProduct",
    "CauseReading",
    "CauseWord",
    "KnownLine",
    "NotTwins",
    "Recurrence",
    "Root",
    "Rule",
    "Waiver",
    "Word",
]
