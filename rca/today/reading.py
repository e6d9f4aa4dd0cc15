"""What was typed into the search box: words, and operators such as account:harbour, read into the list's filters."""

import re
from datetime import timedelta
from typing import NamedTuple

from django.utils.timezone import localdate

from accounts.models import Channel, User
from rca.complaints.filtering import SHOWN, ComplaintFilter
from rca.complaints.models import Complaint
from rca.lib.windows import Unread, read_past_day

# The operator as typed, and the filter of the complaint list that it stands for.
OPERATORS = {"account": "account", "cause": "cause", "with": "who", "is": "show", "status": "show", "since": "since",
             "until": "until", "before": "until", "hurts": "hurts", "by": "channel", "about": "product",
             "treated": "treated"}  # fmt: skip
IS = {"unowned": "to-own-up", "unsorted": "to-sort", "again": "told-again"}
HURTS = {"nuisance": "nuisance", "small": "minor", "minor": "minor", "costs": "serious", "serious": "serious",
         "stops": "critical", "critical": "critical"}  # fmt: skip
OPERATOR = re.compile(rf"(?<!\S)({'|'.join(OPERATORS)}):(\"[^\"]*\"|\S+)", re.IGNORECASE)


class Asked(NamedTuple):
    words: str
    filters: dict[str, str]  # as they stand in the address of the complaint list
    problems: list[str]  # operators that could not be read, each in a sentence


def read(text: str, user: User) -> Asked:
    """Takes the operators out; a word with a colon that is no operator stays a word."""
    filters: dict[str, str] = {}
    problems: list[str] = []
    for operator, value in OPERATOR.findall(text):
        name, typed = OPERATORS[operator.lower()], value.strip('"').strip()
        try:
            filters[name] = _value(operator.lower(), typed, user)
        except Unread as unread:
            problems.append(unread.sentence)
    checked = ComplaintFilter(filters, Complaint.objects.none()).form if filters else None
    for name, errors in ({} if checked is None or checked.is_valid() else checked.errors).items():
        problems.append(f"{name}: {errors[0]}")
        filters.pop(name, None)
    return Asked(re.sub(r"\s+", " ", OPERATOR.sub(" ", text)).strip(), filters, problems)


def _value(operator: str, typed: str, user: User) -> str:
    if operator == "with":
        return _person(typed)
    if operator in ("is", "status"):
        return _one_of(operator, IS.get(typed.lower(), typed.lower()), [*SHOWN, *IS])
    if operator == "hurts":
        return _one_of(operator, HURTS.get(typed.lower(), ""), list(HURTS))
    if operator == "by":
        return _one_of(operator, {"e-mail": "email", "mail": "email"}.get(typed.lower(), typed.lower()), Channel.values)
    if operator == "before":
        return (read_past_day(typed, localdate()) - timedelta(days=1)).isoformat()
    return typed


def _person(typed: str) -> str:
    if typed.lower() in ("me", "nobody"):
        return typed.lower()
    found = User.objects.people().filter(name__istartswith=typed).first()
    found = found or User.objects.people().filter(email__istartswith=typed).first()
    if found is None:
        raise Unread("with", f"There is nobody here called “{typed[:40]}”.")
    return str(found.pk)


def _one_of(operator: str, value: str, known: list[str]) -> str:
    if value not in known:
        raise Unread(operator, f"After {operator}: write one of {', '.join(known)}.")
    return value
