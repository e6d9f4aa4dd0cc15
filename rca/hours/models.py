"""The house's calendar, which the admin owns: hours of each weekday, days off, and how soon we own up."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q

from accounts.audit.models import record
from accounts.people.models import User
from rca.hours.public import holidays_of
from rca.hours.reading import Hours, current
from rca.hours.severity import Severity
from rca.lib.clock import Span, now
from rca.lib.refused import Refused, Stale, once
from rca.lib.rows import Editable, OneOf
from rca.lib.text import clean, count

WEEKDAYS = {1: "Monday", 2: "Tuesday", 3: "Wednesday", 4: "Thursday", 5: "Friday", 6: "Saturday", 7: "Sunday"}
SORTED = {"": "not sorted yet", **dict(Severity.choices)}
SHORTEST, LONGEST = Decimal("0.25"), Decimal(200)  # working hours of a target


class CalendarManager(models.Manager["HouseCalendar"]):
    def ours(self) -> "HouseCalendar":
        """The one there is; nothing is written before somebody changes it."""
        return self.first() or HouseCalendar()


class HouseCalendar(Editable):
    """One row: what every change of hours or targets takes first, so that they follow one another."""

    id = models.SmallIntegerField(primary_key=True, default=1)

    objects = CalendarManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="house_calendar_is_one")]

    def __str__(self) -> str:
        return "the house’s calendar"

    @property
    def ref(self) -> str:
        return "hours"

    @transaction.atomic
    def set_week(
        self, *, by: User, week: Mapping[int, Span], version: int | None = None, at: datetime | None = None
    ) -> None:
        """The hours of every weekday, the whole week at once; a day that is not named is free."""
        by.must("hours.set")
        _check_week(week)
        stands, typed = said_week(current().calendar.week), said_week(week)
        before = self._take(version, stands, typed)
        WorkingDay.objects.all().delete()
        WorkingDay.objects.bulk_create(
            WorkingDay(weekday=day, opens=opens, closes=closes) for day, (opens, closes) in sorted(week.items())
        )
        self._note(by, "week_set", "Working hours changed", before, typed, at)

    @transaction.atomic
    def set_targets(
        self, *, by: User, hours: Mapping[str, Decimal], version: int | None = None, at: datetime | None = None
    ) -> None:
        """How soon we own up, in working hours, by how badly it hurts. Clocks that run already keep their end."""
        by.must("hours.set")
        for severity, size in hours.items():
            if severity not in SORTED:
                raise Refused(f"“{severity[:20]}” is not one of the words for how badly it hurts.")
            if not SHORTEST <= size <= LONGEST:
                raise Refused(f"{SORTED[severity].capitalize()}: a target lies between a quarter of an hour and "
                              f"{LONGEST} working hours.")  # fmt: skip
        stands = said_targets(current())
        typed = {**stands, **{SORTED[name]: said_hours(size) for name, size in hours.items()}}
        before = self._take(version, stands, typed)
        for severity, size in hours.items():
            Target.objects.update_or_create(severity=severity, defaults={"hours": size})
        self._note(by, "targets_set", "Targets changed", before, typed, at)

    @transaction.atomic
    def add_holiday(self, *, by: User, day: date, name: str, at: datetime | None = None) -> "Holiday":
        """A day on which nobody works; it is ours from then on, wherever its name came from."""
        by.must("hours.set")
        if not clean(name):
            raise Refused("Give the day a name: people will ask why nobody answered.")
        with once(f"{said_day(day)} is a day off already."):
            holiday = Holiday.objects.create(day=day, name=clean(name)[:120])
        record(by, "holiday_added", self, says=f"Day off: {holiday}.", after={"day": day, "name": holiday.name}, at=at)
        return holiday

    @transaction.atomic
    def drop_holiday(self, *, by: User, day: date, at: datetime | None = None) -> None:
        """We work on that day after all."""
        by.must("hours.set")
        gone = Holiday.objects.select_for_update().filter(day=day).first()
        if gone is None:
            raise Refused(f"{said_day(day)} is no day off, so there is nothing to take away.")
        gone.delete()
        record(by, "holiday_dropped", self, says=f"No day off any more: {gone}.",
               before={"day": day, "name": gone.name}, at=at)  # fmt: skip

    @transaction.atomic
    def fill_holidays(
        self, *, by: User, country: str, year: int, part: str = "", at: datetime | None = None
    ) -> tuple[int, int]:
        """The public holidays of a country in a year; what stands there already stays. Returns added and kept."""
        by.must("hours.set")
        found = holidays_of(country, year, part, today=now().date())
        known = set(Holiday.objects.filter(day__in=list(found)).values_list("day", flat=True))
        fresh = [Holiday(day=day, name=name[:120]) for day, name in sorted(found.items()) if day not in known]
        Holiday.objects.bulk_create(fresh, ignore_conflicts=True)
        where = f"{country}, {part}" if part else country
        record(by, "holidays_filled", self, at=at, after={str(one.day): one.name for one in fresh},
               says=f"{count(len(fresh), 'public holiday')} of {where} in {year} filled in.")  # fmt: skip
        return len(fresh), len(known)

    def _take(self, version: int | None, stands: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
        """Holds the row at the version that was read; says what stood before where something else was typed."""
        HouseCalendar.objects.get_or_create(pk=1)
        fresh = HouseCalendar.objects.select_for_update().get(pk=1)
        differ = {name: value for name, value in stands.items() if typed.get(name) != value}
        if version is not None and fresh.version != version:
            raise Stale("Somebody changed this first. Both are below.", version=fresh.version,
                        fields={name: (typed.get(name, ""), value) for name, value in differ.items()})  # fmt: skip
        HouseCalendar.objects.filter(pk=1).update(version=F("version") + 1)
        self.version = fresh.version + 1
        return differ

    def _note(
        self, by: User, act: str, says: str, before: dict[str, str], typed: Mapping[str, str], at: datetime | None
    ) -> None:
        if before:
            after = {name: typed.get(name, "") for name in before}
            changed = "; ".join(f"{name} {value}" for name, value in after.items())
            record(by, act, self, says=f"{says}: {changed}.", before=before, after=after, at=at)


class WorkingDay(models.Model):
    """From when to when a weekday is worked; a weekday without a row is free. 0:00 as its end is midnight."""

    weekday = models.PositiveSmallIntegerField(unique=True)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["weekday"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="working_day_of_the_week"),
            models.CheckConstraint(condition=Q(opens__lt=F("closes")) | Q(closes=time(0)), name="working_day_forward"),
        ]

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {said_span((self.opens, self.closes))}"


class Holiday(models.Model):
    """A day on which nobody works."""

    day = models.DateField(unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{said_day(self.day)}, {self.name}"


class Target(models.Model):
    """In how many working hours somebody owns up to a complaint that hurts so badly."""

    severity = OneOf(Severity, blank=True, unique=True)
    hours = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(hours__range=(SHORTEST, LONGEST)), name="target_sensible")]

    def __str__(self) -> str:
        return f"{SORTED[self.severity]}: {self.hours}"


def _check_week(week: Mapping[int, Span]) -> None:
    if not week:
        raise Refused("A week without working hours would stop every clock: keep at least one day.")
    for day, (opens, closes) in week.items():
        if day not in WEEKDAYS:
            raise Refused("A week has the days 1 to 7, Monday to Sunday.")
        if (_minutes(closes) or 24 * 60) - _minutes(opens) < 60:
            raise Refused(f"{WEEKDAYS[day]} needs at least an hour from its beginning to its end.")


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def said_day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%B %Y}"


def said_span(span: Span) -> str:
    """9:00 to 18:00; midnight as the end is 24:00."""
    opens, closes = span
    end = "24:00" if closes == time(0) else f"{closes.hour}:{closes:%M}"
    return f"{opens.hour}:{opens:%M} to {end}"


def said_week(week: Mapping[int, Span]) -> dict[str, str]:
    return {name: said_span(week[day]) if day in week else "free" for day, name in WEEKDAYS.items()}


def said_hours(size: Any) -> str:
    return f"{float(size):g} h"


def said_targets(hours: Hours) -> dict[str, str]:
    return {name: said_hours(hours.target(severity)) for severity, name in SORTED.items()}
