"""A real gunicorn on the database of the tests."""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType

from tests.faults.worker import ROOT, database_url


class Web:
    """One worker of four threads, so that what it holds in memory is one number."""

    def __enter__(self) -> "Web":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "rca.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "rca.wsgi", "--worker-class", "gthread", "--workers", "1", "--threads",
             "4", "--bind", f"127.0.0.1:{self.port}", "--log-level", "error", "--no-control-socket"],
            cwd=ROOT, env=environment,
        )  # fmt: skip
        deadline = time.monotonic() + 30
        while not self._answers():
            assert time.monotonic() < deadline and self.process.poll() is None
            time.sleep(0.1)
        return self

    def _answers(self) -> bool:
        try:
            line = HTTPConnection("127.0.0.1", self.port, timeout=5)
            line.request("GET", "/sign-in/")
            return line.getresponse().status == 200
        except OSError:
            return False

    def memory(self) -> int:
        """Bytes that the worker holds."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) * 4096 for one in children)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.terminate()
        self.process.wait(20)
