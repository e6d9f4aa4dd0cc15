"""`make bench`: houses of 10,000, 100,000 and 1,000,000 complaints side by side, each figure beside its limit.

Figures of one run may be compared with each other; those of two runs may not: machines are noisy.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SIZES = [int(one) for one in os.environ.get("SIZES", "10000,100000,1000000").split(",")]
ROWS = int(os.environ.get("ROWS", min(SIZES[-1], 100_000)))  # of the import; a million take ten minutes

# Each bar: at most so many times the bare view; or milliseconds; and answers a second at eight connections.
TIMES = {
    "list of complaints": 2,
    "list, filtered": 2,
    "list, deep page": 2,
    "account": 2,
    "search": 2,
    "search, rare": 2,
}
MILLISECONDS = {"complaint": 20, "cause that hit half of all": 20, "today": 30, "create through the API": 8}
RATES = {"list of complaints": 80, "list, filtered": 80, "list, deep page": 80, "account": 80, "search": 70,
         "search, rare": 70, "today": 50, "create through the API": 250}  # fmt: skip
FLAT = 1.5  # p50 in the largest house over p50 in the smallest


def run(size: int) -> dict[str, Any]:
    environment = {**os.environ, "AMENDS_DATA": str(ROOT / ".data" / f"bench-{size}")}
    environment.pop("AMENDS_FSYNC", None)
    done = subprocess.run([sys.executable, "-m", "tests.bench.one", str(size)], cwd=ROOT, env=environment,
                          stdout=subprocess.PIPE, check=True)  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def imported(rows: int) -> str:
    """What an import of so many rows does, in an empty database of its own."""
    environment = {**os.environ, "AMENDS_DATA": str(ROOT / ".data" / "bench-imports")}
    shutil.rmtree(environment["AMENDS_DATA"], ignore_errors=True)
    say = f"from tests.bench.imports import measure, told; print(told(measure({rows})))"
    for command in (["migrate", "-v0"], ["shell", "-v0", "-c", say]):
        done = subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment,
                              stdout=subprocess.PIPE, text=True, check=True)  # fmt: skip
    return done.stdout.strip()


def table(houses: list[dict[str, Any]]) -> str:
    """One line a probe: p50 in each house, growth, times the bare view, answers a second, and which bar it misses."""
    heads = [f"{house['complaints']:,}" for house in houses]
    lines = [f"{'p50 in ms':<28}" + "".join(f"{head:>11}" for head in heads)
             + f"{'growth':>8}{'p95':>7}{'bare':>7}{'times':>7}{'a second':>10}  bars"]  # fmt: skip
    for place, last in enumerate(houses[-1]["figures"]):
        p50s = [house["figures"][place]["p50"] for house in houses]
        growth, name = p50s[-1] / p50s[0], last["name"]
        times = last["p50"] / last["bare"] if last["bare"] else None
        lines.append(
            f"{name:<28}" + "".join(f"{value:>11.1f}" for value in p50s) + f"{growth:>8.2f}{last['p95']:>7.1f}"
            + (f"{last['bare']:>7.1f}{times:>7.2f}" if times else f"{'':>14}") + f"{last['rate']:>10.0f}  "
            + (", ".join(missed(name, last, times, growth)) or "all met")
        )  # fmt: skip
    return "\n".join(lines)


def missed(name: str, last: dict[str, Any], times: float | None, growth: float) -> list[str]:
    found = []
    if times and times > TIMES.get(name, times):
        found.append(f"over {TIMES[name]} times the bare view")
    if last["p50"] > MILLISECONDS.get(name, last["p50"]):
        found.append(f"over {MILLISECONDS[name]} ms")
    if last["rate"] < RATES.get(name, 0):
        found.append(f"under {RATES[name]} a second")
    if growth > FLAT:
        found.append(f"grows more than {FLAT} times")
    return found


if __name__ == "__main__":
    houses = []
    for size in SIZES:
        print(f"A house of {size:,} complaints …", file=sys.stderr)
        houses.append(run(size))
        print(f"  made in {houses[-1]['fill']:,.0f} s", file=sys.stderr)
    print(table(houses))
    print(imported(ROWS))
