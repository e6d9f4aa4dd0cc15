"""Drawings on the server: SVG with x in percent and y in pixels, so that text never scales. Knows no models."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

TOP, MARK = 22, 5.0  # room above the highest dot for its number; half the width of what a pointer hits, in percent


class Point(NamedTuple):
    """One point of a line: where it stands on the axis, its value, and the address of what it counts."""

    label: str
    value: float | None  # None: not known, and the line is broken there
    text: str = ""
    url: str = ""
    out: bool = False  # beyond a limit


class Level(NamedTuple):
    """A line across: mean or limit."""

    value: float
    text: str
    kind: str = "mean"


class Column(NamedTuple):
    """One stack: how much of each part, in the order of the parts."""

    label: str
    values: Sequence[float]


def bar(share: float, *, hero: bool = False, of: float = 0, tick: float | None = None) -> SafeString:
    """A bar for a cell of a table: `share` percent full, inside a hollow one of `of` percent, with a tick."""
    hollow = format_html('<rect class="hollow" y="5" height="12" width="{}%"/>', _n(of)) if of else ""
    line = "" if tick is None else format_html(
        '<line class="cum-tick" x1="{0}%" x2="{0}%" y1="0" y2="22"/>', _n(tick)
    )  # fmt: skip
    full = format_html('<rect class="bar{}" y="5" height="12" width="{}%"/>', " hero" if hero else "", _n(share))
    return format_html('<svg class="chart" height="22" aria-hidden="true">{}{}{}</svg>', hollow, full, line)


def line(points: Sequence[Point], name: str, *, levels: Sequence[Level] = (), height: int = 200) -> SafeString:
    """Values over time, each dot a link to what it counts; broken where nothing is known."""
    floor = height - 28
    most = max([1.0, *(one.value or 0 for one in points), *(level.value for level in levels)])

    def y(value: float) -> float:
        return floor - (floor - TOP) * value / most

    def x(place: int) -> float:
        return 100 * (place + 0.5) / max(len(points), 1)

    parts = [_level(level, y(level.value)) for level in levels] + [_axis(floor)]
    for place, (one, two) in enumerate(pairwise(points)):
        if one.value is not None and two.value is not None:
            ends = [_n(end) for end in (x(place), y(one.value), x(place + 1), y(two.value))]
            parts.append(format_html('<line class="line" x1="{}%" y1="{}" x2="{}%" y2="{}"/>', *ends))
    width = min(2 * MARK, 100 / max(len(points), 1))
    named = _named(points)
    for place, one in enumerate(points):
        if one.value is not None:
            parts.append(_dot(one, x(place), y(one.value), width, floor, named=place in named))
    parts += _labels([one.label for one in points], height - 8)
    return _svg(height, "group", name, parts)


def columns(stacks: Sequence[Column], classes: Sequence[str], name: str, *, height: int = 150) -> SafeString:
    """Stacked columns over time, one class of the stylesheet for each part; the numbers are in the table beside it."""
    floor, step = height - 24, 100 / max(len(stacks), 1)
    most = max([1.0, *(sum(stack.values) for stack in stacks)])
    parts: list[SafeString] = []
    for place, stack in enumerate(stacks):
        top = float(floor)
        for value, kind in zip(stack.values, classes, strict=True):
            tall = (floor - 8) * value / most
            top -= tall
            if tall:
                size = [_n(each) for each in (step * (place + 0.2), step * 0.6, top, max(tall - 2, 1))]
                parts.append(format_html('<rect class="bar {}" x="{}%" width="{}%" y="{}" height="{}"/>', kind, *size))
    parts += [_axis(floor), *_labels([stack.label for stack in stacks], height - 6)]
    return _svg(height, "img", name, parts)


def _svg(height: int, role: str, name: str, parts: Sequence[SafeString]) -> SafeString:
    inside = format_html_join("", "{}", ((part,) for part in parts))
    return format_html('<svg class="chart" height="{}" role="{}" aria-label="{}">{}</svg>', height, role, name, inside)


def _axis(y: float) -> SafeString:
    return format_html('<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>', _n(y))


def _labels(labels: Sequence[str], y: float) -> list[SafeString]:
    """So few that they never touch, on a phone either."""
    step = 100 / max(len(labels), 1)
    return [
        format_html('<text x="{}%" y="{}" text-anchor="middle">{}</text>', _n(step * (place + 0.5)), _n(y), label)
        for place, label in enumerate(labels) if place % max(1, -(-len(labels) // 5)) == 0
    ]  # fmt: skip


def _level(level: Level, y: float) -> SafeString:
    return format_html('<line class="{}" x1="0" x2="100%" y1="{}" y2="{}"/><text x="0" y="{}">{}</text>', level.kind,
                       _n(y), _n(y), _n(y - 6), level.text)  # fmt: skip


def _dot(one: Point, x: float, y: float, width: float, floor: int, *, named: bool) -> SafeString:
    mark = format_html(
        '<rect class="hit" x="{}%" width="{}%" y="0" height="{}"/><circle class="dot{}" cx="{}%" cy="{}" r="4"/>',
        _n(max(x - width / 2, 0)), _n(width), floor, " out" if one.out else "", _n(x), _n(y),
    )  # fmt: skip
    bold = SafeString(' class="strong"') if one.out else ""
    said = one.text if named else ""
    text = format_html('<text{} x="{}%" y="{}" text-anchor="middle">{}</text>', bold, _n(x), _n(y - 9), said)
    if not one.url:
        return format_html("{}{}", mark, text)
    return format_html('<a href="{}" aria-label="{}: {}">{}{}</a>', one.url, one.label, one.text, mark, text)


def _named(points: Sequence[Point]) -> set[int]:
    """Which dots carry their number: all of a few; of many the last, the highest, the lowest and those beyond."""
    known = [place for place, one in enumerate(points) if one.value is not None]
    if len(known) <= 8:
        return set(known)
    by_value = sorted(known, key=lambda place: (points[place].value or 0, place))
    return {known[-1], by_value[0], by_value[-1], *(place for place in known if points[place].out)}


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
