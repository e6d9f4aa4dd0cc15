"""How a session is planned: what is asked about, about which complaints, with whom and when."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from accounts.audit.models import record
from accounts.people.models import User
from rca.complaints.models import Complaint
from rca.lib.clock import now
from rca.lib.refused import Refused, once
from rca.lib.text import WORDS_LIMIT, clean
from rca.whys.inviting import invite
from rca.whys.listing import FiveWhysQuerySet

if TYPE_CHECKING:
    from rca.whys.models import FiveWhys

# Name, part, the colleague behind the name if there is one, and an address of a guest.
Guest = tuple[str, str, User | None] | tuple[str, str, User | None, str]


class FiveWhysManager(models.Manager["FiveWhys"].from_queryset(FiveWhysQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def plan(
        self,
        *,
        by: User,
        problem: str,
        complaints: Iterable[Complaint] = (),
        facilitator: User | None = None,
        participants: Iterable[Guest] = (),
        slot_from: datetime | None = None,
        slot_until: datetime | None = None,
        place: str = "",
        at: datetime | None = None,
        **facts: Any,
    ) -> "FiveWhys":
        """Sets a session down: what is asked about, about which complaints, with whom and when.

        `facts` are impact, source and external_id. Without a facilitator, whoever plans it leads it.
        """
        by.must("whys.plan")
        about = list(complaints)
        leader = facilitator or by
        must_be_plannable(clean(problem), about, leader, slot_from, slot_until)
        at = at or now()
        with once(f"{facts.get('external_id')} from {facts.get('source')} is here already."):
            session: FiveWhys = self.create(
                problem=clean(problem), facilitator=leader, slot_from=slot_from, slot_until=slot_until,
                place=clean(place)[:120], planned_by=by, planned_at=at, **facts,
            )  # fmt: skip
        record(by, "planned", session, says=f"Five Whys session planned, {leader.first_name} leads it.",
               words=session.problem, about=[*about, *(one.account for one in about)],
               after={"complaints": about, "from": slot_from, "place": place}, at=at)  # fmt: skip
        for complaint in about:
            session.attach(by=by, complaint=complaint, at=at)
        for name, part, person, *email in participants:
            session._admit(by, name, part, person, "".join(email), at)
        invite(session, by=by, at=at)
        return session


def must_be_plannable(
    problem: str, complaints: list[Complaint], leader: User, begins: datetime | None, ends: datetime | None
) -> None:
    if not problem:
        raise Refused("Say what the session is about, in the customers’ words.")
    if len(problem) > WORDS_LIMIT // 10:
        raise Refused(f"The problem is {len(problem):,} characters long; {WORDS_LIMIT // 10:,} is the most.")
    if begins and ends and ends <= begins:
        raise Refused("The session ends before it starts: turn the two times round.")
    if ends and not begins:
        raise Refused("Say when the session starts.")
    if not leader.may("whys.answer"):
        raise Refused(f"{leader.name} cannot lead a session: choose an agent or a lead.")
    if len({one.pk for one in complaints}) != len(complaints):
        raise Refused("One complaint is named twice.")
