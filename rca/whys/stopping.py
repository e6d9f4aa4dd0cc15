"""May we stop here? Five is a floor, not a ceiling and not a stop: what a chain must show before it ends in a root."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from rca.lib.text import clean
from rca.whys.asking import lowered
from rca.whys.nudging import BLAMING, Nudge, nudge
from rca.whys.why import Why

FLOOR = 5


class Check(NamedTuple):
    """One line of the stop test: whether it holds, and the sentence that says so or what is open."""

    key: str
    holds: bool
    text: str
    why: Why | None = None  # where it can be put right


class Step(NamedTuple):
    """One line of the reading; `breaks` is the why to mend when this line does not follow from the one before."""

    text: str
    why: Why | None
    breaks: Why | None


def checks(chain: Sequence[Why], names: Collection[str] = ()) -> list[Check]:
    """What the chain itself shows, from its depth to the evidence of each why; the last one is the root to be."""
    root = chain[-1]
    found = [_depth(chain), _person(root, chain, names)]
    found += [
        Check("struck", False, f"Why {one.depth} is struck out: nothing can stand on it.", one)
        for one in chain
        if one.state == Why.State.STRUCK
    ]
    found += [
        Check("open", False, f"Why {one.depth} has no answer yet.", one) for one in chain if one.state == Why.State.OPEN
    ]
    stated = [one for one in chain if one.state == Why.State.STATED]
    found += [Check("stated", False, f"Why {one.depth} is only stated, not yet shown.", one) for one in stated]
    if not stated and all(one.state == Why.State.CONFIRMED for one in chain):
        found.append(Check("stated", True, "Every why of the chain is confirmed."))
    return found


def answers(
    *, would_have_happened: bool | None = None, stays_away: bool | None = None, reads_back: bool | None = None
) -> list[Check]:
    """What only people can say: the two questions, and the chain read aloud. None is not asked yet."""
    return [
        Check("would", would_have_happened is False, {
            None: "Without it, would this have happened? Nobody has said.",
            True: "Without it, this would have happened all the same: it is not the root.",
            False: "Without it, this would not have happened.",
        }[would_have_happened]),
        Check("stays", stays_away is True, {
            None: "Mended, will it stay away? Nobody has said.",
            False: "Mended, it would still come back: something else stands behind it.",
            True: "Mended, it will stay away.",
        }[stays_away]),
        Check("reads", reads_back is True, "It holds when read aloud." if reads_back
              else "Read it back aloud, from here up to the problem, with “therefore”: does it hold?"),
    ]  # fmt: skip


def open_checks(why: Why) -> list[str]:
    """The sentences of the stop test that are still open in the chain down to this why. Marking the root all the same
    takes a reason; a why that is unanswered or struck out never passes (`cannot_be_root`)."""
    return [check.text for check in checks(why.chain(), why.session.names()) if not check.holds]


def cannot_be_root(chain: Sequence[Why]) -> str:
    """The sentence that no reason overrides: a root needs an answer, and a chain with nothing struck out in it."""
    return next((check.text for check in checks(chain) if check.key in ("open", "struck")), "")


def therefore(why: Why) -> list[str]:
    """The chain read back, from the root up to the problem: lines to be joined with “therefore”."""
    return read_back(why.chain(), why.session.problem, why.session.known())


def read_back(chain: Sequence[Why], problem: str, names: Collection[str]) -> list[str]:
    """The same of a chain that is in hand."""
    return [step.text for step in steps(chain, problem, names)]


def steps(chain: Sequence[Why], problem: str, names: Collection[str]) -> list[Step]:
    """The reading with what each line rests on; a problem that is a question is what the first answer answers."""
    said: list[tuple[str, Why | None]] = [(one.answer, one) for one in reversed(chain) if one.answer]
    problem = re.split(r"(?<=[.!?])\s", clean(problem).strip(" “”"))[0]
    if not problem.endswith("?") and said and _bare(problem) != _bare(said[-1][0]):
        said.append((problem, None))
    found: list[Step] = []
    for place, (text, why) in enumerate(said):
        end = "." if place == len(said) - 1 else ","
        found.append(Step(_line(text, names, first=not place) + end, why, found[-1].why if found else None))
    return found


def _depth(chain: Sequence[Why]) -> Check:
    depth = len(chain)
    if depth < FLOOR:
        return Check("depth", False, f"This is why {depth}, and five is the floor: ask on, or say why you stop early.")
    return Check(
        "depth", True, f"Why {depth}: the floor of five is passed." if depth > FLOOR else "Why 5: on the floor."
    )


def _person(root: Why, chain: Sequence[Why], names: Collection[str]) -> Check:
    found = advice(root, chain, names)
    if found and found.kind in BLAMING and found.kind not in root.kept_kinds:
        return Check("person", False, f"{found.notice} {found.ask}", root)
    return Check("person", True, "It is a way of working, not a person.")


def advice(why: Why, chain: Sequence[Why], names: Collection[str]) -> Nudge | None:
    """The nudge on an answer, whether or not somebody has kept it as it is."""
    above = [one.answer for one in chain if one.depth < why.depth and one.answer]
    return nudge(why.answer, question=why.question, above=above, names=names) if why.answer else None


def _line(text: str, known: Collection[str], *, first: bool) -> str:
    said = re.sub(r"\s+", " ", clean(text)).strip(' “”"').rstrip(".!,; ")
    said = re.sub(r"^(?i:because) ", "", said)
    return said[:1].upper() + said[1:] if first else lowered(said, known)


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
