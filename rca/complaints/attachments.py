"""Files that came with a complaint. Their bytes live in the database, the one thing that every process shares."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Q
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from accounts.audit.models import record
from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.kinds import BY_KEY, NAME_LIMIT, Kind, ending_for, kind_of, safe_name
from rca.lib.refused import Refused, once
from rca.lib.rows import HouseQuerySet

if TYPE_CHECKING:
    from rca.complaints.models import Complaint

SIZE_LIMIT, COUNT_LIMIT = 10 * 1024 * 1024, 10
LIMITS = f"up to {COUNT_LIMIT} files, {SIZE_LIMIT // 1024 // 1024} MB each"  # said before anybody chooses one


def checked(name: str, size: int, read: Callable[[], bytes]) -> tuple[str, Kind]:
    """A name that may be kept and what the file is; refuses what is too big before reading it."""
    name = safe_name(name)
    if size > SIZE_LIMIT:
        raise Refused(f"“{name}” has {filesizeformat(size)}; {filesizeformat(SIZE_LIMIT)} is the most.")
    kind = kind_of(name, read())
    return ending_for(kind, name), kind


class AttachmentManager(models.Manager["Attachment"].from_queryset(HouseQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> Any:
        """Without the bytes: only handing a file out reads them."""
        return super().get_queryset().defer("content")

    @transaction.atomic
    def attach(self, *, by: User, name: str, content: bytes, at: datetime | None = None) -> "Attachment":
        """Keeps a file with its complaint, as complaint.attachments.attach(…); its bytes must be what its name says."""
        by.must("complaints.edit")
        complaint: Complaint = self.instance
        complaint._hold()  # so that two uploads at once are counted one after the other
        name, kind = checked(name, len(content), lambda: content)
        if self.count() >= COUNT_LIMIT:
            raise Refused(f"{complaint.ref} has {COUNT_LIMIT} files already, which is the most: take one off first.",
                          steps=[("See them", complaint.get_absolute_url() + "#files")])  # fmt: skip
        with once(f"“{name}” is here already, byte for byte."):
            kept: Attachment = self.create(
                name=name, kind=kind.key, size=len(content), content=content,
                digest=sha256(content).hexdigest(), by=by, at=at or now(),
            )  # fmt: skip
        record(by, "attached", complaint, says=f"File kept: {kept.name}.", about=[complaint.account],
               after=kept.facts, at=at)  # fmt: skip
        return kept


class KeptFile(models.Model):
    """A file with its bytes: what it is called, what it is, who kept it when. Each room says what it is kept with."""

    name = models.CharField(max_length=NAME_LIMIT + 8)
    kind = models.CharField(max_length=12)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256
    content = models.BinaryField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def shape(self) -> Kind:
        return BY_KEY[self.kind]

    @property
    def facts(self) -> dict[str, Any]:
        return {"name": self.name, "size": self.size, "sha256": self.digest}


class Attachment(KeptFile):
    complaint = models.ForeignKey("rca.Complaint", models.CASCADE, related_name="attachments")

    objects = AttachmentManager()

    class Meta(KeptFile.Meta):
        constraints = [
            models.UniqueConstraint(fields=["complaint", "digest"], name="attachment_once"),
            models.CheckConstraint(condition=Q(size__gt=0, size__lte=SIZE_LIMIT), name="attachment_not_too_big"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("complaints:file", args=[self.complaint_id, self.pk])

    @transaction.atomic
    def remove(self, *, by: User, at: datetime | None = None) -> None:
        """Takes the file off its complaint; the ledger keeps its name, size and digest, not its bytes."""
        by.must("complaints.edit")
        gone, _ = Attachment.objects.filter(pk=self.pk).delete()
        if not gone:
            raise Refused(f"“{self.name}” has been taken off already.")
        record(by, "detached", self.complaint, says=f"File taken off: {self.name}.", about=[self.complaint.account],
               before=self.facts, at=at)  # fmt: skip
