"""What happens when the customer writes again about a complaint that is taken already."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.audit.models import record
from accounts.customers.models import Channel, Contact
from accounts.people.models import User
from accounts.people.notices import Notice
from rca.complaints.acts import Note
from rca.complaints.models import Complaint
from rca.lib.text import clean

SHOWN = 4_000  # characters of their words in what happened; the note and the mail keep all of them


@transaction.atomic
def wrote_again(
    complaint: Complaint, *, by: User, words: str, who: str, source: Any, contact: Contact | None = None,
    at: datetime | None = None,
) -> Complaint:  # fmt: skip
    """Keeps their words and the touch, and tells whoever looks after them. Returns the complaint that took the words.

    A merged complaint passes them on to the one it was merged into. A closed one stays closed until a person has read
    them: a “thank you” is no reason to begin again. No promise ends, and the clock of owning up runs on: only a person
    who answers stops it.
    """
    by.must("complaints.edit")
    while complaint.state == Complaint.State.MERGED:
        complaint = complaint.merge.into
    at, words = at or source.received_at, clean(words)
    if words:
        Note.objects.create(complaint=complaint, by=by, at=at, text=words)
    complaint.account.touches.note(
        by=by, way="in", channel=Channel.EMAIL, contact=contact, reached=True, about=complaint, at=at
    )
    shown = words if len(words) <= SHOWN else words[:SHOWN] + " …"
    record(by, "wrote_again", source, says=f"{who} wrote again.", words=shown,
           about=[complaint, complaint.account], at=at)  # fmt: skip
    closed = complaint.state == Complaint.State.CLOSED
    ending = ", which is closed: reopen it if it is not over." if closed else "."
    for person in looking_after(complaint):
        Notice.objects.give(person=person, key=f"mail {source.ref}", about=complaint,
                            says=f"{who} wrote again about {complaint.ref}{ending}")  # fmt: skip
    return complaint


def looking_after(complaint: Complaint) -> list[User]:
    """The liaison, else the owner of the account, else everybody who leads: somebody always hears of it."""
    for person in (complaint.liaison, complaint.account.owner):
        if person and person.is_active and person.may("complaints.acknowledge"):
            return [person]
    return list(User.objects.people().filter(role="lead")[:20])
