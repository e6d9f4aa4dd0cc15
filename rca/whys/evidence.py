"""What a session has to go by: notes, links and files, brought before it or to one of its whys."""

import re
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.audit.models import record
from accounts.people.models import User
from rca.complaints.attachments import SIZE_LIMIT, checked
from rca.lib.clock import now
from rca.lib.kinds import BY_KEY, NAME_LIMIT, Kind
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet
from rca.lib.text import clean, first_line
from rca.whys.why import Why

if TYPE_CHECKING:
    from rca.whys.models import FiveWhys

COUNT_LIMIT = 50  # of one session
TEXT_LIMIT = 4_000
File = tuple[str, bytes]  # its name and its bytes


class EvidenceManager(models.Manager["Evidence"].from_queryset(HouseQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> Any:
        """Without the bytes: only handing a file out reads them."""
        return super().get_queryset().defer("content")

    @transaction.atomic
    def bring(
        self,
        *,
        by: User,
        session: "FiveWhys",
        text: str = "",
        file: File | None = None,
        why: Why | None = None,
        at: datetime | None = None,
    ) -> "Evidence":
        """Keeps a note, a link or a file with the session, or with one of its whys; also before it begins, and after
        it has ended."""
        by.must("whys.answer")
        session.hold()
        said = clean(text)
        if not said and file is None:
            raise Refused("Bring something: a note, a link or a file.")
        if len(said) > TEXT_LIMIT:
            raise Refused(f"The note is {len(said):,} characters long; {TEXT_LIMIT:,} is the most. Bring it as a file.")
        if why and why.session_id != session.pk:
            raise Refused("That why belongs to another session.")
        if session.evidence.count() >= COUNT_LIMIT:
            raise Refused(f"{session.ref} has {COUNT_LIMIT} pieces of evidence already: take one away first.")
        facts = _of(file) if file else {}
        # The session is held, so this needs no constraint, which would stand in the way of a why that is taken back.
        if facts and session.evidence.filter(why=why, digest=facts["digest"]).exists():
            raise Refused(f"“{facts['name']}” is here already, byte for byte.")
        kept: Evidence = self.create(session=session, why=why, text=said, by=by, at=at or now(), **facts)
        about = f" to why {why.depth}" if why else ""
        record(by, "brought", session, says=f"Brought{about}: {first_line(kept.label, 120)}", words=said,
               after={**kept.facts, **({"why": why.pk} if why else {})}, at=at)  # fmt: skip
        return kept


class Evidence(models.Model):
    """One thing that shows something: a note or a link in `text`, a file, or a file with a note."""

    session = models.ForeignKey("rca.FiveWhys", models.CASCADE, related_name="evidence")
    why = models.ForeignKey(Why, models.SET_NULL, null=True, blank=True, related_name="brought")
    text = models.TextField(blank=True)
    name = models.CharField(max_length=NAME_LIMIT + 8, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256
    content = models.BinaryField(null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = EvidenceManager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") | ~Q(digest=""), name="evidence_is_something"),
            models.CheckConstraint(
                condition=Q(digest="", size=None, content=None)
                | Q(size__gt=0, size__lte=SIZE_LIMIT, content__isnull=False),
                name="evidence_file_not_too_big",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The file itself, or the session whose note it is."""
        if self.digest:
            return reverse("whys:brought", args=[self.session_id, self.pk])
        return reverse("whys:detail", args=[self.session_id])

    @property
    def label(self) -> str:
        return " – ".join(part for part in (self.name, self.text) if part)

    @property
    def link(self) -> str:
        """The first address in the note, when there is one that a browser opens."""
        found = re.search(r"https?://[^\s<>\"“”]+", self.text)
        return found[0].rstrip(".,;:!?)’") if found else ""

    @property
    def shape(self) -> Kind | None:
        return BY_KEY.get(self.kind)

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "evidence": self.pk,
            **({"name": self.name, "size": self.size, "sha256": self.digest} if self.digest else {}),
        }

    @transaction.atomic
    def take_away(self, *, by: User, at: datetime | None = None) -> None:
        """Takes it off again; the ledger keeps the words, and of a file its name, size and digest."""
        by.must("whys.answer")
        gone, _ = Evidence.objects.filter(pk=self.pk).delete()
        if not gone:
            raise Refused("That has been taken away already.")
        record(by, "taken_away", self.session, says=f"Taken away: {first_line(self.label, 120)}", words=self.text,
               before={**self.facts, **({"why": self.why_id} if self.why_id else {})}, at=at)  # fmt: skip


def _of(file: File) -> dict[str, Any]:
    """A file’s row, once its bytes are what its name says."""
    name, content = file
    name, kind = checked(name, len(content), lambda: content)
    return {"name": name, "kind": kind.key, "size": len(content), "digest": sha256(content).hexdigest(),
            "content": content}  # fmt: skip
