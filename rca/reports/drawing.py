"""Each figure as the page shows it: the claim in words, the drawing, and its twin as a table."""

from collections.abc import Iterable
from datetime import date, timedelta
from math import sqrt

from accounts.customers.contacts import Channel
from rca.lib.charts import Column, Level, Point, bar, columns, line
from rca.lib.said import short, span
from rca.lib.text import count, first_line
from rca.reports.figures import Cell, Figure, Numbers, Period
from rca.reports.promptness import teams

ENOUGH = 6  # whole weeks without which no limit is drawn
PARTS = {"kept": "kept", "late": "kept late", "broken": "broken", "overdue": "overdue"}
CLASSES = ["kept", "due", "late", "hero"]


def figures(period: Period) -> list[Figure]:
    numbers = Numbers(period)
    drawn = (owned_up, promises, teams, causes, complaints, told)
    return [draw(period, numbers) for draw in drawn]


def owned_up(period: Period, numbers: Numbers) -> Figure:
    """How long customers wait until a person says whose mistake it was."""
    all_, owned, half, most = numbers.owned_up.get(None, (0, 0, None, None))
    points, rows = [], []
    for cut in period.cuts():
        _, of_week, median, ninth = numbers.owned_up.get(cut, (0, 0, None, None))
        url = period.records("complaints", cut, owned="1")
        points.append(Point(short(cut), median, _hours(median), url))
        rows.append([Cell(short(cut)), Cell(str(of_week), url), Cell(_hours(median)), Cell(_hours(ninth))])
    says = "Nobody complained in this time."
    if all_:
        waiting = all_ - owned
        says = f"Of {count(all_, 'complaint')} {waiting} still {'waits' if waiting == 1 else 'wait'} for it."
        says = says if waiting else f"{count(all_, 'customer')} complained, and nobody still waits for it."
    if owned:
        heard = f"Half of our customers heard whose mistake it was within {_long(half)}"
        says = f"{heard}, nine of ten within {_long(most)}. {says}"
    return Figure(
        "owned_up", "How soon we own up", says,
        "From the complaint to a person saying “our mistake”, “not ours” or “not yet known”, by the clock, nights and "
        "weekends included; an automatic reply does not count. Complaints nobody has owned up to yet are left out.",
        _long(half) or "none yet", "to own up, the median",
        [_when(period), "Owned up to", "Median", "Nine of ten"], rows,
        period.records("complaints", owned="1"), line(points, "Median time to own up"),
    )  # fmt: skip


def promises(period: Period, numbers: Numbers) -> Figure:
    """Promises kept inside the window we gave, and the others."""
    sums = {part: sum(week.get(part, 0) for week in numbers.settled.values()) for part in PARTS}
    due, stacks, rows = sum(sums.values()), [], []
    for cut in period.cuts():
        week = numbers.settled.get(cut, {})
        stacks.append(Column(short(cut), [week.get(part, 0) for part in PARTS]))
        cells = [Cell(str(week.get(part, 0)), period.records("promises", cut, state=part)) for part in PARTS]
        rows.append([Cell(short(cut)), *cells])
    says = "No promise fell due in this time."
    if due:
        says = f"Of {count(due, 'promise')} that fell due we kept {sums['kept']} in the window we gave."
        if sums["broken"] + sums["overdue"]:
            says += f" {_start(sums['broken'] + sums['overdue'])} not kept at all."
    return Figure(
        "promises", "Promises, kept and not", says,
        "Promises whose window ended in this time. Kept means done before the window ended; done later is “kept late”. "
        "What the customer released us from is left out.",
        f"{100 * sums['kept'] // due}%" if due else "none", f"of promises kept: {sums['kept']} of {due}",
        [_when(period), *(title.capitalize() for title in PARTS.values())], rows, period.records("promises"),
        columns(stacks, CLASSES, "Promises kept, kept late, broken and overdue; the table has the numbers"),
        [(kind, f"{title} {sums[part]}") for (part, title), kind in zip(PARTS.items(), CLASSES, strict=True)],
    )  # fmt: skip


def complaints(period: Period, numbers: Numbers) -> Figure:
    """How many a week, and which weeks are more than the usual coming and going."""
    weekly = {cut: numbers.owned_up.get(cut, (0,))[0] for cut in period.cuts()}
    whole = [number for cut, number in weekly.items() if period.whole(cut)]
    low, mean, high = _limits(whole)
    known = len(whole) >= ENOUGH
    out = {cut for cut, number in weekly.items() if known and (number > high or (period.whole(cut) and number < low))}
    points, rows = [], []
    for cut, number in weekly.items():
        url = period.records("complaints", cut)
        points.append(Point(short(cut), number, str(number), url, cut in out))
        rows.append([Cell(short(cut)), Cell(str(number), url), Cell(_against(cut, number, period, out, known))])
    levels = [Level(mean, f"mean {mean:.1f}")] + ([Level(high, f"upper limit {high:.1f}", "limit")] if known else [])
    total = sum(weekly.values())
    return Figure(
        "complaints", f"Complaints each {period.step}", _outside(period, out, mean, known),
        f"Complaints received, without those merged into another. Limits: mean ± 3 √mean over the {period.step}s that "
        f"are whole, from {ENOUGH} of them on; a {period.step} inside them is the usual coming and going.",
        str(total), "complaint" if total == 1 else "complaints",
        [_when(period), "Complaints", "Against the limits"], rows,
        period.records("complaints"), line(points, f"Complaints each {period.step}", levels=levels),
    )  # fmt: skip


def causes(period: Period, numbers: Numbers) -> Figure:
    """Which causes hit most accounts: the few that are worth mending first."""
    found = numbers.causes
    all_ = int(found[0][4]) if found else 0
    most, running, rows, shares = max((row[2] for row in found), default=1), 0, [], []
    for place, (number, title, accounts, linked, _) in enumerate(found):
        running += accounts
        shares.append(100 * running / all_)
        ref = f"R-{number}"
        rows.append([
            Cell(f"{ref} {first_line(title, 34)}", f"/causes/{ref}/"),
            Cell(drawn=bar(100 * accounts / most, hero=place < 2, tick=shares[-1])),
            Cell(str(accounts), period.records("accounts", cause=ref)),
            Cell(str(linked), period.records("linked", cause=ref)),
            Cell(f"{shares[-1]:.0f}%"),
        ])  # fmt: skip
    says = "No account came on the roster of a cause in this time."
    if found:
        few = min(2, len(found))
        says = f"{_start(few, 'cause', 'makes', 'make')} {shares[few - 1]:.0f}% of all accounts hit."
    return Figure(
        "causes", "Which causes hurt most", says,
        "Accounts that came on a cause’s roster in this time, whether they complained, a rule found them or somebody "
        "added them; an account hit by two causes counts for each. The tick on a row is the running share.",
        str(all_), "accounts hit by a cause", ["Cause", "", "Accounts", "Complaints", "Running"], rows,
        period.records("accounts"),
    )  # fmt: skip


def told(period: Period, numbers: Numbers) -> Figure:
    """Whether customers hear of the fix the way they asked to."""
    everybody, theirs = sum(row[1] for row in numbers.told), sum(row[2] for row in numbers.told)
    rows = []
    for channel, all_, right in numbers.told:
        name = "not said yet" if channel == "any" else Channel(channel).label
        rows.append([
            Cell(name), Cell(drawn=bar(100 * right / all_, of=100)),
            Cell(f"{right} of {all_}", period.records("tellings", channel=channel)),
        ])  # fmt: skip
    says = "Nobody was told of a fix in this time."
    if everybody:
        other = everybody - theirs
        says = f"{theirs} of {everybody} were told on the channel that they ask for."
        says += f" {_start(other)} told another way." if other else ""
    return Figure(
        "told", "Told the way they asked", says,
        "Accounts told of a fix in this time, by the channel that the person told asks for; who has not said how "
        "counts as told their way.",
        f"{100 * theirs // everybody}%" if everybody else "none", "told their way", ["Asked for", "", "Told"], rows,
        period.records("tellings"),
    )  # fmt: skip


def _limits(numbers: list[int]) -> tuple[float, float, float]:
    mean = sum(numbers) / len(numbers) if numbers else 0.0
    return max(mean - 3 * sqrt(mean), 0), mean, mean + 3 * sqrt(mean)


def _outside(period: Period, out: Iterable[date], mean: float, known: bool) -> str:
    names = [short(cut) for cut in sorted(out)]
    if not known:
        return f"About {mean:.0f} a {period.step}; there are too few whole {period.step}s to say what is unusual."
    if not names:
        return f"About {mean:.0f} a {period.step}: the usual coming and going, nothing outside the limits."
    which = (
        f"The {period.step} of {names[0]} is" if len(names) == 1 else f"The {period.step}s of {', '.join(names)} are"
    )
    return f"{which} outside the limits: ask what happened then. The rest is the usual coming and going."


def _against(cut: date, number: int, period: Period, out: set[date], known: bool) -> str:
    if cut in out:
        return "outside the limits"
    if not period.whole(cut):
        return f"{period.step} not whole"
    return "inside" if known else "no limits yet"


def _when(period: Period) -> str:
    return "Month of" if period.step == "month" else "Week of"


def _hours(hours: float | None) -> str:
    return "" if hours is None else f"{hours:.1f} h" if hours < 100 else f"{hours / 24:.0f} d"


def _long(hours: float | None) -> str:
    return "" if hours is None else span(timedelta(hours=hours))


def _start(number: int, noun: str = "", one: str = "was", many: str = "were") -> str:
    """One was; two causes make."""
    words = ["None", "One", "Two", "Three"]
    said = words[number] if number < len(words) else str(number)
    named = f" {noun if number == 1 else noun + 's'}" if noun else ""
    return f"{said}{named} {one if number == 1 else many}"
