"""How a letter leaves the house: the private link of its reader, and the mail with its fixed headers."""

import re
import secrets
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse

from rca.communications.merging import blocks
from rca.communications.replying import reply_address

PAGE_LASTS = timedelta(days=90)
BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    """Fit for a header: whatever could begin another line is a space."""
    return BREAKS.sub(" ", text).strip()


def new_message_id() -> str:
    """Random, so that it tells nothing; under the domain that the mail comes from."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{secrets.token_hex(16)}@{domain}>"


def token(pk: int) -> str:
    """What stands in the private link: signed, so that nobody can guess another’s."""
    return _signer().sign(str(pk))


def read_token(text: str) -> int | None:
    try:
        number = _signer().unsign(text)
    except BadSignature:
        return None
    return int(number) if number.isdigit() and len(number) < 19 else None


def link(pk: int) -> str:
    return str(settings.SITE_ADDRESS).rstrip("/") + reverse("letter:page", args=[token(pk)])


def open_until(written: datetime) -> datetime:
    return written + PAGE_LASTS


def context(message: Any) -> dict[str, Any]:
    """What the mail and the private page are made of."""
    return {
        "subject": message.subject,
        "body": message.body,
        "blocks": blocks(message.body),
        "link": link(message.pk),
        "house_name": settings.HOUSE_NAME,
    }


def mail(message: Any) -> EmailMultiAlternatives:
    """Plain text and HTML of the same letter; no Auto-Submitted, since a person approved and sent it."""
    words = context(message)
    name = one_line(message.contact.name) if message.contact else ""
    answers_to = reply_address(message.ref)
    letter = EmailMultiAlternatives(
        subject=one_line(message.subject),
        body=render_to_string("mail/fix_note.txt", words),
        from_email=_sender(),
        to=[formataddr((name, message.address))],
        reply_to=[answers_to] if answers_to else None,
        headers={"Message-ID": message.message_id},
    )
    letter.attach_alternative(render_to_string("mail/fix_note.html", words), "text/html")
    return letter


def _sender() -> str:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr((name or one_line(settings.HOUSE_NAME), address))


def _signer() -> Signer:
    return Signer(salt="letter", sep=".")
