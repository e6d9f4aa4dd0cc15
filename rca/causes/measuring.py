"""How good the prompt is: labelled complaints go through the product’s own SQL, in tables that vanish afterwards.

Temporary tables stand before the real ones of the same name for as long as the measurement lasts, so whatever the house
holds is neither read nor touched.
"""

import csv
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction

from rca.causes.counting import count_words
from rca.causes.learning import learn, reread
from rca.causes.ranking import gap, rank

HELD_OUT = 5  # every fifth complaint is asked for, the others are learnt from
KNOWN = {  # hit@3 of other ways on the first split
    "the three largest causes": 0.50,
    "nearest texts by TF-IDF, best first": 0.58,
    "twenty nearest texts voting": 0.69,
    "logistic regression on the same words": 0.74,
}
TYPED = (5, 10, 20, 40, 80)
GAPS = (0.0, 0.03, 0.05, 0.08)
AT = datetime(2024, 1, 1, tzinfo=UTC)
TABLES = ("complaint", "cause", "causelink", "word", "causeword", "causereading", "causeproduct", "affected",
          "causemerge", "root", "why", "knownline")  # fmt: skip


class Row(NamedTuple):
    words: str
    product: str
    label: str


class Score(NamedTuple):
    """How often the right cause is first, among three, among five."""

    one: float
    three: float
    five: float


def read(file: Path) -> list[Row]:
    with file.open(newline="", encoding="utf-8-sig") as lines:
        return [
            Row(row["Consumer complaint narrative"].replace("\x00", ""), row["Sub-product"], row["Issue"])
            for row in csv.DictReader(lines)
        ]


def measure(rows: list[Row], *, held_out: int = 0, full: bool = True) -> dict[str, Any]:
    """Learns from four fifths and asks for the rest; `full` adds typing, the quiet rule and the cold start."""
    asked = [row for place, row in enumerate(rows) if place % HELD_OUT == held_out]
    known = [row for place, row in enumerate(rows) if place % HELD_OUT != held_out]
    with apart():
        labels = _learn(known, titled=False)
        found: dict[str, Any] = {"causes": len(labels), "asked": len(asked)}
        ranked = [_ask(row, row.words, row.product) for row in asked]
        found["words"] = _score([_ask(row, row.words, "") for row in asked], asked, labels)
        found["product"] = _score(ranked, asked, labels)
        if full:
            found["quiet"] = _quiet(ranked, asked, labels)
            found["typing"] = {number: _typing(asked, labels, number) for number in TYPED}
    if full:
        found["cold"] = _cold(rows, titled=False), _cold(rows, titled=True)
    return found


@contextmanager
def apart() -> Iterator[None]:
    """Empty tables of the same shape, before the real ones; everything is rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '10min'")
        for table in TABLES:
            cursor.execute(f"CREATE TEMP TABLE rca_{table} (LIKE public.rca_{table} INCLUDING ALL) ON COMMIT DROP")
        yield
        transaction.set_rollback(True)


def _learn(rows: list[Row], *, titled: bool) -> dict[str, int]:
    labels = {label: number for number, label in enumerate(sorted({row.label for row in rows}), 1)}
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO rca_cause (id, version, title, family, state, next_review, opened_at, opened_by_id,
               complaint_count, read_count, norm) VALUES (%s, 1, %s, '', 'open', now(), now(), 1, 0, 0, 0)""",
            [(number, label if titled else ".") for label, number in labels.items()],
        )
        cursor.executemany(
            """INSERT INTO rca_complaint (id, version, account_id, words, channel, received_at, logged_at, logged_by_id,
               state, acknowledge_by, product, remedy, severity, behaviours, expected, delivered, expectation, source,
               external_id) VALUES (%s, 1, 1, %s, 'phone', %s, now(), 1, 'open', now(), %s, '', '', '{}', '', '', '',
               '', '')""",
            [(place, row.words, AT, row.product) for place, row in enumerate(rows, 1)],
        )
    count_words()
    for label, number in labels.items():
        learn(number, [place for place, row in enumerate(rows, 1) if row.label == label])
    reread(labels.values())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE rca_word, rca_causereading, rca_causeproduct, rca_cause")
    return labels


def _ask(row: Row, text: str, product: str) -> list[tuple[int, float]]:
    return [(one.cause, one.score) for one in rank(text, product=product, at=AT)]


def _score(ranked: list[list[tuple[int, float]]], asked: list[Row], labels: dict[str, int]) -> Score:
    places = [
        next((place for place, (cause, _) in enumerate(found) if cause == labels.get(row.label)), 99)
        for found, row in zip(ranked, asked, strict=True)
    ]
    return Score(*(sum(place < most for place in places) / max(len(places), 1) for most in (1, 3, 5)))


def _typing(asked: list[Row], labels: dict[str, int], number: int) -> tuple[Score, Score]:
    """The same after so many words of the text."""
    texts = [" ".join(row.words.split()[:number]) for row in asked]
    pairs = list(zip(asked, texts, strict=True))
    return (
        _score([_ask(row, text, "") for row, text in pairs], asked, labels),
        _score([_ask(row, text, row.product) for row, text in pairs], asked, labels),
    )


def _quiet(
    ranked: list[list[tuple[int, float]]], asked: list[Row], labels: dict[str, int]
) -> dict[float, tuple[float, float, float]]:
    table = {}
    for least in GAPS:
        kept = [
            (found, row) for found, row in zip(ranked, asked, strict=True) if gap([one for _, one in found]) >= least
        ]
        score = _score([found for found, _ in kept], [row for _, row in kept], labels)
        table[least] = (len(kept) / max(len(asked), 1), score.one, score.three)
    return table


def _cold(rows: list[Row], *, titled: bool, draws: int = 20) -> float:
    """Three causes and ten complaints in the whole house: how often the right one of the three stands first."""
    dice, right, asked = random.Random(1), 0, 0
    sizes: dict[str, list[Row]] = {}
    for row in rows:
        sizes.setdefault(row.label, []).append(row)
    common = sorted(label for label, found in sizes.items() if len(found) >= 15)
    for _ in range(draws):
        three = dice.sample(common, 3)
        pool = dice.sample([row for row in rows if row.label in three], 40)
        if len({row.label for row in pool[:10]}) < 3:
            continue
        with apart():
            labels = _learn(pool[:10], titled=titled)
            found = [_ask(row, row.words, "") for row in pool[10:]]
        right += sum(bool(one) and one[0][0] == labels[row.label] for one, row in zip(found, pool[10:], strict=True))
        asked += len(pool) - 10
    return right / max(asked, 1)
