"""Taking back one's newest act in a room: what one press did, as long as nobody has built on it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from accounts.audit.models import Entry, record
from accounts.people.models import User
from rca.lib.refused import Refused
from rca.whys.kept import ParkedIdea
from rca.whys.why import Why

if TYPE_CHECKING:
    from rca.whys.models import FiveWhys

UNDO_WITHIN = timedelta(hours=1)
LOOKED_AT = 80  # entries of the ledger, newest first: an hour in one room


class Undone(NamedTuple):
    """What it says afterwards, the why to go on with, and an answer that was taken out of it, to be said better."""

    says: str
    why: int | None = None
    words: str = ""


def newest_press(entries: Sequence[Entry], by: User, at: datetime) -> list[Entry]:
    """What this person did last and has not taken back, newest first. All that one press does has one moment: a why
    answered, perhaps shown, and the next one asked."""
    live = _standing(entries)
    mine = next((one for one in live if one.by_id == by.pk), None)
    if mine is None or at - mine.at > UNDO_WITHIN:
        return []
    press: list[Entry] = []
    for one in live[live.index(mine) :]:
        whys = {other.after.get("why") for other in [*press, one]}
        if one.by_id != by.pk or one.at != mine.at or len(whys) > 2:  # a why, and the one below it
            break
        press.append(one)
    return press


def take_back(session: "FiveWhys", *, by: User, at: datetime) -> Undone:
    """The whole of it, for a session that is held.

    1. Nothing of it has been touched by somebody else since. 2. Each act is turned round, the last one first; what
    was asked in the same press simply goes. 3. One entry says so, and names the entries that it takes back.
    """
    entries = list(Entry.objects.about([session.ref])[:LOOKED_AT])
    press = newest_press(entries, by, at)
    if not press:
        raise Refused("There is nothing of yours from the last hour to take back here.")
    if not {one.act for one in press} <= AFTER_THE_END:
        session.must_be_live("take something back")
    _untouched(session, press, entries)
    asked = {one.after["why"] for one in press if one.act == "asked"}
    says, words, why = [], "", None
    for one in press:
        if one.act != "asked" and one.after.get("why") in asked:
            continue
        says.append(TURNED[one.act](session, one))
        words = one.words if one.act == "answered" else words
        why = one.after.get("why") if one.act not in ("asked", "parked") else why
    record(by, "undone", session, says=" ".join(says), words=words, at=at,
           after={"entries": [one.pk for one in press], **({"why": why} if why else {})})  # fmt: skip
    return Undone(" ".join(says), why, words)


def _standing(entries: Sequence[Entry]) -> list[Entry]:
    gone = {pk for one in entries if one.act == "undone" for pk in one.after["entries"]}
    return [one for one in entries if one.act in TURNED and one.pk not in gone]


def _untouched(session: "FiveWhys", press: Sequence[Entry], entries: Sequence[Entry]) -> None:
    whys = {one.after.get("why") for one in press} - {None}
    for one in _standing(entries):
        if one == press[0]:
            return
        if one.after.get("why") in whys:
            raise Refused(f"{one.by.first_name} has gone on from there: “{one.says}” Talk it over, then put it right.",
                          steps=[(f"Back to {session.ref}", session.get_absolute_url())])  # fmt: skip


def _why(session: "FiveWhys", entry: Entry) -> Why:
    why: Why | None = session.whys.filter(pk=entry.after["why"]).first()
    if why is None:
        raise Refused("That question has been taken back already.")
    return why


def _asked(session: "FiveWhys", entry: Entry) -> str:
    why = _why(session, entry)
    _nothing_on(why)
    Why.objects.filter(pk=why.pk).delete()
    return f"Why {why.depth} is taken back."


def _answered(session: "FiveWhys", entry: Entry) -> str:
    why = _why(session, entry)
    _nothing_on(why)
    blank = {"answer": "", "said_by": "", "evidence": "", "nudge_kept": ""}
    why.swap(version=None, labels={}, state=Why.State.OPEN, **blank)
    return f"Why {why.depth} is a question again."


def _nothing_on(why: Why) -> None:
    """Refuses where a why below, a root or an action stands on this one."""
    below = why.children.order_by("-id").first()
    if below:
        raise Refused(f"Why {below.depth} stands on it: “{below}” Take that back first, or word the answer better.",
                      steps=[(f"Go to why {below.depth}", below.get_absolute_url())])  # fmt: skip
    if hasattr(why, "root"):
        raise Refused(f"R-{why.root.cause_id} stands on why {why.depth}: it is a root. Word the answer better instead.",
                      steps=[(f"Open R-{why.root.cause_id}", why.root.cause.get_absolute_url())])  # fmt: skip
    fix = why.fixes.first()
    if fix:
        raise Refused(f"{fix.ref} was taken on at why {why.depth}: word it better instead.",
                      steps=[(f"Open {fix.ref}", fix.get_absolute_url())])  # fmt: skip


def _as_before(says: str) -> Callable[["FiveWhys", Entry], str]:
    def turn(session: "FiveWhys", entry: Entry) -> str:
        why = _why(session, entry)
        why.swap(version=None, labels={}, **entry.before)
        return says.format(why.depth)

    return turn


def _parked(session: "FiveWhys", entry: Entry) -> str:
    idea: ParkedIdea | None = session.parked.filter(pk=entry.after["idea"]).first()
    if idea is None or idea.taken_up_at:
        raise Refused("Somebody has taken that idea up.")
    if idea.again.exists():
        raise Refused("That idea came up again in another session, and stands on this one.")
    ParkedIdea.objects.filter(pk=idea.pk).delete()
    return "The idea is no longer parked."


def _file_kept(session: "FiveWhys", entry: Entry) -> str:
    why = _why(session, entry)
    why.files.filter(digest=entry.after["sha256"]).delete()
    return f"“{entry.after['name']}” is off why {why.depth}."


TURNED: dict[str, Callable[[Any, Entry], str]] = {
    "asked": _asked,
    "answered": _answered,
    "confirmed": _as_before("Why {} is as it was before it was confirmed."),
    "struck": _as_before("Why {} stands again."),
    "restored": _as_before("Why {} is struck out again."),
    "amended": _as_before("Why {} is worded as before."),
    "kept": _as_before("The advice on why {} is given again."),
    "parked": _parked,
    "file_kept": _file_kept,
}
AFTER_THE_END = {"confirmed", "kept", "file_kept"}  # what may be done, and so taken back, when a session is over
