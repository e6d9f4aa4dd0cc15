"""One search over everything: a reference opens its page; words find causes, complaints, accounts and sessions."""

import re
from functools import reduce
from operator import and_
from secrets import token_hex
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, Q, QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Account, User
from rca.causes.models import Cause
from rca.complaints.models import Complaint
from rca.lib.refs import Referred
from rca.lib.text import clean
from rca.whys.models import FiveWhys

LIMIT = 200  # characters of a search
SHOWN = 8
RANKED = 200  # the newest so many are ranked; a word of every complaint must not cost a sort of all of them


class Group(NamedTuple):
    name: str
    title: str
    rows: list[Any]
    more: bool
    url: str = ""


class Found(NamedTuple):
    query: str
    groups: list[Group]

    @property
    def some(self) -> bool:
        return any(group.rows for group in self.groups)


def row_of(text: str, user: User) -> Any:
    """The row that “C-1042”, “c1042” or “C 1042” names, when this person may see it."""
    match = re.fullmatch(r"\s*([A-Za-z])[-\s]?([0-9]{1,18})\s*", text)
    if not match:
        return None
    letter = match[1].upper()
    models = [one for one in apps.get_models() if issubclass(one, Referred) and letter == one.LETTER]
    found: Any = models[0]._default_manager if models else None
    return found.visible_to(user).filter(pk=int(match[2])).first() if found else None


def search(text: str, user: User) -> Found:
    """Causes first: a known cause answers a complaint faster than another complaint does."""
    text = clean(text)[:LIMIT]
    if not text:
        return Found("", [])
    accounts = list(Account.objects.visible_to(user).matching(text)[: SHOWN + 1])
    return Found(text, [
        _titles("causes", "Causes", Cause.objects.visible_to(user).select_related("owner"), "title", text),
        _complaints(text, user),
        Group("accounts", "Accounts", accounts[:SHOWN], len(accounts) > SHOWN, "/accounts/"),
        _titles("sessions", "Sessions", FiveWhys.objects.visible_to(user), "problem", text),
    ])  # fmt: skip


def _complaints(text: str, user: User) -> Group:
    query, token = SearchQuery(text, config="english", search_type="websearch"), token_hex(8)
    newest = Complaint.objects.visible_to(user).saying(text).order_by("-received_at", "-id").values("pk")[:RANKED]
    ranked = Complaint.objects.filter(pk__in=newest).annotate(rank=SearchRank(F("search"), query))
    best = [one.pk for one in ranked.only("pk").order_by("-rank", "-received_at")[: SHOWN + 1]]
    # Only these few are cut to their passages: that reads whole letters.
    passage = SearchHeadline(
        "words", query, config="english", start_sel=f"<{token}>", stop_sel=f"</{token}>", max_words=40, min_words=20
    )
    rows: dict[int, Any] = {
        one.pk: one for one in Complaint.objects.filter(pk__in=best[:SHOWN]).select_related("account", "liaison")
        .prefetch_related("cause_links").annotate(passage=passage)
    }  # fmt: skip
    for one in rows.values():
        one.passage = marked(one.passage, token)
    found = [rows[pk] for pk in best[:SHOWN] if pk in rows]
    return Group("complaints", "Complaints", found, len(best) > SHOWN, "/complaints/")


def marked(text: str, token: str) -> SafeString:
    """The customer's words escaped, and only then the found ones marked: no word of theirs ever becomes markup."""
    start, stop = escape(f"<{token}>"), escape(f"</{token}>")
    return mark_safe(escape(text).replace(start, "<mark>").replace(stop, "</mark>"))


def _titles(name: str, title: str, rows: "QuerySet[Any]", column: str, text: str) -> Group:
    """Those whose title has every word; there are few enough of them to read them all."""
    words = [word for word in re.split(r"[\s\"]+", text) if word and not word.startswith("-")][:8]
    if not words:
        return Group(name, title, [], False)
    matching = reduce(and_, (Q(**{f"{column}__icontains": word}) for word in words))
    found = list(rows.filter(matching).order_by("-id")[: SHOWN + 1])
    return Group(name, title, found[:SHOWN], len(found) > SHOWN)
