"""One search over everything: a reference opens its page; words find causes, complaints, accounts, people, sessions."""

import re
from collections.abc import Callable
from secrets import token_hex
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector
from django.db.models import F, QuerySet
from django.db.models.functions import Left
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Account, Contact, User
from rca.causes.acts import CauseLink
from rca.causes.models import Cause
from rca.complaints.acts import Note
from rca.complaints.filtering import matching
from rca.complaints.models import Complaint
from rca.fixes.models import Fix
from rca.lib.refs import Referred
from rca.lib.said import day, money
from rca.lib.text import clean, first_line
from rca.today.reading import Asked, read
from rca.whys.models import FiveWhys, Why

LIMIT = 200  # characters of a search
SHOWN = 8
TOLD = ("received_at", "state", "account__name", "liaison__name", "liaison__role")
RANKED = 64  # the newest so many are ranked: where a phrase is rare, each costs a look at hundreds of others


class Hit(NamedTuple):
    ref: str
    url: str
    title: str  # plain
    passage: SafeString  # its words, escaped, the found ones marked
    by: str = ""
    state: str = ""
    links: tuple[str, ...] = ()  # the causes it is on
    whose: str = ""  # the page of its account


class Group(NamedTuple):
    name: str
    title: str
    rows: list[Hit]
    more: bool
    url: str = ""


class Found(NamedTuple):
    query: str
    groups: list[Group]
    problems: list[str]
    mended: str = ""  # the name that was meant, where nothing is called what was typed

    @property
    def some(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @property
    def more(self) -> bool:
        return any(group.more for group in self.groups)


def row_of(text: str, user: User) -> Any:
    """The row that “C-1042”, “c1042”, “C 1042” or “#1042”, a complaint, names, when this person may see it."""
    match = re.fullmatch(r"\s*(?:([A-Za-z])[-\s]?|#)([0-9]{1,18})\s*", text)
    if not match:
        return None
    letter = (match[1] or "C").upper()
    models = [one for one in apps.get_models() if issubclass(one, Referred) and letter == one.LETTER]
    found: Any = models[0]._default_manager if models else None
    return found.visible_to(user).filter(pk=int(match[2])).first() if found else None


def search(text: str, user: User, *, exact: bool = False) -> Found:
    """Causes first: a known cause answers a complaint faster than another complaint does."""
    text = clean(text)[:LIMIT]
    if not text:
        return Found("", [], [])
    asked = read(text, user)
    groups = [_complaints(asked, user)] if asked.filters else _everything(asked, user)
    mended = ""
    if not exact and not asked.filters and not any(group.rows for group in groups) and len(asked.words) > 3:
        groups, mended = _alike(asked.words, user)
    return Found(text, groups, asked.problems, mended)


def _everything(asked: Asked, user: User) -> list[Group]:
    words = asked.words
    if not words:
        return []
    return [
        _titled(
            "causes",
            "Causes",
            Cause.objects.visible_to(user).select_related("owner"),
            "title",
            words,
            _cause,
            "state",
            "opened_at",
            "owner__name",
        ),
        _complaints(asked, user),
        _accounts(Account.objects.visible_to(user).matching(words), words),
        _contacts(Contact.objects.filter(account__in=Account.objects.visible_to(user)), words),
        _people(User.objects.people().filter(name__icontains=words), words),
        _titled("fixes", "Fixes", Fix.objects.visible_to(user), "title", words, _fix, "state"),
        _sessions(words, user),
        _notes(words, user),
    ]


def _complaints(asked: Asked, user: User) -> Group:
    """Those that say it, the best of the newest; by the list's own filters where operators narrow it."""
    params = {**asked.filters, **({"q": asked.words} if asked.words else {})}
    rows = Complaint.objects.visible_to(user)
    rows = matching(params, rows, _Asker(user))[1] if asked.filters else rows.saying(asked.words)
    url = "/complaints/?" + urlencode({"show": "all", **params})
    newest = rows.order_by("-received_at", "-id")
    if not asked.words:
        return _told("complaints", "Complaints", newest.values_list("pk", flat=True)[: SHOWN + 1], None, url)
    query = SearchQuery(asked.words, config="english", search_type="websearch")
    ranked = newest.values_list("pk", SearchRank(F("search"), query))[:RANKED]
    best = sorted(ranked, key=lambda row: row[1], reverse=True)  # of two that are as good the newer one stays first
    return _told("complaints", "Complaints", [pk for pk, _ in best[: SHOWN + 1]], query, url)


def _told(name: str, title: str, best: Any, query: SearchQuery | None, url: str) -> Group:
    """Only the few that are shown are cut to their passages: that reads whole letters."""
    pks, token = list(best), token_hex(8)
    if not pks:
        return Group(name, title, [], False, url)
    passage = _headline("words", query, token, max_words=40, min_words=20) if query is not None else Left("words", 500)
    rows = Complaint.objects.filter(pk__in=pks[:SHOWN]).select_related("account", "liaison").only(*TOLD)
    found = {one.pk: one for one in rows.annotate(passage=passage)}
    links: dict[int, list[str]] = {}
    for pk, cause in CauseLink.objects.filter(complaint__in=list(found)).values_list("complaint", "cause"):
        links.setdefault(pk, []).append(f"R-{cause}")
    hits = [_complaint(found[pk], token, links.get(pk, [])) for pk in pks[:SHOWN] if pk in found]
    return Group(name, title, hits, len(pks) > SHOWN, url)


def _complaint(one: Any, token: str, links: list[str]) -> Hit:
    passage = marked(one.passage if token in one.passage else first_line(one.passage, 240), token)
    by = ", ".join(
        filter(None, [day(one.received_at), one.liaison and one.liaison.first_name, one.get_state_display()])
    )
    return Hit(
        one.ref,
        one.get_absolute_url(),
        one.account.name,
        passage,
        by,
        links=tuple(links),
        whose=one.account.get_absolute_url(),
    )


def _titled(
    name: str, title: str, rows: "QuerySet[Any]", column: str, words: str, hit: Callable[[Any, str], Hit], *read: str
) -> Group:
    """Those whose title says it; an index knows the words of every title, so the newest few are cheap."""
    query, token = SearchQuery(words, config="english", search_type="websearch"), token_hex(8)
    saying = rows.alias(vector=SearchVector(column, config="english")).filter(vector=query).order_by("-pk")
    found = list(
        saying.only(column, *read).annotate(passage=_headline(column, query, token, highlight_all=True))[: SHOWN + 1]
    )
    return Group(name, title, [hit(one, token) for one in found[:SHOWN]], len(found) > SHOWN)


def _cause(one: Any, token: str) -> Hit:
    by = f"{one.owner.name if one.owner else 'nobody'} holds it; open since {day(one.opened_at)}"
    return Hit(one.ref, one.get_absolute_url(), one.title, marked(one.passage, token), by, one.get_state_display())


def _fix(one: Any, token: str) -> Hit:
    return Hit(one.ref, one.get_absolute_url(), one.title, marked(one.passage, token), "", one.get_state_display())


def _sessions(words: str, user: User) -> Group:
    """Sessions that ask it, and those in which a why says it."""
    query = SearchQuery(words, config="english", search_type="websearch")
    asking = FiveWhys.objects.alias(vector=SearchVector("problem", config="english")).filter(vector=query)
    inside = asking.values("pk").union(Why.objects.answered().saying(words).values("session"))
    rows = FiveWhys.objects.visible_to(user).filter(pk__in=inside).only("problem", "state")
    found = list(rows.order_by("-pk")[: SHOWN + 1])
    hits = [Hit(one.ref, one.get_absolute_url(), one.title, underlined(first_line(one.problem, 160), words), "",
                one.get_state_display()) for one in found[:SHOWN]]  # fmt: skip
    return Group("sessions", "Sessions", hits, len(found) > SHOWN)


def _notes(words: str, user: User) -> Group:
    notes = Note.objects.filter(complaint__in=Complaint.objects.visible_to(user))
    return _titled(
        "notes", "Notes", notes.select_related("by"), "text", words, _note, "complaint_id", "at", "by__name", "by__role"
    )


def _note(one: Any, token: str) -> Hit:
    ref = f"{Complaint.LETTER}-{one.complaint_id}"
    return Hit(ref, f"/complaints/{ref}/", first_line(one.text), marked(one.passage, token),
               f"{one.by.first_name}, {day(one.at)}")  # fmt: skip


def _accounts(rows: Any, words: str) -> Group:
    found = list(rows.only("name", "kind", "yearly_value")[: SHOWN + 1])
    hits = [_account(one, words) for one in found[:SHOWN]]
    return Group(
        "accounts", "Accounts", hits, len(found) > SHOWN, "/accounts/?" + urlencode({"show": "all", "q": words})
    )


def _account(one: Account, words: str) -> Hit:
    worth = f", {money(one.yearly_value)} a year" if one.yearly_value else ""
    return Hit(one.ref, one.get_absolute_url(), one.name, underlined(one.name, words), one.get_kind_display() + worth)


def _contacts(rows: Any, words: str) -> Group:
    read = ("name", "role", "moved_on_at", "account__name")
    found = list(rows.called(words).select_related("account").only(*read)[: SHOWN + 1])
    return Group("contacts", "Contacts", [_contact(one, words) for one in found[:SHOWN]], len(found) > SHOWN)


def _contact(one: Contact, words: str) -> Hit:
    by = ", ".join(filter(None, [one.role, one.account.name, "moved on" if one.moved_on_at else ""]))
    return Hit(one.account.ref, one.account.get_absolute_url(), one.name, underlined(one.name, words), by)


def _people(rows: Any, words: str) -> Group:
    hits = [_person(one, words) for one in rows[:SHOWN]]
    return Group("people", "People here", hits, False)


def _person(one: User, words: str) -> Hit:
    of = f"{one.department}, their open complaints" if one.department else "their open complaints"
    return Hit("", f"/complaints/?who={one.pk}", one.name, underlined(one.name, words), of)


def _alike(words: str, user: User) -> tuple[list[Group], str]:
    """What is spelled nearly so: of accounts, or else of contacts, or else of people; the nearest one was meant."""
    accounts = list(Account.objects.visible_to(user).spelled_like(words)[:SHOWN])
    if accounts:
        best = accounts[0].name
        url = "/complaints/?" + urlencode({"show": "all", "account": accounts[0].ref})
        newest = accounts[0].complaints.order_by("-received_at", "-id").values_list("pk", flat=True)[: SHOWN + 1]
        found = Group("accounts", "Accounts", [_account(one, best) for one in accounts], False)
        return [found, _told("complaints", f"Complaints of {best}", newest, None, url)], best
    contacts = list(Contact.objects.spelled_like(words).select_related("account")[:SHOWN])
    if contacts:
        best = contacts[0].name
        return [Group("contacts", "Contacts", [_contact(one, best) for one in contacts], False)], best
    people = list(User.objects.people().filter(name__trigram_similar=words)[:SHOWN])
    return [_people(people, people[0].name if people else "")], people[0].name if people else ""


class _Asker:
    """As much of a request as a filter asks for: whose it is."""

    def __init__(self, user: User) -> None:
        self.user = user


def _headline(column: str, query: SearchQuery, token: str, **options: Any) -> SearchHeadline:
    return SearchHeadline(column, query, config="english", start_sel=f"<{token}>", stop_sel=f"</{token}>", **options)


def marked(text: str, token: str) -> SafeString:
    """The customer's words escaped, and only then the found ones marked: no word of theirs ever becomes markup."""
    start, stop = escape(f"<{token}>"), escape(f"</{token}>")
    return mark_safe(escape(text).replace(start, "<mark>").replace(stop, "</mark>"))


def underlined(text: str, words: str) -> SafeString:
    """The words as typed, marked in a name wherever they stand."""
    parts = [re.escape(word) for word in re.findall(r"\w{2,}", words)][:8]
    if not parts:
        return mark_safe(escape(text))
    token = token_hex(8)
    return marked(re.sub("|".join(parts), lambda it: f"<{token}>{it[0]}</{token}>", text, flags=re.I), token)
