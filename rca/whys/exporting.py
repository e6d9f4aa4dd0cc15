"""A session as a file to take along: JSON that `import_whys` reads again, Markdown, and its tree as a drawing."""

import json
from collections.abc import Iterator

from rca.lib.text import count
from rca.whys.document import Document
from rca.whys.sketching import sketch

TRUNKS = {
    "occurrence": "Why did it happen?",
    "detection": "Why did it reach the customer before us?",
    "recovery": "Why did mending it take so long?",
}
STATES = {"open": "not answered", "stated": "stated", "confirmed": "confirmed", "struck": "struck out"}


def as_json(made: Document) -> str:
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def as_markdown(made: Document) -> str:
    return "\n".join(_lines(made)).rstrip() + "\n"


KINDS = {
    "json": (as_json, "application/json"),
    "md": (as_markdown, "text/markdown"),
    "svg": (sketch, "image/svg+xml"),
}


def plain(text: str) -> str:
    """Somebody’s words on one line of Markdown: what would be a mark there stays a letter."""
    line = " ".join(text.split())
    for mark in ("\\", "`", "*", "_", "[", "]", "<", ">", "#", "|", "~"):
        line = line.replace(mark, f"\\{mark}")
    return line


def _lines(made: Document) -> Iterator[str]:
    yield from (f"# {made['ref']}: {plain(made['problem'])}", "")
    if made["impact"]:
        yield from (f"What it did to them: {plain(made['impact'])}", "")
    yield from (f"- {name}: {value}" for name, value in _facts(made) if value)
    yield ""
    yield from _section("Complaints", [
        f"{one['ref']}, {plain(one['account'])} ({one['account_ref']}): “{plain(one['words'][:300])}”"
        for one in made["complaints"]
    ])  # fmt: skip
    yield from _tree(made)
    yield from _section("Roots", [_root(one) for one in made["nodes"] if one["is_root"]])
    yield from _section("Evidence", [
        " – ".join(plain(part) for part in (one["file"], one["text"]) if part)
        + f" ({plain(one['by'])}{', to ' + one['node'] if one['node'] else ''})" for one in made["evidence"]
    ])  # fmt: skip
    yield from _section("Actions", [
        f"{one['ref']} {plain(one['title'])}: {one['kind']}, {plain(one['owner'])}, by {one['due']}, {one['says']}"
        for one in made["actions"]
    ])  # fmt: skip
    yield from _section("Decided not to act", [
        ": ".join(plain(part) for part in (one["what"], one["reason"]) if part)
        + (f" ({plain(one['by'])})" if one["by"] else "") for one in made["not_acted"]
    ])  # fmt: skip
    yield from _section("Parked ideas", [
        plain(one["text"]) + (f" ({plain(one['said_by'])})" if one["said_by"] else "")
        + (", taken up" if one["taken_up"] else "") for one in made["parked"]
    ])  # fmt: skip
    if made["conclusion"]:
        yield from ("## What it found", "", plain(made["conclusion"]))


def _facts(made: Document) -> list[tuple[str, str]]:
    there = [one["name"] for one in made["participants"] if one["coming"] != "no"]
    off = made.get("called_off")
    return [
        ("State", made["state"].replace("_", " ")),
        ("Led by", plain(made["facilitator"])),
        ("In the room", plain(", ".join(there))),
        ("Held", (made["started_at"] or made["slot_from"])[:16].replace("T", " ")),
        ("Concluded", made["concluded_at"][:16].replace("T", " ")),
        ("Called off", plain(off["reason"]) if off else ""),
        ("It took", made["cost"]["says"]),
    ]


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from (f"## {title}", "", *(f"- {line}" for line in lines), "")


def _tree(made: Document) -> Iterator[str]:
    if not made["nodes"]:
        return
    yield from ("## The tree", "")
    trunk = ""
    for one in made["nodes"]:
        if one["parent"] is None and one["branch"] != trunk:
            trunk = one["branch"]
            yield from (f"**{TRUNKS[trunk]}**", "")
        yield f"{'  ' * (one['depth'] - 1)}- {_why(one)}"
    yield ""


def _why(one: Document) -> str:
    said = plain(one["because"]) or "…"
    if one["state"] == "struck":
        said = f"~~{said}~~"
    marks = [STATES[one["state"]]]
    marks += [plain(one["evidence"])] if one["evidence"] else []
    marks += [f"because {plain(one['strike_reason'])}"] if one["strike_reason"] else []
    marks += [f"said by {plain(one['said_by'])}"] if one["said_by"] else []
    root = f" **Root, {one['root']['cause']}.**" if one["is_root"] else ""
    return f"{one['id']} {plain(one['why'])} {said} ({'; '.join(marks)}){root}"


def _root(one: Document) -> str:
    root = one["root"]
    early = f", stopped early: {plain(root['early_reason'])}" if root["early_reason"] else ""
    return f"{root['cause']} {plain(root['title'])}, at {count(one['depth'], 'why')} ({root['cause_state']}){early}"
