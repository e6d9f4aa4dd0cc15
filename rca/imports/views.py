"""The pages of the room of files brought in: one list, one page with four steps, and what each step asks for."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from accounts.people.requests import Request
from rca.imports.forms import ColumnsForm, DecisionForm, FileForm, FormatForm, RolesForm, SettlementForm
from rca.imports.models import Import, KnownFile
from rca.imports.refusing import error_file
from rca.imports.showing import columns as columns_of
from rca.imports.showing import files as files_of
from rca.imports.showing import shown, steps
from rca.imports.undoing import NAMED, staying
from rca.lib.paging import keyset
from rca.lib.replies import again, done, page

NEAR = 20  # files on the first page of the room


@require_GET
def index(request: Request) -> HttpResponse:
    request.user.must("complaints.import")
    return page(request, "imports/index.html", _index(request, FileForm()))


def _index(request: Request, form: FileForm) -> dict[str, Any]:
    rows = Import.objects.visible_to(request.user).select_related("by")
    return {"page": keyset(rows, request.GET, by="at", size=NEAR), "form": form, "biggest": settings.IMPORT_LIMIT,
            "steps": steps(None)}  # fmt: skip


@require_POST
@csrf_exempt  # only until it is known who asks: who may not is told so before a byte of a file is read
def file(request: Request) -> HttpResponseBase:
    """Takes the files in; the worker looks at them."""
    request.user.must("complaints.import")
    return _take_in(request)


@csrf_protect
def _take_in(request: Request) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return again(request, "imports/index.html", _index(request, form))
    batch = Import.objects.receive(by=request.user, files=form.handed())
    return done(request, batch.get_absolute_url())


@require_POST
@csrf_exempt  # as above
def addition(request: Request, pk: int) -> HttpResponseBase:
    """Puts further files beside those that are here."""
    return _add(request, _get(request, pk))


@csrf_protect
def _add(request: Request, batch: Import) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return again(request, "imports/detail.html", _context(request, batch, more=form))
    batch.add(by=request.user, files=form.handed())
    return done(request, batch.get_absolute_url() + "#file", "All of them are looked at together.")


@require_POST
def roles(request: Request, pk: int) -> HttpResponse:
    """What each of the files is taken for, put right."""
    batch = _get(request, pk)
    form = RolesForm(request.POST, batch=batch)
    if not form.is_valid():
        return again(request, "imports/detail.html", _context(request, batch, roles=form))
    batch.correct(by=request.user, version=_version(request), roles=form.said())
    return done(request, batch.get_absolute_url() + "#file", "They are looked at again in that way.")


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    batch = _get(request, pk)
    return page(request, "imports/detail.html", _context(request, batch), part="work")


@require_POST
def format(request: Request, pk: int) -> HttpResponse:
    """How the file is written, put right."""
    batch = _get(request, pk)
    form = FormatForm(request.POST, batch=batch)
    if not form.is_valid():
        return again(request, "imports/detail.html", _context(request, batch, format=form))
    batch.correct(by=request.user, version=_version(request), format=form.said())
    return done(request, batch.get_absolute_url() + "#file", "It is looked at again in that way.")


@require_POST
def columns(request: Request, pk: int) -> HttpResponse:
    """Where the columns go; remembered under a name when one is given, and tried at once when asked for."""
    batch = _get(request, pk)
    form = ColumnsForm(request.POST, batch=batch)
    if not form.is_valid():
        return again(request, "imports/detail.html", _context(request, batch, columns=form))
    facts = {name: form.cleaned_data[name] for name in ("preset", "source", "doubts_go")}
    batch.correct(by=request.user, version=_version(request), mapping=form.mapping(), **facts)
    if form.cleaned_data["remember"]:
        KnownFile.objects.keep(by=request.user, batch=batch, name=form.cleaned_data["remember"])
    if request.POST.get("next") == "try":
        batch.try_out(by=request.user)
    return done(request, batch.get_absolute_url() + "#dry")


@require_POST
def dry_run(request: Request, pk: int) -> HttpResponse:
    batch = _get(request, pk)
    batch.try_out(by=request.user)
    return done(request, batch.get_absolute_url() + "#dry")


@require_POST
def decision(request: Request, pk: int) -> HttpResponse:
    """Who a doubtful name is."""
    batch = _get(request, pk)
    form = DecisionForm(request.POST, user=request.user)
    if not form.is_valid():
        return again(request, "imports/detail.html", _context(request, batch, decision=form))
    data = form.cleaned_data
    doubt = get_object_or_404(batch.doubts, pk=data.pop("doubt"))
    batch.decide(by=request.user, doubt=doubt, **data)
    return done(request, batch.get_absolute_url() + "#doubt")


@require_POST
def settlement(request: Request, pk: int) -> HttpResponse:
    """Which of two values stands."""
    batch = _get(request, pk)
    form = SettlementForm(request.POST)
    if not form.is_valid():
        return again(request, "imports/detail.html", _context(request, batch))
    conflict = get_object_or_404(batch.conflicts, pk=form.cleaned_data["conflict"])
    batch.settle(by=request.user, conflict=conflict, keep=form.cleaned_data["keep"])
    return done(request, batch.get_absolute_url() + "#conflicts")


@require_POST
def run(request: Request, pk: int) -> HttpResponse:
    batch = _get(request, pk)
    batch.run(by=request.user)
    return done(request, batch.get_absolute_url() + "#go")


@require_POST
def stop(request: Request, pk: int) -> HttpResponse:
    batch = _get(request, pk)
    batch.stop(by=request.user)
    return done(request, batch.get_absolute_url() + "#go", "It stops behind the rows at hand.")


@require_POST
def resumption(request: Request, pk: int) -> HttpResponse:
    batch = _get(request, pk)
    batch.go_on(by=request.user)
    return done(request, batch.get_absolute_url() + "#go")


def undoing(request: Request, pk: int) -> HttpResponse:
    """Says what would stay, then takes the rest out."""
    batch = _get(request, pk)
    if request.method != "POST":
        stay = staying(batch)
        return page(request, "imports/undoing.html", {"batch": batch, "stay": stay[:NAMED], "more": len(stay) > NAMED})
    batch.undo(by=request.user)
    return done(request, batch.get_absolute_url() + "#go")


@require_GET
def refused(request: Request, pk: int) -> HttpResponseBase:
    """The refused rows as a file."""
    batch = _get(request, pk)
    answer = StreamingHttpResponse(error_file(batch), content_type="text/csv; charset=utf-8")
    name = slugify(batch.name.rsplit(".", 1)[0]) or "file"
    answer["Content-Disposition"] = f'attachment; filename="{name}-{batch.ref}-refused.csv"'
    return answer


def _get(request: Request, pk: int) -> Import:
    request.user.must("complaints.import")
    found: Import = get_object_or_404(Import.objects.visible_to(request.user).select_related("by"), pk=pk)
    return found


def _version(request: Request) -> int | None:
    said = request.POST.get("version", "")
    return int(said) if said.isdigit() and len(said) < 10 else None


def _context(request: Request, batch: Import, **bound: Any) -> dict[str, Any]:
    form = bound.get("columns") or ColumnsForm(batch=batch)
    return {
        **shown(batch),
        "format": bound.get("format") or FormatForm(batch=batch),
        "columns": form,
        "groups": columns_of(batch, form),
        "files": files_of(batch, bound.get("roles") or RolesForm(batch=batch)),
        "more": bound.get("more") or FileForm(auto_id="more_%s"),
        "biggest": settings.IMPORT_LIMIT,
        "decision": bound.get("decision"),
    }
