"""The tree as a page draws it: branches with their letters, which of them is open, the meter of depth and the map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

from rca.lib.text import count, first_line
from rca.whys.nudging import Nudge
from rca.whys.stopping import FLOOR, advice
from rca.whys.why import Why

MANY = 12  # whys from which on the page folds the branches nobody is at, and draws the map
HEADINGS = {
    Why.Trunk.ESCAPE: "Why did it reach the customer before us?",
    Why.Trunk.RECOVERY: "Why did mending it take so long?",
}


@dataclass
class Node:
    why: Why
    above: "Node | None"
    children: "list[Node]" = field(default_factory=list)
    letter: str = ""  # of a branch: every answer but the first to one question; in a large tree the first too
    heading: str = ""
    on_path: bool = False  # leads to the why that is being worked on
    selected: bool = False
    nudge: Nudge | None = None
    taken: "Node | None" = None  # the why below that took the nudge's question
    opens: bool = False  # the first of the answers beside it: its list begins here
    fork: bool = False  # one of several beside each other
    folds: bool = False
    closes: SafeString | str = ""

    @property
    def root(self) -> object | None:
        return getattr(self.why, "root", None)

    @property
    def leaf(self) -> bool:
        return not self.children

    def chain(self) -> "list[Node]":
        chain = [self]
        while chain[-1].above:
            chain.append(chain[-1].above)
        return chain[::-1]

    def below(self) -> "list[Node]":
        """This why and all below it, first answers first."""
        found, todo = [], [self]
        while todo:
            node = todo.pop()
            found.append(node)
            todo.extend(reversed(node.children))
        return found

    @property
    def summary(self) -> str:
        """nine whys, one root: what a fold holds, said on its line."""
        inside = self.below()
        said = [count(len(inside), "why")]
        roots = sum(node.root is not None for node in inside)
        struck = sum(node.why.state == Why.State.STRUCK for node in inside)
        said += [count(roots, "root")] if roots else []
        said += [f"{struck} struck out"] if struck else []
        return ", ".join(said)

    @property
    def waiting(self) -> bool:
        return any(node.why.state == Why.State.OPEN for node in self.below())


class Tree:
    """All the whys of one session; `at` is the one being worked on."""

    def __init__(self, whys: Iterable[Why], at: int | None = None, names: Sequence[str] = ()) -> None:
        self.nodes: list[Node] = []
        self.by_pk: dict[int, Node] = {}
        tops: list[Node] = []
        for why in sorted(whys, key=lambda one: (one.depth, one.order, one.pk)):
            above = self.by_pk.get(why.parent_id) if why.parent_id else None
            node = Node(why, above)
            (above.children if above else tops).append(node)
            self.by_pk[why.pk] = node
        self.many = len(self.by_pk) > MANY
        self.selected = self.by_pk.get(at or 0) or self._next()
        if self.selected:
            self.selected.selected = True
            for node in self.selected.chain():
                node.on_path = True
        rank = list(Why.Trunk)
        tops.sort(key=lambda node: rank.index(Why.Trunk(node.why.trunk)))
        self._lay(tops)
        self._advise(names)

    def _next(self) -> Node | None:
        """What is worked on when nobody says: the newest question without an answer, else the newest answer."""
        standing = [node for node in self.by_pk.values() if node.why.state != Why.State.STRUCK]
        return max(standing, key=lambda node: (node.why.state == Why.State.OPEN, node.why.pk), default=None)

    def _beside(self, node: Node, tops: list[Node]) -> list[Node]:
        """The answers that share one list: those below the same why, or the first ones of one trunk."""
        return node.above.children if node.above else [one for one in tops if one.why.trunk == node.why.trunk]

    def _lay(self, tops: list[Node]) -> None:
        """Into one flat list, each with the lists it opens and closes: a template need not call itself, however deep
        the tree is."""
        todo, letters = tops[::-1], 0 if self.many else 1
        while todo:
            node = todo.pop()
            beside = self._beside(node, tops)
            node.opens = node is beside[0]
            node.fork = len(beside) > 1 and not self.many
            node.folds = len(beside) > 1 and self.many
            if not node.opens or node.folds:
                node.letter, letters = _letter(letters), letters + 1
            if node.why.trunk != (node.above.why.trunk if node.above else Why.Trunk.OCCURRENCE):
                node.heading = HEADINGS.get(Why.Trunk(node.why.trunk), "") if node.above or node.opens else ""
            self.nodes.append(node)
            todo.extend(reversed(node.children))
            if node.leaf:
                node.closes = mark_safe(self._closing(node, tops))

    def _closing(self, node: Node, tops: list[Node]) -> str:
        """The tags that end with this leaf: its own, and those of everything above of which it is the last."""
        tags, here = "", node
        while True:
            tags += "</li></ol></details></li>" if here.folds else "</li>"
            if here is not self._beside(here, tops)[-1]:
                return tags
            tags += "</ol>"
            if here.above is None:
                return tags
            here = here.above

    def _advise(self, names: Sequence[str]) -> None:
        for node in self.nodes:
            if node.why.state == Why.State.OPEN or node.why.state == Why.State.STRUCK or node.root:
                continue
            found = advice(node.why, [one.why for one in node.chain()], names)
            if found and node.why.nudge_kept != found.kind:
                node.nudge = found
                node.taken = next((one for one in node.children if one.why.question == found.ask), None)

    @property
    def depth(self) -> int:
        """How deep the answers go that stand."""
        dead = (Why.State.STRUCK, Why.State.OPEN)
        return max((node.why.depth for node in self.nodes if node.why.state not in dead), default=0)

    @property
    def open(self) -> list[Node]:
        return [node for node in self.nodes if node.why.state == Why.State.OPEN]

    @property
    def roots(self) -> list[Node]:
        return [node for node in self.nodes if node.root is not None]

    @property
    def struck(self) -> int:
        return sum(node.why.state == Why.State.STRUCK for node in self.nodes)

    def meter(self) -> "Meter":
        here = self.selected.why.depth if self.selected and self.selected.why.state == Why.State.OPEN else 0
        return meter(self.depth if not here else max(here - 1, 0), here)


def _letter(number: int) -> str:
    """A, B … Z, then AA."""
    return chr(65 + number) if number < 26 else _letter(number // 26 - 1) + chr(65 + number % 26)


class Cell(NamedTuple):
    x: float
    kind: str  # full, here or open


class Meter(NamedTuple):
    cells: list[Cell]
    width: int
    label: str
    here: int


def meter(depth: int, here: int = 0) -> Meter:
    """How deep a session is, with the floor of five drawn in; `here` is a why that waits for its answer."""
    cells = []
    for number in range(1, max(8, depth + 1, here + 1) + 1):
        x = (number - 1) * 18 + (6 if number > FLOOR else 0)
        kind = "here" if number == here else "full" if number <= depth else "open"
        cells.append(Cell(x + 0.5 if kind == "open" else x, kind))
    label = f"{count(depth, 'why')} deep" + (f", at why {here}" if here else "") + "; five is the floor"
    return Meter(cells, int(cells[-1].x) + 20, label, here)


class Point(NamedTuple):
    x: str
    y: float
    kind: str
    label: str
    url: str
    root: str


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


def draw(tree: Tree) -> Map:
    """The whole tree at a glance: across by depth, down by branch; every point leads to its why."""
    step = min(14.2, 90 / max((node.why.depth for node in tree.nodes), default=1))
    rows: dict[int, float] = {}
    free = 20.0
    for node in reversed(tree.nodes):  # leaves first, so that each why stands in the middle of those below it
        if node.leaf:
            rows[node.why.pk] = 0.0
    for node in tree.nodes:
        if node.leaf:
            rows[node.why.pk], free = free, free + 26
    for node in sorted(tree.nodes, key=lambda one: -one.why.depth):
        if not node.leaf:
            below = [rows[child.why.pk] for child in node.children]
            rows[node.why.pk] = (below[0] + below[-1]) / 2
    points = [_point(node, step, rows) for node in tree.nodes]
    lines = [
        Line(_across(node.above, step), rows[node.above.why.pk], _across(node, step), rows[node.why.pk],
             node.why.state in (Why.State.OPEN, Why.State.STATED))
        for node in tree.nodes if node.above
    ]  # fmt: skip
    return Map(points, lines, f"{3 + (FLOOR - 0.5) * step:.1f}%", int(free) + 8)


def _across(node: Node, step: float) -> str:
    return f"{3 + (node.why.depth - 1) * step:.1f}%"


def _point(node: Node, step: float, rows: dict[int, float]) -> Point:
    kinds = {Why.State.CONFIRMED: "full", Why.State.STRUCK: "cut"}
    kind = "here" if node.selected else kinds.get(Why.State(node.why.state), "open")
    said = first_line(node.why.answer or node.why.question, 90)
    label = f"Why {node.why.depth}{', branch ' + node.letter if node.letter else ''}: {said}"
    cause = f"R-{node.why.root.cause_id}" if node.root else ""
    return Point(_across(node, step), rows[node.why.pk], kind, label, f"?at={node.why.pk}#why-{node.why.pk}", cause)
