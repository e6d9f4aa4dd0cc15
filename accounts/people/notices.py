"""What the product tells one of us: a line on their first page, and a mail in their working hours; never twice."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction

from rca.lib.clock import now
from rca.lib.refused import Forbidden
from rca.lib.rows import HouseQuerySet, Reader


class NoticeQuerySet(HouseQuerySet["Notice"]):
    def visible_to(self, user: Reader) -> "NoticeQuerySet":
        """A notice is for one person."""
        return self.filter(person=getattr(user, "pk", None))

    def unseen(self) -> "NoticeQuerySet":
        return self.filter(seen_at=None)

    def due(self, at: datetime | None = None) -> "NoticeQuerySet":
        """Not read, and its time has come."""
        return self.unseen().filter(due_at__lte=at or now())

    def to_mail(self, at: datetime | None = None) -> "NoticeQuerySet":
        """Due, and neither mailed nor read yet."""
        return self.unseen().filter(mailed_at=None, due_at__lte=at or now(), person__is_active=True)


class NoticeManager(models.Manager["Notice"].from_queryset(NoticeQuerySet)):  # type: ignore[misc]
    def give(
        self, *, person: Any, key: str, says: str, about: Any = None, at: datetime | None = None
    ) -> "tuple[Notice, bool]":
        """Tells the person once: a second one with the same key is the first. `at` is when it becomes due."""
        return self.get_or_create(  # type: ignore[no-any-return]
            person=person, key=key[:120],
            defaults={"says": says[:400], "url": about.get_absolute_url() if about is not None else "",
                      "due_at": at or now()},
        )  # fmt: skip

    def see_all(self, *, by: Any, at: datetime | None = None) -> int:
        """Everything that was due is read."""
        at = at or now()
        return self.filter(person=by, seen_at=None, due_at__lte=at).update(seen_at=at)  # type: ignore[no-any-return]

    def seen(self, *, person: Any, key: str, at: datetime | None = None) -> None:
        """What it asked for is done, so there is nothing left to tell."""
        self.filter(person=person, key=key[:120], seen_at=None).update(seen_at=at or now())


class Notice(models.Model):
    """One thing that one of us should know; `key` says what it is about, so that it comes once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    says = models.CharField(max_length=400)
    url = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [models.Index(fields=["person", "-due_at"], condition=models.Q(seen_at=None), name="notice_unseen")]

    def __str__(self) -> str:
        return self.says

    def get_absolute_url(self) -> str:
        """The page of what it is about, or the first page."""
        return self.url or "/"

    @transaction.atomic
    def see(self, *, by: Any, at: datetime | None = None) -> None:
        """Read; it leaves the first page and is not mailed any more. A second look changes nothing."""
        if by.pk != self.person_id:
            raise Forbidden("This was told to somebody else: only they can put it away.")
        Notice.objects.filter(pk=self.pk, seen_at=None).update(seen_at=at or now())
