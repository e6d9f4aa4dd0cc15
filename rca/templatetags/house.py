"""What every template has without loading it: marks, clocks, times as people say them, the house around it."""

from functools import cache, cached_property
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.template.defaultfilters import stringfilter
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse

from rca.lib import marks, said
from rca.lib.links import linked

register = template.Library()


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
    return _address(name, get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF)


@cache  # the same for as long as we stand under the same roof
def _address(name: str, prefix: str, urlconf: str) -> str:
    try:
        return reverse(name, urlconf)
    except NoReverseMatch:
        return ""


# Marks


for mark in (marks.icon, marks.badge, marks.clock, marks.reflink):
    register.simple_tag(mark)


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
register.filter("linked", stringfilter(linked), is_safe=True)


@register.filter
def may(user: Any, ability: str) -> bool:
    """Whether this person may do that; nobody signed in may do nothing."""
    return bool(user.may(ability)) if hasattr(user, "may") else False
