"""The rows of a spreadsheet, as a person sees them: results and not formulas, dates as dates, merged cells filled."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from rca.imports.lines import LONGEST_CELL, MOST_COLUMNS, Line
from rca.imports.unpacking import looked_into
from rca.lib.refused import Refused


def sheet_names(path: Path, name: str) -> list[str]:
    """The sheets that hold a table, in their order; those that are shown before those that are hidden."""
    book = _opened(path, name)
    sheets = sorted(book.sheets_metadata, key=lambda one: one.visible != SheetVisibleEnum.Visible)
    names = [one.name for one in sheets if _sheet(book, one.name, name).total_height > 0]
    if not names:
        raise Refused(f"{name} has no sheet with anything in it.")
    return names


def sheet_lines(path: Path, name: str, sheet: str) -> Iterator[Line]:
    """Every row of one sheet from its first that is not empty; positions are spread over the file's size."""
    book = _opened(path, name)
    if sheet not in book.sheet_names:
        raise Refused(f"{name} has no sheet “{sheet}”. It has: {', '.join(book.sheet_names)}.")
    one = _sheet(book, sheet, name)
    if one.total_width > MOST_COLUMNS:
        raise Refused(f"The sheet “{sheet}” has {one.total_width:,} columns; {MOST_COLUMNS:,} is the most.")
    top, left = one.start or (0, 0)
    size, height, merged = path.stat().st_size, max(one.total_height, 1), _Merged(one, left)
    for place, row in enumerate(one.iter_rows(), top):
        cells = [_text(value) for value in row]
        merged.fill(place, cells)
        yield place + 1, cells, size * (place + 1) // height


def _opened(path: Path, name: str) -> CalamineWorkbook:
    looked_into(path, name)
    try:
        return CalamineWorkbook.from_path(str(path))
    except BaseException as error:
        raise _damaged(error, name) from error


def _sheet(book: CalamineWorkbook, sheet: str, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(sheet)
    except BaseException as error:
        raise _damaged(error, name) from error


def _damaged(error: BaseException, name: str) -> BaseException:
    """A panic of the reader comes as an exception of its own beside `Exception`; what a person pressed goes on."""
    if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
        return error
    about = "" if isinstance(error, CalamineError) else " altogether"
    return Refused(f"{name} is damaged{about}: it cannot be read as a spreadsheet. Save it again and try that one.")


class _Merged:
    """A cell that spans several rows says the same in each of them."""

    def __init__(self, sheet: CalamineSheet, left: int) -> None:
        ranges = sheet.merged_cell_ranges or []
        self.down = {(start[0], start[1] - left): end[0] for start, end in ranges if end[0] > start[0]}
        self.left = left
        self.held: dict[int, tuple[int, str]] = {}  # column to the last row it goes to, and what it says

    def fill(self, row: int, cells: list[str]) -> None:
        for column, (last, said) in list(self.held.items()):
            if row > last:
                del self.held[column]
            elif not cells[column]:
                cells[column] = said
        if self.down:
            for column, said in enumerate(cells):
                if (end := self.down.get((row, column))) is not None:
                    self.held[column] = (end, said)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value[:LONGEST_CELL]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time | timedelta | int):
        return str(value)
    return "" if value is None else str(value)
