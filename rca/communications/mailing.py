"""Telling everybody of a cause: who hears now, who in their hours, whom a person tells, and who is left out and why."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from accounts.people.models import User
from rca.causes.models import Affected, Cause
from rca.causes.roster import with_complaints
from rca.communications.addressing import Plan, plan, with_ways
from rca.communications.models import Message
from rca.communications.notes import FixNote
from rca.communications.posting import go_on
from rca.communications.sending import ALIVE, must_be_approved
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused

AT_ONCE = 50  # in one request; the worker goes on with the rest
BATCH = 500


class Row(NamedTuple):
    affected: Affected
    plan: Plan
    message: Message | None  # what is under way to them already


class Tally(NamedTuple):
    """What a mailing did, in numbers and as the sentence that says it."""

    now: int = 0
    later: int = 0
    hand: int = 0
    out: int = 0
    left: int = 0

    @property
    def says(self) -> str:
        done = {"on their way": self.now, "lined up": self.later, "to be done by hand": self.hand, "left out": self.out}
        said = ", ".join(f"{number} {what}" for what, number in done.items() if number) or "Nobody was left to tell"
        return said + (f"; the worker goes on with {self.left} more." if self.left else ".")


def preview(cause: Cause, at: datetime | None = None) -> list[Row]:
    """How everybody who has not been told would hear of it: a fixed number of queries, however many they are."""
    at = at or now()
    rows = with_complaints(with_ways(cause.affected.untold()).order_by("id")[: BATCH * 4])
    return [Row(row, plan(row, at), _under_way(row)) for row in rows]


def send_all(*, by: User, cause: Cause, at: datetime | None = None, most: int = AT_ONCE) -> Tally:
    """Sends to everybody who can be told, each in a transaction of its own: cut anywhere, the next run goes on.

    Nobody hears it twice: whoever has a message under way, or has been told, is not in the run.
    """
    by.must("messages.send")
    note = FixNote.objects.current(cause)
    must_be_approved(note, cause)
    assert note is not None
    tally = dict.fromkeys(("now", "later", "hand", "out"), 0)
    for affected in _waiting(cause):
        if sum(tally.values()) - tally["out"] == most:
            go_on(cause.pk, by.pk)
            left = cause.affected.untold().exclude(messages__state__in=ALIVE).count() - tally["out"]
            return Tally(**tally, left=max(left, 0))
        tally[_send(by, affected, note, at)] += 1
    return Tally(**tally)


def _send(by: User, affected: Affected, note: FixNote, at: datetime | None) -> str:
    with_complaints([affected])
    group = plan(affected, at or now()).group
    if group == "out":
        return group
    try:
        Message.objects.send(by=by, affected=affected, note=note, at=at)
    except Forbidden:
        raise
    except Refused:
        return "out"  # told by a colleague this second, or no address after all: the page says why
    return group


def _waiting(cause: Cause) -> Iterator[Affected]:
    rows = cause.affected.untold().exclude(messages__state__in=ALIVE)
    yield from with_ways(rows).order_by("id").iterator(chunk_size=BATCH)


def _under_way(affected: Affected) -> Message | None:
    return next((one for one in affected.messages.all() if one.state in ALIVE), None)
