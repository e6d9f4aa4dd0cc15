"""The shapes that planning a session takes: what is asked about, with whom and when; or why nobody needs to ask."""

from typing import Any

from django import forms
from django.core.validators import validate_email
from django.utils.timezone import localtime

from accounts.people.models import User
from rca.complaints.fields import FilesField
from rca.complaints.forms import WordsField
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.forms import Words
from rca.lib.refs import number
from rca.lib.refused import Refused
from rca.lib.windows import Unread, window
from rca.whys.evidence import TEXT_LIMIT
from rca.whys.models import FiveWhys
from rca.whys.proposing import also, problem_of

SLOT = {"day": "day", "opens": "opens", "closes": "closes"}


class ComplaintsField(forms.CharField):
    """References, with commas or spaces between; cleans to the complaints that this person may see."""

    user: User | None = None

    def clean(self, value: Any) -> Any:
        typed = super().clean(value).replace(",", " ").split()
        assert self.user is not None
        try:
            pks = list(dict.fromkeys(number(Complaint.LETTER, ref) for ref in typed))
        except Refused as refused:
            raise forms.ValidationError(refused.sentence) from refused
        rows = Complaint.objects.visible_to(self.user).select_related("account").in_bulk(pks)
        if missing := next((pk for pk in pks if pk not in rows), None):
            raise forms.ValidationError(f"There is no complaint C-{missing}.")
        return [rows[pk] for pk in pks]


class GuestsField(forms.CharField):
    """Who is in the room, one a line: a name, and after commas what they do and a guest’s e-mail, in any order. A
    colleague is known by the name."""

    widget = forms.Textarea({"rows": 4})

    def clean(self, value: Any) -> Any:
        people = {person.name.lower(): person for person in User.objects.people()}
        guests = []
        for line in super().clean(value).splitlines():
            name, *rest = (piece.strip() for piece in line.split(","))
            if name:
                email = next((piece for piece in rest if "@" in piece), "")
                part = ", ".join(piece for piece in rest if piece and piece != email)
                person = people.get(name.lower())
                guests.append(
                    (person.name, part or person.department, person, "") if person else (name, part, None, _mail(email))
                )
        return guests


def _mail(text: str) -> str:
    address = text.strip("<> ")
    if address:
        try:
            validate_email(address)
        except forms.ValidationError as error:
            raise forms.ValidationError(f"“{address[:60]}” is no e-mail address.") from error
    return address


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
    complaints = ComplaintsField(required=False, max_length=4000, help_text="their numbers: C-1042, C-1050")
    participants = GuestsField(
        required=False, max_length=4000, label="Who is in the room",
        help_text="one a line; after commas, what they do and a guest’s e-mail: Rosa Klein, buying, rosa@x.example",
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["complaints"].user = user  # type: ignore[attr-defined]


class EditForm(SlotForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


def first_words(user: User, complaints: list[Complaint]) -> dict[str, Any]:
    """What a plan begins with: the customers’ own words as the problem, and whoever plans it in the room."""
    return {
        "problem": problem_of(complaints),
        "impact": also(complaints),
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


class NoSessionForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, widget=forms.Textarea({"rows": 2}), label="Why does nobody need to ask?",
        error_messages={"required": "Say why nobody needs to ask: the reason stays with the complaint."},
    )  # fmt: skip
    unless = forms.CharField(
        required=False, max_length=2000, label="What would change that?", help_text="it comes twice more"
    )


class SparingForm(NoSessionForm):
    """The same for several complaints at once."""

    complaints = ComplaintsField(widget=forms.HiddenInput, max_length=4000)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["complaints"].user = user  # type: ignore[attr-defined]


class BringForm(forms.Form):
    text = forms.CharField(
        required=False, max_length=TEXT_LIMIT, widget=forms.Textarea({"rows": 2}), label="A note or a link",
        help_text="what was looked at, or where it stands",
    )  # fmt: skip
    added = FilesField(required=False, label="Files")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("text") and not data.get("added"):
            self.add_error("text", "Bring something: a note, a link or a file.")
        return data


class CallingOffForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, label="Why is it not held?", help_text="those who were invited hear it",
        error_messages={"required": "Say why it is not held: whoever was to come will ask."},
    )  # fmt: skip
