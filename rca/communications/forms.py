"""The shapes that the pages of this room take; the rules are in the verbs."""

from typing import Any

from django import forms

from accounts.customers.models import Channel, Contact
from rca.causes.roster import Affected
from rca.communications.acts import Attempt, Verdict
from rca.communications.notes import PART_LIMIT, TITLE_LIMIT, FixNote
from rca.lib.forms import Picks, Words
from rca.lib.text import WORDS_LIMIT

ICONS = {"phone": "phone", "email": "mail", "text": "text", "social": "link", "post": "print", "person": "person"}
SENT = {"text", "social", "post"}  # what one sends oneself; nobody picks up


def _text(label: str, *, rows: int = 4, hint: str = "", required: bool = True) -> forms.CharField:
    missing = {"required": "A customer will look for this: write at least one sentence."}
    return forms.CharField(
        label=label, help_text=hint, max_length=PART_LIMIT, required=required, widget=Words({"rows": rows}),
        error_messages=missing,
    )  # fmt: skip


class NoteForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(
        max_length=TITLE_LIMIT, label="What it says first", widget=forms.TextInput({"class": "words"}),
        help_text="the subject of the mail and the head of the letter",
    )  # fmt: skip
    happened = _text("What happened")
    changed = _text("What we changed", hint="one line for each thing")
    how_we_know = _text("How we know", rows=3)
    owed = _text(
        "What we still owe you", rows=3, required=False,
        hint="optional; one line each, “what: when”. What each account was promised is added by itself",
    )  # fmt: skip

    @classmethod
    def of(cls, note: FixNote) -> "NoteForm":
        return cls(initial={"version": note.version, **note.texts})


class ApprovalForm(forms.Form):
    despite = forms.CharField(
        max_length=2000, required=False, label="Why what is marked may stand", widget=forms.Textarea({"rows": 2})
    )


class SendingForm(forms.Form):
    channel = forms.ChoiceField(
        choices=[("", "as they asked"), *Channel.choices], required=False, widget=Picks(icons=ICONS), label="By"
    )
    any_hour = forms.BooleanField(required=False, label="Outside their hours, now")
    override_reason = forms.CharField(
        max_length=2000, required=False, label="Why it cannot wait or go as they asked",
        help_text="only for another channel or hour; takes a lead",
    )  # fmt: skip


class TellingForm(forms.Form):
    channel = forms.ChoiceField(choices=Channel.choices, initial="person", widget=Picks(icons=ICONS), label="How")
    contact = forms.ModelChoiceField(
        queryset=Contact.objects.none(), required=False, label="Whom", empty_label="not said"
    )
    words = forms.CharField(max_length=WORDS_LIMIT, required=False, widget=Words({"rows": 2}), label="What they said")

    def __init__(self, *args: Any, affected: Affected, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = affected.account.contacts.filter(moved_on_at=None)  # type: ignore[attr-defined]


class AttemptForm(forms.Form):
    outcome = forms.ChoiceField(choices=Attempt.Outcome.choices, widget=Picks(), label="What happened?",
                                error_messages={"required": "Say how it went."})  # fmt: skip
    words = forms.CharField(max_length=WORDS_LIMIT, required=False, widget=Words({"rows": 2}), label="What they said")
    answer = forms.ChoiceField(
        choices=[("yes", "yes"), ("partly", "partly"), ("no", "no"), ("", "did not ask")], required=False, initial="",
        widget=Picks(), label="Did it fix it for them?",
    )  # fmt: skip

    def __init__(self, *args: Any, channel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if channel in SENT:
            sent = [("reached", "sent"), ("wrong_person", "the person has moved on")]
            self.fields["outcome"].choices = sent  # type: ignore[attr-defined]
            del self.fields["answer"]


class BounceForm(forms.Form):
    words = forms.CharField(max_length=2000, required=False, label="What it said", help_text="optional")


class VerdictForm(forms.Form):
    """What the customer answers on their own page."""

    fixed = forms.ChoiceField(choices=Verdict.Answer.choices, widget=Picks(), label="Did this fix it for you?",
                              error_messages={"required": "Choose one of the three, and we know."})  # fmt: skip
    more = forms.CharField(
        max_length=WORDS_LIMIT, required=False, widget=forms.Textarea({"rows": 3}), label="Anything we should know",
        help_text="optional; a person reads it",
    )  # fmt: skip
