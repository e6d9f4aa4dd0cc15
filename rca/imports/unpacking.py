"""What is inside a spreadsheet's archive, seen before anything of it is parsed: bombs, passwords, other archives."""

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from rca.lib.refused import Refused

MOST_BYTES = 20 * 1024 * 1024
MOST_MEMBERS = 100
MOST_RATIO = 100
MOST_CELLS = 3_000_000  # a sheet is held as a full rectangle, so two cells far apart would fill the memory
INSTEAD = "Save the sheet as CSV: a CSV may be as large as you like."
OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
CELL = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br="([A-Z]{1,4})(\d{1,8})"')
ROW = re.compile(rb'<(?:\w+:)?row\b[^<>]*?\br="(\d{1,8})"')


def looked_into(path: Path, name: str) -> None:
    """Refuses what is no plain spreadsheet of bearable size; reads no more of it than that takes."""
    with path.open("rb") as file:
        head = file.read(8)
        if head == OFFICE:
            raise Refused(_old_or_locked(path, name))
        try:
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                _directory(members, name, path.stat().st_size)
                for member in members:
                    _member(file, member, name)
                _parts({one.filename for one in members}, name)
        except (zipfile.BadZipFile, struct.error, zlib.error, ValueError, EOFError, OverflowError,
                NotImplementedError) as error:  # fmt: skip
            raise Refused(
                f"{name} is damaged: its archive cannot be opened. Save it again and try that one."
            ) from error


def _old_or_locked(path: Path, name: str) -> str:
    with path.open("rb") as file:
        locked = "EncryptedPackage".encode("utf-16-le") in file.read(MOST_BYTES)
    if locked:
        return f"{name} is protected with a password: save it without one and bring that in."
    return f"{name} is an Office file of before 2007: save it as .xlsx or CSV and bring that in."


def _directory(members: list[zipfile.ZipInfo], name: str, size: int) -> None:
    if len(members) > MOST_MEMBERS:
        raise Refused(f"{name} holds {len(members):,} files; {MOST_MEMBERS} is the most a spreadsheet needs. {INSTEAD}")
    if any(one.flag_bits & 1 for one in members):
        raise Refused(f"{name} is protected with a password: save it without one and bring that in.")
    unpacked, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    _bearable(unpacked, size, name)
    if packed > size:
        raise Refused(f"{name} is damaged: its parts lie over one another. Save it again and try that one.")


def _bearable(unpacked: int, packed: int, name: str) -> None:
    if unpacked > MOST_BYTES:
        raise Refused(f"{name} unpacks to more than {MOST_BYTES >> 20} MB, the most that is opened here. {INSTEAD}")
    if unpacked > MOST_RATIO * max(packed, 1024):
        raise Refused(f"{name} unpacks to more than {MOST_RATIO} times its size, as none that is real. {INSTEAD}")


def _parts(names: set[str], name: str) -> None:
    """Tells spreadsheets from the other things that come as ZIP archives."""
    lower = {one.lower() for one in names}
    if "xl/workbook.xml" in lower:
        return
    if "xl/workbook.bin" in lower or "mimetype" in lower or "content.xml" in lower:
        raise Refused(f"{name} is a spreadsheet of another kind: save it as .xlsx or CSV and bring that in.")
    raise Refused(f"{name} is an archive and not a spreadsheet: unpack it and bring in the file inside.")


def _member(file: IO[bytes], member: zipfile.ZipInfo, name: str) -> None:
    """Unpacks one member for its true size, whatever the directory says, and looks at its letters and cells."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(f"{name} is packed in a way no spreadsheet is. {INSTEAD}")
    file.seek(member.header_offset + 26)
    skip = sum(struct.unpack("<HH", file.read(4)))
    file.seek(member.header_offset + 30 + skip)
    packed = file.read(member.compress_size)
    data = packed
    if member.compress_type == zipfile.ZIP_DEFLATED:
        unpacker = zlib.decompressobj(-15)
        data = unpacker.decompress(packed, MOST_BYTES + 1)
    _bearable(len(data), len(packed), name)
    if member.filename.lower().endswith((".xml", ".rels", ".vml")):
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Refused(f"{name} declares XML entities, as no spreadsheet program does. {INSTEAD}")
        if "/worksheets/" in member.filename.lower():
            _extent(data, name)


def _extent(sheet: bytes, name: str) -> None:
    columns: set[bytes] = set()
    last = max((int(row) for row in ROW.findall(sheet)), default=0)
    for column, row in CELL.findall(sheet):
        columns.add(column)
        last = max(last, int(row))
    width = max((_place(column) for column in columns), default=0)
    if width * last > MOST_CELLS:
        raise Refused(f"{name} has a sheet of {last:,} rows by {width:,} columns, too wide to be opened. {INSTEAD}")


def _place(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number
