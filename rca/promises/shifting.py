"""When the clocks change in one place and not in the other: what a window is then, here and there. Pure."""

from datetime import datetime, timedelta

from rca.lib.clock import zone


def shift(moment: datetime, there: str, at: datetime, here: str = "") -> str:
    """Where the clocks change in one of the two places between `at` and then: what that does to the hour promised."""
    moved = _apart(moment, there, here) - _apart(at, there, here)
    if not there or not moved:
        return ""
    local, ours = moment.astimezone(zone(there)), moment.astimezone(zone(here))
    now = (ours.replace(tzinfo=None) + moved).time()  # what the same hour there would be here as the clocks stand
    said = f"{local.hour}:{local:%M} there is then {ours.hour}:{ours:%M} here, today it would be {now.hour}:{now:%M}"
    return f"The clocks change in one place before then: {said}."


def twice(moment: datetime, zone_name: str) -> bool:
    """Whether the clock on that wall shows this time twice that night."""
    local = moment.astimezone(zone(zone_name))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _apart(moment: datetime, there: str, here: str) -> timedelta:
    offsets = [moment.astimezone(zone(name)).utcoffset() or timedelta(0) for name in (there, here)]
    return offsets[0] - offsets[1]
