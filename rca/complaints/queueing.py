"""The job behind an act on very many complaints: asked for in the transaction of the act, so that both stand."""

from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

# Always this thread's Django connection, as in rca/communications/posting.py.
_jobs = JobManager(DjangoConnector())


def work_on(bulk: int) -> None:
    """The worker does, or takes back, the rows behind the cursor."""
    configure_task(name="work_on_bulk", job_manager=_jobs).defer(bulk=bulk)
