"""What was logged in a hurry is sorted afterwards, one after the other."""

from collections.abc import Callable

from django.test import Client

from accounts.models import Account, User
from rca.models import Complaint
from tests.make import make_complaint

ALL = {"severity": "serious", "behaviours": ["none"], "product": "The Salt Road"}


def test_the_tab_shows_what_is_open_and_not_sorted(as_ada: Client, ada: User, harbour: Account) -> None:
    bare = make_complaint(harbour, by=ada, words="Bare.")
    make_complaint(harbour, by=ada, words="Sorted.", **ALL)
    closed = make_complaint(harbour, by=ada, words="Closed.")
    closed.acknowledge(by=ada, words="Sorry.", how="phone", our_mistake="no")
    closed.close(by=ada, outcome="Done.")
    assert list(Complaint.objects.to_sort()) == [bare]
    page = as_ada.get("/complaints/?show=to-sort").content.decode()
    assert "Bare." in page and "Sorted." not in page and "/complaints/sort/" in page


def test_one_is_sorted_and_the_next_one_comes(as_ada: Client, ada: User, harbour: Account) -> None:
    older = make_complaint(harbour, by=ada, words="Older.")
    newer = make_complaint(harbour, by=ada, words="Newer.")
    assert "Newer." in as_ada.get("/complaints/sort/").content.decode()
    answer = as_ada.post("/complaints/sort/", {"complaint": newer.ref, "version": 1, **ALL}, follow=True)
    newer.refresh_from_db()
    assert (newer.severity, newer.behaviours, newer.product) == ("serious", ["none"], "The Salt Road")
    assert "Older." in answer.content.decode()
    assert "That was the last one" in as_ada.get(f"/complaints/sort/?after={older.ref}").content.decode()


def test_none_of_these_beside_one_that_applies_is_a_field_error(as_ada: Client, ada: User, harbour: Account) -> None:
    row = make_complaint(harbour, by=ada)
    answer = as_ada.post("/complaints/sort/", {"complaint": row.ref, "version": 1, "behaviours": ["none", "rude"]})
    assert answer.status_code == 422 and "Either none of these" in answer.content.decode()


def test_who_sorts_second_hears_of_the_first(as_ada: Client, ada: User, lin: User, harbour: Account) -> None:
    row = make_complaint(harbour, by=ada)
    row.amend(by=lin, version=1, severity="critical")
    answer = as_ada.post("/complaints/sort/", {"complaint": row.ref, "version": 1, **ALL})
    assert answer.status_code == 409 and "Somebody saved first" in answer.content.decode()


def test_a_viewer_does_not_sort(signed_in: Callable[[User], Client], noor: User) -> None:
    assert signed_in(noor).get("/complaints/sort/").status_code == 403


def test_mangled_references_show_the_top_or_nothing(as_ada: Client, ada: User, harbour: Account) -> None:
    make_complaint(harbour, by=ada, words="Bare.")
    assert "Bare." in as_ada.get("/complaints/sort/?after=C-999%00").content.decode()
    assert as_ada.post("/complaints/sort/", {"complaint": "C-999", "version": 1}).status_code == 404
