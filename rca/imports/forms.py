"""The shapes of what is typed on the pages of files brought in."""

from collections.abc import Iterator
from typing import Any

from django import forms

from accounts.customers.contacts import Channel
from accounts.customers.fields import AccountField
from accounts.people.models import User
from rca.complaints.fields import ManyFiles as Several
from rca.complaints.vocabulary import Severity
from rca.imports.gathering import ASIDE, ROLES
from rca.imports.keeping import MOST_FILES, Handed
from rca.imports.models import Conflict, Doubt, Import
from rca.imports.presets import PRESETS
from rca.lib.refused import Refused

FIELDS = {
    "": "left out", "external_id": "their number", "account": "account", "account_ref": "their number of the account",
    "subject": "subject, above their words",
    "words": "their words", "received_at": "received at", "ended_at": "closed at", "state": "open or closed",
    "outcome": "how it ended", "channel": "channel", "product": "product", "severity": "severity",
    "remedy": "would put it right", "contact_name": "contact, name", "contact_email": "contact, e-mail",
    "contact_phone": "contact, telephone",
}  # fmt: skip
# The fields whose values may need telling, and ours.
VALUES = {"severity": Severity.values, "channel": Channel.values, "state": ["open", "closed"]}
ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 with a mark", "utf-16": "UTF-16", "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first", "cp1252": "Windows-1252 (Western)", "iso-8859-15": "ISO 8859-15 (Western)",
    "cp1250": "Windows-1250 (Central Europe)", "cp1251": "Windows-1251 (Cyrillic)", "mac-roman": "Mac Roman",
}  # fmt: skip
DELIMITERS = {",": "comma ,", ";": "semicolon ;", "\t": "tab", "|": "bar |"}
ORDERS = {"": "not said", "true": "day / month / year", "false": "month / day / year"}
ZONES = ["", "UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "America/Los_Angeles",
         "Asia/Tokyo", "Australia/Sydney"]  # fmt: skip


class ManyFiles(forms.FileField):
    """Several files at once, of any kind: what they are is for the worker to see."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=Several(), **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(ManyFiles, self).clean(one) for one in data or [None]]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(f"{len(files)} files at once; {MOST_FILES} is the most.")
        return files


class FileForm(forms.Form):
    file = ManyFiles(
        label="Drop files here, or choose them", max_length=300, allow_empty_file=True,
        error_messages={"required": "Choose the file first."},
    )  # fmt: skip

    def handed(self) -> Iterator[Handed]:
        return (Handed(one.name, one.chunks()) for one in self.cleaned_data["file"])


class RolesForm(forms.Form):
    """What each file is taken for; one field for each of them."""

    aside = forms.CharField(required=False, max_length=10)  # the button that leaves aside all without a place

    def __init__(self, *args: Any, batch: Import, **options: Any) -> None:
        super().__init__(*args, **options)
        self.batch = batch
        for number, one in enumerate(batch.files, 1):
            choices = [*([] if one["role"] else [("", "say what it is")]), *ROLES.items()]
            self.fields[f"file_{number}"] = forms.ChoiceField(
                label=f"{one['name']} is taken for", choices=choices, required=False, initial=one["role"]
            )

    def said(self) -> dict[str, str]:
        """Only what a person says otherwise than it was found."""
        found, rest = {}, ASIDE if self.cleaned_data["aside"] else ""
        for number, one in enumerate(self.batch.files, 1):
            said = self.cleaned_data[f"file_{number}"] or (one["role"] or rest)
            if said and said != one["role"]:
                found[str(number)] = said
        return found


class FormatForm(forms.Form):
    """How the file is written: what was found, and what a person says instead."""

    encoding = forms.ChoiceField(label="Letters", required=False)
    delimiter = forms.ChoiceField(label="Between columns", required=False)
    day_first = forms.ChoiceField(label="Dates", choices=list(ORDERS.items()), required=False)
    zone = forms.CharField(label="Clock", required=False, max_length=64)
    sheet = forms.CharField(label="Sheet", required=False, max_length=100)

    def __init__(self, *args: Any, batch: Import, **options: Any) -> None:
        here = batch.format
        said = {True: "true", False: "false"}.get(here.get("day_first"), "")
        options.setdefault("initial", {**here, "day_first": said})
        super().__init__(*args, **options)
        self.fields["encoding"].choices = _with(ENCODINGS, here.get("encoding", ""))  # type: ignore[attr-defined]
        self.fields["delimiter"].choices = _with(DELIMITERS, here.get("delimiter", ""))  # type: ignore[attr-defined]
        sheets = batch.found.get("sheets", [])
        if sheets:
            self.fields["sheet"] = forms.ChoiceField(label="Sheet", choices=[(one, one) for one in sheets])
        if here.get("kind") != "csv":
            del self.fields["encoding"], self.fields["delimiter"]
        if not sheets:
            del self.fields["sheet"]
        zones = dict.fromkeys([*ZONES, here.get("zone", "")])
        self.fields["zone"].widget = forms.Select(
            choices=[(name, name.replace("_", " ") or "the house’s own") for name in zones]
        )

    def said(self) -> dict[str, Any]:
        """As the file's format says it."""
        changes = dict(self.cleaned_data)
        changes["day_first"] = {"true": True, "false": False}.get(changes.get("day_first", ""))
        return changes


class ValuesField(forms.CharField):
    """Their values and ours, as “1=critical, 2=serious”."""

    def __init__(self, field: str, heading: str, values: dict[str, str]) -> None:
        self.known = VALUES[field]
        example = f"1={self.known[-1]}"
        initial = ", ".join(f"{theirs}={ours}" for theirs, ours in values.items())
        super().__init__(
            label=f"What the values of {heading} mean", required=False, max_length=2000, initial=initial,
            widget=forms.TextInput({"placeholder": example}),
        )  # fmt: skip

    def clean(self, value: Any) -> dict[str, str]:
        found = {}
        for pair in filter(None, (part.strip() for part in super().clean(value).split(","))):
            theirs, equals, ours = (part.strip() for part in pair.rpartition("="))
            if not equals or ours not in self.known:
                known = ", ".join(self.known)
                raise forms.ValidationError(f"“{pair[:40]}”: write theirs=ours, where ours is one of {known}.")
            found[theirs.casefold()] = ours
        return found


class ColumnsForm(forms.Form):
    """Where each column of the file goes; one field for each of them."""

    preset = forms.ChoiceField(label="Kind of file")
    source = forms.CharField(label="Whose numbers these are", max_length=40)
    doubts_go = forms.ChoiceField(label="A name in doubt", choices=Import.Doubts.choices)
    remember = forms.CharField(label="Remember these columns as", max_length=40, required=False)

    def __init__(self, *args: Any, batch: Import, **options: Any) -> None:
        fields = batch.mapping.get("fields", {})
        options.setdefault(
            "initial",
            {"preset": batch.preset, "source": batch.source, "doubts_go": batch.doubts_go,
             "remember": batch.found.get("known", "")},
        )  # fmt: skip
        super().__init__(*args, **options)
        self.batch = batch
        kinds = [(name, one.title) for name, one in PRESETS.items()]
        self.fields["preset"].choices = kinds  # type: ignore[attr-defined]
        for key, heading in batch.found.get("headings", []):
            self.fields[f"column_{key}"] = forms.ChoiceField(
                label=f"{heading} goes to", choices=list(FIELDS.items()), required=False, initial=fields.get(key, "")
            )

            if fields.get(key) in VALUES:
                self.fields[f"values_{key}"] = ValuesField(
                    fields[key], heading, batch.mapping.get("values", {}).get(key, {})
                )

    def mapping(self) -> dict[str, Any]:
        """Which column is which field, and which of its values is which of ours."""
        keys = [key for key, _ in self.batch.found.get("headings", [])]
        fields = {key: self.cleaned_data.get(f"column_{key}", "") for key in keys}
        said = {key: self.cleaned_data.get(f"values_{key}") for key in keys}
        kept = self.batch.mapping.get("values", {})
        values = {key: kept.get(key) if said[key] is None else said[key] for key in keys}
        return {"fields": fields, "values": {key: one for key, one in values.items() if one}}


class DecisionForm(forms.Form):
    doubt = forms.IntegerField(min_value=1)
    decision = forms.ChoiceField(choices=Doubt.Decision.choices)
    account = AccountField(required=False)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["account"].user = user  # type: ignore[attr-defined]


class SettlementForm(forms.Form):
    conflict = forms.IntegerField(min_value=1)
    keep = forms.ChoiceField(choices=Conflict.Keep.choices)


def check_values(mapping: dict[str, Any]) -> None:
    """Refuses values that the field of their column does not have."""
    for column, values in mapping["values"].items():
        known = VALUES.get(mapping["fields"].get(column, ""), [])
        for theirs, ours in values.items():
            if ours not in known:
                raise Refused(f"{column}: “{theirs}” cannot be {ours}; it is one of {', '.join(known) or 'none here'}.")


def _with(known: dict[str, str], here: str) -> list[tuple[str, str]]:
    """The usual ones, and the one that was found where it is none of them."""
    return list(({here: here} | known if here and here not in known else known).items())


def check_roles(batch: Import, roles: dict[str, str]) -> None:
    """Refuses numbers that no file of the import has."""
    for number in roles:
        if not (number.isdigit() and len(number) < 4 and 0 < int(number) <= len(batch.files)):
            raise Refused(
                f"{batch.ref} has no file {number[:20]}: its files are numbered from 1 to {len(batch.files)}."
            )
