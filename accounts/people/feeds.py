"""The address at which somebody's own calendar fetches what they promised: hard to guess, and theirs to take back."""

from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.crypto import get_random_string

from accounts.audit.models import record
from accounts.people.models import User, digest
from rca.lib.clock import now
from rca.lib.refused import Refused

MOST = 5  # alive at a time: a calendar at work, one at home, one in the pocket


def feed_address(secret: str) -> str:
    """What a calendar program subscribes to."""
    return str(settings.SITE_ADDRESS).rstrip("/") + reverse("feed:promises", args=[secret])


class FeedManager(models.Manager["CalendarFeed"]):
    @transaction.atomic
    def open(self, *, by: User, name: str, at: datetime | None = None) -> "tuple[CalendarFeed, str]":
        """A new address of `by`'s own; its secret is shown this once and kept only as a digest."""
        by.must("read")
        User.objects.select_for_update().get(pk=by.pk)
        if self.filter(user=by, revoked_at=None).count() >= MOST:
            raise Refused(f"You have {MOST} calendar addresses already: take one back first.")
        secret = get_random_string(43)
        feed = self.create(user=by, name=name, prefix=secret[:6], digest=digest(secret), created_at=at or now())
        record(by, "feed_opened", by, says=f"Calendar address “{name}” made.", after={"prefix": feed.prefix}, at=at)
        return feed, secret

    def of(self, secret: str) -> "CalendarFeed | None":
        """The one with that secret, while it is not taken back and its person is still here."""
        alive = self.filter(revoked_at=None, user__is_active=True).select_related("user")
        return alive.filter(digest=digest(secret)).first()


class CalendarFeed(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="feeds")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = FeedManager()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def fetched(self, at: datetime | None = None) -> None:
        """Once an hour is enough to see that it is in use, and keeps most fetches free of writes."""
        at = at or now()
        if self.fetched_at is None or (at - self.fetched_at).total_seconds() > 3600:
            CalendarFeed.objects.filter(pk=self.pk).update(fetched_at=at)

    @transaction.atomic
    def take_back(self, *, by: User, at: datetime | None = None) -> None:
        if by.pk != self.user_id:
            by.must("people.manage")
        if not CalendarFeed.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=at or now()):
            raise Refused(f"“{self.name}” is taken back already.")
        record(by, "feed_taken_back", self.user, says=f"Calendar address “{self.name}” taken back.", at=at)
