"""The refused rows as a file to mend: each as it was, with a column “why”, and no cell that a spreadsheet would run."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rca.lib.tables import lines, safe_cell

if TYPE_CHECKING:
    from rca.imports.models import Import


def error_file(batch: "Import") -> Iterator[str]:
    """The lines of the file, in the file's own columns; read in pieces, so that memory stays flat."""
    headings = [(key, heading) for key, heading in batch.found.get("headings", [])]
    file = ["file"] if batch.pages > 1 else []
    rows = (
        [*(one.raw.get(key) or "" for key, _ in headings), *([one.file_name] if file else []), str(one.row), one.column,
         one.why]
        for one in batch.refusals.order_by("row").iterator(chunk_size=500)
    )  # fmt: skip
    named = [safe_cell(heading) for _, heading in headings]
    return lines([*named, *file, "row", "column", "why"], rows, delimiter=batch.format.get("delimiter") or ",")
