"""The form at which a complaint is taken down: account and words are needed, the rest may stay empty."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.customers.fields import AccountField
from accounts.customers.models import Account, Channel
from accounts.people.models import User
from rca.complaints.fields import FilesField
from rca.complaints.forms import ICONS, WordsField
from rca.complaints.models import Behaviour, Expectation, Severity
from rca.lib import phones
from rca.lib.clock import now
from rca.lib.forms import Picks
from rca.lib.windows import Unread, window

KINDS = [("call_back", "call back"), ("answer", "answer"), ("fix", "put it right"), ("visit", "visit")]
TREATED = [(value, label) for value, label in Behaviour.choices if value != Behaviour.NONE]


class LogForm(forms.Form):
    number = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    account = AccountField(opens=True, help_text="first letters, e-mail, or the number they ring from")
    account_met = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    new_account = forms.BooleanField(required=False, label="Open a new account under this name")
    contact = forms.CharField(required=False, max_length=20, label="Who is calling")
    caller = forms.CharField(required=False, max_length=120, label="Their name", help_text="somebody new")
    caller_at = forms.CharField(
        required=False, max_length=254, label="Their number or e-mail", help_text="optional",
    )  # fmt: skip
    words = WordsField(
        label="In their own words", error_messages={"required": "Write down what they said, in their own words."}
    )
    product = forms.CharField(required=False, max_length=120, label="Which product?", help_text="optional")
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
        choices=TREATED, required=False, widget=forms.CheckboxSelectMultiple,
        label="How were they treated?", help_text="tick what applies, or nothing",
    )  # fmt: skip
    expectation = forms.ChoiceField(
        choices=Expectation.choices, required=False, widget=Picks(), label="What they expected, and what it does"
    )
    promise_kind = forms.ChoiceField(
        choices=KINDS, required=False, initial="call_back", widget=forms.Select(), label="kind"
    )
    promise_day = forms.CharField(required=False, max_length=30, label="day", initial="today")
    promise_from = forms.CharField(required=False, max_length=12, label="from")
    promise_to = forms.CharField(required=False, max_length=12, label="to")
    added = FilesField(required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].user = user  # type: ignore[attr-defined]
        if not self.is_bound and not self.initial.get("account"):
            self.fields["account"].widget.attrs["autofocus"] = True
        for name, size in (("promise_day", 10), ("promise_from", 5), ("promise_to", 5)):
            self.fields[name].widget.attrs.update(size=size, autocomplete="off")
        self.fields["promise_from"].widget.attrs["data-held"] = "Alt+KeyP"
        for name in ("caller", "caller_at"):  # what is being typed there outlives the answer about the account
            self.fields[name].widget.attrs.update({"autocomplete": "off", "hx-preserve": "true"})

    @property
    def more(self) -> bool:
        """Whether the folded part was used, so that it opens again."""
        return any(self[name].value() for name in ("product", "expectation")) or bool(self.errors.get("product"))

    @property
    def another_day(self) -> bool:
        """Whether the promise is for another day or of another kind, so that this is seen."""
        day, kind = self["promise_day"].value() or "today", self["promise_kind"].value() or "call_back"
        return (day, kind) != ("today", "call_back") or bool(self.errors.get("promise_day"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new_account") and self.has_error("account", "unknown"):
            del self.errors["account"]
            data["account"] = Account(name=self["account"].value().strip())
        if data.get("account"):
            self._who_calls(data, data["account"])
            self._when(data, data["account"].time_zone)
        return data

    def _who_calls(self, data: dict[str, Any], account: Account) -> None:
        """`contact` of the account, or `caller`: the facts of somebody new, unless they are called as one we know."""
        people = list(account.contacts.here()) if account.pk else []
        name, reached = data.get("caller", "").strip(), data.get("caller_at", "").strip()
        chosen = data.get("contact") or data.get("account_met")
        data["contact"] = next((one for one in people if str(one.pk) == chosen), None)
        if name or reached:
            same = [one for one in people if one.name.lower() == name.lower()]
            data["contact"] = same[0] if same else None
            data["caller"] = {"name": name, **self._read(reached)} if not same else None
            if not name:
                self.add_error("caller", "Whom do we reach there? Write their name.")
        else:
            data["caller"] = None
            if data["contact"] is None and chosen != "0":
                data["contact"] = account.contact if account.pk else None

    def _read(self, reached: str) -> dict[str, str]:
        if "@" not in reached:
            if reached and not phones.e164(reached):
                self.add_error("caller_at", "Write a number as 01632 960123, or an e-mail as jo@shop.example.")
            return {"phone": reached}
        try:
            validate_email(reached)
        except ValidationError:
            self.add_error("caller_at", "That is no e-mail address: write it as jo@shop.example.")
        return {"email": reached}

    def typed_window(self, account: Account | None) -> tuple[datetime, datetime] | None:
        """The promise as far as it is typed; None while it cannot be read."""
        day, begins, ends = (str(self[name].value() or "") for name in ("promise_day", "promise_from", "promise_to"))
        try:
            return window(day, begins, ends, account.time_zone if account else "", now()) if begins and ends else None
        except Unread:
            return None

    def _when(self, data: dict[str, Any], zone: str) -> None:
        begins, ends = data.get("promise_from", ""), data.get("promise_to", "")
        if begins or ends:
            try:
                data["window"] = window(data.get("promise_day", ""), begins, ends, zone, now())
            except Unread as unread:
                field = {"day": "promise_day", "opens": "promise_from", "closes": "promise_to"}[unread.field]
                self.add_error(field, unread.sentence)
