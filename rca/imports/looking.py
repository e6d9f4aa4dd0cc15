"""What looking at a file found, kept with its batch: how it is written, its columns, what they probably are."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from rca.imports.beside import TABLES
from rca.imports.gathering import TICKETS, as_one, gather, tickets_of
from rca.imports.guessing import Guess, guess
from rca.imports.models import Import, KnownFile
from rca.imports.presets import PRESETS, Columns, mapped, recognise
from rca.imports.reading import Format, Source
from rca.lib.refused import Refused
from rca.lib.text import clean

ANY = "any"


def keep_what_was_found(
    batch: Import, paths: Sequence[Path], *, preset: str = "", format: Mapping[str, Any] | None = None,
    fields: Mapping[str, str] | None = None, source: str = "", doubts_go: str = "", leave: bool = False,
) -> None:  # fmt: skip
    """Looks at the files and fills the batch; what a person said of them goes before what was found."""
    if preset and preset not in PRESETS:
        raise Refused(f"There is no preset {preset}: choose {', '.join(PRESETS)}.")
    given = list(zip(paths, [one["name"] for one in batch.files], strict=True))
    found = gather(given, roles=batch.roles, told=bool(preset or fields), known=_is_known, leave=leave)
    _keep_files(batch, found)
    file = as_one(found, {**batch.format, **(format or {})})
    for page in file.pages:
        batch.files[page.number - 1]["format"] = page.format.as_json()
    batch.name, batch.total, batch.format = file.name, file.rows, file.format.as_json()
    _keep_columns(batch, file, preset, fields or {}, source)
    batch.doubts_go = doubts_go or batch.doubts_go
    batch.state, batch.failure = Import.State.READY, ""
    if batch.pk:
        batch.save()


def _keep_columns(batch: Import, file: Source, preset: str, fields: Mapping[str, str], source: str) -> None:
    """Where the columns go: as a person says, as they said of these columns before, or as they were found."""
    headings = print_of(file.headings)
    before: Import | KnownFile | None = batch if batch.found.get("print") == headings else _known(headings)
    if preset or fields:
        before = None
    kind, why = (preset, "You said so.") if preset else recognise(file)
    name = batch.found.get("known", "") if before is batch else before.name if before else ""
    if before and (name or before.preset != kind):
        kind, why = before.preset, f"Its headings are those of “{name}”." if name else "You said so."
    guesses = _guesses(file, kind)
    mapping = _mapping(guesses)
    if before:
        kept = {column: ours for column, ours in before.mapping["fields"].items() if column in file.columns}
        mapping = {"fields": {**mapping["fields"], **kept}, "values": before.mapping["values"]}
    mapping["fields"] |= _by_column(file, fields)
    batch.preset, batch.mapping = kind, mapping
    batch.source = source or (before.source if before else "") or batch.source or _source(kind, headings)
    batch.found = {
        "why": {name: clean(why) for name, why in file.why.items()},
        # A list: jsonb keeps no order of keys.
        "headings": [[column, clean(heading)] for column, heading in file.columns.items()],
        "joined": list(file.joined), "sample": _shown(file.sample), "print": headings, "kind": why,
        "known": name, "counted": file.counted, "sheets": file.sheets,
        "guesses": {column: [one.sure, one.why] for column, one in guesses.items()},
    }  # fmt: skip


def _keep_files(batch: Import, found: Sequence[Source]) -> None:
    """What each file was taken for; kept also where they cannot be read together, since a person may then say more."""
    for entry, one in zip(batch.files, found, strict=True):
        entry.update(
            size=one.size or entry["size"], digest=one.digest or entry["digest"], role=one.role, rows=one.rows,
            why=clean(one.why.get("role", "")), format=one.format.as_json(),
            headings=[[column, clean(heading)] for column, heading in one.headings.items()],
        )  # fmt: skip
    used = [*tickets_of(found), *sorted((one for one in found if one.role in TABLES), key=lambda one: one.digest)]
    prints = [one.digest if one.role == TICKETS else f"{one.role} {one.digest}" for one in used]
    batch.digest = used[0].digest if len(used) == 1 else sha256("\n".join(prints).encode()).hexdigest()
    batch.size = sum(one["size"] for one in batch.files)
    if batch.pk:
        batch.save(update_fields=["files", "digest", "size"])


def print_of(headings: Mapping[str, str]) -> str:
    """What two files of the same kind have in common: their columns, in their order."""
    return sha256("\n".join(headings).encode()).hexdigest()


def _known(print_: str) -> KnownFile | None:
    return KnownFile.objects.filter(headings=print_).order_by("-at").first()


def _is_known(source: Source) -> bool:
    return _known(print_of(source.headings)) is not None


def source_of(batch: Import, paths: Sequence[Path]) -> Source:
    """The files as they were found, without looking at them again."""
    all_ = [
        Source(path, one["name"], one["size"], one["digest"], Format.from_json(one["format"]), number=number,
               headings=dict(one["headings"]), role=one["role"])
        for number, (path, one) in enumerate(zip(paths, batch.files, strict=True), 1)
    ]  # fmt: skip
    first, *pages = tickets_of(all_)
    first.format, first.pages = Format.from_json(batch.format), pages
    first.beside = [one for one in all_ if one.role in TABLES]
    joined, columns = batch.found.get("joined", []), dict(batch.found["headings"])
    first.headings = {column: heading for column, heading in columns.items() if column not in joined}
    first.joined = {column: columns[column] for column in joined}
    return first


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
    named = {heading.casefold(): column for column, heading in file.columns.items()}
    found = {}
    for heading, ours in fields.items():
        column = heading if heading in file.columns else named.get(heading.strip().casefold())
        if column is None:
            raise Refused(f"{file.name} has no column {heading}. Its columns are: {', '.join(file.columns.values())}.")
        found[column] = ours
    return found


def _source(kind: str, headings: str) -> str:
    """Whose numbers they are: the kind's; of an unknown kind, those of files with these headings."""
    return kind if kind != ANY else f"file-{headings[:10]}"


def _shown(sample: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {column: [clean(value)[:120] for value in values] for column, values in sample.items()}
