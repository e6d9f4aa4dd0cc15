"""The shapes that the pages of this room take; the rules are in the verbs."""

from typing import Any

from django import forms

from accounts.people.models import User
from rca.causes.forms import Seen
from rca.causes.models import Cause
from rca.fixes.models import Fix, Verification
from rca.lib.forms import Picks
from rca.lib.typed import DayField, TypedRef
from rca.whys.models import Why

KINDS = [
    (Fix.Kind.CORRECTIVE, "corrective: mends the cause"), (Fix.Kind.PREVENTIVE, "preventive: elsewhere too"),
    (Fix.Kind.CONTAINMENT, "containment: stops the harm now"), (Fix.Kind.DETECTION, "detection: we notice before them"),
]  # fmt: skip


class PredictionForm(Seen):
    """What should fall, from what to what, and when somebody looks."""

    measure = forms.CharField(
        required=False, max_length=200, label="What should fall?", help_text="complaints about prices a month"
    )
    falls_from = forms.DecimalField(
        required=False, max_digits=12, decimal_places=2, label="From", help_text="now",
        widget=forms.TextInput({"inputmode": "decimal", "size": 6}),
    )  # fmt: skip
    falls_to = forms.DecimalField(
        required=False, max_digits=12, decimal_places=2, label="To", help_text="or less",
        widget=forms.TextInput({"inputmode": "decimal", "size": 6}),
    )  # fmt: skip
    check_on = DayField(required=False, label="Looked at on", help_text="31 March, +28; by somebody else")


class ProposeForm(PredictionForm):
    cause = TypedRef(Cause, required=False, label="For which cause", help_text="R-8")
    why = forms.ModelChoiceField(queryset=Why.objects.none(), required=False, widget=forms.HiddenInput)
    title = forms.CharField(
        max_length=200, label="What will be done?", error_messages={"required": "Say in one line what will be done."}
    )
    detail = forms.CharField(
        required=False, max_length=5000, label="How", help_text="optional", widget=forms.Textarea({"rows": 2})
    )
    kind = forms.ChoiceField(choices=KINDS, initial=Fix.Kind.CORRECTIVE, widget=Picks(), label="Kind")
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Who does it?", empty_label="choose",
        error_messages={"required": "Say who does it."},
    )  # fmt: skip
    due = DayField(
        label="Until when?", help_text="Friday, 20 March, +7", error_messages={"required": "Say until when it is done."}
    )
    field_order = ["title", "detail", "kind", "owner", "due", "cause", "why",
                   "measure", "falls_from", "falls_to", "check_on"]  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["why"].queryset = Why.objects.visible_to(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("cause") and not data.get("why") and not self.errors:
            self.add_error("cause", "Say which cause it mends, R-8.")
        return data


class EditForm(PredictionForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    title = ProposeForm.base_fields["title"]
    detail = ProposeForm.base_fields["detail"]
    kind = ProposeForm.base_fields["kind"]
    owner = ProposeForm.base_fields["owner"]
    field_order = ["title", "detail", "kind", "owner", "measure", "falls_from", "falls_to", "check_on"]


class CompletionForm(forms.Form):
    words = forms.CharField(
        required=False, max_length=2000, label="What is different now?", help_text="optional",
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip


class SlipForm(forms.Form):
    due = DayField(label="Until when instead?", error_messages={"required": "Say the new day."})
    reason = forms.CharField(
        max_length=2000, label="Why does it move?",
        error_messages={"required": "Say why it moves: the customers wait that much longer."},
    )  # fmt: skip


class DropForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, label="Why will it not be done?", error_messages={"required": "Say why it will not be done."}
    )


class VerificationForm(forms.Form):
    result = forms.ChoiceField(
        choices=Verification.Result.choices, widget=Picks(), label="Does it hold?",
        error_messages={"required": "Say whether it holds."},
    )  # fmt: skip
    observed = forms.DecimalField(
        required=False, max_digits=12, decimal_places=2, label="What is it now?", help_text="a number, if you counted",
        widget=forms.TextInput({"inputmode": "decimal", "size": 6}),
    )  # fmt: skip
    evidence = forms.CharField(
        max_length=5000, label="What did you look at, and what did you see?", widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Say what you saw: a verdict without evidence is a wish."},
    )  # fmt: skip
