"""The shapes that the pages of this room take; the rules are in the verbs."""

from typing import Any

from django import forms

from accounts.customers.fields import AccountField
from accounts.customers.models import Channel
from accounts.people.models import User
from rca.causes.models import Cause
from rca.complaints.models import Complaint
from rca.goodwill.models import Grant
from rca.lib.forms import Picks, Words
from rca.lib.typed import DayField, TypedRef
from rca.retention.models import Cancellation

GUARDS = [("", "neither"), *Cancellation.Guard.choices]
NOBODY_PAYS = "Before you offer anything"


class Seen(forms.Form):
    """A form whose references are looked up among what this person may see."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, (AccountField, TypedRef)):
                field.user = user


class NoticeForm(Seen):
    account = AccountField(
        label="Who wants to leave", error_messages={"required": "Who is it? Type the first letters of the account."}
    )
    reason = forms.CharField(
        max_length=10_000, widget=Words({"rows": 3}), label="Why, in their own words",
        error_messages={"required": "Write down why they want to leave."},
    )  # fmt: skip
    channel = forms.ChoiceField(choices=Channel.choices, initial="phone", widget=Picks(), label="How they told us")
    complaint = TypedRef(Complaint, required=False, label="Because of which complaint", help_text="C-1042; optional")
    cause = TypedRef(Cause, required=False, label="Which cause", help_text="R-2; the complaint’s own if empty")
    guard = forms.ChoiceField(
        choices=GUARDS, required=False, widget=Picks(), label=NOBODY_PAYS, help_text="two questions, answered by you"
    )
    leaves_on = DayField(required=False, label="Their last day", help_text="8 April; empty if not said")


class TieForm(Seen):
    """What the reason comes down to, found out while talking."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    cause = TypedRef(Cause, required=False, label="Which cause", help_text="R-2; empty if it is none of ours")
    guard = forms.ChoiceField(choices=GUARDS, required=False, widget=Picks(), label=NOBODY_PAYS)
    leaves_on = DayField(required=False, label="Their last day")


class AttemptForm(Seen):
    what = forms.CharField(
        max_length=2000, widget=forms.Textarea({"rows": 2}), label="What you said or did",
        error_messages={"required": "Say what you tried."},
    )  # fmt: skip
    grant = TypedRef(Grant, required=False, label="Goodwill given with it", help_text="G-12; optional")
    answer = forms.CharField(required=False, max_length=2000, label="What they answered")


class WordsForm(forms.Form):
    words = forms.CharField(required=False, max_length=2000, label="In their words", help_text="optional")


class ReleaseForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, label="Why we let them go", error_messages={"required": "Say why: it is a decision."}
    )


class CallerForm(forms.Form):
    name = forms.CharField(max_length=120, label="Who", error_messages={"required": "Who was it?"})
    wanted = forms.CharField(
        max_length=2000, label="What they asked for", error_messages={"required": "What did they ask for?"}
    )
    next_on = DayField(required=False, label="Ring again", help_text="a day, or nothing")
