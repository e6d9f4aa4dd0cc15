"""The real file: 2,826 complaints about 389 companies, twice."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import Account, Entry, Touch, User
from rca.imports.importing import bring_in
from rca.models import Closure, Complaint, Import, Message

FILE = Path(__file__).parents[2].parent / "shared/data/cfpb/cfpb_2023_jan_aug_personal_loans.csv"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILE.exists(), reason=f"the shared data is absent: {FILE}"),
]


def test_the_real_file_gives_2826_complaints_and_389_accounts_and_the_same_again() -> None:
    importer = User.objects.system("importer")
    first = bring_in(FILE, "cfpb", by=importer)
    assert (first.created, first.refused, first.state) == (2826, 0, Import.State.DONE)
    again = bring_in(FILE, "cfpb", by=importer)
    assert (again.created, again.changed, again.unchanged, again.refused) == (0, 0, 2826, 0)
    assert Complaint.objects.count() == 2826 and Account.objects.count() == 389


def test_what_is_brought_in_keeps_its_times_starts_no_clock_and_writes_to_nobody() -> None:
    call_command("import_complaints", str(FILE), stdout=StringIO())
    assert not Complaint.objects.overdue().exists() and not Message.objects.exists()
    one = Complaint.objects.get(external_id="6731964")
    assert f"{one.received_at:%Y-%m-%d}" == "2023-03-22" and one.account.name == "American First Finance, Inc."
    assert one.words.startswith("This company 's offer was not clear.") and one.product == "Installment loan"
    assert one.closure.outcome == "Closed with monetary relief" and one.liaison is None
    assert Closure.objects.count() == Touch.objects.count() == 2826


def test_every_complaint_account_and_the_file_itself_are_in_the_ledger() -> None:
    batch = bring_in(FILE, "cfpb", by=User.objects.system("importer"))
    acts = {act: Entry.objects.filter(act=act, door="import").count() for act in ("logged", "opened", "imported")}
    assert acts == {"logged": 2826, "opened": 389, "imported": 1}
    one = Complaint.objects.get(external_id="6731964")
    entry = Entry.objects.about([one.account.ref]).filter(ref=one.ref).get()
    assert entry.at == one.received_at and entry.after["batch"] == batch.ref
