"""What a mail answers: by the signed address it was sent to, by the numbers it names, by a reference in its subject.

None of these alone proves anything: whoever wrote it must also be known at the account that the answer belongs to.
"""

import re
from typing import Any, NamedTuple

from django.db.models.functions import Lower

from accounts.customers.models import Account, Contact
from rca.communications.models import Message
from rca.communications.replying import named, our_addresses
from rca.complaints.models import Complaint
from rca.lib.mailparse import Mail
from rca.mailbox.models import InboundMail

IN_SUBJECT = re.compile(r"\[(C)-([0-9]{1,18})\]", re.IGNORECASE)
# Domains that everybody has an address at: a colleague’s address proves nothing there.
PUBLIC = {
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "yahoo.co.uk",
    "icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "t-online.de", "mail.com",
    "proton.me", "protonmail.com", "btinternet.com", "sky.com", "talktalk.net", "virginmedia.com", "orange.fr",
    "wanadoo.fr", "free.fr", "laposte.net", "libero.it", "mail.ru", "yandex.ru", "qq.com", "163.com", "zoho.com",
    "fastmail.com", "hotmail.co.uk", "live.co.uk", "hotmail.fr", "ymail.com",
}  # fmt: skip


class Thread(NamedTuple):
    """What it says it answers, and whether that holds."""

    account: Account
    complaint: Complaint | None
    message: Message | None
    contact: Contact | None
    holds: bool
    how: str  # a part of a sentence: by its signed address

    @property
    def what(self) -> str:
        return self.complaint.ref if self.complaint else self.message.ref if self.message else ""


class Forged(Exception):
    """It names something in a way that only we could, and we did not."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def thread_of(mail: Mail) -> Thread | None:
    """The first of the three ways that finds something; raises `Forged` for a signature or a number of our own make."""
    return _by_address(mail) or _by_number(mail) or _by_subject(mail)


def _by_address(mail: Mail) -> Thread | None:
    for address in mail.to:
        found = named(address)
        if found is None:
            continue
        if not found.genuine:
            raise Forged("The address it was sent to bears a signature that is not ours.")
        if found.letter == "M" and (message := _messages().filter(pk=found.pk).first()):
            return _of_message(mail, message, "by its signed address", signed=True)
        if found.letter == "C" and (complaint := _complaints().filter(pk=found.pk).first()):
            return _of_complaint(mail, complaint, "by its signed address", signed=True)
        raise Forged("The address it was sent to names something that is not here any more.")
    return None


def _by_number(mail: Mail) -> Thread | None:
    if not mail.answers:
        return None
    sent = {one.message_id: one for one in _messages().filter(message_id__in=mail.answers)}
    came = InboundMail.objects.filter(message_id__in=mail.answers, copy_of=None, complaint__isnull=False)
    filed = {one.message_id: one.complaint_id for one in came.only("message_id", "complaint_id")}
    for number in mail.answers:
        if number in sent:
            return _of_message(mail, sent[number], "by the number of our mail")
        if number in filed and (complaint := _complaints().filter(pk=filed[number]).first()):
            return _of_complaint(mail, complaint, "by the number of an earlier mail")
    if any(_looks_like_ours(number) for number in mail.answers):
        raise Forged("It says that it answers a mail of ours, and we sent none with that number.")
    return None


def _by_subject(mail: Mail) -> Thread | None:
    match = IN_SUBJECT.search(mail.subject)
    complaint = _complaints().filter(pk=int(match[2])).first() if match else None
    return _of_complaint(mail, complaint, "by the number in its subject") if complaint else None


def _of_message(mail: Mail, message: Message, how: str, *, signed: bool = False) -> Thread:
    complaint = None
    if message.affected:
        mine = _complaints().filter(account=message.account_id, cause_links__cause=message.affected.cause_id)
        complaint = mine.order_by("-received_at").first()
    contact, holds = _known(mail.sender, message.account, signed)
    return Thread(message.account, complaint, message, contact, holds, how)


def _of_complaint(mail: Mail, complaint: Complaint, how: str, *, signed: bool = False) -> Thread:
    contact, holds = _known(mail.sender, complaint.account, signed)
    return Thread(complaint.account, complaint, None, contact, holds, how)


def _known(sender: str, account: Account, signed: bool) -> tuple[Contact | None, bool]:
    """A contact of the account; or, behind our own signature, a colleague at a domain that is theirs alone."""
    contacts = list(account.contacts.annotate(small=Lower("email")).exclude(email=""))
    for contact in contacts:
        if contact.small == sender:
            return contact, True
    domain = sender.rpartition("@")[2]
    theirs = {contact.small.rpartition("@")[2] for contact in contacts} - PUBLIC
    return None, bool(signed and domain and domain in theirs)


def _looks_like_ours(number: str) -> bool:
    domains = {one.rpartition("@")[2] for one in our_addresses()}
    local, _, domain = number.strip("<>").lower().rpartition("@")
    return domain in domains and re.fullmatch(r"[0-9a-f]{32}", local) is not None


def _messages() -> Any:
    return Message.objects.select_related("account", "contact", "affected")


def _complaints() -> Any:
    return Complaint.objects.select_related("account__owner", "liaison")
