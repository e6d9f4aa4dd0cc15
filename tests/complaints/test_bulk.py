"""One act on many complaints: by page and by API, row by row, and taken back as one."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import BulkAct, Closure, Complaint, Handoff, Reopening
from tests.make import make_account, make_cause, make_complaint

Rows = list[Complaint]
OWN = {"words": "You are right.", "how": "phone", "our_mistake": "yes"}


@pytest.fixture
def three(ada: User, harbour: Account) -> list[Complaint]:
    return [make_complaint(harbour, by=ada, words=f"Late again, {n}.") for n in range(3)]


def these(rows: list[Complaint]) -> dict[str, list[str]]:
    return {"complaint": [one.ref for one in rows]}


def carry_out(by: User, act: str, **what: object) -> BulkAct:
    return BulkAct.objects.carry_out(by=by, act=act, complaints=Complaint.objects.all(), **what)


def test_ticked_complaints_are_sorted_and_one_undo_takes_it_back(as_ada: Client, three: Rows) -> None:
    answer = as_ada.post(
        "/complaints/bulk/", {"act": "classify", "severity": "serious", **these(three[:2])}, follow=True
    )
    assert "Sorted: costs them. 2 complaints." in answer.content.decode()
    assert list(Complaint.objects.order_by("pk").values_list("severity", flat=True)) == ["serious", "serious", ""]
    as_ada.post(f"/complaints/bulk/{BulkAct.objects.get().ref}/undoing/")
    assert set(Complaint.objects.values_list("severity", flat=True)) == {""}


def test_each_row_goes_through_its_own_verb_and_the_act_is_in_the_ledger(ada: User, three: Rows) -> None:
    bulk = carry_out(ada, "classify", severity="minor")
    assert Entry.objects.filter(act="amended").count() == 3
    entry = Entry.objects.get(act="bulk_done")
    assert (entry.ref, entry.by, entry.after) == (bulk.ref, ada, {"rows": [one.ref for one in three]})


def test_what_refuses_is_listed_with_its_reason_and_stops_no_other(as_ada: Client, ada: User, three: Rows) -> None:
    three[0].acknowledge(by=ada, **OWN)
    answer = as_ada.post("/complaints/bulk/", {"act": "close", "outcome": "Credited.", **these(three)}, follow=True)
    page = answer.content.decode()
    assert "1 of 3 complaints; 2 were not done." in page and f"Nobody has owned up to {three[1].ref} yet" in page
    assert Closure.objects.get().complaint == three[0]


def test_a_closing_taken_back_is_no_reopening(ada: User, three: Rows) -> None:
    for one in three:
        one.acknowledge(by=ada, **OWN)
    carry_out(ada, "close", outcome="Credited.").undo(by=ada)
    assert set(Complaint.objects.values_list("state", flat=True)) == {"open"}
    assert not Reopening.objects.exists() and not Closure.objects.exists()
    assert Entry.objects.filter(act="closing_undone").count() == 3


def test_a_handing_taken_back_counts_as_no_pass(ada: User, lin: User, three: Rows) -> None:
    bulk = carry_out(ada, "hand", to=lin, reason="Lin knows the portal.")
    assert set(Complaint.objects.values_list("liaison", flat=True)) == {lin.pk}
    bulk.undo(by=ada)
    assert set(Complaint.objects.values_list("liaison", flat=True)) == {ada.pk} and not Handoff.objects.exists()


def test_linking_to_a_cause_and_back(as_ada: Client, ada: User, lin: User, three: Rows) -> None:
    cause = make_cause(by=lin)
    as_ada.post("/complaints/bulk/", {"act": "link", "cause": cause.ref, **these(three)})
    assert cause.complaints.count() == 3 and cause.affected.count() == 1
    BulkAct.objects.get().undo(by=ada)
    assert not cause.complaints.exists() and not cause.affected.exists()


def test_what_somebody_changed_since_stays_and_is_named(as_ada: Client, ada: User, lin: User, three: Rows) -> None:
    bulk = carry_out(ada, "classify", severity="minor")
    three[1].amend(by=lin, severity="critical")
    page = as_ada.post(f"/complaints/bulk/{bulk.ref}/undoing/", follow=True).content.decode()
    assert f"{three[1].ref} was sorted differently since." in page
    assert list(Complaint.objects.order_by("pk").values_list("severity", flat=True)) == ["", "critical", ""]


def test_a_second_undo_is_refused(ada: User, three: Rows) -> None:
    bulk = carry_out(ada, "classify", severity="minor")
    bulk.undo(by=ada)
    with pytest.raises(Refused, match="is undone already"):
        bulk.undo(by=ada)


def test_nothing_left_to_undo_is_refused_and_says_why(ada: User, three: Rows) -> None:
    bulk = carry_out(ada, "classify", severity="minor")
    for one in three:
        one.amend(by=ada, severity="critical")
    with pytest.raises(Refused, match=r"Nothing of it can be taken back: C-.* was sorted differently since"):
        bulk.undo(by=ada)
    bulk.refresh_from_db()
    assert bulk.undone_at is None


def test_another_agent_does_not_undo_it_and_a_lead_does(ada: User, lin: User, three: Rows) -> None:
    bulk = carry_out(lin, "classify", severity="minor")
    with pytest.raises(Forbidden, match="to undo what somebody else did to many takes a support lead"):
        bulk.undo(by=ada)
    carry_out(ada, "classify", severity="serious").undo(by=lin)


def test_a_viewer_does_nothing_to_many(signed_in: Callable[[User], Client], noor: User, three: Rows) -> None:
    answer = signed_in(noor).post("/complaints/bulk/", {"act": "classify", "severity": "minor", **these(three)})
    assert answer.status_code == 403 and not BulkAct.objects.exists()


def test_all_that_match_are_taken_when_their_number_still_holds(as_ada: Client, ada: User, three: Rows) -> None:
    other = make_complaint(make_account("Globex", by=ada), by=ada, words="Wrong price.")
    asked = {"act": "classify", "severity": "minor", "filter": "show=open&q=late", "all": "3"}
    make_complaint(three[0].account, by=ada, words="Late once more.")
    answer = as_ada.post("/complaints/bulk/", asked)
    assert answer.status_code == 409 and "4 complaints match now, 3 when you looked" in answer.content.decode()
    as_ada.post("/complaints/bulk/", {**asked, "all": "4"})
    other.refresh_from_db()
    assert Complaint.objects.filter(severity="minor").count() == 4 and other.severity == ""


@pytest.mark.parametrize(("typed", "said"), [
    ({"act": "classify"}, "Say how to sort them"),
    ({"act": "classify", "severity": "minor"}, "No complaint is ticked"),
    ({"act": "shred"}, "choose there what is to be done"),
    ({"act": "classify", "severity": "minor", "complaint": "C-999999"}, "There is no complaint C-999999."),
    ({"act": "classify", "severity": "minor", "complaint": "<script>"}, "is no reference of this kind"),
    ({"act": "classify", "severity": "minor", "all": "²"}, "when you looked"),
])  # fmt: skip
def test_bad_input_is_refused_in_a_sentence(as_ada: Client, three: Rows, typed: dict[str, str], said: str) -> None:
    rows = {} if typed.get("severity") else these(three)
    answer = as_ada.post("/complaints/bulk/", {**rows, **typed})
    assert answer.status_code == 409 and said in answer.content.decode()


def test_a_form_that_lacks_something_keeps_the_ticks_and_what_was_typed(as_ada: Client, lin: User, three: Rows) -> None:
    answer = as_ada.post("/complaints/bulk/", {"act": "hand", "to": lin.pk, "reason": "", **these(three)})
    page = answer.content.decode()
    assert (
        answer.status_code == 422 and page.count('name="complaint"') == 3 and "they will have to tell it again" in page
    )


def test_asking_shows_the_form_and_changes_nothing(as_ada: Client, three: Rows) -> None:
    page = as_ada.get("/complaints/bulk/", {"act": "close", **these(three)}).content.decode()
    assert "Close 3 complaints" in page and "How did it end for them?" in page and not BulkAct.objects.exists()


def test_asking_with_nothing_ticked_is_refused(as_ada: Client, three: Rows) -> None:
    answer = as_ada.get("/complaints/bulk/", {"act": "close"})
    assert answer.status_code == 409 and "No complaint is ticked" in answer.content.decode()


def test_a_viewer_has_nothing_to_tick(signed_in: Callable[[User], Client], noor: User, three: Rows) -> None:
    page = signed_in(noor).get("/complaints/").content.decode()
    assert three[0].ref in page and 'type="checkbox" name="complaint"' not in page and 'class="bulk"' not in page


def test_through_the_api_with_each_failure_and_an_undo(api: Callable, ada: User, lin: User, three: Rows) -> None:
    three[0].amend(by=ada, severity="minor")
    body = {"act": "classify", "complaints": [one.ref for one in three], "severity": "minor", "behaviours": []}
    answer = api(ada).post("/api/v1/bulk-acts/", body, format="json")
    assert answer.status_code == 201 and answer.data["done"] == [one.ref for one in three[1:]]
    assert answer.data["failed"] == [{"ref": three[0].ref, "why": f"{three[0].ref} is sorted like that already."}]
    undone = api(ada).post(f"/api/v1/bulk-acts/{answer.data['ref']}/undoing/", {}, format="json")
    assert undone.status_code == 200 and undone.data["undone_by"] == ada.email and undone.data["kept"] == []


@pytest.mark.parametrize(("body", "field"), [
    ({"act": "hand", "to": "nobody@nowhere.example", "reason": "x"}, "to"), ({"act": "hand"}, "to"),
    ({"act": "link", "cause": "R-999"}, "cause"), ({"act": "close"}, "outcome"), ({"act": "burn"}, "act"),
    ({"act": "classify", "severity": "huge"}, "severity"), ({"act": "close", "outcome": "x", "to": "a"}, "to"),
])  # fmt: skip
def test_the_api_names_the_field_that_is_wrong(
    api: Callable, ada: User, three: Rows, body: dict[str, str], field: str
) -> None:
    answer = api(ada).post("/api/v1/bulk-acts/", {"complaints": [three[0].ref], **body}, format="json")
    assert answer.status_code == 400 and field in answer.data["errors"]


def test_the_api_takes_all_that_match_and_refuses_when_they_changed(api: Callable, ada: User, three: Rows) -> None:
    body = {"act": "classify", "severity": "minor", "filter": "show=open", "expected": 2}
    assert api(ada).post("/api/v1/bulk-acts/", body, format="json").status_code == 409
    answer = api(ada).post("/api/v1/bulk-acts/", {**body, "expected": 3}, format="json")
    assert answer.status_code == 201 and len(answer.data["done"]) == 3


def test_a_merged_complaint_is_named_with_where_it_went(ada: User, lin: User, three: Rows) -> None:
    three[0].merge_into(by=lin, into=three[1])
    bulk = carry_out(ada, "classify", severity="minor")
    assert [(row.ref, row.why) for row in bulk.failed] == [
        (three[0].ref, f"{three[0].ref} was merged into {three[1].ref}: sort that one.")
    ]


def test_what_was_taken_off_the_cause_since_is_named(ada: User, lin: User, three: Rows) -> None:
    cause = make_cause(by=lin)
    bulk = carry_out(ada, "link", cause=cause)
    three[2].cause_links.get().cause.unlink(by=ada, complaint=three[2])
    bulk.undo(by=ada)
    assert [(row.ref, row.why) for row in bulk.kept] == [
        (three[2].ref, f"{three[2].ref} was taken off the cause since.")
    ]
