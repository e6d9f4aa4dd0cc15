"""The shapes that one's own page takes."""

from datetime import timedelta
from typing import Any

from django import forms

from accounts.people.roles import Role
from rca.lib.clock import now
from rca.lib.forms import Picks


class FeedForm(forms.Form):
    name = forms.CharField(
        max_length=80, label="Which calendar?", help_text="the one at work",
        error_messages={"required": "Say which calendar it is for, so that it can be told from the others."},
    )  # fmt: skip


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=80, label="What is it for?", help_text="order desk import",
        error_messages={"required": "Say what it is for, so that it can be told from the others when it must go."},
    )  # fmt: skip
    scope = forms.ChoiceField(
        choices=[("read", "only read"), ("read write", "read and write")],
        initial="read",
        widget=Picks(),
        label="It may",
    )
    days = forms.ChoiceField(
        choices=[("30", "30 days"), ("180", "half a year"), ("365", "a year"), ("", "until revoked")],
        required=False, initial="180", widget=Picks(), label="It ends after",
    )  # fmt: skip

    def issue(self) -> dict[str, Any]:
        """What the verb takes."""
        data = self.cleaned_data
        ends = now() + timedelta(days=int(data["days"])) if data["days"] else None
        return {"name": data["name"], "scopes": data["scope"].split(), "expires_at": ends}


class NameForm(forms.Form):
    name = forms.CharField(max_length=60, label="Call it", error_messages={"required": "Give the view a name."})


class ShareForm(forms.Form):
    role = forms.ChoiceField(
        choices=[(Role.VIEWER, "everybody"), (Role.AGENT, "agents and above"), (Role.LEAD, "leads and above"),
                 (Role.MANAGER, "managers and above")],
        initial=Role.AGENT, label="Share it with",
    )  # fmt: skip
