"""The shapes that the pages of this room take; the rules are in the verbs."""

from typing import Any

from django import forms
from django.utils.timezone import localtime

from accounts.people.models import User
from rca.complaints.forms import WordsField
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.forms import Picks, Words
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.text import first_line
from rca.lib.windows import Unread, window
from rca.whys.models import FiveWhys, Participant, Why
from rca.whys.why import ANSWER_LIMIT

SLOT = {"day": "day", "opens": "opens", "closes": "closes"}


class ComplaintsField(forms.CharField):
    """References, with commas or spaces between; cleans to the complaints that this person may see."""

    user: User | None = None

    def clean(self, value: Any) -> Any:
        typed = super().clean(value).replace(",", " ").split()
        found = []
        for ref in dict.fromkeys(typed):
            try:
                pk = number(Complaint.LETTER, ref)
            except Refused as refused:
                raise forms.ValidationError(refused.sentence) from refused
            assert self.user is not None
            complaint = Complaint.objects.visible_to(self.user).filter(pk=pk).select_related("account").first()
            if complaint is None:
                raise forms.ValidationError(f"There is no complaint C-{pk}.")
            found.append(complaint)
        return found


class GuestsField(forms.CharField):
    """Who is in the room, one a line: a name, and after a comma what they do. A colleague is known by the name."""

    widget = forms.Textarea({"rows": 4})

    def clean(self, value: Any) -> Any:
        people = {person.name.lower(): person for person in User.objects.people()}
        guests = []
        for line in super().clean(value).splitlines():
            name, _, part = (piece.strip() for piece in line.partition(","))
            if name:
                person = people.get(name.lower())
                guests.append((person.name if person else name, part or (person.department if person else ""), person))
        return guests


class SlotForm(forms.Form):
    """What is asked about, who leads, and when: the part that can change later."""

    problem = WordsField(
        label="What is asked about",
        help_text="in the customers’ words, or as a question that begins with why",
        widget=Words({"rows": 3}),
        error_messages={"required": "Say what the session is about, in the customers’ words."},
    )
    impact = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea({"rows": 2}), label="What it did to them",
        help_text="optional",
    )  # fmt: skip
    facilitator = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Who leads it", empty_label=None,
        help_text="asks, writes, and keeps everybody with what happened",
    )  # fmt: skip
    day = forms.CharField(required=False, max_length=30, label="Day")
    opens = forms.CharField(required=False, max_length=12, label="from")
    closes = forms.CharField(required=False, max_length=12, label="to")
    place = forms.CharField(required=False, max_length=120, label="Where", help_text="a room, or by phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facilitator"].queryset = User.objects.people()  # type: ignore[attr-defined]
        for name, size in (("day", 10), ("opens", 5), ("closes", 5)):
            self.fields[name].widget.attrs.update(size=size, autocomplete="off")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        typed = [data.get(name, "") for name in SLOT]
        data["slot_from"], data["slot_until"] = self.initial.get("slot_from"), self.initial.get("slot_until")
        if not any(typed):
            data["slot_from"] = data["slot_until"] = None
        elif SLOT.keys() & set(self.changed_data):
            try:
                data["slot_from"], data["slot_until"] = window(typed[0], typed[1], typed[2], "", now())
            except Unread as unread:
                self.add_error(SLOT[unread.field], unread.sentence.replace("promise", "choose"))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in SLOT}


class PlanForm(SlotForm):
    complaints = ComplaintsField(required=False, max_length=2000, help_text="their numbers: C-1042, C-1050")
    participants = GuestsField(
        required=False, max_length=4000, label="Who is in the room",
        help_text="one a line; after a comma, what they do: Rosa Klein, print buying",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["complaints"].user = user  # type: ignore[attr-defined]


class EditForm(SlotForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


def first_words(user: User, complaints: list[Complaint]) -> dict[str, Any]:
    """What a plan begins with: the customer's own words as the problem, and whoever plans it in the room."""
    problem = complaints[0].words.strip() if complaints else ""
    return {
        "problem": problem if len(problem) <= 300 else first_line(problem, 300),
        "complaints": ", ".join(one.ref for one in complaints),
        "facilitator": user.pk,
        "participants": f"{user.name}, {user.department}".strip(", "),
    }


def as_typed(session: FiveWhys) -> dict[str, Any]:
    """A session's plan as somebody would type it."""
    names = ("problem", "impact", "facilitator", "place", "version", "slot_from", "slot_until")
    typed: dict[str, Any] = {name: getattr(session, name) for name in names}
    if session.slot_from:
        typed |= {"day": f"{localtime(session.slot_from):%Y-%m-%d}", "opens": f"{localtime(session.slot_from):%H:%M}"}
    if session.slot_until:
        typed["closes"] = f"{localtime(session.slot_until):%H:%M}"
    return typed


class AnswerField(forms.CharField):
    def __init__(self, missing: str, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea({"rows": 2}))
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
    evidence = AnswerField(
        "Say what shows it: what was looked at, counted or measured.", label="What shows it?",
        help_text="looked at, counted or measured",
    )  # fmt: skip


class StrikeForm(forms.Form):
    reason = AnswerField("Say what showed that it was not so.", label="What shows that it was not so?")


class WordingForm(SaidByForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    question = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 2}), label="The question")
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


class NoSessionForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, widget=forms.Textarea({"rows": 2}), label="Why does nobody need to ask?",
        error_messages={"required": "Say why nobody needs to ask: the reason stays with the complaint."},
    )  # fmt: skip
    unless = forms.CharField(
        required=False, max_length=2000, label="What would change that?", help_text="it comes twice more"
    )
