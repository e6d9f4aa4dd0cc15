"""Where a mail goes: read in a process of its own, then filed; whatever goes wrong, it is put aside for a person.

In this order: our own and what goes round in a loop; what came back; what a machine wrote; what claims to be from one
of us; an answer; a customer we know; a stranger. Nothing in a mail is an order: no header of it is ever obeyed.
"""

import logging

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Lower

from accounts.audit.models import record
from accounts.customers.models import Contact
from accounts.people.models import User
from rca.communications.models import Message
from rca.communications.replying import our_addresses
from rca.lib.mailparse import Mail
from rca.lib.mailread import Reading, read
from rca.lib.refused import Refused
from rca.lib.text import clean
from rca.mailbox import bounces, joining
from rca.mailbox.models import TOO_LARGE, InboundMail
from rca.mailbox.threads import Forged, Thread, thread_of

log = logging.getLogger("amends.mailbox")
TRIES = 3


def file(pk: int) -> InboundMail:
    """Reads and files one mail that is kept; of several at once one files it. Nothing in a mail makes it raise."""
    row: InboundMail = InboundMail.objects.get(pk=pk)
    if row.state != InboundMail.State.KEPT:
        return row
    # Counted before anything is read: a mail that takes the whole process with it is put aside at its third try.
    InboundMail.objects.filter(pk=pk).update(tries=F("tries") + 1)
    if row.tries >= TRIES:
        return _park(pk, f"Reading it broke off {TRIES} times.")
    try:
        reading = read(bytes(row.raw))
        with transaction.atomic():
            row = InboundMail.objects.select_for_update().get(pk=pk)
            if row.state == InboundMail.State.KEPT:
                _note_down(row, reading)
                _decide(row, reading)
    except Refused as refused:
        return _park(pk, refused.sentence)
    except Exception as error:
        log.exception("Mail E-%s could not be filed", pk)
        return _park(pk, f"Filing it failed ({type(error).__name__}), so a person has to.")
    return row


def file_kept(most: int = 25) -> int:
    """What was kept and not filed, since whoever fetched it was stopped in between. Returns how many."""
    waiting = InboundMail.objects.filter(state=InboundMail.State.KEPT).order_by("id")
    pks = list(waiting.values_list("pk", flat=True)[:most])
    for pk in pks:
        file(pk)
    return len(pks)


def _park(pk: int, why: str) -> InboundMail:
    """For a person. What was found out of it meanwhile is written down, when that much still works."""
    row: InboundMail = InboundMail.objects.get(pk=pk)
    if row.state != InboundMail.State.KEPT:
        return row
    if not row.facts and row.tries <= TRIES:
        try:
            with transaction.atomic():
                _note_down(row, read(bytes(row.raw)))
        except Exception:
            log.exception("Mail E-%s could not be read either", pk)
            row = InboundMail.objects.get(pk=pk)
    row.settle(by=_mailbox(), state=InboundMail.State.PARKED, why=why)
    return row


def _mailbox() -> User:
    return User.objects.system("mailbox")


def _note_down(row: InboundMail, reading: Reading) -> None:
    mail = reading.mail
    row.sender, row.sender_name, row.subject = (clean(one) for one in (mail.sender, mail.sender_name, mail.subject))
    row.text, row.words, row.quoted, row.html = (
        clean(one) for one in (mail.text, reading.new, reading.quoted, reading.html)
    )
    row.facts = {
        "to": [clean(one) for one in mail.to],
        "date": mail.date.isoformat() if mail.date else "",
        "files": [{"name": clean(one.name), "kind": clean(one.kind), "size": len(one.content)} for one in mail.files],
        "faults": mail.faults,
        "bounce": [clean(one) for one in mail.bounce.recipients] if mail.bounce else None,
    }
    row.save(update_fields=["sender", "sender_name", "subject", "text", "words", "quoted", "html", "facts"])


def _decide(row: InboundMail, reading: Reading) -> None:
    mail = reading.mail
    if row.copy_of_id:
        return _aside(row, f"It bears the number of E-{row.copy_of_id} and says something else.")
    if not row.whole:
        return _aside(row, TOO_LARGE)
    if not reading.known:
        return _aside(row, mail.faults[0])
    if ours := _ours(mail):
        return _ignored(row, ours)
    if mail.bounce:
        return bounces.file(row, mail.bounce, by=_mailbox())
    if mail.machine:
        return _machine(row, mail)
    if one := User.objects.annotate(small=Lower("email")).filter(small=mail.sender).first():
        return _aside(row, f"It says that it is from {one.name}, who is one of us. Nothing was done in their name.")
    try:
        thread = thread_of(mail)
    except Forged as forged:
        return _aside(row, f"Unverified. {forged.reason}")
    return _answer(row, reading, thread) if thread else _of_a_sender(row, reading)


def _ours(mail: Mail) -> str:
    """Mail of our own that came round: by its sender, or by the number that our outbox gave it."""
    local, _, domain = mail.sender.rpartition("@")
    if f"{local.partition('+')[0]}@{domain}" in our_addresses():
        return "It comes from our own address: it is our own mail, or somebody who pretends to be us."
    if mail.message_id and Message.objects.filter(message_id=mail.message_id).exists():
        return "It is a mail that we sent ourselves; it came round."
    return ""


def _machine(row: InboundMail, mail: Mail) -> None:
    """Kept on the thread it belongs to; it opens and reopens nothing, and no clock stops for it."""
    assert mail.machine
    try:
        thread = thread_of(mail)
    except Forged:
        thread = None
    if thread is None or not thread.holds:
        return _ignored(row, mail.machine.reason)
    if mail.machine.kind == "list":  # a customer may write through a list of their own
        return _aside(row, f"It answers {thread.what}, but came through a mailing list. {mail.machine.reason}")
    about = [one for one in (thread.complaint, thread.message, thread.account) if one]
    record(_mailbox(), "answered_by_machine", row, says=f"An automatic answer came from {mail.sender}.", about=about)
    row.settle(by=_mailbox(), state="ignored", why=mail.machine.reason, letter=thread.message, contact=thread.contact)


def _answer(row: InboundMail, reading: Reading, thread: Thread) -> None:
    if not thread.holds:
        who = reading.mail.sender or "It names no sender, who"
        return _aside(row, f"Unverified. It answers {thread.what} {thread.how}, but {who} is not known at "
                           f"{thread.account.name}.")  # fmt: skip
    if thread.complaint is None:
        row.letter, row.contact = thread.message, thread.contact
        row.save(update_fields=["letter", "contact"])
        return _aside(row, f"It answers {thread.what} to {thread.account.name}, who never complained about that: "
                           "read it, and decide whether it is a complaint.")  # fmt: skip
    why = f"It answers {thread.what} {thread.how}."
    joining.add_with(row, thread.complaint, thread.contact, by=_mailbox(), why=why, files=reading.mail.files,
                     letter=thread.message)  # fmt: skip


def _of_a_sender(row: InboundMail, reading: Reading) -> None:
    """A customer we know opens a complaint; a stranger waits for a person."""
    sender = reading.mail.sender
    if not sender:
        return _aside(row, "It names no sender.")
    contacts = Contact.objects.annotate(small=Lower("email")).filter(small=sender).select_related("account")
    here = [one for one in contacts if one.moved_on_at is None]
    accounts = {one.account_id for one in here}
    if len(accounts) > 1:
        names = " and ".join(sorted({one.account.name for one in here})[:3])
        return _aside(row, f"{sender} is known at {names}: say for whom it is.")
    if not here and contacts:
        return _aside(row, f"{contacts[0].name} of {contacts[0].account.name} has moved on, and writes again.")
    if not here:
        return _aside(row, f"Nobody here knows {sender} yet.")
    if not joining.words_of(row):
        return _aside(row, " ".join(["There are no words in it that can be read.", *reading.mail.faults]))
    why = f"{here[0].name} is known at {here[0].account.name}."
    joining.open_with(row, here[0].account, here[0], by=_mailbox(), why=why, files=reading.mail.files)


def _aside(row: InboundMail, why: str) -> None:
    row.settle(by=_mailbox(), state=InboundMail.State.PARKED, why=why)


def _ignored(row: InboundMail, why: str) -> None:
    row.settle(by=_mailbox(), state=InboundMail.State.IGNORED, why=why)
