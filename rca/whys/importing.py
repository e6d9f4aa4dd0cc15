"""Trees of whys from a file: each becomes a concluded session with its branches, loaded once however often read.

The plain shape is that of the published trees. What a session of ours exports has more: how each why stands, what
shows it, who said it, what was parked and brought. Files themselves are not in it: their names come as notes.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.people.models import User
from rca.lib.refused import Refused
from rca.lib.text import clean
from rca.whys.document import identity
from rca.whys.models import FiveWhys, Why
from rca.whys.stopping import cannot_be_root

SOURCE = "five whys file"
TRUNKS = {"occurrence": Why.Trunk.OCCURRENCE, "detection": Why.Trunk.ESCAPE, "recovery": Why.Trunk.RECOVERY}
STATES = ("open", "stated", "confirmed", "struck")
TEXTS = ("state", "evidence", "strike_reason", "said_by", "nudge_kept")  # of a node, beyond the plain shape
LIMIT = 5_000_000  # characters of one file; the longest real tree on file has about 3,000


@dataclass
class Loaded:
    """What one file gave: its session, and the whys that it names as roots. Marking those is the causes room's."""

    session: FiveWhys
    new: bool
    roots: list[Why] = field(default_factory=list)
    facts: dict[int, dict[str, str]] = field(default_factory=dict)  # of a root, where the file has them: its cause


def load(*, by: User, path: Path) -> Loaded:
    """Reads one tree; a tree that is here already is left as it is, and its roots are named again."""
    by.must("whys.import")
    tree = _read(path)
    nodes = _in_order(path, tree)
    flagged = {node["id"] for node in nodes if node.get("is_root")}
    if there := _here(tree["id"]):
        return Loaded(there, new=False, roots=_roots(there, nodes, flagged))
    with transaction.atomic():
        session = _session(by, tree)
        made = _grow(by, session, nodes, str(tree.get("source", "")) or path.name)
        _keep_beside(by, session, tree, made)
        session.conclude(by=by, conclusion=_conclusion(tree), at=session.planned_at)
    # What was struck out after it had been marked is no root any more.
    roots = {name: why for name, why in made.items() if name in flagged and not cannot_be_root(why.chain())}
    facts = {roots[node["id"]].pk: _cause(node) for node in nodes if node["id"] in roots}
    return Loaded(session, new=True, roots=list(roots.values()), facts=facts)


def _here(name: str) -> FiveWhys | None:
    """The session that this file was loaded as before, or that it was written from in this house."""
    ours = re.match(r"W-([0-9]{1,18})@", name)
    mine: FiveWhys | None = FiveWhys.objects.filter(pk=int(ours[1])).first() if ours else None
    if mine and identity(mine) == name:
        return mine
    found: FiveWhys | None = FiveWhys.objects.filter(source=SOURCE, external_id=name).first()
    return found


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
        for name in ("id", "why", *(() if node.get("state") == "open" else ("because",))):
            if not isinstance(node.get(name), str) or not clean(node[name]):
                raise Refused(f"{path.name}, node {node.get('id') or number}: “{name}” is missing.")
        _must_read(path, node)
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


def _must_read(path: Path, node: dict[str, Any]) -> None:
    """What a node has beyond the plain shape, each a text; a state that nobody knows is refused."""
    if wrong := next((name for name in TEXTS if not isinstance(node.get(name, ""), str)), None):
        raise Refused(f"{path.name}, node {node['id']}: “{wrong}” should be a text.")
    if node.get("state", "stated") not in STATES:
        raise Refused(f"{path.name}, node {node['id']}: state should be one of {', '.join(STATES)}.")
    if node.get("state") == "struck" and not clean(node.get("strike_reason", "")):
        raise Refused(f"{path.name}, node {node['id']}: it is struck out and “strike_reason” is missing.")
    if node.get("state") == "confirmed" and "evidence" in node and not clean(node["evidence"]):
        raise Refused(f"{path.name}, node {node['id']}: it is confirmed and “evidence” is empty.")


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
        made[node["id"]] = why
        if node.get("state") == "open":
            continue
        evidence = node.get("evidence", "" if node.get("unproven") else f"as told by the source: {source}")
        said_by = node.get("said_by", "the source")
        why.reply(by=by, answer=node["because"], said_by=said_by, evidence=evidence, at=at)
        if node.get("nudge_kept"):
            why.keep(by=by, kind=node["nudge_kept"], at=at)
    for node in nodes:  # only when all of them stand: below what is struck out nobody may ask
        if node.get("state") == "struck":
            made[node["id"]].strike(by=by, reason=node["strike_reason"], at=at)
    return made


def _keep_beside(by: User, session: FiveWhys, tree: dict[str, Any], made: dict[str, Why]) -> None:
    """What a file of ours has beside the tree: who was there, what was brought, what was parked."""
    at = session.planned_at
    for one in _things(tree, "participants", "name"):
        session.join(by=by, name=one["name"], part=str(one.get("part") or ""), at=at)
    for one in _things(tree, "evidence"):
        name, text = str(one.get("file") or ""), str(one.get("text") or "")
        said = " – ".join(
            part for part in (f"{name} (the file itself stayed where it was)" if name else "", text) if part
        )
        if said:
            session.bring(by=by, text=said, why=made.get(str(one.get("node"))), at=at)
    for one in _things(tree, "parked", "text"):
        said_by, node = str(one.get("said_by") or ""), str(one.get("node"))
        session.park(by=by, text=one["text"], said_by=said_by, why=made.get(node), at=at)


def _things(tree: dict[str, Any], name: str, needs: str = "") -> list[dict[str, Any]]:
    found = tree.get(name)
    rows = found if isinstance(found, list) else []
    return [one for one in rows if isinstance(one, dict) and (not needs or clean(str(one.get(needs) or "")))]


def _cause(node: dict[str, Any]) -> dict[str, str]:
    """What the file says of the cause at a root: its title, family, and why the asking stopped early."""
    root = node.get("root")
    names = ("title", "family", "early_reason")
    return {name: clean(str(root[name])) for name in names if root.get(name)} if isinstance(root, dict) else {}


def _roots(session: FiveWhys, nodes: list[dict[str, Any]], flagged: set[str]) -> list[Why]:
    """The whys of a session loaded before that the file names as roots, found again by question and answer."""
    whys = {(why.question, why.answer): why for why in session.whys.all()}
    found = (whys.get((clean(node["why"]), clean(node["because"]))) for node in nodes if node["id"] in flagged)
    return [why for why in found if why]


def _conclusion(tree: dict[str, Any]) -> str:
    own = tree.get("conclusion")
    return clean(own) if isinstance(own, str) and clean(own) else "\n".join(_told(tree)) or "As told by the source."


def _told(tree: dict[str, Any]) -> Iterator[str]:
    actions = tree.get("actions") or []
    if title := clean(str(tree.get("title", ""))):
        yield title + "."
    if isinstance(actions, list) and actions:
        done = (str(one.get("title", "")) if isinstance(one, dict) else str(one) for one in actions)
        yield "What the source did: " + "; ".join(clean(one) for one in done) + "."
    if note := clean(str(tree.get("note", ""))):
        yield note


def _date(text: str) -> datetime | None:
    """The day it happened; a source that gives none, or only a year, is dated by its import."""
    try:
        return datetime.fromisoformat(text.strip()[:10]).replace(hour=12, tzinfo=UTC)
    except ValueError:
        return None
