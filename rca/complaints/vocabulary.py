"""The words a complaint is sorted by."""

from django.db import models

from rca.hours.severity import Severity


class Behaviour(models.TextChoices):
    RUDE = "rude", "rudely"
    PHONE = "phone", "badly on the phone"
    IGNORED = "ignored", "ignored"
    NOT_LISTENED = "not_listened", "not listened to"
    SHUFFLED = "shuffled", "shuffled about"
    NONE = "none", "none of these"  # asked and answered; an empty list is not said yet


class Expectation(models.TextChoices):
    CANNOT = "cannot", "the product cannot do it"
    DID_NOT_KNOW = "did_not_know", "they did not know how"
    OUR_FAULT = "our_fault", "our fault"
    UNKNOWN = "unknown", "not yet known"


__all__ = ["Behaviour", "Expectation", "Severity"]
