"""The pages of mail that came in: what waits for a person first, each with the reason, and the acts that file it."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Entry
from accounts.people.requests import Request
from rca.lib.handing import guarded
from rca.lib.paging import keyset
from rca.lib.replies import again, done, page
from rca.mailbox import joining, showing
from rca.mailbox.forms import AdditionForm, DismissalForm, OpeningForm
from rca.mailbox.line import MailboxLine
from rca.mailbox.models import InboundMail


@require_GET
def index(request: Request) -> HttpResponse:
    rows, params = InboundMail.objects.visible_to(request.user), request.GET.copy()
    show = str(params.get("show", ""))
    show = show if show in showing.SHOWN else "waiting"
    shown = keyset(showing.SHOWN[show][1](rows).for_list(), params, by="received_at")
    context = {"page": shown, "show": show, "tabs": showing.SHOWN, "shapes": showing.SHAPE,
               "waiting": showing.waiting(request.user), "line": MailboxLine.objects.here()}  # fmt: skip
    return page(request, "mailbox/index.html", context, part="list")


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    return page(request, "mailbox/detail.html", _context(request, _mail(request, pk)))


@require_GET
def raw(request: Request, pk: int) -> HttpResponse:
    """The mail as it came, to be saved and opened in a mail program; never shown by us."""
    request.user.must("mail.file")
    mail = _mail(request, pk)
    return guarded(HttpResponse(bytes(mail.raw), content_type="message/rfc822"), f"{mail.ref}.eml")


@require_GET
def file(request: Request, pk: int, place: int) -> HttpResponse:
    """One of its files, as a complaint hands out its own: a picture of dots is shown, the rest is to be saved."""
    request.user.must("mail.file")
    name, kind, content = joining.file_of(_mail(request, pk), place)
    answer = HttpResponse(content, content_type=kind.served_as)
    return guarded(answer, name, shown=kind.raster and "save" not in request.GET)


@require_POST
def opening(request: Request, pk: int) -> HttpResponse:
    mail = _mail(request, pk)
    form = OpeningForm(request.POST, user=request.user, auto_id="opening_%s")
    if not form.is_valid():
        return again(request, "mailbox/detail.html", _context(request, mail, opening=form))
    complaint = mail.open_complaint(by=request.user, **form.cleaned_data)
    return done(request, complaint.get_absolute_url(), f"{complaint.ref} is taken, from {mail.ref}.")


@require_POST
def addition(request: Request, pk: int) -> HttpResponse:
    mail = _mail(request, pk)
    form = AdditionForm(request.POST, user=request.user, auto_id="addition_%s")
    if not form.is_valid():
        return again(request, "mailbox/detail.html", _context(request, mail, addition=form))
    complaint = mail.add_to(by=request.user, **form.cleaned_data)
    return done(request, complaint.get_absolute_url(), f"{mail.ref} is on {complaint.ref} now.")


@require_POST
def dismissal(request: Request, pk: int) -> HttpResponse:
    mail = _mail(request, pk)
    form = DismissalForm(request.POST, auto_id="dismissal_%s")
    if not form.is_valid():
        return again(request, "mailbox/detail.html", _context(request, mail, dismissal=form))
    mail.dismiss(by=request.user, **form.cleaned_data)
    return done(request, mail.get_absolute_url(), "Ignored. It can be taken up again here at any time.")


@require_POST
def marking(request: Request, pk: int) -> HttpResponse:
    mail = _mail(request, pk)
    mail.mark_address(by=request.user)
    return done(request, mail.get_absolute_url(), "The address is marked: nobody is written to there any more.")


def _mail(request: Request, pk: int) -> InboundMail:
    rows = InboundMail.objects.visible_to(request.user).select_related(
        "complaint__account", "letter__account", "contact__account", "filed_by"
    )
    found: InboundMail = get_object_or_404(rows, pk=pk)
    return found


def _context(request: Request, mail: InboundMail, **bound: Form) -> dict[str, Any]:
    found = showing.suggested(mail, request.user) if mail.can_be_filed else []
    likely = f"{found[0].account.ref} {found[0].account.name}" if found else ""
    opening_form = OpeningForm(user=request.user, auto_id="opening_%s", initial={"account": likely, "remember": True})
    forms = {"opening": opening_form, "addition": AdditionForm(user=request.user, auto_id="addition_%s"),
             "dismissal": DismissalForm(auto_id="dismissal_%s"), **bound}  # fmt: skip
    return {
        "mail": mail,
        "shape": showing.SHAPE[mail.state],
        "headers": showing.headers(mail),
        "suggested": found,
        "forms": forms,
        "timeline": Entry.objects.about([mail.ref])[:50],
    }
