"""Short ways to the rows a test starts from; each goes through the verbs, as the product does."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Account, Contact, User
from rca.lib.clock import now
from rca.models import Complaint, Promise


def make_person(name: str, email: str, role: str, department: str = "") -> User:
    return User.objects.create(name=name, email=email, role=role, department=department, password="!")


def make_account(name: str = "Harbour Books", *, by: User, email: str = "", phone: str = "", **facts: Any) -> Account:
    account: Account = Account.objects.open(by=by, name=name, **facts)
    if email or phone:
        make_contact(account, by=by, email=email, phone=phone)
    return account


def make_contact(account: Account, *, by: User, name: str = "June Carver", **how: Any) -> Contact:
    return account.contacts.add(by=by, name=name, **how)


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
