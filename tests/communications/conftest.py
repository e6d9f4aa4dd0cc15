"""One cause and three accounts: Harbour complained and wants e-mail, Tolland wants calls, Northgate said nothing."""

from datetime import time

import pytest

from accounts.models import Account, User
from rca.models import Cause, FixNote
from tests.conftest import the
from tests.make import make_account, make_cause, make_complaint, make_note


def known(account: Account, *, by: User, channel: str, **hours) -> Account:
    contact = account.contacts.get()
    contact.preference.ask(by=by, channel=channel, **hours)
    return account


@pytest.fixture(scope="module", autouse=True)
def stage(standing: None) -> None:
    """Eighty acts in the database, the same for every test here: they are done once for each module."""
    ada, lin = the("ada"), the("lin")
    harbour = make_account("Harbour Books", by=ada, email="june@harbourbooks.example", phone="01632 960201")
    known(harbour, by=ada, channel="email")
    tolland = make_account("Tolland Primary School", by=ada, phone="01632 960208")
    known(tolland, by=ada, channel="phone", opens=time(9), closes=time(11, 30), days=[2, 3, 4])
    northgate = make_account("Northgate Library", by=ada, email="books@northgate.example")
    said = "Your own website says £19.90, so why did I pay £24.50?"
    complaint = make_complaint(harbour, by=ada, words=said, contact=harbour.contacts.get())
    complaint.acknowledge(by=ada, words="You are right.", how="phone", our_mistake="yes")
    cause = make_cause(complaint, by=lin)
    cause.affect(by=ada, account=tolland, why="30 copies on invoice 58113")
    cause.affect(by=ada, account=northgate, why="Sam Wells saw it")


@pytest.fixture
def harbour(db: None) -> Account:
    return Account.objects.get(name="Harbour Books")


@pytest.fixture
def tolland(db: None) -> Account:
    return Account.objects.get(name="Tolland Primary School")


@pytest.fixture
def northgate(db: None) -> Account:
    return Account.objects.get(name="Northgate Library")


@pytest.fixture
def cause(db: None) -> Cause:
    return Cause.objects.get()


@pytest.fixture
def note(cause: Cause, ada: User, lin: User) -> FixNote:
    return make_note(cause, by=ada, approved_by=lin)
