"""The ledger's hash chain: sealed a little later, gap-free, and whoever meddles with it is found out."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError

from accounts.audit.sealing import BEGINNING, link, seal, verify
from accounts.models import Account, Entry, Seal, User
from tests.make import make_account, make_complaint


@pytest.fixture
def entries(ada: User, harbour: Account) -> list[Entry]:
    for number in range(8):
        make_complaint(harbour, by=ada, words=f"Number {number}, “é”, £24.50 \U0001f4d8")
    return list(Entry.objects.order_by("id"))


@contextmanager
def past_the_guard() -> Iterator[None]:
    """What a superuser could do: the guard does not run for them, the chain still tells."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def test_every_entry_gets_the_next_number_and_the_digest_of_the_one_before_with_it(entries: list[Entry]) -> None:
    assert seal() == len(entries)
    seals = list(Seal.objects.order_by("number").select_related("entry"))
    assert [one.number for one in seals] == list(range(1, len(entries) + 1))
    digest = BEGINNING
    for one in seals:
        digest = link(digest, one.entry)
        assert one.digest == digest


def test_a_second_run_seals_only_what_is_new(entries: list[Entry], ada: User) -> None:
    seal()
    assert seal() == 0
    make_account("Globex", by=ada)
    assert seal() == 1 and verify().sealed == len(entries) + 1


def test_an_entry_that_was_committed_late_gets_a_later_number_and_leaves_no_hole(entries: list[Entry]) -> None:
    late = entries[2]
    with past_the_guard():  # as if its transaction had still been open when the others were sealed
        Entry.objects.filter(pk=late.pk).delete()
    seal()
    late.save(force_insert=True)
    assert seal() == 1 and not verify().fault
    assert Seal.objects.get(entry=late).number == len(entries)


def test_a_sound_ledger_is_proved_with_its_head(entries: list[Entry]) -> None:
    seal()
    proof = verify()
    assert (proof.sealed, proof.fault, proof.unsealed) == (len(entries), "", 0)
    assert proof.head == Seal.objects.order_by("-number")[0].digest


@pytest.mark.parametrize(
    "change",
    [
        {"words": "Number 3, “é”, £24.51 \U0001f4d8"},
        {"says": "Complaint taken by post."},
        {"after": {"channel": "post"}},
        {"about": ["C-1"]},
        {"door": "page"},
        {"ref": "C-99"},
    ],
)
def test_one_changed_byte_is_found_and_its_entry_named(entries: list[Entry], change: dict) -> None:
    seal()
    with past_the_guard():
        Entry.objects.filter(pk=entries[4].pk).update(**change)
    assert verify().fault.startswith(f"Seal 5 does not hold for entry {entries[4].pk} (")
    assert verify().sealed == 4


def test_an_entry_that_is_taken_out_is_found(entries: list[Entry]) -> None:
    seal()
    with past_the_guard():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM accounts_entry WHERE id = %s", [entries[3].pk])
        assert verify().fault == f"Entry {entries[3].pk}, which seal 4 was for, is gone."
        entries[3].save(force_insert=True)  # else the end of this test breaks the foreign key


def test_an_entry_taken_out_with_its_seal_leaves_a_hole_in_the_numbers(entries: list[Entry]) -> None:
    seal()
    with past_the_guard():
        Seal.objects.filter(number=4).delete()
    assert verify().fault == "Seal 4 is missing: the next one is 5."


def test_two_entries_that_change_places_are_found(entries: list[Entry]) -> None:
    seal()
    with past_the_guard(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_seal SET entry_id = -entry_id WHERE number IN (2, 3)")
        cursor.execute("UPDATE accounts_seal SET entry_id = %s WHERE number = 2", [entries[2].pk])
        cursor.execute("UPDATE accounts_seal SET entry_id = %s WHERE number = 3", [entries[1].pk])
    assert verify().fault.startswith("Seal 2 does not hold")


def test_a_chain_written_anew_is_found_by_a_digest_that_was_noted_elsewhere(entries: list[Entry]) -> None:
    seal()
    noted = verify().head
    assert not verify(noted=noted).fault
    with past_the_guard():
        Seal.objects.all().delete()
        Entry.objects.filter(pk=entries[4].pk).update(words="Never said.")
    seal()
    assert not verify().fault and "was written anew" in verify(noted=noted).fault


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_seal SET digest = ''", "DELETE FROM accounts_seal", "TRUNCATE accounts_seal",
     "UPDATE accounts_entry SET words = ''", "DELETE FROM accounts_entry", "TRUNCATE accounts_entry CASCADE"],
)  # fmt: skip
def test_the_database_refuses_every_change(entries: list[Entry], statement: str) -> None:
    seal()
    connection.check_constraints()  # else TRUNCATE stumbles over foreign keys that still wait to be checked
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what this test has written itself stands in no way then
        cursor.execute(statement)


def test_the_command_says_that_it_holds(entries: list[Entry]) -> None:
    out = StringIO()
    call_command("verify_ledger", "--seal", stdout=out)
    assert f"The ledger holds: {len(entries)} entries" in out.getvalue() and "Head: " in out.getvalue()


def test_the_command_fails_and_names_the_first_bad_entry(entries: list[Entry]) -> None:
    seal()
    with past_the_guard():
        Entry.objects.filter(pk=entries[4].pk).update(words="x")
    with pytest.raises(CommandError, match=rf"Seal 5 does not hold for entry {entries[4].pk}"):
        call_command("verify_ledger")
