"""The shapes that promises take on the page: a window in plain words, and how a promise ended."""

from typing import Any

from django import forms

from accounts.customers.fields import AccountField
from accounts.customers.models import Account
from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.forms import Picks, Words
from rca.lib.text import WORDS_LIMIT
from rca.lib.windows import Unread, window
from rca.promises.models import Promise


class PromiseForm(forms.Form):
    """What, and between when and when, by the customer's clock. `from` is no name in Python, so fields are by key."""

    kind = forms.ChoiceField(choices=Promise.Kind.choices, initial="call_back", widget=Picks(), label="We will")
    what = forms.CharField(required=False, max_length=400, label="What exactly?", help_text="optional")
    day = forms.CharField(required=False, max_length=30, initial="today", label="Day")

    def __init__(self, *args: Any, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["from"] = forms.CharField(
            max_length=12, label="From",
            error_messages={"required": "Say from when: a promise has a window."},
        )  # fmt: skip
        self.fields["to"] = forms.CharField(
            max_length=12, label="To", error_messages={"required": "Say until when: a promise has a window."}
        )
        for name in ("day", "from", "to"):
            self.fields[name].widget.attrs.update(size=10 if name == "day" else 5, autocomplete="off")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        account = data.get("account") or self.account
        if account and "from" in data and "to" in data:
            try:
                data["window"] = window(data.get("day", ""), data["from"], data["to"], account.time_zone, now())
            except Unread as unread:
                self.add_error({"day": "day", "opens": "from", "closes": "to"}[unread.field], unread.sentence)
        return data

    def promise(self) -> dict[str, Any]:
        """What the verb takes."""
        data = self.cleaned_data
        begins, ends = data["window"]
        return {"kind": data["kind"], "what": data["what"], "window_from": begins, "window_until": ends}


class NewForm(PromiseForm):
    """The same to an account that has not complained."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = AccountField(label="To whom?", help_text="first letters, or the number they ring from")
        field.user = user
        field.error_messages["required"] = "To whom? Type the first letters of the account."
        self.fields["account"] = field
        self.order_fields(["account"])


class HandoverForm(forms.Form):
    to = forms.ModelChoiceField(queryset=User.objects.none(), label="Who keeps it?")
    reason = forms.CharField(
        max_length=2000, label="Why", error_messages={"required": "Say why somebody else keeps it."}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = User.objects.people()  # type: ignore[attr-defined]


class KeepingForm(forms.Form):
    words = forms.CharField(
        required=False, max_length=WORDS_LIMIT, widget=Words({"rows": 2}), label="How it went", help_text="optional"
    )


class BreakingForm(forms.Form):
    words = forms.CharField(
        max_length=WORDS_LIMIT, widget=Words({"rows": 2}), label="Why was it not kept?",
        error_messages={"required": "Say why the promise was not kept."},
    )  # fmt: skip


class ReleaseForm(forms.Form):
    words = forms.CharField(
        max_length=WORDS_LIMIT, widget=Words({"rows": 2}), label="What they said",
        error_messages={"required": "Only the customer can release us: write down what they said."},
    )  # fmt: skip
