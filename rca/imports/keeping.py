"""The file itself, kept in the database in parts: received in flat memory, and laid on the worker's disk to be read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from rca.lib.refused import Refused
from rca.lib.text import clean

if TYPE_CHECKING:
    from rca.imports.models import Import

PART = 1024 * 1024
MOST_FILES = 50
KINDS = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".ndjson")


class Handed(NamedTuple):
    """A file as it is handed in: its name, and its bytes piece by piece."""

    name: str
    chunks: Iterable[bytes]


class TooBig(Refused):
    status = 413


def too_big(size: int) -> str:
    """All files of an import together; `settings.IMPORT_LIMIT` says how much that may be, the command reads any size.

    The limit is asked about twice: by the middleware, before a byte is read, going by what is announced; and here,
    by what came, since files that are handed in later add to those that are here.
    """
    most = filesizeformat(settings.IMPORT_LIMIT)
    return (
        f"That is {filesizeformat(size)}; {most} is the most that is taken here, all files of an import together. Cut "
        "it in two, or have it brought in on the server: manage.py import_complaints reads files of any size."
    )


def file_name(name: str) -> str:
    """A name to show: nothing in it that turns the line round or hides the rest."""
    plain = "".join(letter for letter in clean(name) if letter.isprintable()).replace("\\", "/").rsplit("/", 1)[-1]
    return plain.strip()[:200] or "a file without a name"


def store(batch: "Import", files: Iterable[Handed]) -> None:
    """Keeps the files behind those that are here, in parts as they come, a row each."""
    for name, chunks in files:
        number, entry = len(batch.files) + 1, {"name": file_name(name), "role": "", "why": "", "rows": 0}
        if number > MOST_FILES:
            raise Refused(f"{MOST_FILES} files are the most that one import is made of.")
        size, digest = _parts(batch, number, chunks)
        if not size:
            raise Refused(f"{entry['name']} is empty.")
        if twin := next((one["name"] for one in batch.files if one["digest"] == digest), ""):
            raise Refused(f"{entry['name']} is {twin} once more, byte by byte: hand it in once.")
        batch.files.append(entry | {"size": size, "digest": digest})
        batch.size += size


def _parts(batch: "Import", file: int, chunks: Iterable[bytes]) -> tuple[int, str]:
    """How many bytes there were, and their digest."""
    digest, size, number, waiting = sha256(), 0, 0, bytearray()
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        if batch.size + size > settings.IMPORT_LIMIT:
            raise TooBig(too_big(batch.size + size))
        waiting += chunk
        while len(waiting) >= PART:
            batch.parts.create(file=file, number=number, bytes=bytes(waiting[:PART]))
            number, waiting = number + 1, waiting[PART:]
    if waiting:
        batch.parts.create(file=file, number=number, bytes=bytes(waiting))
    return size, digest.hexdigest()


@contextmanager
def on_disk(batch: "Import") -> Iterator[Sequence[Path]]:
    """The files in a folder of their own for as long as they are read; names keep what the kind is known by."""
    with TemporaryDirectory(prefix="amends-import-") as folder:
        paths = []
        for place, entry in enumerate(batch.files, 1):
            kind = Path(entry["name"]).suffix.lower()
            paths.append(Path(folder) / f"file{place}{kind if kind in KINDS else ''}")
            with paths[-1].open("wb") as file:
                parts = batch.parts.filter(file=place)
                for number in parts.order_by("number").values_list("number", flat=True):
                    file.write(parts.values_list("bytes", flat=True).get(number=number))
        yield paths
