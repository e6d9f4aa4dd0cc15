"""References that people read out: C-1042 is complaint 1042, in addresses, on pages and in the API alike."""

import re
from functools import cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import get_script_prefix, get_urlconf, register_converter, reverse

from rca.lib.refused import Refused
from rca.lib.text import clean


class Referred(models.Model):
    """A row with a reference: the letter of its kind and its number."""

    LETTER: ClassVar[str]
    PAGE: ClassVar[str]  # the url name of its page, which takes the row's `pk`

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        before, behind = _around(self.PAGE, self.LETTER, get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF)
        return f"{before}{self.LETTER}-{self.pk}{behind}"

    @property
    def ref(self) -> str:
        return f"{self.LETTER}-{self.pk}"


@cache  # a page has many of these, and only their numbers differ
def _around(page: str, letter: str, prefix: str, urlconf: str) -> tuple[str, str]:
    """What stands before and behind a reference in the address of its page."""
    before, _, behind = reverse(page, urlconf, args=[0]).partition(f"{letter}-0")
    return before, behind


def number(letter: str, text: str) -> int:
    """C-1042, c1042 or 1042 to 1042; refuses anything else in a sentence."""
    match = re.fullmatch(rf"(?:{letter}-?)?([0-9]{{1,18}})", text.strip(), re.IGNORECASE)
    if not match:
        raise Refused(f"“{clean(text[:40])}” is no reference of this kind: it should look like {letter}-1042.")
    return int(match[1])


def _converter(letter: str) -> type:
    class Reference:
        regex = rf"[{letter}{letter.lower()}]-[0-9]{{1,18}}"

        def to_python(self, value: str) -> int:
            return int(value[2:])

        def to_url(self, value: Any) -> str:
            return f"{letter}-{int(value)}"

    return Reference


LETTERS = {
    "account": "A",
    "complaint": "C",
    "promise": "P",
    "whys": "W",
    "cause": "R",
    "fix": "F",
    "message": "M",
    "grant": "G",
    "cancellation": "X",
    "bulk": "B",
    "mail": "E",
    "import": "I",
}
for _name, _letter in LETTERS.items():
    register_converter(_converter(_letter), _name)
