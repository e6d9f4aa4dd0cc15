"""The map of a large tree: across by depth, down by branch; every point leads to its why."""

from typing import NamedTuple

from rca.lib.text import first_line
from rca.whys.stopping import FLOOR
from rca.whys.tree import Node, Tree
from rca.whys.why import Why

STEP, WIDTH = 14.2, 100.0  # percent: from one depth to the next at most, and from the first why to the deepest
ROW, TOP = 26, 22  # pixels: between two branches, and above the first


class Point(NamedTuple):
    x: str
    y: float
    kind: str
    label: str
    url: str
    root: str
    letter: str
    ends: bool  # nothing is to its right, so that a label fits there


class Line(NamedTuple):
    x1: str
    y1: float
    x2: str
    y2: float
    stitched: bool


class Map(NamedTuple):
    points: list[Point]
    lines: list[Line]
    floor: str
    height: int
    wide: int  # how many times ten levels, so that a deep tree is as wide as it needs and is scrolled


def draw(tree: Tree) -> Map:
    deepest = max((node.why.depth for node in tree.whole), default=1)
    step = min(STEP, WIDTH / max(deepest - 1, 1))
    rows = _rows(tree)
    lines = [
        Line(_across(node.above, step), rows[node.above.why.pk], _across(node, step), rows[node.why.pk],
             node.why.state in (Why.State.OPEN, Why.State.STATED))
        for node in tree.whole if node.above
    ]  # fmt: skip
    points = [_point(node, step, rows) for node in tree.whole]
    return Map(points, lines, f"{(FLOOR - 0.5) * step:.1f}%", int(max(rows.values(), default=0)) + 44,
               min(10, -(-deepest // 10)))  # fmt: skip


def _rows(tree: Tree) -> dict[int, float]:
    """Leaves first, one below the other, so that each why stands in the middle of those below it."""
    rows: dict[int, float] = {}
    free = float(TOP)
    for node in tree.whole:
        if not node.children:
            rows[node.why.pk], free = free, free + ROW
    for node in sorted(tree.whole, key=lambda one: -one.why.depth):
        if node.children:
            rows[node.why.pk] = (rows[node.children[0].why.pk] + rows[node.children[-1].why.pk]) / 2
    return rows


def _across(node: Node, step: float) -> str:
    return f"{(node.why.depth - 1) * step:.1f}%"


def _point(node: Node, step: float, rows: dict[int, float]) -> Point:
    kinds = {Why.State.CONFIRMED: "full", Why.State.STRUCK: "cut"}
    kind = "here" if node.selected else kinds.get(Why.State(node.why.state), "open")
    said = first_line(node.why.answer or node.why.question, 90)
    label = f"Why {node.why.depth}{', branch ' + node.letter if node.letter else ''}: {said}"
    cause = f"R-{node.why.root.cause_id}" if node.root else ""
    url = f"?at={node.key}#why-{node.key}"
    return Point(_across(node, step), rows[node.why.pk], kind, label, url, cause, node.letter, not node.children)
