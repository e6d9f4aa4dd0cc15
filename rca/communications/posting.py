"""The job that carries a message: written in the transaction of the message itself, so that both stand or neither."""

from datetime import datetime

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

# Always this thread's Django connection: inside the worker the app has a connector of its own, which would write
# the job in a transaction of its own too.
_jobs = JobManager(DjangoConnector())


def post(message: int, at: datetime) -> None:
    """The outbox takes this message up at that time, or as soon after it as a worker is there."""
    configure_task(name="deliver", job_manager=_jobs, schedule_at=at).defer(message=message)


def go_on(cause: int, by: int) -> None:
    """The rest of a mailing that was too long for one request."""
    configure_task(name="mail_the_rest", job_manager=_jobs).defer(cause=cause, by=by)
