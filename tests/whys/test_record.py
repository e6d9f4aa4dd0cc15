"""The record: what stands on it, what a version keeps, what changed since, what it cost; and the library of records."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.models import FiveWhys
from rca.whys.document import document
from rca.whys.proposing import asked_before, ideas_touched
from rca.whys.record import changes_since
from rca.whys.spending import cost
from tests.make import make_cause, make_chain, make_complaint, make_fix, make_session


def held(lin: User, minutes: int = 60, **facts: Any) -> FiveWhys:
    """A session of two, held for so long, that found one root."""
    begins = now() - timedelta(minutes=minutes)
    session: FiveWhys = FiveWhys.objects.plan(
        by=lin, problem=facts.pop("problem", "The invoice was wrong."), at=begins,
        participants=[("Rosa Klein", "buying", None), ("Dev", "", None)], **facts,
    )  # fmt: skip
    session.participants.get(name="Dev").say(by=lin, coming="no")
    session.start(by=lin, at=begins)
    make_chain(session, by=lin)
    return session


def end(session: FiveWhys, lin: User, **facts: Any) -> FiveWhys:
    session.conclude(by=lin, conclusion="One diary carried the date.", **facts)
    return session


def test_the_record_holds_everything_on_one_page(lin: User, ada: User, harbour: Account, as_ada: Client) -> None:
    session = held(lin, complaints=[make_complaint(harbour, by=ada)])
    why = session.whys.order_by("-depth")[0]
    cause = make_cause(by=lin, why=why, title="One diary carried the date")
    fix, dropped = make_fix(cause, by=lin, owner=ada), make_fix(cause, by=lin, title="Buy a second diary")
    dropped.drop(by=lin, reason="One is too many already.")
    session.park(by=lin, text="Print prices on demand.")
    session.bring(by=ada, text="The invoice of 3 March.")
    end(session, lin)
    page = as_ada.get(f"/whys/{session.ref}/record/").content.decode()
    for said in (
        "The invoice was wrong.", "You charged me twice.", harbour.name, "The re-order date was kept in one diary.",
        "seen by all of us", cause.ref, "Mended, it will stay away.", fix.ref, "Rosa Klein (buying)",
        "Could not come: Dev", "Print prices on demand.", "The invoice of 3 March.", "One is too many already.",
        "One diary carried the date.", "2 people, 1 h together: 2 person-hours", "version 1, as concluded",
    ):  # fmt: skip
        assert said in page, said


def test_what_changed_since_is_shown_before_and_after_and_the_version_can_be_seen(lin: User, as_lin: Client) -> None:
    session = end(held(lin), lin)
    assert not changes_since(session)
    session.whys.get(depth=2).confirm(by=lin, evidence="three more invoices")
    page = as_lin.get(f"/whys/{session.ref}/record/").content.decode()
    assert "Changed since it was concluded" in page and "version 1, and 1 change since" in page
    assert "<del>seen by all of us</del>" in page and "<ins>three more invoices</ins>" in page
    old = as_lin.get(f"/whys/{session.ref}/record/?version=1").content.decode()
    assert "three more invoices" not in old and "version 1, as Lin concluded it" in old
    for wrong in ("2", "x", "9" * 30):
        assert as_lin.get(f"/whys/{session.ref}/record/?version={wrong}").status_code == 404


def test_the_wording_of_an_ended_session_is_changed_only_when_it_is_reopened_and_is_its_next_version(
    lin: User, as_lin: Client
) -> None:
    session = end(held(lin), lin)
    why = session.whys.get(depth=2)
    with pytest.raises(Refused, match="is concluded: reopen it"):
        why.amend(by=lin, answer="The form is of last year.")
    session.reopen(by=lin, reason="It came back.")
    why.amend(by=lin, answer="The form is of last year.")
    assert "version 1 was concluded; it is open again" in as_lin.get(f"/whys/{session.ref}/record/").content.decode()
    end(session, lin)
    assert [one.number for one in session.editions.all()] == [1, 2]
    assert "The form is of last year." in as_lin.get(f"/whys/{session.ref}/record/?version=2").content.decode()
    assert "The form is of last year." not in as_lin.get(f"/whys/{session.ref}/record/?version=1").content.decode()


def test_the_cost_is_people_times_the_time_they_sat_together(lin: User, settings: Any) -> None:
    begins = now() - timedelta(hours=10)
    session = held(lin, minutes=600)
    session.pause(by=lin, at=begins + timedelta(minutes=30))
    session.resume(by=lin, at=begins + timedelta(hours=9))
    end(session, lin, at=begins + timedelta(hours=9, minutes=15))
    found = cost(FiveWhys.objects.get(pk=session.pk))
    assert (found.people, found.minutes, found.hours) == (2, 45, 1.5) and found.amount is None
    settings.SESSION_HOUR_COST, settings.HOUSE_CURRENCY = 40.0, "GBP"
    assert found.says == "2 people, 45 min together: 1.5 person-hours, £60"


def test_a_room_left_open_over_night_counts_as_one_day_and_an_unknown_time_is_not_zero(lin: User) -> None:
    session = end(held(lin, minutes=60 * 30), lin)
    assert cost(session).minutes == 480
    session.spent = None
    assert cost(session).says == "not known" and cost(session).hours is None


def test_a_cause_says_what_it_took_to_find(lin: User, as_lin: Client) -> None:
    first, second = held(lin), held(lin, minutes=30)
    cause = make_cause(by=lin, why=first.whys.order_by("-depth")[0])
    make_cause(by=lin, why=second.whys.order_by("-depth")[0], cause=cause)
    end(first, lin), end(second, lin)
    page = as_lin.get(f"/causes/{cause.ref}/").content.decode()
    assert "It was found in 2 sessions, 3 person-hours." in page


def test_the_record_through_the_api_is_the_same_document(lin: User, api: Callable[..., APIClient]) -> None:
    session = end(held(lin), lin)
    door = api(lin)
    made = door.get(f"/api/v1/whys/{session.ref}/record/").json()
    assert made["conclusion"] == session.conclusion and len(made["nodes"]) == 6
    assert door.get(f"/api/v1/whys/{session.ref}/record/?version=1").json()["nodes"] == made["nodes"]
    assert door.get(f"/api/v1/whys/{session.ref}/record/?version=7").status_code == 404
    assert door.get(f"/api/v1/whys/{session.ref}/").json()["cost"]["person_hours"] == 2.0


def test_the_record_asks_the_same_number_of_queries_however_large_the_tree(lin: User, as_lin: Client) -> None:
    def asked(session: FiveWhys) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert as_lin.get(f"/whys/{session.ref}/record/").status_code == 200
        return len(queries)

    small, large = end(held(lin), lin), held(lin)
    for number in range(30):
        large.whys.get(depth=1, order=0).branch(by=lin, answer=f"Another, {number}.")
    few = asked(small)
    assert asked(end(large, lin)) == few <= 20


def test_a_note_and_a_file_are_brought_before_it_begins_handed_out_and_taken_away(
    lin: User, ada: User, noor: User, as_ada: Client
) -> None:
    session: FiveWhys = FiveWhys.objects.plan(by=lin, problem="Why late?")
    address = f"/whys/{session.ref}/brought/"
    with open(__file__, "rb") as source:
        nothing = as_ada.post(address, {"text": ""})
        assert nothing.status_code == 422 and "Bring something: a note, a link or a file." in nothing.content.decode()
        assert as_ada.post(address, {"text": "x", "added": source}).status_code == 422  # no kind that is kept
    from django.core.files.uploadedfile import SimpleUploadedFile

    table = SimpleUploadedFile("two prices.csv", b"a;b\n1;2\n")
    as_ada.post(address, {"text": "see https://x.example/log <b>", "added": table})
    kept = session.evidence.get()
    assert (kept.link, kept.size) == ("https://x.example/log", 8)
    page = as_ada.get(f"/whys/{session.ref}/edit/").content.decode()
    assert "two prices.csv" in page and "&lt;b&gt;" in page
    file = as_ada.get(f"{address}{kept.pk}/")
    assert file.content == b"a;b\n1;2\n" and file["Content-Type"] == "application/octet-stream"
    with pytest.raises(Forbidden):
        session.bring(by=noor, text="No.")
    with pytest.raises(Refused, match="is here already, byte for byte"):
        session.bring(by=ada, file=("two prices.csv", b"a;b\n1;2\n"))
    as_ada.post(f"{address}{kept.pk}/taking-away/")
    assert not session.evidence.exists() and as_ada.get(f"{address}{kept.pk}/").status_code == 404
    with pytest.raises(Refused, match="taken away already"):
        kept.take_away(by=ada)


def test_a_file_that_shows_a_why_stands_on_the_record_with_its_why(lin: User, as_lin: Client) -> None:
    session = make_session(by=lin)
    make_chain(session, by=lin)[1].files.attach(by=lin, name="invoice.txt", content=b"24.50")
    made = document(session)["evidence"]
    assert [(one["file"], one["node"]) for one in made] == [("invoice.txt", "1.1")]
    assert "invoice.txt" in as_lin.get(f"/whys/{session.ref}/record/").content.decode()


def test_evidence_belongs_to_a_why_of_its_own_session(lin: User) -> None:
    one, other = make_session(by=lin), make_session(by=lin)
    why = other.ask(by=lin)
    with pytest.raises(Refused, match="belongs to another session"):
        one.bring(by=lin, text="x", why=why)
    assert other.bring(by=lin, text="x", why=why).why == why


def test_evidence_goes_through_the_api_too(lin: User, api: Callable[..., APIClient]) -> None:
    session, door = make_session(by=lin), api(lin)
    address = f"/api/v1/whys/{session.ref}/evidence/"
    assert door.post(address, {"name": "a.txt"}, format="json").status_code == 400
    made = door.post(address, {"text": "look", "name": "a.txt", "content": "d29yZHM="}, format="json").json()
    number = made["evidence"][0]["id"]
    assert door.get(f"{address}{number}/").content == b"words"
    assert door.post(f"{address}{number}/removal/", {}, format="json").json()["evidence"] == []


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("words=invoice", {"prices"}), ("words=diary", {"prices", "vans"}), ("family=price", {"prices"}),
        ("account=harbour", {"prices"}), ("root=with", {"prices"}), ("root=without", {"vans"}),
        ("since=yesterday", {"prices"}), ("until=3 weeks ago", {"vans"}), ("account=A-999", set()),
        ("since=nonsense", {"prices", "vans"}), ("", {"prices", "vans"}),
    ],
)  # fmt: skip
def test_the_library_finds_sessions_by_what_is_known_of_them(
    query: str, finds: set[str], lin: User, ada: User, harbour: Account, as_ada: Client
) -> None:
    prices = held(lin, complaints=[make_complaint(harbour, by=ada)])
    sessions = {"prices": prices, "vans": held(ada, problem="The van was late.", minutes=60 * 24 * 60)}
    make_cause(by=lin, why=sessions["prices"].whys.order_by("-depth")[0], family="price")
    page = as_ada.get(f"/whys/?show=library&{query}").content.decode()
    assert {name for name, session in sessions.items() if f'">{session.ref}</a>' in page} == finds


def test_the_library_is_paged_by_key_in_the_same_number_of_queries(lin: User, as_lin: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_lin.get("/whys/?show=library")
        return len(queries)

    for number in range(3):
        FiveWhys.objects.plan(by=lin, problem=f"Why {number}?")
    few = asked()
    for number in range(40):
        FiveWhys.objects.plan(by=lin, problem=f"Why {number}?")
    assert asked() == few <= 16
    assert "older=" in as_lin.get("/whys/?show=library").content.decode()


def test_planning_shows_what_was_asked_a_year_ago_and_the_parked_ideas_that_touch_it(
    lin: User, ada: User, harbour: Account, as_lin: Client
) -> None:
    old: FiveWhys = FiveWhys.objects.plan(by=lin, problem="The price list was wrong.", at=now() - timedelta(days=366))
    other = make_session(by=lin, problem="The van was late.")
    other.park(by=lin, text="Print the price list on demand.")
    assert [(one.session, one.when) for one in asked_before("Your price list is old.", lin)] == [(old, "a year ago")]
    assert [one.text for one in ideas_touched("Your price list is old.", lin)] == ["Print the price list on demand."]
    assert not asked_before("Everything.", lin) and not asked_before("", lin)
    complaint = make_complaint(harbour, by=ada, words="Your price list is old.")
    page = as_lin.get(f"/whys/new/?complaint={complaint.ref}").content.decode()
    assert (
        f'Asked a year ago: <a class="ref" href="/whys/{old.ref}/">' in page
        and "Print the price list on demand." in page
    )
    assert "A year ago this week" in as_lin.get("/whys/?show=library").content.decode()


def test_a_called_off_session_is_listed_with_its_reason_and_can_be_planned_again(
    lin: User, ada: User, harbour: Account, as_lin: Client
) -> None:
    complaint = make_complaint(harbour, by=ada)
    session: FiveWhys = FiveWhys.objects.plan(by=lin, problem="Why late?", complaints=[complaint])
    assert as_lin.post(f"/whys/{session.ref}/calling-off/", {"reason": ""}).status_code == 422
    as_lin.post(f"/whys/{session.ref}/calling-off/", {"reason": "Everybody is ill."})
    assert "Everybody is ill." in as_lin.get("/whys/?show=called-off").content.decode()
    page = as_lin.get(f"/whys/{session.ref}/edit/").content.decode()
    assert "Plan it again" in page and f"complaint={complaint.ref}" in page
    assert "Called off by Lin Haddad" in as_lin.get(f"/whys/{session.ref}/record/").content.decode()
