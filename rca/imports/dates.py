"""Days and times as files write them: ISO, slashes, words, Excel's numbers, seconds since 1970."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from rca.lib.clock import wall

MONTHS = [
    "jan january janv janvier ene enero jän jänner januar januari gen gennaio janeiro",
    "feb february fev fév févr février febrero februar februari febbraio fevereiro",
    "mar march mars marzo mär märz mrz maart março",
    "apr april avr avril abr abril aprile",
    "may mai mayo mei mag maggio maio",
    "jun june juin junio juni giu giugno junho",
    "jul july juil juillet julio juli lug luglio julho",
    "aug august août agosto ago augustus",
    "sep sept september septembre septiembre set settembre setembro",
    "oct october octobre octubre okt oktober ott ottobre out outubro",
    "nov november novembre noviembre novembro",
    "dec december déc décembre dic diciembre dez dezember december dicembre dezembro",
]
MONTH = {name: number for number, names in enumerate(MONTHS, 1) for name in names.split()}
NAMES = ["", "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
         "November", "December"]  # fmt: skip
# Abbreviations that mean one thing in the exports that use them; any other is refused rather than guessed.
ZONES = {"z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
         "pdt": -7, "bst": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3}  # fmt: skip
CLOCK = (
    r"(?:[T,]?\s*(?:at |um |à )?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?(?:\s*uhr)?)?"
    r"\s*(?P<zone>z|[a-z]{3,4}|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?)?(?:\s*\([^)]*\))?"
)
ISO = re.compile(r"(?P<year>\d{4})([-/.]?)(?P<month>\d{2})\2(?P<day>\d{2})" + CLOCK, re.I)
PAIR = re.compile(r"(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})" + CLOCK, re.I)
DAY_WORD = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|º)?[\s-]*(?:de )?(?P<word>[^\W\d_]{3,10})\.?,?[\s-]*(?:de )?"
    r"(?P<year>\d{4}|\d{2})" + CLOCK,
    re.I,
)
SLASH_WORD = re.compile(r"(?P<day>\d{1,2})/(?P<word>[^\W\d_]{3,10})/(?P<year>\d{4}|\d{2})" + CLOCK, re.I)
WORD_DAY = re.compile(
    r"(?P<word>[^\W\d_]{3,10})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + CLOCK, re.I
)
DAYS = "mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim"
WEEKDAY = re.compile(rf"^(?:{DAYS})[^\W\d_]*\.?,\s*", re.I)
SERIALS = (15_000, 80_000)  # Excel counts days from 1900: 1941 to 2119
SECONDS = (10**8, 10**10)  # 1973 to 2286


class Unread(ValueError):
    """What cannot be read as a time, and why not."""


@dataclass(frozen=True)
class Moment:
    """A moment read from a cell, and whether the cell named a day only."""

    at: datetime
    whole_day: bool


def moment(text: str, day_first: bool | None, zone: str = "") -> Moment:
    """The moment a cell means; `zone` is whose clock a time without a zone shows. Raises `Unread`."""
    text = " ".join(WEEKDAY.sub("", text.strip()).split())
    if len(text) > 80:
        raise Unread("it is too long for a date.")
    if re.fullmatch(r"\d+(?:\.\d+)?", text) and (found := _number(text, zone)):
        return found
    for form in (ISO, PAIR, DAY_WORD, SLASH_WORD, WORD_DAY):
        if match := form.fullmatch(text):
            return _moment(match, day_first, zone)
    raise Unread("it should look like 2023-03-22, 22/03/2023 or 22 March 2023.")


def _number(text: str, zone: str) -> Moment | None:
    number = float(text)
    if SERIALS[0] <= number < SERIALS[1]:
        day = datetime(1899, 12, 30) + timedelta(seconds=round(number * 86_400))
        return Moment(wall(day.date(), day.time(), zone), day.time() == time(0))
    for unit in (1, 1_000, 1_000_000):
        if len(text.split(".")[0]) >= 9 and SECONDS[0] <= number / unit < SECONDS[1]:
            return Moment(datetime.fromtimestamp(number / unit, UTC), False)
    return None


def _moment(match: re.Match[str], day_first: bool | None, zone: str) -> Moment:
    parts = match.groupdict()
    year, month, day = _day(parts, day_first)
    if parts["hour"] is None:
        if parts["zone"]:
            raise Unread("it names a zone and no time of the day.")
        return Moment(_wall(date(year, month, day), time(0), zone), True)
    at = _time(parts)
    on = date(year, month, day)
    if not parts["zone"]:
        return Moment(_wall(on, at, zone), False)
    try:
        return Moment(datetime.combine(on, at, tzinfo=_offset(parts["zone"])).astimezone(UTC), False)
    except OverflowError:
        raise Unread("that is outside of time.") from None


def _wall(on: date, at: time, zone: str) -> datetime:
    try:
        there = wall(on, at, zone)
        there.astimezone(UTC)
    except OverflowError:
        raise Unread("that is outside of time.") from None
    return there


def _day(parts: dict[str, str | None], day_first: bool | None) -> tuple[int, int, int]:
    year = _year(parts["year"] or "")
    if word := parts.get("word"):
        month = MONTH.get(word.lower(), 0)
        if not month:
            raise Unread(f"there is no month “{word}”.")
        day = int(parts["day"] or 0)
    elif parts.get("a"):
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        if parts["mark"] == "." and day_first is None:
            day_first = True  # dots are written only where the day comes first
        if day_first is None and first != second and first <= 12 and second <= 12:
            raise Unread("it can be read day first or month first, and nothing in the file says which: choose one.")
        if day_first is None:
            day_first = second <= 12
        day, month = (first, second) if day_first else (second, first)
    else:
        month, day = int(parts["month"] or 0), int(parts["day"] or 0)
    if not 1 <= month <= 12:
        raise Unread(f"there is no month {month}.")
    if not 1 <= year <= 9998:
        raise Unread(f"there is no year {year}.")
    if not 1 <= day <= monthrange(year, month)[1]:
        raise Unread(f"{NAMES[month]}{f' {year}' if month == 2 and day == 29 else ''} has no {_nth(day)}.")
    return year, month, day


def _year(text: str) -> int:
    """Two figures are the year nearest to ours: 69 to 99 of the last century, as everywhere."""
    year = int(text)
    return year if len(text) > 2 else year + (1900 if year >= 69 else 2000)


def _time(parts: dict[str, str | None]) -> time:
    hour, minute, second = int(parts["hour"] or 0), int(parts["minute"] or 0), int(parts["second"] or 0)
    if half := parts["half"]:
        if not 1 <= hour <= 12:
            raise Unread(f"there is no {hour} o’clock {half}.")
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    if hour > 23 or minute > 59 or second > 60:
        raise Unread(f"there is no time {hour}:{minute:02}.")
    return time(hour, minute, min(second, 59), int((parts["part"] or "0")[:6].ljust(6, "0")))


def _offset(text: str) -> timezone:
    name = text.lower()
    if name in ZONES:
        return timezone(timedelta(hours=ZONES[name]))
    match = re.fullmatch(r"(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?", name)
    if not match:
        raise Unread(f"the zone “{text}” is not known here: an offset as +01:00 is.")
    away = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if away >= timedelta(hours=24):
        raise Unread(f"there is no offset {text}.")
    return timezone(-away if match[1] == "-" else away)


def _nth(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


@dataclass(frozen=True)
class Order:
    """How many dates of a file can only be read day first, only month first, or either way."""

    day: int = 0
    month: int = 0
    either: int = 0
    dots: bool = False

    @property
    def day_first(self) -> bool | None:
        if self.day == self.month:
            return True if self.dots and not self.day else None
        return self.day > self.month

    @property
    def why(self) -> str:
        """“1,604 dates can only be read this way; none speaks against it.”"""
        if not self.day + self.month + self.either:
            return "No date is written in figures that could be turned round."
        if self.day_first is None:
            return (
                f"All {self.either:,} dates can be read either way: say which comes first, the day or the month."
                if not self.day
                else f"{self.day:,} dates can only be read day first and {self.month:,} only month first: say which."
            )
        if not self.day + self.month:
            return "The dates are written with dots, as where the day comes first."
        with_it, against = (self.day, self.month) if self.day_first else (self.month, self.day)
        way = "date can" if with_it == 1 else "dates can"
        speak = "none speaks" if not against else f"{against:,} {'speaks' if against == 1 else 'speak'}"
        return f"{with_it:,} {way} only be read this way; {speak} against it."


def order(texts: list[str]) -> Order:
    """Looks which of the dates among these can be read one way only."""
    day = month = either = dotted = 0
    for text in texts:
        match = PAIR.fullmatch(text.strip()) if len(text) < 80 else None
        if not match:
            continue
        first, second = int(match["a"]), int(match["b"])
        dotted += match["mark"] == "."
        if first > 12 >= second:
            day += 1
        elif second > 12 >= first:
            month += 1
        elif first <= 12 and second <= 12 and first != second:
            either += 1
    return Order(day, month, either, dotted > 0 and dotted >= (day + month + either) / 2)


def is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return bool(name)
