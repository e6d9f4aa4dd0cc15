"""What every template has without loading it: marks, clocks, times as people say them, the house around it."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.template.defaultfilters import stringfilter
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from rca.lib import said

register = template.Library()

SHAPE = {"kept": "check", "due": "half", "late": "warn", "rest": "open"}  # a state is never colour alone


# The house around the page


class Entry(NamedTuple):
    title: str
    icon: str
    url: str
    here: bool


# Title, icon, url name, and the rooms one is in while this entry is lit.
NAV = [
    ("Today", "today", "today:index", {"today", "promises"}),
    ("Complaints", "list", "complaints:index", {"complaints", "imports", "mailbox"}),
    ("Whys", "fork", "whys:index", {"whys"}),
    ("Causes", "link", "causes:index", {"causes", "fixes", "communications"}),
    ("Accounts", "shop", "customers:index", {"customers", "health", "retention"}),
    ("Review", "gavel", "review:index", {"review"}),
    ("Reports", "chart", "reports:index", {"reports"}),
]


class House:
    """Read lazily: a part of a page, which htmx asks for often, pays for none of it."""

    name = property(lambda self: settings.HOUSE_NAME)
    phone = property(lambda self: settings.HOUSE_PHONE)

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def room(self) -> str:
        match = self.request.resolver_match
        return match.namespace.split(":")[0] if match else ""

    @cached_property
    def nav(self) -> list[Entry]:
        found = [Entry(title, icon, address(name), self.room in rooms) for title, icon, name, rooms in NAV]
        return [entry for entry in found if entry.url]

    @property
    def home(self) -> str:
        return address("today:index") or "/"

    @property
    def find(self) -> str:
        return address("today:search")

    @property
    def log(self) -> str:
        return address("complaints:new")

    @property
    def ask_why(self) -> str:
        return address("whys:new")

    @property
    def mine(self) -> str:
        return address("people:me") or address("account_logout")

    @property
    def sign_in(self) -> str:
        return address("account_login")

    @property
    def role(self) -> str:
        return getattr(self.request.user, "get_role_display", str)()

    @property
    def theme(self) -> str:
        chosen = self.request.COOKIES.get("theme", "")
        return chosen if chosen in {"light", "dark"} else "system"


def house(request: HttpRequest) -> dict[str, House]:
    return {"house": House(request)}


def address(name: str) -> str:
    """The address of a page, or "" where the house has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


# Marks


@register.simple_tag
def icon(name: str) -> SafeString:
    return (
        format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name) if name else mark_safe("")
    )


@register.simple_tag
def badge(state: str, text: object, icon: str = "") -> SafeString:
    """A state that rests, as a word and a shape: kept, due, late, rest, or none ("")."""
    shape = _icon(icon or SHAPE.get(state, ""))
    return format_html('<span class="badge" data-state="{}">{}{}</span>', state, shape, text)


_icon: Callable[[str], SafeString] = icon


@register.simple_tag
def clock(due: datetime | None, start: datetime | None = None, text: str = "", state: str | None = None) -> SafeString:
    """Time that is running; nothing for no time. `text` replaces the words, `state` the state."""
    if due is None:
        return mark_safe("")
    face = said.clock_face(due, start, timezone.now())
    hand = '<circle class="full" cx="8" cy="8" r="6.5"/>' if face.state == "late" else HAND.format(face.share)
    shown = face.state if state is None else state
    return format_html(DIAL, shown, due.isoformat(), mark_safe(hand), text or face.text)


HAND = '<circle cx="8" cy="8" r="6.5" pathLength="100" stroke-dasharray="{} 100" transform="rotate(-90 8 8)"/>'
DIAL = (
    '<time class="clock" data-state="{}" datetime="{}"><svg class="dial" viewBox="0 0 16 16" aria-hidden="true">'
    '<circle cx="8" cy="8" r="6.5"/>{}</svg>{}</time>'
)


@register.simple_tag
def reflink(thing: Any, text: str = "") -> SafeString:
    if not thing:
        return mark_safe("")
    return format_html('<a class="ref" href="{}">{}</a>', thing.get_absolute_url(), text or thing.ref)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """This page's address with some of its GET parameters changed; None or "" takes one away."""
    params: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = str(value)
    return "?" + params.urlencode()


# Times, amounts and words: the same functions that refusals and letters use

for said_by in (said.span, said.ago, said.day, said.moment, said.short, said.hour, said.money):
    register.filter(said_by.__name__, said_by)
register.filter("quote", stringfilter(said.quote), is_safe=True)
register.filter("initials", stringfilter(said.initials))


@register.filter
def may(user: Any, ability: str) -> bool:
    """Whether this person may do that; nobody signed in may do nothing."""
    return bool(user.may(ability)) if hasattr(user, "may") else False
