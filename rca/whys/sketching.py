"""The tree with its words as one drawing that stands alone: it asks for no font and no file, and is read by day and
by night. Whys go down a line each, indented by their depth, with the lines that join them."""

import textwrap
from html import escape

from rca.lib.text import first_line
from rca.whys.document import Document

INDENT, WIDTH, LINE, GAP = 28, 620, 18, 14
LETTERS = 84  # on one line of a box, at this width
MARKS = {"open": "?", "stated": "stated", "confirmed": "confirmed", "struck": "struck out"}
STYLE = """
  svg { color-scheme: light dark; --paper: #fff; --ink: #1c1b19; --soft: #625e57; --line: #9b968c; --kept: #1d6b3f;
    --due: #8a5a10; --late: #a3261d }
  @media (prefers-color-scheme: dark) { svg { --paper: #191815; --ink: #eeebe4; --soft: #b3aea3; --line: #78736a;
    --kept: #7fc79b; --due: #e0b064; --late: #f09287 } }
  .paper { fill: var(--paper) }
  text { fill: var(--ink); font: 14px Georgia, 'Times New Roman', serif }
  .q, .m, .n { font: 12px system-ui, 'Helvetica Neue', Arial, sans-serif; fill: var(--soft) }
  .t { font-size: 18px; font-weight: 600 } .n { font-weight: 700; fill: var(--ink) }
  .struck { text-decoration: line-through; fill: var(--soft) }
  .confirmed.m { fill: var(--kept) } .stated.m, .open.m { fill: var(--due) } .struck.m { fill: var(--late);
    text-decoration: none }
  .root { font-weight: 700 }
  path { fill: none; stroke: var(--line); stroke-width: 1.5 } path.st { stroke-dasharray: 4 4 }
  .ring { fill: var(--ink) }
""".strip("\n")


def sketch(made: Document) -> str:
    """An SVG file; every word in it is escaped, and it runs nothing."""
    deep = max((one["depth"] for one in made["nodes"]), default=1)
    wide = 40 + (deep - 1) * INDENT + WIDTH
    parts, y = [], 34.0
    for line in textwrap.wrap(" ".join(made["problem"].split()), 64)[:4]:
        parts.append(_text(20, y, line, "t"))
        y += 24
    parts.append(_text(20, y, _below(made), "m"))
    y += 30
    starts: dict[str, tuple[float, float]] = {}
    for one in made["nodes"]:
        x = 20.0 + (one["depth"] - 1) * INDENT
        if one["parent"]:
            parts.insert(0, _line(starts[one["parent"]], (x, y), stitched=one["state"] in ("open", "stated")))
        starts[one["id"]] = (x, y)
        y = _box(parts, one, x, y)
    high = round(y + 10)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
        f' role="img">'
        f"<title>{_safe(made['ref'])}: {_safe(first_line(made['problem'], 120))}</title><style>{STYLE}</style>"
        f'<rect class="paper" width="{wide}" height="{high}"/>{"".join(parts)}</svg>\n'
    )


def _box(parts: list[str], one: Document, x: float, y: float) -> float:
    """One why: its question small, its answer large, and how it stands; returns where the next begins."""
    parts.append(f'<circle class="ring" cx="{x:g}" cy="{y - 4:g}" r="{5 if one["is_root"] else 3}"/>')
    left = x + 14
    for line in _wrapped(f"{one['id']}  {one['why']}", 92):
        parts.append(_text(left, y, line, "q"))
        y += LINE - 2
    kind = "struck" if one["state"] == "struck" else "root" if one["is_root"] else ""
    for line in _wrapped(one["because"] or "…", LETTERS):
        parts.append(_text(left, y, line, kind))
        y += LINE
    for line in _wrapped(_stands(one), 96)[:2]:
        parts.append(_text(left, y, line, f"m {one['state']}"))
        y += LINE - 3
    return y + GAP


def _stands(one: Document) -> str:
    said = [MARKS[one["state"]]]
    said += [one["strike_reason"] if one["state"] == "struck" else one["evidence"]]
    said += [one["said_by"]]
    root = (
        f"ROOT, {one['root']['cause']} {one['root']['title']}" if one.get("root") else "ROOT" if one["is_root"] else ""
    )
    return ": ".join(part for part in (root, "; ".join(part for part in said if part)) if part)


def _below(made: Document) -> str:
    held = (made["concluded_at"] or made["started_at"] or made["planned_at"])[:10]
    return f"{made['ref']}, {held}, led by {made['facilitator']}"


def _wrapped(text: str, letters: int) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), letters)[:12] or [""]


def _line(above: tuple[float, float], here: tuple[float, float], *, stitched: bool) -> str:
    (x1, y1), (x2, y2) = above, here
    kind = ' class="st"' if stitched else ""
    return f'<path{kind} d="M{x1:g} {y1:g}V{y2 - 4:g}H{x2 - 4:g}"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}"{named}>{_safe(text)}</text>'


def _safe(text: str) -> str:
    """What XML may hold: markup as letters, and no control signs, which no file of it may have."""
    return escape(
        "".join(one for one in text if (one >= " " and one not in "\ufffe\uffff") or one in "\n\t"), quote=True
    )
