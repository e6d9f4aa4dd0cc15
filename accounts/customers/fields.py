"""A form field that takes an account as people name one: by reference, by name or by another spelling."""

from typing import Any

from django import forms

from accounts.customers.models import Account
from accounts.people.models import User
from rca.lib.forms import Suggest, named
from rca.lib.refs import number


class AccountField(forms.CharField):
    """Cleans to an Account; set `user` before cleaning, since only accounts that person may see are found."""

    user: User | None = None
    default_error_messages = {
        "required": "Whose complaint is it? Type the first letters of the account.",
        "unknown": "No account is called that. Choose one of the suggestions, or open a new account.",
        "several": "Several accounts begin like that: choose one of the suggestions.",
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", Suggest("customers:suggest"))
        options.setdefault("max_length", 200)
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        assert self.user is not None
        accounts = Account.objects.visible_to(self.user)
        ref, name = named(text)
        account = accounts.filter(pk=number("A", ref)).first() if ref.startswith("A-") else accounts.named(name)
        if account is None:
            found = list(accounts.matching(name)[:2])
            if len(found) == 2:
                raise forms.ValidationError(self.error_messages["several"])
            account = found[0] if found else None
        if account is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return account
