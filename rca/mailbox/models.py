"""Mail in: each kept as it came, where it ended and why, and what a person may do with it."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q

from accounts.audit.models import record
from accounts.customers.models import Account, Contact
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib import mailraw
from rca.lib.clock import now
from rca.lib.refs import Referred
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet, OneOf
from rca.lib.text import clean, first_line
from rca.mailbox import joining

HEAVY = ("raw", "text", "quoted", "html")  # what a list has no use for
TOO_LARGE = "It is larger than the house takes: only its headers are here, the mail itself stays in the mailbox."


class MailQuerySet(HouseQuerySet["InboundMail"]):
    def waiting(self) -> "MailQuerySet":
        """What needs a person: parked, or kept and not yet read by us."""
        return self.filter(state__in=["parked", "kept"])

    def for_list(self) -> "MailQuerySet":
        return self.select_related("complaint", "filed_by").defer(*HEAVY)


class MailManager(models.Manager["InboundMail"].from_queryset(MailQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def keep(self, *, raw: bytes, at: datetime | None = None, whole: bool = True) -> "tuple[InboundMail, bool]":
        """Keeps a mail as it came, before anybody looks into it; the same one again is only counted.

        Two mails that bear the same number but say different things are two: nobody’s mail is lost because somebody
        else’s had its number first.
        """
        number, digest = mailraw.message_id(raw), mailraw.digest(raw)
        row = InboundMail(raw=raw, digest=digest, message_id=clean(number), received_at=at or now(), whole=whole)
        if _written(row):
            return row, True
        known = self.filter(digest=digest).first()
        if known is None:
            row.copy_of = self.filter(message_id=row.message_id, copy_of=None).first()
            if _written(row):
                return row, True
            known = self.get(digest=digest)
        self.filter(pk=known.pk).update(deliveries=F("deliveries") + 1)
        return known, False


class InboundMail(Referred, models.Model):
    """A mail as it came, and where it ended; nothing is lost, whatever became of it."""

    LETTER, PAGE = "E", "mailbox:detail"

    class State(models.TextChoices):
        KEPT = "kept", "waiting to be read"
        OPENED = "opened", "opened a complaint"
        FOLLOWED = "followed", "added to a complaint"
        BOUNCE = "bounce", "came back"
        PARKED = "parked", "waits for a person"
        IGNORED = "ignored", "ignored"

    raw = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=998, blank=True)
    copy_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")  # has the same number
    deliveries = models.PositiveIntegerField(default=1)  # how often it came
    tries = models.PositiveSmallIntegerField(default=0)  # how often reading it was begun
    whole = models.BooleanField(default=True)  # False: too large, so only its headers were fetched
    sender = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.TextField(blank=True)
    words = models.TextField(blank=True)  # what is new in it
    quoted = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)  # cleaned, safe to show
    facts = models.JSONField(default=dict)  # to whom, what it answers, its files, what could not be read
    received_at = models.DateTimeField()
    state = OneOf(State, default=State.KEPT)
    why = models.TextField(blank=True)
    complaint = models.ForeignKey(Complaint, models.SET_NULL, null=True, blank=True, related_name="mails")
    letter = models.ForeignKey("rca.Message", models.SET_NULL, null=True, blank=True, related_name="mails")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    filed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[MailManager] = MailManager()

    class Meta:
        verbose_name = "mail"
        constraints = [
            models.UniqueConstraint(
                fields=["message_id"], condition=~Q(message_id="") & Q(copy_of=None), name="inbound_message_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-received_at", "-id"], name="inbound_by_state"),
            models.Index(fields=["-received_at", "-id"], name="inbound_newest"),
        ]

    def __str__(self) -> str:
        return self.gist

    @property
    def gist(self) -> str:
        return first_line(self.subject or self.words, 90) or "no subject and no words"

    @property
    def who(self) -> str:
        """Whom it says it is from; nothing proves it."""
        return self.sender_name or self.sender or "nobody named"

    @property
    def files(self) -> list[dict[str, Any]]:
        return list(self.facts.get("files", []))

    @property
    def faults(self) -> list[str]:
        """What of it could not be read."""
        return list(self.facts.get("faults", []))

    @property
    def can_be_filed(self) -> bool:
        """Whether a person may still say where it belongs."""
        return self.complaint_id is None and self.state in (self.State.PARKED, self.State.IGNORED, self.State.BOUNCE)

    def hold(self) -> None:
        """Takes the row for this transaction, so that two who file one mail follow one another."""
        fresh = InboundMail.objects.select_for_update().only("state", "complaint_id", "why").get(pk=self.pk)
        self.state, self.complaint_id, self.why = fresh.state, fresh.complaint_id, fresh.why

    def settle(self, *, by: User, state: str, why: str, at: datetime | None = None, **links: Any) -> None:
        """Where it ends, and why: a sentence that the page shows."""
        by.must("mail.file")
        facts = {"state": state, "why": clean(why), "filed_by": by, "filed_at": at or now(), **links}
        for name, value in facts.items():
            setattr(self, name, value)
        self.save(update_fields=list(facts))

    def _must_wait(self) -> None:
        self.hold()
        if not self.can_be_filed:
            told = f" with {self.complaint.ref}" if self.complaint else ""
            steps = [(f"Open {self.complaint.ref}", self.complaint.get_absolute_url())] if self.complaint else []
            raise Refused(f"{self.ref} has been filed already{told}.", steps=steps)

    @transaction.atomic
    def open_complaint(
        self, *, by: User, account: Account | None = None, new_name: str = "", remember: bool = False,
        at: datetime | None = None,
    ) -> Complaint:  # fmt: skip
        """A person says whose it is: a complaint of that account, or of a new one; `remember` keeps the address."""
        by.must("mail.file")
        self._must_wait()
        if account is None and not clean(new_name):
            raise Refused("Whose complaint is it? Choose an account, or write the name of a new one.")
        account = account or Account.objects.open(by=by, name=new_name, at=at)
        contact = joining.contact_of(self, account, by=by, remember=remember)
        return joining.open_with(self, account, contact, by=by, why=f"{by.name} opened it for {account.name}.", at=at)

    @transaction.atomic
    def add_to(
        self, *, by: User, complaint: Complaint, remember: bool = False, at: datetime | None = None
    ) -> Complaint:
        """A person says which complaint it belongs to."""
        by.must("mail.file")
        self._must_wait()
        contact = joining.contact_of(self, complaint.account, by=by, remember=remember)
        why = f"{by.name} added it to {complaint.ref}."
        return joining.add_with(self, complaint, contact, by=by, why=why, at=at)

    @transaction.atomic
    def dismiss(self, *, by: User, reason: str, at: datetime | None = None) -> None:
        """Nothing is to be done about it; it stays where it can be found and taken up again."""
        by.must("mail.file")
        self._must_wait()
        if not clean(reason):
            raise Refused("Say why nothing is to be done about it.")
        self.settle(by=by, state=self.State.IGNORED, why=reason, at=at)
        record(by, "dismissed", self, says=f"Mail from {self.who} ignored.", words=self.why, at=at)

    @transaction.atomic
    def mark_address(self, *, by: User, at: datetime | None = None) -> None:
        """A person says that the address it tells of takes no mail any more."""
        by.must("mail.file")
        by.must("accounts.edit")
        self._must_wait()
        if self.contact is None or not self.facts.get("bounce"):
            raise Refused(f"{self.ref} tells of no address of anybody here.")
        self.contact.swap(version=None, labels={}, bounced_at=at or now())
        says = f"Mail to {self.contact.name} came back; the address is marked."
        record(by, "address_marked", self, says=says, about=[self.contact.account], at=at)
        self.settle(by=by, state=self.State.BOUNCE, why=f"{by.name} marked the address of {self.contact.name}.", at=at)


def _written(row: InboundMail) -> bool:
    """Writes the row unless one with its digest, or with its number, is there."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") != "23505":
            raise
        row.pk = None
        return False
    return True
