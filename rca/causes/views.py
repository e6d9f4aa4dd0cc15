"""The pages of the causes room. Each act: fetch what one may see, check the shape, call the verb, answer."""

from typing import Any

from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.people.requests import Request
from rca.causes import forms
from rca.causes.filtering import SHOWN, CauseFilter
from rca.causes.models import Affected, Cause, KnownLine, Rule
from rca.causes.prompting import Asked
from rca.causes.prompting import known as known_causes
from rca.causes.roster import OWNED_UP, with_complaints
from rca.causes.showing import address, preview, shown, standing_of
from rca.causes.standing import standing
from rca.lib.paging import keyset
from rca.lib.refs import number
from rca.lib.replies import again, done, page
from rca.lib.text import capped

INDEX, DETAIL, ROSTER, RULE, EDIT, KNOWN = (
    f"causes/{name}.html" for name in ("index", "detail", "roster", "rule", "edit", "known")
)
# The forms that stand on a cause's page, and those that stand on the page where it is changed.
ON_PAGE: dict[str, type[Form]] = {
    "link": forms.LinkForm, "unlink": forms.LinkForm,
    "affected": forms.AffectedForm, "waiver": forms.WaiverForm, "removal": forms.RemovalForm,
    "line": forms.LineForm, "closure": forms.ClosureForm, "reopening": forms.ReopeningForm,
}  # fmt: skip
FOLDED = {"link", "unlink", "affected", "line"}
ON_EDIT: dict[str, type[Form]] = {"owner": forms.OwnerForm, "review_date": forms.ReviewDateForm}


@require_GET
def index(request: Request) -> HttpResponse:
    params = request.GET.copy()
    params.setdefault("show", "open")
    rows = Cause.objects.visible_to(request.user)
    filtered = CauseFilter(params, rows, request=request)
    listed = keyset(filtered.qs.for_list(), params, by="opened_at")
    opened = rows.open()
    context = {
        "page": listed, "rows": [(cause, standing(cause)) for cause in listed.rows], "filter": filtered,
        "show": params["show"], "tabs": SHOWN, "open": capped(opened), "back": capped(rows.recurring()),
        "unowned": list(rows.unowned().order_by("id")[:4]),
        "untold": capped(Affected.objects.untold().filter(cause__in=opened), 1000), "today": localdate(),
        "review_url": address("review:index"),
    }  # fmt: skip
    return page(request, INDEX, context, part="list")


@require_http_methods(["GET", "POST"])
def known(request: Request) -> HttpResponse:
    """What the words being typed remind us of: a part of the log form, and a page of its own. Changes nothing; it is
    POSTed where the words are longer than an address may be."""
    request.user.must("causes.link")
    typed = request.POST if request.method == "POST" else request.GET
    asked = Asked.of(request.user, typed, typed.getlist("cause"))
    return page(request, KNOWN, {"known": known_causes(asked), "asked": asked}, part="part")


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    return page(request, DETAIL, _context(request, _get(request, pk)))


@require_GET
def roster(request: Request, pk: int) -> HttpResponse:
    """Every account of a cause, one kind at a time, newest first; `?account=A-7` shows the one."""
    cause, params = _get(request, pk), request.GET.copy()
    params.setdefault("show", "untold")
    rows = cause.affected.visible_to(request.user)
    kinds = {"untold": rows.untold, "told": rows.told, "waived": rows.waived}
    found = kinds.get(request.GET.get("show", ""), rows.untold)()
    if "account" in params:
        found = rows.filter(account=number("A", request.GET["account"]))
    listed = keyset(found, params, by="id")
    seen = Affected.objects.for_roster().filter(pk__in=[row.pk for row in listed.rows]).order_by("-id")
    context = {"cause": cause, "page": listed, "rows": with_complaints(seen, read=OWNED_UP), "show": params["show"],
               "one": "account" in params, **standing_of(cause)}  # fmt: skip
    return page(request, ROSTER, context, part="list")


def edit(request: Request, pk: int) -> HttpResponse:
    """Title and family, who holds it, and when it is looked at again; a stale save loses neither text."""
    request.user.must("causes.edit")
    cause = _get(request, pk)
    form = forms.EditForm(request.POST or None, instance=cause, initial={"version": cause.version})
    if request.method != "POST" or not form.is_valid():
        answer = again if request.method == "POST" else page
        return answer(request, EDIT, {"cause": cause, "form": form, "forms": _forms(request, ON_EDIT)})
    data = form.cleaned_data
    # The form has already put its values on its instance: the verb must compare with the row as it stands.
    _get(request, pk).amend(by=request.user, version=data["version"], title=data["title"], family=data["family"])
    return done(request, cause.get_absolute_url(), "The cause is changed.")


def rule(request: Request, pk: int) -> HttpResponse:
    """GET shows whom the conditions would find; POST keeps them as a rule and runs it."""
    request.user.must("causes.match")
    cause, posted = _get(request, pk), request.method == "POST"
    typed = request.POST if posted else request.GET
    form = forms.RuleForm(typed or None)
    if not posted or not form.is_valid():
        context = {"cause": cause, "form": form, "rules": cause.rules.order_by("-id"), **preview(form, cause)}
        return (again if posted else page)(request, RULE, context)
    with transaction.atomic():
        added = cause.add_rule(by=request.user, conditions=form.cleaned_data["conditions"]).run(by=request.user)
    return done(request, cause.get_absolute_url() + "#loop", f"{added} accounts came on the roster.")


@require_POST
def run(request: Request, rule_id: int) -> HttpResponse:
    found = get_object_or_404(Rule.objects.visible_to(request.user).select_related("cause"), pk=rule_id)
    added = found.run(by=request.user)
    return done(request, found.cause.get_absolute_url() + "#loop", f"{added} more accounts came on the roster.")


@require_POST
def link(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "link", Cause.link, "The complaint is linked; its account is on the roster.")


@require_POST
def unlink(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "unlink", Cause.unlink, "That complaint did not come from here.")


@require_POST
def affected(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "affected", Cause.affect, "The account is on the roster.")


@require_POST
def line(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "line", Cause.draft_line, "The line is proposed; somebody else approves it.")


@require_POST
def closure(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "closure", Cause.close, "Closed: everybody who was hit has heard.")


@require_POST
def reopening(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "reopening", Cause.reopen, "It is open again.")


@require_POST
def sighting(request: Request, pk: int) -> HttpResponse:
    cause = _get(request, pk)
    cause.see(by=request.user)
    return done(request, cause.get_absolute_url(), "Seen. Whoever had heard that it was fixed should hear first.")


@require_POST
def approval(request: Request, line_id: int) -> HttpResponse:
    found = get_object_or_404(KnownLine.objects.visible_to(request.user).select_related("cause"), pk=line_id)
    found.approve(by=request.user)
    return done(request, found.cause.get_absolute_url() + "#say", "From now on everybody may say it.")


@require_POST
def owner(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "owner", Cause.assign, "Somebody else holds it now.")


@require_POST
def review_date(request: Request, pk: int) -> HttpResponse:
    return _act(request, pk, "review_date", Cause.set_review, "The next review is set.")


@require_POST
def waiver(request: Request, affected_id: int) -> HttpResponse:
    return _act_on_row(request, affected_id, "waiver", Affected.waive, "They will not be told, by your decision.")


@require_POST
def unwaiver(request: Request, affected_id: int) -> HttpResponse:
    row = _row(request, affected_id)
    row.unwaive(by=request.user)
    return done(request, row.cause.get_absolute_url() + "#loop", "They are to be told after all.")


@require_POST
def removal(request: Request, affected_id: int) -> HttpResponse:
    return _act_on_row(request, affected_id, "removal", Affected.take_off, "The account is off the roster.")


def _get(request: Request, pk: int) -> Cause:
    rows = Cause.objects.visible_to(request.user).select_related("owner", "merge__into", "closure__by")
    found: Cause = get_object_or_404(rows.with_figures(), pk=pk)
    return found


def _row(request: Request, pk: int) -> Affected:
    rows = Affected.objects.visible_to(request.user).select_related("cause", "account", "telling", "waiver")
    return get_object_or_404(rows, pk=pk)


def _act(request: Request, pk: int, name: str, verb: Any, said: str) -> HttpResponse:
    cause = _get(request, pk)
    form = _form((ON_PAGE | ON_EDIT)[name], name, request, request.POST)
    if not form.is_valid():
        return _once_more(request, cause, name, form)
    verb(cause, by=request.user, **form.cleaned_data)
    return done(request, cause.get_absolute_url(), said)


def _act_on_row(request: Request, pk: int, name: str, verb: Any, said: str) -> HttpResponse:
    row = _row(request, pk)
    form = _form(ON_PAGE[name], f"{name}-{pk}", request, request.POST)
    if not form.is_valid():
        cause = _get(request, row.cause_id)
        return again(request, DETAIL, {**_context(request, cause), "bound": form, "bound_to": row.pk, "act": name})
    verb(row, by=request.user, **form.cleaned_data)
    return done(request, row.cause.get_absolute_url() + "#loop", said)


def _once_more(request: Request, cause: Cause, name: str, form: Form) -> HttpResponse:
    if name not in ON_EDIT:
        return again(request, DETAIL, _context(request, cause, **{name: form}))
    details = forms.EditForm(instance=cause, initial={"version": cause.version})
    context = {"cause": cause, "form": details, "forms": {**_forms(request, ON_EDIT), name: form}}
    return again(request, EDIT, context)


def _context(request: Request, cause: Cause, **bound: Form) -> dict[str, Any]:
    """The page; of its folded forms only the one that is asked for, or that came back with errors, is made."""
    asked = request.GET.get("form", "")
    kinds = {name: kind for name, kind in ON_PAGE.items() if name not in FOLDED or name == asked}
    return {"cause": cause, "forms": {**_forms(request, kinds), **bound}, **shown(cause)}


def _forms(request: Request, kinds: dict[str, type[Form]]) -> dict[str, Form]:
    return {name: _form(kind, name, request) for name, kind in kinds.items()}


def _form(kind: type[Form], name: str, request: Request, data: Any = None) -> Form:
    more: dict[str, Any] = {"user": request.user} if issubclass(kind, forms.Seen) else {}
    return kind(data, auto_id=f"{name}_%s", **more)
