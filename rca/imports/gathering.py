"""Several files of one export: which of them hold the tickets, what stands beside them, and what has no place."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rca.imports.beside import CALLED, TABLES, table_of
from rca.imports.formats import Format, Source
from rca.imports.presets import ANY, recognise
from rca.imports.reading import look, see_joined
from rca.lib.refused import Refused

TICKETS, ASIDE = "tickets", "aside"
ROLES = {TICKETS: "the tickets", "comments": "comments", "users": "people", "organizations": "organisations",
         ASIDE: "left aside"}  # fmt: skip
SHARED = ("day_first", "zone")  # how cells are read: one for all pages of an export
STRANGE = "It holds nothing that tickets could be joined with."

Given = Sequence[tuple[Path, str]]  # each file and the name it came with
Known = Callable[[Source], bool]


def gather(files: Given, *, roles: Mapping[str, str], told: bool, known: Known, leave: bool = False) -> list[Source]:
    """Each file looked at and given its part.

    `roles` is what a person said, by number; `told` that they also said what the columns are, so that a file alone
    holds tickets; `known` says whether somebody mapped such columns before; `leave` leaves aside what has no place.
    """
    alone = sum(roles.get(str(number)) != ASIDE for number in range(1, len(files) + 1)) == 1
    found = [_looked(path, name, number, roles.get(str(number), ""), alone)
             for number, (path, name) in enumerate(files, 1)]  # fmt: skip
    for source in found:
        if alone and source.role != ASIDE and (told or not source.role):
            source.role, source.why["role"] = TICKETS, "There is no other."
    _find_tickets([one for one in found if not one.role and one.headings], tickets_of(found), told, known)
    _pages_of_one(tickets_of(found))
    for source in found:
        if not source.role:
            source.why.setdefault("role", STRANGE)
            source.role = ASIDE if leave else ""
    return found


def _looked(path: Path, name: str, number: int, said: str, alone: bool) -> Source:
    if said == ASIDE:
        return Source(path, name, 0, "", Format(), {"role": "You left it aside."}, number=number, role=ASIDE)
    try:
        source = look(path, name)
    except Refused as refused:
        if alone:
            raise
        return Source(path, name, 0, "", Format(), {"role": refused.sentence}, number=number, role="")
    source.number, source.role = number, said or table_of(source)
    if said:
        source.why["role"] = "You said so."
    elif source.role:
        source.why["role"] = f"It has the columns of {CALLED[source.role]}."
    return source


def tickets_of(found: Sequence[Source]) -> list[Source]:
    """The files of tickets in the order in which they are read: by name, tickets-2 before tickets-10."""
    return sorted((one for one in found if one.role == TICKETS), key=_by_name)


def _by_name(source: Source) -> list[tuple[int, str]]:
    return [(int(part or 0), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", source.name.lower())]


def _find_tickets(open_: list[Source], have: list[Source], told: bool, known: Known) -> None:
    """Of the files that nobody has said anything about: those of a kind we know, else those with one set of columns."""
    sure = [one for one in open_ if recognise(one)[0] != ANY.name or known(one)]
    if not sure and not have and (told or len({tuple(one.headings) for one in open_}) == 1):
        sure = open_
    for one in sure:
        one.role = TICKETS
        one.why["role"] = recognise(one)[1]


def _pages_of_one(tickets: list[Source]) -> None:
    """Those that are not of the same making as the first have no place beside it."""
    for page in tickets[1:]:
        first = tickets[0]
        if (page.format.kind == "json") != (first.format.kind == "json") or page.format.kind != first.format.kind:
            page.role, page.why["role"] = "", f"It is written in another way than {first.name}: bring it in apart."
        elif recognise(page)[0] != recognise(first)[0] or (
            page.format.kind != "json" and list(page.headings) != list(first.headings)
        ):
            page.role, page.why["role"] = "", f"It has other columns than {first.name}: bring it in apart."


def refuse_what_has_no_place(found: Sequence[Source]) -> None:
    """Says what is missing, or what cannot be placed, in a sentence that says what to do."""
    lost = [one for one in found if not one.role]
    if lost:
        raise Refused(_no_place(lost))
    if not tickets_of(found):
        held = [f"{one.name} holds {CALLED[one.role]}" for one in found if one.role in TABLES]
        if not held:
            raise Refused("Every file is left aside: add the file with the tickets.")
        end = " and no tickets" if len(held) == 1 else ", and none of them holds tickets"
        raise Refused(f"{', '.join(held)}{end}: add the file with the tickets.")


def _no_place(lost: Sequence[Source]) -> str:
    names = ", ".join(one.name for one in lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
    whys = {one.why["role"] for one in lost}
    if whys == {STRANGE} and len(lost) > 1:
        why = "They hold nothing that tickets could be joined with."
    else:
        why = lost[0].why["role"] if len(lost) == 1 else f"{lost[0].name}: {lost[0].why['role']}"
    if len(lost) > 1:
        return f"{names} have no place here. {why} Say what they are, or leave them aside."
    return f"{names} has no place here. {why} Say what it is, or leave it aside."


def as_one(found: Sequence[Source], said: Mapping[str, Any] | None = None) -> Source:
    """The first file of tickets with its pages behind it and the others beside it; read as a person corrected it."""
    refuse_what_has_no_place(found)
    first, *pages = tickets_of(found)
    corrected = {name: value for name, value in (said or {}).items() if name in Format.__dataclass_fields__}
    other = {name: value for name, value in corrected.items() if value != getattr(first.format, name)}
    whole = look(first.path, first.name, replace(first.format, **corrected)) if corrected else first
    whole.number, whole.role, whole.why["role"] = first.number, first.role, first.why.get("role", "")
    whole.beside = [one for one in found if one.role in TABLES]
    for page in pages:
        one = look(page.path, page.name, replace(page.format, **other)) if other else page
        whole.pages.append(one)
        one.number, one.role, one.why["role"] = page.number, page.role, page.why.get("role", "")
        whole.rows, whole.counted = whole.rows + one.rows, whole.counted and one.counted
        if one.format.kind == "json":
            whole.headings = whole.headings | one.headings
        whole.profiles = one.profiles | whole.profiles
        whole.sample = one.sample | whole.sample
        if whole.format.day_first is None and "day_first" not in corrected:
            whole.format = replace(whole.format, day_first=one.format.day_first)
            whole.why["day_first"] = one.why["day_first"]
    if whole.beside:
        see_joined(whole)
    return whole
