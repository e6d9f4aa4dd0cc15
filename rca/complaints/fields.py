"""The field that takes files: several at once, each checked before anything is kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from rca.complaints.attachments import COUNT_LIMIT, LIMITS, checked
from rca.lib.refused import Refused


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Cleans to a list of uploads. `rca/static/js/files.js` also fills it by dropping and pasting."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", ManyFiles())
        options.setdefault("label", "Files")
        options.setdefault("help_text", LIMITS)
        options.setdefault("error_messages", {"required": "Choose a file first."})
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = [one for one in data or [] if one]
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > COUNT_LIMIT:
            raise ValidationError(f"{len(files)} files at once; {COUNT_LIMIT} is the most.")
        for one in files:
            try:
                checked(one.name or "", one.size or 0, one.read)
            except Refused as refused:
                raise ValidationError(refused.sentence) from refused
            one.seek(0)
        return files
