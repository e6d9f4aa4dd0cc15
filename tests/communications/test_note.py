from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Entry, User
from rca.lib.refused import Forbidden, Refused, Stale
from rca.models import Cause, FixNote
from tests.make import NOTE, make_account, make_cause, make_chain, make_complaint, make_fix, make_note, make_session


def test_a_draft_says_what_happened_from_the_confirmed_whys_nearest_the_root(cause: Cause, ada: User) -> None:
    note = FixNote.objects.draft(by=ada, cause=cause)
    assert note.happened == "You were overcharged for the book. The new forms were not ordered. " + (
        "The re-order date was kept in one diary."
    )


def test_a_sentence_that_names_a_person_as_the_cause_is_left_out_and_listed(cause: Cause, ada: User) -> None:
    note = FixNote.objects.draft(by=ada, cause=cause)
    assert "manager" not in note.happened
    removal = next(one for one in note.look()[1] if "manager" in one.text)
    assert removal.rule == "It names a person as the cause: use the next why instead."


def test_what_is_not_confirmed_is_not_told_and_a_draft_of_nothing_cannot_be_approved(
    harbour: Account, ada: User, lin: User
) -> None:
    chain = make_chain(make_session(by=lin, complaints=[make_complaint(harbour, by=ada)]), by=lin, confirmed=True)
    cause = make_cause(by=lin, why=chain[-1])
    type(chain[0]).objects.update(state="stated")
    note = FixNote.objects.draft(by=ada, cause=cause)
    assert note.happened.startswith("[No why is confirmed yet")
    with pytest.raises(Refused, match="is still to be written"):
        note.approve(by=lin)


def test_what_we_changed_are_the_finished_fixes_in_the_past_and_the_rest_is_owed(
    cause: Cause, ada: User, lin: User
) -> None:
    done = make_fix(cause, by=lin, title="Withdraw last year’s price forms", owner=ada, days=0)
    done.finish(by=ada, words="")
    make_fix(cause, by=lin, title="Order the new forms two months ahead", due=date(2099, 3, 20))
    note = FixNote.objects.draft(by=ada, cause=cause)
    assert note.changed.startswith("- We withdrew last year’s price forms (done ")
    assert note.owed.startswith("- We will order the new forms two months ahead: by 20 March 2099")


def test_with_nothing_finished_the_draft_says_do_not_send(cause: Cause, ada: User) -> None:
    assert FixNote.objects.draft(by=ada, cause=cause).changed.startswith("[Nothing is finished yet")


def test_names_of_ours_references_and_other_customers_never_come_through(cause: Cause, ada: User, lin: User) -> None:
    make_account("Globex", by=ada)
    for title in ["Ada Okafor and Lin withdrew the form (see R-8)", "Lin’s list is on the stock card",
                  "Refund what Globex paid", "Order the forms, as W-17 asked"]:  # fmt: skip
        make_fix(cause, by=lin, owner=ada, title=title).finish(by=ada, words="")
    note = FixNote.objects.draft(by=ada, cause=cause)
    for inside in ("Ada", "Okafor", "Lin", "R-8", "W-17", "Globex"):
        assert inside not in note.changed
    assert "We withdrew the form" in note.changed and "Our team’s list" in note.changed
    assert "names another customer, Globex" in " ".join(one.rule for one in note.look()[1])


def test_how_we_know_is_what_somebody_else_saw(cause: Cause, ada: User, lin: User) -> None:
    fix = make_fix(cause, by=lin, owner=ada, days=0)
    fix.finish(by=ada, words="")
    assert "We will look on" in FixNote.objects.draft(by=ada, cause=cause).how_we_know
    fix.verify(by=lin, result="effective", evidence="Fifty invoices of April were right")
    FixNote.objects.all().delete()
    assert FixNote.objects.draft(by=ada, cause=cause).how_we_know.startswith("Fifty invoices of April were right.")


def test_a_second_draft_is_refused_while_one_stands(cause: Cause, ada: User, lin: User) -> None:
    FixNote.objects.draft(by=ada, cause=cause)
    with pytest.raises(Refused, match="A draft of Ada Okafor is there already"):
        FixNote.objects.draft(by=lin, cause=cause)


def test_a_viewer_may_not_draft(cause: Cause, noor: User) -> None:
    with pytest.raises(Forbidden, match="to draft a fix note takes an agent"):
        FixNote.objects.draft(by=noor, cause=cause)


def test_the_author_may_not_approve_and_whoever_changes_it_is_its_author(cause: Cause, ada: User, lin: User) -> None:
    note = make_note(cause, by=lin)
    with pytest.raises(Refused, match="You wrote these words"):
        note.approve(by=lin)
    note.amend(by=ada, title="Another title.")
    assert note.approve(by=lin).by == lin


def test_an_agent_may_not_approve(cause: Cause, ada: User, lin: User) -> None:
    note = make_note(cause, by=lin)
    with pytest.raises(Forbidden, match="to approve a fix note takes a support lead"):
        note.approve(by=ada)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Ada looked into it.", "“Ada” is one of our people"),
        ("ADA OKAFOR looked into it.", "“ADA OKAFOR” is one of our people"),
        ("Write to ada@fairlight.example.", "“ada@fairlight.example” is one of our people"),
        ("It is R-8 in our list.", "“R-8” is a number of ours"),
        ("Northgate Library had it too.", "“Northgate Library” is another customer"),
        ("A\u200bda looked into it.", "“Ada” is one of our people"),
    ],
)
def test_approval_is_refused_while_something_inside_stands_in_it_and_names_it(
    cause: Cause, ada: User, lin: User, words: str, named: str
) -> None:
    note = make_note(cause, by=ada, happened=words)
    with pytest.raises(Refused, match=named):
        note.approve(by=lin)
    assert not note.approved


def test_a_month_that_is_also_a_name_is_no_name(cause: Cause, ada: User, lin: User) -> None:
    User.objects.create(name="May Parker", email="may@fairlight.example", role="agent")
    note = make_note(cause, by=ada, happened="It began on 3 May and will not last.")
    assert note.approve(by=lin)
    second = note.amend(by=ada, happened="May Parker found it.")
    with pytest.raises(Refused, match="“May Parker” is one of our people"):
        second.approve(by=lin)


def test_words_that_promise_too_much_may_stand_only_for_a_reason(cause: Cause, ada: User, lin: User) -> None:
    note = make_note(cause, by=ada, how_we_know="It will not happen again.")
    with pytest.raises(Refused, match="say why it may stand"):
        note.approve(by=lin)
    fact = note.approve(by=lin, despite="The check passed and the form cannot be printed any more.")
    assert fact.despite.startswith("The check passed")


def test_a_change_after_approval_is_a_new_text_that_needs_a_new_approval(note: FixNote, ada: User) -> None:
    second = note.amend(by=ada, owed="- Nothing: today")
    assert second.revision == 2 and not second.approved
    assert FixNote.objects.current(note.cause) == note


def test_the_second_of_two_writers_hears_of_the_first(cause: Cause, ada: User, lin: User) -> None:
    note = make_note(cause, by=ada)
    version = note.version
    note.amend(by=lin, version=version, title="By Lin.")
    with pytest.raises(Stale) as caught:
        note.amend(by=ada, version=version, title="By Ada.")
    assert caught.value.fields["what it says first"] == ("By Ada.", "By Lin.")


def test_drafting_changing_and_approving_are_in_the_ledger(note: FixNote) -> None:
    acts = list(Entry.objects.about([note.cause.ref]).values_list("act", flat=True))
    assert {"note_drafted", "note_amended", "note_approved"} <= set(acts)


def test_the_page_drafts_changes_and_approves(cause: Cause, as_ada: Client, as_lin: Client) -> None:
    address = f"/tell/note/{cause.ref}/"
    assert "Draft it from the chain" in as_ada.get(address).content.decode()
    assert as_ada.post(address + "draft/").status_code == 302
    page = as_ada.get(address).content.decode()
    assert "What the draft left out" in page and "still to be written" in page
    empty = as_ada.post(address + "amendment/", {**NOTE, "happened": ""})
    assert empty.status_code == 422 and "A customer will look for this" in empty.content.decode()
    assert as_ada.post(address + "amendment/", NOTE).status_code == 302
    assert as_ada.post(address + "approval/").status_code == 403
    assert as_lin.post(address + "approval/").status_code == 302
    assert "Approved by Lin Haddad" in as_lin.get(address).content.decode()


def test_a_day_that_is_over_is_never_promised_again(cause: Cause, ada: User, lin: User) -> None:
    fix = make_fix(cause, by=lin, title="Order the new forms two months ahead")
    type(fix).objects.filter(pk=fix.pk).update(due=date(2026, 3, 2))
    note = FixNote.objects.draft(by=ada, cause=cause)
    assert "[2 March is over: say a new day]" in note.owed.replace(" 2026", "")
    with pytest.raises(Refused, match="is over: say a new day"):
        note.approve(by=lin)


def test_the_page_asks_the_same_number_of_queries_however_long_the_chain(
    cause: Cause, as_ada: Client, ada: User, lin: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_ada.get(f"/tell/note/{cause.ref}/").status_code == 200
        return len(captured)

    make_note(cause, by=ada)
    make_fix(cause, by=lin)
    few = queries()
    for number in range(10):
        make_fix(cause, by=lin, title=f"Order form number {number} ahead")
    assert queries() == few <= 18
