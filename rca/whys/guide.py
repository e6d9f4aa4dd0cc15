"""What helps somebody who leads a session: the guide, and one line of it where it is needed, until it is put away."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Count, Q

from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.lib.rows import HouseQuerySet
from rca.whys.nudging import BLAMING
from rca.whys.spoken import spoken
from rca.whys.stopping import FLOOR
from rca.whys.tree import Tree
from rca.whys.why import TWO, Why

NEWEST = 20_000  # whys whose advice is counted: the newest, so that a house of any size counts as quickly
ENOUGH = 10  # times that a kind was kept or asked before its share says anything


class Hint(NamedTuple):
    """One line in the room; `part` is where the guide says more."""

    name: str
    text: str
    part: str


HINTS = {
    one.name: one
    for one in (
        Hint("first", "Begin with what happened to the customer, in their words. Who did it is not asked.", "words"),
        Hint("few", "Only one person is in the room. It finds what those in it know: who does this work each day?",
             "room"),
        Hint("floor", "Five whys and not one branch. Most complaints have more than one cause: ask “why else?” once.",
             "branches"),
        Hint("person", "This chain ends on a person: it is half way. What made it possible for anyone there?",
             "person"),
        Hint("trunk", "Nobody has asked why it reached the customer before us. That chain often has its own root.",
             "trunks"),
    )
}  # fmt: skip


class PutAwayQuerySet(HouseQuerySet["PutAway"]):
    def visible_to(self, user: Any) -> "PutAwayQuerySet":
        """One's own."""
        return self.filter(person=getattr(user, "pk", None))


class PutAwayManager(models.Manager["PutAway"].from_queryset(PutAwayQuerySet)):  # type: ignore[misc]
    def put_away(self, *, by: User, hint: str, at: datetime | None = None) -> None:
        """This person knows it by now: the line is not shown to them again. A second time changes nothing."""
        by.must("read")
        if hint not in HINTS:
            raise Refused("There is no such hint.")
        self.get_or_create(person=by, hint=hint, defaults={"at": at or now()})

    def bring_back(self, *, by: User) -> None:
        """Every line is shown to this person again."""
        by.must("read")
        self.filter(person=by).delete()

    def names(self, user: User) -> set[str]:
        return set(self.visible_to(user).values_list("hint", flat=True))


class PutAway(models.Model):
    """A hint that one person does not need any more."""

    person = models.ForeignKey(User, models.CASCADE, related_name="hints_put_away")
    hint = models.CharField(max_length=20)
    at = models.DateTimeField()

    objects = PutAwayManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "hint"], name="put_away_once")]

    def __str__(self) -> str:
        return self.hint


def hints(tree: Tree, people: int, away: Collection[str]) -> dict[str, Hint]:
    """The lines that this room needs now, by name."""
    standing = [node for node in tree.nodes if node.why.state not in (Why.State.OPEN, Why.State.STRUCK)]
    deepest = max((node.why.depth for node in standing), default=0)
    needed = {
        "first": not standing,
        "few": bool(tree.nodes) and people < 2,
        "floor": deepest >= FLOOR and not any(len(node.children) > 1 for node in tree.nodes) and _tops(tree) == 1,
        "person": any(_ends_on_person(tree, node.why.pk) for node in standing),
        "trunk": bool(standing) and len({node.why.trunk for node in standing}) == 1,
    }
    return {name: hint for name, hint in HINTS.items() if needed[name] and name not in away}


def _tops(tree: Tree) -> int:
    return sum(node.above is None for node in tree.nodes)


def _ends_on_person(tree: Tree, pk: int) -> bool:
    """Deep enough to stop at, with nothing asked below, and about a person."""
    node = tree.by_pk[pk]
    asked = [one for one in node.children if one.why.state != Why.State.OPEN]
    blamed = node.nudge is not None and node.nudge.kind in BLAMING
    return blamed and not asked and node.why.depth >= FLOOR


class Advice(NamedTuple):
    """One row of the table of nudges, and what sessions made of it."""

    kind: str
    notice: str
    ask: str
    asked: int  # times that its question was asked
    kept: int  # times that the answer was kept as it was

    @property
    def retire(self) -> bool:
        """Set aside more often than followed: it disturbs more than it helps."""
        return self.kept + self.asked >= ENOUGH and self.kept > self.asked


def advice_given() -> list[Advice]:
    """Each kind with how often its question was asked, and how often the answer was kept; over the newest whys."""
    kinds = spoken().kinds
    newest = Why.objects.order_by("-pk").values("pk")[:NEWEST]
    rows = Why.objects.filter(pk__in=newest).order_by()
    asks = {kind.ask: name for name, kind in kinds.items()}
    told = Q(nudge_kept__gt="") | Q(question__in=list(asks))
    found = rows.filter(told).values("nudge_kept", "question").annotate(n=Count("pk"))
    kept, asked = dict.fromkeys([*kinds, TWO], 0), dict.fromkeys([*kinds, TWO], 0)
    for row in found:
        for name in row["nudge_kept"].split():
            kept[name] = kept.get(name, 0) + row["n"]
        if name := asks.get(row["question"], ""):
            asked[name] += row["n"]
    return [Advice(name, kind.notice, kind.ask, asked[name], kept[name]) for name, kind in kinds.items()]


def kept_as(kind: str, rows: Any) -> list[Why]:
    """The newest answers that were kept as they are against one kind of advice."""
    if kind not in spoken().kinds:
        return []
    return list(rows.filter(nudge_kept__contains=kind).select_related("session").order_by("-pk")[:20])
