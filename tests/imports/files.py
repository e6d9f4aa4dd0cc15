"""Small files of the cfpb kind, right and wrong."""

import csv
import io
from pathlib import Path

HEADINGS = [
    "Date received", "Product", "Sub-product", "Consumer complaint narrative", "Company", "Submitted via",
    "Date sent to company", "Company response to consumer", "Complaint ID",
]  # fmt: skip
RIGHT = {
    "Date received": "03/22/23", "Product": "Loan", "Sub-product": "Payday loan",
    "Consumer complaint narrative": "You charged me twice.", "Company": "Harbour Loans", "Submitted via": "Web",
    "Date sent to company": "03/23/23", "Company response to consumer": "Closed with explanation", "Complaint ID": "1",
}  # fmt: skip


def row(number: int = 1, **cells: str) -> dict[str, str]:
    """A right row, with what is said otherwise: row(2, company="Globex", words="")."""
    names = {"words": "Consumer complaint narrative", "company": "Company", "date": "Date received",
             "via": "Submitted via", "response": "Company response to consumer", "product": "Sub-product",
             "id": "Complaint ID"}  # fmt: skip
    return {**RIGHT, "Complaint ID": str(number), **{names[name]: cell for name, cell in cells.items()}}


def text(*rows: dict[str, str], headings: list[str] = HEADINGS) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, headings, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(folder: Path, *rows: dict[str, str], encoding: str = "utf-8", name: str = "complaints.csv") -> Path:
    path = folder / name
    path.write_bytes(text(*rows).encode(encoding))
    return path
