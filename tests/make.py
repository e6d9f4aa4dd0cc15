"""Short ways to the rows a test starts from; each goes through the verbs, as the product does."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate

from accounts.models import Account, Contact, User
from rca.lib.clock import now
from rca.models import Allowance, Cause, Complaint, FiveWhys, Fix, FixNote, Message, Promise, Telling, Why


def make_person(name: str, email: str, role: str, department: str = "") -> User:
    return User.objects.create(name=name, email=email, role=role, department=department, password="!")


def make_account(name: str = "Harbour Books", *, by: User, email: str = "", phone: str = "", **facts: Any) -> Account:
    account: Account = Account.objects.open(by=by, name=name, **facts)
    if email or phone:
        make_contact(account, by=by, email=email, phone=phone)
    return account


def make_contact(account: Account, *, by: User, name: str = "June Carver", **how: Any) -> Contact:
    return account.contacts.introduce(by=by, name=name, **how)


def make_complaint(
    account: Account, *, by: User, words: str = "You charged me twice.", at: datetime | None = None, **facts: Any
) -> Complaint:
    return Complaint.objects.log(by=by, account=account, words=words, at=at, **facts)


def make_promise(complaint: Complaint, *, by: User, hours: float = 2, **facts: Any) -> Promise:
    start = now() + timedelta(hours=hours)
    facts.setdefault("kind", "call_back")
    return Promise.objects.make(
        by=by, complaint=complaint, what="tell you what we found", window_from=start,
        window_until=start + timedelta(hours=1), **facts,
    )  # fmt: skip


def make_session(*, by: User, complaints: Iterable[Complaint] = (), problem: str = "", **facts: Any) -> FiveWhys:
    """A session that has begun, with no why in it yet."""
    problem = problem or "Why are the customers angry?"
    session: FiveWhys = FiveWhys.objects.plan(by=by, problem=problem, complaints=complaints, **facts)
    session.start(by=by)
    return session


# The seed's own chain: the book-price form, down to the sixth why.
BOOK_PRICE = [
    "They were overcharged for the book.",
    "The price form is incorrect.",
    "It is last year’s form, with last year’s prices.",
    "The new forms were not ordered.",
    "The old manager left before it was time to order them.",
    "The re-order date was kept in one diary.",
]


def make_chain(
    session: FiveWhys, *, by: User, answers: Sequence[str] = BOOK_PRICE, confirmed: bool = True
) -> list[Why]:
    """Whys asked and answered one below the other; the last one is a root that passes the stop test."""
    why = session.ask(by=by)
    chain: list[Why] = []
    for answer in answers:
        why = chain[-1].dig(by=by) if chain else why
        chain.append(why.reply(by=by, answer=answer, evidence="seen by all of us" if confirmed else ""))
    return chain


def make_allowance(person: User, *, by: User, amount: str = "100", days: int = 30) -> Allowance:
    today = localdate()
    return Allowance.objects.allow(
        by=by, person=person, amount=Decimal(amount), first=today, last=today + timedelta(days=days)
    )


def make_cause(*complaints: Complaint, by: User, title: str = "", why: Why | None = None, **facts: Any) -> Cause:
    """A root cause at the end of the seed's own chain; the accounts of the complaints are on its roster."""
    why = why or make_chain(make_session(by=by, complaints=complaints), by=by)[-1]
    facts = {"would_have_happened": False, "stays_away": True, "reads_back": True, **facts}
    return Cause.objects.mark_root(by=by, why=why, title=title or "The re-order date lived in one diary", **facts)


def make_fix(cause: Cause | None = None, *, by: User, owner: User | None = None, days: int = 3, **facts: Any) -> Fix:
    """A fix with a prediction that can be checked on the day it is due."""
    due = facts.pop("due", None) or localdate(facts.get("at") or now()) + timedelta(days=days)
    foreseen = {"measure": "price complaints a month", "falls_from": 4, "falls_to": 0, "check_on": due}
    facts = {"kind": "corrective", "title": "The date is on the stock card", **foreseen, **facts}
    return Fix.objects.propose(by=by, cause=cause, owner=owner or by, due=due, **facts)


def make_fixed(cause: Cause, *, by: User, owner: User, at: datetime | None = None) -> Fix:
    """A fix put in place by its owner and found effective by somebody else."""
    fix = make_fix(cause, by=by, owner=owner, days=0, at=at)
    fix.finish(by=owner, at=at)
    fix.verify(by=by, result="effective", evidence="No complaint since.", observed=Decimal(0), at=at)
    return fix


def make_told(cause: Cause, account: Account, *, by: User, at: datetime | None = None) -> Telling:
    """The row that says this account has been told."""
    row = cause.affected.get(account=account)
    return Telling.objects.create(affected=row, channel="phone", by=by, at=at or now())


NOTE = {
    "title": "We charged you the wrong price. Here is what we have put right.",
    "happened": "You were billed from last year’s price form, because the new forms had not been ordered.",
    "changed": "- We withdrew the old forms (done 3 March).",
    "how_we_know": "Every invoice since 1 January was checked.",
    "owed": "- Word on how it holds: by 2 April",
}


def make_note(cause: Cause, *, by: User, approved_by: User | None = None, **texts: str) -> FixNote:
    """A note in words that may be sent, approved when somebody is named for it."""
    note: FixNote = FixNote.objects.draft(by=by, cause=cause)
    note = note.amend(by=by, **{**NOTE, **texts})
    if approved_by:
        note.approve(by=approved_by)
    return note


def make_message(cause: Cause, account: Account, *, by: User, **how: Any) -> Message:
    """One account told with the approved note of its cause."""
    note = how.pop("note", None) or FixNote.objects.current(cause)
    return Message.objects.send(by=by, affected=cause.affected.get(account=account), note=note, **how)
