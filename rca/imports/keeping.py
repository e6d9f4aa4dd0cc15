"""The file itself, kept in the database in parts: received in flat memory, and laid on the worker's disk to be read."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.template.defaultfilters import filesizeformat

from rca.lib.refused import Refused
from rca.lib.text import clean

if TYPE_CHECKING:
    from rca.imports.models import Import

PART = 1024 * 1024
BIGGEST = 200 * PART  # through the browser and the API; the command reads a file of any size from its disk
KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".ndjson")


class TooBig(Refused):
    status = 413


def check_size(size: int) -> None:
    """Said before a byte is read, where the size is known beforehand."""
    if size > BIGGEST + PART:  # the form around the file takes a little too
        raise TooBig(_too_big(size))


def _too_big(size: int) -> str:
    return (
        f"The file has {filesizeformat(size)}; {filesizeformat(BIGGEST)} is the most that is taken here. Cut it in "
        "two, or have it brought in on the server: manage.py import_complaints reads a file of any size."
    )


def file_name(name: str) -> str:
    """A name to show: nothing in it that turns the line round or hides the rest."""
    plain = "".join(letter for letter in clean(name) if letter.isprintable()).replace("\\", "/").rsplit("/", 1)[-1]
    return plain.strip()[:200] or "a file without a name"


def store(batch: "Import", chunks: Iterable[bytes]) -> tuple[int, str]:
    """The parts as they come, a row each; how many bytes there were, and their digest."""
    digest, size, number, waiting = sha256(), 0, 0, bytearray()
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        if size > BIGGEST:
            raise TooBig(_too_big(size))
        waiting += chunk
        while len(waiting) >= PART:
            batch.parts.create(number=number, bytes=bytes(waiting[:PART]))
            number, waiting = number + 1, waiting[PART:]
    if waiting:
        batch.parts.create(number=number, bytes=bytes(waiting))
    return size, digest.hexdigest()


@contextmanager
def on_disk(batch: "Import") -> Iterator[Path]:
    """The file in a folder of its own for as long as it is read; its name keeps what the kind is known by."""
    with TemporaryDirectory(prefix="amends-import-") as folder:
        kind = Path(batch.name).suffix.lower()
        path = Path(folder) / f"file{kind if kind in KINDS else ''}"
        with path.open("wb") as file:
            for number in batch.parts.order_by("number").values_list("number", flat=True):
                file.write(batch.parts.values_list("bytes", flat=True).get(number=number))
        yield path
