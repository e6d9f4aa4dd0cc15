"""What is known of a file before any of it is taken: how it is written, what stands in it, and one of its rows."""

import re
import unicodedata
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from rca.imports.profiles import Profile


@dataclass(frozen=True)
class Format:
    """How the cells of a file are to be read; found by looking, and a person may correct each of them."""

    kind: str = "csv"  # csv, xlsx or json
    encoding: str = "utf-8"
    delimiter: str = ","
    day_first: bool | None = None  # None while nothing in the file says whether 03/04 is March or April
    zone: str = ""  # of times that do not say: an IANA name, or nothing for the house's own
    sheet: str = ""
    heading: int = 0  # the row of the headings as a spreadsheet counts; 0 where it has not been looked for

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Format":
        """What an older or newer version kept besides is left alone."""
        return cls(**{one.name: kept[one.name] for one in fields(cls) if one.name in kept})


@dataclass
class Source:
    """A file looked at once from end to end: what it is, and why we think so."""

    path: Path
    name: str
    size: int
    digest: str
    format: Format
    why: dict[str, str] = field(default_factory=dict)  # for each thing found: the evidence, in a sentence
    headings: dict[str, str] = field(default_factory=dict)  # each column's name as the file writes it
    sample: dict[str, list[str]] = field(default_factory=dict)  # the first three values of each column
    profiles: dict[str, Profile] = field(default_factory=dict)  # what the values of each have in common
    rows: int = 0
    counted: bool = True  # False where `rows` is only an estimate
    sheets: list[str] = field(default_factory=list)
    number: int = 1  # which of the files handed in together it is
    role: str = "tickets"  # what it is taken for; nothing where nobody knows
    pages: list["Source"] = field(default_factory=list)  # further files of the same columns, read behind it
    beside: list["Source"] = field(default_factory=list)  # what its rows are joined with
    joined: dict[str, str] = field(default_factory=dict)  # the columns that come from there

    @property
    def columns(self) -> dict[str, str]:
        """Its own columns, and those that come from beside it."""
        return self.headings | self.joined


@dataclass
class Record:
    """One row below the headings: its number as a spreadsheet counts it, its cells by column, and where it ends."""

    number: int
    cells: dict[str, str]
    surplus: int  # cells more, or less, than there are headings
    position: int  # bytes read so far, of all files with such rows
    file: int = 1  # the number of its file

    @property
    def spot(self) -> tuple[int, int]:
        return self.file, self.number


@lru_cache(maxsize=4096)
def key(heading: str) -> str:
    """“Date received”, “date_received” and “DATE-RECEIVED ” are one column."""
    plain = unicodedata.normalize("NFC", heading.replace("\ufeff", "")).strip().casefold()
    return re.sub(r"[\W_]+", "_", plain).strip("_")


def named(headings: list[str]) -> dict[str, str]:
    """A key for each column: one without a heading is called by its place, one that comes twice by its turn."""
    found: dict[str, str] = {}
    for place, heading in enumerate(headings, 1):
        column = key(heading) or f"column_{place}"
        turn = 2
        while column in found:
            column, turn = f"{key(heading) or 'column'}_{turn}", turn + 1
        found[column] = heading.replace("\ufeff", "").strip() or f"column {place}"
    return found
