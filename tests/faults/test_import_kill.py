"""An import that is killed (R7): real processes, kill -9 at rows taken at random, then on to the end; again; undone.

5,000 rows end as an unbroken run ends: nothing twice, nothing lost, no mail; the same file again changes nothing, and
taking it out again leaves no row behind.
"""

import random
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Account, Contact, Entry, Touch, User
from rca.imports.importing import bring_in as here
from rca.imports.importing import take_out
from rca.models import Closure, Complaint, Import, Message, Opened, RefusedRow
from tests.faults.importer import bring_in
from tests.imports.files import row, write

ROWS = 5_000
KILLS = 10
ROUNDS = [pytest.param(1, id="once"), *(pytest.param(n, id=f"again{n}", marks=pytest.mark.slow) for n in range(2, 11))]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = []
    for n in range(ROWS):
        cells = {"company": f"Company {n % 333}", "words": f"You charged me {n} times."}
        if n % 500 == 77:
            cells["date"] = "never"
        if n % 3 == 0:
            cells["response"] = "In progress"
        rows.append(row(n, **cells))
    return write(tmp_path, *rows)


def state() -> dict[str, Any]:
    """All that an import leaves behind, apart from numbers that the database gave out."""
    batch = Import.objects.get()
    complaints = Complaint.objects.order_by("external_id").values_list(
        "external_id", "account__name", "words", "channel", "received_at", "product", "state", "closure__outcome",
        "closure__at", "acknowledge_by", "liaison",
    )  # fmt: skip
    return {
        "complaints": list(complaints),
        "accounts": sorted(Account.objects.values_list("name", "source", "opened_at")),
        "refused": list(RefusedRow.objects.order_by("row").values_list("row", "column", "value", "why", "raw")),
        "counts": [batch.state, batch.rows, batch.created, batch.changed, batch.unchanged, batch.refused, batch.cursor],
        "touches": Touch.objects.count(),
        "entries": sorted(Entry.objects.exclude(act="opened").values_list("act", "at", "words").filter(act="logged")),
        "opened": Entry.objects.filter(act="opened").count(),
        "mails": Message.objects.count(),
    }


def wipe(batch: Import, importer: User) -> None:
    take_out(batch, by=importer)
    left = (Complaint, Account, Touch, Closure, Contact)
    assert [model.objects.count() for model in left] == [0] * len(left)
    assert not Opened.objects.filter(account=None, contact=None).exists()


@pytest.mark.parametrize("round_", ROUNDS)
def test_killed_at_ten_rows_it_ends_as_an_unbroken_run_does_and_undoing_leaves_nothing(file: Path, round_: int) -> None:
    dice = random.Random(round_)
    broken = sum(not bring_in(file, killed_at=dice.randint(1, ROWS // KILLS)) for _ in range(KILLS))
    assert broken >= KILLS - 1
    while not bring_in(file):
        pass
    killed = state()
    assert killed["counts"] == ["done", ROWS, ROWS - 10, 0, 0, 10, ROWS] and killed["mails"] == 0
    importer = User.objects.system("importer")
    entries = Entry.objects.exclude(act="imported").count()
    again = here(file, "cfpb", by=importer)
    assert (again.created, again.changed, again.unchanged) == (0, 0, ROWS - 10)
    assert Entry.objects.exclude(act="imported").count() == entries
    again.delete()
    wipe(Import.objects.get(), importer)
    Import.objects.all().delete()
    before = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert here(file, "cfpb", by=importer).created == ROWS - 10
    unbroken = state()
    unbroken["entries"] = sorted(Entry.objects.filter(pk__gt=before, act="logged").values_list("act", "at", "words"))
    unbroken["opened"] = Entry.objects.filter(pk__gt=before, act="opened").count()
    assert killed == unbroken


def test_pages_with_people_and_comments_beside_them_end_so_too_wherever_it_is_killed(tmp_path: Path) -> None:
    rows, wrong, dice, importer = 600, 7, random.Random(7), User.objects.system("importer")
    head = "id,requester_id,submitter_id,organization_id,status,created_at,subject,description,via_channel\n"
    files = {
        f"tickets-{page}.csv": head + "".join(
            f"{n},{n % 50},{n % 50},,open,{'never' if n % 97 == 5 else '2021-03-04 09:12:00'},,,web\n"
            for n in range(page * 200, page * 200 + 200)
        )
        for page in range(3)
    }  # fmt: skip
    files["users.csv"] = "id,name,email\n" + "".join(f"{n},Person {n},p{n}@oak.example\n" for n in range(50))
    files["comments.csv"] = "id,ticket_id,body,public,created\n" + "".join(
        f"{n},{n},It was late {n} times.,TRUE,2021-03-04\n" for n in range(rows)
    )
    paths = [tmp_path / name for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text)
    kills = [bring_in(*paths, killed_at=dice.randint(1, 220), chunk=30, preset="") for _ in range(4)]
    assert kills.count(False) >= 3
    while not bring_in(*reversed(paths), chunk=30, preset=""):
        pass
    killed, batch = state(), Import.objects.get()
    assert killed["counts"] == ["done", rows, rows - wrong, 0, 0, wrong, rows]
    assert batch.pages == 3 and RefusedRow.objects.order_by("file").values("file").distinct().count() == 3
    assert here(paths, by=importer).unchanged == rows - wrong
    Import.objects.exclude(pk=batch.pk).delete()
    wipe(batch, importer)
    Import.objects.all().delete()
    entries = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    here(paths, by=importer)
    unbroken = state()
    unbroken["entries"] = sorted(Entry.objects.filter(pk__gt=entries, act="logged").values_list("act", "at", "words"))
    unbroken["opened"] = Entry.objects.filter(pk__gt=entries, act="opened").count()
    assert killed == unbroken
