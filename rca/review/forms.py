"""The shape of a decision; the rules are in the verb."""

from typing import Any

from django import forms

from accounts.people.models import User
from rca.lib.typed import DayField
from rca.review.models import WHY_NOT, Decision


class DecisionForm(forms.Form):
    kind = forms.ChoiceField(
        choices=Decision.Kind.choices, error_messages={"required": "Choose one of the five."}, label="Decision"
    )
    reason = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea({"rows": 2}),
        label="Why is this right for the customers?", help_text="needed to escalate and to accept",
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label="Who holds it from now on?", empty_label="choose",
        help_text="only to reassign",
    )  # fmt: skip
    next_review = DayField(
        label="Next review", help_text="24 March, Thursday, +14", widget=forms.TextInput({"size": 10}),
        error_messages={"required": "Say when it is looked at again: no cause leaves the room without a day."},
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.people()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Says beside the field what the verb would refuse, so that nobody loses what they typed."""
        data = super().clean() or {}
        if data.get("kind") in WHY_NOT and not data.get("reason"):
            self.add_error("reason", WHY_NOT[data["kind"]])
        if data.get("kind") == Decision.Kind.REASSIGN and not data.get("owner"):
            self.add_error("owner", "Say who holds it from now on.")
        return data
