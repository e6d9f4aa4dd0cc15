"""The reminder before a window: in the working hours of the one who keeps the promise, by the clock where they are."""

from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from accounts.people.notices import Notice
from rca.hours.reading import current
from rca.lib.clock import Calendar, now, working_back
from rca.promises.models import Promise, PromiseQuerySet
from rca.promises.telling import reminder_key

BEFORE = 0.5  # working hours
AHEAD = timedelta(days=21)  # no house is closed for longer


def moment(promise: Promise, calendar: Calendar) -> datetime:
    """Half an hour of their working time before the window opens: at 8:00 on a Monday that is on Friday."""
    return working_back(promise.window_from, BEFORE, calendar.moved(promise.owner.time_zone))


def remind(at: datetime | None = None) -> int:
    """Tells each owner of a promise whose window comes near. Looked at afresh each time, so that another owner,
    other hours or another zone need no correction. Returns how many were told."""
    at, calendar, told = at or now(), current().calendar, 0
    for promise in _not_yet(at):
        due = moment(promise, calendar)
        # Who promised it within the last half hour of their working time knows it still.
        if due <= at and (due >= promise.made_at or promise.owner_id != promise.made_by_id):
            _, fresh = Notice.objects.give(
                person=promise.owner, key=reminder_key(promise), about=promise, at=due,
                says=f"{promise.account.name}: {promise.says}{_by_ours(promise)}",
            )  # fmt: skip
            told += fresh
    return told


def _not_yet(at: datetime) -> PromiseQuerySet:
    key = Concat(
        Value("promise-"), Cast(OuterRef("pk"), CharField()), Value("-"), Cast(OuterRef("owner_id"), CharField())
    )
    told = Notice.objects.filter(person=OuterRef("owner_id"), key=key)
    coming = Promise.objects.open().filter(window_until__gt=at, window_from__lte=at + AHEAD)
    found: PromiseQuerySet = (
        coming.exclude(Exists(told)).select_related("account", "owner").order_by("window_from", "id")
    )
    return found


def _by_ours(promise: Promise) -> str:
    return f" by their clock, {promise.here} by ours" if promise.there else ""
