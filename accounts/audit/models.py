"""The ledger: who did what to which row, when, from where, and what stood there before. It is only ever added to."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from accounts.audit.origin import origin
from rca.lib.clock import now
from rca.lib.rows import HouseQuerySet, Reader

if TYPE_CHECKING:
    from accounts.people.models import User


class Subject(Protocol):
    pk: Any

    @property
    def ref(self) -> str: ...


class EntryQuerySet(HouseQuerySet["Entry"]):
    def readable_by(self, user: Reader) -> "EntryQuerySet":
        """The ledger as a whole is for managers; each page shows its own rows' part to whoever sees the page."""
        return self.all() if user.may("ledger.read") else self.none()

    def about(self, refs: Iterable[str]) -> "EntryQuerySet":
        """What happened to any of those, newest first, each with the person who did it."""
        return self.filter(about__overlap=list(refs)).select_related("by").order_by("-at", "-id")


class Entry(models.Model):
    """One act. The database refuses UPDATE, DELETE and TRUNCATE on this table (migration 0002_ledger_guard)."""

    at = models.DateTimeField()  # when it happened; imports and stories may say a time before they were recorded
    recorded_at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="entries")
    act = models.CharField(max_length=40)
    ref = models.CharField(max_length=24)
    says = models.TextField()
    words = models.TextField(blank=True)  # what somebody said, verbatim
    about = ArrayField(models.CharField(max_length=24))  # every reference whose page shows this act
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    door = models.CharField(max_length=12)
    address = models.CharField(max_length=45, blank=True)

    objects = models.Manager.from_queryset(EntryQuerySet)()

    class Meta:
        indexes = [
            GinIndex(fields=["about"], name="entry_about"),
            models.Index(fields=["-at", "-id"], name="entry_newest"),
            models.Index(fields=["by", "-at"], name="entry_by"),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.says}"


class Seal(models.Model):
    """The hash chain over the ledger: a gap-free number and the digest of the seal before it with its entry."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="seal")
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.number}: {self.digest[:12]}"


def record(
    by: "User",
    act: str,
    subject: Subject,
    *,
    says: str,
    words: str = "",
    about: Iterable[Subject] = (),
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Entry:
    """Writes one act into the ledger, in the transaction of the verb that calls it.

    `says` is the sentence that pages show; `about` are the other rows whose pages show it too; `before` and `after`
    hold only the fields that changed.
    """
    door, address = origin()
    return Entry.objects.create(
        at=at or now(),
        by=by,
        act=act,
        ref=subject.ref,
        says=says,
        words=words,
        about=list(dict.fromkeys([subject.ref, *(other.ref for other in about)])),
        before=_plain(before or {}),
        after=_plain(after or {}),
        door=door,
        address=address,
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: Any) -> Any:
    if isinstance(value, models.Model):
        return getattr(value, "ref", str(value))
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (list, tuple, set)):
        return [_value(one) for one in value]
    return value
