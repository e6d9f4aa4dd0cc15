"""`manage.py demo`: the database, the story, the web server and the worker, until Ctrl-C."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import OperationalError, ProgrammingError, connection

from accounts.people.models import User
from rca.lib import embedded

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 60  # seconds for the web server's first answer
LONGEST_PAUSE = 30  # seconds before a worker that keeps ending is started again
STEADY = 60  # seconds after which a worker counts as sound again
WEB = (
    *("gunicorn", "rca.wsgi", "--worker-class", "gthread", "--workers", "2", "--threads", "4"),
    *("--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
)


class Stopped(Exception):
    """What ends the demo other than Ctrl-C; its text is the last line on screen."""


class Command(BaseCommand):
    help = "Start everything with the demo story in it, and say where it is and who can sign in."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where the web server listens (default 8000)")
        parser.add_argument("--no-seed", action="store_true", help="start empty, without the demo story")

    def handle(self, *args: Any, port: int, no_seed: bool, **options: Any) -> None:
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self.serving = self.asked_to_stop = False
        for number in SIGNALS:
            signal.signal(number, self.heed)
        try:
            self.prepare(port, no_seed=no_seed)
            self.start(port)
            self.watch()
        except KeyboardInterrupt:
            self.say("Stopping.")
        except Stopped as reason:
            self.say(str(reason), self.stderr)
            sys.exit(1)
        finally:
            self.stop()

    def heed(self, *signal_and_frame: Any) -> None:
        """Note that we are to stop. Once there are children, `rest` acts on it: an exception in the middle of
        subprocess's own work can leave a child unknown, or a lock taken for ever."""
        self.asked_to_stop = True
        if not self.serving:
            raise KeyboardInterrupt

    def prepare(self, port: int, *, no_seed: bool) -> None:
        claim(port)
        # Links in mails lead back to this demo, whichever port it has.
        settings.SITE_ADDRESS = os.environ.setdefault("SITE_ADDRESS", address(port))
        reach_database()
        try:
            self.say("Bringing the database up to date.")
            call_command("migrate", verbosity=0)
            self.tell_story(no_seed=no_seed)
        except (OperationalError, ProgrammingError) as error:
            # Most often tables of an older version, whose migrations have been rewritten since.
            afresh = "" if os.environ.get("DATABASE_URL") else f" To start afresh, remove {embedded.data_dir()}."
            raise Stopped(f"The database does not take our tables: {first_line(error)}.{afresh}") from error

    def tell_story(self, *, no_seed: bool) -> None:
        if User.objects.people().exists():
            self.say("Keeping the data of the last time.")
        elif not no_seed and "seed" in get_commands():
            self.say("Telling the demo story.")
            call_command("seed")

    def start(self, port: int) -> None:
        self.say("Starting the web server and the worker.")
        self.serving = True
        self.web = spawn("-m", *WEB, "--bind", f"127.0.0.1:{port}")
        self.worker = spawn("manage.py", "procrastinate", "worker")
        deadline = time.monotonic() + PATIENCE
        while not answers(port):
            if time.monotonic() > deadline:
                raise Stopped(f"The web server does not answer at {address(port)}; the lines above may say why.")
            self.rest(0.1)
        self.greet(port)

    def greet(self, port: int) -> None:
        self.say(f"\nAmends is ready at  {address(port)}/\n")
        try:
            people = import_module("seeds.people")
        except ModuleNotFoundError:
            people = None
        if people and User.objects.filter(email__in=[email for _, email, _ in people.PEOPLE]).exists():
            self.say(f"Sign in as one of these, with the password  {people.PASSWORD}")
            for name, email, role in people.PEOPLE:
                self.say(f"  {email:<32} {name}, {role}")
            self.say("")
        self.say("Ctrl-C stops everything.")

    def watch(self) -> None:
        """Keep the worker running, however it ends; end with the web server."""
        pause, started = 1, time.monotonic()
        while True:
            self.rest(0.3)
            if not self.worker or (code := self.worker.poll()) is None:
                continue
            if time.monotonic() - started > STEADY:
                pause = 1
            self.say(f"The worker ended ({outcome(code)}); starting it again in {pause} s.")
            for _ in range(pause):
                self.rest(1)
            self.worker, started = spawn("manage.py", "procrastinate", "worker"), time.monotonic()
            pause = min(2 * pause, LONGEST_PAUSE)

    def rest(self, seconds: float) -> None:
        """Sleep, and wake to what must not wait: we are to stop, or the web server has."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and not self.asked_to_stop:
            time.sleep(min(left, 0.1))
        if self.asked_to_stop:
            raise KeyboardInterrupt
        if self.web and (code := self.web.poll()) is not None:
            raise Stopped(f"The web server ended unexpectedly ({outcome(code)}), so everything stops.")

    def stop(self) -> None:
        for number in SIGNALS:  # a second Ctrl-C must not cut the stopping short
            signal.signal(number, signal.SIG_IGN)
        children = [child for child in (self.web, self.worker) if child]
        for child in children:
            child.terminate()
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=10)
            with suppress(ProcessLookupError, PermissionError):  # whatever it left behind, or itself
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def say(self, words: str, stream: Any = None) -> None:
        stream = stream or self.stdout
        with suppress(OSError):  # when the terminal is gone, stopping goes on
            stream.write(words)
            stream.flush()


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def claim(port: int) -> None:
    """Refuse a port that cannot be had before anything is started on it."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
            attempt.listen()
        except (OSError, OverflowError) as error:
            other = port + 1 if 1024 <= port < 65535 else 8001
            why = {98: "is taken", 48: "is taken", 13: "is reserved for root"}.get(getattr(error, "errno", 0) or 0)
            raise Stopped(f"Port {port} {why or 'cannot be used'}. Choose another: make demo PORT={other}") from None


def reach_database() -> None:
    connection.settings_dict["OPTIONS"].setdefault("connect_timeout", 5)
    try:
        connection.ensure_connection()
    except OperationalError as error:
        whose = "at DATABASE_URL" if os.environ.get("DATABASE_URL") else "embedded here"
        raise Stopped(f"The database {whose} cannot be reached: {first_line(error)}.") from None


def spawn(*arguments: str) -> "subprocess.Popen[bytes]":
    environment = {"PYTHONWARNINGS": "ignore:No directory at", **os.environ}  # a trial needs no collected static files
    # In a session of its own: Ctrl-C in the terminal then reaches only us, who stop the children in order.
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=environment, start_new_session=True
    )


def answers(port: int) -> bool:
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        web.request("GET", "/")
        return web.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        web.close()


def outcome(code: int) -> str:
    return f"exit {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"


def first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
