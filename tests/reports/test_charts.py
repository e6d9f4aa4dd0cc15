import re

from hypothesis import given
from hypothesis import strategies as st

from rca.lib.charts import Column, Level, Point, bar, columns, line

values = st.one_of(st.none(), st.floats(0, 1e6))


def test_a_dot_links_to_what_it_counts_and_says_so_without_sight() -> None:
    drawn = line([Point("3 Mar", 4, "4", "/complaints/?since=3")], "Complaints")
    assert '<a href="/complaints/?since=3" aria-label="3 Mar: 4">' in drawn and 'aria-label="Complaints"' in drawn


def test_the_line_is_broken_where_nothing_is_known() -> None:
    drawn = line([Point("a", 1), Point("b", None), Point("c", 1)], "x")
    assert drawn.count('class="line"') == 0 and drawn.count("<circle") == 2


def test_text_from_outside_is_escaped() -> None:
    assert "<script>" not in line([Point("<script>", 1, "<script>", '"><script>')], "<script>")


def test_a_bar_is_as_full_as_its_share() -> None:
    assert 'class="bar hero" y="5" height="12" width="33.3%"' in bar(33.3, hero=True)


@given(st.lists(values, max_size=60), st.floats(0, 1e6))
def test_every_mark_stays_on_the_sheet(numbers: list[float | None], level: float) -> None:
    drawn = line([Point(str(n), value) for n, value in enumerate(numbers)], "x", levels=[Level(level, "mean")])
    for x, y in re.findall(r'cx="([^"]+)%" cy="([^"]+)"', drawn):
        assert 0 <= float(x) <= 100 and 0 <= float(y) <= 200


@given(st.lists(st.lists(st.integers(0, 500), min_size=2, max_size=2), max_size=20))
def test_every_column_stays_on_the_sheet(stacks: list[list[int]]) -> None:
    drawn = columns([Column(str(n), one) for n, one in enumerate(stacks)], ["kept", "late"], "x")
    for y, height in re.findall(r' y="([-0-9.]+)" height="([-0-9.]+)"', drawn):
        assert float(y) >= 0 and float(y) + float(height) <= 150
