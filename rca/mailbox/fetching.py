"""Mail from where it lies: an IMAP mailbox, a maildir, an mbox or files; kept first, and only then marked as taken."""

import imaplib
import logging
import mailbox
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import close_old_connections
from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

from accounts.people.models import User
from rca.lib.clock import now
from rca.mailbox import filing
from rca.mailbox.faults import FAULTS, plain
from rca.mailbox.line import MailboxLine
from rca.mailbox.models import InboundMail

log = logging.getLogger("amends.mailbox")
TIMEOUT = 20  # seconds that the server may keep silent
IDLE_FOR = 55  # seconds of waiting for news; then the mailbox is looked into all the same
AT_ONCE = 25  # mails of one round: the worker has letters to send too, and the next minute takes the rest
BOXES = {"imaps": MailBox, "imap": MailBoxUnencrypted, "imap+tls": MailBoxStartTls}


@dataclass
class Tally:
    """What one round brought."""

    new: int = 0
    again: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    @property
    def says(self) -> str:
        ended = ", ".join(f"{InboundMail.State(state).label}: {count}" for state, count in sorted(self.ended.items()))
        lines = [f"{self.new} new, {self.again} here already." + (f" {ended}." if ended else "")]
        return " ".join([*lines, *self.failed])


def take(raw: bytes, tally: Tally, *, at: datetime | None = None, whole: bool = True,
         taken: Callable[[], object] = lambda: None) -> None:  # fmt: skip
    """One mail: kept for good, then marked where it came from, then filed. A mail that fails leaves the rest alone."""
    row, new = InboundMail.objects.keep(raw=raw, at=at, whole=whole)
    taken()
    tally.new += new
    tally.again += not new
    if row.state == InboundMail.State.KEPT:
        try:
            tally.ended[filing.file(row.pk).state] += 1
        except Exception:  # the database itself: it stays kept, and the next minute files it
            log.exception("%s is kept and not filed yet", row.ref)
            tally.failed.append(f"{row.ref} is kept, and could not be filed yet.")


# Files


def from_files(paths: Iterable[Path], tally: Tally | None = None) -> Tally:
    tally = tally or Tally()
    for path in paths:
        raw, whole = _read(path)
        take(raw, tally, whole=whole)
    return tally


def from_mbox(path: Path) -> Tally:
    tally, box = Tally(), mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            raw = box.get_bytes(key)
            whole = len(raw) <= settings.MAILBOX_MOST
            take(raw if whole else _head(raw), tally, whole=whole)
    finally:
        box.close()
    return tally


def from_maildir(folder: Path) -> Tally:
    """What nobody has seen yet; each goes on to “cur”, marked as seen, once it is kept."""
    tally = Tally()
    new, old = (sorted(one for one in (folder / name).iterdir() if one.is_file()) for name in ("new", "cur"))
    for path in [*new, *(one for one in old if "S" not in one.name.partition(":2,")[2])]:
        raw, whole = _read(path)
        name, _, flags = path.name.partition(":2,")
        seen = folder / "cur" / f"{name}:2,{''.join(sorted({*flags, 'S'}))}"
        take(raw, tally, whole=whole, taken=lambda path=path, seen=seen: path.rename(seen))  # type: ignore[misc]
    return tally


def _read(path: Path) -> tuple[bytes, bool]:
    with path.open("rb") as file:
        raw = file.read(settings.MAILBOX_MOST + 1)
    whole = len(raw) <= settings.MAILBOX_MOST
    return (raw, True) if whole else (_head(raw), False)


def _head(raw: bytes) -> bytes:
    """The headers alone."""
    ends = [at for at in (raw.find(b"\n\n"), raw.find(b"\r\n\r\n")) if at != -1]
    return raw[: min(ends, default=65_536)][:262_144] + b"\n\n"


# IMAP


def from_imap(url: str = "", *, most: int = AT_ONCE) -> Tally:
    """One round: whatever is unseen. A line that breaks ends the round; what was taken by then stays taken."""
    tally, mailbox_ = Tally(), User.objects.system("mailbox")
    try:
        with _connected(url or settings.MAILBOX_URL) as box:
            _round(box, tally, most)
    except (*FAULTS, ValueError) as error:
        MailboxLine.objects.here().broke(by=mailbox_, why=plain(error), next_at=_next_minute())
        if not isinstance(error, FAULTS):
            raise
        log.warning("The mailbox could not be read to its end: %s", _said(error))
        tally.failed.append(f"The mailbox could not be read to its end: {_said(error)}")
    else:
        MailboxLine.objects.here().reached(by=mailbox_, next_at=_next_minute())
    return tally


def _next_minute() -> datetime:
    """When the timetable looks again."""
    return now().replace(second=0, microsecond=0) + timedelta(minutes=1)


def idle(url: str = "", *, say: Callable[[str], object] = log.info, rounds: int | None = None) -> None:
    """Stays on the line and takes each mail as it comes; a broken line is taken up again, later each time."""
    pause, mailbox_ = 5, User.objects.system("mailbox")
    while rounds is None or rounds > 0:
        try:
            with _connected(url or settings.MAILBOX_URL) as box:
                while rounds is None or rounds > 0:
                    close_old_connections()
                    tally = Tally()
                    taken = _round(box, tally)
                    MailboxLine.objects.here().reached(by=mailbox_, next_at=now() + timedelta(seconds=IDLE_FOR))
                    if tally.new or tally.failed:
                        say(tally.says)
                    pause, rounds = 5, None if rounds is None else rounds - 1
                    if rounds != 0 and taken < AT_ONCE:
                        box.idle.wait(timeout=IDLE_FOR)
        except FAULTS as error:
            again = now() + timedelta(seconds=pause)
            MailboxLine.objects.here().broke(by=mailbox_, why=plain(error), next_at=again)
            say(f"The line to the mailbox broke: {_said(error)}. Tried again in {pause} seconds.")
            time.sleep(pause)
            pause = min(pause * 2, 300)


def _connected(url: str) -> Any:
    parts = urlsplit(url)
    if parts.scheme not in BOXES or not parts.hostname:
        raise ValueError("MAILBOX_URL should look like imaps://user:password@host/INBOX.")
    ports = {"port": parts.port} if parts.port else {}
    box = BOXES[parts.scheme](parts.hostname, timeout=TIMEOUT, **ports)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return box.login(unquote(parts.username or ""), unquote(parts.password or ""), folder)


def _round(box: Any, tally: Tally, most: int = AT_ONCE) -> int:
    uids = box.uids("UNSEEN")[:most]
    for uid in uids:
        size, at = _size_and_time(box, uid)
        whole = size <= settings.MAILBOX_MOST
        raw = _fetched(box, uid, "BODY.PEEK[]" if whole else "BODY.PEEK[HEADER]")
        if raw is not None:
            take(raw, tally, at=at, whole=whole, taken=lambda uid=uid: _mark(box, uid))  # type: ignore[misc]
    return len(uids)


def _mark(box: Any, uid: str) -> None:
    box.flag(uid, "\\Seen", True)
    if settings.MAILBOX_READ_TO:
        box.move(uid, settings.MAILBOX_READ_TO)


def _size_and_time(box: Any, uid: str) -> tuple[int, datetime]:
    """Asked before the mail itself, so that a huge one is never on the line."""
    text = b" ".join(_pieces(box, uid, "(RFC822.SIZE INTERNALDATE)"))
    size = re.search(rb"RFC822\.SIZE (\d+)", text)
    when = now()
    with suppress(ValueError, TypeError, OverflowError):
        came = imaplib.Internaldate2tuple(text)
        when = min(when, datetime.fromtimestamp(time.mktime(came), UTC)) if came else when
    return (int(size[1]) if size else 0), when


def _fetched(box: Any, uid: str, what: str) -> bytes | None:
    status, found = box.client.uid("FETCH", uid, f"({what})")
    if status != "OK":
        raise OSError(f"the server would not give mail {uid}")
    return next((bytes(one[1]) for one in found if isinstance(one, tuple)), None)


def _pieces(box: Any, uid: str, what: str) -> Iterator[bytes]:
    _, found = box.client.uid("FETCH", uid, what)
    for one in found or []:
        yield from (piece for piece in (one if isinstance(one, tuple) else (one,)) if isinstance(piece, bytes))


def _said(error: BaseException) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:200]
