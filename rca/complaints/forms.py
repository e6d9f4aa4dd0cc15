"""The shapes that the pages of this room take; the rules are in the verbs."""

from typing import Any

from django import forms

from accounts.customers.models import Channel
from accounts.people.models import User
from rca.complaints.acts import Acknowledgment
from rca.complaints.models import Behaviour, Complaint, Expectation, Severity
from rca.lib.forms import Picks, Words
from rca.lib.text import WORDS_LIMIT
from rca.lib.typed import TypedRef

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


class AnswerForm(forms.Form):
    answer = forms.CharField(
        max_length=WORDS_LIMIT, widget=forms.Textarea({"rows": 2}), label="The answer",
        error_messages={"required": "Write the answer down: a customer waits for it."},
    )  # fmt: skip


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


class ViewForm(forms.Form):
    name = forms.CharField(max_length=60, label="Call it", error_messages={"required": "Give the view a name."})
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)


class ManyForm(forms.Form):
    """What an act on many complaints takes; `what` is what its verb is told."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def what(self) -> dict[str, Any]:
        return self.cleaned_data


class ManyClassifyForm(ManyForm):
    severity = forms.ChoiceField(
        choices=[("", "leave as it is"), *Severity.choices], required=False, widget=Picks(), label="How badly it hurts"
    )
    product = forms.CharField(max_length=120, required=False, label="About what", help_text="left empty, it stays")
    behaviours = forms.MultipleChoiceField(
        choices=Behaviour.choices, required=False, widget=forms.CheckboxSelectMultiple,
        label="How they were treated", help_text="none ticked leaves it as it is",
    )  # fmt: skip

    @property
    def what(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class ManyHandForm(ManyForm, HandoffForm):
    pass


class ManyLinkForm(ManyForm):
    cause = forms.CharField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        field = TypedRef(cause_model(), label="To which cause?", help_text="its number, R-8")
        field.user = user
        self.fields["cause"] = field


class ManyCloseForm(ManyForm, ClosureForm):
    pass


# For each act on many: the heading, the form, and the word on its button.
BULK: dict[str, tuple[str, type[ManyForm], str]] = {
    "classify": ("Sort {what}", ManyClassifyForm, "Sort them"),
    "hand": ("Give {what} to a colleague", ManyHandForm, "Hand them over"),
    "link": ("Link {what} to a cause", ManyLinkForm, "Link them"),
    "close": ("Close {what}", ManyCloseForm, "Close them"),
}


def cause_model() -> Any:
    """Causes come later in the story: their model is reached as what a complaint is related to."""
    return Complaint._meta.get_field("causes").related_model
