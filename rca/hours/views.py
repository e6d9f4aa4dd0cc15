"""The page of working hours and targets: everybody reads it, the admin changes it."""

from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Entry
from accounts.people.requests import Request
from rca.hours.forms import FillingForm, HolidayForm, RemovalForm, TargetsForm, WeekForm
from rca.hours.models import Holiday, HouseCalendar, said_targets, said_week
from rca.hours.reading import current
from rca.lib.clock import now
from rca.lib.replies import again, done, page
from rca.lib.text import count

INDEX = "hours/index.html"


@require_GET
def index(request: Request) -> HttpResponse:
    request.user.must("read")
    return page(request, INDEX, _context(request))


@require_POST
def week(request: Request) -> HttpResponse:
    request.user.must("hours.set")
    form = WeekForm(request.POST, auto_id="week_%s")
    if not form.is_valid():
        return again(request, INDEX, _context(request, week=form))
    data = form.cleaned_data
    HouseCalendar.objects.ours().set_week(by=request.user, week=data["week"], version=data["version"])
    return done(request, reverse("hours:index"), "These are our hours now.")


@require_POST
def targets(request: Request) -> HttpResponse:
    request.user.must("hours.set")
    form = TargetsForm(request.POST, auto_id="targets_%s")
    if not form.is_valid():
        return again(request, INDEX, _context(request, targets=form))
    version = form.cleaned_data["version"]
    HouseCalendar.objects.ours().set_targets(by=request.user, hours=form.hours(), version=version)
    return done(request, reverse("hours:index"), "The targets are changed; clocks that run already keep their end.")


@require_POST
def holiday(request: Request) -> HttpResponse:
    """A day off of our own."""
    request.user.must("hours.set")
    form = HolidayForm(request.POST, auto_id="holiday_%s")
    if not form.is_valid():
        return again(request, INDEX, _context(request, holiday=form))
    made = HouseCalendar.objects.ours().add_holiday(by=request.user, **form.cleaned_data)
    return done(request, reverse("hours:index"), f"{made}: a day off.")


@require_POST
def removal(request: Request) -> HttpResponse:
    request.user.must("hours.set")
    form = RemovalForm(request.POST)
    if not form.is_valid():
        return again(request, INDEX, _context(request))
    HouseCalendar.objects.ours().drop_holiday(by=request.user, **form.cleaned_data)
    return done(request, reverse("hours:index"), "We work on that day after all.")


@require_POST
def filling(request: Request) -> HttpResponse:
    """The public holidays of a country, as rows of our own."""
    request.user.must("hours.set")
    form = FillingForm(request.POST, auto_id="filling_%s", year=localdate().year)
    if not form.is_valid():
        return again(request, INDEX, _context(request, filling=form))
    added, kept = HouseCalendar.objects.ours().fill_holidays(by=request.user, **form.cleaned_data)
    said = f"{count(added, 'day')} filled in" + (f"; {count(kept, 'day')} stood there already." if kept else ".")
    return done(request, reverse("hours:index"), said)


def _context(request: Request, **bound: Form) -> dict[str, Any]:
    stands, ours, today = current(), HouseCalendar.objects.ours(), localdate()
    mine = request.user.may("hours.set")
    forms: dict[str, Any] = {}
    if mine:
        filled: dict[str, Any] = {"stands": stands, "version": ours.version}
        forms = {
            "week": bound.get("week") or WeekForm(auto_id="week_%s", **filled),
            "targets": bound.get("targets") or TargetsForm(auto_id="targets_%s", **filled),
            "holiday": bound.get("holiday") or HolidayForm(auto_id="holiday_%s"),
            "filling": bound.get("filling") or FillingForm(auto_id="filling_%s", year=today.year),
        }
    coming = list(Holiday.objects.filter(day__gte=today)[:60])
    return {
        "week": said_week(stands.calendar.week).items(),
        "targets": said_targets(stands).items(),
        "coming": coming,
        "past": Holiday.objects.filter(day__lt=today).order_by("-day")[:40],
        "open": stands.calendar.open_at(now()),
        "zone": settings.TIME_ZONE,
        "forms": forms,
        "timeline": Entry.objects.about([ours.ref])[:12],
    }
