"""Days and times as people type them on the phone: “tomorrow”, “Thu”, “12 March”; “14”, “2pm”, “14:30”."""

import re
from datetime import UTC, date, datetime, time, timedelta

from rca.lib.clock import wall, zone

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december"]  # fmt: skip


class Unread(ValueError):
    """What was typed cannot be read; `field` is day, opens or closes, and the text is a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


def window(day: str, opens: str, closes: str, zone_name: str, at: datetime) -> tuple[datetime, datetime]:
    """The two moments of a window, by the clock on the wall of that zone; `at` is now. Raises `Unread`."""
    on = read_day(day, at.astimezone(zone(zone_name)).date())
    begins, ends = _on(on, opens, "opens", zone_name), _on(on, closes, "closes", zone_name)
    # Moments, not wall clocks: in the hour that a spring night skips, 1:30 to 2:00 runs backwards.
    if ends.timestamp() <= begins.timestamp():
        raise Unread("closes", "The window ends before it starts: turn the two times round.")
    if ends <= at:
        raise Unread("opens", "That time is over already: promise one that is still to come.")
    return begins, ends


def _on(day: date, text: str, field: str, zone_name: str) -> datetime:
    """That time of that day; in the spring night that skips it there is none, and nobody can keep it."""
    at = wall(day, read_time(text, field), zone_name)
    after = at.astimezone(UTC).astimezone(zone(zone_name))
    if after.replace(tzinfo=None) != at.replace(tzinfo=None):
        raise Unread(
            field, f"The clocks go forward that night and skip {at.hour}:{at:%M}: say {after.hour}:{after:%M}."
        )
    return at


def read_time(text: str, field: str = "opens") -> time:
    """14, 2pm, 2.30 pm, 14:00 and 1400 are times of the day."""
    typed = text.strip().lower().replace(" ", "")
    match = re.fullmatch(r"(\d{1,2})(?:[:.h]?(\d{2}))?(am|pm)?", typed)
    if match:
        hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        elif half:
            hour = 99
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise Unread(field, f"“{text[:20]}” is no time of the day: write 14, 2pm or 14:30." if typed else "Say a time.")


def read_day(text: str, today: date) -> date:
    """today, tomorrow, a weekday (the next one), 12 March, 12/3, 2026-03-12 or +3; nothing typed is today."""
    typed = re.sub(r"[,\s]+", " ", text.strip().lower())
    if typed in ("", "today"):
        return today
    if typed == "tomorrow":
        return today + timedelta(days=1)
    if match := re.fullmatch(r"\+ ?(\d{1,3})( ?d(ays?)?| ?w(eeks?)?)?", typed):
        return today + timedelta(days=int(match[1]) * (7 if "w" in (match[2] or "") else 1))
    for number, name in enumerate(WEEKDAYS):
        if len(typed) >= 3 and name.startswith(typed):
            return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
    if found := _dated(re.sub(r"^(mon|tue|wed|thu|fri|sat|sun)[a-z]* ", "", typed), today):
        return found
    raise Unread("day", f"“{text[:30]}” is no day: write today, tomorrow, Thursday or 12 March.")


def _dated(typed: str, today: date) -> date | None:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed):
            return date.fromisoformat(typed)
        if match := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?", typed):
            return _coming(int(match[1]), int(match[2]), match[3], today)
        if match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})(?: (\d{4}))?", typed):
            months = [n for n, name in enumerate(MONTHS, 1) if name.startswith(match[2])]
            return _coming(int(match[1]), months[0], match[3], today) if months else None
    except ValueError:
        pass  # 31 February
    return None


def _coming(day: int, month: int, year: str | None, today: date) -> date:
    """A date without a year is the next one; one just past stays in this year, so that the reader sees the slip."""
    if year:
        return date(int(year), month, day)
    this = date(today.year, month, day)
    return this if this >= today - timedelta(days=60) else date(today.year + 1, month, day)


def read_past_day(text: str, today: date) -> date:
    """A day that has been: yesterday, a weekday (the last), 3 weeks ago, March (its first), 12 March, 2026-03-12."""
    typed = re.sub(r"(?<=\d)(?=[a-z])", " ", re.sub(r"[,\s]+", " ", text.strip().lower()))
    if typed in ("today", "yesterday"):
        return today - timedelta(days=typed == "yesterday")
    if match := re.fullmatch(r"-? ?(\d{1,3}) ?(d|days?|w|weeks?|months?)?( ago)?", typed):
        length = {"w": 7, "m": 30}.get((match[2] or "d")[0], 1)
        return max(today - timedelta(days=int(match[1]) * length), date(1970, 1, 1))
    for number, name in enumerate(WEEKDAYS):
        if len(typed) >= 3 and name.startswith(typed):
            return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    if re.fullmatch(r"[a-z]{3,9}( \d{4})?", typed):
        typed = f"1 {typed}"
    found = _dated(re.sub(r"^(\d{1,2}) (st|nd|rd|th) ", r"\1 ", typed), today)
    if found is None:
        raise Unread("day", f"“{text[:30]}” is no day: write yesterday, Monday, 3 weeks ago or 12 March.")
    return found if found <= today or str(found.year) in typed else found.replace(year=found.year - 1)
