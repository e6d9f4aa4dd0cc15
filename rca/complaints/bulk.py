"""One act on many complaints: each by its own verb, each failure with its reason, and one undo for the whole."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models, transaction
from django.db.models import QuerySet

from accounts.audit.models import record
from accounts.people.models import User
from rca.complaints.acts import Closure
from rca.complaints.models import Complaint
from rca.complaints.vocabulary import Behaviour, Severity
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet, OneOf
from rca.lib.text import clean, count, first_line

MOST = 500  # complaints in one request; each takes a lock, a verb and its entry in the ledger


class BulkManager(models.Manager["BulkAct"].from_queryset(HouseQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def carry_out(
        self, *, by: User, act: str, complaints: QuerySet[Complaint], expected: int | None = None,
        at: datetime | None = None, **what: Any,
    ) -> "BulkAct":  # fmt: skip
        """Does `act` to each of the complaints; what one of them refuses is noted beside it and stops no other.

        `expected` is how many somebody saw when choosing “all that match”: another number now is refused. `what` is
        severity, product and behaviours to classify; to and reason to hand; cause to link; outcome to close.
        """
        doing = DOING[act]
        by.must(doing.ability)
        at = at or now()
        says = doing.says(what)
        rows = [_one(complaint, lambda it: doing.do(it, by, at, what)) for complaint in held(complaints, expected)]
        bulk: BulkAct = self.create(by=by, at=at, act=act, says=says, rows=rows)
        record(
            by, "bulk_done", bulk, says=f"{says} {bulk.tally}", after={"rows": [row["ref"] for row in bulk.done]}, at=at
        )
        return bulk


class BulkAct(Referred):
    """What was done to many complaints at once: to each what stood before, or why it was not done."""

    LETTER, PAGE = "B", "complaints:bulk_act"

    class Kind(models.TextChoices):
        CLASSIFY = "classify", "sort"
        HAND = "hand", "hand over"
        LINK = "link", "link to a cause"
        CLOSE = "close", "close"

    by = models.ForeignKey(User, models.PROTECT, related_name="bulk_acts")
    at = models.DateTimeField()
    act = OneOf(Kind)
    says = models.TextField()
    rows = models.JSONField(default=list)  # each: ref, why (it was not done), and what takes it back
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kept = models.JSONField(default=list)  # what the undoing could not take back: each ref and why

    objects = BulkManager()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="bulk_newest")]

    def __str__(self) -> str:
        return self.says

    @property
    def done(self) -> list[dict[str, Any]]:
        return [row for row in self.rows if not row["why"]]

    @property
    def failed(self) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["why"]]

    @property
    def tally(self) -> str:
        """“12 complaints.” or “10 of 12 complaints; 2 were not done.”"""
        if not self.failed:
            return f"{count(len(self.rows), 'complaint')}."
        verb = "was" if len(self.failed) == 1 else "were"
        return f"{len(self.done)} of {count(len(self.rows), 'complaint')}; {len(self.failed)} {verb} not done."

    @transaction.atomic
    def undo(self, *, by: User, at: datetime | None = None) -> None:
        """Takes back all of it but what somebody has changed since, and says which that is."""
        by.must(DOING[self.act].ability)
        if by.pk != self.by_id:
            by.must("complaints.undo")
        fresh = BulkAct.objects.select_for_update().get(pk=self.pk)
        if fresh.undone_at:
            raise Refused(f"{self.ref} is undone already.")
        at = at or now()
        entries = {int(row["ref"][2:]): row for row in self.done}
        rows = [
            _one(it, lambda it: DOING[self.act].undo(it, by, at, entries[it.pk]))
            for it in held(Complaint.objects.filter(pk__in=entries))
        ]
        kept = [{"ref": row["ref"], "why": row["why"]} for row in rows if row["why"]]
        if len(kept) == len(entries):
            because = kept[0]["why"] if kept else "nothing was done."
            raise Refused(f"Nothing of it can be taken back: {because}",
                          steps=[(row["ref"], f"/complaints/{row['ref']}/") for row in kept[:10]])  # fmt: skip
        self.undone_at, self.undone_by, self.kept = at, by, kept
        BulkAct.objects.filter(pk=self.pk).update(undone_at=at, undone_by=by, kept=kept)
        says = f"Taken back: {self.says} {count(len(rows) - len(kept), 'complaint')}."
        record(by, "bulk_undone", self, says=says, after={"kept": [row["ref"] for row in kept]}, at=at)


def held(complaints: QuerySet[Complaint], expected: int | None = None) -> list[Complaint]:
    """Those complaints, held for this transaction and in one order, so that two acts never wait for each other."""
    pks = list(complaints.order_by().values_list("pk", flat=True)[: MOST + 1])
    if not pks:
        raise Refused("No complaint is ticked: tick those that you mean.")
    if len(pks) > MOST:
        raise Refused(f"These are more than {MOST} complaints, the most for one act: narrow the list, then go on.")
    if expected is not None and len(pks) != expected:
        raise Refused(f"{count(len(pks), 'complaint matches', 'complaints match')} now, {expected} when you looked: "
                      "look at the list again, then go on.")  # fmt: skip
    rows = Complaint.objects.select_for_update(of=("self",)).select_related("account", "liaison")
    return list(rows.filter(pk__in=pks).order_by("pk"))


def _one(complaint: Complaint, act: Callable[[Complaint], dict[str, Any]]) -> dict[str, Any]:
    """One row in its own savepoint: what it noted, or why it refused."""
    try:
        with transaction.atomic():
            return {"ref": complaint.ref, "why": "", **act(complaint)}
    except Refused as refused:
        return {"ref": complaint.ref, "why": refused.sentence}


class Doing(NamedTuple):
    ability: str
    says: Callable[[dict[str, Any]], str]
    do: Callable[[Complaint, User, datetime, dict[str, Any]], dict[str, Any]]
    undo: Callable[[Complaint, User, datetime, dict[str, Any]], dict[str, Any]]


def _classify(complaint: Complaint, by: User, at: datetime, what: dict[str, Any]) -> dict[str, Any]:
    if complaint.state == Complaint.State.MERGED:
        complaint.must_be_open("sort")
    before = {name: getattr(complaint, name) for name, value in what.items() if getattr(complaint, name) != value}
    if not before:
        raise Refused(f"{complaint.ref} is sorted like that already.")
    complaint.amend(by=by, at=at, **what)
    return {"before": before, "after": {name: what[name] for name in before}}


def _unclassify(complaint: Complaint, by: User, at: datetime, row: dict[str, Any]) -> dict[str, Any]:
    if any(getattr(complaint, name) != value for name, value in row["after"].items()):
        raise Refused(f"{complaint.ref} was sorted differently since.")
    complaint.amend(by=by, at=at, **row["before"])
    return {}


def _hand(complaint: Complaint, by: User, at: datetime, what: dict[str, Any]) -> dict[str, Any]:
    return {"fact": complaint.hand_to(by=by, at=at, **what).pk}


def _unhand(complaint: Complaint, by: User, at: datetime, row: dict[str, Any]) -> dict[str, Any]:
    fact = complaint.handoffs.filter(pk=row["fact"]).first()
    if fact is None:
        raise Refused(f"{complaint.ref} was handed back since.")
    fact.take_back(by=by, at=at)
    return {}


def _link(complaint: Complaint, by: User, at: datetime, what: dict[str, Any]) -> dict[str, Any]:
    return {"fact": what["cause"].link(by=by, complaint=complaint, at=at).pk}


def _unlink(complaint: Complaint, by: User, at: datetime, row: dict[str, Any]) -> dict[str, Any]:
    fact = complaint.cause_links.filter(pk=row["fact"]).select_related("cause").first()
    if fact is None:
        raise Refused(f"{complaint.ref} was taken off the cause since.")
    fact.cause.unlink(by=by, complaint=complaint, at=at)
    return {}


def _close(complaint: Complaint, by: User, at: datetime, what: dict[str, Any]) -> dict[str, Any]:
    return {"fact": complaint.close(by=by, at=at, **what).pk}


def _unclose(complaint: Complaint, by: User, at: datetime, row: dict[str, Any]) -> dict[str, Any]:
    fact = Closure.objects.filter(pk=row["fact"]).first()
    if fact is None:
        raise Refused(f"{complaint.ref} was reopened since.")
    fact.take_back(by=by, at=at)
    return {}


def _sorted_as(what: dict[str, Any]) -> str:
    if not what:
        raise Refused("Say how to sort them: how badly it hurts, about what, or how they were treated.")
    parts = [Severity(what["severity"]).label] if what.get("severity") else []
    parts += [f"about {what['product']}"] if what.get("product") else []
    parts += (
        ["treated " + ", ".join(Behaviour(one).label for one in what["behaviours"])] if what.get("behaviours") else []
    )
    return f"Sorted: {'; '.join(parts)}."


def _handed_to(what: dict[str, Any]) -> str:
    if not clean(what["reason"]):
        raise Refused("Say why the customers get another person: they will have to tell it all again.")
    return f"Handed to {what['to'].name}: {first_line(what['reason'], 200).rstrip('.')}."


def _closed_with(what: dict[str, Any]) -> str:
    if not clean(what["outcome"]):
        raise Refused("Say how it ended for the customers.")
    return f"Closed: {first_line(what['outcome'], 200).rstrip('.')}."


DOING = {
    "classify": Doing("complaints.edit", _sorted_as, _classify, _unclassify),
    "hand": Doing("complaints.hand", _handed_to, _hand, _unhand),
    "link": Doing("causes.link", lambda what: f"Linked to {what['cause'].ref}.", _link, _unlink),
    "close": Doing("complaints.close", _closed_with, _close, _unclose),
}
