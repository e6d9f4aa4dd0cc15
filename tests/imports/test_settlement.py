"""The same tickets again: what changed there is changed here; what both changed, a person decides."""

import pytest
from django.test import Client

from accounts.models import Entry, User
from rca.lib.refused import Refused
from rca.models import Closure, Complaint, Conflict
from tests.imports.desk import line, run

pytestmark = pytest.mark.django_db


def test_what_changed_there_is_changed_here_and_the_rest_is_left(lin: User) -> None:
    run(lin, line(1, thing="Cards"), line(2))
    batch = run(lin, line(1, thing="Boxes", text="Invoice 1 is wrong."), line(2), name="second.csv")
    assert (batch.created, batch.changed, batch.unchanged) == (0, 1, 1)
    one = Complaint.objects.get(external_id="1")
    assert (one.product, one.version) == ("Boxes", 2)
    entry = Entry.objects.get(act="amended")
    assert (entry.before, entry.after, entry.about) == (
        {"product": "Cards"},
        {"product": "Boxes"},
        [one.ref, batch.ref],
    )


def test_a_ticket_that_was_closed_there_is_closed_here_unless_somebody_works_on_it(lin: User, ada: User) -> None:
    run(lin, line(1), line(2))
    Complaint.objects.get(external_id="2").note(by=ada, text="Rang them.")
    batch = run(lin, line(1, status="Closed"), line(2, status="Closed"), name="second.csv")
    assert Complaint.objects.get(external_id="1").state == "closed" and Closure.objects.count() == 1
    assert Complaint.objects.get(external_id="2").state == "open"
    assert (batch.changed, Conflict.objects.get().field) == (1, "outcome")


def test_a_file_that_still_says_what_it_said_is_no_conflict(lin: User, ada: User) -> None:
    run(lin, line(1, thing="Cards"))
    Complaint.objects.get().amend(by=ada, product="Greeting cards")
    batch = run(lin, line(1, thing="Cards"), line(2), name="second.csv")
    assert (batch.changed, batch.unchanged) == (0, 1) and not Conflict.objects.exists()


@pytest.mark.parametrize(("keep", "stands"), [("ours", "Greeting cards"), ("theirs", "Boxes")])
def test_what_both_changed_is_shown_and_decided_once(
    as_lin: Client, lin: User, ada: User, keep: str, stands: str
) -> None:
    run(lin, line(1, thing="Cards"))
    Complaint.objects.get().amend(by=ada, product="Greeting cards")
    batch = run(lin, line(1, thing="Boxes"), name="second.csv")
    page = as_lin.get(f"/imports/{batch.ref}/").content.decode()
    assert batch.changed == 0 and "Greeting cards" in page and "Boxes" in page
    conflict = Conflict.objects.get()
    as_lin.post(f"/imports/{batch.ref}/settlement/", {"conflict": conflict.pk, "keep": keep})
    assert Complaint.objects.get().product == stands
    run(lin, line(1, thing="Boxes"), line(2), name="third.csv")
    assert Conflict.objects.count() == 1 and Complaint.objects.get(external_id="1").product == stands
    conflict.refresh_from_db()
    with pytest.raises(Refused, match="decided that already"):
        batch.settle(by=lin, conflict=conflict, keep="ours")


def test_rows_without_a_number_are_known_again_by_what_they_say(lin: User) -> None:
    lines = [["", *line(1)[1:]], ["", *line(2)[1:]]]
    first = run(lin, *lines)
    assert first.refused == 2  # a column of numbers that is empty would be doubled next time
