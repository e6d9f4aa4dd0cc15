"""A session as one plain document: what its record shows, what is kept when it ends, and what a file of it holds.

The tree has the shape of the published ones that `import_whys` reads: nodes with id, parent, why and because. What is
known beyond that stands beside it under names of its own, so that a reader of the plain shape passes over it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from accounts.audit.models import Entry
from rca.complaints.models import Complaint
from rca.whys.spending import cost
from rca.whys.tree import Node, Tree
from rca.whys.why import Why

if TYPE_CHECKING:
    from rca.whys.models import FiveWhys

Document = dict[str, Any]
FORMAT = "amends five whys, 1"
BRANCHES = {Why.Trunk.OCCURRENCE: "occurrence", Why.Trunk.ESCAPE: "detection", Why.Trunk.RECOVERY: "recovery"}


def document(session: "FiveWhys") -> Document:
    """Everything that is known of it, in a number of queries that does not grow with its tree."""
    whys = session.whys.select_related("root__cause", "root__by", "by").prefetch_related("files__by")
    tree = Tree(whys)
    ids = numbered(tree)
    roots = [node for node in tree.nodes if node.root]
    shown = [
        *session.evidence.select_related("by").defer("content"),
        *(file for node in tree.nodes for file in node.files),
    ]
    fixes = _fixes(session, [node.why.root.cause_id for node in roots])
    return {
        "format": FORMAT,
        **_head(session),
        "complaints": [_complaint(one) for one in session.complaints.select_related("account").order_by("id")],
        "participants": [_guest(one) for one in session.participants.all()],
        "nodes": [_node(node, ids) for node in tree.nodes],
        "evidence": [_evidence(one, ids) for one in shown],
        "actions": [_action(one, ids) for one in fixes],
        "parked": [_idea(one, ids) for one in session.parked.select_related("earlier__session")],
        "not_acted": list(_not_acted(session, tree, fixes, roots)),
        "cost": _cost(session),
    }


def numbered(tree: Tree) -> dict[int, str]:
    """1, 1.1, 1.2, 2: each why by its place."""
    ids: dict[int, str] = {}
    tops = 0
    places: dict[int, int] = {}
    for node in tree.nodes:
        if node.above is None:
            tops += 1
            ids[node.why.pk] = str(tops)
        else:
            above = node.above.why.pk
            places[above] = places.get(above, 0) + 1
            ids[node.why.pk] = f"{ids[above]}.{places[above]}"
    return ids


def identity(session: "FiveWhys") -> str:
    """The name of its file: the one it came by, or its own and the house’s."""
    house = settings.SITE_ADDRESS.split("//")[-1].strip("/")
    return session.external_id or f"{session.ref}@{house}"


def _head(session: "FiveWhys") -> Document:
    off = getattr(session, "calling_off", None)
    return {
        "id": identity(session),
        "ref": session.ref,
        "title": session.title,
        "problem": session.problem,
        "impact": session.impact,
        "incident_date": (session.started_at or session.planned_at).date().isoformat(),
        "source": session.source or f"Amends, {settings.HOUSE_NAME}",
        "state": session.state,
        "facilitator": session.facilitator.name,
        "place": session.place,
        "slot_from": _at(session.slot_from),
        "slot_until": _at(session.slot_until),
        "planned_at": _at(session.planned_at),
        "started_at": _at(session.started_at),
        "concluded_at": _at(session.concluded_at),
        "concluded_by": session.concluded_by.name if session.concluded_by else "",
        "conclusion": session.conclusion,
        **({"called_off": {"reason": off.reason, "by": off.by.name, "at": _at(off.at)}} if off else {}),
    }


def _complaint(one: Complaint) -> Document:
    return {"ref": one.ref, "account": one.account.name, "account_ref": one.account.ref, "words": one.words[:4000],
            "received": one.received_at.date().isoformat()}  # fmt: skip


def _guest(one: Any) -> Document:
    return {"name": one.name, "part": one.part, "coming": one.coming, "words": one.words}


def _node(node: Node, ids: dict[int, str]) -> Document:
    why = node.why
    return {
        "id": ids[why.pk],
        "parent": ids[why.parent_id] if why.parent_id else None,
        "why": why.question,
        "because": why.answer,
        "is_root": node.root is not None,
        "branch": BRANCHES[Why.Trunk(why.trunk)],
        "unproven": why.state != Why.State.CONFIRMED,
        "depth": why.depth,
        "state": why.state,
        "evidence": why.evidence,
        "strike_reason": why.strike_reason,
        "said_by": why.said_by,
        "written_by": why.by.name,
        "at": _at(why.at),
        "nudge_kept": why.nudge_kept,
        **({"root": _root(why)} if node.root else {}),
    }


def _root(why: Why) -> Document:
    root: Any = why.root
    cause = root.cause
    return {
        "cause": cause.ref, "title": cause.title, "family": cause.family, "cause_state": cause.get_state_display(),
        "would_have_happened": root.would_have_happened, "stays_away": root.stays_away,
        "reads_back": root.reads_back, "early_reason": root.early_reason, "marked_by": root.by.name,
        "marked_at": _at(root.at),
    }  # fmt: skip


def _evidence(one: Any, ids: dict[int, str]) -> Document:
    """What was brought to the session, or a file that shows one of its whys."""
    return {"text": getattr(one, "text", ""), "file": one.name, "size": one.size, "sha256": one.digest,
            "node": ids.get(one.why_id), "by": one.by.name, "at": _at(one.at)}  # fmt: skip


def _fixes(session: "FiveWhys", causes: list[int]) -> list[Any]:
    """What was proposed at its whys, and what is done about the causes that it found."""
    model: Any = Why._meta.get_field("fixes").related_model
    rows = model.objects.filter(why__session=session) | model.objects.filter(cause__in=causes)
    return list(rows.select_related("owner").order_by("due", "id").distinct())


def _action(one: Any, ids: dict[int, str]) -> Document:
    return {"ref": one.ref, "title": one.title, "kind": one.kind, "owner": one.owner.name,
            "due": one.due.isoformat(), "state": one.state, "says": one.get_state_display(),
            "node": ids.get(one.why_id)}  # fmt: skip


def _idea(one: Any, ids: dict[int, str]) -> Document:
    before = one.earlier.session.ref if one.earlier else ""
    return {"text": one.text, "said_by": one.said_by, "node": ids.get(one.why_id), "at": _at(one.at),
            "taken_up": one.taken_up_at is not None, "before": before}  # fmt: skip


def _not_acted(session: "FiveWhys", tree: Tree, fixes: list[Any], roots: list[Node]) -> Iterable[Document]:
    """What it was decided to leave: fixes that were dropped, causes that we live with, where the asking stopped early,
    advice that was read and not followed, and questions that nobody answered."""
    dropped = {one.ref: one for one in fixes if one.state == "dropped"}
    accepted = {node.why.root.cause.ref: node.why.root.cause for node in roots
                if node.why.root.cause.state == "accepted"}  # fmt: skip
    acts = Entry.objects.filter(ref__in=[*dropped, *accepted], act__in=["dropped", "decided"])
    said = {(one.ref, one.act): one for one in acts.select_related("by").order_by("id")}
    for ref, fix in dropped.items():
        yield _left(f"{ref} {fix.title}: dropped", said.get((ref, "dropped")))
    for ref, cause in accepted.items():
        yield _left(f"{ref} {cause.title}: we live with it", said.get((ref, "decided")))
    for node in roots:
        root: Any = node.root
        if root.early_reason:
            yield {"what": f"Why {root.depth}: stopped before the floor of five", "reason": root.early_reason,
                   "by": root.by.name, "at": _at(root.at)}  # fmt: skip
    for node in tree.nodes:
        if node.why.nudge_kept:
            what = f"Why {node.why.depth}, “{node.why.answer}”: kept as it is"
            yield {"what": what, "reason": "The advice on it was read and not followed.", "by": ""}
        if node.why.state == Why.State.OPEN and session.state == "concluded":
            yield {"what": f"{node.why.question}: left unanswered", "reason": "", "by": ""}


def _left(what: str, entry: Entry | None) -> Document:
    if entry is None:
        return {"what": what, "reason": "", "by": ""}
    return {"what": what, "reason": entry.words, "by": entry.by.name, "at": _at(entry.at)}


def _cost(session: "FiveWhys") -> Document:
    found = cost(session)
    return {"people": found.people, "minutes": found.minutes, "person_hours": found.hours,
            "amount": str(found.amount) if found.amount is not None else None, "says": found.says}  # fmt: skip


def _at(moment: datetime | date | None) -> str:
    return moment.isoformat() if moment else ""
