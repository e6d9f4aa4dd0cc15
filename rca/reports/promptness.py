"""How soon each team owns up, in working time, month by month."""

from datetime import timedelta

from rca.lib.charts import Point, line
from rca.lib.said import span
from rca.reports.figures import Cell, Figure, Numbers, Owned, Period


def teams(period: Period, numbers: Numbers) -> Figure:
    """Median and nine of ten by team and month; the line is the whole house."""
    found, points, rows = numbers.teams, [], []
    for month in period.months():
        name = f"{month:%b}" if month.year == period.until.year else f"{month:%b %Y}"
        house = found.get((month, None))
        url = period.records("acknowledgments", month=month)
        hours = house.median / 60 if house else None
        points.append(Point(name, hours, said(house.median) if house else "", url))
        if house:
            rows.append(
                _row(f"{name}, everybody", house, url, period.records("acknowledgments", month=month, late="1"))
            )
        for team in sorted(team for when, team in found if when == month and team is not None):
            url = period.records("acknowledgments", month=month, team=team)
            late = period.records("acknowledgments", month=month, team=team, late="1")
            rows.append(_row(f"{name}, {team or 'no team'}", found[month, team], url, late))
    all_ = found.get((None, None))
    return Figure(
        "teams", "Owning up, team by team", _says(all_),
        "Acknowledgments of this time by when a person owned up and by the department they are in today. Working time "
        "from the complaint’s arrival to that moment, by the house’s hours and days off as they stood then; an "
        "automatic reply does not count. In time is before the end of the clock, which how badly it hurts decides. "
        "Imported complaints have no clock and are left out.",
        said(all_.median) if all_ else "none yet", "of working time to own up, the median",
        ["Month and team", "Owned up to", "Late", "Median", "Nine of ten"], rows,
        period.records("acknowledgments"), line(points, "Median working time to own up, everybody, by month"),
    )  # fmt: skip


def said(minutes: float) -> str:
    """2 h 05: working time is never said in days, since nobody knows how long a day of it is."""
    if minutes >= 24 * 60:
        return f"{minutes / 60:.0f} h"
    return span(timedelta(minutes=round(minutes)))


def _row(name: str, owned: Owned, url: str, late: str) -> list[Cell]:
    return [Cell(name), Cell(str(owned.number), url), Cell(str(owned.number - owned.in_time), late),
            Cell(said(owned.median)), Cell(said(owned.ninth))]  # fmt: skip


def _says(owned: Owned | None) -> str:
    if owned is None:
        return "Nobody owned up to anything in this time."
    heard = (
        f"Half were owned up to within {said(owned.median)} of working time, nine of ten within {said(owned.ninth)}."
    )
    late = owned.number - owned.in_time
    return f"{heard} {owned.in_time} of {owned.number} came in time." if late else f"{heard} Every one came in time."
