"""A mailbox that cannot be read says so on its page, tells the admins once a spell, and is well again by itself."""

import imaplib
import socket
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, Entry, Notice, User
from rca import jobs
from rca.lib.clock import now
from rca.lib.refused import Forbidden
from rca.mailbox import fetching
from rca.mailbox.faults import plain
from rca.models import MailboxLine
from tests.mailbox.imap import Imap
from tests.mailbox.mails import mail

REFUSED = "The mailbox cannot be read: the server takes no calls on that port. Is it running?"


@pytest.fixture
def mailbox(db: None, settings: Any) -> User:
    settings.MAILBOX_URL = "imap://us:secret@127.0.0.1:1/INBOX"  # nobody is there
    return User.objects.system("mailbox")


def fails(times: int) -> MailboxLine:
    for _ in range(times):
        jobs.fetch_mail(0)
    return MailboxLine.objects.get()


def test_a_round_that_works_is_kept_with_when_the_next_one_is(at_once: None, harbour: Account, settings: Any) -> None:
    with Imap(mail()) as server:
        settings.MAILBOX_URL = server.url
        jobs.fetch_mail(0)
    line = MailboxLine.objects.get()
    assert line.state == "working" and line.failures == 0 and now() - line.read_at < timedelta(seconds=30)
    assert timedelta() < line.next_at - line.read_at <= timedelta(minutes=1) and not Notice.objects.filter(
        url="/mailbox/"
    )


def test_a_failing_one_says_since_when_and_why_and_tells_the_admins_once(mailbox: User, max_: User, lin: User) -> None:
    line = fails(2)
    assert (line.state, line.failures, line.says) == ("failing", 2, REFUSED) and not Notice.objects.exists()
    since = line.failing_since
    line = fails(3)
    assert line.failing_since == since and line.failures == 5 and "secret" not in line.why
    told = Notice.objects.get()
    assert (told.person, told.says, told.url) == (max_, REFUSED, "/mailbox/")
    assert Entry.objects.get(act="mailbox_broke").by == mailbox


def test_it_is_green_again_by_itself_and_the_notice_is_gone(
    at_once: None, mailbox: User, max_: User, settings: Any
) -> None:
    fails(3)
    with Imap(mail()) as server:
        settings.MAILBOX_URL = server.url
        jobs.fetch_mail(0)
    line = MailboxLine.objects.get()
    assert line.state == "working" and line.failing_since is None and line.failed_at
    assert Notice.objects.get(url="/mailbox/").seen_at and Entry.objects.get(act="mailbox_reached")
    settings.MAILBOX_URL = "imap://us:secret@127.0.0.1:1/INBOX"
    fails(3)
    assert Notice.objects.filter(person=max_, url="/mailbox/").count() == 2  # another spell is told anew


def test_an_address_that_cannot_be_read_is_a_failure_too(mailbox: User, settings: Any) -> None:
    settings.MAILBOX_URL = "pop3://x"
    with pytest.raises(ValueError, match="should look like imaps://"):
        jobs.fetch_mail(0)
    assert MailboxLine.objects.get().why == "MAILBOX_URL should look like imaps://user:password@host/INBOX."


def test_staying_on_the_line_says_the_same(mailbox: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def pause(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetching.time, "sleep", pause)
    with pytest.raises(KeyboardInterrupt):
        fetching.idle(say=lambda text: None)
    line = MailboxLine.objects.get()
    assert line.says == REFUSED and line.next_at > now()


def test_nobody_who_may_not_file_mail_says_how_it_does(db: None, noor: User) -> None:
    with pytest.raises(Forbidden):
        MailboxLine.objects.here().reached(by=noor)
    with pytest.raises(Forbidden):
        MailboxLine.objects.here().broke(by=noor, why="x")


@pytest.mark.parametrize(("error", "says"), [
    (socket.gaierror(-2, "Name or service not known"), "there is no server of that name"),
    (ssl.SSLCertVerificationError("self-signed"), "certificate does not hold"),
    (ssl.SSLError("WRONG_VERSION_NUMBER"), "no safe line on that port"), (TimeoutError(), "did not answer in time"),
    (ConnectionResetError(), "broke off"), (imaplib.IMAP4.abort("EOF"), "broke off"),
    (imaplib.IMAP4.error("BAD"), "refused what it was asked"), (OSError("the disk is full"), "the disk is full."),
])  # fmt: skip
def test_what_went_wrong_is_said_in_plain_words(error: BaseException, says: str) -> None:
    assert says in plain(error)


def test_a_wrong_password_is_said_as_that(mailbox: User, settings: Any) -> None:
    with Imap(mail()) as server:
        settings.MAILBOX_URL = server.url.replace("pass%20word", "guess")
        assert "does not take the name or the password" in fails(1).says


# Where it is seen


def stands(**facts: datetime | str | int | None) -> None:
    MailboxLine.objects.update_or_create(pk=1, defaults=facts)


@pytest.mark.parametrize(("facts", "says"), [
    ({"failing_since": now(), "failures": 4, "why": "the server did not answer in time."}, "4 times in a row"),
    ({"read_at": now()}, "the mailbox is read"),
    ({"read_at": now() - timedelta(hours=2)}, "see that the worker is running"), ({}, "has not been read yet"),
])  # fmt: skip
def test_the_page_says_how_it_does(mailbox: User, as_ada: Client, facts: dict[str, Any], says: str) -> None:
    stands(**facts)
    assert says in as_ada.get("/mailbox/").content.decode()


def test_a_house_without_a_mailbox_is_told_so(as_ada: Client, settings: Any) -> None:
    settings.MAILBOX_URL = ""
    assert "has named no mailbox" in as_ada.get("/mailbox/").content.decode() and not MailboxLine.objects.exists()


def test_the_api_says_the_same(mailbox: User, api: Callable[..., APIClient], noor: User) -> None:
    fails(1)
    said = api(noor, "read").get("/api/v1/mails/line/").data
    assert (said["state"], said["says"], said["failures"], said["read_at"]) == ("failing", REFUSED, 1, None)
    assert said["failing_since"] and said["next_at"]
