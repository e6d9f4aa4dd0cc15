"""How fast a file comes in, beside PostgreSQL's own COPY of the same rows into the same table, and in how much memory.

`measure(rows)` works on the database at hand and leaves its rows there: call it on one that may be thrown away.
"""

import csv
import resource
import tempfile
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from rca.imports.importing import bring_in
from rca.models import Complaint
from tests.imports.files import HEADINGS, RIGHT

WORDS = (
    "I ordered {a} on the {b}th and the invoice said something else again. I rang {a} times, was put through to {c}, "
    "and nobody could tell me why the price on the form is not the price that you charge. Please put it right."
)


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


def measure(rows: int = 100_000, companies: int = 0) -> dict[str, Any]:
    """Rows a second of an import, of a second import of the same file, and of COPY; megabytes at the peak."""
    importer = User.objects.system("importer")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.csv"
        write_file(path, rows, companies or max(rows // 10, 1))
        begun = perf_counter()
        batch = bring_in(path, "cfpb", by=importer)
        took = perf_counter() - begun
        begun = perf_counter()
        again = bring_in(path, "cfpb", by=importer)
        second = perf_counter() - begun
    assert (batch.created, again.created, again.unchanged) == (rows, 0, rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate, limit = rows / took, copy(min(rows, 50_000))
    return {"rows": rows, "rate": rate, "again_rate": rows / second, "copy_rate": limit, "share": rate / limit,
            "peak_mb": peak}  # fmt: skip


def told(rows: int) -> str:
    """The same as one line of the bench."""
    figures = measure(rows)
    said = "import of {rows:,} rows: {rate:,.0f} a second, the same file again {again_rate:,.0f}; "
    beside = "COPY of its complaints alone {copy_rate:,.0f}, so {share:.2f} of it; {peak_mb:,.0f} MB at the peak"
    return (said + beside).format(**figures)
