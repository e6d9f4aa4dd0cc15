"""A file of rows read as it comes: whatever its letters, cell by cell, in memory that stays flat."""

import csv
import io
import os
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rca.imports.presets import Preset, key
from rca.lib.refused import Refused

LONGEST_CELL = 16 * 1024 * 1024  # Python's own limit is 128 KiB; a cell above ours names itself as a row that cannot be
CHUNK = 1024 * 1024


@dataclass
class Source:
    """A file looked at once from end to end: what it is, and in which letters."""

    path: Path
    name: str
    size: int
    digest: str
    encoding: str


@dataclass
class Record:
    """One row below the headings: its number as a spreadsheet counts it, its cells by column, and where it ends."""

    number: int
    cells: dict[str, str]
    surplus: int  # cells more, or less, than there are headings
    position: int  # bytes of the file read so far


def look(path: Path) -> Source:
    """Opens nothing that cannot be read to its end: the digest, and UTF-8, UTF-16 or Windows-1252."""
    try:
        with path.open("rb") as file:
            encoding = _marked(file.read(4096))
            file.seek(0)
            digest, decoder = sha256(), getincrementaldecoder(encoding or "utf-8")()
            while part := file.read(CHUNK):
                digest.update(part)
                try:
                    if encoding != "cp1252":
                        decoder.decode(part)
                except UnicodeDecodeError as error:
                    if encoding.startswith("utf"):
                        raise Refused(f"{path.name} begins as {encoding.upper()} and does not go on so.") from error
                    encoding = "cp1252"
            size = file.tell()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {os.strerror(error.errno or 0)}.") from error
    if not size:
        raise Refused(f"{path.name} is empty.")
    return Source(path, path.name, size, digest.hexdigest(), encoding or "utf-8")


def _marked(head: bytes) -> str:
    """What the first bytes say: a mark, or the zero bytes that only two-byte letters have in every second place."""
    if head.startswith(BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    if len(head) > 8 and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    return "utf-16-be" if len(head) > 8 and head[0::2].count(0) > len(head) // 4 else ""


def records(source: Source, preset: Preset) -> tuple[dict[str, str], Iterator[Record]]:
    """The headings as the file writes them, by column, and its rows; refuses a file that lacks a column."""
    csv.field_size_limit(LONGEST_CELL)
    file = source.path.open("rb")
    # cp1252 leaves five bytes without a letter; they become the sign of one that is lost, and the row stays.
    text = io.TextIOWrapper(file, encoding=source.encoding, errors="replace", newline="")
    lines = csv.reader(text, delimiter=preset.delimiter)
    try:
        names = next((line for line in lines if any(line)), [])
    except csv.Error as error:
        raise Refused(f"The headings of {source.name} cannot be read: {error}.") from error
    headings = {key(name): name.strip() for name in names if key(name)}
    missing = [column for column in preset.required if column not in headings]
    if missing:
        seen = ", ".join(list(headings.values())[:20]) or "none"
        raise Refused(
            f"{source.name} has no column {' and no column '.join(missing)}, which a file of the kind {preset.name} "
            f"has. Its columns are: {seen}."
        )
    return headings, _rows(file, lines, [key(name) for name in names], source)


def _rows(file: io.BufferedReader, lines: Iterator[list[str]], columns: list[str], source: Source) -> Iterator[Record]:
    number = 1
    with file:
        while True:
            number += 1
            try:
                line = next(lines)
            except StopIteration:
                return
            except csv.Error as error:
                raise Refused(f"Row {number} of {source.name} cannot be read: {error}.") from error
            cells = dict(zip(columns, line, strict=False))
            yield Record(number, cells, len(line) - len(columns) if any(line) else -len(columns), file.tell())
