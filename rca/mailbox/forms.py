"""The shapes that the pages of this room take; the rules are in the verbs."""

from typing import Any

from django import forms

from accounts.customers.fields import AccountField
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.typed import TypedRef

KNOW = "Know this address as theirs from now on"


class OpeningForm(forms.Form):
    account = AccountField(required=False, label="Account", help_text="first letters, or A-7")
    new_name = forms.CharField(required=False, max_length=200, label="or a new account named")
    remember = forms.BooleanField(required=False, label=KNOW)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["account"].user = user  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("account") and data.get("new_name"):
            self.add_error("new_name", "Either the account above or a new one: take one of the two away.")
        return data


class AdditionForm(forms.Form):
    complaint = TypedRef(Complaint, label="Complaint", help_text="C-1042")
    remember = forms.BooleanField(required=False, label=KNOW)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["complaint"].user = user  # type: ignore[attr-defined]


class DismissalForm(forms.Form):
    reason = forms.CharField(max_length=400, label="Why nothing is to be done")
