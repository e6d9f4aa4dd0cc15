"""What came with a complaint: kept, handed out again, taken off."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from accounts.people.models import User
from accounts.people.requests import Request
from rca.complaints.attachments import Attachment, KeptFile
from rca.complaints.fields import FilesField
from rca.complaints.models import Complaint
from rca.lib.handing import guarded
from rca.lib.refused import Refused
from rca.lib.replies import done
from rca.lib.text import count


class FilesForm(forms.Form):
    added = FilesField()


@require_POST
def attachment(request: Request, pk: int) -> HttpResponse:
    """Keeps one or several files: all of them, or, where one is refused, none."""
    complaint = _complaint(request, pk)
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(str(form.errors["added"].data[0].message))  # type: ignore[union-attr]
    kept = keep(complaint, form.cleaned_data["added"], by=request.user)
    return done(request, complaint.get_absolute_url() + "#files", f"{count(kept, 'file')} kept with {complaint.ref}.")


@require_GET
def file(request: Request, pk: int, attachment: int) -> HttpResponse:
    """The file itself: a picture of dots is shown, everything else is only handed out to be saved."""
    found = _file(request, pk, attachment)
    return handed_out(found, shown="save" not in request.GET, known=request.headers.get("If-None-Match", ""))


@require_POST
def removal(request: Request, pk: int, attachment: int) -> HttpResponse:
    found = _file(request, pk, attachment)
    found.remove(by=request.user)
    return done(request, found.complaint.get_absolute_url() + "#files", f"“{found.name}” is taken off.")


@transaction.atomic
def keep(complaint: Complaint, files: "list[UploadedFile[Any]]", *, by: User) -> int:
    for one in files:
        complaint.attachments.attach(by=by, name=one.name or "", content=one.read())
    return len(files)


def handed_out(found: KeptFile, *, shown: bool, known: str = "") -> HttpResponse:
    """A file as an answer that no browser takes for a page; `known` is the copy that the asker has already."""
    tag = f'"{found.digest}"'
    answer = HttpResponse(status=304) if tag in known else HttpResponse(bytes(found.content))
    answer["ETag"] = tag
    answer["Cache-Control"] = (
        "private, no-cache"  # whether one may see it is asked each time; the bytes are not sent anew
    )
    answer["Content-Type"] = found.shape.served_as
    return guarded(answer, found.name, shown=shown and found.shape.raster)


def _complaint(request: Request, pk: int) -> Complaint:
    found: Complaint = get_object_or_404(Complaint.objects.visible_to(request.user), pk=pk)
    return found


def _file(request: Request, pk: int, attachment: int) -> Attachment:
    rows = _complaint(request, pk).attachments.select_related("complaint__account")
    found: Attachment = get_object_or_404(rows, pk=attachment)
    return found
