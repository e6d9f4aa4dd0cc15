"""Files made to hurt: each refused in a sentence, in under two seconds and 100 MB, measured in a process of its own."""

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rca.imports.reading import look
from rca.lib.refused import Refused
from tests.imports.reads import xlsx_of, zipped

CHILD = """
import json, os, resource, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "rca.settings"
import django
django.setup()
from pathlib import Path
from rca.imports.reading import look
from rca.lib.refused import Refused
def kilobytes(name):
    # Not ru_maxrss: a new process is born with the peak of the one that started it.
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))
before, small = resource.getrusage(resource.RUSAGE_SELF), kilobytes("VmRSS")
began = before.ru_utime + before.ru_stime
try:
    look(Path(sys.argv[1]))
    said = ""
except Refused as refused:
    said = refused.sentence
after = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([said, after.ru_utime + after.ru_stime - began, (kilobytes("VmHWM") - small) / 1024]))
"""
WORKBOOK = b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets/></workbook>'


def measured(path: Path) -> tuple[str, float, float]:
    """What a process of its own says to the file, its seconds of the processor, and by how many MB it grew."""
    run = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr[-2000:]
    said, seconds, grown = json.loads(run.stdout)
    return said, seconds, grown


def unpacked(path: Path) -> None:
    zipped(path, {"xl/workbook.xml": WORKBOOK, "xl/worksheets/sheet1.xml": b"<c/>" * 16_000_000})


def lying(path: Path) -> None:
    """Its directory says that the sheet is small; it is not."""
    unpacked(path)
    data = bytearray(path.read_bytes())
    size = (64_000_000).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(data)


def many(path: Path) -> None:
    zipped(path, {f"xl/part{number}.xml": b"" for number in range(5000)})


def nested(path: Path) -> None:
    inner = path.with_name("inner.zip")
    zipped(inner, {f"{number}.txt": b"0" * 1_000_000 for number in range(16)})
    zipped(path, {f"{number}.zip": inner.read_bytes() for number in range(16)})


def ratio(path: Path) -> None:
    zipped(path, {"xl/workbook.xml": WORKBOOK, "xl/worksheets/sheet1.xml": b" " * 10_000_000})


def entities(path: Path) -> None:
    lol = b'<!DOCTYPE x [<!ENTITY a "lol">' + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (98 + n, 97 + n, 97 + n, 97 + n, 97 + n) for n in range(20)
    )
    zipped(path, {"xl/workbook.xml": WORKBOOK, "xl/sharedStrings.xml": lol + b"]><sst><si><t>&u;</t></si></sst>"})


def far_apart(path: Path) -> None:
    """Two cells, one in each corner: a full rectangle of them would be 17 thousand million."""
    made = xlsx_of(path.parent, [["id"], ["1"]], name="made.xlsx")
    with zipfile.ZipFile(made) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    zipped(path, {**members, "xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", corner)})


def encrypted(path: Path) -> None:
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le"))


def cut_off(path: Path) -> None:
    whole = xlsx_of(path.parent, [["id", "text"]] + [[number, "x" * 50] for number in range(500)], name="whole.xlsx")
    path.write_bytes(whole.read_bytes()[:4000])


def wide(path: Path) -> None:
    path.write_bytes(b",".join(b"column" for _ in range(16_385)) + b"\n")


def endless(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 1_000_000)


def long_cell(path: Path) -> None:
    path.write_bytes(b'id,text\n1,"' + b"x\n" * 20_000_000)


def deep(path: Path) -> None:
    path.write_bytes(b'{"tickets":' + b"[" * 500_000)


def deep_record(path: Path) -> None:
    path.write_bytes(b'{"id": 1, "a": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}")


def long_record(path: Path) -> None:
    path.write_bytes(b'{"tickets": [{"id": 1, "text": "' + b"x" * 40_000_000 + b'"}]}')


def many_figures(path: Path) -> None:
    path.write_bytes(b'[{"id": ' + b"9" * 1_000_000 + b"}]")


@pytest.mark.parametrize(
    ("made", "name", "sentence"),
    [
        (unpacked, "a.xlsx", "unpacks to more than 20 MB"),
        (lying, "a.xlsx", "unpacks to more than 20 MB"),
        (many, "a.xlsx", "holds 5,000 files; 100 is the most"),
        (nested, "42.zip", "is an archive and not a spreadsheet"),
        (ratio, "a.xlsx", "unpacks to more than 100 times its size"),
        (entities, "a.xlsx", "declares XML entities"),
        (far_apart, "a.xlsx", "1,048,576 rows by 16,384 columns"),
        (encrypted, "a.xlsx", "is protected with a password"),
        (cut_off, "a.xlsx", "is damaged"),
        (wide, "a.csv", "has 16,385 columns"),
        (endless, "a.csv", "has no line end in"),
        (long_cell, "a.csv", "A quotation mark is probably opened and never closed"),
        (deep, "a.json", "is nested too deeply"),
        (deep_record, "a.json", "is nested too deeply"),
        (long_record, "a.json", "holds a record longer than 16 MB"),
        (many_figures, "a.json", "holds a number too long to be read"),
    ],
    ids=lambda value: getattr(value, "__name__", "")[:20],
)
def test_a_file_made_to_hurt_is_refused_quickly_and_in_little_memory(
    tmp_path: Path, made: Callable[[Path], None], name: str, sentence: str
) -> None:
    path = tmp_path / name
    made(path)
    said, seconds, grown = measured(path)
    assert sentence in said and name in said
    assert seconds < 2 and grown < 100, f"{seconds:.1f} s, {grown:.0f} MB"


def test_a_cell_of_200_kb_and_a_nul_hurt_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,text\n1,"' + b"x" * 200_000 + b'"\n2,a\x00b\n')
    source = look(path)
    assert source.rows == 2 and source.sample["id"] == ["1", "2"]


@pytest.mark.parametrize("rows", [100_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_million_rows_are_read_in_memory_that_stays_flat(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("id,who,text\n")
        for number in range(rows):
            file.write(f"{number},Customer {number % 1000},{'It came late again. ' * 4}\n")
    code = CHILD.replace("look(Path(sys.argv[1]))\n", READ_ALL.replace("ROWS", str(rows)))
    began = time.monotonic()
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    said, _, grown = json.loads(run.stdout)
    assert said == "" and grown < 60, f"{grown:.0f} MB, {time.monotonic() - began:.0f} s"


READ_ALL = """source = look(Path(sys.argv[1]))
    from rca.imports.presets import PRESETS, Columns
    from rca.imports.reading import records
    mapping = Columns({"id": "received_at", "who": "account", "text": "words"})
    assert sum(1 for _ in records(source, source.format, PRESETS["any"], mapping)) == ROWS
"""


def test_the_tests_own_measure_sees_memory(tmp_path: Path) -> None:
    code = CHILD.replace("look(Path(sys.argv[1]))\n", "held = b'x' * 150_000_000\n")
    run = subprocess.run([sys.executable, "-c", code, "-"], capture_output=True, text=True, timeout=60)
    assert json.loads(run.stdout)[2] > 100


def test_a_spreadsheet_of_bearable_size_is_opened(tmp_path: Path) -> None:
    rows = [["id", "who", "text"], *([n, f"Customer {n}", f"Broken again, for the {n}th time"] for n in range(20_000))]
    source = look(xlsx_of(tmp_path, rows))
    assert source.rows == 20_000


def test_a_damaged_spreadsheet_says_so_whatever_is_broken_in_it(tmp_path: Path) -> None:
    whole = xlsx_of(tmp_path, [["id", "text"], [1, "late"]]).read_bytes()
    for at in range(0, len(whole), 97):
        broken = tmp_path / "broken.xlsx"
        broken.write_bytes(whole[:at] + b"\xff" * 8 + whole[at + 8 :])
        try:
            look(broken)
        except Refused as refused:
            assert "broken.xlsx" in refused.sentence
