"""What was logged in a hurry, sorted afterwards: one complaint, a few picks, the next one."""

from django import forms
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.people.requests import Request
from rca.complaints.models import Behaviour, Complaint, ComplaintQuerySet, Expectation, Severity
from rca.lib.forms import Picks
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.replies import again, page
from rca.lib.text import capped

KEYS = dict(zip([*Severity.values, *Behaviour.values], "1234567890", strict=True))


class KeyedPicks(Picks):
    """Picks that a single key presses; the key stands beside the word."""

    def create_option(
        self, name: str, value: object, label: object, *args: object, **kwargs: object
    ) -> dict[str, object]:
        made = super().create_option(name, value, label, *args, **kwargs)
        if key := KEYS.get(str(value)):
            made["attrs"]["data-key"], made["key"] = key, key
        return made


class KeyedTicks(KeyedPicks, forms.CheckboxSelectMultiple):
    allow_multiple_selected = True
    input_type = "checkbox"


class SortForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    severity = forms.ChoiceField(
        choices=Severity.choices, required=False, widget=KeyedPicks(), label="How badly does it hurt?"
    )
    behaviours = forms.MultipleChoiceField(
        choices=Behaviour.choices, required=False, widget=KeyedTicks(), label="How were they treated?"
    )
    product = forms.CharField(
        required=False, max_length=120, label="Which product?",
        widget=forms.TextInput({"list": "products", "autocomplete": "off", "data-key": "p"}),
    )  # fmt: skip
    expectation = forms.ChoiceField(
        choices=Expectation.choices, required=False, widget=Picks(), label="What they expected, and what it does"
    )

    def clean_behaviours(self) -> list[str]:
        picked: list[str] = self.cleaned_data["behaviours"]
        if Behaviour.NONE in picked and len(picked) > 1:
            raise forms.ValidationError("Either none of these, or those that apply.")
        return picked


def sort(request: Request) -> HttpResponse:
    """One complaint that is not sorted yet, the newest first; `?after=C-7` is the next one below it."""
    request.user.must("complaints.edit")
    rows = Complaint.objects.visible_to(request.user)
    if request.method == "POST":
        return _sorted(request, rows)
    complaint = _below(rows.to_sort(), rows, request.GET.get("after", "")).select_related("account").first()
    return page(request, "complaints/sort.html", _context(rows, complaint))


def _sorted(request: Request, rows: ComplaintQuerySet) -> HttpResponse:
    complaint = get_object_or_404(rows.select_related("account"), pk=_number(request.POST.get("complaint", "")))
    form = SortForm(request.POST)
    if not form.is_valid():
        return again(request, "complaints/sort.html", _context(rows, complaint, form))
    version = form.cleaned_data.pop("version")
    complaint.amend(by=request.user, version=version, **form.cleaned_data)
    return redirect(f"{reverse('complaints:sort')}?after={complaint.ref}")


def _below(waiting: ComplaintQuerySet, rows: ComplaintQuerySet, ref: str) -> ComplaintQuerySet:
    last = rows.filter(pk=_number(ref)).first() if ref else None
    if last:
        earlier = Q(received_at__lt=last.received_at) | Q(received_at=last.received_at, pk__lt=last.pk)
        waiting = waiting.filter(earlier, received_at__lte=last.received_at)
    return waiting.order_by("-received_at", "-pk")


def _number(ref: str) -> int:
    try:
        return number("C", ref)
    except Refused:
        return 0


def _context(rows: ComplaintQuerySet, complaint: Complaint | None, form: SortForm | None = None) -> dict[str, object]:
    if complaint is None:
        return {"complaint": None, "left": capped(rows.to_sort())}
    names = ("version", "severity", "behaviours", "product", "expectation")
    form = form or SortForm(initial={name: getattr(complaint, name) for name in names})
    bought = complaint.account.purchases.exclude(product="").order_by("product").values_list("product", flat=True)
    told = complaint.account.complaints.exclude(product="").order_by("product").values_list("product", flat=True)
    products = sorted({*bought.distinct()[:30], *told.distinct()[:30]})
    return {"complaint": complaint, "form": form, "products": products, "left": capped(rows.to_sort())}
