"""What one of us hears about a promise: that it is theirs now, and that its window comes near."""

from typing import TYPE_CHECKING

from accounts.people.notices import Notice
from rca.lib.text import first_line

if TYPE_CHECKING:
    from rca.promises.models import Handover, Promise


def reminder_key(promise: "Promise") -> str:
    """One reminder for each promise and the one who keeps it."""
    return f"promise-{promise.pk}-{promise.owner_id}"


def tell_of_handover(promise: "Promise", fact: "Handover") -> None:
    """Whoever did not do it themselves: the one who keeps it now, and the one who does not any more."""
    Notice.objects.seen(person=fact.from_person, key=f"promise-{promise.pk}-{fact.from_person_id}", at=fact.at)
    what, why = f"{promise.ref}, {promise.account.name}: {promise.says}", first_line(fact.reason)
    for person, says in ((fact.to_person, "You keep"), (fact.from_person, f"{fact.to_person.first_name} keeps")):
        if person.pk != fact.by_id:
            Notice.objects.give(person=person, key=f"handover-{fact.pk}", about=promise, at=fact.at,
                                says=f"{says} {what}. {why}")  # fmt: skip
