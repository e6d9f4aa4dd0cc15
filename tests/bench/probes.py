"""What is asked of the house: each page in turn with its limit, so that both meet the same machine."""

import json
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from itertools import count
from typing import Any

from tests.bench.house import Door

ROUNDS, WARM, SECONDS, CONNECTIONS = 60, 8, 3.0, 8
Ask = Callable[[HTTPConnection], None]


@dataclass
class Figure:
    """Milliseconds at one connection, answers a second at eight; `bare` is the limit's p50 in the same minute."""

    name: str
    p50: float
    p95: float
    rate: float
    bare: float | None = None


def page(door: Door, path: str) -> Ask:
    return asked("GET", lambda: path, door.person)


def posted(door: Door, path: str, body: Callable[[], dict[str, Any]]) -> Ask:
    return asked("POST", lambda: path, door.machine, lambda: json.dumps(body()).encode())


def asked(
    method: str, path: Callable[[], str], headers: dict[str, str], body: Callable[[], bytes | None] = lambda: None
) -> Ask:
    def ask(line: HTTPConnection) -> None:
        line.request(method, path(), body=body(), headers=headers)
        answer = line.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            raise RuntimeError(f"{method} {path()} answered {answer.status}: {text[:300]!r}")

    return ask


def figure(door: Door, name: str, ask: Ask, bare: Ask | None = None) -> Figure:
    line = _line(door)
    for _ in range(WARM):
        ask(line)
        if bare:
            bare(line)
    ours, limit = [], []
    for _ in range(ROUNDS):
        ours.append(_timed(ask, line))
        if bare:
            limit.append(_timed(bare, line))
    return Figure(name, _p(ours, 50), _p(ours, 95), _rate(door, ask), _p(limit, 50) if bare else None)


def _rate(door: Door, ask: Ask) -> float:
    """Answers a second when eight ask at once for a few seconds."""
    until, answered = time.monotonic() + SECONDS, count()

    def keep_asking() -> None:
        line = _line(door)
        while time.monotonic() < until:
            ask(line)
            next(answered)

    started = time.monotonic()
    askers = [threading.Thread(target=keep_asking) for _ in range(CONNECTIONS)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    return next(answered) / (time.monotonic() - started)


def _timed(ask: Ask, line: HTTPConnection) -> float:
    started = time.perf_counter()
    ask(line)
    return 1000 * (time.perf_counter() - started)


def _line(door: Door) -> HTTPConnection:
    return HTTPConnection("127.0.0.1", door.port, timeout=60)


def _p(values: list[float], share: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def plain(figures: list[Figure]) -> list[dict[str, Any]]:
    return [asdict(one) for one in figures]
