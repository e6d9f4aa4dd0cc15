from datetime import UTC, datetime, time

import pytest
import time_machine

from accounts.models import Account, Entry, User
from rca.causes.roster import with_complaints
from rca.lib.refused import Forbidden, Refused
from rca.models import Affected, Cause
from tests.make import make_account, make_cause, make_complaint, make_contact, make_fixed, make_told


@pytest.fixture
def cause(lin: User) -> Cause:
    return make_cause(by=lin)


@pytest.fixture
def row(cause: Cause, ada: User, harbour: Account) -> Affected:
    return cause.affect(by=ada, account=harbour, why="30 copies on invoice 58113")


def test_an_account_comes_on_the_roster_by_hand_with_how_it_was_hit(row: Affected, ada: User) -> None:
    assert (row.how, row.why, row.by) == ("hand", "30 copies on invoice 58113", ada)
    assert Entry.objects.get(act="affected").words == "30 copies on invoice 58113"


def test_it_comes_on_the_roster_once_and_never_without_a_reason(row: Affected, ada: User, harbour: Account) -> None:
    with pytest.raises(Refused, match="Harbour Books is on the roster of"):
        row.cause.affect(by=ada, account=harbour, why="again")
    with pytest.raises(Refused, match="Say how Globex was hit"):
        row.cause.affect(by=ada, account=make_account("Globex", by=ada), why="  ")


def test_a_viewer_may_not_add_an_account(cause: Cause, noor: User, harbour: Account) -> None:
    with pytest.raises(Forbidden, match="to add an affected account takes an agent"):
        cause.affect(by=noor, account=harbour, why="x")


def test_a_manager_waives_by_name_with_a_reason(row: Affected, vic: User) -> None:
    row.waive(by=vic, reason="Shop closed on 28 February.")
    assert not row.cause.affected.untold().exists() and row.cause.affected.waived().get() == row
    assert Entry.objects.get(act="waived").words == "Shop closed on 28 February."


def test_a_lead_may_not_waive(row: Affected, lin: User) -> None:
    with pytest.raises(Forbidden, match="to waive telling an account takes a manager"):
        row.waive(by=lin, reason="Shop closed.")


def test_waiving_needs_a_reason_and_happens_once(row: Affected, vic: User) -> None:
    with pytest.raises(Refused, match="Say why Harbour Books need not be told"):
        row.waive(by=vic, reason=" ")
    row.waive(by=vic, reason="Shop closed.")
    with pytest.raises(Refused, match="Harbour Books is waived already"):
        Affected.objects.get(pk=row.pk).waive(by=vic, reason="Shop closed.")


def test_whoever_was_told_is_not_waived(row: Affected, ada: User, vic: User, harbour: Account) -> None:
    make_told(row.cause, harbour, by=ada)
    with pytest.raises(Refused, match="has been told already"):
        Affected.objects.get(pk=row.pk).waive(by=vic, reason="x")


def test_a_waiver_is_taken_back(row: Affected, vic: User) -> None:
    row.waive(by=vic, reason="Shop closed.")
    row.unwaive(by=vic)
    assert row.cause.affected.untold().get() == row
    assert Entry.objects.get(act="unwaived").before == {"reason": "Shop closed."}
    with pytest.raises(Refused, match="is not waived"):
        row.unwaive(by=vic)


def test_an_account_that_was_not_hit_is_taken_off_with_a_reason(row: Affected, lin: User) -> None:
    with pytest.raises(Refused, match="Say why Harbour Books was not affected"):
        row.take_off(by=lin, reason="")
    row.take_off(by=lin, reason="They got the new form.")
    assert not Affected.objects.exists() and Entry.objects.get(act="taken_off").words == "They got the new form."


def test_an_account_that_complained_or_was_told_stays_on_the_roster(
    row: Affected, ada: User, lin: User, harbour: Account
) -> None:
    complaint = make_complaint(harbour, by=ada)
    row.cause.link(by=ada, complaint=complaint)
    with pytest.raises(Refused, match=f"complained of this in {complaint.ref}"):
        row.take_off(by=lin, reason="Not them.")
    row.cause.unlink(by=ada, complaint=complaint)
    make_told(row.cause, harbour, by=ada)
    with pytest.raises(Refused, match="has been written to about this"):
        Affected.objects.get(pk=row.pk).take_off(by=lin, reason="Not them.")


def test_a_closed_cause_keeps_its_roster_as_it_is(row: Affected, ada: User, lin: User, vic: User) -> None:
    row.waive(by=vic, reason="Shop closed.")
    make_fixed(row.cause, by=lin, owner=ada)
    row.cause.close(by=lin)
    with pytest.raises(Refused, match=f"{row.cause.ref} is closed: reopen it before you change its roster"):
        row.unwaive(by=vic)


def test_the_roster_reads_untold_first_then_told_then_waived(cause: Cause, ada: User, vic: User) -> None:
    accounts = [make_account(name, by=ada) for name in ("Told", "Waived", "Untold")]
    rows = [cause.affect(by=ada, account=account, why="x") for account in accounts]
    make_told(cause, accounts[0], by=ada)
    rows[1].waive(by=vic, reason="x")
    shown = with_complaints(cause.affected.for_roster())
    assert [(one.account.name, one.standing) for one in shown] == [
        ("Untold", "untold"), ("Told", "told"), ("Waived", "waived"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hour", "text", "open_now"),
    [(10, "open until 11:30", True), (8, "opens 9:00", False), (14, "opens 11 Mar 9:00", False)],
)
def test_a_row_says_when_they_may_be_reached(
    row: Affected, ada: User, harbour: Account, hour: int, text: str, open_now: bool
) -> None:
    contact = make_contact(harbour, by=ada, phone="01632 960123")
    with time_machine.travel(datetime(2026, 3, 10, hour, tzinfo=UTC), tick=False):
        contact.preference.ask(by=ada, channel="phone", days=[2, 3, 4], opens=time(9), closes=time(11, 30))
        slot = row.cause.affected.for_roster().get().slot
        assert slot and (slot.text, slot.open) == (text, open_now)


def test_nobody_is_reached_who_asked_us_not_to(row: Affected, ada: User, harbour: Account) -> None:
    make_contact(harbour, by=ada).preference.ask(by=ada, do_not_contact=True)
    assert row.cause.affected.for_roster().get().slot is None
