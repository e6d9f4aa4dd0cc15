"""Which language the house holds its sessions in. Another one is a module like english.py, and a line here."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from rca.whys.english import ENGLISH
from rca.whys.german import GERMAN
from rca.whys.language import Language

LANGUAGES = {language.code: language for language in (ENGLISH, GERMAN)}


def spoken() -> Language:
    """The language of WHYS_LANGUAGE."""
    if settings.WHYS_LANGUAGE not in LANGUAGES:
        known = ", ".join(sorted(LANGUAGES))
        raise ImproperlyConfigured(f"WHYS_LANGUAGE is “{settings.WHYS_LANGUAGE}”; sessions can be held in: {known}.")
    return LANGUAGES[settings.WHYS_LANGUAGE]
