"""The first sentence of the day: what matters most, in words, said from the rows that the page shows."""

from typing import Any

from rca.lib.said import clock_face, span
from rca.today.sections import Day, Section

WORDS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]


def sentences(day: Day, found: list[Section]) -> tuple[str, str]:
    """The one in bold and what follows it."""
    by_name = {section.name: section for section in found if section.rows}
    first = [*_decide(by_name), *_overdue(day, by_name)]
    if not first:
        first = _next(day, by_name)
    rest = _told(by_name)
    if not by_name:
        return "Nothing waits for you.", "Whatever you promise, log or mark stands here when its time comes."
    return (" ".join(first) or "Nothing is overdue."), rest


def _decide(found: dict[str, Section]) -> list[str]:
    said = []
    if section := found.get("decisions"):
        said.append(f"{_many(section, 'cause')} {_verb(section, 'waits', 'wait')} for your decision.")
    if section := found.get("grants"):
        said.append(f"{_many(section, 'grant')} {_verb(section, 'waits', 'wait')} for your word.")
    return said


def _overdue(day: Day, found: dict[str, Section]) -> list[str]:
    said = []
    slipped = [one for one in _rows(found, "promises") if one.state == "open" and one.window_until < day.at]
    if len(slipped) == 1:
        one = slipped[0]
        said.append(f"{one.account.name} waits for {_what(one)}: {span(day.at - one.window_until)} over.")
    elif slipped:
        said.append(f"{_count(len(slipped), 'promise')} slipped, the first to {slipped[0].account.name}.")
    late = [one for one in _rows(found, "own_up") if one.acknowledge_by < day.at]
    if len(late) == 1:
        said.append(f"{late[0].account.name} has waited too long to hear “you are right”.")
    elif late:
        all_late = found["own_up"].more and len(late) == len(found["own_up"].rows)
        many = f"More than {_count(len(late), 'complaint').lower()}" if all_late else _count(len(late), "complaint")
        said.append(f"{many} have waited too long to hear “you are right”.")
    return said


def _next(day: Day, found: dict[str, Section]) -> list[str]:
    coming = [one for one in _rows(found, "promises") if one.state == "open"]
    if coming:
        face = clock_face(coming[0].window_from, None, day.at)
        when = "now" if face.state == "late" else face.text
        return [f"{_what(coming[0]).capitalize()} for {coming[0].account.name} {when}."]
    if section := found.get("own_up"):
        return [f"{_many(section, 'complaint')} {_verb(section, 'is', 'are')} still to be owned up to, all in time."]
    return []


def _told(found: dict[str, Section]) -> str:
    open_now = [one for one in _rows(found, "untold") if one.slot and one.slot.open]
    if not open_now:
        return ""
    return f"{_count(len(open_now), 'account')} can be told right now, in their own hours."


def _what(promise: Any) -> str:
    kinds = {"call_back": "a call back", "answer": "an answer", "fix": "a thing put right", "visit": "a visit"}
    return kinds.get(promise.kind, "what was promised")


def _rows(found: dict[str, Section], name: str) -> list[Any]:
    return found[name].rows if name in found else []


def _many(section: Section, one: str) -> str:
    return f"More than {_count(len(section.rows), one).lower()}" if section.more else _count(len(section.rows), one)


def _count(number: int, one: str) -> str:
    """Three causes; 14 causes."""
    return f"{WORDS[number] if number < len(WORDS) else number} {one if number == 1 else one + 's'}"


def _verb(section: Section, one: str, many: str) -> str:
    return one if len(section.rows) == 1 and not section.more else many
