"""A call taken down in one go: account, caller, complaint, files and promise, all of it or nothing."""

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.db import transaction

from accounts.customers.models import Account, Contact
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.text import clean

FACTS = ("words", "product", "remedy", "channel", "severity", "behaviours", "expectation")
SALT = "a number that was reserved"


@transaction.atomic
def take_down(
    *, by: User, number: int | None = None, causes: Sequence[str] = (), offered: str = "", **data: Any
) -> Complaint:
    """Each part goes through its own verb, all at one moment: so that taking it back knows what belongs to it.

    `causes` were picked in the panel of known causes, which the room of causes draws; `offered` is what it showed.
    """
    at = now()
    account: Account = data["account"]
    if account._state.adding:
        account = Account.objects.open(by=by, name=account.name, at=at)
    contact: Contact | None = data.get("contact")
    if data.get("caller"):
        contact = account.contacts.introduce(by=by, **data["caller"], at=at)
    facts = {name: data[name] for name in FACTS}
    complaint: Complaint = Complaint.objects.log(by=by, account=account, contact=contact, number=number, at=at, **facts)
    if "window" in data:
        begins, ends = data["window"]
        complaint.promises.make(
            by=by, kind=data.get("promise_kind") or "call_back", what="", window_from=begins, window_until=ends, at=at
        )
    for file in data.get("added") or []:
        complaint.attachments.attach(by=by, name=file.name or "", content=file.read(), at=at)
    if causes:
        links: Any = complaint.cause_links
        links.choose(by=by, chosen=list(causes), offered=offered)
    return complaint


def sealed(number: int, by: User) -> str:
    """The reserved number as the form carries it: nobody can write another one into it, or use somebody else’s."""
    return signing.dumps([number, by.pk], salt=SALT)


def unsealed(text: str, by: User) -> int | None:
    try:
        number, owner = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return number if owner == by.pk else None


def draft_body(posted: Any) -> dict[str, list[str]]:
    """What was typed so far, field by field, as it was sent; the hidden machinery of the form is no part of it."""
    left_out = {"csrfmiddlewaretoken", "number", "added", "next", "offered", "shown"}
    kept = {name: [clean(one) for one in posted.getlist(name)] for name in posted if name not in left_out}
    return {name: values for name, values in kept.items() if any(values)}


def started(body: dict[str, list[str]]) -> bool:
    """Whether there is anything in a draft that somebody would miss."""
    return any(body.get(name) for name in ("account", "words", "remedy", "caller", "product"))


def initial_of(body: dict[str, list[str]]) -> dict[str, Any]:
    """A draft as the form takes it up again."""
    first = {name: values[0] for name, values in body.items() if values}
    first["account"] = f"{first.pop('account_ref', '')} {first.get('account', '')}".strip()
    return {**first, "behaviours": body.get("behaviours", [])}
