from datetime import UTC, datetime, timedelta

import pytest

from rca.fixes.effect import WEEK, Effect, effect, ratio

DONE = datetime(2026, 1, 5, 12, tzinfo=UTC)
PROPOSED = DONE - timedelta(days=10)


def weekly(number: int, over: int, ending: datetime) -> list[datetime]:
    """So many complaints spread evenly over the weeks before that moment."""
    return [ending - timedelta(minutes=1) - over * WEEK * share / number for share in range(number)]


def judge(before: int, after: int, weeks: int, history: int = 100) -> Effect:
    at = DONE + weeks * WEEK
    received = weekly(before, 52, PROPOSED) + weekly(after, weeks, at)
    return effect(received, proposed=PROPOSED, done=DONE, at=at, first=PROPOSED - history * WEEK)


@pytest.mark.parametrize(
    ("after", "before", "expected"), [(4, 24, (0.33, 0.08, 0.97)), (3, 12, (0.50, 0.09, 1.85)), (0, 24, (0, 0, 0.33))]
)
def test_the_ratio_and_its_exact_limits(after: int, before: int, expected: tuple[float, float, float]) -> None:
    assert ratio(after, 26, before, 52) == pytest.approx(expected, abs=0.006)


def test_four_in_half_a_year_after_twenty_four_in_a_year_fell() -> None:
    found = judge(before=24, after=4, weeks=26)
    assert found.verdict == "fell"
    assert found.says == (
        "4 in 26 weeks since the fix, 24 in the year before: 33 % of the old rate (between 8 and 97 %). It fell."
    )


def test_none_in_six_weeks_of_few_is_too_early_and_says_until_when() -> None:
    found = judge(before=12, after=0, weeks=6)
    assert not found.verdict and "None in 6 weeks" in found.says
    assert "at the old rate about 1 would have come. Too early to say until about 11 May" in found.says


def test_more_than_before_rose() -> None:
    assert judge(before=12, after=30, weeks=26).verdict == "rose"


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 3), (4, 0)])
def test_too_few_before_are_no_judge(before: int, after: int) -> None:
    found = judge(before=before, after=after, weeks=26)
    assert not found.verdict and "too few to judge by numbers" in found.says


def test_a_short_record_before_the_fix_compares_nothing() -> None:
    assert "shorter than half a year" in judge(before=24, after=0, weeks=26, history=20).says


def test_a_fix_of_this_minute_has_no_verdict() -> None:
    found = effect(weekly(30, 52, PROPOSED), proposed=PROPOSED, done=DONE, at=DONE, first=PROPOSED - 60 * WEEK)
    assert not found.verdict and "None in 1 day since the fix" in found.says


def test_thousands_of_complaints_do_not_overflow() -> None:
    assert ratio(2000, 26, 4000, 52) == pytest.approx((1.0, 0.95, 1.06), abs=0.01)


def test_the_drawing_has_whole_weeks_on_each_side_of_the_fix() -> None:
    bars = judge(before=52, after=2, weeks=4).bars
    assert len(bars) == 26 + 5 and [bar.after for bar in bars].index(True) == 26
    assert sum(bar.number for bar in bars if bar.after) == 2 and max(bar.height for bar in bars) == 70
