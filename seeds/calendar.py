"""The story's calendar: it is written as if today were Tuesday 10 March, and moves with the day it is told on."""

from datetime import date, datetime, time, timedelta

from rca.lib.clock import now, wall, zone

WRITTEN_ON = date(2026, 3, 10)
MONTHS = {"Oct": 10, "Nov": 11, "Dec": 12, "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4}


def day(text: str) -> date:
    """The working day as far from today as “23 Feb” is from 10 March, counted in working days."""
    number, month = text.split()
    year = WRITTEN_ON.year - (MONTHS[month] >= 10)
    written = date(year, MONTHS[month], int(number))
    step = 1 if written > WRITTEN_ON else -1
    distance, walker = 0, WRITTEN_ON
    while walker != written:
        walker += timedelta(days=step)
        distance += walker.weekday() < 5
    real = now().astimezone(zone()).date()
    while distance:
        real += timedelta(days=step)
        distance -= real.weekday() < 5
    return real


def said(text: str) -> str:
    """That day as people say it: “24 February”."""
    when = day(text)
    return f"{when.day} {when:%B}"


def month(text: str) -> str:
    """The month of that day."""
    return f"{day(text):%B}"


def on(text: str, clock: str = "10:00") -> datetime:
    """That day of the story at that time by the house's clock, but never later than this very minute."""
    hour, minute = clock.split(":")
    moment = wall(day(text), time(int(hour), int(minute)))
    return min(moment, now()) if day(text) <= now().astimezone(zone()).date() else moment


def lately(minutes: int) -> datetime:
    """So many minutes ago."""
    return now() - timedelta(minutes=minutes)


def soon(minutes: int) -> datetime:
    """In about so many minutes, on a quarter of an hour."""
    moment = (now() + timedelta(minutes=minutes)).astimezone(zone())
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
