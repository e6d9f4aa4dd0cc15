"""What is new in a mail and what it only quotes; the whole text is always kept beside it."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from mailparser_reply import EmailReplyParser

LOOKED_AT = 15_000  # characters; a longer text is folded by its lines alone
FOLDED_MOST = 200_000  # nobody writes so much under a quote
SECONDS = 0.07
LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "cs", "sv", "da", "ja"]
ORIGINAL = re.compile(r"-{2,}\s?(?:Original Message|Urspr.ngliche Nachricht|Message d.origine)\s?-{2,}", re.IGNORECASE)
WROTE = re.compile(r"(?:On|Am|Le|El|Il|Op) .{5,200}(?:wrote|schrieb.{0,80}|écrit|escribió|ha scritto|schreef) ?:\s*$")
SENDER = re.compile(r"\W*(?:From|Von|De|Da|Van|Od|Fra) ?:", re.IGNORECASE)
SENT = re.compile(
    r"\W*(?:Sent|Date|Gesendet|Datum|Envoy|Inviato|Data|Enviado|Fecha|Verzonden|To|An|. ?:)", re.IGNORECASE
)
MARK = re.compile(r"(?:please |bitte )?(?:write|reply|type|respond) (?:your reply )?above this line", re.IGNORECASE)


class Folded(NamedTuple):
    new: str
    quoted: str


class _TimeUp(Exception):
    pass


def folded(text: str) -> Folded:
    """The new words and the rest; when nothing but quotes is left over, everything counts as new."""
    text = text.strip()
    if len(text) > FOLDED_MOST:
        return Folded(text, "")
    head, between = _by_lines(text), _around_the_quote(text)
    new = _first_reply(text) if head and len(text) <= LOOKED_AT else head
    new = min((one for one in (new, head) if one), key=len, default="")
    if not new or (between and len(between) > len(new) + 20):  # an answer below the quote, or between its lines
        new = between
    if not new or new == text:
        return Folded(text, "")
    start = text.find(new[:200])
    return Folded(new, text[start + len(new) :].strip() if start == 0 and text.startswith(new) else text)


def _first_reply(text: str) -> str:
    """By the library's many languages, as long as it is quick."""
    try:
        with _limit(SECONDS):
            found = (_parser().read(text).latest_reply or "").strip()
    except (_TimeUp, RecursionError, MemoryError, IndexError, ValueError):
        return ""
    # The library trims every line; the words are given as they were written, up to the same place.
    lines = text.split("\n")
    wanted = found.count("\n") + 1
    head = "\n".join(lines[:wanted]).strip()
    return head if found and _trimmed(head) == _trimmed(found) else found


def _around_the_quote(text: str) -> str:
    """All that is not marked as quoted, when something is."""
    lines = text.split("\n")
    if sum(line[:1] == ">" for line in lines) < 2:
        return ""
    kept = [line for line in lines if line[:1] != ">" and not WROTE.match(line.strip()[:400])]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _by_lines(text: str) -> str:
    lines = text.split("\n")
    for at, whole in enumerate(lines):
        line = whole.strip()[:400]
        ends = bool(ORIGINAL.match(line) or WROTE.match(line) or MARK.search(line))
        below = [one.strip() for one in lines[at + 1 : at + 4]]
        ends = ends or (at > 0 and bool(SENDER.match(line)) and any(SENT.match(one) for one in below))
        # A line of an answer may begin with “>”; two together are a quote.
        ends = ends or (line[:1] == ">" and at + 1 < len(lines) and lines[at + 1].strip()[:1] == ">")
        if ends:
            return "\n".join(lines[:at]).strip()
    return text


def _trimmed(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().split("\n"))


@cache
def _parser() -> EmailReplyParser:
    return EmailReplyParser(languages=LANGUAGES)


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Stops even a regular expression that runs away: by a timer of this process, so only in its main thread."""

    def stop(*_: object) -> None:
        raise _TimeUp

    try:
        before = signal.signal(signal.SIGPROF, stop)
    except ValueError:  # not the main thread: then it is the process around it that is stopped
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
