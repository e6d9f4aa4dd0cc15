"""Files that stand beside tickets: the people, organisations and comments that a desk exports apart."""

import json
from collections.abc import Sequence

from rca.imports.envelopes import WHO, Envelope, flats, kept_beside, opened
from rca.imports.formats import Source
from rca.imports.lines import lines
from rca.lib.refused import Refused

TABLES = {
    "comments": ({"ticket_id", "body"}, {"ticket_id", "body_text"}, {"ticket_id", "plain_body"}),
    "organizations": ({"name", "shared_tickets"}, {"name", "domain_names"}, {"name", "domains"}),
    "users": ({"id", "name", "email"}, {"id", "firstname", "email"}),
}
CALLED = {"comments": "comments", "organizations": "organisations", "users": "people"}


def table_of(source: Source) -> str:
    """Which such table a file is by its columns; nothing where it holds tickets or something else."""
    here = set(source.headings)
    if here & {"subject", "status", "priority", "requester_id"}:
        return ""
    return next((name for name, marks in TABLES.items() if any(mark <= here for mark in marks)), "")


def beside(sources: Sequence[Source]) -> Envelope:
    """All that those files say of people, organisations and comments, by number."""
    found = Envelope()
    for source in sources:
        table = source.role
        if table not in TABLES:
            raise Refused(
                f"{source.name} holds no people, organisations or comments that tickets could be joined with."
            )
        if source.format.kind == "json":
            envelope = opened(source.path, source.name, source.format)
            for _, cells, _ in flats(source.path, source.name, source.format, envelope):
                kept_beside(found, table, cells, source.name)
            continue
        columns = list(source.headings)
        for number, line, _ in lines(source.path, source.name, source.format):
            if number > source.format.heading and any(line):
                kept_beside(found, table, dict(zip(columns, line, strict=False)), source.name)
    return found


def joined(cells: dict[str, str], found: Envelope) -> dict[str, str]:
    """The cells of a ticket with the names, addresses and words that its numbers stand for; its own go before."""
    house = cells.get("organization_id") or cells.get("company_id") or ""
    more: dict[str, str] = {}
    for who in WHO:
        if person := found.people.get(cells.get(f"{who}_id") or ""):
            more |= {f"{who}_{name}": str(value) for name, value in person.items() if name != "organization_id"}
            house = house or str(person.get("organization_id") or "")
    if name := found.houses.get(house):
        more |= {"organization_name": name, "organization_id": house}
    if said := found.said.get(cells.get("id") or cells.get("ticket_id") or ""):
        more["comments"] = json.dumps([said], ensure_ascii=False)
    return cells | {column: cell for column, cell in more.items() if not cells.get(column)}
