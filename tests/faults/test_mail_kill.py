"""The outbox when its worker is killed: real processes, a real mail server, kill -9 at each point.

Nothing is lost, nobody gets a mail twice without a person having said so, and what is in doubt is shown as a doubt.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from rca import jobs
from rca.communications import outbox
from rca.lib.clock import now
from rca.models import Affected, Cause, Message, Telling
from tests.faults.smtp import Mailbox
from tests.faults.worker import Worker, database_url
from tests.make import make_account, make_cause, make_complaint, make_message, make_note, make_person

PATIENCE = 25
ROUNDS = [pytest.param(1, id="once"), *(pytest.param(n, id=f"again{n}", marks=pytest.mark.slow) for n in range(2, 6))]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def message() -> Message:
    ada = make_person("Ada Okafor", "ada@fairlight.example", "agent")
    lin = make_person("Lin Haddad", "lin@fairlight.example", "lead")
    harbour = make_account("Harbour Books", by=ada, email="june@harbourbooks.example")
    cause: Cause = make_cause(make_complaint(harbour, by=ada), by=lin)
    make_note(cause, by=ada, approved_by=lin)
    return make_message(cause, harbour, by=ada, at=now() - timedelta(minutes=1))


def until(happens: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s for {what}"
        time.sleep(0.05)


def state() -> str:
    return Message.objects.values_list("state", flat=True).get()


def job() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE task_name = 'deliver' ORDER BY id DESC LIMIT 1")
        return str(cursor.fetchone()[0])


@contextmanager
def held(table: str) -> Iterator[Callable[[], bool]]:
    """Holds the rows of a table, as another transaction would; says whether somebody waits for them."""
    with psycopg.connect(database_url()) as other:
        other.execute(f"SELECT 1 FROM {table} FOR UPDATE")

        def waiting() -> bool:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ %s",
                               [table])  # fmt: skip
                return bool(cursor.fetchone()[0])

        yield waiting
        other.rollback()


def hang_up_on_the_dead() -> None:
    """The database server notices that nobody is at the other end; else it would still finish what it was asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


def revive() -> None:
    """A minute later: the worker that was killed is known to be dead, and its job starts again."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")

    async def again() -> None:
        with app.replace_connector(app.connector.get_worker_connector()):
            async with app.open_async():
                await jobs.retry_stalled(None, 0)

    async_to_sync(again)()
    assert job() == "todo"


def in_doubt_after_two_minutes() -> None:
    assert state() == "claimed"
    assert outbox.sweep(now() + timedelta(minutes=3)) == 1
    assert state() == "unknown" and not Telling.objects.exists()


@pytest.mark.parametrize("round_", ROUNDS)
def test_undisturbed_it_arrives_once_and_they_count_as_told(message: Message, round_: int) -> None:
    with Mailbox() as server, Worker(server.port):
        until(lambda: state() == "accepted", "the mail to be accepted")
        until(lambda: job() == "succeeded", "the job to end")
    message.refresh_from_db()
    assert server.numbers() == [message.message_id] and Telling.objects.get().message == message


@pytest.mark.parametrize("round_", ROUNDS)
def test_killed_before_it_was_claimed_it_is_sent_by_the_next_worker(message: Message, round_: int) -> None:
    with Mailbox() as server:
        with held("rca_message") as waiting, Worker(server.port) as worker:
            until(waiting, "the claim")
            worker.kill()
            hang_up_on_the_dead()
        assert state() == "queued" and job() == "doing" and server.numbers() == []
        revive()
        with Worker(server.port):
            until(lambda: state() == "accepted", "the next worker")
        assert len(server.numbers()) == 1


@pytest.mark.parametrize("step", ["banner", *(pytest.param(one, marks=pytest.mark.slow) for one in ("mail", "rcpt")),
                                  "data", "body"])  # fmt: skip
@pytest.mark.parametrize("round_", ROUNDS)
def test_killed_after_the_claim_it_is_a_doubt_and_goes_nowhere_by_itself(
    message: Message, step: str, round_: int
) -> None:
    with Mailbox(hold=step) as server:
        with Worker(server.port) as worker:
            assert server.reached.wait(PATIENCE)
            worker.kill()
        server.let_go()
        in_doubt_after_two_minutes()
        revive()
        with Worker(server.port):
            until(lambda: job() == "succeeded", "the job to run again")
        message.refresh_from_db()
        # Killed in the middle of its text, all of it may already be on the wire: that is what the doubt is about.
        arrived = [message.message_id] if step == "body" else []
        assert state() == "unknown" and server.numbers() == arrived
        message.resend(by=message.by)
        with Worker(server.port):
            until(lambda: state() == "accepted", "the sending that a person asked for")
        assert server.numbers() == [*arrived, message.message_id]


@pytest.mark.parametrize("round_", ROUNDS)
def test_killed_after_the_server_took_it_it_is_a_doubt_and_not_a_second_mail(message: Message, round_: int) -> None:
    with Mailbox(hold="end") as server:
        with Worker(server.port) as worker:
            assert server.reached.wait(PATIENCE)
            with held("rca_message") as waiting:
                server.let_go()
                until(waiting, "the worker to write down that it went")
                worker.kill()
        assert len(server.numbers()) == 1
        in_doubt_after_two_minutes()
        revive()
        with Worker(server.port):
            until(lambda: job() == "succeeded", "the job to run again")
        assert state() == "unknown" and len(server.numbers()) == 1
    message.refresh_from_db()
    message.confirm(by=message.by)
    assert Telling.objects.get().message == message


@pytest.mark.parametrize("round_", ROUNDS)
def test_killed_after_it_was_written_down_the_job_runs_again_and_does_nothing(message: Message, round_: int) -> None:
    with Mailbox() as server:
        with Worker(server.port) as worker:
            until(lambda: state() == "accepted", "the mail to be accepted")
            worker.kill()
        with connection.cursor() as cursor:  # as if it had died just before it said that the job was done
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'deliver'")
        revive()
        with Worker(server.port):
            until(lambda: job() == "succeeded", "the job to run again")
        assert len(server.numbers()) == 1 and Telling.objects.count() == 1


@pytest.mark.parametrize(
    ("step", "answer", "becomes"),
    [
        ("rcpt", "550 5.1.1 no such user", "failed"),
        ("end", "554 5.7.1 not from you", "failed"),
        ("rcpt", "451 4.7.1 come back later", "queued"),
        ("end", "452 4.2.2 mailbox full", "queued"),
        ("banner", "421 too busy", "queued"),
    ],
)
def test_what_the_server_refuses_is_known_not_to_have_gone(
    message: Message, step: str, answer: str, becomes: str, settings: Any
) -> None:
    with Mailbox(refuse={step: answer}) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        outbox.deliver(message.pk)
        assert server.numbers() == []
    message.refresh_from_db()
    assert message.state == becomes and answer[:3] in message.failure
    assert Affected.objects.untold().count() == 1
