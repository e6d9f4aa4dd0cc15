"""The shapes of what an open room tells: where somebody is, what they are typing, and how a clash is settled."""

from typing import Any

from django import forms

from rca.whys.settling import KEEP
from rca.whys.together import Presence
from rca.whys.why import ANSWER_LIMIT


class PulseForm(forms.Form):
    """Sent by a script every two seconds; what is amiss in it counts as not said."""

    at = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    doing = forms.ChoiceField(choices=Presence.Doing.choices, required=False)
    branch = forms.RegexField("^[A-Z]{1,3}$", required=False)
    seen = forms.IntegerField(required=False, min_value=0)

    @property
    def told(self) -> dict[str, Any]:
        self.is_valid()
        data = self.cleaned_data
        return {
            "at": data.get("at"), "doing": data.get("doing") or Presence.Doing.LISTENS.value,
            "branch": data.get("branch") or "", "seen": data.get("seen") if data.get("seen") is not None else -1,
        }  # fmt: skip


class DraftForm(forms.Form):
    version = forms.IntegerField(required=False)
    answer = forms.CharField(required=False, max_length=2 * ANSWER_LIMIT)  # more than can be sent, so that it is kept
    said_by = forms.CharField(required=False, max_length=120)
    evidence = forms.CharField(required=False, max_length=ANSWER_LIMIT)


class SettlementForm(forms.Form):
    keep = forms.ChoiceField(
        choices=list(KEEP.items()), error_messages={"required": "Choose what to keep: theirs, yours, or both."}
    )
    of = forms.ChoiceField(choices=[("answer", "answer"), ("question", "question")])
    version = forms.IntegerField(required=False)
    mine = forms.CharField(max_length=ANSWER_LIMIT, error_messages={"required": "Your text is empty."})
    one = forms.CharField(required=False, max_length=ANSWER_LIMIT)
    said_by = forms.CharField(required=False, max_length=120)
    evidence = forms.CharField(required=False, max_length=ANSWER_LIMIT)


class AskingAgainForm(forms.Form):
    why = forms.IntegerField(min_value=1, max_value=2**62)
    keep = forms.ChoiceField(choices=[("mine", "mine"), ("theirs", "theirs")])
    of = forms.ChoiceField(choices=[("answer", "answer"), ("question", "question")])
    mine = forms.CharField(max_length=ANSWER_LIMIT, error_messages={"required": "Your text is empty."})
    said_by = forms.CharField(required=False, max_length=120)
    evidence = forms.CharField(required=False, max_length=ANSWER_LIMIT)
