"""A file of rows looked at once, then read as it comes: whatever its letters and kind, in memory that stays flat."""

import os
from collections.abc import Generator, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from rca.imports.beside import beside, joined
from rca.imports.dates import is_zone, order
from rca.imports.envelopes import Envelope, flats, opened
from rca.imports.formats import Format, Record, Source, key, named
from rca.imports.letters import Letters, letters, spelled
from rca.imports.lines import Line, delimiter_of, head_lines, heading_of, lines
from rca.imports.presets import Columns, Preset, check
from rca.imports.profiles import Profile
from rca.imports.sheets import sheet_lines, sheet_names
from rca.lib.refused import Refused

__all__ = ["Format", "Record", "Source", "key", "look", "records", "see_joined"]

SAMPLED = 10_000  # rows looked at to find out how they are written
CELLS = 500_000  # and cells, where there are many columns
COUNTED = 64 * 1024 * 1024  # bytes up to which rows are counted; above it their number is estimated
JOINED = 1000  # rows looked at to see what the files beside them bring
MOST_COLUMNS = 1000  # of JSON, whose records may each bring others


def look(path: Path, name: str | None = None, format: Format | None = None) -> Source:
    """Finds out what the file is, and why; with `format`, what it is when read as a person corrected it."""
    name = name or path.name
    try:
        found = letters(path, name)
        if not found.size:
            raise Refused(f"{name} is empty.")
        source = Source(path, name, found.size, found.digest, format or Format(found.kind, found.encoding))
        _as_given(source, found, format)
        if source.format.kind == "json":
            _survey_objects(source)
        else:
            _survey_lines(source, format)
    except OSError as error:
        raise Refused(f"{path} cannot be read: {os.strerror(error.errno or 0)}.") from error
    except RecursionError as error:
        raise Refused(f"{name} is nested too deeply to be read.") from error
    _dates(source, format)
    return source


def _as_given(source: Source, found: Letters, given: Format | None) -> None:
    """What a person corrected is taken as it is, where it can be at all."""
    if found.kind != source.format.kind:
        source.format = replace(source.format, kind=found.kind)
    if source.format.kind == "xlsx":
        return
    source.why["encoding"] = found.why if not given or given.encoding == found.encoding else "You said so."
    if example := spelled(source.path, source.format.encoding):
        source.why["encoding"] += f" “{example}” should read right."
    if given and given.zone and not is_zone(given.zone):
        raise Refused(f"There is no time zone {given.zone[:60]}.")


def _survey_lines(source: Source, given: Format | None) -> None:
    if source.format.kind == "xlsx":
        source.sheets = sheet_names(source.path, source.name)
        sheet = source.format.sheet or source.sheets[0]
        source.format = replace(source.format, sheet=sheet)
        source.why["sheet"] = (
            "It has no other." if len(source.sheets) == 1 else f"It is the first of {len(source.sheets)} with anything."
        )
    elif not given:
        delimiter, source.why["delimiter"] = delimiter_of(source.path, source.format.encoding)
        source.format = replace(source.format, delimiter=delimiter)
    if not source.format.heading:
        heading = heading_of(head_lines(_lines(source, source.format)))
        source.format = replace(source.format, heading=heading)
        source.why["heading"] = "It is the first row." if heading < 2 else f"The rows above row {heading} are no table."
    _survey_rows(source)


def _survey_rows(source: Source) -> None:
    profiles: list[Profile] = []
    for number, line, position in _lines(source, source.format):
        if number == source.format.heading:
            source.headings = named(_trimmed(line))
            profiles = [Profile() for _ in source.headings]
        if number <= source.format.heading or not any(line):
            continue
        source.rows += 1
        if source.rows <= min(SAMPLED, CELLS // (len(profiles) or 1)):
            for profile, cell in zip(profiles, line, strict=False):
                profile.see(cell)
        elif source.format.kind == "csv" and source.size > COUNTED:
            source.counted, source.rows = False, int(source.rows * source.size / max(position, 1))
            break
    source.profiles = dict(zip(source.headings, profiles, strict=True))
    about = "About: as many as its size allows, going by the first ones."
    source.why["rows"] = "Every row was counted." if source.counted else about


def _trimmed(line: list[str]) -> list[str]:
    """Without the empty cells that spreadsheets leave behind the last column."""
    while line and not line[-1].strip():
        line = line[:-1]
    return line


def _lines(source: Source, format: Format) -> Iterator[Line]:
    if format.kind == "xlsx":
        return sheet_lines(source.path, source.name, format.sheet)
    return lines(source.path, source.name, format)


def _survey_objects(source: Source) -> None:
    envelope = opened(source.path, source.name, source.format)
    source.rows = envelope.count
    source.why["rows"] = "Every record was counted."
    for number, cells, _ in flats(source.path, source.name, source.format, envelope):
        if number > min(SAMPLED, CELLS // (len(source.profiles) or 1)):
            break
        for column, cell in cells.items():
            if column not in source.profiles:
                if len(source.profiles) >= MOST_COLUMNS:
                    raise Refused(f"Its records have more than {MOST_COLUMNS:,} different fields.")
                source.headings[column], source.profiles[column] = column, Profile(empty=number - 1)
            source.profiles[column].see(cell)


def _dates(source: Source, given: Format | None) -> None:
    source.sample = {column: profile.sample for column, profile in source.profiles.items()}
    turned = order([text for one in source.profiles.values() if one.mostly(one.dates) for text in one.turnable])
    source.why["day_first"] = turned.why
    if given is None:
        source.format = replace(source.format, day_first=turned.day_first)
    source.why["zone"] = (
        "The file does not say; taken from your settings." if not source.format.zone else "You said so."
    )


def records(source: Source, format: Format, preset: Preset, mapping: Columns, cursor: int = 0) -> Iterator[Record]:
    """The rows below the headings, from the one after the `cursor`th; refuses a file that lacks a column.

    The rows of its further pages follow, and each is joined with what stands beside them.
    """
    check(source, preset, mapping)
    rows = _rows(source, format, cursor)
    return _joined(rows, beside(source.beside)) if source.beside else rows


def see_joined(source: Source) -> None:
    """Reads the files beside the rows once, and adds the columns that come of them to those of the file."""
    found = beside(source.beside)
    for place, one in enumerate(islice(_rows(source, source.format, 0), JOINED)):
        for column, cell in joined(one.cells, found).items():
            if column not in one.cells and column not in source.headings:
                source.joined[column] = column
                source.profiles.setdefault(column, Profile(empty=place)).see(cell)
    source.sample |= {column: source.profiles[column].sample for column in source.joined}


def _joined(rows: Iterator[Record], found: Envelope) -> Iterator[Record]:
    for one in rows:
        one.cells = joined(one.cells, found)
        yield one


def _rows(source: Source, format: Format, cursor: int) -> Iterator[Record]:
    """The rows of all pages as one; how many the earlier ones have is counted, so that the cursor stays exact."""
    rows = size = 0
    for page in (source, *source.pages):
        written = format if page is source else page.format
        read = _object_records if written.kind == "json" else _line_records
        rows += yield from read(page, written, max(cursor - rows, 0), size)
        size += page.size


def _object_records(source: Source, format: Format, cursor: int, before: int) -> Generator[Record, None, int]:
    envelope = opened(source.path, source.name, format)
    flat = flats(source.path, source.name, format, envelope, cursor)
    while True:
        try:
            number, cells, position = next(flat)
        except StopIteration as end:
            return int(end.value)
        yield Record(number, cells, 0, before + position, source.number)


def _line_records(source: Source, format: Format, cursor: int, before: int) -> Generator[Record, None, int]:
    columns = list(source.headings)
    place, width = 0, len(columns)
    for number, line, position in _lines(source, format):
        if number <= format.heading or not any(line):
            continue
        place += 1
        if place <= cursor:
            continue
        if len(line) > width and not any(cell.strip() for cell in line[width:]):
            del line[width:]
        surplus = 0 if format.kind == "xlsx" else len(line) - width
        cells = dict(zip(columns, line, strict=False))
        yield Record(number, cells, surplus, before + position, source.number)
    return place
