"""The timetable: every job is on it, runs, may run twice, and one that fails does not take the others with it."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from procrastinate.contrib.django import app

from accounts.models import Account, Entry, KeptReply, Seal, User
from rca import jobs
from rca.communications.posting import post
from rca.lib.clock import now
from rca.models import Affected, Cause, Message
from tests.make import make_account, make_cause, make_complaint, make_message, make_note


@pytest.fixture
def cause(ada: User, lin: User, harbour: Account) -> Cause:
    return make_cause(make_complaint(harbour, by=ada), by=lin)


def test_everything_that_a_clock_does_is_on_it() -> None:
    timed = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    minutely = {name for name, cron in timed.items() if cron == "* * * * *"}
    assert minutely == {
        "retry_stalled",
        "sweep_outbox",
        "seal_ledger",
        "fetch_mail",
        "pick_up_imports",
        "pick_up_bulk_acts",
    }
    assert set(timed) - minutely >= {"match_accounts", "prove_ledger", "tidy"}


def test_every_job_that_the_house_asks_for_exists() -> None:
    assert {"deliver", "mail_the_rest", "work_on_import"} <= set(app.tasks)


def test_the_nightly_rules_find_whom_a_cause_hit_since_and_name_who_looked(cause: Cause, ada: User, lin: User) -> None:
    cause.add_rule(by=lin, conditions={"segment": "school"})
    make_account("Larkhill Academy", by=ada, segment="school")
    assert jobs.match_accounts(0) == 1 and jobs.match_accounts(0) == 0
    assert Affected.objects.get(how="rule").account.name == "Larkhill Academy"
    assert Entry.objects.about([cause.ref]).filter(act="matched", by__name="the matcher").exists()


def test_a_rule_of_a_closed_cause_rests(cause: Cause, ada: User, lin: User) -> None:
    cause.add_rule(by=lin, conditions={"segment": "school"})
    make_account("Larkhill Academy", by=ada, segment="school")
    Cause.objects.update(state="closed")
    assert jobs.match_accounts(0) == 0


def test_the_ledger_is_sealed_each_minute_and_proved_each_night(cause: Cause) -> None:
    assert jobs.seal_ledger(0) == Entry.objects.count()
    head = jobs.prove_ledger(0)
    assert head == Seal.objects.order_by("-number")[0].digest


def test_a_ledger_that_does_not_hold_is_shouted_about(cause: Cause, caplog: pytest.LogCaptureFixture) -> None:
    jobs.seal_ledger(0)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        Entry.objects.filter(pk=Entry.objects.order_by("id")[1].pk).update(words="never said")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert jobs.prove_ledger(0).startswith("Seal 2 does not hold")
    assert any(record.levelname == "CRITICAL" for record in caplog.records)


def test_the_sweep_sends_what_lost_its_job_and_doubts_what_broke_off(
    cause: Cause, harbour: Account, ada: User, lin: User
) -> None:
    harbour.contacts.introduce(by=ada, name="June Carver", email="june@harbourbooks.example")
    make_note(cause, by=ada, approved_by=lin)
    message = make_message(cause, harbour, by=ada, at=now() - timedelta(minutes=10))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    jobs.sweep_outbox(0)
    assert Message.objects.get().state == "accepted"
    Message.objects.update(state="claimed", claimed_at=now() - timedelta(minutes=3))
    jobs.sweep_outbox(0)
    message.refresh_from_db()
    assert message.state == "unknown"


@pytest.mark.django_db(transaction=True)
def test_old_jobs_and_kept_answers_are_let_go(ada: User) -> None:
    old = KeptReply.objects.create(user=ada, key="k", fingerprint="f")
    KeptReply.objects.filter(pk=old.pk).update(at=now() - timedelta(days=2))

    async def tidy(context: Any) -> None:
        with app.replace_connector(app.connector.get_worker_connector()):
            async with app.open_async():
                await jobs.tidy(context, 0)

    async_to_sync(tidy)(None)
    assert not KeptReply.objects.exists()


def test_a_job_written_in_a_transaction_goes_back_with_it(cause: Cause) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post(1, now())
        raise ZeroDivisionError
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,)
