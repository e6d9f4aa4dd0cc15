"""How the mailbox does: when it was last read, since when it cannot be and why, and when it is tried again."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse

from accounts.audit.models import record
from accounts.people.models import User
from accounts.people.notices import Notice
from accounts.people.roles import Role
from rca.lib.clock import now
from rca.lib.rows import HouseQuerySet
from rca.lib.said import moment
from rca.lib.text import clean

TELL_AT = 3  # failures in a row before somebody is told: one broken line mends itself in the next minute
STATES = ["unnamed", "unread", "working", "failing", "quiet"]
QUIET = timedelta(minutes=10)  # without a sign of life nobody is looking into the mailbox any more


class MailboxLineManager(models.Manager["MailboxLine"].from_queryset(HouseQuerySet)):  # type: ignore[misc]
    def here(self) -> "MailboxLine":
        """The one row, or what it says before anybody has looked into the mailbox."""
        return self.first() or MailboxLine(pk=1)


class MailboxLine(models.Model):
    """The line to the mailbox. A spell of failure begins with the first that fails and ends when it works again."""

    read_at = models.DateTimeField(null=True, blank=True)  # the last time that it was read to its end
    failed_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True)  # of the last failure, in plain words
    failing_since = models.DateTimeField(null=True, blank=True)  # None while it works
    failures = models.PositiveIntegerField(default=0)  # in a row
    next_at = models.DateTimeField(null=True, blank=True)  # when it is tried again

    objects = MailboxLineManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="mailbox_line_is_one")]

    def __str__(self) -> str:
        return self.says

    def get_absolute_url(self) -> str:
        return reverse("mailbox:index")

    @property
    def ref(self) -> str:
        return "mailbox"

    @property
    def state(self) -> str:
        """unnamed, failing, unread, quiet or working."""
        if not settings.MAILBOX_URL and not self.read_at and not self.failing_since:
            return "unnamed"
        if self.failing_since:
            return "failing"
        if self.read_at is None:
            return "unread"
        return "quiet" if now() - self.read_at > QUIET else "working"

    @property
    def says(self) -> str:
        """The state in a sentence."""
        return {
            "unnamed": "The house has named no mailbox: mail comes in by the command fetch_mail alone.",
            "failing": f"The mailbox cannot be read: {self.why}",
            "unread": "The mailbox has not been read yet.",
            "quiet": "Nobody looks into the mailbox any more: see that the worker is running.",
            "working": "The mailbox is read.",
        }[self.state]

    @transaction.atomic
    def reached(self, *, by: User, at: datetime | None = None, next_at: datetime | None = None) -> None:
        """It was read to its end; a spell of failure is over, and what was told of it need not be read any more."""
        by.must("mail.file")
        self._hold()
        at, since = at or now(), self.failing_since
        if since and self.failures >= TELL_AT:
            says = f"The mailbox can be read again; it could not since {moment(since)}."
            record(by, "mailbox_reached", self, says=says, at=at)
            for admin in _admins():
                Notice.objects.seen(person=admin, key=_key(since), at=at)
        self._now(read_at=at, failing_since=None, failures=0, next_at=next_at)

    @transaction.atomic
    def broke(self, *, by: User, why: str, at: datetime | None = None, next_at: datetime | None = None) -> None:
        """It could not be read to its end; the admins are told once for each spell."""
        by.must("mail.file")
        self._hold()
        at = at or now()
        since, failures = self.failing_since or at, self.failures + 1
        self._now(failed_at=at, why=clean(why)[:400], failing_since=since, failures=failures, next_at=next_at)
        if failures == TELL_AT:
            record(by, "mailbox_broke", self, says=self.says, at=at)
            for admin in _admins():
                Notice.objects.give(person=admin, key=_key(since), says=self.says, about=self)

    def _hold(self) -> None:
        MailboxLine.objects.get_or_create(pk=1)
        self.refresh_from_db(from_queryset=MailboxLine.objects.select_for_update())

    def _now(self, **facts: Any) -> None:
        for name, value in facts.items():
            setattr(self, name, value)
        self.save(update_fields=list(facts))


def _admins() -> list[User]:
    return list(User.objects.people().filter(role=Role.ADMIN))


def _key(since: datetime) -> str:
    return f"mailbox {since.isoformat()}"
