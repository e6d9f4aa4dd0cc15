"""How a complaint is taken down, and which of them a list shows."""

from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection, models, transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Left

from accounts.audit.models import record
from accounts.customers.models import Account, Channel, Contact
from accounts.people.models import User
from rca.hours.reading import current, lately
from rca.lib.clock import now, working
from rca.lib.refused import Refused, once
from rca.lib.rows import HouseQuerySet
from rca.lib.text import WORDS_LIMIT, clean

LISTED = ["account_id", "received_at", "state", "acknowledge_by", "acknowledged_at"]

if TYPE_CHECKING:
    from rca.complaints.models import Complaint

SOON = 1.0  # working hours


class ComplaintQuerySet(HouseQuerySet["Complaint"]):
    def open(self) -> "ComplaintQuerySet":
        return self.filter(state="open")

    def unacknowledged(self) -> "ComplaintQuerySet":
        return self.open().filter(acknowledged_at=None)

    def overdue(self, at: datetime | None = None) -> "ComplaintQuerySet":
        """Nobody has owned up and the time for it is over."""
        return self.unacknowledged().filter(acknowledge_by__lt=at or now())

    def to_sort(self) -> "ComplaintQuerySet":
        """Open, and nobody has said yet how badly it hurts, how they were treated, or what it is about."""
        return self.open().filter(models.Q(severity="") | models.Q(behaviours=[]) | models.Q(product=""))

    def due_soon(self, at: datetime | None = None) -> "ComplaintQuerySet":
        """Nobody has owned up, and an hour of working time or less is left for it."""
        at = at or now()
        limit = working(at, SOON, lately().calendar)
        return self.unacknowledged().filter(acknowledge_by__gte=at, acknowledge_by__lte=limit)

    def without_cause(self) -> "ComplaintQuerySet":
        # Asked of each row in turn: joined, the planner reads every link there is to find the newest fifty without one.
        links: Any = self.model._meta.get_field("cause_links").related_model
        link = links.objects.filter(complaint=OuterRef("pk")).values("pk")[:1]
        return self.alias(link=Subquery(link)).filter(link=None)

    def saying(self, text: str) -> "ComplaintQuerySet":
        """Complaints in whose words this stands, read as a person writes a search: quotes, OR, -not."""
        return self.filter(search=SearchQuery(text, config="english", search_type="websearch"))

    def told_then_again(self) -> "ComplaintQuerySet":
        """From customers who had heard that its cause was mended."""
        again = self.model._default_manager.filter(recurrences__told=F("account"))
        return self.filter(pk__in=again.values("pk"))

    def closed_since(self, at: datetime) -> "ComplaintQuerySet":
        closed = self.model._default_manager.filter(closure__at__gte=at)
        return self.filter(pk__in=closed.values("pk"))

    def for_list(self) -> "ComplaintQuerySet":
        """What a line of the list says and no more: not whole letters, not what makes them searchable."""
        named = {"account_name": F("account__name"), "liaison_name": F("liaison__name"), "start": Left("words", 240)}
        return self.only(*LISTED).annotate(**named)


class ComplaintManager(models.Manager["Complaint"].from_queryset(ComplaintQuerySet)):  # type: ignore[misc]
    def reserve(self) -> int:
        """The number of a complaint to come, to be read out while it is still being typed; no other gets it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [self.model._meta.db_table])
            return int(cursor.fetchone()[0])

    @transaction.atomic
    def log(
        self,
        *,
        by: User,
        account: Account,
        words: str,
        channel: str = Channel.PHONE,
        contact: Contact | None = None,
        liaison: User | None = None,
        number: int | None = None,
        at: datetime | None = None,
        **facts: Any,
    ) -> "Complaint":
        """Takes a complaint down. Account and words are all it needs; the rest may follow later.

        `facts` are product, remedy, severity, behaviours, expected, delivered, expectation, amount, source,
        external_id and batch. The one who logs it becomes the liaison, unless another is named; nobody does for what
        another system brings. `number` was reserved before.
        """
        by.must("complaints.log")
        words = _readable(words)
        if contact and contact.account_id != account.pk:
            raise Refused(f"{contact.name} is not a contact of {account.name}.")
        at = at or now()
        source, due = facts.get("source"), current().due(at, facts.get("severity", ""))
        named = {"pk": number} if number else {}
        which = f"C-{number}" if number else f"{facts.get('external_id')} from {source}"
        # Only a number or a name that was given can be here already; the next number of ours is free.
        with once(f"{which} is here already.") if number or facts.get("external_id") else nullcontext():
            complaint: Complaint = self.create(
                account=account, contact=contact, words=words, channel=channel, received_at=at, logged_by=by,
                liaison=liaison or (None if source else by), acknowledge_by=due, **named, **facts,
            )  # fmt: skip
        account.touches.note(
            by=by, way="in", channel=channel, contact=contact, reached=True, words="", about=complaint, at=at
        )
        record(by, "logged", complaint, says=f"Complaint taken by {complaint.get_channel_display()}.", words=words,
               about=[account], after={"channel": channel, **facts}, at=at)  # fmt: skip
        return complaint


def _readable(words: str) -> str:
    words = clean(words)
    if not words:
        raise Refused("Write down what the customer said, in their own words.")
    if len(words) > WORDS_LIMIT:
        raise Refused(f"Their words are {len(words):,} characters; {WORDS_LIMIT:,} is the most that is kept.")
    return words
