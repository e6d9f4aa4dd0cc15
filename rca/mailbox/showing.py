"""What the pages of this room show: the tabs of the list, the headers as they came, and whose a mail may be."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models.functions import Lower

from accounts.customers.models import Account, Contact
from accounts.people.models import User
from rca.lib import mailraw
from rca.lib.text import capped
from rca.mailbox.models import InboundMail, MailQuerySet
from rca.mailbox.threads import PUBLIC

# Each tab of the list: its name in the address, its label, and which mails it shows.
SHOWN: dict[str, tuple[str, Callable[[MailQuerySet], MailQuerySet]]] = {
    "waiting": ("Wait for a person", lambda rows: rows.waiting()),
    "complaints": ("On complaints", lambda rows: rows.filter(state__in=["opened", "followed"])),
    "bounces": ("Came back", lambda rows: rows.filter(state="bounce")),
    "ignored": ("Ignored", lambda rows: rows.filter(state="ignored")),
    "all": ("All", lambda rows: rows),
}
SHAPE = {"kept": "", "parked": "due", "opened": "kept", "followed": "kept", "bounce": "late", "ignored": "rest"}
HEADER_SHOWN, HEADERS_SHOWN = 600, 80


class Suggested(NamedTuple):
    account: Account
    because: str


def waiting(user: User) -> str:
    """How many mails wait for a person, counted no further than a hundred."""
    return capped(InboundMail.objects.visible_to(user).waiting())


def headers(mail: InboundMail) -> list[tuple[str, str]]:
    """As they came, read no further than is needed to see where it is from."""
    found, _ = mailraw.split(bytes(mail.raw))
    shown = []
    for name, value in found[:HEADERS_SHOWN]:
        text = mailraw.plain(value)
        shown.append((name.decode("ascii").title(), text[:HEADER_SHOWN] + (" …" if len(text) > HEADER_SHOWN else "")))
    return shown


def suggested(mail: InboundMail, user: User) -> list[Suggested]:
    """Whose it may be, the likeliest first: the same address, the same domain, the same name. A person decides."""
    accounts = Account.objects.visible_to(user)
    found: dict[int, Suggested] = {}

    def add(rows: Any, because: str) -> None:
        for one in rows:
            found.setdefault(one.pk, Suggested(one, because))

    if mail.letter_id and mail.letter:
        add([mail.letter.account], f"it answers {mail.letter.ref}")
    domain = mail.sender.rpartition("@")[2].lower()
    if mail.sender:
        contacts = Contact.objects.annotate(small=Lower("email"))
        add(
            accounts.filter(pk__in=contacts.filter(small=mail.sender.lower()).values("account"))[:3], "the same address"
        )
        if domain and domain not in PUBLIC:
            near = contacts.filter(small__endswith=f"@{domain}").values("account")
            add(accounts.filter(pk__in=near)[:3], f"others there write from {domain}")
            label = domain.split(".")[0].replace("-", " ")
            if len(label) > 3:
                add(accounts.matching(label)[:3], "the name is in the address")
    if len(mail.sender_name) > 3:
        add(accounts.matching(mail.sender_name)[:2], "the sender’s name")
    return list(found.values())[:3]
