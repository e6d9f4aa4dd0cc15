"""How a mail becomes part of a complaint: a new one, or one that is there; with its words and its files."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.functions import Lower
from django.http import Http404

from accounts.audit.models import record
from accounts.customers.models import Account, Channel, Contact
from accounts.people.models import User
from accounts.people.notices import Notice
from accounts.people.roles import Role
from rca.complaints.answering import looking_after, wrote_again
from rca.complaints.attachments import checked
from rca.complaints.models import Complaint
from rca.lib.kinds import Kind
from rca.lib.mailparse import File
from rca.lib.mailread import read
from rca.lib.refused import Refused
from rca.lib.text import WORDS_LIMIT, first_line

if TYPE_CHECKING:
    from rca.mailbox.models import InboundMail

FORWARDED = re.compile(r"\s*(?:fwd?|wg|tr|rv|i) ?:", re.IGNORECASE)
SOURCE = "mailbox"  # with the mail’s own reference, the lock that lets one mail open one complaint


def words_of(mail: "InboundMail") -> str:
    """The customer’s words: what is new, or all of it when they passed a mail on; the subject when there is no more."""
    text = mail.text if FORWARDED.match(mail.subject) else mail.words
    text = text.strip() or mail.text.strip() or mail.subject.strip()
    return text if len(text) <= WORDS_LIMIT else text[: WORDS_LIMIT - 40] + f" … (the rest is in {mail.ref})"


def contact_of(mail: "InboundMail", account: Account, *, by: User, remember: bool) -> Contact | None:
    """Whoever has that address at the account; a stranger is introduced when a person says so."""
    if not mail.sender:
        return None
    known: Contact | None
    known = account.contacts.annotate(small=Lower("email")).filter(small=mail.sender.lower()).first()
    if known is None and remember and len(mail.sender) <= 254:
        name = first_line(mail.sender_name, 110) or mail.sender.split("@")[0]
        known = account.contacts.introduce(by=by, name=name[:120], email=mail.sender)
    return known


def open_with(
    mail: "InboundMail", account: Account, contact: Contact | None, *, by: User, why: str,
    files: list[File] | None = None, at: datetime | None = None,
) -> Complaint:  # fmt: skip
    """A new complaint with the mail’s words; it was received when the mail was, so the clock runs from then."""
    words = words_of(mail)
    if not words:
        raise Refused(f"There are no words in {mail.ref} that can be read: log the complaint by hand, from its files.")
    # Taken by the mailbox itself it falls to the account’s owner; the mail’s number lets it be taken only once.
    machine: dict[str, Any] = {}
    if by.role == Role.SYSTEM:
        owner = account.owner
        liaison = owner if owner and owner.may("complaints.acknowledge") else None
        machine = {"source": SOURCE, "external_id": mail.ref, "liaison": liaison}
    complaint: Complaint = Complaint.objects.log(
        by=by, account=account, contact=contact, words=words, channel=Channel.EMAIL, at=mail.received_at, **machine
    )
    left = attach(mail, complaint, by=by, files=files)
    mail.settle(by=by, state="opened", why=f"{why}{left}", complaint=complaint, contact=contact, at=at)
    record(by, "mail_opened", mail, says=f"Mail from {mail.who} opened it.", about=[complaint, account], at=at)
    for person in looking_after(complaint):
        if person.pk != by.pk:
            Notice.objects.give(person=person, key=f"mail {mail.ref}", about=complaint,
                                says=f"{account.name} complained by e-mail: {complaint.ref}.")  # fmt: skip
    return complaint


def add_with(
    mail: "InboundMail", complaint: Complaint, contact: Contact | None, *, by: User, why: str,
    files: list[File] | None = None, at: datetime | None = None, **links: Any,
) -> Complaint:  # fmt: skip
    """The mail’s words on a complaint that is there; what is closed stays closed until a person has read them."""
    who = contact.name if contact else mail.who
    complaint = wrote_again(complaint, by=by, words=words_of(mail), who=who, contact=contact, source=mail, at=at)
    left = attach(mail, complaint, by=by, files=files)
    mail.settle(by=by, state="followed", why=f"{why}{left}", complaint=complaint, contact=contact, at=at, **links)
    return complaint


def file_of(mail: "InboundMail", place: int) -> tuple[str, Kind, bytes]:
    """The file at that place of the mail, from 1 on, by the same guards as one that is kept with a complaint."""
    files = read(bytes(mail.raw)).mail.files if 0 < place <= len(mail.files) else []
    if place > len(files) or not files:
        raise Http404
    name, kind = checked(files[place - 1].name, len(files[place - 1].content), lambda: files[place - 1].content)
    return name, kind, files[place - 1].content


def attach(mail: "InboundMail", complaint: Complaint, *, by: User, files: list[File] | None) -> str:
    """Its files on the complaint; says which were not taken, since they stay in the mail."""
    keeper: Any = complaint
    if not mail.files or not hasattr(keeper, "attachments"):
        return ""
    left = []
    for one in read(bytes(mail.raw)).mail.files if files is None else files:
        try:
            with transaction.atomic():
                keeper.attachments.attach(by=by, name=one.name, content=one.content)
        except Refused as refused:
            left.append(f"{one.name}: {refused.sentence}")
    return f" Left in the mail: {' '.join(left)}" if left else ""
