"""Harbour Books, whom we know by June’s address, a complaint of theirs, and a letter of ours that has arrived."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from accounts.models import Account, User
from rca.communications import outbox
from rca.lib import mailread
from rca.lib.clock import now
from rca.mailbox import filing, joining
from rca.models import Cause, Complaint, InboundMail, Message
from tests.make import make_account, make_cause, make_complaint, make_message, make_note

Arrive = Callable[[bytes], InboundMail]


def read_here(raw: bytes) -> mailread.Reading:
    """The child’s own work without the child: tests/lib/test_mailread.py and test_fetching.py start real ones."""
    out = BytesIO()
    mailread.main(BytesIO(raw), out)
    return mailread._put_together(out.getvalue())


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (filing, joining):
        monkeypatch.setattr(room, "read", read_here)


@pytest.fixture
def arrive(at_once: None, db: None) -> Arrive:
    """One mail comes in, is kept and filed."""

    def come(raw: bytes) -> InboundMail:
        row, _ = InboundMail.objects.keep(raw=raw)
        filing.file(row.pk)
        return InboundMail.objects.get(pk=row.pk)

    return come


@pytest.fixture(autouse=True)
def our_mailbox(settings: Any) -> None:
    settings.MAILBOX_ADDRESS = "support@fairlight.example"


@pytest.fixture
def harbour(ada: User) -> Account:
    return make_account("Harbour Books", by=ada, email="june@harbourbooks.example")


@pytest.fixture
def globex(ada: User) -> Account:
    return make_account("Globex", by=ada, email="hana@globex.example")


@pytest.fixture
def complaint(harbour: Account, ada: User) -> Complaint:
    return make_complaint(harbour, by=ada)


@pytest.fixture
def cause(complaint: Complaint, lin: User) -> Cause:
    return make_cause(complaint, by=lin)


@pytest.fixture
def letter(cause: Cause, harbour: Account, ada: User, lin: User) -> Message:
    """Our letter about the cause; the mail server took it."""
    harbour.contacts.get().preference.ask(by=ada, channel="email")
    make_note(cause, by=ada, approved_by=lin)
    message = make_message(cause, harbour, by=ada, at=now())
    Message.objects.filter(pk=message.pk).update(due_at=now())
    assert outbox.deliver(message.pk) == "accepted"
    message.refresh_from_db()
    return message
