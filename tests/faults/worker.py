"""A real worker process on the database of the tests, which a test can kill at any moment."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """The database of this very test, so that the worker sees its rows."""
    have = connection.settings_dict
    user, password, port = have["USER"] or have["OPTIONS"].get("user", ""), have["PASSWORD"], have["PORT"]
    host = have["HOST"] or have["OPTIONS"].get("host", "")
    if host.startswith("/") or not host:
        return f"postgres:///{have['NAME']}?host={quote(host, safe='')}&user={quote(user)}"
    secret = f":{quote(password, safe='')}" if password else ""
    return f"postgres://{quote(user, safe='')}{secret}@{host}{f':{port}' if port else ''}/{have['NAME']}"


class Worker:
    def __init__(self, port: int) -> None:
        self.port = port

    def __enter__(self) -> "Worker":
        environment = {
            **os.environ, "DATABASE_URL": database_url(), "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "DJANGO_SETTINGS_MODULE": "rca.settings", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        self.log: IO[bytes] = open(os.devnull, "wb") if not os.environ.get("WORKER_LOG") else sys.stderr.buffer
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "procrastinate", "worker", "--shutdown-graceful-timeout", "1"],
            cwd=ROOT, env=environment, stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip
        return self

    def kill(self) -> None:
        """kill -9: nothing of it runs on, nothing is tidied up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> Any:
        if self.process.poll() is None:
            self.kill()
