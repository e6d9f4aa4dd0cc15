"""The shapes that the pages of this room take; the rules are in the verbs."""

from typing import Any

from django import forms

from accounts.customers.fields import AccountField
from accounts.people.models import User
from rca.health.models import AccountReview
from rca.lib.forms import Picks
from rca.lib.typed import DayField


class PlanForm(forms.Form):
    account = AccountField(label="Which account", error_messages={"required": "Which account? Type its first letters."})
    kind = forms.ChoiceField(choices=AccountReview.Kind.choices, initial="ninety", widget=Picks(), label="Which look")
    due = DayField(label="On", error_messages={"required": "Say on which day."}, help_text="Thursday, 12 March, +14")
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label="Who looks", empty_label="nobody yet"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].user = user  # type: ignore[attr-defined]
        self.fields["owner"].queryset = User.objects.people()  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    seen = forms.CharField(required=False, max_length=4000, widget=forms.Textarea({"rows": 2}), label="What we saw")
    decision = forms.CharField(
        max_length=4000, label="What we decided",
        error_messages={"required": "Say what was decided; “go on as we do” is a decision too."},
    )  # fmt: skip
    next_on = DayField(
        label="Looked at again on", initial="+90", help_text="12 June, or +90",
        error_messages={"required": "Say when it is looked at again: there is always such a day."},
    )  # fmt: skip


class TaskForm(forms.Form):
    account = AccountField(
        label="For which account", error_messages={"required": "For which account? Type its first letters."}
    )
    what = forms.CharField(max_length=400, label="What", error_messages={"required": "Say what is to be done."})
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label="Who")
    due = DayField(label="Until", error_messages={"required": "Say until when."}, help_text="Thursday, 12 March, +7")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].user = user  # type: ignore[attr-defined]
        self.fields["owner"].queryset = User.objects.people()  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    outcome = forms.CharField(
        max_length=2000, label="What came of it", error_messages={"required": "Say what came of it."}
    )
