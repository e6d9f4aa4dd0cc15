"""One approved note made one customer's letter: their name, their own words, what we owe them, and who signs."""

import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.customers.models import Contact
from accounts.people.models import User
from rca.causes.roster import Affected, with_complaints
from rca.communications.checking import REFERENCE, names_of
from rca.communications.notes import FixNote
from rca.complaints.models import Complaint
from rca.lib.said import day
from rca.lib.text import first_line

HEADINGS = {
    "happened": "What happened",
    "changed": "What we changed",
    "how_we_know": "How we know",
    "owed": "What we still owe you",
}
QUOTED = 400  # characters of their words that are said back to them
OPEN, SHUT = "\ue000", "\ue001"  # around what comes from their record, for the preview only
PROMISED = {"call_back": "A call back", "answer": "An answer", "fix": "It put right", "visit": "A visit"}
Block = tuple[str, Any]


def letter(affected: Affected, note: FixNote, contact: Contact | None, by: User) -> str:
    """The letter of one account, as plain text, with marks around what comes from its record."""
    if not hasattr(affected, "complaints"):
        with_complaints([affected])
    owed = [line for line in [*_own_promises(affected), note.owed] if line]
    parts = [
        f"Dear {_mark(_first_name(contact) or affected.account.name)},",
        _opening(affected),
        *_section("happened", note.happened),
        *_section("changed", note.changed),
        *_section("how_we_know", note.how_we_know),
        *_section("owed", "\n".join(owed)),
        f"{by.name}\n{settings.HOUSE_NAME}, {settings.HOUSE_PHONE}",
    ]
    return "\n\n".join(parts)


def unmarked(text: str) -> str:
    return text.replace(OPEN, "").replace(SHUT, "")


def marked(text: str) -> SafeString:
    """For the preview: what comes from their record is marked."""
    return mark_safe(escape(text).replace(OPEN, "<mark>").replace(SHUT, "</mark>"))


def preview(text: str) -> list[Block]:
    """The blocks of a marked letter, ready for the page."""
    shown: list[Block] = []
    for kind, what in blocks(text):
        if kind == "h":
            shown.append((kind, what))
        elif kind == "owed":
            shown.append((kind, [(marked(one), marked(when)) for one, when in what]))
        else:
            shown.append((kind, [marked(line) for line in what]))
    return shown


def blocks(body: str) -> list[Block]:
    """The letter's shape: ("h", a heading), ("p", lines), ("ul", items) or ("owed", (what, when) pairs)."""
    found: list[Block] = []
    for part in re.split(r"\n{2,}", body.strip()):
        lines = part.split("\n")
        if lines[0] in HEADINGS.values():
            found.append(("h", lines[0]))
            lines = lines[1:]
        under = found[-1][1] if found and found[-1][0] == "h" else ""
        owed = under == HEADINGS["owed"]
        # Several lines under these two are a list, whether or not their author wrote the dashes.
        listed = owed or (under == HEADINGS["changed"] and len(lines) > 1)
        items = [line.removeprefix("- ") for line in lines if listed or line.startswith("- ")]
        said = [] if listed else [line for line in lines if not line.startswith("- ")]
        if said:
            found.append(("p", said))
        if items:
            found.append(("owed", [_what_when(item) for item in items]) if owed else ("ul", items))
    return found


def script(body: str, contact: Contact | None, by: User) -> list[str]:
    """What to say on the telephone: the same letter, spoken."""
    name = _first_name(contact)
    said = [f"Hello{' ' + name if name else ''}, it is {by.first_name} from {settings.HOUSE_NAME}."]
    heading = ""
    for kind, what in blocks(body)[1:-1]:
        if kind == "h":
            heading = what
            continue
        owed = [f"{one}, {when}." if when else one for one, when in what] if kind == "owed" else what
        text = " ".join(line if line[-1:] in ".!?" else f"{line}." for line in owed)
        text = text.replace("You told us: ", "You told us ")
        said.append(f"{heading}: {text}" if heading and heading != HEADINGS["happened"] else text)
    return [*said, "Does that put it right for you?"]


def _section(name: str, text: str) -> list[str]:
    return [f"{HEADINGS[name]}\n{text.strip()}"] if text.strip() else []


def _opening(affected: Affected) -> str:
    """Their own words back to them; or that they had not written and we found it ourselves."""
    complaints = sorted(affected.complaints, key=lambda one: one.received_at)
    if not complaints:
        # What a rule found is written by the rule itself; what a colleague typed about them is not for them to read.
        found = f" It is about this: {_mark(affected.why)}." if affected.how == "rule" and affected.why else ""
        return f"You had not told us of this; we found it ourselves.{found} We are sorry that it reached you."
    first, *more = complaints
    said = f"You told us: {_mark('“' + _inside(first.words) + '”')} "
    if more:
        said += f"And you told us again{_mark(' on ' + day(more[-1].received_at))}. "
    return said + "Thank you for telling us. " + ("It was our mistake, and we are sorry." if _ours(complaints) else "")


def _ours(complaints: Iterable[Complaint]) -> bool:
    """Our mistake is said only where somebody owned up to it."""
    return any(one.acknowledged_at and one.acknowledgment.our_mistake == "yes" for one in complaints)


def _own_promises(affected: Affected) -> list[str]:
    """What this account alone was promised, in the window of its own clock; words with a name of ours stay inside."""
    lines: list[str] = []
    promises = list(affected.account.promises.open().order_by("window_from")[:5])
    names = names_of(affected.cause) if promises else None
    for promise in promises:
        inside = not promise.what or (names and names.find(promise.what)) or REFERENCE.search(promise.what)
        what = "" if inside else f" ({promise.what})"
        lines.append(f"- {_mark(PROMISED[promise.kind] + what)}: {_mark(promise.window)}")
    return lines


def _what_when(item: str) -> tuple[str, str]:
    what, colon, when = item.rpartition(": ")
    return (what, when) if colon else (item, "")


def _first_name(contact: Contact | None) -> str:
    return contact.name.split()[0] if contact and contact.name.split() else ""


def _inside(words: str) -> str:
    words = first_line(words.strip(' “”"'), QUOTED)
    return words.replace("“", "‘").replace("”", "’")


def _mark(text: str) -> str:
    return OPEN + unmarked(text) + SHUT
