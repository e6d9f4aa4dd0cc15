"""A real worker and mail server: down for hours it sends one mail a person, killed it repeats one to us at most."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import time, timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from accounts.models import Account, Notice, User
from rca.lib.clock import now
from rca.models import HouseCalendar, Promise
from tests.faults.smtp import Mailbox
from tests.faults.test_mail_kill import until
from tests.faults.worker import Worker
from tests.make import make_complaint, make_promise

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def waiting(ada: User, lin: User, max_: User, harbour: Account) -> Iterator[None]:
    """Six hours of words for two people and a promise that comes near, in a house that is always at work."""
    HouseCalendar.objects.ours().set_week(by=max_, week={day: (time(0), time(0)) for day in range(1, 8)})
    make_promise(make_complaint(harbour, by=ada), by=ada, hours=0.2)
    Promise.objects.update(made_at=now() - timedelta(hours=7))
    for number in range(40):
        for person in (ada, lin):
            Notice.objects.give(person=person, key=f"k{number}", says=f"Thing {number}", at=now() - timedelta(hours=6))
    yield
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def ask() -> None:
    """As the timetable does every five minutes."""
    jobs = JobManager(DjangoConnector())
    with suppress(AlreadyEnqueued):  # the worker’s own clock was quicker
        configure_task(name="tell_us", job_manager=jobs, queueing_lock="tell_us", lock="tell_us").defer(timestamp=0)


def to(server: Mailbox) -> list[str]:
    return sorted(str(one["To"]) for one in server.taken)


def test_after_six_hours_without_a_worker_each_of_us_gets_one_mail_and_no_customer_any(
    waiting: None, ada: User, lin: User
) -> None:
    ask()
    with Mailbox() as server, Worker(server.port):
        until(lambda: not Notice.objects.filter(mailed_at=None).exists(), "everything to be mailed")
    assert to(server) == [ada.email, lin.email]
    assert {str(one["Subject"]) for one in server.taken} == {"41 things for you", "40 things for you"}


def test_killed_while_it_sends_the_next_worker_repeats_one_mail_at_most(waiting: None, ada: User, lin: User) -> None:
    ask()
    with Mailbox(hold="end") as server:
        with Worker(server.port) as worker:
            assert server.reached.wait(25)
            worker.kill()
        server.let_go()
        assert Notice.objects.filter(mailed_at=None).count() == 81
        with connection.cursor() as cursor:  # the dead worker’s job is given up, and the timetable asks again
            cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE status = 'doing'")
        ask()
        with Worker(server.port):
            until(lambda: not Notice.objects.filter(mailed_at=None).exists(), "the rest to be mailed")
    assert set(to(server)) == {ada.email, lin.email} and 2 <= len(server.taken) <= 3
