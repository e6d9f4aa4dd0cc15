"""Short ways to tell the story; each is the verb that a person would use, at the time they would have used it."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Account, User
from rca.models import Cause, Complaint, FiveWhys, Fix, FixNote, Message, Promise, Telling, Why
from seeds.house import numbered


def complaint(
    number: int,
    account: Account,
    words: str,
    *,
    at: datetime,
    by: User,
    channel: str = "phone",
    owned: float | None = None,
    said: str = "You are right, and I am sorry. I will find out why and ring you.",
    mistake: str = "yes",
    closed: str = "",
    **facts: Any,
) -> Complaint:
    """A complaint, owned up to `owned` hours later when given, and closed the day after when `closed` says how."""
    with numbered(Complaint, number):
        row: Complaint = Complaint.objects.log(
            by=by, account=account, contact=account.contact, words=words, channel=channel, at=at, **facts
        )
    if owned is not None:
        how = "phone" if channel in ("phone", "person") else channel
        row.acknowledge(by=by, words=said, how=how, our_mistake=mistake, at=at + timedelta(hours=owned))
    if closed:
        row.close(by=by, outcome=closed, at=at + timedelta(hours=(owned or 0) + 20))
    return row


def promise(
    number: int, about: Complaint, *, kind: str, what: str, begins: datetime, ends: datetime, by: User, at: datetime
) -> Promise:
    with numbered(Promise, number):
        return Promise.objects.make(
            by=by, complaint=about, kind=kind, what=what, window_from=begins, window_until=ends, at=at
        )


def session(
    number: int,
    problem: str,
    complaints: list[Complaint],
    *,
    by: User,
    at: datetime,
    people: list[tuple[str, str, User | None]],
    minutes: int = 45,
    place: str = "room 2",
    start: bool = True,
) -> FiveWhys:
    with numbered(FiveWhys, number):
        row: FiveWhys = FiveWhys.objects.plan(
            by=by,
            problem=problem,
            complaints=complaints,
            facilitator=by,
            participants=people,
            place=place,
            slot_from=at,
            slot_until=at + timedelta(minutes=minutes),
            at=at - timedelta(days=1),
        )
    if start:
        row.start(by=by, at=at)
    return row


def dig(
    row: FiveWhys,
    steps: list[tuple[str, str, str, str]],
    *,
    by: User,
    at: datetime,
    under: Why | None = None,
    trunk: str = "occurrence",
) -> list[Why]:
    """A run of whys below `under`: question, answer, who said it, evidence ("" leaves it only stated)."""
    found: list[Why] = []
    parent = under
    for number, (question, answer, said_by, evidence) in enumerate(steps):
        moment = at + timedelta(minutes=3 * number)
        why = row.ask(by=by, question=question, parent=parent, trunk=trunk, at=moment)
        why.reply(by=by, answer=answer, said_by=said_by, at=moment + timedelta(minutes=1))
        if evidence:
            why.confirm(by=by, evidence=evidence, at=moment + timedelta(minutes=2))
        found.append(why)
        parent = why
    return found


def root(number: int, why: Why, title: str, *, by: User, at: datetime, family: str, **facts: Any) -> Cause:
    """The stop test passed, and the cause it found."""
    facts = {"would_have_happened": False, "stays_away": True, "reads_back": True, **facts}
    with numbered(Cause, number):
        return Cause.objects.mark_root(by=by, why=why, title=title, family=family, at=at, **facts)


def fix(number: int, title: str, *, by: User, at: datetime, owner: User, kind: str, due: Any, **facts: Any) -> Fix:
    with numbered(Fix, number):
        return Fix.objects.propose(by=by, kind=kind, title=title, owner=owner, due=due, at=at, **facts)


def say(cause: Cause, text: str, *, by: User, approved_by: User, at: datetime) -> None:
    """What anyone may say now, and who answers for it."""
    cause.draft_line(by=by, text=text, at=at).approve(by=approved_by, at=at + timedelta(hours=1))


def note(cause: Cause, *, by: User, approved_by: User, at: datetime, **texts: Any) -> FixNote:
    draft = FixNote.objects.draft(by=by, cause=cause, at=at)
    draft = draft.amend(by=by, at=at, **texts)
    draft.approve(by=approved_by, at=at + timedelta(hours=1))
    return draft


def told(
    cause: Cause,
    account: Account,
    *,
    by: User,
    at: datetime,
    channel: str,
    words: str = "",
    letter: FixNote | None = None,
) -> None:
    """The account heard of the fix: by mail as the outbox would have sent it, or from a person."""
    affected = cause.affected.get(account=account)
    Telling.objects.tell(by=by, affected=affected, channel=channel, words=words, contact=account.contact, at=at)
    if letter is not None:
        Message.objects.filter(affected=affected).update(note=letter)
