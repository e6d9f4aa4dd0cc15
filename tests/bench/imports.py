"""How fast a file comes in through the worker, beside PostgreSQL's COPY of the same rows, and in how much memory.

`measure(rows)` works on the database at hand and leaves its rows there: call it on one that may be thrown away.
"""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from rca.imports import keeping
from rca.models import Complaint, Import
from tests.imports.files import HEADINGS, RIGHT

RATE, PEAK = 2000, 300  # the bars: complaints a second, megabytes
ROOT = Path(__file__).resolve().parents[2]
WORDS = (
    "I ordered {a} on the {b}th and the invoice said something else again. I rang {a} times, was put through to {c}, "
    "and nobody could tell me why the price on the form is not the price that you charge. Please put it right."
)
# The worker's code alone in a process of its own, so that its memory is nobody else's. Not ru_maxrss: a new process
# is born with the peak of the one that started it.
CHILD = """
import json, sys
from time import perf_counter
import django
django.setup()
from accounts.models import User
from rca.imports.importing import work_on
from rca.imports.models import Import

def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024

by, pk, found = User.objects.system("importer"), int(sys.argv[1]), {"born": peak()}
for name, verb in (("look", None), ("try", Import.try_out), ("run", Import.run)):
    batch, begun, turns, behind = Import.objects.get(pk=pk), perf_counter(), 0, []
    if verb:
        verb(batch, by=by)
    state = batch.state
    while state in ("looking", "checking", "running"):
        state, turns = work_on(pk), turns + 1
        state, cursor = Import.objects.values_list("state", "cursor").get(pk=pk)
        behind.append((cursor, round(perf_counter() - begun, 1)))
    found[name] = {"seconds": perf_counter() - begun, "turns": turns, "behind": behind, "peak": peak(), "state": state}
print(json.dumps(found))
"""


def write_file(path: Path, rows: int, companies: int) -> None:
    """A file of the cfpb kind, the same each time."""
    first = date(2021, 1, 1)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, HEADINGS)
        writer.writeheader()
        for n in range(rows):
            writer.writerow(RIGHT | {
                "Complaint ID": f"b{n}", "Company": f"Company {n * 7919 % companies}", "Sub-product": f"Loan {n % 40}",
                "Date received": f"{first + timedelta(days=n % 1800):%m/%d/%y}", "Date sent to company": "12/31/25",
                "Consumer complaint narrative": WORDS.format(a=n % 97, b=n % 28 + 1, c=f"desk {n % 13}"),
            })  # fmt: skip


def copy(rows: int) -> float:
    """The complaints alone through COPY, in one transaction that is taken back: rows a second."""
    names = ["account_id", "words", "channel", "received_at", "logged_at", "logged_by_id", "state", "acknowledge_by",
             "product", "remedy", "severity", "behaviours", "expected", "delivered", "expectation", "source",
             "external_id", "version"]  # fmt: skip
    have = list(Complaint.objects.order_by("-pk").values_list(*names)[:rows])
    given = [(*row[:-2], f"copy-{row[-2]}", row[-1]) for row in have]
    with transaction.atomic(), connection.cursor() as cursor:
        begun = perf_counter()
        with cursor.copy(f"COPY rca_complaint ({', '.join(names)}) FROM STDIN") as copy_:
            for row in given:
                copy_.write_row(row)
        took = perf_counter() - begun
        transaction.set_rollback(True)
    return len(given) / took


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while part := file.read(keeping.PART):
            yield part


def worked(path: Path) -> dict[str, Any]:
    """The file handed in, then looked at, tried and run as the worker does it: seconds, turns and megabytes of each."""
    batch = Import.objects.receive(by=User.objects.system("importer"), files=[keeping.Handed(path.name, pieces(path))])
    done = subprocess.run([sys.executable, "-c", CHILD, str(batch.pk)], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    batch.refresh_from_db()
    return found | {"batch": batch}


def measure(rows: int = 100_000, companies: int = 0) -> dict[str, Any]:
    """Rows a second of an import, of its try, of the same file again, and of COPY; megabytes at the peak."""
    settings.IMPORT_LIMIT = (
        2000 * keeping.PART
    )  # a million rows are more than the page takes; the worker reads them alike
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.csv"
        write_file(path, rows, companies or max(rows // 10, 1))
        size = path.stat().st_size
        first, again = worked(path), worked(path)
    assert (first["batch"].created, again["batch"].created, again["batch"].unchanged) == (rows, 0, rows)
    rate, limit = rows / first["run"]["seconds"], copy(min(rows, 50_000))
    peak = max(one[step]["peak"] for one in (first, again) for step in ("look", "try", "run"))
    return {
        "rows": rows, "file_mb": size / 1024 / 1024, "rate": rate, "try_rate": rows / first["try"]["seconds"],
        "again_rate": rows / again["run"]["seconds"], "copy_rate": limit, "share": rate / limit, "peak_mb": peak,
        "born_mb": first["born"], "turns": first["run"]["turns"],
    }  # fmt: skip


def missed(figures: dict[str, Any]) -> list[str]:
    found = []
    if figures["rate"] < RATE:
        found.append(f"under {RATE:,} a second")
    if figures["peak_mb"] > PEAK:
        found.append(f"over {PEAK} MB")
    return found


def told(figures: dict[str, Any]) -> str:
    """The same as one line of the bench."""
    said = (
        "import of {rows:,} rows ({file_mb:,.0f} MB) in {turns} turns of the worker: {rate:,.0f} a second, its try "
        "{try_rate:,.0f}, the same file again {again_rate:,.0f}; COPY of its complaints alone {copy_rate:,.0f}, "
        "so {share:.2f} of it; {peak_mb:,.0f} MB at the peak, of {born_mb:,.0f} before the first row; "
    )
    return said.format(**figures) + (", ".join(missed(figures)) or "all bars met")
