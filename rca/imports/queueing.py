"""The job that works on a file: asked for in the transaction of the act, so that both stand or neither."""

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

# Always this thread's Django connection, as in rca/communications/posting.py.
_jobs = JobManager(DjangoConnector())


def work_on(batch: int, in_seconds: int = 0) -> None:
    """The worker does what the state of the batch asks for."""
    when = {"schedule_in": {"seconds": in_seconds}} if in_seconds else {}
    configure_task(name="work_on_import", job_manager=_jobs, **when).defer(batch=batch)  # type: ignore[arg-type]
