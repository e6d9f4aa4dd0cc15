"""Small files of any kind, looked at and read without the database."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

from rca.imports.guessing import columns_of, guess
from rca.imports.presets import PRESETS, Columns, Row, Unfit, mapped, read, recognise
from rca.imports.reading import Source, look, records

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SHARED = Path(__file__).parents[2].parent / "shared/data"


def csv_of(folder: Path, text: str, encoding: str = "utf-8", name: str = "file.csv") -> Source:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return look(path)


def json_of(folder: Path, value: Any, name: str = "file.json") -> Source:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return look(path)


def xlsx_of(folder: Path, rows: list[list[Any]], name: str = "file.xlsx", sheet: str = "Tickets") -> Path:
    path = folder / name
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy hh:mm"})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            page.write(number, column, cell)
    book.close()
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    path.write_bytes(held.getvalue())
    return path


def taken(source: Source, mapping: Columns | None = None) -> tuple[list[Row], list[tuple[int, Unfit]]]:
    """The rows of a file by the kind it is found to be, and those that could not be taken."""
    preset = PRESETS[recognise(source)[0]]
    if mapping is None:
        mapping = columns_of(guess(source)) if preset.name == "any" else mapped(preset, source)
    rows: list[Row] = []
    refused: list[tuple[int, Unfit]] = []
    for one in records(source, source.format, preset, mapping):
        try:
            rows.append(read(preset, source.format, mapping, one.cells, source.headings, NOW))
        except Unfit as unfit:
            refused.append((one.number, unfit))
    return rows, refused


def only(source: Source) -> Row:
    rows, refused = taken(source)
    assert not refused, refused[0][1].why
    assert len(rows) == 1
    return rows[0]
