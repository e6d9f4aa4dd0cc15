"""`manage.py demo` with real processes: one sentence when something is wrong, and nothing left behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from rca.lib.embedded_home import REPOSITORY

PATIENCE = 120  # seconds


class Demo:
    """A running demo, and everything that it has said so far."""

    def __init__(self, data: Path, *arguments: str, **settings: str) -> None:
        self.port = free_port()
        self.screen = data.parent / "screen"
        environment = {**os.environ, "AMENDS_DATA": str(data), "AMENDS_FSYNC": "0", **settings}
        if "DATABASE_URL" not in settings:
            environment.pop("DATABASE_URL", None)
        command = [sys.executable, "manage.py", "demo", "--no-seed", *(arguments or ("--port", str(self.port)))]
        with self.screen.open("w") as screen:
            self.process = subprocess.Popen(
                command, cwd=REPOSITORY, env=environment, stdout=screen, stderr=screen, start_new_session=True
            )

    @property
    def said(self) -> str:
        return self.screen.read_text()

    def wait_for(self, words: str) -> float:
        """Wait for words on the screen; the seconds that it took."""
        started = time.monotonic()
        wait_until(lambda: words in self.said or self.process.poll() is not None)
        assert words in self.said, self.said
        return time.monotonic() - started

    def ended(self) -> tuple[int, str]:
        return self.process.wait(timeout=PATIENCE), self.said

    def children(self, name: str) -> list[psutil.Process]:
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if name in " ".join(child.cmdline())]


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="amends-test-"))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)


def left_behind(family: list[psutil.Process], data: Path) -> list[str]:
    left = [str(process) for process in family if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]
    return left + [str(file) for file in data.glob("postgres/db/postmaster.pid")]


def test_a_run_mends_its_worker_and_the_next_one_is_quick_and_ends_with_its_web_server(data):
    first = Demo(data)
    to_the_first = first.wait_for("Ctrl-C stops everything.")
    assert f"Amends is ready at  http://127.0.0.1:{first.port}/" in first.said
    first.children("procrastinate")[0].kill()
    first.wait_for("The worker ended (killed by SIGKILL); starting it again in 1 s.")
    wait_until(lambda: bool(first.children("procrastinate")))
    family = psutil.Process(first.process.pid).children(recursive=True)
    assert len(family) >= 4  # a web server with two of its own, and a worker
    first.process.send_signal(signal.SIGINT)
    code, said = first.ended()
    assert (code, said.splitlines()[-1], "Traceback" in said) == (0, "Stopping.", False)
    assert left_behind(family, data) == []

    second = Demo(data)
    # Ten seconds on a machine with nothing else to do, and on any other at least no laying of tables.
    assert second.wait_for("Ctrl-C stops everything.") < max(10, to_the_first * 0.75)
    family = psutil.Process(second.process.pid).children(recursive=True)
    second.children("gunicorn")[0].kill()
    code, said = second.ended()
    assert code == 1
    assert said.endswith("The web server ended unexpectedly (killed by SIGKILL), so everything stops.\n")
    assert left_behind(family, data) == []


def test_being_told_to_stop_before_it_is_ready_leaves_nothing_behind(data):
    demo = Demo(data)
    demo.wait_for("Bringing the database up to date.")
    demo.process.send_signal(signal.SIGTERM)
    code, said = demo.ended()
    assert (code, said.splitlines()[-1], "Traceback" in said) == (0, "Stopping.", False)
    assert left_behind([], data) == []


def test_a_taken_port_is_named_with_the_way_to_choose_another(data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = Demo(data, "--port", str(port)).ended()
    assert (code, said) == (1, f"Port {port} is taken. Choose another: make demo PORT={port + 1}\n")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("postgres//amends", "DATABASE_URL is not the address of a PostgreSQL database: write it like"),
        ("postgres://ada:secret@127.0.0.1:1/amends", "The database at DATABASE_URL cannot be reached: connection"),
    ],
)
def test_a_broken_database_url_is_one_sentence(data, address, sentence):
    code, said = Demo(data, DATABASE_URL=address).ended()
    assert code == 1
    assert said.startswith(sentence) and said.count("\n") == 1 and "secret" not in said
