"""One act on many complaints: each by its own verb, each failure with its reason, and one undo for the whole.

Which complaints are meant is fixed when somebody asks. Up to MOST are done at once; more are left to the worker, in
chunks that each stand or fall whole with their cursor, so that a worker that is killed loses and doubles nothing.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, models, transaction
from django.db.models import QuerySet

from accounts.audit.models import record
from accounts.people.models import User
from accounts.people.notices import Notice
from rca.complaints import queueing
from rca.complaints.bulk_row import BulkRow
from rca.complaints.doing import DOING, found, kept
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet, OneOf
from rca.lib.text import count

log = logging.getLogger("amends.bulk")
MOST = 500  # complaints in one request; each takes a lock, a verb and its entry in the ledger
CEILING = 50_000  # complaints in one act; the worker has them for some minutes
CHUNK = 50  # complaints in one transaction of the worker, so that nobody who works on one of them waits long
WORKING = ("running", "undoing")


class BulkQuerySet(HouseQuerySet["BulkAct"]):
    def working(self) -> "BulkQuerySet":
        return self.filter(state__in=WORKING)


class BulkManager(models.Manager["BulkAct"].from_queryset(BulkQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def carry_out(
        self, *, by: User, act: str, complaints: QuerySet[Complaint], expected: int | None = None,
        at: datetime | None = None, **what: Any,
    ) -> "BulkAct":  # fmt: skip
        """Does `act` to each of the complaints; what one of them refuses is noted beside it and stops no other.

        `expected` is how many somebody saw when choosing “all that match”: more than that now is refused. `what` is
        severity, product and behaviours to classify; to and reason to hand; cause to link; outcome to close.
        """
        doing = DOING[act]
        by.must(doing.ability)
        at = at or now()
        says, numbers = doing.says(what), _numbers(complaints, expected)
        bulk: BulkAct = self.create(by=by, at=at, act=act, says=says, what=kept(what), total=len(numbers), moved_at=at)
        bulk.fix(numbers)
        if bulk.large:
            record(by, "bulk_begun", bulk, says=f"{says} {count(bulk.total, 'complaint')}, one after the other.", at=at)
            queueing.work_on(bulk.pk)
        else:
            bulk.step(at=at, most=MOST)
        return bulk


class BulkAct(Referred):
    """What is done to many complaints at once, how far it got, and who took it back."""

    LETTER, PAGE = "B", "complaints:bulk_act"

    class Kind(models.TextChoices):
        CLASSIFY = "classify", "sort"
        HAND = "hand", "hand over"
        LINK = "link", "link to a cause"
        CLOSE = "close", "close"

    class State(models.TextChoices):
        RUNNING = "running", "being done"
        DONE = "done", "done"
        UNDOING = "undoing", "being taken back"
        UNDONE = "undone", "taken back"

    by = models.ForeignKey(User, models.PROTECT, related_name="bulk_acts")
    at = models.DateTimeField()
    act = OneOf(Kind)
    says = models.TextField()
    what = models.JSONField(default=dict)  # what the verb is told; its rows by their numbers
    state = OneOf(State, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    cursor = models.PositiveBigIntegerField(default=0)  # the number of the last complaint that was dealt with
    done_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    back_count = models.PositiveIntegerField(default=0)  # taken back
    kept_count = models.PositiveIntegerField(default=0)  # could not be taken back
    moved_at = models.DateTimeField(null=True, blank=True)  # its last sign of life
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = BulkManager()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="bulk_newest")]

    def __str__(self) -> str:
        return self.says

    @property
    def large(self) -> bool:
        """Whether it is the worker that does it."""
        return self.total > MOST

    @property
    def working(self) -> bool:
        return self.state in WORKING

    @property
    def done(self) -> "QuerySet[BulkRow]":
        """What was done, whether or not it was taken back since."""
        return self.rows.exclude(state__in=["waiting", "refused"])

    @property
    def failed(self) -> "QuerySet[BulkRow]":
        return self.rows.filter(state=BulkRow.State.REFUSED)

    @property
    def kept(self) -> "QuerySet[BulkRow]":
        """What the undoing could not take back, and why."""
        return self.rows.filter(state=BulkRow.State.KEPT)

    @property
    def unreached(self) -> int:
        """How many it never came to, since it was taken back before."""
        return self.total - self.done_count - self.failed_count

    @property
    def tally(self) -> str:
        """“12 complaints.” or “10 of 12 complaints; 2 were not done.”"""
        if not self.failed_count and not self.unreached:
            return f"{count(self.total, 'complaint')}."
        said = f"{self.done_count:,} of {self.total:,} complaint{'' if self.total == 1 else 's'}"
        verb = "was" if self.failed_count == 1 else "were"
        return f"{said}; {self.failed_count:,} {verb} not done." if self.failed_count else f"{said}."

    def fix(self, numbers: list[int]) -> None:
        """These complaints and no others, whatever comes in or is changed from now on."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO rca_bulkrow (bulk_id, number, state, why, back) "
                "SELECT %s, number, 'waiting', '', '{}' FROM unnest(%s::bigint[]) number ORDER BY number",
                [self.pk, numbers],
            )

    @transaction.atomic
    def step(self, *, at: datetime | None = None, most: int = 0) -> bool:
        """Deals with the rows behind the cursor; says whether there may be more. Of two workers one waits."""
        self.hold()
        if not self.working:
            return False
        most = most or CHUNK
        back, at = self.state == self.State.UNDOING, at or now()
        waits = BulkRow.State.DONE if back else BulkRow.State.WAITING
        rows = list(self.rows.filter(state=waits, number__gt=self.cursor).order_by("number")[:most])
        self._take(rows, self.undone_by if back and self.undone_by else self.by, at, back)
        over = len(rows) < most or not self.rows.filter(state=waits, number__gt=self.cursor).exists()
        if over:
            self.state = self.State.UNDONE if back else self.State.DONE
            self._say_what_came_of_it(at)
        self.moved_at = now()
        self.save(update_fields=[*COUNTERS, "state", "moved_at"])
        return not over

    def _take(self, rows: "list[BulkRow]", by: User, at: datetime, back: bool) -> None:
        complaints = {one.pk: one for one in held((row.number for row in rows), by)}
        what, doing = found(self.what), DOING[self.act]

        def act(complaint: Complaint, row: BulkRow) -> None:
            if back:
                doing.undo(complaint, by, at, row.back)
            else:
                row.back = doing.do(complaint, by, at, what)

        for row in rows:
            row.why = _refused(row, complaints.get(row.number), act)
            row.state = ("kept" if back else "refused") if row.why else "back" if back else "done"
        BulkRow.objects.bulk_update(rows, ["state", "why", "back"])
        refused = sum(1 for row in rows if row.why)
        good, bad = ("back_count", "kept_count") if back else ("done_count", "failed_count")
        setattr(self, good, getattr(self, good) + len(rows) - refused)
        setattr(self, bad, getattr(self, bad) + refused)
        self.cursor = rows[-1].number if rows else self.cursor

    def _say_what_came_of_it(self, at: datetime) -> None:
        """In the ledger; to whoever asked as well, where they had to go on with something else meanwhile."""
        if self.state == self.State.DONE:
            by, act, says, rows = self.by, "bulk_done", f"{self.says} {self.tally}", self.done
        else:
            by, act, rows = self.undone_by or self.by, "bulk_undone", self.kept
            says = f"Taken back: {self.says} {count(self.back_count, 'complaint')}."
        name = "rows" if act == "bulk_done" else "kept"
        record(by, act, self, says=says, after={name: rows.count() if self.large else [row.ref for row in rows]}, at=at)
        if self.large:
            Notice.objects.give(person=by, key=f"{act} {self.ref}", says=says, about=self)

    @transaction.atomic
    def undo(self, *, by: User, at: datetime | None = None) -> None:
        """Takes back all of it but what somebody has changed since, and says which that is; at any time, so that
        what is still being done stops and is taken back too."""
        by.must(DOING[self.act].ability)
        if by.pk != self.by_id:
            by.must("complaints.undo")
        self.hold()
        if self.undone_at:
            raise Refused(f"{self.ref} is {'undone' if self.state == self.State.UNDONE else 'being undone'} already.")
        if not self.done_count and not self.working:
            raise Refused("Nothing of it can be taken back: nothing was done.")
        self.undone_at, self.undone_by, self.state, self.cursor = at or now(), by, self.State.UNDOING, 0
        self.moved_at = now()
        self.save(update_fields=["undone_at", "undone_by", "state", "cursor", "moved_at"])
        if self.large:
            record(by, "bulk_undo_begun", self, says=f"Being taken back: {self.says}", at=at)
            return queueing.work_on(self.pk)
        self.step(at=self.undone_at, most=MOST)
        if not self.back_count:
            stay = list(self.kept[:10])
            raise Refused(f"Nothing of it can be taken back: {stay[0].why}",
                          steps=[(row.ref, f"/complaints/{row.ref}/") for row in stay])  # fmt: skip
        return None

    def hold(self) -> None:
        """Takes the row, so that an act and the worker follow one another."""
        self.refresh_from_db(from_queryset=BulkAct.objects.select_for_update())


COUNTERS = ("cursor", "done_count", "failed_count", "back_count", "kept_count")


def _numbers(complaints: QuerySet[Complaint], expected: int | None) -> list[int]:
    """Which complaints are meant, from now on."""
    numbers = list(complaints.order_by().values_list("pk", flat=True)[: CEILING + 1])
    if len(numbers) > CEILING:
        raise Refused(f"These are more than {CEILING:,} complaints, the most for one act: narrow the list, then go on.")
    if expected is not None and len(numbers) > expected:
        raise Refused(f"{count(len(numbers), 'complaint matches', 'complaints match')} now, {expected} when you looked:"
                      " look at the list again, then go on.")  # fmt: skip
    if not numbers:
        raise Refused("No complaint is ticked: tick those that you mean." if expected is None else
                      "None of them matches any more: look at the list again.")  # fmt: skip
    return numbers


def held(numbers: Iterable[int], by: User) -> list[Complaint]:
    """Those complaints, held for this transaction and in one order, so that two acts never wait for each other."""
    rows = Complaint.objects.visible_to(by).select_for_update(of=("self",)).select_related("account", "liaison")
    return list(rows.filter(pk__in=list(numbers)).order_by("pk"))


def _refused(row: BulkRow, complaint: Complaint | None, act: Callable[[Complaint, BulkRow], None]) -> str:
    """One row in its own savepoint: why it was refused, or nothing."""
    if complaint is None:
        return f"There is no complaint {row.ref} any more."
    try:
        with transaction.atomic():
            act(complaint, row)
    except Refused as refused:
        return refused.sentence
    except DatabaseError:
        raise
    except Exception as error:  # a fault of ours in one row is not to keep the worker from all the others
        log.exception("%s of %s could not be done", row.ref, row.bulk_id)
        return f"A fault of ours kept {row.ref} from it ({type(error).__name__})."
    return ""
