"""The shapes that the pages of this room take; the rules are in the verbs."""

from datetime import date
from typing import Any

from django import forms
from django.utils.timezone import localdate

from accounts.customers.fields import AccountField
from accounts.people.models import User
from rca.causes.affected import read_conditions
from rca.causes.models import Cause
from rca.complaints.models import Complaint
from rca.lib.forms import Picks, Words
from rca.lib.refused import Refused
from rca.lib.rows import Reader
from rca.lib.typed import DayField, SumField, TypedRef

YES = {"yes", "true", "on", "1"}


class Seen(forms.Form):
    """A form whose references and choices are those that one person may see."""

    def __init__(self, *args: Any, user: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if hasattr(field, "user"):
                field.user = user
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = User.objects.people()


class YesNo(forms.TypedChoiceField):
    """A question that has to be answered: yes or no, and neither stands there already."""

    def __init__(self, **options: Any) -> None:
        choices = [("yes", "yes"), ("no", "no")]
        super().__init__(choices=choices, coerce=lambda value: value == "yes", widget=Picks(), **options)
        self.error_messages["required"] = "Answer yes or no."

    def to_python(self, value: Any) -> str:
        return "yes" if str(value or "").lower() in YES else "no" if value else ""


class PastDay(DayField):
    """A day that has been: “1 January” typed in March is this year’s, typed without a year it never lies ahead."""

    def clean(self, value: Any) -> date | None:
        found = super().clean(value)
        if found and found > localdate() and str(found.year) not in str(value):
            return found.replace(year=found.year - 1, day=min(found.day, 28) if found.month == 2 else found.day)
        return found


class UnmarkingForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, widget=forms.Textarea({"rows": 2}), label="Why is it not the root?",
        error_messages={"required": "Say why it is not the root: whoever asks here next will want to know."},
    )  # fmt: skip


class RootForm(Seen):
    would_have_happened = YesNo(label="Without it, would this have happened?")
    stays_away = YesNo(label="If it is mended, will it stay away?")
    reads_back = YesNo(label="Does it hold when read back with “therefore”?")
    early_reason = forms.CharField(
        required=False, max_length=2000, label="Why stop before the fifth why?", help_text="it stays with the root",
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    cause = TypedRef(Cause, required=False, label="Known already?", help_text="R-8, if this is a cause we have")
    title = forms.CharField(
        required=False, max_length=200, label="The cause in one line", help_text="the answer itself, if empty"
    )
    family = forms.ChoiceField(choices=[("", "not yet known"), *Cause.Family.choices], required=False, label="Family")
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label="Who holds it", empty_label="whoever led the session"
    )


class LinkForm(Seen):
    complaint = TypedRef(
        Complaint, label="Which complaint?", help_text="its number, C-1042",
        error_messages={"required": "Say which complaint, C-1042."},
    )  # fmt: skip


class AffectedForm(Seen):
    account = AccountField(
        label="Which account?", help_text="first letters",
        error_messages={"required": "Which account? Type its first letters.",
                        "unknown": "No account is called that. Choose one of the suggestions."},
    )  # fmt: skip
    why = forms.CharField(
        max_length=400, label="How was it hit?", help_text="30 copies on invoice 58113",
        error_messages={"required": "Say how it was hit: what they bought, when, how many."},
    )  # fmt: skip


class WaiverForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, label="Why need they not be told?",
        error_messages={"required": "Say why they need not be told: the reason stays with the row."},
    )  # fmt: skip


class RemovalForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, label="Why was it not affected?", error_messages={"required": "Say why it was not affected."}
    )


class RuleForm(forms.Form):
    """What the affected accounts have in common; cleans to the conditions that a rule keeps."""

    product = forms.CharField(required=False, max_length=120, label="Bought which product?")
    bought_from = PastDay(required=False, label="From", help_text="1 January, 12/3/2026")
    bought_until = PastDay(required=False, label="Until")
    segment = forms.CharField(required=False, max_length=80, label="Segment")
    region = forms.CharField(required=False, max_length=80, label="Region")
    min_value = SumField(required=False, label="Worth at least, a year", min_value=0)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            return {"conditions": read_conditions(data)}
        except Refused as refused:  # the same sentence beside the form, so that what was typed can be mended
            raise forms.ValidationError(refused.sentence) from refused


class LineForm(forms.Form):
    text = forms.CharField(
        max_length=2000, label="What may anyone say?", widget=Words({"rows": 3}),
        error_messages={"required": "Write the sentence that anyone may say to a customer."},
    )  # fmt: skip


class OwnerForm(Seen):
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Who holds it?", empty_label="choose",
        error_messages={"required": "Say who holds it."},
    )  # fmt: skip


class ReviewDateForm(forms.Form):
    on = DayField(
        label="When is it looked at again?", help_text="24 March, Thursday, +14",
        error_messages={"required": "Say on which day it is looked at again."},
    )  # fmt: skip


class ClosureForm(forms.Form):
    words = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea({"rows": 2}), label="Your closing words",
        help_text="optional",
    )  # fmt: skip


class ReopeningForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, label="Why is it taken up again?",
        error_messages={"required": "Say why it is taken up again."},
    )  # fmt: skip


class EditForm(forms.ModelForm):  # type: ignore[type-arg]
    """Title and family, put right later; `version` tells whose edit came first."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        max_length=200, label="The cause in one line",
        error_messages={"required": "A cause needs a title: say in one line what was behind it."},
    )  # fmt: skip
    family = forms.ChoiceField(choices=[("", "not yet known"), *Cause.Family.choices], required=False, widget=Picks())

    class Meta:
        model = Cause
        fields = ["title", "family"]
