"""JSON read as it comes, one value at a time, however long the file: arrays, lines, and the envelopes of APIs."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rca.lib.refused import Refused

PART = 1024 * 1024
WHOLE = 4 * PART  # an object up to this size is looked at whole; a longer one can only be an envelope
LONGEST = 16 * PART
TAIL = 16  # characters at the end of what was read in which a number or word may be cut

Path_ = tuple[str, ...]
Met = tuple[Path_, Any]  # where a value stands in its envelope, and the value


class TooLong(Exception):
    """A value goes on beyond the most that is held at once."""


class Text:
    """The characters of a file, with a place up to which they have been read."""

    def __init__(self, path: Path, name: str, encoding: str) -> None:
        self.file = path.open("rb")
        self.text = io.TextIOWrapper(self.file, encoding=encoding, errors="replace")
        self.name, self.buffer, self.at, self.ended = name, "", 0, False
        self.decoder = json.JSONDecoder()

    def close(self) -> None:
        self.text.close()

    @property
    def position(self) -> int:
        return self.file.tell()

    def more(self) -> bool:
        part = self.text.read(PART)
        self.ended = not part
        self.buffer, self.at = self.buffer[self.at :] + part, 0
        return not self.ended

    def peek(self, between: str = " \t\r\n\ufeff\x1e") -> str:
        """The next character that means something, or nothing at the end."""
        while True:
            while self.at < len(self.buffer) and self.buffer[self.at] in between:
                self.at += 1
            if self.at < len(self.buffer):
                return self.buffer[self.at]
            if not self.more():
                return ""

    def take(self, wanted: str) -> None:
        if self.peek() != wanted:
            raise self.broken()
        self.at += 1

    def value(self, most: int = LONGEST) -> Any:
        """The whole value that begins here; raises `TooLong` and stays where it is when there is more of it."""
        self.peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.buffer, self.at)
                length = end - self.at
                if end < len(self.buffer) or self.ended or not self.more():
                    self.at += length
                    return value
                continue  # a number may go on in what was not read yet
            except json.JSONDecodeError as error:
                cut = error.pos >= len(self.buffer) - TAIL or error.msg.startswith("Unterminated string")
                if not cut or self.ended:
                    raise self.broken(error.pos) from error
                if len(self.buffer) - self.at > most:
                    raise TooLong from error
                self.more()
            except RecursionError as error:
                raise Refused(f"{self.name} is nested too deeply to be read.") from error
            except ValueError as error:  # a number of thousands of figures
                raise Refused(f"{self.name} holds a number too long to be read.") from error

    def broken(self, at: int | None = None) -> Refused:
        place = self.at if at is None else at
        near = " ".join(self.buffer[max(place - 20, 0) : place + 20].split())
        return Refused(f"{self.name} is no whole JSON: it breaks off near “{near}”.")


def met(path: Path, name: str, encoding: str) -> Iterator[tuple[int, bool, Path_, Any, int]]:
    """Each value of the file: which of its top values it is in, whether whole, its path, itself, bytes read."""
    text, top = Text(path, name, encoding), 0
    try:
        while first := text.peek(" \t\r\n,\ufeff\x1e"):
            top += 1
            if first == "[":
                for value in _elements(text):
                    yield top, False, ("",), value, text.position
                continue
            try:
                yield top, True, (), text.value(WHOLE), text.position
            except TooLong:
                for where, value in _members(text, ()):
                    yield top, False, where, value, text.position
    finally:
        text.close()


def _elements(text: Text) -> Iterator[Any]:
    text.take("[")
    if text.peek() == "]":
        text.at += 1
        return
    while True:
        try:
            yield text.value()
        except TooLong:
            raise Refused(f"{text.name} holds a record longer than {LONGEST >> 20} MB.") from None
        if text.peek() == "]":
            text.at += 1
            return
        text.take(",")


def _members(text: Text, path: Path_) -> Iterator[Met]:
    """The members of an object that is too long to hold: arrays one element at a time, objects gone into."""
    text.take("{")
    while text.peek(" \t\r\n,") != "}":
        name = text.value()
        if not isinstance(name, str):
            raise text.broken()
        text.take(":")
        here = (*path, name)
        if text.peek() == "[":
            for value in _elements(text):
                yield here, value
        elif text.peek() == "{" and len(here) <= 2:
            yield from _members(text, here)
        else:
            yield here, text.value()
    text.at += 1


def members(value: dict[str, Any], path: Path_ = ()) -> Iterator[Met]:
    """The same of an object that is held whole."""
    for name, inner in value.items():
        here = (*path, name)
        if isinstance(inner, list):
            yield from ((here, one) for one in inner)
        elif isinstance(inner, dict) and len(here) <= 2:
            yield from members(inner, here)
        else:
            yield here, inner
