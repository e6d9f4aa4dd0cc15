"""What can be done to many complaints: each act by the verb of one, how it is said, and how it is taken back."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Model

from accounts.people.models import User
from rca.complaints.acts import Closure
from rca.complaints.models import Complaint
from rca.complaints.vocabulary import Behaviour, Severity
from rca.lib.refused import Refused
from rca.lib.text import clean, first_line

What = dict[str, Any]


class Doing(NamedTuple):
    ability: str
    says: Callable[[What], str]
    do: Callable[[Complaint, User, datetime, What], What]
    undo: Callable[[Complaint, User, datetime, What], What]


def _classify(complaint: Complaint, by: User, at: datetime, what: What) -> What:
    if complaint.state == Complaint.State.MERGED:
        complaint.must_be_open("sort")
    before = {name: getattr(complaint, name) for name, value in what.items() if getattr(complaint, name) != value}
    if not before:
        raise Refused(f"{complaint.ref} is sorted like that already.")
    complaint.amend(by=by, at=at, **what)
    return {"before": before, "after": {name: what[name] for name in before}}


def _unclassify(complaint: Complaint, by: User, at: datetime, row: What) -> What:
    if any(getattr(complaint, name) != value for name, value in row["after"].items()):
        raise Refused(f"{complaint.ref} was sorted differently since.")
    complaint.amend(by=by, at=at, **row["before"])
    return {}


def _hand(complaint: Complaint, by: User, at: datetime, what: What) -> What:
    return {"fact": complaint.hand_to(by=by, at=at, **what).pk}


def _unhand(complaint: Complaint, by: User, at: datetime, row: What) -> What:
    fact = complaint.handoffs.filter(pk=row["fact"]).first()
    if fact is None:
        raise Refused(f"{complaint.ref} was handed back since.")
    fact.take_back(by=by, at=at)
    return {}


def _link(complaint: Complaint, by: User, at: datetime, what: What) -> What:
    return {"fact": what["cause"].link(by=by, complaint=complaint, at=at).pk}


def _unlink(complaint: Complaint, by: User, at: datetime, row: What) -> What:
    fact = complaint.cause_links.filter(pk=row["fact"]).select_related("cause").first()
    if fact is None:
        raise Refused(f"{complaint.ref} was taken off the cause since.")
    fact.cause.unlink(by=by, complaint=complaint, at=at)
    return {}


def _close(complaint: Complaint, by: User, at: datetime, what: What) -> What:
    return {"fact": complaint.close(by=by, at=at, **what).pk}


def _unclose(complaint: Complaint, by: User, at: datetime, row: What) -> What:
    fact = Closure.objects.filter(pk=row["fact"]).first()
    if fact is None:
        raise Refused(f"{complaint.ref} was reopened since.")
    fact.take_back(by=by, at=at)
    return {}


def _sorted_as(what: What) -> str:
    if not what:
        raise Refused("Say how to sort them: how badly it hurts, about what, or how they were treated.")
    parts = [Severity(what["severity"]).label] if what.get("severity") else []
    parts += [f"about {what['product']}"] if what.get("product") else []
    parts += (
        ["treated " + ", ".join(Behaviour(one).label for one in what["behaviours"])] if what.get("behaviours") else []
    )
    return f"Sorted: {'; '.join(parts)}."


def _handed_to(what: What) -> str:
    if not clean(what["reason"]):
        raise Refused("Say why the customers get another person: they will have to tell it all again.")
    return f"Handed to {what['to'].name}: {first_line(what['reason'], 200).rstrip('.')}."


def _closed_with(what: What) -> str:
    if not clean(what["outcome"]):
        raise Refused("Say how it ended for the customers.")
    return f"Closed: {first_line(what['outcome'], 200).rstrip('.')}."


DOING = {
    "classify": Doing("complaints.edit", _sorted_as, _classify, _unclassify),
    "hand": Doing("complaints.hand", _handed_to, _hand, _unhand),
    "link": Doing("causes.link", lambda what: f"Linked to {what['cause'].ref}.", _link, _unlink),
    "close": Doing("complaints.close", _closed_with, _close, _unclose),
}


def kept(what: Mapping[str, Any]) -> What:
    """What the act is told, as it lies in the database until the worker does it: rows by their number."""
    return {name: value.pk if isinstance(value, Model) else value for name, value in what.items()}


def found(kept: Mapping[str, Any]) -> What:
    """The same with its rows again."""
    cause = Complaint._meta.get_field("cause_links").related_model._meta.get_field("cause").related_model
    rows: dict[str, Any] = {"to": User, "cause": cause}
    return {name: rows[name]._default_manager.get(pk=value) if name in rows else value for name, value in kept.items()}
