"""How a promise begins, and which promises are asked for."""

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction

from accounts.audit.models import record
from accounts.customers.models import Account, Contact
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.clock import now, wall, zone
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet
from rca.lib.text import clean

if TYPE_CHECKING:
    from rca.promises.models import Promise

FURTHEST = timedelta(days=2 * 366)


class PromiseQuerySet(HouseQuerySet["Promise"]):
    def open(self) -> "PromiseQuerySet":
        return self.filter(state="open")

    def settled(self) -> "PromiseQuerySet":
        return self.exclude(state="open")

    def upcoming(self, at: datetime | None = None) -> "PromiseQuerySet":
        """Open, and their window is not over."""
        return self.open().filter(window_until__gte=at or now())

    def this_week(self, at: datetime | None = None) -> "PromiseQuerySet":
        """Open, and their window opens before Sunday is over, by the house's clock."""
        today = (at or now()).astimezone(zone()).date()
        return self.open().filter(window_from__lt=wall(today + timedelta(days=7 - today.weekday()), time(0)))

    def overdue(self, at: datetime | None = None) -> "PromiseQuerySet":
        return self.open().filter(window_until__lt=at or now())

    def between(self, start: datetime, end: datetime) -> "PromiseQuerySet":
        """Promises whose window touches that stretch of time, earliest first."""
        return self.filter(window_from__lt=end, window_until__gt=start).order_by("window_from", "id")

    def for_list(self) -> "PromiseQuerySet":
        return self.select_related("account", "contact", "complaint", "owner")


class PromiseManager(models.Manager["Promise"].from_queryset(PromiseQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def make(
        self,
        *,
        by: User,
        kind: str,
        what: str,
        window_from: datetime,
        window_until: datetime,
        complaint: Complaint | None = None,
        account: Account | None = None,
        contact: Contact | None = None,
        owner: User | None = None,
        at: datetime | None = None,
    ) -> "Promise":
        """Gives the customer's word a window: from and until, kept in the customer's own zone."""
        by.must("promises.make")
        complaint = complaint or getattr(self, "instance", None)
        account = account or (complaint.account if complaint else None)
        if account is None:
            raise Refused("A promise is made to an account: say which.")
        at = at or now()
        # In UTC: two times of one zone are compared by the wall, and on the night the clocks change the wall lies.
        window_from, window_until = window_from.astimezone(UTC), window_until.astimezone(UTC)
        _check_window(window_from, window_until, at)
        _check_whom(account, complaint, contact)
        promise: Promise = self.create(
            complaint=complaint, account=account, contact=contact or (complaint.contact if complaint else None),
            kind=kind, what=clean(what), window_from=window_from, window_until=window_until,
            zone=account.time_zone, made_by=by, made_at=at, owner=owner or by,
        )  # fmt: skip
        record(by, "promised", promise, says=f"Promised to {promise.says}.", at=at,
               about=[account, *([complaint] if complaint else [])],
               after={"from": window_from, "until": window_until})  # fmt: skip
        return promise


def _check_window(begins: datetime, ends: datetime, at: datetime) -> None:
    if begins >= ends:
        raise Refused("The window ends before it starts: turn the two times round.")
    if ends <= at:
        raise Refused("The window is over already: promise a time that is still to come.")
    if ends > at + FURTHEST:
        raise Refused("That is more than two years away: promise a time that somebody will remember.")


def _check_whom(account: Account, complaint: Complaint | None, contact: Contact | None) -> None:
    if contact and contact.account_id != account.pk:
        raise Refused(f"{contact.name} is not a contact of {account.name}.")
    if complaint:
        complaint.must_be_open("make the promise on")
        if complaint.account_id != account.pk:
            raise Refused(f"{complaint.ref} is from {complaint.account.name}, not from {account.name}.")
