"""Where answers to our mail come in: an address that names what is answered and is signed, so none can be made up."""

import re
from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

TOKEN = re.compile(r"([a-z])-([0-9]{1,18})\.([0-9a-f]{1,64})")
LENGTH = 20  # letters of the signature: 80 bits; some mail servers cut long names off at 64


class Named(NamedTuple):
    """What a reply address names, and whether the signature is ours."""

    letter: str
    pk: int
    genuine: bool


def our_addresses() -> set[str]:
    """The addresses that are the house itself, small."""
    named = {parseaddr(str(one))[1].lower() for one in (settings.DEFAULT_FROM_EMAIL, settings.MAILBOX_ADDRESS)}
    return named - {""}


def reply_address(ref: str) -> str:
    """support+m-77.<signature>@…, or "" where the house has named no mailbox that takes such addresses."""
    local, _, domain = parseaddr(str(settings.MAILBOX_ADDRESS))[1].rpartition("@")
    return f"{local}+{ref.lower()}.{signature(ref)}@{domain}" if local else ""


def signature(ref: str) -> str:
    return salted_hmac("amends.replying", ref.lower(), algorithm="sha256").hexdigest()[:LENGTH]


def named(address: str) -> Named | None:
    """What an address of ours names behind its plus; None for any other address."""
    local, _, domain = address.lower().strip().rpartition("@")
    plain, plus, token = local.partition("+")
    if not plus or f"{plain}@{domain}" not in our_addresses():
        return None
    match = TOKEN.fullmatch(token)
    if not match:
        return None
    genuine = constant_time_compare(match[3], signature(f"{match[1]}-{match[2]}"))
    return Named(match[1].upper(), int(match[2]), genuine)
