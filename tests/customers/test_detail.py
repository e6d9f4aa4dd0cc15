"""An account's page: one story, told with as many queries for a long one as for a short one."""

from collections.abc import Callable
from datetime import time, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, User
from rca.lib.clock import now
from rca.models import Affected, Cause, Promise
from tests.make import make_complaint, make_contact, make_promise


def test_the_page_tells_complaints_promises_causes_people_and_what_happened(
    as_vic: Client, ada: User, lin: User, harbour: Account
) -> None:
    june = make_contact(harbour, by=ada, phone="01632 960123")
    june.preference.ask(by=ada, channel="phone", opens=time(14), closes=time(17), topics=["prices"])
    complaint = make_complaint(harbour, by=ada, words="You charged me twice.")
    promise = make_promise(complaint, by=ada)
    cause = Cause.objects.create(title="Old forms", next_review=now().date(), opened_at=now(), opened_by=lin)
    Affected.objects.create(cause=cause, account=harbour, how="rule", why="30 copies", by=lin, at=now())
    page = as_vic.get(f"/accounts/{harbour.ref}/").content.decode()
    for said in (complaint.ref, "You charged me twice.", promise.ref, cause.ref, "not told", "30 copies", "June Carver",
                 "14:00 to 17:00", "1632 960123", "Complaint taken by phone.", "One complaint is open.",
                 "They have not been told of 1 cause that hit them."):  # fmt: skip
        assert said in page, said


def test_an_account_of_which_nothing_is_known_says_so(as_ada: Client, harbour: Account) -> None:
    page = as_ada.get(f"/accounts/{harbour.ref}/").content.decode()
    for said in ("worth a year: unknown", "customer since: unknown", "They have not complained", "We know nobody there",
                 "Nothing was ever promised", "When we last spoke is unknown", "nobody looks after them"):  # fmt: skip
        assert said in page, said


def test_how_promises_to_them_ended_is_counted(as_ada: Client, ada: User, harbour: Account) -> None:
    for days, how in ((30, "kept"), (20, "late"), (10, "broken"), (5, "released")):
        start = now() - timedelta(days=days)
        promise = Promise.objects.make(
            by=ada, account=harbour, kind="answer", what="", window_from=start, window_until=start + timedelta(hours=1),
            at=start - timedelta(days=1),
        )  # fmt: skip
        at = start + timedelta(hours=2 if how == "late" else 0)
        {"kept": promise.keep, "late": promise.keep, "broken": promise.break_off, "released": promise.release}[how](
            by=ada, words="So it was.", at=at
        )
    assert '<span class="sum">1 of 3</span>' in as_ada.get(f"/accounts/{harbour.ref}/").content.decode()


def test_a_long_story_asks_as_many_queries_as_a_short_one(as_ada: Client, ada: User, harbour: Account) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_ada.get(f"/accounts/{harbour.ref}/").status_code == 200
        return len(captured)

    def more(count: int) -> None:
        for number in range(count):
            contact = make_contact(harbour, by=ada, name=f"Person {number}")
            make_promise(make_complaint(harbour, by=ada, contact=contact), by=ada)

    more(1)
    few = queries()
    more(30)
    assert queries() == few <= 20


def test_a_viewer_reads_and_is_offered_no_act(
    signed_in: Callable[[User], Client], noor: User, harbour: Account
) -> None:
    page = signed_in(noor).get(f"/accounts/{harbour.ref}/").content.decode()
    assert "Harbour Books" in page and f"{harbour.ref}/edit/" not in page and "/touch/" not in page


def test_another_reference_is_not_found(as_ada: Client, harbour: Account) -> None:
    assert as_ada.get("/accounts/A-999999999999999999/").status_code == 404
    assert as_ada.get(f"/accounts/C-{harbour.pk}/").status_code == 404
