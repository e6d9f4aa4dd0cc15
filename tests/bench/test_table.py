"""What the bench says of its figures: a bar that is missed is named, and only that."""

from typing import Any

import pytest

from tests.bench.__main__ import RATES, TIMES, missed, table
from tests.bench.imports import missed as missed_by_import
from tests.bench.imports import told

FIGURE = {"name": "list of complaints", "p50": 10.0, "p95": 12.0, "bare": 6.0, "rate": 90.0}
IMPORT: dict[str, Any] = {
    "rows": 1000, "file_mb": 1.0, "turns": 1, "rate": 2500.0, "try_rate": 9000.0, "again_rate": 9000.0,
    "copy_rate": 9000.0, "share": 0.28, "peak_mb": 142.0, "born_mb": 72.0,
}  # fmt: skip


def house(complaints: int, **changed: float) -> dict[str, Any]:
    return {"complaints": complaints, "figures": [FIGURE | changed]}


def test_a_figure_within_all_bars_says_so() -> None:
    assert table([house(10_000), house(1_000_000)]).splitlines()[1].endswith("all met")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bare": 4.9}, f"over {TIMES['list of complaints']} times the bare view"),
        ({"rate": 79.0}, f"under {RATES['list of complaints']} a second"),
        ({"p50": 15.1, "bare": 10.0}, "grows more than 1.5 times"),
    ],
)
def test_a_bar_that_is_missed_is_named_and_no_other(changed: dict[str, float], said: str) -> None:
    line = table([house(10_000), house(1_000_000, **changed)]).splitlines()[1]
    assert line.endswith(f"  {said}")


def test_milliseconds_are_a_bar_too() -> None:
    slow = FIGURE | {"name": "today", "p50": 30.1}
    assert missed("today", slow, None, 1.0) == ["over 30 ms"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [({}, []), ({"rate": 1999.0}, ["under 2,000 a second"]), ({"peak_mb": 301.0}, ["over 300 MB"])],
)
def test_an_import_names_the_bars_it_misses(changed: dict[str, float], said: list[str]) -> None:
    figures = IMPORT | changed
    assert missed_by_import(figures) == said
    assert told(figures).endswith(", ".join(said) or "all bars met")
