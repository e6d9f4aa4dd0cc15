"""The fix note: what every customer of a cause may read, drafted from its chain and answered for by a second person."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import Max
from django.urls import reverse

from accounts.audit.models import record
from accounts.people.models import User
from rca.causes.models import Cause
from rca.communications.checking import Finding, findings, names_of
from rca.communications.drafting import Removal, draft, draw, read
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.rows import Editable, HouseQuerySet
from rca.lib.text import clean, listed

TITLE_LIMIT, PART_LIMIT = 200, 10_000
PARTS = {
    "title": "what it says first",
    "happened": "what happened",
    "changed": "what we changed",
    "how_we_know": "how we know",
    "owed": "what we still owe",
}


class FixNoteQuerySet(HouseQuerySet["FixNote"]):
    def approved(self) -> "FixNoteQuerySet":
        return self.filter(approval__isnull=False)

    def newest(self, cause: Cause) -> "FixNote | None":
        return self.filter(cause=cause).select_related("approval__by", "drafted_by").order_by("-revision").first()

    def current(self, cause: Cause) -> "FixNote | None":
        """The newest text that somebody answers for: what may be sent."""
        return self.approved().newest(cause)


class FixNoteManager(models.Manager["FixNote"].from_queryset(FixNoteQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def draft(self, *, by: User, cause: Cause, at: datetime | None = None) -> "FixNote":
        """Writes a note from the chain, by rules; a person reads and changes it before anybody approves it."""
        by.must("notes.draft")
        cause.hold()
        cause.must_be_one()
        standing = self.newest(cause)
        if standing and not standing.approved:
            raise Refused(f"A draft of {standing.drafted_by.name} is there already: change that one.",
                          steps=[("Open the draft", standing.get_absolute_url())])  # fmt: skip
        drawn = draft(cause)
        note: FixNote = self._next(cause, by, at or now(), **drawn.texts)
        record(by, "note_drafted", cause, says="Fix note drafted from the chain.", after=drawn.texts, at=at)
        return note

    def _next(self, cause: Cause, by: User, at: datetime, **texts: str) -> "FixNote":
        last = self.filter(cause=cause).aggregate(last=Max("revision"))["last"] or 0
        with once("Somebody wrote a newer note a moment ago: open that one."):
            return self.create(  # type: ignore[no-any-return]
                cause=cause, revision=last + 1, drafted_by=by, drafted_at=at, **texts
            )


class FixNote(Editable):
    """The customer-safe text about one cause. Approved once; a change after that is a new revision."""

    cause = models.ForeignKey(Cause, models.CASCADE, related_name="notes")
    revision = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=TITLE_LIMIT)
    happened = models.TextField()
    changed = models.TextField()
    how_we_know = models.TextField()
    owed = models.TextField(blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")  # who wrote these words last
    drafted_at = models.DateTimeField()

    objects: ClassVar[FixNoteManager] = FixNoteManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cause", "revision"], name="fix_note_revision_once")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("communications:note", args=[self.cause_id])

    @property
    def approved(self) -> bool:
        return hasattr(self, "approval")

    @property
    def texts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PARTS}

    def look(self) -> tuple[list[Finding], list[Removal]]:
        """What a customer should not read and stands in it now, and what the rules leave out of the chain today."""
        sources = read(self.cause)
        known = names_of(self.cause, [*self.texts.values(), *sources.texts])
        return findings(self.texts.values(), known), draw(self.cause, sources, known).removals

    @transaction.atomic
    def amend(self, *, by: User, version: int | None = None, at: datetime | None = None, **changes: Any) -> "FixNote":
        """Changes the words; whoever does is their author now. An approved note stays, and a new revision begins."""
        by.must("notes.draft")
        changes = _read(changes)
        self.cause.hold()
        newest = FixNote.objects.newest(self.cause)
        if newest and newest.pk != self.pk:
            raise Refused("There is a newer note: change that one.",
                          steps=[("Open the newer note", newest.get_absolute_url())])  # fmt: skip
        if newest and newest.approved:
            return self._revise(by, version, changes, at or now())
        labels = {**PARTS, "drafted_by": "author"}
        before = self.swap(version=version, labels=labels, **changes)
        if before:
            FixNote.objects.filter(pk=self.pk).update(drafted_by=by)
            self.drafted_by = by
            record(by, "note_amended", self.cause, says="Fix note changed: " + listed([PARTS[one] for one in before])
                   + ".", before=before, after={name: changes[name] for name in before}, at=at)  # fmt: skip
        return self

    def _revise(self, by: User, version: int | None, changes: dict[str, str], at: datetime) -> "FixNote":
        before = {name: getattr(self, name) for name, text in changes.items() if getattr(self, name) != text}
        if not before:
            return self
        self.swap(version=version, labels=PARTS)  # so that the second of two writers hears of the first
        note: FixNote = FixNote.objects._next(self.cause, by, at, **{**self.texts, **changes})
        record(by, "note_revised", self.cause, at=at, before=before, after={name: changes[name] for name in before},
               says=f"Fix note taken up again, text {note.revision}: it needs a new approval.")  # fmt: skip
        return note

    @transaction.atomic
    def approve(self, *, by: User, despite: str = "", at: datetime | None = None) -> "NoteApproval":
        """A second person answers for the words. What may need looking at can stand, for a reason: `despite`."""
        by.must("notes.approve")
        self.cause.hold()
        fresh = FixNote.objects.select_for_update().select_related("drafted_by").get(pk=self.pk)
        if fresh.drafted_by_id == by.pk:
            raise Refused("You wrote these words: somebody else has to read and approve them.")
        found = findings(fresh.texts.values(), names_of(self.cause, list(fresh.texts.values())))
        if hard := [one for one in found if one.hard]:
            raise Refused("This note cannot go to customers yet. " + " ".join(one.says for one in hard[:5]),
                          steps=[("Change the note", fresh.get_absolute_url())])  # fmt: skip
        if found and not clean(despite):
            raise Refused("Change what is marked, or say why it may stand. " + " ".join(one.says for one in found[:5]),
                          steps=[("Look at what is marked", fresh.get_absolute_url())])  # fmt: skip
        with once("This note is approved already."):
            fact = NoteApproval.objects.create(note=fresh, by=by, at=at or now(), despite=clean(despite))
        self.approval = fact
        record(by, "note_approved", self.cause, says=f"Fix note approved, text {fresh.revision}.", words=fact.despite,
               after=fresh.texts, at=at)  # fmt: skip
        return fact


class NoteApproval(models.Model):
    """Somebody answers for the words; one row, so a note is approved once."""

    note = models.OneToOneField(FixNote, models.CASCADE, related_name="approval")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    despite = models.TextField(blank=True)  # why a word that the rules mark may stand

    def __str__(self) -> str:
        return f"by {self.by}"


def _read(changes: dict[str, Any]) -> dict[str, str]:
    unknown = set(changes) - set(PARTS)
    if unknown:
        raise TypeError(f"A fix note has no {sorted(unknown)[0]}.")
    read = {name: clean(str(text)) for name, text in changes.items()}
    if "title" in read:
        read["title"] = " ".join(read["title"].split())
    for name, text in read.items():
        most = TITLE_LIMIT if name == "title" else PART_LIMIT
        if len(text) > most:
            raise Refused(f"“{PARTS[name].capitalize()}” is {len(text):,} characters long; {most:,} is the most.")
        if not text and name != "owed":
            raise Refused(f"“{PARTS[name].capitalize()}” is empty: a customer will look for it.")
    return read
