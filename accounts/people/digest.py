"""What waits for one of us, in one mail a person and run: in their working hours, and never a mail for each thing.

A worker that is killed between the sending and the line that says so sends this one mail again, to a colleague; the
mails to customers go another way, which never does that.
"""

import logging
import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from accounts.people.models import User
from accounts.people.notices import Notice
from rca.lib.clock import now
from rca.lib.text import count, first_line

log = logging.getLogger("amends.digest")
MOST = 5000  # notices of one run; what is left comes with the next
LINES = 30  # of one mail; the rest stands on the first page


def mail_due(at_work: Callable[[User, datetime], bool], at: datetime | None = None) -> int:
    """Mails each person who is at work what is due for them and unread. Returns how many mails went."""
    at, sent = at or now(), 0
    waiting = Notice.objects.to_mail(at).select_related("person").order_by("person_id", "due_at", "id")[:MOST]
    by_person = [(person, list(found)) for person, found in groupby(waiting, key=lambda one: one.person)]
    server = get_connection()
    try:
        for person, notices in by_person:
            if at_work(person, at) and _mail(server, person, notices):
                Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=at)
                sent += 1
    except OSError as error:
        log.warning("The mail server could not be reached; notices wait for the next run: %s", error)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.close()
    return sent


def _mail(server: BaseEmailBackend, person: User, notices: list[Notice]) -> bool:
    site = str(settings.SITE_ADDRESS).rstrip("/")
    shown = [(one.says, site + one.get_absolute_url()) for one in notices[:LINES]]
    body = render_to_string("mail/notices.txt", {
        "person": person, "shown": shown, "more": len(notices) - len(shown), "home": site + "/",
    })  # fmt: skip
    subject = first_line(notices[0].says, 90) if len(notices) == 1 else f"{count(len(notices), 'thing')} for you"
    letter = EmailMessage(
        subject, body, to=[person.email], connection=server, headers={"Auto-Submitted": "auto-generated"}
    )
    server.open()  # once for all of them: it says when the server is gone, and the others need not wait for it
    try:
        return bool(letter.send())
    except (ValueError, smtplib.SMTPException) as error:
        # Whatever is wrong with one address must not keep the others waiting; the next run tries again.
        log.warning("The notices of %s could not be mailed: %s", person.email, error)
        return False
