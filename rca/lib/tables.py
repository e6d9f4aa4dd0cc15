"""Tables handed out as CSV, line by line, with no cell that a spreadsheet would run."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


def safe_cell(value: str) -> str:
    """A cell that a spreadsheet takes for text, whatever it begins with (ASVS 5.0, 1.2.10)."""
    return f"'{value}" if value.lstrip(" ").startswith(DANGEROUS) else value


class _Line:
    """What csv.writer writes into: hands each line back."""

    def write(self, text: str) -> str:
        return text


def lines(headings: list[str], rows: Iterable[list[str]], *, delimiter: str = ",") -> Iterator[str]:
    """The lines of the file as they are made, so that memory stays flat."""
    writer: Any = csv.writer(_Line(), delimiter=delimiter)
    yield "\ufeff"  # so that a spreadsheet knows the letters
    yield writer.writerow(headings)
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])
