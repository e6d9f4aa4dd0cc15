"""The tree as a page draws it: branches with their letters, which of them is open, the meter of depth and the map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from rca.lib.text import count
from rca.whys.asking import two_causes
from rca.whys.nudging import BLAMING, Nudge
from rca.whys.stopping import FLOOR, advice
from rca.whys.why import TWO, Why

MANY = 12  # whys from which on the page folds the branches nobody is at, and draws the map
TRUNKS = {
    Why.Trunk.OCCURRENCE: "Why did it happen?",
    Why.Trunk.ESCAPE: "Why did it reach the customer before us?",
    Why.Trunk.RECOVERY: "Why did mending it take so long?",
}


BADGES = {
    state: format_html(
        '<span class="badge" data-state="{}"><svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>{}</span>',
        colour, icon, text,
    )
    for state, colour, icon, text in [
        (Why.State.CONFIRMED, "kept", "check", "confirmed"),
        (Why.State.STATED, "due", "half", "stated, not yet shown"),
        (Why.State.STRUCK, "late", "cross", "struck out"),
        (Why.State.OPEN, "rest", "open", "not asked yet"),
    ]
}  # fmt: skip


@dataclass
class Node:
    why: Why
    above: "Node | None"
    children: "list[Node]" = field(default_factory=list)
    shown: "list[Node]" = field(default_factory=list)  # those of them that the page shows
    letter: str = ""  # of a branch: every answer but the first to one question; in a large tree the first too
    heading: str = ""
    on_path: bool = False  # leads to the why that is being worked on
    selected: bool = False
    nudge: Nudge | None = None
    halves: tuple[str, str] | None = None  # of an answer that holds two causes
    taken: "Node | None" = None  # the why below that took the nudge's question
    opens: bool = False  # the first of the answers beside it: its list begins here
    fork: bool = False  # one of several beside each other
    folds: bool = False
    closes: SafeString | str = ""

    @cached_property
    def key(self) -> str:
        return str(self.why.pk)  # as text, so that no template puts a comma into it

    @cached_property
    def badge(self) -> SafeString:
        return BADGES[Why.State(self.why.state)]

    @cached_property
    def root(self) -> object | None:
        return getattr(self.why, "root", None)

    @cached_property
    def files(self) -> list[Any]:
        return list(self.why.files.all())

    @cached_property
    def fixes(self) -> list[Any]:
        return list(self.why.fixes.all())

    @property
    def named(self) -> bool:
        """Whether its branch is named over it, and not on the line of a fold."""
        return bool(self.heading or (self.letter and not self.folds))

    @property
    def near(self) -> bool:
        """Whether somebody is at work here, so that advice stands in full; further off it is one line."""
        return self.selected or not self.children or any(child.selected for child in self.children)

    @property
    def trunk(self) -> str:
        """The title over a trunk, at its first answer."""
        return TRUNKS[Why.Trunk(self.why.trunk)] if self.opens and not self.above else ""

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

    @cached_property
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
    """All the whys of one session; `at` is the one being worked on, `focus` the branch that alone is shown."""

    def __init__(
        self, whys: Iterable[Why], at: int | None = None, names: Sequence[str] = (), focus: int | None = None,
        *, advised: bool = True,
    ) -> None:  # fmt: skip
        self.by_pk: dict[int, Node] = {}
        tops: list[Node] = []
        for why in sorted(whys, key=lambda one: (one.depth, one.order, one.pk)):
            above = self.by_pk.get(why.parent_id) if why.parent_id else None
            node = Node(why, above)
            (above.children if above else tops).append(node)
            self.by_pk[why.pk] = node
        rank = list(Why.Trunk)
        tops.sort(key=lambda node: rank.index(Why.Trunk(node.why.trunk)))
        self.selected = self.by_pk.get(at or 0) or self._next()
        if self.selected:
            self.selected.selected = True
            for node in self.selected.chain():
                node.on_path = True
        self.many = len(self.by_pk) > MANY
        self.whole = self._lay(tops, letters=True)
        self.focus = self._focused(focus)
        self.nodes = self.whole
        if self.focus:
            chain = self.focus.chain()
            for upper, lower in pairwise(chain):
                upper.shown = [lower]
            self.many = len(chain) + len(self.focus.below()) > MANY
            self.nodes = self._lay(chain[:1], letters=False)
        if advised:
            self._advise(names)

    def _next(self) -> Node | None:
        """What is worked on when nobody says: the newest question without an answer, else the newest answer."""
        standing = [node for node in self.by_pk.values() if node.why.state != Why.State.STRUCK]
        return max(standing, key=lambda node: (node.why.state == Why.State.OPEN, node.why.pk), default=None)

    def _focused(self, focus: int | None) -> Node | None:
        """The branch alone, as long as what is being worked on is part of it or leads to it."""
        node = self.by_pk.get(focus or 0)
        if node is None or self.selected is None:
            return None
        return node if node in self.selected.chain() or self.selected in node.chain() else None

    def _beside(self, node: Node, tops: list[Node]) -> list[Node]:
        """The answers that share one list: those below the same why, or the first ones of one trunk."""
        return node.above.shown if node.above else [one for one in tops if one.why.trunk == node.why.trunk]

    def _lay(self, tops: list[Node], *, letters: bool) -> list[Node]:
        """Into one flat list, each with the lists it opens and closes: a template need not call itself, however deep
        the tree is. A branch keeps the letter that the whole tree gave it."""
        laid: list[Node] = []
        todo, letter = tops[::-1], 0 if self.many else 1
        while todo:
            node = todo.pop()
            node.shown = node.shown if not letters else node.children
            beside = self._beside(node, tops)
            node.opens = node is beside[0]
            node.fork = len(beside) > 1 and not self.many
            node.folds = len(beside) > 1 and self.many
            if letters and (not node.opens or node.folds):
                node.letter, letter = _letter(letter), letter + 1
            if node.above and node.why.trunk != node.above.why.trunk:
                node.heading = TRUNKS[Why.Trunk(node.why.trunk)]
            laid.append(node)
            todo.extend(reversed(node.shown))
            node.closes = "" if node.shown else mark_safe(self._closing(node, tops))
        return laid

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
            if TWO not in node.why.kept_kinds:
                node.halves = two_causes(node.why.answer, names)
            if found and found.kind not in node.why.kept_kinds:
                node.taken = next((one for one in node.children if one.why.question == found.ask), None)
                # A chain that went on past the person was asked on: there is nothing left to nudge at.
                went_on = any(one.why.state in (Why.State.STATED, Why.State.CONFIRMED) for one in node.children)
                node.nudge = None if found.kind in BLAMING and went_on and not node.taken else found

    @property
    def depth(self) -> int:
        """How deep the answers go that stand."""
        dead = (Why.State.STRUCK, Why.State.OPEN)
        return max((node.why.depth for node in self.whole if node.why.state not in dead), default=0)

    @cached_property
    def open(self) -> list[Node]:
        return [node for node in self.whole if node.why.state == Why.State.OPEN]

    @cached_property
    def roots(self) -> list[Node]:
        return [node for node in self.whole if node.root is not None]

    @property
    def struck(self) -> int:
        return sum(node.why.state == Why.State.STRUCK for node in self.whole)

    @property
    def unescaped(self) -> bool:
        """Whether nobody has asked yet why it reached the customer before us."""
        return not any(node.why.trunk == Why.Trunk.ESCAPE for node in self.whole)

    @property
    def waits(self) -> Node | None:
        """The question to go back to, when what is being worked on is something else."""
        found = self._next()
        return found if found and found is not self.selected and found.why.state == Why.State.OPEN else None

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
