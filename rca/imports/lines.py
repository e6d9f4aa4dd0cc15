"""The rows of a delimited text file as they come, in memory that stays flat."""

import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rca.imports.formats import Format
from rca.lib.refused import Refused

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
HEAD = 60  # rows looked at for the delimiter and the headings
HEAD_CHARACTERS = 200_000

LONGEST_CELL = 1024 * 1024  # Python's own limit is 128 KiB; a cell above ours is a quotation mark that is never closed
MOST_COLUMNS = 1000

Line = tuple[int, list[str], int]  # its number as a spreadsheet counts it, its cells, the bytes read so far


def lines(path: Path, name: str, format: Format) -> Iterator[Line]:
    """Every row from the top, blank ones too; a file that breaks off raises `Refused` with the row it broke at."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open("rb") as file:
        # cp1252 leaves five bytes without a letter; they become the sign of one that is lost, and the row stays.
        text = io.TextIOWrapper(file, encoding=format.encoding, errors="replace", newline="")
        rows, number = csv.reader(text, delimiter=format.delimiter), 0
        while True:
            number += 1
            try:
                line = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                raise Refused(f"Row {number} of {name} cannot be read: {_said(error)}") from error
            if len(line) > MOST_COLUMNS:
                raise Refused(f"Row {number} of {name} has {len(line):,} columns; {MOST_COLUMNS:,} is the most.")
            yield number, line, file.tell()


def _said(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"a cell is longer than {LONGEST_CELL >> 10} KB. A quotation mark is probably opened and never closed."
    return f"{error}."


def delimiter_of(path: Path, encoding: str) -> tuple[str, str]:
    """What stands between the cells: what cuts most rows into equally many."""
    with path.open("rb") as file:
        head = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="").read(HEAD_CHARACTERS)
    if match := re.match(r"\ufeff?sep=(.)\r?\n", head):
        return match[1], "Its first line says so."
    whole = len(head) < HEAD_CHARACTERS
    found = max((_cut(head, one, whole) for one in DELIMITERS), key=lambda cut: cut[:2])
    _, columns, delimiter, odd, rows = found
    if columns < 2:
        return ",", "It has one column only."
    but = "" if not odd else f" but {'one' if odd == 1 else odd} of the first {rows}"
    return delimiter, f"{columns} columns in every row{but}."


def _cut(head: str, delimiter: str, whole: bool) -> tuple[float, int, str, int, int]:
    widths: list[int] = []
    rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    with contextlib.suppress(csv.Error):
        for row in rows:
            if any(row):
                widths.append(len(row))
            if len(widths) > HEAD:
                break
        else:
            if not whole and len(widths) > 1:
                widths.pop()
    counted = Counter(width for width in widths if width > 1)
    if not counted:
        return 0.0, 1, delimiter, 0, len(widths)
    width, times = max(counted.items(), key=lambda one: (one[1], one[0]))
    share = times / len(widths)
    # A comma inside German words cuts a few rows somehow; what cuts nine in ten alike is the delimiter.
    return (1.0 if share >= 0.9 else share), width, delimiter, len(widths) - times, len(widths)


def head_lines(rows: Iterator[Line]) -> list[Line]:
    found: list[Line] = []
    for line in rows:
        if any(cell.strip() for cell in line[1]):
            found.append(line)
        if len(found) == HEAD:
            break
    return found


def heading_of(rows: list[Line]) -> int:
    """The row of the headings: the first that is about as wide as the table and holds no figures."""
    if not rows:
        return 1
    widths = Counter(_width(cells) for _, cells, _ in rows[1:]) or Counter([_width(rows[0][1])])
    usual = max(widths.items(), key=lambda one: (one[1], one[0]))[0]
    for number, cells, _ in rows[:20]:
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) >= 0.6 * usual and not any(re.fullmatch(r"[\d.,:/ -]+", cell) for cell in filled):
            return number
    return next((number for number, cells, _ in rows if not cells[0].startswith("sep=")), rows[0][0])


def _width(cells: list[str]) -> int:
    return max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)
