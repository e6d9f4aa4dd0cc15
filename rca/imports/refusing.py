"""The refused rows as a file to mend: each as it was, with a column “why”, and no cell that a spreadsheet would run."""

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rca.imports.models import Import

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


def safe_cell(value: str) -> str:
    """A cell that a spreadsheet takes for text, whatever it begins with (ASVS 5.0, 1.2.10)."""
    return f"'{value}" if value.lstrip(" ").startswith(DANGEROUS) else value


class _Line:
    """What csv.writer writes into: hands each line back."""

    def write(self, text: str) -> str:
        return text


def error_file(batch: "Import") -> Iterator[str]:
    """The lines of the file, in the file's own columns; read in pieces, so that memory stays flat."""
    writer: Any = csv.writer(_Line(), delimiter=batch.format.get("delimiter") or ",")
    headings = [(key, heading) for key, heading in batch.found.get("headings", [])]
    yield "\ufeff"  # so that a spreadsheet knows the letters
    yield writer.writerow([safe_cell(heading) for _, heading in headings] + ["row", "column", "why"])
    for one in batch.refusals.order_by("row").iterator(chunk_size=500):
        cells = [safe_cell(one.raw.get(key) or "") for key, _ in headings]
        yield writer.writerow([*cells, one.row, safe_cell(one.column), safe_cell(one.why)])
