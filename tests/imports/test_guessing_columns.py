"""Which column of any file is which field, and how sure that is."""

from pathlib import Path

import pytest

from rca.imports.guessing import columns_of, guess
from rca.imports.presets import PRESETS, Columns, check, recognise
from rca.lib.refused import Refused
from tests.imports.reads import csv_of, taken

OLD_DESK = (
    "Ticket ID;Cust;Cust email;Created;Description;Channel;Prio;Closed;Status;Agent ext;Survey\n"
    "100234;Harbour Books;june@harbour.example;04/03/2021 09:12;Invoice 1 is wrong;PHONE;2;06/03/2021;Closed;114;5\n"
    "100235;Globex UK;ap@globex.example;04/03/2021 11:40;No delivery Tuesday;EMAIL;3;;Open;114;\n"
    "100241;Pollards;;25/03/2021 08:55;Who is my contact now?;PHONE;2;29/03/2021;Closed;118;5\n"
)  # fmt: skip


def test_the_columns_of_an_old_desk_are_guessed_with_a_reason_each(tmp_path: Path) -> None:
    source = csv_of(tmp_path, OLD_DESK, "cp1252")
    assert recognise(source) == ("any", "Its columns are those of no kind we know: say which is which.")
    found = {source.headings[column]: (one.field, one.sure, one.why) for column, one in guess(source).items()}
    assert found == {
        "Ticket ID": ("external_id", True, "unique in all 3"),
        "Cust": ("account", True, "by its heading"),
        "Cust email": ("contact_email", True, "every value that is there is an address"),
        "Created": ("received_at", True, "dates"),
        "Description": ("words", True, "longest text"),
        "Channel": ("channel", True, "2 values, all known"),
        "Prio": ("severity", False, "2 values: numbers; say which is which"),
        "Closed": ("ended_at", True, "dates, empty in 1"),
        "Status": ("state", True, "2 values, all known"),
        "Agent ext": ("", False, "No such thing here."),
        "Survey": ("", False, "It looks like a score; kept with the raw row."),
    }


def test_a_guess_can_be_used_as_it_is_and_its_values_put_right(tmp_path: Path) -> None:
    source = csv_of(tmp_path, OLD_DESK)
    rows, refused = taken(source)
    assert not refused and [one.severity for one in rows] == ["serious", "minor", "serious"]
    assert [bool(one.outcome) for one in rows] == [True, False, True]
    mapping = columns_of(guess(source))
    right = Columns(mapping.fields, {**mapping.values, "prio": {"2": "nuisance", "3": "critical"}})
    assert [one.severity for one in taken(source, right)[0]] == ["nuisance", "critical", "nuisance"]


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        ("Vorgangsnummer;Kunde;Erstellt am;Beschreibung;Kanal;Priorität;Status",
         ["external_id", "account", "received_at", "words", "channel", "severity", "state"]),
        ("Numéro;Société;Date de création;Réclamation;Canal;Priorité;Statut",
         ["external_id", "account", "received_at", "words", "channel", "severity", "state"]),
        ("Número;Cliente;Fecha;Queja;Canal;Prioridad;Estado",
         ["external_id", "account", "received_at", "words", "channel", "severity", "state"]),
        ("Zaaknummer;Klant;Ontvangen;Klacht;Kanaal;Prioriteit;Status",
         ["external_id", "account", "received_at", "words", "channel", "severity", "state"]),
        ("CaseNumber;AccountName;CreatedOn;Message;Source;Urgency;Stage",
         ["external_id", "account", "received_at", "words", "channel", "severity", "state"]),
    ],
    ids=["German", "French", "Spanish", "Dutch", "camel case"],
)  # fmt: skip
def test_headings_are_known_in_several_languages(tmp_path: Path, headings: str, fields: list[str]) -> None:
    rows = "".join(
        f"{n};Firma {n % 2};{10 + n}.03.2021;Die Rechnung ist falsch, zum {n}. Mal;Telefon;hoch;offen\n"
        for n in range(9)
    )
    source = csv_of(tmp_path, f"{headings}\n{rows}")
    found = guess(source)
    assert [one.field for one in found.values()] == fields
    assert [one.received_at.day for one in taken(source)[0]] == list(range(10, 19))


def test_a_heading_that_the_values_speak_against_is_not_believed(tmp_path: Path) -> None:
    source = csv_of(
        tmp_path, "id,company,created,text,email\n1,Acme,never,It broke on the way to us,none\n1,Acme,soon,Late,x\n"
    )
    found = guess(source)
    assert found["created"].field == "" and found["email"].field == "" and found["id"].field == ""


def test_unknown_values_are_said_and_wait_for_a_person(tmp_path: Path) -> None:
    source = csv_of(tmp_path, "id,channel\n" + "".join(f"{n},{'phone' if n % 2 else 'pigeon'}\n" for n in range(10)))
    one = guess(source)["channel"]
    assert not one.sure and one.why == "2 values: say what “pigeon” means"
    assert one.values == {"pigeon": "", "phone": "phone"}


def test_a_file_that_was_not_mapped_says_what_is_missing(tmp_path: Path) -> None:
    source = csv_of(tmp_path, "a,b\n1,2\n")
    with pytest.raises(Refused, match=r"Say which column of file\.csv holds whose complaint it is and their words"):
        check(source, PRESETS["any"], columns_of(guess(source)))


def test_a_long_file_is_judged_by_its_first_rows_and_says_so(tmp_path: Path) -> None:
    source = csv_of(tmp_path, "id,text\n" + "".join(f"{n},late\n" for n in range(12_000)))
    assert guess(source)["id"].why == "unique in the first 10,000" and source.rows == 12_000
