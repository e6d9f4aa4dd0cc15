"""Every kind of file there is a reading for: which one fits a file, and a row of it read."""

from collections.abc import Mapping
from datetime import datetime

from rca.imports.beside import CALLED, table_of
from rca.imports.cells import Cells, Columns, LeftOut, Row, Unfit
from rca.imports.cfpb import CFPB
from rca.imports.desks import FRESHDESK, HELP_SCOUT, INTERCOM, ZAMMAD, ZENDESK
from rca.imports.formats import Format, Source
from rca.imports.kinds import Preset, taken
from rca.imports.trackers import HUBSPOT, JIRA
from rca.imports.ways import HOW_BAD, OVER, WAYS
from rca.lib.refused import Refused

__all__ = ["PRESETS", "Columns", "LeftOut", "Preset", "Row", "Unfit", "check", "mapped", "read", "recognise"]

ANY = Preset(
    name="any",
    title="Any other file",
    required=("account", "words", "received_at"),
    channels=WAYS,
    severities=HOW_BAD,
    closed=OVER,
    strict=True,
)
ASKED = {"account": "whose complaint it is", "words": "their words", "received_at": "when it came in"}
KINDS = (CFPB, ZENDESK, FRESHDESK, INTERCOM, HUBSPOT, JIRA, ZAMMAD, HELP_SCOUT, ANY)
PRESETS: dict[str, Preset] = {one.name: one for one in KINDS}


def recognise(source: Source) -> tuple[str, str]:
    """Which kind of file this is by its columns, and why we think so."""
    here = set(source.headings)
    fitting = [(len(marks), one, marks) for one in KINDS for marks in one.marks if marks <= here]
    if table := table_of(source):
        return ANY.name, f"It holds {CALLED[table]} and no tickets: bring it in beside the tickets of the same desk."
    if not fitting:
        return ANY.name, "Its columns are those of no kind we know: say which is which."
    _, preset, marks = max(fitting, key=lambda found: found[0])
    shown = ", ".join(f"“{source.headings[column]}”" for column in sorted(marks)[:4])
    return preset.name, f"It has the columns {shown}, as files of the kind {preset.title} do."


def mapped(preset: Preset, source: Source) -> Columns:
    """Where each column of the file goes, as the kind knows them; the others are left out."""
    usual = preset.usual()
    return Columns({column: usual.get(column, "") for column in source.columns})


def check(source: Source, preset: Preset, mapping: Columns) -> None:
    """Refuses a file that lacks a column without which no row of it could be taken."""
    places = preset.places(mapping)
    missing = [
        (list(preset.fields.get(ours, ())) or [ours])[0]
        for ours in preset.required
        if not any(column in source.columns for column in places.get(ours, ()))
    ]
    if missing:
        seen = ", ".join(list(source.columns.values())[:20]) or "none"
        if preset is ANY and source.headings:
            wanted = " and ".join(ASKED[ours] for ours in preset.required if not places.get(ours))
            raise Refused(f"Say which column of {source.name} holds {wanted}. Its columns are: {seen}.")
        raise Refused(
            f"{source.name} has no column {' and no column '.join(missing)}, which a file of the kind {preset.name} "
            f"has. Its columns are: {seen}."
        )


def read(
    preset: Preset, format: Format, mapping: Columns, cells: Mapping[str, str], headings: Mapping[str, str],
    now: datetime,
) -> Row:  # fmt: skip
    """One row as its kind reads it; raises `Unfit`. `headings` gives each column's name as the file writes it."""
    one = Cells(cells, headings, preset.places(mapping), preset.suited(format), mapping.values)
    row = taken(preset, one)
    if row.received_at > now:
        raise one.unfit(one.place("received_at"), "This day is still to come.")
    return row
