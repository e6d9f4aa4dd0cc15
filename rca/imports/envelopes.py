"""The records inside JSON: found in their envelope, joined with the people and organisations beside them, made flat."""

import json
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from rca.imports.formats import Format, key
from rca.imports.objects import Path_, members, met
from rca.lib.refused import Refused

MAIN = ["tickets", "conversations", "issues", "hits", "complaints", "cases", "results", "records", "values", "items",
        "data", ""]  # fmt: skip
PEOPLE = {"users", "contacts", "customers", "requesters", "user", "customer"}
HOUSES = {"organizations", "companies", "accounts", "organization", "company"}
SAID = {"comments", "articles", "threads", "ticketarticle"}
BESIDE = PEOPLE | HOUSES | SAID
NUMBERS = ("id", "key", "_id", "number", "ticket_id", "complaint_id", "uuid")
HOISTED = ("_source", "properties", "fields", "ticket", "conversation")
NAMES = ("first", "firstname", "firstName", "first_name", "last", "lastname", "lastName", "last_name")
WHO = ("requester", "customer", "contact", "author", "reporter")
MOST_BESIDE = 300_000
DEEPEST = 4
LONGEST_LIST = 200_000  # characters of a list kept as it is: comments

Flat = tuple[int, dict[str, str], int]


@dataclass
class Envelope:
    """Where the records of a file stand, and what stands beside them by number."""

    main: str | None = None
    count: int = 0
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    houses: dict[str, str] = field(default_factory=dict)
    said: dict[str, dict[str, Any]] = field(default_factory=dict)


def opened(path: Path, name: str, format: Format) -> Envelope:
    """Reads the file once: which of its lists holds the records, how many, and all that stands beside them."""
    found, sizes, tops = Envelope(), Counter[str](), 0
    for top, whole, where, value, _ in met(path, name, format.encoding):
        tops = top
        single = whole and is_record(value)
        sizes[""] += single
        for here, one in members(value) if whole and isinstance(value, dict) else ((where, value),):
            place = _place(here)
            if isinstance(one, dict) and place in BESIDE and not (single and place in SAID):
                kept_beside(found, place, one, name)
            if isinstance(one, dict) and not single and (len(one) > 1 or is_record(one)):
                sizes[place] += 1
        if whole and isinstance(value, dict) and not sizes.total():
            sizes["whole"] += 1
    found.main = _main(sizes, tops)
    if found.main is None:
        raise Refused(f"{name} holds no list of tickets or complaints that can be found in it.")
    found.count = sizes[found.main]
    return found


def _main(sizes: Counter[str], tops: int) -> str | None:
    for place in MAIN:
        if sizes[place]:
            return place
    lists = [place for place in sizes if place != "whole" and place not in BESIDE and sizes[place] > 1]
    if len(lists) == 1:
        return lists[0]
    if sizes["whole"] > 1 and sizes["whole"] == tops:
        return "whole"
    beside = [place for place in sizes if place in BESIDE]
    return max(beside, key=lambda place: sizes[place]) if beside else None


def _place(where: Path_) -> str:
    """The name of the list a value stands in; the parts of a numbered table count as its elements."""
    if len(where) == 3 and where[0] == "assets":
        return {"Ticket": "tickets", "User": "users", "Organization": "organizations"}.get(where[1], where[1].lower())
    return where[-1].lower() if where else ""


def is_record(value: Any) -> bool:
    """Whether an object is a thing with a number of its own, or nothing but a wrapper around one."""
    if not isinstance(value, dict):
        return False
    wrapped = (value.get(name) for name in ("ticket", "conversation"))
    return any(isinstance(value.get(name), str | int) for name in NUMBERS) or any(map(is_record, wrapped))


def kept_beside(found: Envelope, place: str, one: Mapping[str, Any], name: str) -> None:
    """Keeps what a ticket may need of a person, an organisation or a comment, and no more."""
    if len(found.people) + len(found.houses) + len(found.said) > MOST_BESIDE:
        raise Refused(
            f"{name} holds more than {MOST_BESIDE:,} people, organisations and comments beside its tickets: "
            "export it in parts."
        )
    if place in SAID:
        ticket = str(one.get("ticket_id") or one.get("conversation_id") or "")
        first = found.said.get(ticket)
        at = str(one.get("created_at") or one.get("created") or "")
        hidden = any(_is(one.get(name)) for name in ("private", "internal")) or not _is(one.get("public", True))
        if ticket and not hidden and (first is None or at < str(first["created_at"])):
            body = next((one[name] for name in ("plain_body", "body_text", "body", "text") if one.get(name)), "")
            found.said[ticket] = {"body": str(body)[:LONGEST_LIST], "created_at": at}
    elif (number := one.get("id")) is not None and place in HOUSES:
        found.houses[str(number)] = str(one.get("name") or "")
    elif number is not None:
        kept = {
            "name": one.get("name") or " ".join(str(one[part]) for part in NAMES if one.get(part)),
            "email": one.get("email"),
            "phone": one.get("phone") or one.get("mobile"),
            "organization_id": one.get("organization_id") or one.get("company_id"),
        }
        found.people[str(number)] = {name: value for name, value in kept.items() if value}


def _is(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value or "").lower() in ("true", "1", "yes")


def flats(path: Path, name: str, format: Format, envelope: Envelope, cursor: int = 0) -> Generator[Flat, None, int]:
    """Each record behind the `cursor`th as flat cells, with what stands beside it joined in; how many there are."""
    number = 0
    for _, whole, where, value, position in met(path, name, format.encoding):
        for one in _records(whole, where, value, envelope.main or ""):
            number += 1
            if number <= cursor:
                continue
            yield number, flat(_joined(one, envelope)), position
    return number


def _records(whole: bool, where: Path_, value: Any, main: str) -> Iterator[dict[str, Any]]:
    if whole and (is_record(value) or main == "whole"):
        if main in ("", "whole") and isinstance(value, dict):
            yield value
        return
    for here, one in members(value) if whole and isinstance(value, dict) else ((where, value),):
        if _place(here) == main and isinstance(one, dict) and (len(one) > 1 or is_record(one)):
            yield one


def _joined(record: dict[str, Any], envelope: Envelope) -> dict[str, Any]:
    for name in HOISTED:
        if isinstance(record.get(name), dict):
            inner = record[name]
            record = {**inner, **{other: value for other, value in record.items() if other != name}}
    if envelope.said and "comments" not in record and (said := envelope.said.get(str(record.get("id")))):
        record = {**record, "comments": [said]}
    house = record.get("organization_id") or record.get("company_id")
    for who in WHO:
        person = envelope.people.get(str(record.get(f"{who}_id"))) if envelope.people else None
        if person:
            if not record.get(who):
                record = {**record, who: person}
            house = house or person.get("organization_id")
    if house and not record.get("organization") and not record.get("company") and str(house) in envelope.houses:
        record = {**record, "organization": {"name": envelope.houses[str(house)]}, "organization_id": house}
    return record


def flat(record: dict[str, Any]) -> dict[str, str]:
    """{"via": {"channel": "web"}} is the column via_channel, as it is in a CSV of the same desk."""
    cells: dict[str, str] = {}
    _flatten(record, "", 1, cells)
    return cells


def _flatten(value: dict[str, Any], before: str, depth: int, cells: dict[str, str]) -> None:
    if before and not value.get("name") and (parts := [str(value[one]) for one in NAMES if value.get(one)]):
        cells[f"{before}_name"] = " ".join(parts)
    for name, inner in value.items():
        column = _column(before, name)
        if isinstance(inner, dict):
            if inner.get("type") == "doc" and "content" in inner:
                cells[column] = "\n".join(_document(inner, 1)).strip()
            elif depth < DEEPEST:
                _flatten(inner, column, depth + 1, cells)
            else:
                cells[column] = _kept(inner)
        else:
            cells[column] = _cell(inner)


@lru_cache(maxsize=4096)
def _column(before: str, name: str) -> str:
    return f"{before}_{key(name)}" if before else key(name) or "column"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        simple = all(not isinstance(one, dict | list) for one in value)
        return ", ".join(_cell(one) for one in value) if simple else _kept(value)
    return str(value)


def _kept(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (RecursionError, ValueError):
        return ""
    return text if len(text) <= LONGEST_LIST else ""


def _document(node: dict[str, Any], depth: int) -> Iterator[str]:
    """The words of a document of Atlassian's: its paragraphs, one a line."""
    inner = [one for one in node.get("content") or [] if isinstance(one, dict)] if depth < 40 else []
    if all(one.get("type") in ("text", "hardBreak", "mention", "emoji", "inlineCard") for one in inner):
        yield "".join("\n" if one.get("type") == "hardBreak" else str(one.get("text") or "") for one in inner)
        return
    for one in inner:
        yield from _document(one, depth + 1)
