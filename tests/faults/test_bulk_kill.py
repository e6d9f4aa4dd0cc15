"""An act on many complaints whose worker is killed (kill -9): the next goes on; nothing is done twice or lost."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Account, Entry, Notice, User
from rca.complaints import carrying
from rca.lib.clock import now
from rca.models import BulkAct, Complaint
from tests.faults.worker import Worker
from tests.make import make_complaint

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 600


def until(holds: Callable[[], bool], seconds: int = 90) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, BulkAct.objects.values().get()
        time.sleep(0.05)


def test_a_worker_killed_half_way_is_followed_by_one_that_ends_it(ada: User, harbour: Account) -> None:
    first = make_complaint(harbour, by=ada)
    Complaint.objects.bulk_create(
        Complaint(account=harbour, words=f"Late {n}", channel="phone", received_at=first.received_at,
                  acknowledge_by=first.acknowledge_by, logged_by=ada) for n in range(MANY - 1)
    )  # fmt: skip
    bulk = BulkAct.objects.carry_out(by=ada, act="classify", complaints=Complaint.objects.all(), severity="minor")
    with Worker(port=1) as worker:
        until(lambda: BulkAct.objects.get().done_count >= 50)
        worker.kill()
    half = BulkAct.objects.get()
    assert half.state == "running" and half.done_count < MANY
    assert Entry.objects.filter(act="amended").count() == half.done_count  # the chunk at hand left nothing of itself
    assert carrying.pick_up(now() + timedelta(minutes=3)) == 1
    with Worker(port=1):
        until(lambda: BulkAct.objects.get().state == "done")
    bulk.refresh_from_db()
    assert (bulk.done_count, bulk.failed_count) == (MANY, 0)
    assert Entry.objects.filter(act="amended").count() == Complaint.objects.filter(severity="minor").count() == MANY
    assert Notice.objects.filter(person=ada).count() == 1
