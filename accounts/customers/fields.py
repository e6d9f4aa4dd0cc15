"""Fields that read as people write: an account by reference, name or other spelling; a time zone by its city."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from accounts.customers.models import Account
from accounts.people.models import User
from rca.lib.forms import Suggest, named
from rca.lib.refs import number


class AccountField(forms.CharField):
    """Cleans to an Account; set `user` before cleaning, since only accounts that person may see are found."""

    user: User | None = None
    NEW = "A-0"  # the reference of the suggestion “open a new account”
    default_error_messages = {
        "required": "Whose complaint is it? Type the first letters of the account.",
        "unknown": "No account is called that. Choose one of the suggestions, or open a new account.",
        "several": "Several accounts begin like that: choose one of the suggestions.",
    }

    def __init__(self, *, opens: bool = False, **options: Any) -> None:
        options.setdefault("widget", Suggest("customers:suggest", query="?opens" if opens else ""))
        options.setdefault("max_length", 200)
        super().__init__(**options)
        self.opens = opens

    def clean(self, value: Any) -> Any:
        """The account; where the field opens new ones and the person chose that, one that is not saved yet."""
        text = super().clean(value)
        if not text:
            return None
        assert self.user is not None
        accounts = Account.objects.visible_to(self.user)
        ref, name = named(text)
        if self.opens and ref == self.NEW and name != ref:
            return accounts.named(name) or Account(name=name)
        account = accounts.filter(pk=number("A", ref)).first() if ref.startswith("A-") else accounts.named(name)
        if account is None:
            found = list(accounts.matching(name)[:2])
            if len(found) == 2:
                raise forms.ValidationError(self.error_messages["several"])
            account = found[0] if found else None
        if account is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return account


class ZoneField(forms.CharField):
    """A time zone by its name or by its city alone: “new york” is America/New_York."""

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        wanted = text.replace(" ", "_").lower()
        zones = sorted(available_timezones())
        for name in (*(one for one in zones if one.lower() == wanted), *(
            one for one in zones if "/" in one and one.rsplit("/", 1)[1].lower() == wanted
        )):  # fmt: skip
            return name
        if text:
            raise forms.ValidationError(f"“{text[:40]}” is no time zone: write it as America/New_York, or New York.")
        return ""
