"""One cause and three accounts: Harbour complained and wants e-mail, Tolland wants calls, Northgate said nothing."""

from datetime import time

import pytest

from accounts.models import Account, User
from rca.models import Cause, FixNote
from tests.make import make_account, make_cause, make_complaint, make_note


def known(account: Account, *, by: User, channel: str, **hours) -> Account:
    contact = account.contacts.get()
    contact.preference.ask(by=by, channel=channel, **hours)
    return account


@pytest.fixture
def harbour(ada: User) -> Account:
    account = make_account("Harbour Books", by=ada, email="june@harbourbooks.example", phone="01632 960201")
    return known(account, by=ada, channel="email")


@pytest.fixture
def tolland(ada: User) -> Account:
    account = make_account("Tolland Primary School", by=ada, phone="01632 960208")
    return known(account, by=ada, channel="phone", opens=time(9), closes=time(11, 30), days=[2, 3, 4])


@pytest.fixture
def northgate(ada: User) -> Account:
    return make_account("Northgate Library", by=ada, email="books@northgate.example")


@pytest.fixture
def cause(ada: User, lin: User, harbour: Account, tolland: Account, northgate: Account) -> Cause:
    said = "Your own website says £19.90, so why did I pay £24.50?"
    complaint = make_complaint(harbour, by=ada, words=said, contact=harbour.contacts.get())
    complaint.acknowledge(by=ada, words="You are right.", how="phone", our_mistake="yes")
    cause = make_cause(complaint, by=lin)
    cause.affect(by=ada, account=tolland, why="30 copies on invoice 58113")
    cause.affect(by=ada, account=northgate, why="Sam Wells saw it")
    return cause


@pytest.fixture
def note(cause: Cause, ada: User, lin: User) -> FixNote:
    return make_note(cause, by=ada, approved_by=lin)
