"""Text from outside made safe to keep, and numbers of things said in words."""

import re
import unicodedata
from typing import Any

WORDS_LIMIT = 100_000  # characters; the longest real complaint on file has about 33,000


def clean(text: str) -> str:
    """Takes out what PostgreSQL refuses (NUL, lone surrogates) and settles line ends; the words stay as they are."""
    text = text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def first_line(text: str, length: int = 80) -> str:
    """The beginning of a text on one line, cut at a word."""
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0] + " …"


def count(number: int, one: str, many: str = "") -> str:
    """1 account, 3 accounts, no accounts."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"


def listed(things: list[str], most: int = 3) -> str:
    """Harbour Books, Globex and 7 more."""
    if len(things) > most:
        things = [*things[:most], f"{len(things) - most} more"]
    return things[0] if len(things) == 1 else ", ".join(things[:-1]) + " and " + things[-1] if things else ""


def capped(rows: Any, most: int = 100) -> str:
    """How many rows, counted no further than `most`: “26”, or “100+”; counting without bound is slow."""
    found = rows.order_by()[: most + 1].count()
    return f"{most}+" if found > most else str(found)
