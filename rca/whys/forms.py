"""The shapes that the pages of this room take; the rules are in the verbs."""

from typing import Any

from django import forms

from accounts.people.models import User
from rca.complaints.fields import FilesField
from rca.lib.forms import Picks
from rca.whys.models import FiveWhys, Participant, Why
from rca.whys.why import ANSWER_LIMIT


class AnswerField(forms.CharField):
    def __init__(self, missing: str, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea({"rows": 2, "data-enter": True}))
        super().__init__(max_length=ANSWER_LIMIT, error_messages={"required": missing}, **options)
        self.error_messages["max_length"] = (
            "This is %(show_value)d characters long and %(limit_value)d is the most: say it in one sentence."
        )


class SaidByForm(forms.Form):
    said_by = forms.CharField(required=False, max_length=120, label="Said by", widget=forms.Select)

    def __init__(self, *args: Any, session: FiveWhys | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [guest.name for guest in session.participants.all()] if session else []
        self.fields["said_by"].widget.choices = [("", "the room"), *((name, name) for name in names)]


class QuestionForm(forms.Form):
    question = forms.CharField(
        max_length=2000, widget=forms.Textarea({"rows": 2}), label="The question",
        error_messages={"required": "Write the question: why?"},
    )  # fmt: skip
    trunk = forms.ChoiceField(choices=Why.Trunk.choices, initial=Why.Trunk.OCCURRENCE, required=False)

    def clean_trunk(self) -> str:
        return str(self.cleaned_data["trunk"] or Why.Trunk.OCCURRENCE)


class AnswerForm(SaidByForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    answer = AnswerField("Write the answer first: why did that happen?", label="The answer")
    evidence = forms.CharField(
        required=False, max_length=ANSWER_LIMIT, label="Shown by",
        widget=forms.TextInput({"placeholder": "nothing yet: it is only stated", "autocomplete": "off"}),
    )  # fmt: skip


class NextForm(forms.Form):
    question = forms.CharField(required=False, max_length=2000, label="The next question")
    instead = forms.BooleanField(required=False, widget=forms.HiddenInput)


class BranchForm(SaidByForm):
    answer = AnswerField("Write the second answer: why else?", label="Why else? Another answer to the same question")


class ConfirmationForm(forms.Form):
    """What shows it, in words or in files; a file alone says enough."""

    evidence = AnswerField(
        "Say what shows it, or add a file that does.", label="What shows it?", required=False,
        help_text="looked at, counted or measured; an address becomes a link",
    )  # fmt: skip
    added = FilesField(required=False, label="Files that show it")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        files = [(one.name or "", one.read()) for one in data.pop("added", [])]
        if not data.get("evidence") and not files and not self.errors:
            self.add_error("evidence", self.fields["evidence"].error_messages["required"])
        return data | {"files": files}


class StrikeForm(forms.Form):
    reason = AnswerField("Say what showed that it was not so.", label="What shows that it was not so?")


class WordingForm(SaidByForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    question = forms.CharField(
        max_length=2000, widget=forms.Textarea({"rows": 2, "data-enter": True}), label="The question"
    )
    answer = AnswerField("An answer cannot be emptied: strike it out, with the reason.", label="The answer")


class NudgeForm(forms.Form):
    kind = forms.CharField(max_length=20, widget=forms.HiddenInput)


class IdeaForm(SaidByForm):
    text = forms.CharField(
        max_length=2000, widget=forms.Textarea({"rows": 2}), label="In the words it was said",
        error_messages={"required": "Write the idea in the words it was said."},
    )  # fmt: skip
    why = forms.IntegerField(required=False, widget=forms.HiddenInput)


class PauseForm(forms.Form):
    waits_for = forms.CharField(required=False, max_length=400, label="What does it wait for?", help_text="optional")


class ConclusionForm(forms.Form):
    conclusion = forms.CharField(
        max_length=4000, widget=forms.Textarea({"rows": 3}), label="What did the session find?",
        error_messages={"required": "Say what the session found, also when it found no root."},
    )  # fmt: skip


class ReopeningForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, label="Why is it taken up again?", error_messages={"required": "Say why it is taken up again."}
    )


class ParticipantForm(forms.Form):
    name = forms.CharField(max_length=120, label="Name", error_messages={"required": "Say who comes: a name."})
    part = forms.CharField(max_length=120, required=False, label="What they do", help_text="optional")
    email = forms.EmailField(required=False, label="E-mail of a guest", help_text="optional; they are invited by it")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"] = User.objects.people().filter(name__iexact=data.get("name", "")).first()
        return data


class AttendanceForm(forms.Form):
    coming = forms.ChoiceField(choices=Participant.Coming.choices, widget=Picks(), label="Do they come?")
    words = forms.CharField(
        required=False, max_length=200, label="In their words", help_text="asks for 11:00; sends Jo"
    )


class AttachmentForm(forms.Form):
    complaint = forms.CharField(max_length=20, label="Which complaint?", help_text="its number, C-1042")
