"""How a complaint is taken down, and which of them a list shows."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db import models, transaction

from accounts.audit.models import record
from accounts.customers.models import Account, Channel, Contact
from accounts.people.models import User
from rca.lib.clock import now, working
from rca.lib.refused import Refused, once
from rca.lib.rows import HouseQuerySet
from rca.lib.text import WORDS_LIMIT, clean

if TYPE_CHECKING:
    from rca.complaints.models import Complaint


class ComplaintQuerySet(HouseQuerySet["Complaint"]):
    def open(self) -> "ComplaintQuerySet":
        return self.filter(state="open")

    def unacknowledged(self) -> "ComplaintQuerySet":
        return self.open().filter(acknowledged_at=None)

    def overdue(self, at: datetime | None = None) -> "ComplaintQuerySet":
        """Nobody has owned up and the time for it is over."""
        return self.unacknowledged().filter(acknowledge_by__lt=at or now())

    def without_cause(self) -> "ComplaintQuerySet":
        return self.filter(cause_links=None)

    def saying(self, text: str) -> "ComplaintQuerySet":
        """Complaints in whose words this stands, read as a person writes a search: quotes, OR, -not."""
        return self.filter(search=SearchQuery(text, config="english", search_type="websearch"))

    def for_list(self) -> "ComplaintQuerySet":
        return self.select_related("account", "liaison").prefetch_related("cause_links", "promises")


class ComplaintManager(models.Manager["Complaint"].from_queryset(ComplaintQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def log(
        self,
        *,
        by: User,
        account: Account,
        words: str,
        channel: str = Channel.PHONE,
        contact: Contact | None = None,
        at: datetime | None = None,
        **facts: Any,
    ) -> "Complaint":
        """Takes a complaint down. Account and words are all it needs; the rest may follow later.

        `facts` are product, remedy, severity, behaviours, expected, delivered, expectation, amount, source,
        external_id and batch. The one who logs it becomes the liaison.
        """
        by.must("complaints.log")
        words = clean(words)
        if not words:
            raise Refused("Write down what the customer said, in their own words.")
        if len(words) > WORDS_LIMIT:
            raise Refused(f"Their words are {len(words):,} characters; {WORDS_LIMIT:,} is the most that is kept.")
        if contact and contact.account_id != account.pk:
            raise Refused(f"{contact.name} is not a contact of {account.name}.")
        at = at or now()
        source = facts.get("source")
        with once(f"{facts.get('external_id')} from {source} is here already."):
            complaint: Complaint = self.create(
                account=account, contact=contact, words=words, channel=channel, received_at=at, logged_by=by,
                liaison=None if source else by, acknowledge_by=working(at, settings.ACKNOWLEDGE_WITHIN), **facts,
            )  # fmt: skip
        account.touches.note(
            by=by, way="in", channel=channel, contact=contact, reached=True, words="", about=complaint, at=at
        )
        record(by, "logged", complaint, says=f"Complaint taken by {complaint.get_channel_display()}.", words=words,
               about=[account], after={"channel": channel, **facts}, at=at)  # fmt: skip
        return complaint
