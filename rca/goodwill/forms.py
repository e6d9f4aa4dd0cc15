"""The shapes that the pages of this room take; the rules are in the verbs."""

from typing import Any

from django import forms

from accounts.customers.fields import AccountField
from accounts.people.models import User
from rca.causes.models import Cause
from rca.complaints.models import Complaint
from rca.lib.typed import DayField, SumField, TypedRef


class GrantForm(forms.Form):
    account = AccountField(
        label="For whom", error_messages={"required": "Who gets it? Type the account’s first letters."}
    )
    amount = SumField(label="How much", error_messages={"required": "Say how much."})
    what = forms.CharField(
        max_length=200, label="What they get", help_text="postage, a book token, the morning they lost",
        error_messages={"required": "Say what they get."},
    )  # fmt: skip
    complaint = TypedRef(Complaint, required=False, label="Because of which complaint", help_text="C-1042; optional")
    cause = TypedRef(Cause, required=False, label="Which cause", help_text="R-8; the complaint’s own if empty")
    why = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea({"rows": 2}), label="Why, in your words",
        help_text="a manager reads it when it is above what is left",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("account", "complaint", "cause"):
            self.fields[name].user = user  # type: ignore[attr-defined]


class ApprovalForm(forms.Form):
    words = forms.CharField(required=False, max_length=2000, label="A word to whoever asked", help_text="optional")


class DecliningForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, label="Why not?", error_messages={"required": "Say why not: somebody has to explain it."}
    )


class AllowanceForm(forms.Form):
    person = forms.ModelChoiceField(queryset=User.objects.none(), label="Who")
    amount = SumField(label="May spend without asking", error_messages={"required": "Say how much."})
    first = DayField(label="From", initial="today")
    last = DayField(label="To the end of", error_messages={"required": "Say until which day."})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.people()  # type: ignore[attr-defined]
