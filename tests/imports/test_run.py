"""A file in the browser: handed in, tried, brought in by the worker, stopped and gone on with."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Contact, Entry, Touch, User
from rca import middleware
from rca.imports import chunks, importing, keeping
from rca.imports.keeping import Handed
from rca.lib.refused import Forbidden, Refused
from rca.models import Closure, Complaint, FilePart, Import, Message
from tests.imports.desk import FIELDS, content, handed_in, line, run, tried, worked
from tests.make import make_account

pytestmark = pytest.mark.django_db


def test_a_file_is_kept_in_parts_and_looked_at_by_the_worker_alone(as_lin: Client) -> None:
    file = SimpleUploadedFile("desk.csv", content(line(1), line(2)))
    answer = as_lin.post("/imports/file/", {"file": file})
    batch = Import.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/imports/{batch.ref}/"
    assert (batch.state, batch.found, FilePart.objects.count()) == ("looking", {}, 1)
    assert "being looked at" in as_lin.get(f"/imports/{batch.ref}/").content.decode()
    assert worked(batch).state == "ready" and batch.total == 2
    assert as_lin.get(f"/imports/{batch.ref}/").status_code == 200


def test_parts_are_of_one_size_and_give_the_file_back(lin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PART", 100)
    whole = content(*(line(number) for number in range(20)))
    batch = Import.objects.receive(by=lin, files=[Handed("desk.csv", [whole[:130], whole[130:131], whole[131:]])])
    assert {len(bytes(one.bytes)) for one in batch.parts.order_by("number")[: batch.parts.count() - 1]} == {100}
    with keeping.on_disk(batch) as (path,):
        assert path.read_bytes() == whole and path.suffix == ".csv"


def test_what_is_too_big_is_refused_before_it_is_read_and_again_by_what_came(
    as_lin: Client, lin: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(middleware, "AROUND", 10)
    settings.IMPORT_LIMIT = 20
    answer = as_lin.post("/imports/file/", {"file": SimpleUploadedFile("desk.csv", b"x" * 100)})
    assert answer.status_code == 413 and "is the most that is taken here" in answer.content.decode()
    with pytest.raises(Refused, match="is the most"):
        Import.objects.receive(by=lin, files=[Handed("desk.csv", [b"x" * 15, b"x" * 15])])
    assert not Import.objects.exists() and not FilePart.objects.exists()


def test_an_empty_file_is_refused_and_no_file_asks_for_one(as_lin: Client) -> None:
    assert as_lin.post("/imports/file/", {"file": SimpleUploadedFile("desk.csv", b"")}).status_code == 409
    answer = as_lin.post("/imports/file/", {})
    assert answer.status_code == 422 and "Choose the file first." in answer.content.decode()


def test_a_try_writes_nothing_and_a_run_needs_one(lin: User) -> None:
    batch = handed_in(lin, line(1), line(2, text=""))
    with pytest.raises(Refused, match="Try it first"):
        batch.run(by=lin)
    batch.try_out(by=lin)
    assert (worked(batch).state, batch.created, batch.refused) == ("checked", 1, 1)
    assert not Complaint.objects.exists() and not Contact.objects.exists()


def test_what_is_brought_in_keeps_its_times_its_people_and_starts_no_clock(lin: User) -> None:
    run(lin, line(1, mail="June@harbour.example"), line(2, mail="june@harbour.example"), line(3, status="Closed"))
    assert Contact.objects.get().complaints.count() == 2 and Contact.objects.get().preference.hours == "not asked yet"
    one = Complaint.objects.get(external_id="3")
    assert f"{one.received_at:%Y-%m-%d}" == "2021-03-04" and one.own_up_by is None and one.liaison is None
    assert Closure.objects.count() == 1 and Touch.objects.count() == 3 and not Message.objects.exists()
    assert Entry.objects.filter(act="logged", door="import").count() == 3


def test_a_stopped_run_goes_on_behind_its_last_row(lin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2)
    batch = tried(lin, *(line(number) for number in range(6)))
    batch.run(by=lin)
    batch.stop(by=lin)
    assert (worked(batch).state, batch.created) == ("stopped", 2)
    batch.go_on(by=lin)
    assert (worked(batch).state, batch.created, Complaint.objects.count()) == ("done", 6, 6)


def test_a_long_run_gives_way_and_asks_for_its_next_turn(lin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2)
    monkeypatch.setattr(importing, "SLICE", -1)
    batch, turns = handed_in(lin, *(line(number) for number in range(5))), 0
    for act, ends in ((batch.try_out, "checked"), (batch.run, "done")):
        act(by=lin)
        while worked(batch).state != ends:
            turns += 1
    assert (batch.created, Complaint.objects.count()) == (5, 5) and turns == 6


def test_a_file_that_nobody_works_on_any_more_is_taken_up_again(lin: User) -> None:
    batch = handed_in(lin, line(1))
    batch.try_out(by=lin)
    assert importing.pick_up() == 0
    assert importing.pick_up(at=batch.moved_at + importing.STILL * 2) == 1


def test_a_file_is_let_go_a_month_after_it_came_in_and_what_came_of_it_stays(lin: User) -> None:
    batch = run(lin, line(1))
    assert importing.forget() == 0
    assert importing.forget(at=batch.ended_at + importing.KEPT * 2) == 1
    assert not FilePart.objects.exists() and Complaint.objects.count() == 1


def test_bombs_and_rubbish_end_as_a_sentence_and_the_next_file_works(lin: User) -> None:
    for name, raw in (("bomb.xlsx", b"PK\x03\x04" + b"\x00" * 500), ("a\u202egpj.csv", b"\x00\x01\x02\xff" * 50)):
        batch = handed_in(lin, name=name, raw=raw)
        assert batch.state in ("unreadable", "ready") and "\u202e" not in batch.name
        assert batch.state == "ready" or batch.failure
    assert run(lin, line(1)).created == 1


def test_nul_surrogates_and_signs_that_turn_the_line_round_do_no_harm(as_lin: Client, lin: User) -> None:
    odd = content(line(1, "Harb\u202eour", text="a\x00b \U0001f600 \u202e c"), line(2, text="x" * 300_000))
    batch = run(lin, raw=odd.replace(b"a\x00b", b"a\x00b\xed\xa0\x80"))
    assert batch.created == 1 and "\x00" not in Complaint.objects.get().words
    assert as_lin.get(f"/imports/{batch.ref}/").status_code == 200


def test_columns_are_mapped_by_hand_remembered_and_offered_again(as_lin: Client, lin: User) -> None:
    batch = Import.objects.receive(by=lin, files=[Handed("desk.csv", [content(line(1))])])
    worked(batch)
    page = unescape(as_lin.get(f"/imports/{batch.ref}/").content.decode())
    assert "Cust goes to" in page and "Invoice 1 is wrong." in page
    fields = {"column_id": "external_id", "column_cust": "account", "column_created": "received_at",
              "column_text": "words", "column_status": "state"}  # fmt: skip
    body = {"version": batch.version, "preset": "any", "source": "old desk", "doubts_go": "ask", "next": "try",
            "remember": "Old desk", **fields}  # fmt: skip
    assert as_lin.post(f"/imports/{batch.ref}/columns/", body).status_code == 302
    assert worked(batch).state == "checked" and batch.created == 1
    second = Import.objects.receive(by=lin, files=[Handed("later.csv", [content(line(2))])])
    worked(second)
    assert second.mapping == batch.mapping and second.source == "old desk" and second.found["known"] == "Old desk"


def test_what_their_values_mean_is_said_beside_the_column(as_lin: Client, lin: User) -> None:
    batch = handed_in(lin, line(1, thing="2"))
    mapping = {"fields": {**FIELDS, "thing": "severity"}, "values": {}}
    batch.correct(by=lin, mapping=mapping)
    body = {"version": batch.version, "preset": "any", "source": "old desk", "doubts_go": "ask", "next": "try",
            **{f"column_{key}": ours for key, ours in mapping["fields"].items()}}  # fmt: skip
    wrong = as_lin.post(f"/imports/{batch.ref}/columns/", {**body, "values_thing": "2=awful"})
    assert wrong.status_code == 422 and "write theirs=ours" in wrong.content.decode()
    as_lin.post(f"/imports/{batch.ref}/columns/", {**body, "values_thing": "1=critical, 2=serious"})
    worked(batch).run(by=lin)
    worked(batch)
    assert Complaint.objects.get().severity == "serious"


def test_a_stale_page_does_not_overwrite_the_columns(as_lin: Client, lin: User) -> None:
    batch = handed_in(lin, line(1))
    body = {"version": batch.version - 1, "preset": "any", "source": "x", "doubts_go": "ask"}
    assert as_lin.post(f"/imports/{batch.ref}/columns/", body).status_code == 409


def test_a_format_that_is_put_right_is_looked_at_again(as_lin: Client, lin: User) -> None:
    batch = handed_in(lin, raw=content(line(1, "Café Noir")).decode().encode("cp1252"))
    body = {"version": batch.version, "encoding": "cp1251", "delimiter": ",", "day_first": "true", "zone": "UTC"}
    as_lin.post(f"/imports/{batch.ref}/format/", body)
    assert worked(batch).state == "ready" and batch.format["encoding"] == "cp1251" and batch.format["day_first"] is True


def test_agents_and_viewers_neither_see_nor_do_any_of_it(
    ada: User, lin: User, signed_in: Callable[[User], Client]
) -> None:
    batch, client = handed_in(lin, line(1)), signed_in(ada)
    for address in ("/imports/", f"/imports/{batch.ref}/", f"/imports/{batch.ref}/undoing/"):
        assert client.get(address).status_code == 403
    with pytest.raises(Forbidden):
        Import.objects.receive(by=ada, files=[Handed("x.csv", [b"x"])])
    for verb in (batch.try_out, batch.run, batch.stop, batch.go_on, batch.undo):
        with pytest.raises(Forbidden):
            verb(by=ada)


def test_every_step_stands_in_the_ledger(lin: User) -> None:
    batch = run(lin, line(1))
    acts = set(Entry.objects.filter(ref=batch.ref).values_list("act", flat=True))
    assert acts == {"received", "mapped", "begun", "imported"}


def test_the_page_asks_as_many_queries_for_two_rows_as_for_two_hundred(
    as_lin: Client, lin: User, django_assert_max_num_queries: Callable
) -> None:
    make_account("Harbour Bookshop", by=lin)
    for rows in (2, 200):
        lines = [line(number, f"Harbour Bookshops {number}", text="" if number % 2 else "x") for number in range(rows)]
        batch = tried(lin, *lines, name=f"{rows}.csv")
        with django_assert_max_num_queries(15):
            assert as_lin.get(f"/imports/{batch.ref}/").status_code == 200
    with django_assert_max_num_queries(8):
        as_lin.get("/imports/")
