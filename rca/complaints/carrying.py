"""The job behind an act on very many complaints: chunk by chunk, giving way to other jobs every half minute."""

from datetime import datetime, timedelta
from time import monotonic

from accounts.audit.origin import came_from
from rca.complaints import queueing
from rca.complaints.bulk import BulkAct
from rca.lib.clock import now

STILL = timedelta(minutes=2)
SLICE = 30  # seconds of work before other jobs get their turn


def work_on(pk: int) -> str:
    """Does, or takes back, what is behind the cursor; asks for the next turn when there is more."""
    bulk, until = BulkAct.objects.get(pk=pk), monotonic() + SLICE
    with came_from("worker"):
        while bulk.step():
            if monotonic() > until:
                queueing.work_on(pk)
                break
    return str(bulk.state)


def pick_up(at: datetime | None = None) -> int:
    """Asks for the worker again where an act has not moved for a while, as its worker or the database went away."""
    still = BulkAct.objects.working().filter(moved_at__lt=(at or now()) - STILL)
    pks = list(still.values_list("pk", flat=True))
    for pk in pks:
        queueing.work_on(pk)
    return len(pks)
