"""The record of a session: what is kept of it when it ends, and what has changed since."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.db.models import Max, Q

from accounts.audit.models import Entry
from accounts.people.models import User
from rca.lib.rows import HouseQuerySet
from rca.lib.text import count
from rca.whys.document import document

if TYPE_CHECKING:
    from rca.whys.models import FiveWhys

# What changes what a record says; talking, pausing and looking do not.
CHANGES = {
    "amended": "worded anew", "answered": "answered", "asked": "asked", "attached": "a complaint more",
    "brought": "brought", "confirmed": "confirmed", "kept": "kept as it is", "marked": "marked as a root",
    "parked": "an idea parked", "restored": "restored", "struck": "struck out", "taken_away": "taken away",
    "unmarked": "no root any more", "withdrawn": "taken back", "joined": "somebody more", "left": "off the list",
}  # fmt: skip
SAID = {"question": "the question", "answer": "the answer", "evidence": "what shows it", "state": "it stands as",
        "strike_reason": "why it was struck out", "said_by": "said by", "problem": "the problem",
        "impact": "what it did to them", "facilitator": "led by", "place": "where", "slot_from": "from",
        "slot_until": "until", "name": "the file", "part": "what they do", "advice": "the advice"}  # fmt: skip


class EditionManager(models.Manager["Edition"].from_queryset(HouseQuerySet)):  # type: ignore[misc]
    def keep(self, *, session: "FiveWhys", by: User, at: datetime) -> "Edition":
        """Keeps the record as it stands, as the next version; its caller holds the session."""
        last = self.filter(session=session).aggregate(last=Max("number"))["last"] or 0
        kept: Edition = self.create(session=session, number=last + 1, document=document(session), by=by, at=at)
        return kept


class Edition(models.Model):
    """The record as it stood when the session was concluded; concluded again, it is the next one."""

    session = models.ForeignKey("rca.FiveWhys", models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = EditionManager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="edition_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="edition_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class CallingOff(models.Model):
    """A session that was planned and not held, with who said so and why."""

    session = models.OneToOneField("rca.FiveWhys", models.CASCADE, related_name="calling_off")
    reason = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="calling_off_has_reason")]

    def __str__(self) -> str:
        return self.reason


class Change(NamedTuple):
    """One thing that is not as it was when the session ended: what it says, and the words before and after."""

    at: datetime
    by: User
    says: str
    fields: list[tuple[str, str, str]]


def changes_since(session: "FiveWhys") -> list[Change]:
    """What the ledger has of it since it was last concluded, the newest first; nothing before it first was."""
    ends = Entry.objects.filter(ref=session.ref, act="concluded", about__contains=[session.ref]).order_by("-id")
    end = ends.values_list("pk", flat=True).first()
    if end is None:
        return []
    rows = Entry.objects.about([session.ref]).filter(pk__gt=end, act__in=CHANGES)
    return [Change(one.at, one.by, one.says, _fields(one)) for one in rows[:100]]


def _fields(entry: Entry) -> list[tuple[str, str, str]]:
    names = [name for name in SAID if name in entry.before or name in entry.after]
    found = [(SAID[name], _text(entry.before.get(name)), _text(entry.after.get(name))) for name in names]
    if entry.act == "confirmed":  # what shows it is kept as its words
        found = [(SAID["evidence"], _text(entry.before.get("evidence")), entry.words)]
    if entry.act == "struck":
        found = [("why", "", entry.words)]
    if entry.act == "answered":
        found = [(SAID["answer"], "", entry.words)]
    return [one for one in found if one[1] != one[2]]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def version_says(session: "FiveWhys", editions: list[Edition], changes: list[Change]) -> str:
    """version 2, as concluded; version 2, and 3 changes since; not concluded yet."""
    if not editions:
        return (
            "as it stands now"
            if session.state != "concluded"
            else "as it stands now; it ended before versions were kept"
        )
    last = editions[-1].number
    if session.state == "reopened":
        return f"version {last} was concluded; it is open again"
    return (
        f"version {last}, as concluded" if not changes else f"version {last}, and {count(len(changes), 'change')} since"
    )
