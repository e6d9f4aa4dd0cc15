"""What looking at a file found, kept with its batch: how it is written, its columns, what they probably are."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from rca.imports.guessing import Guess, guess
from rca.imports.models import Import, KnownFile
from rca.imports.presets import PRESETS, Columns, mapped, recognise
from rca.imports.reading import Format, Source, look
from rca.lib.refused import Refused
from rca.lib.text import clean

ANY = "any"


def keep_what_was_found(
    batch: Import, path: Path, *, preset: str = "", format: Mapping[str, Any] | None = None,
    fields: Mapping[str, str] | None = None, source: str = "", doubts_go: str = "",
) -> None:  # fmt: skip
    """Looks at the file and fills the batch; what a person said of it goes before what was found."""
    if preset and preset not in PRESETS:
        raise Refused(f"There is no preset {preset}: choose {', '.join(PRESETS)}.")
    said = {**batch.format, **(format or {})}
    file = look(path, batch.name)
    if said:
        file = look(
            path, batch.name, replace(file.format, **{name: said[name] for name in said if name in asdict(file.format)})
        )
    kind, why = (preset, "You said so.") if preset else recognise(file)
    guesses = _guesses(file, kind)
    headings = print_of(file.headings)
    known = None if preset or fields else KnownFile.objects.filter(headings=headings).order_by("-at").first()
    if known:
        kind, why = known.preset, f"Its headings are those of “{known.name}”."
    mapping = known.mapping if known else _mapping(guesses)
    mapping["fields"] = {**mapping["fields"], **_by_column(file, fields or {})}
    batch.size, batch.digest, batch.total = file.size, file.digest, file.rows
    batch.preset, batch.mapping = kind, mapping
    batch.format = file.format.as_json()
    batch.source = source or (known.source if known else "") or batch.source or _source(kind, headings)
    batch.doubts_go = doubts_go or batch.doubts_go
    batch.found = {
        "why": {name: clean(why) for name, why in file.why.items()},
        # A list: jsonb keeps no order of keys.
        "headings": [[column, clean(heading)] for column, heading in file.headings.items()],
        "sample": _shown(file.sample), "print": headings, "kind": why,
        "known": known.name if known else "", "counted": file.counted, "sheets": file.sheets,
        "guesses": {column: [one.sure, one.why] for column, one in guesses.items()},
    }  # fmt: skip
    batch.state = Import.State.READY
    if batch.pk:
        batch.save()


def print_of(headings: Mapping[str, str]) -> str:
    """What two files of the same kind have in common: their columns, in their order."""
    return sha256("\n".join(headings).encode()).hexdigest()


def source_of(batch: Import, path: Path) -> Source:
    """The file as it was found, without looking at it again."""
    format = Format.from_json(batch.format)
    return Source(path, batch.name, batch.size, batch.digest, format, headings=dict(batch.found["headings"]))


def _guesses(file: Source, kind: str) -> dict[str, Guess]:
    """A kind that is known says where its columns go; else each is guessed."""
    if kind == ANY:
        return guess(file)
    preset = PRESETS[kind]
    return {
        column: Guess(ours, True, f"as {preset.title} calls it" if ours else "not taken from such a file")
        for column, ours in mapped(preset, file).fields.items()
    }


def _mapping(guesses: Mapping[str, Guess]) -> dict[str, Any]:
    values = {column: one.values for column, one in guesses.items() if one.values}
    return Columns({column: one.field for column, one in guesses.items()}, values).as_json()


def _by_column(file: Source, fields: Mapping[str, str]) -> dict[str, str]:
    """Columns as a person names them, by heading or by key."""
    named = {heading.casefold(): column for column, heading in file.headings.items()}
    found = {}
    for heading, ours in fields.items():
        column = heading if heading in file.headings else named.get(heading.strip().casefold())
        if column is None:
            raise Refused(f"{file.name} has no column {heading}. Its columns are: {', '.join(file.headings.values())}.")
        found[column] = ours
    return found


def _source(kind: str, headings: str) -> str:
    """Whose numbers they are: the kind's; of an unknown kind, those of files with these headings."""
    return kind if kind != ANY else f"file-{headings[:10]}"


def _shown(sample: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {column: [clean(value)[:120] for value in values] for column, values in sample.items()}
