"""The ledger read back: what an entry changed, the words that went struck out and those that came underlined."""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_date, parse_datetime

from accounts.audit.models import Entry
from rca.lib.said import short
from rca.lib.text import first_line

LONGEST = 300  # words that are compared one by one; a longer text is shown by its beginning

# The page of each kind of reference, by the name of its address: the ledger stands below every room that it tells of.
PAGES = {
    "A": "customers:detail", "C": "complaints:detail", "P": "promises:detail", "W": "whys:detail",
    "R": "causes:detail", "F": "fixes:detail", "M": "communications:message",
}  # fmt: skip

# What pieces are: kept as it was, gone, or new.
KEPT, GONE, CAME = "", "del", "ins"


class Piece(NamedTuple):
    kind: str
    text: str


class Change(NamedTuple):
    name: str
    pieces: list[Piece]


class Line(NamedTuple):
    """One line of the ledger's page."""

    entry: Entry
    act: str
    about: list[tuple[str, str]]  # each reference, and where its page is
    changes: list[Change]

    @classmethod
    def of(cls, entry: Entry, names: Mapping[str, str]) -> "Line":
        about = [(names.get(ref, ref), place(ref)) for ref in entry.about]
        return cls(entry, entry.act.replace("_", " "), about, changes(entry.before, entry.after, names))


def persons(entries: Iterable[Entry]) -> dict[str, str]:
    """The name of everybody whom these entries mention by reference, in one query."""
    told = [value for entry in entries for value in (*entry.before.values(), *entry.after.values(), *entry.about)]
    pks = {int(value[2:]) for value in told if isinstance(value, str) and re.fullmatch(r"U-[0-9]{1,18}", value)}
    found = get_user_model()._default_manager.filter(pk__in=pks).values_list("pk", "name")
    return {f"U-{pk}": name for pk, name in found}


def place(ref: str) -> str:
    """The address of the page of what a reference names; "" where there is none."""
    letter, _, number = ref.partition("-")
    try:
        return reverse(PAGES[letter], args=[int(number)]) if number.isdigit() else ""
    except (KeyError, NoReverseMatch):
        return ""


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str] | None = None
) -> list[Change]:
    """Field by field, what stood there and what stands there now; `names` says who U-4 is."""
    fields = [*before, *(name for name in after if name not in before)]
    read = [Change(name.replace("_", " "), _pieces(name, before, after, names or {})) for name in fields]
    return [change for change in read if change.pieces]


def _pieces(name: str, before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]) -> list[Piece]:
    old, new = (names.get(text, text) for text in (say(before.get(name)), say(after.get(name))))
    if name in before and name in after:
        return compare(old or "nothing", new or "nothing")
    text = new if name in after else old
    return [Piece(CAME if name in after else GONE, first_line(text, 200))] if text else []


def compare(old: str, new: str) -> list[Piece]:
    """Two texts word by word where they are alike, and whole where they are not."""
    words, others = re.findall(r"\S+", old), re.findall(r"\S+", new)
    if max(len(words), len(others)) <= LONGEST and min(len(words), len(others)) > 2:
        matcher = SequenceMatcher(None, words, others, autojunk=False)
        if matcher.ratio() > 0.5:
            return _woven(matcher, words, others)
    return [Piece(GONE, first_line(old, 200)), Piece(CAME, first_line(new, 200))]


def _woven(matcher: "SequenceMatcher[str]", words: list[str], others: list[str]) -> list[Piece]:
    pieces = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(KEPT, " ".join(words[a:b])))
            continue
        pieces += [Piece(GONE, " ".join(words[a:b]))] if b > a else []
        pieces += [Piece(CAME, " ".join(others[c:d]))] if d > c else []
    return pieces


def say(value: Any) -> str:
    """A value of the ledger as a person reads it."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(say(one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')} {say(one)}" for name, one in value.items())
    return _dated(str(value))


def _dated(text: str) -> str:
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        return text
    try:
        found = parse_datetime(text) if "T" in text else parse_date(text)
    except ValueError:
        return text
    return short(found) if found else text
