"""Who is in a room just now and at which why, which of its states a screen shows, and where somebody goes on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection, models

from accounts.audit.models import Entry
from accounts.people.drafts import Draft
from accounts.people.models import User
from rca.lib.clock import now
from rca.lib.rows import HouseQuerySet, OneOf
from rca.whys.guests import Participant
from rca.whys.models import FiveWhys
from rca.whys.why import Why

AWAY = timedelta(seconds=15)  # without a beat somebody is no longer here
BEAT = timedelta(seconds=6)  # a beat that says nothing new is written this seldom
NEWS = 5  # acts that one announcement looks at


class PresenceManager(models.Manager["Presence"].from_queryset(HouseQuerySet["Presence"])):  # type: ignore[misc]
    def beat(
        self, *, by: User, session: int, why: int | None, doing: str, branch: str, at: datetime | None = None
    ) -> None:
        """Somebody is here, at that why. It is no act: the ledger hears nothing of it, and one row is written over."""
        told = {"session": session, "person": by.pk, "why": why, "doing": doing, "branch": branch, "at": at or now()}
        with connection.cursor() as cursor:
            cursor.execute(BEAT_SQL, told)


class Presence(models.Model):
    """The last place of one person in one room."""

    class Doing(models.TextChoices):
        WRITES = "writes", "writes"
        WORKS = "works", "is at work"
        LISTENS = "listens", "listens"

    session = models.ForeignKey(FiveWhys, models.CASCADE, related_name="present")
    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    why = models.ForeignKey(Why, models.SET_NULL, null=True, blank=True, related_name="+")
    branch = models.CharField(max_length=3, blank=True)  # the letter that the page gives to the branch it is on
    doing = OneOf(Doing, default=Doing.LISTENS)
    seen_at = models.DateTimeField()

    objects = PresenceManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.why_id}"


class Spot(NamedTuple):
    """Where one person is, or was last."""

    person: int
    name: str
    why: int | None
    depth: int | None
    state: str | None
    answered: datetime | None
    doing: str
    branch: str
    seen: datetime

    @property
    def said(self) -> str:
        """on branch C; writes at why 3; listens"""
        if self.doing == Presence.Doing.LISTENS or not self.depth:
            return "listens"
        place = f"on branch {self.branch}" if self.branch else f"at why {self.depth}"
        return f"writes {place}" if self.doing == Presence.Doing.WRITES else place


class Pulse(NamedTuple):
    """What one poll finds: how many acts the ledger holds about the room, who leads it, and who was ever in it."""

    revision: int
    facilitator: int
    spots: list[Spot]

    @property
    def here(self) -> list[Spot]:
        since = now() - AWAY
        return [one for one in self.spots if one.seen > since]

    @property
    def tag(self) -> str:
        """Changes with the room, or with who is where; never with a beat alone."""
        places = [(one.person, one.why, one.doing, one.branch) for one in self.here]
        return f'"{self.revision}-{sha256(repr(places).encode()).hexdigest()[:16]}"'

    def of(self, person: int) -> Spot | None:
        return next((one for one in self.spots if one.person == person), None)

    def needs_beat(self, person: int, why: int | None, doing: str, branch: str) -> bool:
        mine = self.of(person)
        return not mine or (mine.why, mine.doing, mine.branch) != (why, doing, branch) or mine.seen < now() - BEAT


def pulse(session: int, user: User) -> Pulse | None:
    """One query: the room's revision and its people. Every act stands in the ledger, so their number is a revision
    that no act can forget to raise; and unlike the newest number it does not care which transaction ends first."""
    if not user.may("read"):
        return None
    with connection.cursor() as cursor:
        cursor.execute(PULSE_SQL, {"session": session, "ref": f"{FiveWhys.LETTER}-{session}"})
        rows = cursor.fetchall()
    return Pulse(rows[0][0], rows[0][1], [Spot(*row[2:]) for row in rows if row[2]]) if rows else None


# By hand, since twenty open rooms ask eleven times a second: the ORM would take longer to write it than the database
# takes to answer it.
PULSE_SQL = """
    SELECT (SELECT count(*) FROM accounts_entry WHERE about @> ARRAY[%(ref)s]::varchar(24)[]), s.facilitator_id,
           p.person_id, u.name, p.why_id, w.depth, w.state, w.at, p.doing, p.branch, p.seen_at
    FROM rca_fivewhys s
    LEFT JOIN rca_presence p ON p.session_id = s.id
    LEFT JOIN accounts_user u ON u.id = p.person_id
    LEFT JOIN rca_why w ON w.id = p.why_id
    WHERE s.id = %(session)s ORDER BY u.name, p.person_id"""
BEAT_SQL = """
    INSERT INTO rca_presence (session_id, person_id, why_id, doing, branch, seen_at)
    VALUES (%(session)s, %(person)s, (SELECT id FROM rca_why WHERE id = %(why)s AND session_id = %(session)s),
            %(doing)s, %(branch)s, %(at)s)
    ON CONFLICT (session_id, person_id) DO UPDATE SET
        why_id = excluded.why_id, doing = excluded.doing, branch = excluded.branch, seen_at = excluded.seen_at"""


class Seat(NamedTuple):
    """One on the line of people: what the mark round the initials says, and the words under the name."""

    name: str
    first_name: str
    part: str  # lead, here, away, or nothing
    words: str


def seats(session: FiveWhys, beat: Pulse | None) -> list[Seat]:
    """Who leads, who is on the list, and whoever else has the room open."""
    here = {one.person: one for one in beat.here} if beat and session.state != session.State.CONCLUDED else {}
    return list(_seats(session, here))


def _seats(session: FiveWhys, here: dict[int, Spot]) -> Iterator[Seat]:
    lead, anybody = session.facilitator, bool(here)
    spot = here.pop(lead.pk, None)
    words = "facilitates" + (f", {spot.said}" if spot and spot.doing != Presence.Doing.LISTENS else "")
    yield Seat(lead.name, lead.first_name, "lead", words)
    for guest in session.participants.all():
        if guest.person_id != lead.pk:
            yield _seat(guest, here.pop(guest.person_id or 0, None), anybody)
    for spot in here.values():
        yield Seat(spot.name, spot.name.split(" ")[0], _ring(spot), spot.said)


def _seat(guest: Participant, spot: Spot | None, anybody: bool) -> Seat:
    """A guest by name has no screen to be seen by, so they are in the room unless they said that they cannot come."""
    if spot:
        return Seat(guest.name, guest.first_name, _ring(spot), spot.said)
    absent = guest.coming == Participant.Coming.NO
    away = absent or (anybody and guest.person_id is not None)
    state = "cannot come" if absent else "away" if away else "" if guest.part else "in the room"
    words = [guest.part, guest.words or state]
    return Seat(guest.name, guest.first_name, "away" if away else "", ", ".join(word for word in words if word))


def _ring(spot: Spot) -> str:
    return "" if spot.doing == Presence.Doing.LISTENS else "here"


def news(session: str, user: User, seen: int, revision: int) -> str:
    """What others did since this screen was drawn, in one short sentence for those who listen to the page."""
    entries = list(Entry.objects.about([session])[: min(revision - seen, NEWS)]) if 0 <= seen < revision else []
    others = [one for one in entries if one.by_id != user.pk]
    said = [f"{one.by.first_name}: {one.says}" for one in others if one.act != "asked"] or [
        f"{one.by.first_name}: {one.says}" for one in others
    ]
    return said[0] if said else ""


# What is typed and not sent


def draft_name(session: int, why: int | str) -> str:
    return f"why:{session}:{why}"


class Opened(NamedTuple):
    """What one person finds on coming in: the room's revision, where to go on, and what they typed and did not send,
    by the why it answers."""

    pulse: Pulse | None
    at: int | None
    drafts: dict[int, Draft]

    def shown(self, session: FiveWhys) -> dict[str, Any]:
        """What the page says of it."""
        revision = self.pulse.revision if self.pulse else 0
        return {"revision": revision, "at": self.at, "seats": seats(session, self.pulse)}


def opened(session: FiveWhys, user: User, at: int | None, *, shared: bool) -> Opened:
    """The revision is read before anything else of the room, so that a screen never claims to be newer than it is."""
    beat = pulse(session.pk, user)
    if shared or not session.is_live:
        return Opened(beat, at, {})
    waiting = Draft.objects.waiting(user, draft_name(session.pk, ""))[:20]
    drafts = {int(one.form.rpartition(":")[2]): one for one in reversed(waiting)}
    return Opened(beat, place(beat, drafts, user) if at is None else at, drafts)


def place(beat: Pulse | None, drafts: dict[int, Draft], user: User) -> int | None:
    """Where somebody goes on: at what they were writing; else where they were, unless others answered that since."""
    if drafts:
        return list(drafts)[-1]
    mine = beat.of(user.pk) if beat else None
    stands = mine and (mine.state == Why.State.OPEN or (mine.answered and mine.answered <= mine.seen))
    return mine.why if mine and stands else None
