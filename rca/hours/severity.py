"""How badly it hurts: the four words that decide how soon somebody owns up to it."""

from django.db import models


class Severity(models.TextChoices):
    NUISANCE = "nuisance", "a nuisance"
    MINOR = "minor", "a small hurt"
    SERIOUS = "serious", "costs them"
    CRITICAL = "critical", "stops them"
