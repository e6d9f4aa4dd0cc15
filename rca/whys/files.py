"""Files that show an answer to be so: a photograph, a form, a table; kept and handed out as a complaint's are."""

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.audit.models import record
from accounts.people.models import User
from rca.complaints.attachments import COUNT_LIMIT, SIZE_LIMIT, KeptFile, checked
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.rows import HouseQuerySet

if TYPE_CHECKING:
    from rca.whys.why import Why


class WhyFileManager(models.Manager["WhyFile"].from_queryset(HouseQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> Any:
        """Without the bytes: only handing a file out reads them."""
        return super().get_queryset().defer("content")

    @transaction.atomic
    def attach(self, *, by: User, name: str, content: bytes, at: datetime | None = None) -> "WhyFile":
        """Keeps a file with a why, as why.files.attach(…); its bytes must be what its name says."""
        by.must("whys.answer")
        why: Why = self.instance
        why._hold("")  # so that two uploads at once are counted one after the other
        name, kind = checked(name, len(content), lambda: content)
        if self.count() >= COUNT_LIMIT:
            raise Refused(f"Why {why.depth} has {COUNT_LIMIT} files already, which is the most: take one off first.",
                          steps=[("See them", why.get_absolute_url())])  # fmt: skip
        with once(f"“{name}” is here already, byte for byte."):
            kept: WhyFile = self.create(
                name=name, kind=kind.key, size=len(content), content=content,
                digest=sha256(content).hexdigest(), by=by, at=at or now(),
            )  # fmt: skip
        why._record(by, "file_kept", f"File kept at why {why.depth}: {kept.name}.", after=kept.facts, at=at)
        return kept


class WhyFile(KeptFile):
    why = models.ForeignKey("rca.Why", models.CASCADE, related_name="files")

    objects = WhyFileManager()

    class Meta(KeptFile.Meta):
        constraints = [
            models.UniqueConstraint(fields=["why", "digest"], name="why_file_once"),
            models.CheckConstraint(condition=Q(size__gt=0, size__lte=SIZE_LIMIT), name="why_file_not_too_big"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("whys:file", args=[self.why_id, self.pk])

    @transaction.atomic
    def remove(self, *, by: User, at: datetime | None = None) -> None:
        """Takes the file off its why; the ledger keeps its name, size and digest, not its bytes."""
        by.must("whys.answer")
        gone, _ = WhyFile.objects.filter(pk=self.pk).delete()
        if not gone:
            raise Refused(f"“{self.name}” has been taken off already.")
        record(by, "file_taken_off", self.why.session, says=f"File taken off why {self.why.depth}: {self.name}.",
               before=self.facts, after={"why": self.why_id}, at=at)  # fmt: skip
