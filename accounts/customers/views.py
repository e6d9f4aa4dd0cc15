"""The pages of the customers room. Each act: fetch what one may see, check the shape, call the verb, answer."""

from typing import Any

from django.db.models import F
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.customers.contacts import Contact, Preference
from accounts.customers.finding import suggested
from accounts.customers.forms import (
    AccountForm,
    AliasForm,
    AssignmentForm,
    ContactForm,
    EditForm,
    TouchForm,
    correction_form,
    preference_form,
)
from accounts.customers.listing import SHOWN, AccountFilter, ascending, lines
from accounts.customers.models import Account
from accounts.customers.story import hours, lede, story
from accounts.people.requests import Request
from rca.lib.replies import again, done, page
from rca.lib.text import capped, clean

ACTS: dict[str, type[Form]] = {"contact": ContactForm, "assignment": AssignmentForm, "alias": AliasForm}


@require_GET
def index(request: Request) -> HttpResponse:
    params = request.GET.copy()
    # Who looks for a name looks among all of them; a plain visit shows the customers.
    params.setdefault("show", "all" if params.get("q") else "customers")
    rows = Account.objects.visible_to(request.user)
    filtered = AccountFilter(params, rows, request=request)
    shown = ascending(filtered.qs.select_related("owner"), params, by="folded")
    said = lines(shown.rows)
    context = {
        "page": shown, "filter": filtered, "show": params["show"], "tabs": SHOWN,
        "rows": [(account, said[account.pk]) for account in shown.rows], "customers": capped(rows.customers(), 1000),
    }  # fmt: skip
    return page(request, "customers/index.html", context, part="list")


@require_GET
def suggest(request: Request) -> HttpResponse:
    """The options under a field that takes an account, for what was typed so far."""
    typed = request.GET.get("q", "")
    found = suggested(Account.objects.visible_to(request.user), typed)
    opens = clean(typed)[:200] if "opens" in request.GET and request.user.may("accounts.open") else ""
    return page(request, "customers/suggest.html", {"accounts": found, "opens": opens})


def new(request: Request) -> HttpResponse:
    request.user.must("accounts.open")
    form = AccountForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    if request.method != "POST" or not form.is_valid():
        answer = again if request.method == "POST" else page
        return answer(request, "customers/new.html", {"form": form})
    account = Account.objects.open(by=request.user, **form.cleaned_data)
    return done(request, account.get_absolute_url(), f"{account.name} is {account.ref}.")


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    context = _context(_get(request, pk), asked=request.GET.get("form", ""))
    return page(request, "customers/detail.html", context)


def edit(request: Request, pk: int) -> HttpResponse:
    """Puts right who they are; a stale save shows both texts and loses neither."""
    request.user.must("accounts.edit")
    account = _get(request, pk)
    names = list(EditForm.base_fields)
    form = EditForm(request.POST or None, initial={name: getattr(account, name) for name in names})
    if request.method != "POST" or not form.is_valid():
        answer = again if request.method == "POST" else page
        return answer(request, "customers/edit.html", {"form": form, "account": account})
    account.amend(by=request.user, **form.cleaned_data)
    return done(request, account.get_absolute_url(), "The details are changed.")


@require_POST
def contact(request: Request, pk: int) -> HttpResponse:
    account = _get(request, pk)
    return _act(request, account, "contact", account.contacts.introduce, "There is one more person to reach.")


@require_POST
def assignment(request: Request, pk: int) -> HttpResponse:
    account = _get(request, pk)
    return _act(request, account, "assignment", account.assign, "Everybody can see who looks after them.")


@require_POST
def alias(request: Request, pk: int) -> HttpResponse:
    account = _get(request, pk)
    return _act(request, account, "alias", account.call_also, "The next import will find them by that spelling.")


@require_POST
def touch(request: Request, pk: int) -> HttpResponse:
    account = _get(request, pk)
    form = TouchForm(request.POST, account=account, auto_id="touch_%s")
    if not form.is_valid():
        return again(request, "customers/detail.html", _context(account, touch=form))
    account.touches.keep(by=request.user, **form.cleaned_data)
    return done(request, account.get_absolute_url(), "The contact is kept; both clocks start again.")


@require_POST
def correction(request: Request, pk: int, contact: int) -> HttpResponse:
    account = _get(request, pk)
    person: Contact = get_object_or_404(account.contacts, pk=contact)
    form = correction_form(person, request.POST)
    if not form.is_valid():
        return again(request, "customers/detail.html", _context(account, person=person, correction=form))
    person.correct(by=request.user, **form.cleaned_data)
    return done(request, account.get_absolute_url(), f"How to reach {person.name} is put right.")


@require_POST
def departure(request: Request, pk: int, contact: int) -> HttpResponse:
    account = _get(request, pk)
    person: Contact = get_object_or_404(account.contacts, pk=contact)
    person.move_on(by=request.user)
    return done(request, account.get_absolute_url(), f"{person.name} has moved on. Find out who follows.")


@require_POST
def preference(request: Request, pk: int, contact: int) -> HttpResponse:
    account = _get(request, pk)
    person: Contact = get_object_or_404(account.contacts, pk=contact)
    form = preference_form(person, request.POST)
    if not form.is_valid():
        return again(request, "customers/detail.html", _context(account, person=person, preference=form))
    wish, _ = Preference.objects.get_or_create(contact=person)
    wish.ask(by=request.user, **form.cleaned_data)
    return done(request, account.get_absolute_url(), f"We reach {person.name} as they asked.")


def _get(request: Request, pk: int) -> Account:
    rows = Account.objects.visible_to(request.user).select_related("owner")
    found: Account = get_object_or_404(rows, pk=pk)
    return found


def _act(request: Request, account: Account, name: str, verb: Any, said: str) -> HttpResponse:
    form = ACTS[name](request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return again(request, "customers/detail.html", _context(account, None, "", **{name: form}))
    verb(by=request.user, **form.cleaned_data)
    return done(request, account.get_absolute_url(), said)


def _context(account: Account, person: Contact | None = None, asked: str = "", **bound: Form) -> dict[str, Any]:
    """The page; of its folded forms only the one that is asked for, or that came back with errors, is made."""
    told = story(account)
    forms = {name: bound.get(name) or form(auto_id=f"{name}_%s") for name, form in ACTS.items()
             if name in bound or name == asked}  # fmt: skip
    if asked == "assignment":
        forms["assignment"].initial = {"owner": account.owner_id}
    if "touch" in bound or asked == "touch":
        forms["touch"] = bound.get("touch") or TouchForm(account=account, auto_id="touch_%s")
    people = [
        _person(account, one, asked, bound if one == person else {})
        for one in account.contacts.select_related("preference").order_by(F("moved_on_at").asc(nulls_first=True), "pk")
    ]
    first, second = lede(told["open_complaints"], told["untold"])
    return {"account": account, "forms": forms, "people": people, "first": first, "second": second, **told}


def _person(account: Account, one: Contact, asked: str, bound: dict[str, Form]) -> dict[str, Any]:
    wishes, facts = f"preference-{one.pk}", f"correction-{one.pk}"
    return {
        "contact": one,
        "hours": hours(one, account.time_zone),
        "wishes": wishes,
        "facts": facts,
        "preference": bound.get("preference") or (preference_form(one) if asked == wishes else None),
        "correction": bound.get("correction") or (correction_form(one) if asked == facts else None),
    }
