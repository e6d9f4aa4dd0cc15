"""From hand to hand: what is said before a customer is passed on, and who hears of it when it happens too often."""

from typing import TYPE_CHECKING

from accounts.people.models import User
from accounts.people.notices import Notice
from accounts.people.roles import Role
from rca.complaints.acts import Consultation, Handoff
from rca.lib.text import first_line, listed

if TYPE_CHECKING:
    from rca.complaints.models import Complaint

ALARM = 3  # passes of one customer, from which on those who lead are told


def warning(complaint: "Complaint", passes: int, user: User) -> str:
    """What whoever is about to pass this customer on should know first; nothing before the first time."""
    if passes < ALARM - 2:
        return ""
    if passes < ALARM - 1:
        return (
            "They have been passed on once already. This second pass makes them tell it all again; a third one is "
            "told to those who lead."
        )
    names = listed([one.first_name for one in leading(complaint, by=user)])
    told = f"{names} will be told" if names else "it will stand out on the page"
    return f"They have been passed on {_times(passes)} already. If you pass them on again, {told}."


def leading(complaint: "Complaint", by: User, before: User | None = None) -> list[User]:
    """Who leads where the customer has their one person, or had; where nobody does, the leads of the house."""
    people = User.objects.people().exclude(pk=by.pk)
    leads = people.filter(role__in=[Role.LEAD, Role.MANAGER])
    departments = {one.department for one in (by, complaint.liaison, before) if one} - {""}
    return list(leads.filter(department__in=departments)) or list(people.filter(role=Role.LEAD)) or list(leads)


def tell_of_pass(complaint: "Complaint", fact: Handoff, passes: int) -> None:
    """The new person hears that they have a customer; the second pass says that it is one, the third alerts."""
    what = f"{complaint.ref}, {complaint.account.name}"
    if fact.to_person_id != fact.by_id:
        again = f" This is the {_ordinal(passes)} pass: keep them." if passes > 1 else ""
        says = f"{fact.by.first_name} gave you {what}: {first_line(fact.reason)}{again}"
        Notice.objects.give(person=fact.to_person, key=f"handed-{fact.pk}", says=says, about=complaint, at=fact.at)
    if passes >= ALARM:
        for lead in leading(complaint, by=fact.by, before=fact.from_person):
            Notice.objects.give(person=lead, key=f"passes-{complaint.pk}-{passes}", about=complaint, at=fact.at,
                                says=f"{what} has been passed on {_times(passes)}, now to {fact.to_person.name}: "
                                     f"{first_line(fact.reason)}")  # fmt: skip


def tell_of_question(complaint: "Complaint", asked: Consultation) -> None:
    if asked.colleague_id != asked.asked_by_id:
        Notice.objects.give(person=asked.colleague, key=f"asked-{asked.pk}", about=complaint, at=asked.asked_at,
                            says=f"{asked.asked_by.first_name} asks you about {complaint.ref}, "
                                 f"{complaint.account.name}: {first_line(asked.question)}")  # fmt: skip


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")
