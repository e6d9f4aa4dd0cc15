"""Telephone numbers as the network knows them: E.164."""

import phonenumbers
from django.conf import settings


def e164(text: str) -> str:
    """+441632960114 for 01632 960 114 in the house's region; "" for what is no possible number."""
    try:
        number = phonenumbers.parse(text, settings.HOUSE_REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spoken(number: str) -> str:
    """The number as people of the house's region write it."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    here = parsed.country_code == phonenumbers.country_code_for_region(settings.HOUSE_REGION)
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, form.NATIONAL if here else form.INTERNATIONAL)


def beginning(digits: str) -> str:
    """How a kept number begins whose national digits begin like this: +44163 for 163 in the house's region."""
    return f"+{phonenumbers.country_code_for_region(settings.HOUSE_REGION)}{digits}"
