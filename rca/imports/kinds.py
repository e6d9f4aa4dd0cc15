"""A kind of file: which of its columns is which field of ours, what its values mean, and a row of it read."""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256

from rca.imports.cells import Cells, Columns, Row
from rca.imports.dates import Moment
from rca.imports.formats import Format, key
from rca.imports.wording import wording
from rca.lib.text import WORDS_LIMIT

FREE_MAIL = {
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com",
    "aol.com", "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com",
}  # fmt: skip


MOVING = ("state", "outcome", "ended_at", "severity", "product")  # what may change in a row that stays the same one


@dataclass(frozen=True)
class Preset:
    """A kind of file and how it is read. Columns are named as `key` writes them; the first that says something wins."""

    name: str  # kept with each complaint as where it came from
    title: str
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marks: tuple[frozenset[str], ...] = ()  # each a set of columns that together only such a file has
    required: tuple[str, ...] = ()  # fields without which the file is another one
    channels: Mapping[str, str] = field(default_factory=dict)
    channel: str = ""  # for a way that is not known; empty refuses the row
    severities: Mapping[str, str] = field(default_factory=dict)
    closed: tuple[str, ...] = ()  # how the states begin in which a complaint is over
    states: Mapping[str, str] = field(default_factory=dict)  # the names of states that are numbers
    zone: str = ""  # of times that do not say, where the kind is known to write them in one
    day_first: bool | None = None
    ends_no_earlier: bool = False  # its end is the day of a report, never before the complaint itself
    gone: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # what leaves a row out, by column and value
    strict: bool = False  # an address that is none refuses the row, instead of being left away
    words: Callable[[Cells], str] | None = None  # where they are in more than one cell

    def places(self, mapping: Columns) -> dict[str, list[str]]:
        """The columns of each field, as the kind knows them and then as a person put them right."""
        if self.name not in mapping.places:
            mapping.places[self.name] = self._places(mapping)
        return mapping.places[self.name]

    def _places(self, mapping: Columns) -> dict[str, list[str]]:
        found = {ours: list(columns) for ours, columns in self.fields.items()}
        usual = self.usual()
        for column, ours in sorted(mapping.fields.items(), reverse=True):
            if ours == usual.get(column, ""):
                continue
            for columns in found.values():
                if column in columns:
                    columns.remove(column)
            if ours:
                found.setdefault(ours, []).insert(0, column)
        return found

    def usual(self) -> dict[str, str]:
        """The field each column goes to first."""
        return {column: ours for ours, columns in reversed(list(self.fields.items())) for column in columns}

    def suited(self, format: Format) -> Format:
        """The format with what such a file is known to do where the file itself does not say."""
        if format.zone and format.day_first is not None:
            return format
        return Format(
            format.kind, format.encoding, format.delimiter,
            self.day_first if format.day_first is None else format.day_first,
            format.zone or self.zone, format.sheet, format.heading,
        )  # fmt: skip


def taken(preset: Preset, cells: Cells) -> Row:
    """One row as its kind reads it; raises `Unfit`."""
    _leave_out(preset, cells)
    received = cells.moment("received_at")
    if received is None:
        raise cells.unfit(cells.place("received_at"), "It does not say when the complaint was made.")
    account = _account(preset, cells)
    words = _words(preset, cells)
    outcome, ended = _end(preset, cells, received)
    return Row(
        external_id=_number(cells),
        account=account,
        words=words,
        received_at=received.at,
        channel=_channel(preset, cells),
        account_ref=cells.line("account_ref", 120),
        product=cells.line("product", 120),
        severity=cells.choice("severity", preset.severities) or "",
        remedy=cells.line("remedy", 400),
        contact_name=_name(cells),
        contact_email=_email(preset, cells),
        contact_phone=cells.line("contact_phone", 60),
        outcome=outcome,
        ended_at=ended.at if ended else None,
    )


def _leave_out(preset: Preset, cells: Cells) -> None:
    for column, reasons in preset.gone.items():
        if text := cells.cells.get(column):
            said = {key(one) for one in text.split(",")} if column == "tags" else {key(text)}
            for value in said & reasons.keys():
                raise cells.left_out(column, reasons[value])


def _account(preset: Preset, cells: Cells) -> str:
    """The organisation, the company or the person; else the domain of the address, else their number of it."""
    if text := cells.line("account", 200):
        return named_in(text)
    domain = _email(preset, cells).rpartition("@")[2].lower()
    if domain and domain not in FREE_MAIL:
        return domain
    if domain:
        return _email(preset, cells)
    if ref := cells.line("account_ref", 120):
        return f"{preset.title} {ref}"
    return cells.needed("account", 200, "It does not say about which company or person it is.")


def named_in(text: str) -> str:
    """The name in a list of objects, as some desks keep organisations: [{"id": "1", "name": "Harbour Books"}]."""
    if text.startswith("[{"):
        with suppress(ValueError, RecursionError):
            found = json.loads(text)
            names = [str(one["name"]) for one in found if isinstance(one, dict) and one.get("name")]
            return names[0] if names else text
    return text


def _number(cells: Cells) -> str:
    """Their number; where the file has no column of numbers, what stays the same when it is brought in again."""
    if any(column in cells.headings for column in cells.places.get("external_id", ())):
        return cells.needed("external_id", 120, "Without a number of its own it would be doubled next time.")
    moving = {column for ours in MOVING for column in cells.places.get(ours, ())}
    same = "\x1f".join(f"{column}={cell}" for column, cell in cells.cells.items() if column not in moving)
    return "row-" + sha256(same.encode("utf-8", "replace")).hexdigest()[:24]


def _words(preset: Preset, cells: Cells) -> str:
    text = preset.words(cells) if preset.words else wording(cells)
    if not text:
        raise cells.unfit(cells.place("words"), "It has no words of the customer’s.")
    if len(text) > WORDS_LIMIT:
        why = f"It is {len(text):,} characters long and {WORDS_LIMIT:,} is the most that is kept."
        raise cells.unfit(cells.place("words"), why)
    return text


def _channel(preset: Preset, cells: Cells) -> str:
    channel = cells.choice("channel", preset.channels)
    if channel is None and not preset.channel:
        known = ", ".join(sorted(preset.channels))
        raise cells.unfit(cells.place("channel"), f"This way is not known here: {known} are.")
    return channel or preset.channel or "email"


def _end(preset: Preset, cells: Cells, received: Moment) -> tuple[str, Moment | None]:
    """How it ended and when; nothing while it is open."""
    column, state = cells.said("state")
    ended = None
    over = cells.values.get(column, {}).get(state.casefold()) if state else None
    if over is None:
        over = "closed" if state.casefold().startswith(preset.closed or ("\x00",)) else ""
    if not cells.places.get("state"):
        ended = cells.moment("ended_at")
        over = "closed" if ended else ""
    if over != "closed":
        return "", None
    ended = ended or cells.moment("ended_at") or received
    if ended.at < received.at:
        same_day = ended.at.date() == received.at.astimezone(ended.at.tzinfo).date()
        if not preset.ends_no_earlier and not (ended.whole_day and same_day):
            raise cells.unfit(cells.place("ended_at"), "It ended before it was received.")
        ended = received
    return cells.line("outcome", 2000) or preset.states.get(state, state) or "Closed", ended


def _name(cells: Cells) -> str:
    name = cells.line("contact_name", 200)
    return "" if "@" in name else name


def _email(preset: Preset, cells: Cells) -> str:
    """The address; one that is none is refused where the file was mapped by hand, and left away where it was not."""
    for column in cells.places.get("contact_email", ()):
        text = cells.cell(column)
        if match := re.fullmatch(r"[^<>]{0,200}<([^<>]{3,254})>", text):
            text = match[1]
        if why := _no_address(text) if text else "":
            if preset.strict:
                raise cells.unfit(column, why)
        elif text:
            return text
    return ""


def _no_address(text: str) -> str:
    if text.count("@") != 1:
        return f"This is no address: it has {text.count('@') or 'no'} @ {'sign' if '@' not in text else 'signs'}."
    name, _, domain = text.partition("@")
    if not name or "." not in domain.strip(".") or any(sign.isspace() for sign in text) or len(text) > 254:
        return "This is no address: it should look like june@harbour.example."
    return ""
