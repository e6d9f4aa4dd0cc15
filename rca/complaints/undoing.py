"""Taking a complaint back: whether nothing else has happened to it, and what it was when it was typed."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from accounts.audit.models import Entry
from accounts.people.models import User
from rca.lib.clock import zone
from rca.lib.refused import Refused

if TYPE_CHECKING:
    from rca.complaints.models import Complaint

UNDO_WITHIN = timedelta(hours=1)
# What belongs to the typing, done by the same person.
OWN = {
    "logged", "promised", "attached", "detached", "amended", "linked", "unlinked", "recurred", "none_of_these",
}  # fmt: skip


def untouched(complaint: "Complaint", by: User, at: datetime) -> None:
    """Refuses where somebody else wrote it, an hour is over, or the ledger knows of any other act on it."""
    steps = [(f"Open {complaint.ref}", complaint.get_absolute_url())]
    if complaint.logged_by_id != by.pk:
        raise Refused(f"{complaint.logged_by} logged {complaint.ref}: only they can take it back.", steps=steps)
    if at - complaint.logged_at > UNDO_WITHIN:
        raise Refused(f"{complaint.ref} was logged more than an hour ago: close it, and say why.", steps=steps)
    since = Entry.objects.about([complaint.ref]).exclude(by=by, act__in=OWN).first()
    if since:
        raise Refused(
            f"Something has happened to {complaint.ref} since: “{since.says}” Close it, and say why.", steps=steps
        )
    later = complaint.promises.exclude(made_at=complaint.received_at)
    if later.exists() or complaint.promises.exclude(state="open").exists():
        raise Refused(f"{complaint.ref} has another promise by now: settle that, and close the complaint.", steps=steps)
    if complaint.batch_id or any(getattr(complaint, rows).exists() for rows in HOLDS):
        raise Refused(f"{complaint.ref} is in use elsewhere by now: close it, and say why.", steps=steps)


TYPED = ("words", "product", "remedy", "channel", "severity", "expectation")
# Rows that would go with the complaint, or stay and mean nothing, should the ledger ever not have told of them.
HOLDS = ("cause_links", "session_complaints", "recurrences", "grants", "cancellations", "mails", "merged")


def draft_name(number: int) -> str:
    """One draft for each reserved number, so that two tabs keep two."""
    return f"log:{number}"


def facts_of(complaint: "Complaint") -> dict[str, Any]:
    names = ("channel", "product", "remedy", "severity", "behaviours", "expectation", "received_at")
    return {name: getattr(complaint, name) for name in names if getattr(complaint, name)}


def body_of(complaint: "Complaint") -> dict[str, list[str]]:
    """The form as it was typed, as a draft keeps it."""
    body = {
        "account": [complaint.account.name],
        "account_ref": [complaint.account.ref],
        "contact": [str(complaint.contact_id or 0)],
        "behaviours": list(complaint.behaviours),
        "cause": [f"R-{link.cause_id}" for link in complaint.cause_links.all()],
        **{name: [getattr(complaint, name)] for name in TYPED},
    }  # fmt: skip
    promise = complaint.promises.first()
    if promise:
        begins, ends = (one.astimezone(zone(promise.zone)) for one in (promise.window_from, promise.window_until))
        body |= {"promise_kind": [promise.kind], "promise_day": [f"{begins:%Y-%m-%d}"],
                 "promise_from": [f"{begins:%-H:%M}"], "promise_to": [f"{ends:%-H:%M}"]}  # fmt: skip
    files = [file.name for file in complaint.attachments.all()]
    return body | ({"lost_files": files} if files else {})
