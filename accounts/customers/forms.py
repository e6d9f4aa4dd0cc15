"""The shapes that the pages of this room take; the rules are in the verbs."""

from datetime import time
from typing import Any

from django import forms

from accounts.customers.contacts import Channel, Contact, Preference
from accounts.customers.fields import ZoneField
from accounts.customers.history import Touch
from accounts.customers.models import Account
from accounts.people.models import User
from rca.lib.forms import Picks, Words
from rca.lib.text import WORDS_LIMIT
from rca.lib.typed import SumField
from rca.lib.windows import Unread, read_time

ICONS = {"phone": "phone", "email": "mail", "text": "text", "social": "link", "post": "mail", "person": "person"}
DAYS = [(1, "Mon"), (2, "Tue"), (3, "Wed"), (4, "Thu"), (5, "Fri"), (6, "Sat"), (7, "Sun")]


class AccountForm(forms.Form):
    """Who they are, for a new account and for an edit alike."""

    name = forms.CharField(max_length=200, error_messages={"required": "An account needs a name."})
    kind = forms.ChoiceField(choices=Account.Kind.choices, initial="customer", widget=Picks(), label="They are a")
    yearly_value = SumField(
        required=False, min_value=0, max_digits=14, label="Worth a year",
        help_text="empty while it is not known; never a guess",
    )  # fmt: skip
    customer_since = forms.DateField(
        required=False, label="Customer since", help_text="2014-05-31 or 31/05/2014",
        error_messages={"invalid": "Write a day as 2014-05-31 or 31/05/2014."},
    )  # fmt: skip
    segment = forms.CharField(required=False, max_length=80, help_text="schools, book shops")
    region = forms.CharField(required=False, max_length=80, label="Town or region")
    time_zone = ZoneField(required=False, max_length=64, label="Their clock", help_text="New York; empty is ours")


class EditForm(AccountForm):
    """The same with what is learnt later; `version` tells whose edit came first."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    profile = forms.ChoiceField(
        choices=[("", "not known"), *Account.Profile.choices],
        required=False,
        widget=Picks(),
        label="When unhappy they are a",
    )


class ContactForm(forms.Form):
    name = forms.CharField(max_length=120, error_messages={"required": "Whom do we reach? Write the person’s name."})
    role = forms.CharField(max_length=80, required=False, help_text="owner, buyer")
    phone = forms.CharField(max_length=40, required=False)
    email = forms.EmailField(required=False, label="E-mail")


class CorrectionForm(ContactForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class TimeOfDay(forms.CharField):
    """9, 2pm or 14:30."""

    def clean(self, value: Any) -> time | None:
        text = super().clean(value)
        try:
            return read_time(text) if text else None
        except Unread as unread:
            raise forms.ValidationError(unread.sentence) from unread

    def prepare_value(self, value: Any) -> Any:
        return f"{value.hour}:{value:%M}" if isinstance(value, time) else value


class PreferenceForm(forms.Form):
    """How one person asked to be reached, read back to them line by line."""

    channel = forms.ChoiceField(
        choices=[("", "any"), *Channel.choices], required=False, widget=Picks(icons=ICONS), label="They ask for"
    )
    days = forms.TypedMultipleChoiceField(
        choices=DAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple, label="On",
        help_text="nothing ticked is any day",
    )  # fmt: skip
    opens = TimeOfDay(required=False, max_length=12, label="From", help_text="by their clock: 14, 2pm, 14:30")
    closes = TimeOfDay(required=False, max_length=12, label="Until")
    topics = forms.CharField(
        required=False, max_length=400, label="They want to hear of", help_text="prices, deliveries"
    )
    do_not_contact = forms.BooleanField(required=False, label="Do not contact this person at all")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_topics(self) -> list[str]:
        topics = [" ".join(one.split()) for one in self.cleaned_data["topics"].split(",")]
        if any(len(one) > 40 for one in topics):
            raise forms.ValidationError("A topic is a word or two, at most 40 characters; put commas between them.")
        return list(dict.fromkeys(one for one in topics if one))


class AssignmentForm(forms.Form):
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label="Who looks after them?", empty_label="nobody"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.people()  # type: ignore[attr-defined]


class AliasForm(forms.Form):
    name = forms.CharField(
        max_length=200, label="Also spelled", help_text="as another system spells it",
        error_messages={"required": "Write the other spelling."},
    )  # fmt: skip


class TouchForm(forms.Form):
    way = forms.ChoiceField(choices=Touch.Way.choices, initial="out", widget=Picks(), label="Who reached whom?")
    channel = forms.ChoiceField(choices=Channel.choices, initial="phone", widget=Picks(icons=ICONS), label="How")
    reached = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "nobody answered"), ("", "not known")], required=False, initial="yes",
        coerce={"yes": True, "no": False}.get, empty_value=None, widget=Picks(), label="Did you speak?",
    )  # fmt: skip
    contact = forms.ModelChoiceField(
        queryset=Contact.objects.none(), required=False, label="With whom", empty_label="not known"
    )
    words = forms.CharField(
        required=False, max_length=WORDS_LIMIT, widget=Words({"rows": 2}), label="What was said", help_text="optional"
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = account.contacts.here()  # type: ignore[attr-defined]


def preference_form(contact: Contact, data: Any = None) -> PreferenceForm:
    """The form of one contact's wishes, its ids apart from those of the next contact on the page."""
    wish = contact.preference if hasattr(contact, "preference") else Preference(contact=contact)
    initial = {name: getattr(wish, name) for name in ("channel", "days", "opens", "closes", "do_not_contact")}
    initial |= {"topics": ", ".join(wish.topics), "version": wish.version}
    return PreferenceForm(data, initial=initial, auto_id=f"preference{contact.pk}_%s")


def correction_form(contact: Contact, data: Any = None) -> CorrectionForm:
    initial = {name: getattr(contact, name) for name in ("name", "role", "phone", "email", "version")}
    return CorrectionForm(data, initial=initial, auto_id=f"correction{contact.pk}_%s")
