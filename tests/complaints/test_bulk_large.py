"""One act on more complaints than one request has time for: the worker does it, chunk by chunk, and takes it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Entry, Notice, User
from rca.complaints import bulk as bulks
from rca.complaints import carrying
from rca.lib.clock import now
from rca.lib.refused import Refused
from rca.models import BulkAct, Cause, CauseLink, Complaint
from tests.make import make_cause, make_complaint

MANY = 12


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten are many here, and three one chunk."""
    monkeypatch.setattr(bulks, "MOST", 10)
    monkeypatch.setattr(bulks, "CHUNK", 3)
    monkeypatch.setattr("rca.complaints.picking.MOST", 10)
    monkeypatch.setattr("rca.complaints.listing.MOST", 10)


@pytest.fixture
def many(ada: User, harbour: Account) -> list[Complaint]:
    first = make_complaint(harbour, by=ada, words="Late again, 0.")
    more = [Complaint(account=harbour, words=f"Late again, {n}.", channel="phone", received_at=first.received_at,
                      acknowledge_by=first.acknowledge_by, logged_by=ada, liaison=ada)
            for n in range(1, MANY)]  # fmt: skip
    return [first, *Complaint.objects.bulk_create(more)]


def asked(by: User, act: str = "classify", **what: object) -> BulkAct:
    what = what or {"severity": "minor"}
    return BulkAct.objects.carry_out(by=by, act=act, complaints=Complaint.objects.all(), **what)


def worked(bulk: BulkAct) -> BulkAct:
    carrying.work_on(bulk.pk)
    return BulkAct.objects.get(pk=bulk.pk)


def hurts(*values: str) -> bool:
    return set(Complaint.objects.values_list("severity", flat=True)) == set(values)


def jobs(name: str = "work_on_bulk") -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'", [name])
        return int(cursor.fetchone()[0])


def test_asking_writes_down_which_are_meant_and_leaves_them_to_the_worker(ada: User, many: list[Complaint]) -> None:
    bulk = asked(ada)
    assert bulk.state == "running" and bulk.total == MANY and hurts("") and jobs() == 1
    assert Entry.objects.get(act="bulk_begun").says == "Sorted: a small hurt. 12 complaints, one after the other."


def test_the_worker_does_it_by_each_one_s_own_verb_and_says_when_it_is_over(ada: User, many: list[Complaint]) -> None:
    bulk = worked(asked(ada))
    assert (bulk.state, bulk.done_count, bulk.failed_count) == ("done", MANY, 0) and hurts("minor")
    assert Entry.objects.filter(act="amended", by=ada, door="worker").count() == MANY
    assert Entry.objects.get(act="bulk_done").after == {"rows": MANY}
    assert Notice.objects.get(person=ada).says == "Sorted: a small hurt. 12 complaints."


def test_what_comes_in_after_the_asking_is_left_alone(ada: User, many: list[Complaint]) -> None:
    bulk = asked(ada)
    late = make_complaint(many[0].account, by=ada, words="Late once more.")
    worked(bulk)
    late.refresh_from_db()
    assert late.severity == "" and Complaint.objects.filter(severity="minor").count() == MANY


def test_each_refusal_is_kept_with_its_reason(ada: User, lin: User, many: list[Complaint]) -> None:
    bulk = asked(ada)
    many[4].amend(by=lin, severity="minor")
    many[5].merge_into(by=lin, into=many[6])
    Complaint.objects.filter(pk=many[7].pk).delete()
    bulk = worked(bulk)
    assert {row.ref: row.why for row in bulk.failed} == {
        many[4].ref: f"{many[4].ref} is sorted like that already.",
        many[5].ref: f"{many[5].ref} was merged into {many[6].ref}: sort that one.",
        many[7].ref: f"There is no complaint {many[7].ref} any more.",
    }
    assert bulk.tally == "9 of 12 complaints; 3 were not done."


def test_a_worker_that_stops_half_way_is_followed_by_one_that_goes_on(ada: User, many: list[Complaint]) -> None:
    bulk = asked(ada)
    assert bulk.step() and bulk.step()
    assert bulk.done_count == 6 and Complaint.objects.filter(severity="minor").count() == 6
    assert worked(bulk).done_count == MANY and Entry.objects.filter(act="amended").count() == MANY
    assert not BulkAct.objects.get().step()


def test_a_chunk_that_breaks_leaves_nothing_of_itself(
    ada: User, many: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = asked(ada)
    bulk.step()
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(BulkAct, "save", lambda *args, **options: (_ for _ in ()).throw(KeyboardInterrupt))
        bulk.step()
    assert BulkAct.objects.get().cursor == many[2].pk and Complaint.objects.filter(severity="minor").count() == 3
    assert worked(bulk).done_count == MANY


def test_a_fault_of_ours_in_one_row_keeps_none_of_the_others_from_it(
    ada: User, many: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    amend = Complaint.amend

    def faulty(self: Complaint, **what: object) -> None:
        if self.pk == many[3].pk:
            raise TypeError("ours")
        amend(self, **what)

    monkeypatch.setattr(Complaint, "amend", faulty)
    bulk = worked(asked(ada))
    assert [row.why for row in bulk.failed] == [f"A fault of ours kept {many[3].ref} from it (TypeError)."]
    assert bulk.done_count == MANY - 1


def test_what_stands_still_is_taken_up_again(ada: User, many: list[Complaint]) -> None:
    bulk = asked(ada)
    assert carrying.pick_up() == 0
    assert carrying.pick_up(now() + timedelta(minutes=3)) == 1 and jobs() == 2
    worked(bulk)
    assert carrying.pick_up(now() + timedelta(minutes=9)) == 0


def test_the_worker_gives_way_and_asks_for_another_turn(
    ada: User, many: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "SLICE", -1)
    bulk = worked(asked(ada))
    assert bulk.state == "running" and bulk.done_count == 3 and jobs() == 2


def test_one_undo_takes_all_of_it_back_but_what_was_changed_since(ada: User, lin: User, many: list[Complaint]) -> None:
    bulk = worked(asked(ada))
    many[2].amend(by=lin, severity="critical")
    bulk.undo(by=ada)
    assert bulk.state == "undoing" and hurts("minor", "critical")
    bulk = worked(bulk)
    assert (bulk.state, bulk.back_count, bulk.kept_count) == ("undone", MANY - 1, 1) and hurts("", "critical")
    assert [row.why for row in bulk.kept] == [f"{many[2].ref} was sorted differently since."]
    assert Entry.objects.get(act="bulk_undone").after == {"kept": 1}


def test_what_is_still_being_done_can_be_stopped_and_taken_back(ada: User, many: list[Complaint]) -> None:
    bulk = asked(ada)
    bulk.step()
    bulk.undo(by=ada)
    with pytest.raises(Refused, match="is being undone already"):
        bulk.undo(by=ada)
    bulk = worked(bulk)
    assert (bulk.state, bulk.done_count, bulk.back_count, bulk.unreached) == ("undone", 3, 3, MANY - 3) and hurts("")


@pytest.mark.parametrize("act", ["hand", "link", "close"])
def test_each_act_goes_there_and_back(ada: User, lin: User, many: list[Complaint], act: str) -> None:
    cause = make_cause(by=lin)
    for one in many:
        one.acknowledge(by=ada, words="You are right.", how="phone", our_mistake="yes")
    what = {"hand": {"to": lin, "reason": "Lin knows."}, "link": {"cause": cause}, "close": {"outcome": "Credited."}}
    state = lambda: list(Complaint.objects.order_by("pk").values_list("liaison", "state", "cause_links__cause"))  # noqa: E731
    before = state()
    bulk = worked(asked(ada, act, **what[act]))
    assert bulk.done_count == MANY and all(now_ != was for now_, was in zip(state(), before, strict=True))
    bulk.undo(by=ada)
    assert worked(bulk).back_count == MANY and state() == before
    assert Cause.objects.get(pk=cause.pk).complaint_count == CauseLink.objects.count() == 0


def test_a_role_that_was_lost_meanwhile_is_the_reason_beside_each(ada: User, many: list[Complaint]) -> None:
    bulk = asked(ada)
    User.objects.filter(pk=ada.pk).update(role="viewer")
    bulk = worked(bulk)
    assert bulk.failed_count == MANY and "takes an agent" in bulk.failed[0].why and hurts("")


def test_more_than_the_most_is_refused_in_a_sentence(
    ada: User, many: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulks, "CEILING", 11)
    with pytest.raises(Refused, match="These are more than 11 complaints, the most for one act"):
        asked(ada)
    assert not BulkAct.objects.exists()


# The page


def test_the_list_offers_all_and_the_form_says_how_many_they_are(as_ada: Client, many: list[Complaint]) -> None:
    counts = as_ada.get("/complaints/counts/").content.decode()
    assert 'value="10+" data-tick-match' in counts and "all that match, more than 10" in counts
    form = as_ada.get("/complaints/bulk/", {"act": "close", "all": "10+", "filter": "show=open"}).content.decode()
    assert "Close all 12 that match" in form and 'name="all" value="12"' in form
    assert f'name="up_to" value="{many[-1].ref}"' in form and "So many take a while" in form


def test_the_page_tells_how_far_it_is_and_then_what_came_of_it(
    as_ada: Client, ada: User, many: list[Complaint]
) -> None:
    late = make_complaint(many[0].account, by=ada, words="Late after the look.")
    typed = {"act": "classify", "severity": "minor", "all": "12", "up_to": many[-1].ref, "filter": "show=open"}
    page = as_ada.post("/complaints/bulk/", typed, follow=True).content.decode()
    assert "0 of 12 complaints." in page and 'hx-trigger="every 1s"' in page and "Stop, and take all of it back" in page
    bulk = BulkAct.objects.get()
    bulk.step()
    part = as_ada.get(bulk.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "3 of 12 complaints." in part and "<html" not in part
    worked(bulk)
    page = as_ada.get(bulk.get_absolute_url()).content.decode()
    assert "12 complaints." in page and "every 1s" not in page and late.ref not in page
    as_ada.post(f"{bulk.get_absolute_url()}undoing/")
    worked(bulk)
    assert "Taken back by Ada Okafor" in as_ada.get(bulk.get_absolute_url()).content.decode()


def test_all_of_them_can_be_had_as_a_table(as_ada: Client, ada: User, lin: User, many: list[Complaint]) -> None:
    many[1].amend(by=lin, severity="minor")
    bulk = worked(asked(ada))
    answer = as_ada.get(f"{bulk.get_absolute_url()}rows/")
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "complaint,what became of it,why" and len(lines) == MANY + 1
    assert f"{many[1].ref},not done,{many[1].ref} is sorted like that already." in lines


def test_the_page_asks_as_much_of_the_database_for_a_thousand_rows_as_for_ten(
    as_ada: Client, ada: User, many: list[Complaint]
) -> None:
    bulk = worked(asked(ada))

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            as_ada.get(bulk.get_absolute_url())
        return len(seen)

    few = queries()
    bulk.fix(list(range(10_000_000, 10_001_000)))
    bulk.rows.filter(state="waiting").update(state="done")
    assert queries() == few <= 15


# The API


def test_through_the_api_with_how_far_it_is_and_its_rows(api: Callable, ada: User, many: list[Complaint]) -> None:
    body = {"act": "classify", "severity": "minor", "filter": "show=open", "expected": 12, "up_to": many[-1].ref}
    answer = api(ada).post("/api/v1/bulk-acts/", body, format="json")
    assert answer.status_code == 201 and answer.data["state"] == "running" and answer.data["total"] == MANY
    address = f"/api/v1/bulk-acts/{answer.data['ref']}/"
    worked(BulkAct.objects.get())
    assert api(ada).get(address).data["done_count"] == MANY
    rows = api(ada).get(f"{address}rows/?state=done&page_size=5").data["results"]
    assert len(rows) == 5 and rows[0] == {"ref": many[-1].ref, "state": "done", "why": ""}
    assert api(ada).get(f"{address}rows/?state=refused").data["results"] == []
    assert api(ada).post(f"{address}undoing/", {}, format="json").data["state"] == "undoing"
    assert "done" not in api(ada).get("/api/v1/bulk-acts/").data["results"][0]
