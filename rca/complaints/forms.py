"""The shapes that the pages of this room take; the rules are in the verbs."""

from typing import Any

from django import forms

from accounts.customers.fields import AccountField
from accounts.customers.models import Channel
from accounts.people.models import User
from rca.complaints.acts import Acknowledgment
from rca.complaints.models import Behaviour, Complaint, Expectation, Severity
from rca.lib.clock import now
from rca.lib.forms import Picks, Words
from rca.lib.text import WORDS_LIMIT
from rca.lib.windows import Unread, window

ICONS = {"phone": "phone", "email": "mail", "text": "text", "social": "link", "post": "mail", "person": "person"}
SPOKEN = [(value, label) for value, label in Channel.choices if value in ("phone", "email", "text", "person")]


class WordsField(forms.CharField):
    """What somebody said: long enough for any letter, with a sentence when it is too long."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", Words())
        options.setdefault("max_length", WORDS_LIMIT)
        super().__init__(**options)
        self.error_messages["max_length"] = (
            "This is %(show_value)d characters long and %(limit_value)d is the most that is kept: shorten it."
        )


class LogForm(forms.Form):
    account = AccountField(help_text="first letters, or the number they ring from")
    new_account = forms.BooleanField(required=False, label="Open a new account under this name")
    words = WordsField(
        label="In their own words", error_messages={"required": "Write down what they said, in their own words."}
    )
    remedy = forms.CharField(
        required=False, max_length=400, label="What would put it right for them?", help_text="optional"
    )
    channel = forms.ChoiceField(
        choices=Channel.choices, initial="phone", widget=Picks(icons=ICONS), label="How it reached us"
    )
    severity = forms.ChoiceField(
        choices=Severity.choices, required=False, widget=Picks(), label="How badly does it hurt?"
    )
    behaviours = forms.MultipleChoiceField(
        choices=Behaviour.choices, required=False, widget=forms.CheckboxSelectMultiple,
        label="How were they treated?", help_text="tick what applies, or nothing",
    )  # fmt: skip
    promise_day = forms.CharField(required=False, max_length=30, label="day", initial="today")
    promise_from = forms.CharField(required=False, max_length=12, label="from")
    promise_to = forms.CharField(required=False, max_length=12, label="to")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["account"].user = user  # type: ignore[attr-defined]
        for name, size in (("promise_day", 10), ("promise_from", 5), ("promise_to", 5)):
            self.fields[name].widget.attrs.update(size=size, autocomplete="off")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new_account") and self.has_error("account", "unknown"):
            del self.errors["account"]
            data["account"] = None
            data["new_name"] = self["account"].value().strip()
        begins, ends = data.get("promise_from", ""), data.get("promise_to", "")
        if begins or ends:
            zone = data["account"].time_zone if data.get("account") else ""
            try:
                data["window"] = window(data.get("promise_day", ""), begins, ends, zone, now())
            except Unread as unread:
                field = {"day": "promise_day", "opens": "promise_from", "closes": "promise_to"}[unread.field]
                self.add_error(field, unread.sentence)
        return data


class AcknowledgmentForm(forms.Form):
    words = WordsField(
        label="What did you say?",
        widget=Words({"rows": 3}),
        error_messages={"required": "Write what you said to them."},
    )
    how = forms.ChoiceField(choices=SPOKEN, initial="phone", widget=Picks(icons=ICONS), label="How")
    our_mistake = forms.ChoiceField(
        choices=Acknowledgment.OurMistake.choices, widget=Picks(), label="Our mistake?",
        error_messages={"required": "Say whether it was our mistake; “not yet known” is an answer too."},
    )  # fmt: skip


class HandoffForm(forms.Form):
    to = forms.ModelChoiceField(queryset=User.objects.none(), label="To whom")
    reason = forms.CharField(
        max_length=2000, label="Why", error_messages={"required": "Say why: they will have to tell it again."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.people()  # type: ignore[attr-defined]


class ConsultationForm(forms.Form):
    colleague = forms.ModelChoiceField(queryset=User.objects.none(), label="Whom do you ask?")
    question = forms.CharField(max_length=2000, label="What do you need to know?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = User.objects.people()  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    text = forms.CharField(max_length=WORDS_LIMIT, widget=forms.Textarea({"rows": 2}), label="Note")


class ClosureForm(forms.Form):
    outcome = forms.CharField(
        max_length=2000, widget=forms.Textarea({"rows": 2}), label="How did it end for them?",
        error_messages={"required": "Say how it ended for the customer."},
    )  # fmt: skip


class ReopeningForm(forms.Form):
    reason = forms.CharField(max_length=2000, label="Why is it taken up again?")


class MergeForm(forms.Form):
    into = forms.CharField(max_length=20, label="Into which complaint?", help_text="its number, C-1042")
    reason = forms.CharField(max_length=2000, required=False, label="Why", help_text="optional")


class RelationForm(forms.Form):
    other = forms.CharField(max_length=20, label="With which complaint?", help_text="its number, C-1042")
    reason = forms.CharField(max_length=2000, required=False, label="Why", help_text="optional")


class EditForm(forms.ModelForm):  # type: ignore[type-arg]
    """The rest of a complaint, classified later or put right; `version` tells whose edit came first."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    words = WordsField(label="In their own words")
    severity = forms.ChoiceField(choices=[("", "not yet known"), *Severity.choices], required=False, widget=Picks())
    behaviours = forms.MultipleChoiceField(
        choices=Behaviour.choices, required=False, widget=forms.CheckboxSelectMultiple, label="How were they treated?"
    )
    expectation = forms.ChoiceField(
        choices=[("", "not asked yet"), *Expectation.choices], required=False, widget=Picks(),
        label="What they expected and what it does",
    )  # fmt: skip

    class Meta:
        model = Complaint
        fields = [
            "words",
            "product",
            "remedy",
            "severity",
            "amount",
            "behaviours",
            "expected",
            "delivered",
            "expectation",
        ]
        labels = {
            "remedy": "What would put it right for them?",
            "amount": "What it cost them",
            "expected": "What they expected",
            "delivered": "What the product does",
        }
        widgets = {"expected": forms.Textarea({"rows": 2}), "delivered": forms.Textarea({"rows": 2})}
