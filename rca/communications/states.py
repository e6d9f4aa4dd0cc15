"""What each state of a message is called on a page, and what it means for the customer and for us."""

from typing import TYPE_CHECKING

from rca.communications.addressing import open_at, slot
from rca.lib.clock import now
from rca.lib.said import hour, short
from rca.lib.text import count

if TYPE_CHECKING:
    from rca.communications.models import Message

SHORT = {
    "queued": "queued",
    "claimed": "being sent",
    "accepted": "accepted",
    "failed": "failed",
    "bounced": "bounced",
    "unknown": "unknown",
    "cancelled": "stopped",
    "task": "to do",
    "done": "told",
}


def means(row: "Message") -> str:
    """What the state says, and what there is to do: the sentence beside every message."""
    if row.state == "queued":
        first = f"{_ended(row.failure)} Tried again" if row.failure else "Leaves"
        return f"{first} {when(row)}. It can be stopped until then."
    if row.state == "task":
        tried = f" Tried {count(row.attempts, 'time')}." if row.attempts else ""
        return f"For a person to do, {when(row)}.{tried}"
    return {
        "claimed": "A worker has it; its number is fixed, so it cannot go twice.",
        "accepted": "Their mail server took it; that is not the same as read.",
        "failed": f"{_ended(row.failure)} They have not been told.",
        "bounced": f"{_ended(row.failure)} The address is marked, and they count as untold.",
        "unknown": f"{_ended(row.failure)} We never send it again by ourselves.",
        "cancelled": _ended(row.failure),
        "done": "A person told them.",
    }[row.state]


def _ended(reason: str) -> str:
    """What a server said ends like a sentence of ours."""
    return reason if reason[-1:] in ".!?" else f"{reason}."


def when(row: "Message") -> str:
    left = (row.due_at - now()).total_seconds()
    if row.state == "queued" and left < 90:
        return "in a moment" if left < 1 else f"in {int(left) + 1} seconds"
    return f"at {hour(row.due_at)}" if abs(left) < 12 * 3600 else f"on {short(row.due_at)}"


def clock(row: "Message") -> tuple[str, str]:
    """How a task stands with the hours of whoever is to be told: not yet, open now, or missed until they come again."""
    at, contact = now(), row.contact
    if contact:
        contact.account = row.account  # their zone, without a query for each row
    if row.due_at > at:
        return "", f"from {hour(row.due_at)}" if (row.due_at - at).total_seconds() < 12 * 3600 else short(row.due_at)
    if contact is None or open_at(contact, at, row.channel):
        return "due", "open now"
    return "late", f"missed, opens {short(slot(contact, at, row.channel))}"
