"""The prediction that is written with a fix: what should fall, from what to what, and when somebody looks."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from rca.lib.refused import Refused
from rca.lib.said import day
from rca.lib.text import clean

PREDICTION = {"measure": "what should fall", "falls_from": "from", "falls_to": "to", "check_on": "checked on"}


def read_prediction(raw: Mapping[str, Any], due: date) -> dict[str, Any]:
    """The prediction as it is kept, or empty; refuses half of one, since nobody could check it."""
    unknown = [name for name in raw if name not in PREDICTION]
    if unknown:
        raise TypeError(f"{unknown[0]} is no part of a prediction")
    kept: dict[str, Any] = {"measure": clean(str(raw.get("measure") or "")), "check_on": raw.get("check_on")}
    kept |= {name: None if raw.get(name) is None else Decimal(raw[name]) for name in ("falls_from", "falls_to")}
    if not kept["measure"]:
        if any(value is not None for name, value in kept.items() if name != "measure"):
            raise Refused("Say what should fall: complaints a week, wrong invoices a month.")
        return kept
    if len(kept["measure"]) > 200:
        raise Refused("What should fall is too long: say it in 200 characters or fewer.")
    if kept["check_on"] is None:
        raise Refused("Say on which day somebody looks whether it fell.")
    if kept["check_on"] < due:
        raise Refused(f"On {day(kept['check_on'])} the fix is not yet due: look whether it fell after {day(due)}.")
    fro, to = kept["falls_from"], kept["falls_to"]
    if fro is not None and to is not None and to > fro:
        raise Refused(f"From {fro} to {to} is a rise: a fix makes something fall.")
    return kept
