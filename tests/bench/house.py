"""One made-up house of a given size behind a real gunicorn with two workers, and people who may come in."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Door(NamedTuple):
    """Where the house listens, and how a person and a machine come in."""

    port: int
    person: dict[str, str]
    machine: dict[str, str]


def fill(complaints: int) -> float:
    """Brings the database to that size; the seconds it took, or 0 when it was there."""
    from django.core.management import call_command
    from django.db import connection

    from rca.lib.clock import now
    from rca.models import Complaint
    from seeds.scale import Size
    from seeds.scale import fill as fill_it

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    call_command("migrate", verbosity=0)
    if Complaint.objects.exists():
        return 0
    started = time.monotonic()
    fill_it(Size.of(complaints, max(complaints // 10, 100)), until=now(), say=lambda line: None)
    return time.monotonic() - started


def keys() -> tuple[dict[str, str], dict[str, str]]:
    """The headers by which a lead opens pages, and those by which a machine speaks to the API."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import ApiToken, User

    lead, _ = User.objects.get_or_create(
        email="bench@scale.invalid", defaults={"name": "Bench Lead", "role": "lead", "password": "!"}
    )
    client = Client()
    client.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    _, secret = ApiToken.objects.issue(by=lead, name="bench", scopes=["read", "write"])
    return {"Cookie": cookie}, {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}


@contextmanager
def served() -> Iterator[Door]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "rca.wsgi", "--worker-class", "gthread", "--workers", "2",
               "--threads", "4", "--bind", f"127.0.0.1:{port}", "--log-level", "error",
               "--no-control-socket"]  # fmt: skip
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        person, machine = keys()
        for _ in range(200):
            time.sleep(0.1)
            try:
                HTTPConnection("127.0.0.1", port, timeout=2).request("GET", "/sign-in/")
                break
            except OSError:
                continue
        yield Door(port, person, machine)
    finally:
        server.terminate()
        server.wait(20)
