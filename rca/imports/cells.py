"""One row's cells read as our fields, each on demand, with an error that names the column, the value and the reason."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rca.imports.dates import Moment, Unread, moment
from rca.imports.formats import Format, key
from rca.lib.text import clean

NOTHING = {"", "none", "n/a", "null", "nan", "-", "[]", "{}"}  # how exports write an empty cell


class Unfit(ValueError):
    """A cell that cannot be taken: its column, its value and why."""

    def __init__(self, column: str, value: str, why: str) -> None:
        super().__init__(why)
        self.column, self.value, self.why = column, value, why


class LeftOut(Unfit):
    """A row that is left out on purpose: deleted, merged or spam where it comes from. Nothing to mend."""


@dataclass
class Row:
    """One complaint of a file, read and ready."""

    external_id: str
    account: str
    words: str
    received_at: datetime
    channel: str
    account_ref: str = ""  # their number of the account, where they have one
    product: str = ""
    severity: str = ""
    remedy: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    outcome: str = ""  # how it ended for the customer; empty while it is open
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Columns:
    """Which column is which field of ours, and which of its values means which of ours, where a person said so."""

    fields: Mapping[str, str] = field(default_factory=dict)  # column to field; "" leaves it out
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # column to their value, folded, to ours
    # Where each field stands by kind: worked out once for a file and not once for each of its rows.
    places: dict[str, dict[str, list[str]]] = field(default_factory=dict, compare=False, repr=False)

    def as_json(self) -> dict[str, Any]:
        return {"fields": dict(self.fields), "values": {name: dict(map) for name, map in self.values.items()}}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Columns":
        return cls(kept.get("fields", {}), kept.get("values", {}))

    def of(self, wanted: str) -> tuple[str, ...]:
        return tuple(column for column, ours in self.fields.items() if ours == wanted)


class Cells:
    """The cells of one row, by field."""

    def __init__(
        self, cells: Mapping[str, str], headings: Mapping[str, str], places: Mapping[str, Sequence[str]],
        format: Format, values: Mapping[str, Mapping[str, str]],
    ) -> None:  # fmt: skip
        self.cells, self.headings, self.places, self.format, self.values = cells, headings, places, format, values

    def cell(self, column: str) -> str:
        """The cell without what the database refuses; “None” and “N/A” are nothing."""
        raw = self.cells.get(column)
        if not raw:
            return ""
        # Most cells have nothing to be cleaned of, and there are millions of them.
        text = raw.strip() if raw.isascii() and "\x00" not in raw and "\r" not in raw else clean(raw)
        return "" if len(text) < 5 and text.casefold() in NOTHING else text

    def said(self, field: str) -> tuple[str, str]:
        """The column that says something of a field, and what; the first one where none does."""
        for column in self.places.get(field, ()):
            if text := self.cell(column):
                return column, text
        return "", ""

    def place(self, field: str) -> str:
        """The column to name when a field is amiss: the one that says something, or the one that should."""
        places = self.places.get(field, ())
        here = [column for column in places if column in self.headings]
        return self.said(field)[0] or (here or [*places, field])[0]

    def text(self, field: str, most: int) -> str:
        if field not in self.places:
            return ""
        column, text = self.said(field)
        if len(text) > most:
            raise self.unfit(column, f"It is {len(text):,} characters long and {most:,} is the most that is kept.")
        return text

    def line(self, field: str, most: int) -> str:
        text = self.text(field, most)
        return " ".join(text.split()) if text else ""

    def needed(self, field: str, most: int, why: str) -> str:
        if text := self.line(field, most):
            return text
        raise self.unfit(self.place(field), why)

    def moment(self, field: str) -> Moment | None:
        column, text = self.said(field)
        if not text:
            return None
        try:
            return moment(text, self.format.day_first, self.format.zone)
        except Unread as unread:
            raise self.unfit(column, f"This is no date: {unread}") from unread

    def choice(self, field: str, known: Mapping[str, str]) -> str | None:
        """Ours for their value: as a person said, else as known; nothing for nothing, None for what nobody knows."""
        column, text = self.said(field)
        if not text:
            return ""
        mapped = self.values.get(column, {})
        ours = mapped.get(text.casefold(), known.get(key(text)))
        return ours if ours is not None else known.get(re.sub(r"^\d+_|_\d+$", "", key(text)))

    def unfit(self, column: str, why: str) -> Unfit:
        return Unfit(self.headings.get(column, column), self.cells.get(column) or "", why)

    def left_out(self, column: str, why: str) -> LeftOut:
        return LeftOut(self.headings.get(column, column), self.cells.get(column) or "", why)
