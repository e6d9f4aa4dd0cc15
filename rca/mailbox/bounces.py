"""What came back: it marks address and message only when it names a mail that we did send; else a person looks."""

from django.db import transaction
from django.db.models.functions import Lower

from accounts.audit.models import record
from accounts.customers.models import Contact
from accounts.people.models import User
from accounts.people.notices import Notice
from rca.communications.models import Message
from rca.lib.mailbounce import Bounce
from rca.lib.refused import Refused
from rca.lib.text import clean, listed
from rca.mailbox.models import InboundMail


def file(row: InboundMail, bounce: Bounce, *, by: User) -> None:
    """The number of our mail is random, so only a server that had the mail can name it; an address anybody can."""
    says = clean(bounce.says)
    rows = Message.objects.select_related("account", "contact", "affected__cause", "by")
    message = rows.filter(message_id=bounce.message_id).first() if bounce.message_id else None
    if message is None:
        return _of_no_mail_of_ours(row, bounce, by)
    if not bounce.failed:
        record(by, "delayed", message, says="The mail is late; their server goes on trying.", words=says,
               about=[*message.about, row])  # fmt: skip
        why = f"{message.ref} to {message.account.name} is late, not lost: their server goes on trying."
        return row.settle(by=by, state="bounce", why=why, letter=message, contact=message.contact)
    try:
        with transaction.atomic():
            message.bounce(by=by, words=says)
    except Refused as refused:
        return row.settle(by=by, state="bounce", why=refused.sentence, letter=message, contact=message.contact)
    name = message.contact.name if message.contact else message.address
    record(by, "mail_came_back", row, says=f"Mail to {name} came back.", words=says, about=message.about)
    Notice.objects.give(person=message.by, key=f"bounce {message.ref}", about=message,
                        says=f"{message.ref} to {message.account.name} came back: tell them another way.")  # fmt: skip
    why = f"{message.ref} to {message.account.name} came back; the address of {name} is marked."
    row.settle(by=by, state="bounce", why=f"{why} {says}".strip(), letter=message, contact=message.contact)


def _of_no_mail_of_ours(row: InboundMail, bounce: Bounce, by: User) -> None:
    who = listed(bounce.recipients) or "an address that it does not name"
    contact = (
        Contact.objects.annotate(small=Lower("email")).filter(small__in=bounce.recipients).select_related("account")
    ).first()
    if not bounce.failed:
        return row.settle(by=by, state="bounce", why=f"A mail to {who} is late, not lost.", contact=contact)
    if contact:
        why = (f"A mail to {who} came back, but it names none that we sent from here. "
               f"If it is right, mark the address of {contact.name}.")  # fmt: skip
        return row.settle(by=by, state="parked", why=why, contact=contact)
    return row.settle(by=by, state="bounce", why=f"A mail to {who} came back; nobody here has that address.")
