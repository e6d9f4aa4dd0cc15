"""Bytes of a mail to plain facts: who, to whom, what it answers, its words and files. It never raises, whatever came.

What cannot be read is named in `faults` and stays in the raw mail, which whoever calls this keeps.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import EmailPolicy
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial
from mimetypes import guess_extension
from typing import Any, TypeVar

from rca.lib.mailbounce import Bounce, bounce_of
from rca.lib.mailmachine import Machine, machine_of
from rca.lib.mailraw import ids
from rca.lib.mailtext import TEXT_MOST, decoded, words_of

Value = TypeVar("Value")
HEADER_MOST = 8_000  # characters of one header that are looked at
ADDRESS = re.compile(r"[^\s\"<>@,;:()]{1,64}@[\w.-]{1,188}\w")
PARTS_MOST, FILES_MOST, DEPTH_MOST = 500, 50, 250
TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "resent-to")


class Bounded(EmailPolicy):
    """The library's own policy, with an end to every header: reading one takes time with the square of its length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:HEADER_MOST]


POLICY = Bounded()


@dataclass
class File:
    name: str
    kind: str
    content: bytes


@dataclass
class Mail:
    message_id: str = ""
    answers: list[str] = field(default_factory=list)  # In-Reply-To and References, the nearest first
    sender: str = ""  # an address, or "" where there is none
    sender_name: str = ""
    to: list[str] = field(default_factory=list)
    subject: str = ""
    date: datetime | None = None
    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    machine: Machine | None = None
    bounce: Bounce | None = None
    faults: list[str] = field(default_factory=list)


def parse(raw: bytes) -> Mail:
    mail = Mail()
    message = _message(raw, mail)
    raws = _raws(message)
    mail.message_id = next(iter(ids(_joined(raws, "message-id"))), _joined(raws, "message-id").strip()[:996])
    nearest = ids(_joined(raws, "in-reply-to"))
    mail.answers = list(dict.fromkeys([*nearest, *reversed(ids(_joined(raws, "references")))]))[:50]
    mail.sender_name, mail.sender = _try(lambda: _sender(message, raws), ("", ""))
    mail.to = _try(lambda: _recipients(raws), [])
    mail.subject = _try(lambda: _line(_header(message, "subject", raws)), "")[:1000]
    mail.date = _try(lambda: _date(_joined(raws, "date")), None)
    _try(lambda: _parts(message, mail), None)
    mail.machine = _try(lambda: machine_of(raws, mail.sender, mail.subject, _kind(message)), None)
    mail.bounce = _try(lambda: bounce_of(message), None)
    if not mail.text and mail.html:
        mail.text = _try(lambda: words_of(mail.html), "")
    mail.text = mail.text.replace("\x00", "")
    return mail


def _try(read: Callable[[], Value], otherwise: Value) -> Value:
    """What a reader of one piece gives, or what stands for it: the library raises many kinds of error."""
    try:
        return read()
    except Exception:
        return otherwise


def _message(raw: bytes, mail: Mail) -> EmailMessage:
    raw = raw.lstrip(b"\r\n") if raw[:2] in (b"\r\n", b"\n\n") else raw
    first, _, rest = raw.partition(b"\n")
    if not first.strip() or first.startswith((b"From ", b">From ")):  # what a mailbox file puts before a mail
        raw = rest
    try:
        return message_from_bytes(raw, policy=POLICY)  # type: ignore[arg-type]
    except Exception:
        mail.faults.append("Its parts are nested too deeply or broken, so only its headers could be read.")
    found: Any = _try(lambda: BytesHeaderParser(policy=POLICY).parsebytes(raw[:256_000]), None)
    return EmailMessage(POLICY) if found is None else found


def _raws(message: EmailMessage) -> list[tuple[str, str]]:
    """The headers as they came, names small, before the library reads meaning into them."""
    return _try(lambda: [(name.lower(), _plain(str(value))) for name, value in message.raw_items()][:500], [])


def _plain(value: str) -> str:
    """Bytes that the library smuggled through as surrogates become letters."""
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape"), "utf-8")


def _joined(raws: list[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in raws if name == wanted), "")


def _header(message: EmailMessage, name: str, raws: list[tuple[str, str]]) -> str:
    """Decoded as the library does; by its older way where that fails; and as it stands where both do."""
    raw = _joined(raws, name)
    if not raw.isascii():
        return raw
    found = _try(lambda: str(message[name] or ""), "")
    return found or _try(partial(_words, raw), raw)


def _line(text: str) -> str:
    return " ".join(text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").split())


def _sender(message: EmailMessage, raws: list[tuple[str, str]]) -> tuple[str, str]:
    for name in ("from", "sender"):
        raw = _joined(raws, name)
        if not raw.strip():
            continue
        read: list[tuple[str, str]] = []
        read = _try(partial(_addresses, message, name), read)
        read = read if any("@" in spec for _, spec in read) else getaddresses([_header(message, name, raws)])
        for shown, address in read:
            address = _line(address).lower().strip("<>")
            if ADDRESS.fullmatch(address):
                return _line(_try(partial(_words, shown), shown))[:200], address
    return "", ""


def _addresses(message: Any, name: str) -> list[tuple[str, str]]:
    return [(one.display_name, one.addr_spec) for one in message[name].addresses]


def _words(encoded: str) -> str:
    return str(make_header(decode_header(encoded)))


def _recipients(raws: list[tuple[str, str]]) -> list[str]:
    """Every address it was sent to; found by its @, since a broken list of addresses still holds them."""
    text = " ".join(value for name, value in raws if name in TO)[: HEADER_MOST * 2]
    for mark in "<>,;()[]\"'":
        text = text.replace(mark, " ")
    found = [word.lower() for word in text.split() if word.count("@") == 1 and len(word) <= 254]
    return list(dict.fromkeys(found))[:100]


def _date(text: str) -> datetime | None:
    when = parsedate_to_datetime(text)
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return when.astimezone(UTC)


def _kind(part: Any) -> str:
    return _try(lambda: str(part.get_content_type()), "application/octet-stream")


def _leaves(message: Any, mail: Mail) -> Iterator[tuple[Any, str]]:
    """The parts that hold something, in order; a mail inside the mail is one of them."""
    waiting, seen = [(message, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > PARTS_MOST or depth > DEPTH_MOST:
            mail.faults.append("It has more parts than are read here; the rest is in the raw mail.")
            return
        kind, inner = _kind(part), _try(part.get_payload, None)
        if isinstance(inner, list) and not kind.startswith("message/"):
            waiting += [(one, depth + 1) for one in reversed(inner)]
        else:
            yield part, kind


def _parts(message: EmailMessage, mail: Mail) -> None:
    texts: list[str] = []
    htmls: list[str] = []
    for part, kind in _leaves(message, mail):
        name = _line(_try(part.get_filename, "") or "")
        aside = bool(name) or _try(part.get_content_disposition, "") == "attachment"
        if kind in ("text/plain", "text/html") and not aside:
            (texts if kind == "text/plain" else htmls).append(_text(part))
        elif kind.startswith("message/delivery-status") or kind.endswith("/rfc822-headers"):
            continue
        elif len(mail.files) < FILES_MOST:
            _file(part, kind, name, mail)
    mail.text = "\n\n".join(text for text in texts if text.strip()).strip()[:TEXT_MOST]
    mail.html = "\n".join(htmls)[:TEXT_MOST]
    _note_what_is_shut(message, mail)


def _text(part: Any) -> str:
    content = _try(lambda: part.get_payload(decode=True), b"") or b""
    charset = _try(lambda: str(part.get_content_charset() or ""), "")
    return _clean(decoded(content[: TEXT_MOST * 4], charset))


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "ignore").decode("utf-8")


def _file(part: Any, kind: str, name: str, mail: Mail) -> None:
    if kind.startswith("message/"):
        inner = _try(lambda: part.get_payload(0), part)
        content = _try(lambda: inner.as_bytes(), b"")
        name = name or (_try(lambda: _line(str(inner["subject"] or "")), "")[:80] or "forwarded") + ".eml"
    else:
        content = _try(lambda: part.get_payload(decode=True), b"") or b""
    if not content:
        return
    base = name.replace("\\", "/").rsplit("/", 1)[-1].strip(". ")[-200:]
    mail.files.append(File(base or f"file-{len(mail.files) + 1}{guess_extension(kind) or ''}", kind, content))


def _note_what_is_shut(message: EmailMessage, mail: Mail) -> None:
    kinds = {_kind(message), *(one.kind for one in mail.files)}
    if kinds & {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}:
        mail.faults.append("It is encrypted: its words can only be read with the key it was written for.")
    if kinds & {"application/ms-tnef", "application/vnd.ms-tnef"} and not mail.text:
        mail.faults.append("It came in Outlook’s own wrapping (winmail.dat), in which its words cannot be read here.")
