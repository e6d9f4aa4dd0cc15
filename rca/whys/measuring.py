"""How good the nudges and the next question are: answers labelled by hand go through the product’s own rules.

`labelled.csv` holds the labels: which answer is to be nudged and as what kind, whether it holds two causes, the
question that a good facilitator would ask next, and one that is acceptable. Empty kind: to be left in peace. Empty
question: only the answer in quotes is safe. The published trees are not in it, only the labels of their nodes.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rca.whys.asking import fallback, next_question, two_causes
from rca.whys.language import Language
from rca.whys.nudging import nudge

LABELS = Path(__file__).with_name("labelled.csv")
# The sets in the order in which they were written, and what the rules of that day made of each when they first saw it.
SETS = {
    "trees": "published trees, seen while the rules were written",
    "seed": "the book price, seen while the rules were written",
    "fresh": "40 of other trades; first look: 10 of 11 nudges right, 10 of 18 found, 31 questions right, 1 wrong",
    "later": "35 more; first look: 12 of 12 nudges right, 12 of 15 found, 30 questions right, 3 wrong",
    "last": "26 more, looked at once; no rule was changed after them",
}


class Labelled(NamedTuple):
    group: str
    answer: str
    kind: str
    split: bool
    question: str
    acceptable: str


class Seen(NamedTuple):
    """What the product made of one labelled answer."""

    row: Labelled
    kind: str
    split: bool
    asked: str
    verdict: str  # of the question: right, acceptable, fallback or wrong


class Score(NamedTuple):
    """The figures of one set."""

    answers: int
    given: int  # nudges
    rightly: int
    wanted: int
    right_kind: int
    splits: int
    splits_rightly: int
    questions: dict[str, int]


def labelled(trees: Path | None = None, labels: Path = LABELS) -> Iterator[Labelled]:
    """Every labelled answer; those of the trees only where their folder is."""
    nodes: dict[str, str] = {}
    for path in sorted(trees.glob("*.json")) if trees else ():
        tree = json.loads(path.read_text())
        nodes |= {f"{tree['id'].split('-')[0]} {node['id']}": node["because"] for node in tree["nodes"]}
    with labels.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="|"):
            answer = row["answer"] or nodes.get(row["node"], "")
            if answer:
                yield Labelled(row["set"], answer, row["kind"], row["split"] == "yes", row["question"],
                               row["acceptable"])  # fmt: skip


def look(row: Labelled, language: Language | None = None) -> Seen:
    found = nudge(row.answer, language=language)
    asked = next_question(row.answer, language=language).question
    if asked == row.question:
        verdict = "right"
    elif asked == fallback(row.answer, language):
        verdict = "fallback"
    else:
        verdict = "acceptable" if asked == row.acceptable else "wrong"
    return Seen(row, found.kind if found else "", two_causes(row.answer, language=language) is not None, asked, verdict)


def score(seen: list[Seen]) -> Score:
    verdicts = {name: sum(one.verdict == name for one in seen) for name in ("right", "acceptable", "fallback", "wrong")}
    return Score(
        answers=len(seen),
        given=sum(bool(one.kind) for one in seen),
        rightly=sum(bool(one.kind and one.row.kind) for one in seen),
        wanted=sum(bool(one.row.kind) for one in seen),
        right_kind=sum(bool(one.kind) and one.kind == one.row.kind for one in seen),
        splits=sum(one.split for one in seen),
        splits_rightly=sum(one.split and one.row.split for one in seen),
        questions=verdicts,
    )
