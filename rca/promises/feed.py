"""Somebody's promises as a calendar to subscribe to: whom, what and when, and nothing that a customer said."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event, vDuration

from accounts.people.feeds import CalendarFeed
from accounts.people.models import User
from rca.lib.clock import now
from rca.promises.models import Promise

MOST = 500  # the soonest; no calendar is read further
REFRESH = timedelta(minutes=15)


@login_not_required
@never_cache
@require_safe
def promises(request: HttpRequest, secret: str) -> HttpResponse:
    """Its secret is the key: one that is wrong, taken back, or of somebody who has left finds nothing."""
    found = CalendarFeed.objects.of(secret)
    if found is None:
        raise Http404
    found.fetched()
    answer = HttpResponse(calendar(found.user), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "no-store, private"
    answer["Content-Disposition"] = 'inline; filename="promises.ics"'
    answer["X-Robots-Tag"] = "noindex"
    return answer


def calendar(person: User) -> bytes:
    """The promises that this person has still to keep, each an event that keeps its identity when it changes."""
    feed = Calendar()
    feed.add("prodid", "-//Amends//Promises//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        feed.add(name, f"Promises of {person.name}")
    every = vDuration(REFRESH)
    every.params["VALUE"] = "DURATION"
    feed.add("refresh-interval", every)
    feed.add("x-published-ttl", vDuration(REFRESH))
    rows = Promise.objects.visible_to(person).open().filter(owner=person).select_related("account")
    at = now()
    for promise in rows.order_by("window_from", "id")[:MOST]:
        feed.add_component(_event(promise, at))
    return bytes(feed.to_ical())


def _event(promise: Promise, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{promise.ref}@{settings.SITE_ADDRESS.split('//')[-1].strip('/')}")
    event.add("sequence", promise.version)
    event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", promise.window_from.astimezone(UTC))
    event.add("dtend", promise.window_until.astimezone(UTC))
    event.add("summary", f"{promise.get_kind_display().capitalize()}: {promise.account.name}")
    theirs = f"By their clock: {promise.window} in {promise.place}." if promise.there else ""
    event.add("description", "\n".join(part for part in (promise.what, theirs, promise.ref) if part))
    event.add("url", settings.SITE_ADDRESS.rstrip("/") + promise.get_absolute_url())
    return event
