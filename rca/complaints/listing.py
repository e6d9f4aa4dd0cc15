"""The pages of the complaint list: what it shows in a sentence, its lines, its counts, and the views kept of it."""

from typing import Any, NamedTuple

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Account, Channel, SavedView, User
from accounts.people.requests import Request
from rca.complaints.bulk import MOST
from rca.complaints.filtering import SHOWN, SOONEST_FIRST, matching, paged
from rca.complaints.forms import ViewForm
from rca.complaints.lines import lines
from rca.complaints.models import Behaviour, Complaint, Severity
from rca.lib.clock import now
from rca.lib.paging import tallies
from rca.lib.refs import number
from rca.lib.replies import again, done, page
from rca.lib.said import day

TABS = [name for name in SHOWN if name != "closed"]
AT_ONCE = ["open", "mine", "to-own-up"]  # answered from an index; the rest are counted once the page is there
HEADS = {
    "open": "Open complaints", "mine": "Your open complaints", "to-own-up": "Complaints still to own up to",
    "due-soon": "Complaints to own up to within the hour", "overdue": "Complaints nobody owned up to in time",
    "to-sort": "Open complaints not yet sorted", "no-cause": "Open complaints without a cause",
    "told-again": "Complaints that came after we had said it was mended",
    "closed-this-week": "Complaints closed this week", "closed": "Closed complaints", "all": "All complaints",
}  # fmt: skip
CHOICES = {"hurts": Severity.choices, "channel": Channel.choices, "treated": Behaviour.choices}
HURTS = {"nuisance": "that are a nuisance", "minor": "that hurt a little", "serious": "that cost them",
         "critical": "that stop them"}  # fmt: skip


class Chip(NamedTuple):
    """A filter that can be taken away: its words, its part of the sentence, and the address without it."""

    name: str
    text: str
    says: str
    url: str


@require_GET
def index(request: Request) -> HttpResponse:
    return page(request, "complaints/index.html", _list(request), part="list")


@require_GET
def counts(request: Request) -> HttpResponse:
    """The counts that would have held the list up: slower tabs, kept views, and how many match in all."""
    rows, user = Complaint.objects.visible_to(request.user), request.user
    sets = {name: SHOWN[name][1](rows, user) for name in TABS if name not in AT_ONCE and name != "all"}
    views = list(SavedView.objects.visible_to(user).beside("complaints"))
    sets |= {f"view_{view.pk}": matching(view.params, rows, request)[1] for view in views}
    match = tallies({"match": matching(_params(request), rows, request)[1]}, MOST)["match"]
    context = {"numbers": tallies(sets), "match": match, "most": MOST, "address": _params(request).urlencode()}
    return page(request, "complaints/counts.html", context)


@require_POST
def view(request: Request) -> HttpResponse:
    """Keeps the list as it is filtered now, under a name."""
    request.user.must("read")
    form = ViewForm(request.POST, auto_id="view_%s")
    if not form.is_valid():
        return again(request, "complaints/view.html", {"form": form})
    kept = SavedView.objects.keep(by=request.user, page="complaints", **form.cleaned_data)
    return done(request, kept.get_absolute_url(), f"“{kept.name}” is kept beside the tabs.")


def _params(request: Request) -> QueryDict:
    params = request.GET.copy()
    params.setdefault("show", "open")
    return params


def _list(request: Request) -> dict[str, Any]:
    params, user = _params(request), request.user
    rows, at = Complaint.objects.visible_to(user), now()
    filter_, found = matching(params, rows, request)
    shown = paged(found.for_list(), params, str(params["show"]))
    sets = {name: SHOWN[name][1](rows, user) for name in AT_ONCE}
    numbers = tallies({**sets, "overdue": rows.overdue(at)})
    people = [(str(pk), name) for pk, name in User.objects.people().values_list("pk", "name")]
    chips = _chips(filter_, params, user)
    ticks = user.may("complaints.edit")
    views = list(SavedView.objects.visible_to(user).select_related("owner").beside("complaints"))
    return {
        "page": shown, "lines": lines(shown.rows, at, ticks=ticks), "filter": filter_, "show": params["show"],
        "tabs": [(name, SHOWN[name][0], numbers.get(name, "")) for name in TABS], "numbers": numbers,
        "people": people, "who": params.get("who", ""), "choices": CHOICES, "ticks": ticks,
        "chips": chips, "says": sentence(str(params["show"]), chips),
        "order": "Most urgent first" if params["show"] in SOONEST_FIRST else "Newest first",
        "views": views, "kept": next((one for one in views if _same(one, params)), None),
        "rest": any(name in MORE for name in [*filter_.form.errors, *(chip.name for chip in chips)]),
        "span": f"{len(shown.rows)} shown, from {shown.rows[0].ref} to {shown.rows[-1].ref}" if shown.rows else "",
    }  # fmt: skip


MORE = {"account", "product", "channel", "treated", "since", "until", "batch"}


def _same(view: SavedView, params: QueryDict) -> bool:
    """Whether this address is that view, wherever in the list one stands."""
    here = {name: value for name, value in params.items() if value and name not in ("older", "newer")}
    return here == {"show": "open", **view.params.dict()}


def sentence(show: str, chips: list[Chip]) -> str:
    """What the list shows, as one would say it: “Open complaints that say “price”, with Ada, that cost them”."""
    return (
        ", ".join([HEADS.get(show, HEADS["all"]), *(chip.says for chip in chips)]).replace(", that say", " that say", 1)
        + "."
    )


def _chips(filter_: Any, params: QueryDict, user: User) -> list[Chip]:
    """Each filter in force, as what takes it away again."""
    found = []
    for name, value in filter_.form.cleaned_data.items() if filter_.form.is_valid() else []:
        if name != "show" and value not in ("", None):
            without = params.copy()
            for gone in (name, "older", "newer"):
                without.pop(gone, None)
            text, says = SAYS[name](value, user)
            found.append(Chip(name, text, says, "?" + without.urlencode()))
    return found


def _who(value: Any, user: User) -> tuple[str, str]:
    name = "you" if value == "me" or value == user else getattr(value, "first_name", "nobody")
    return f"with {name}", f"with {name}"


def _account(value: str, user: User) -> tuple[str, str]:
    pk = value[2:] if value[:2].upper() == "A-" else ""
    found = Account.objects.visible_to(user).filter(pk=number("A", value)).first() if pk.isdecimal() else None
    name = found.name if found else f"“{value}”"
    return name, f"from {name}"


SAYS: dict[str, Any] = {
    "q": lambda value, user: (f"“{value}”", f"that say “{value}”"),
    "cause": lambda value, user: ("no cause", "without a cause") if value == "none" else (value, f"on {value}"),
    "who": _who,
    "hurts": lambda value, user: (HURTS[value].removeprefix("that "), HURTS[value]),
    "account": _account,
    "product": lambda value, user: (value, f"about {value}"),
    "channel": lambda value, user: (Channel(value).label, Channel(value).label
                                    if value == "person" else f"by {Channel(value).label}"),
    "treated": lambda value, user: (Behaviour(value).label, f"from people treated {Behaviour(value).label}"),
    "since": lambda value, user: (f"from {day(value)}", f"received from {day(value)} on"),
    "until": lambda value, user: (f"to {day(value)}", f"received by {day(value)}"),
    "batch": lambda value, user: (f"import {value}", f"brought in by {value}"),
}  # fmt: skip
