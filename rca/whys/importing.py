"""Trees of whys from a file: each becomes a concluded session with its branches, loaded once however often read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.people.models import User
from rca.lib.refused import Refused
from rca.lib.text import clean
from rca.whys.models import FiveWhys, Why

SOURCE = "five whys file"
TRUNKS = {"occurrence": Why.Trunk.OCCURRENCE, "detection": Why.Trunk.ESCAPE, "recovery": Why.Trunk.RECOVERY}
LIMIT = 5_000_000  # characters of one file; the longest real tree on file has about 3,000


@dataclass
class Loaded:
    """What one file gave: its session, and the whys that it names as roots. Marking those is the causes room's."""

    session: FiveWhys
    new: bool
    roots: list[Why] = field(default_factory=list)


def load(*, by: User, path: Path) -> Loaded:
    """Reads one tree; a tree that is here already is left as it is, and its roots are named again."""
    by.must("whys.import")
    tree = _read(path)
    nodes = _in_order(path, tree)
    flagged = {node["id"] for node in nodes if node.get("is_root")}
    there = FiveWhys.objects.filter(source=SOURCE, external_id=tree["id"]).first()
    if there:
        return Loaded(there, new=False, roots=_roots(there, nodes, flagged))
    with transaction.atomic():
        session = _session(by, tree)
        made = _grow(by, session, nodes, str(tree.get("source", "")) or path.name)
        session.conclude(by=by, conclusion=_conclusion(tree), at=session.planned_at)
    return Loaded(session, new=True, roots=[made[name] for name in made if name in flagged])


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        tree = json.loads(text) if len(text) <= LIMIT else None
    except OSError as error:
        raise Refused(f"{path.name} cannot be opened: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        where = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(f"{path.name} is no JSON file{where}.") from error
    if not isinstance(tree, dict):
        raise Refused(f"{path.name} holds no tree: it should be one object with id, problem and nodes.")
    for name in ("id", "problem"):
        if not isinstance(tree.get(name), str) or not clean(tree[name]):
            raise Refused(f"{path.name} has no “{name}”.")
    if not isinstance(tree.get("nodes"), list) or not tree["nodes"]:
        raise Refused(f"{path.name} has no nodes.")
    if len(tree["id"]) > 120:
        raise Refused(f"{path.name} has an id of {len(tree['id'])} characters; 120 is the most.")
    return tree


def _in_order(path: Path, tree: dict[str, Any]) -> list[dict[str, Any]]:
    """The nodes with every parent before its children; what is missing, twice or in a circle is refused by name."""
    left: list[dict[str, Any]] = tree["nodes"]
    for number, node in enumerate(left, 1):
        if not isinstance(node, dict):
            raise Refused(f"{path.name}, node {number}: it is no object.")
        for name in ("id", "why", "because"):
            if not isinstance(node.get(name), str) or not clean(node[name]):
                raise Refused(f"{path.name}, node {node.get('id') or number}: “{name}” is missing.")
        if node.get("branch", "occurrence") not in TRUNKS:
            raise Refused(f"{path.name}, node {node['id']}: branch should be one of {', '.join(TRUNKS)}.")
    names = [node["id"] for node in left]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Refused(f"{path.name}, node {twice}: there are two of that id.")
    ordered: list[dict[str, Any]] = []
    known: set[str | None] = {None}
    while left:
        ready = [node for node in left if node.get("parent") in known]
        if not ready:
            stuck = left[0]
            raise Refused(f"{path.name}, node {stuck['id']}: its parent “{stuck.get('parent')}” is not above it.")
        ordered += ready
        known |= {node["id"] for node in ready}
        left = [node for node in left if node["id"] not in known]
    return ordered


def _session(by: User, tree: dict[str, Any]) -> FiveWhys:
    at = _date(str(tree.get("incident_date", "")))
    session: FiveWhys = FiveWhys.objects.plan(
        by=by, problem=tree["problem"], impact=clean(str(tree.get("impact", "")))[:2000], source=SOURCE,
        external_id=tree["id"], at=at,
    )  # fmt: skip
    session.start(by=by, at=session.planned_at)
    return session


def _grow(by: User, session: FiveWhys, nodes: list[dict[str, Any]], source: str) -> dict[str, Why]:
    """Asks and answers every node; what the source shows is confirmed by it, what it calls unproven only stated."""
    made: dict[str, Why] = {}
    at = session.planned_at
    for node in nodes:
        trunk = TRUNKS[node.get("branch", "occurrence")]
        parent = made.get(node.get("parent") or "")
        why = session.ask(by=by, question=node["why"], parent=parent, trunk=trunk, beside=True, at=at)
        evidence = "" if node.get("unproven") else f"as told by the source: {source}"
        made[node["id"]] = why.reply(by=by, answer=node["because"], said_by="the source", evidence=evidence, at=at)
    return made


def _roots(session: FiveWhys, nodes: list[dict[str, Any]], flagged: set[str]) -> list[Why]:
    """The whys of a session loaded before that the file names as roots, found again by question and answer."""
    whys = {(why.question, why.answer): why for why in session.whys.all()}
    found = (whys.get((clean(node["why"]), clean(node["because"]))) for node in nodes if node["id"] in flagged)
    return [why for why in found if why]


def _conclusion(tree: dict[str, Any]) -> str:
    return "\n".join(_told(tree)) or "As told by the source."


def _told(tree: dict[str, Any]) -> Iterator[str]:
    actions = tree.get("actions") or []
    if title := clean(str(tree.get("title", ""))):
        yield title + "."
    if isinstance(actions, list) and actions:
        yield "What the source did: " + "; ".join(clean(str(one)) for one in actions) + "."
    if note := clean(str(tree.get("note", ""))):
        yield note


def _date(text: str) -> datetime | None:
    """The day it happened; a source that gives none, or only a year, is dated by its import."""
    try:
        return datetime.fromisoformat(text.strip()[:10]).replace(hour=12, tzinfo=UTC)
    except ValueError:
        return None
