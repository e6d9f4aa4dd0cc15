from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import User
from rca.lib.clock import now
from rca.models import Cause, Fix
from tests.conftest import the
from tests.make import make_account, make_cause, make_chain, make_complaint, make_fix, make_session


@pytest.fixture(scope="module", autouse=True)
def stage(standing: None) -> None:
    ada = the("ada")
    lin = the("lin")
    make_cause(make_complaint(make_account("Harbour Books", by=ada), by=ada), by=lin)


@pytest.fixture
def cause(db: None) -> Cause:
    return Cause.objects.get()


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def typed(about: Cause, owner: User, **more: str) -> dict[str, str]:
    return {"cause": about.ref, "title": "The date is on the stock card", "kind": "corrective", "owner": str(owner.pk),
            "due": "+3", "measure": "price complaints a month", "falls_from": "4", "falls_to": "0",
            "check_on": "+31", **more}  # fmt: skip


def test_a_fix_is_proposed_in_plain_words(as_ada: Client, cause: Cause, ada: User) -> None:
    assert f'value="{cause.ref}"' in text(as_ada, f"/fixes/propose/?cause={cause.ref}")
    answer = as_ada.post("/fixes/propose/", typed(cause, ada))
    fix = Fix.objects.get()
    assert answer["Location"] == f"/causes/{cause.ref}/#fixes"
    assert (fix.due, fix.check_on) == (localdate() + timedelta(days=3), localdate() + timedelta(days=31))
    assert fix.ref in text(as_ada, f"/causes/{cause.ref}/")


def test_an_empty_proposal_says_what_is_missing_and_keeps_the_rest(as_ada: Client) -> None:
    answer = as_ada.post("/fixes/propose/", {"detail": "With a deputy."})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Say in one line what will be done" in page and "With a deputy." in page
    answer = as_ada.post("/fixes/propose/", {"title": "x", "due": "soonish", "falls_to": "few"})
    assert "“soonish” is no day" in answer.content.decode()


def test_a_proposal_for_nothing_or_for_a_cause_that_is_not_there_is_a_field_error(
    as_ada: Client, ada: User, cause: Cause
) -> None:
    for ref, sentence in [("", "Say which cause it mends"), ("R-999999", "There is no cause R-999999")]:
        answer = as_ada.post("/fixes/propose/", typed(cause, ada, cause=ref))
        assert answer.status_code == 422 and sentence in answer.content.decode()


def test_a_fix_for_a_why_leads_to_its_own_page(as_lin: Client, lin: User, cause: Cause) -> None:
    why = make_chain(make_session(by=lin), by=lin)[2]
    assert text(as_lin, f"/fixes/propose/?why={why.pk}")
    answer = as_lin.post("/fixes/propose/", typed(cause, lin, cause="", why=str(why.pk)))
    fix = Fix.objects.get()
    assert answer["Location"] == f"/fixes/{fix.ref}/" and fix.cause is None
    assert "no root yet" in text(as_lin, "/fixes/")


def test_from_under_way_to_verified_in_the_browser(
    as_ada: Client, as_lin: Client, cause: Cause, ada: User, lin: User
) -> None:
    fix = make_fix(cause, by=lin, owner=ada, days=0)
    page = text(as_ada, f"/fixes/{fix.ref}/")
    assert "It is in place" in page and "to fall from 4 to 0" in page
    as_ada.post(f"/fixes/{fix.ref}/completion/", {"words": "On the card."})
    page = text(as_ada, f"/fixes/{fix.ref}/")
    assert "Did it fall?" in page and "The same as a table" in page and "Keep the verdict" not in page
    answer = as_lin.post(f"/fixes/{fix.ref}/verification/", {"result": "effective"})
    assert answer.status_code == 422 and "a verdict without evidence is a wish" in answer.content.decode()
    as_lin.post(f"/fixes/{fix.ref}/verification/", {"result": "effective", "evidence": "None.", "observed": "0"})
    assert "counted 0" in text(as_lin, f"/fixes/{fix.ref}/")
    assert as_lin.post(f"/fixes/{fix.ref}/completion/").status_code == 409


def test_a_move_and_a_drop_need_their_reasons(as_lin: Client, cause: Cause, lin: User) -> None:
    fix = make_fix(cause, by=lin)
    answer = as_lin.post(f"/fixes/{fix.ref}/slip/", {"due": "+9"})
    assert answer.status_code == 422 and "Say why it moves" in answer.content.decode()
    as_lin.post(f"/fixes/{fix.ref}/slip/", {"due": "+9", "reason": "The printer is late."})
    assert "The printer is late." in text(as_lin, f"/fixes/{fix.ref}/")
    assert as_lin.post(f"/fixes/{fix.ref}/drop/", {}).status_code == 422
    as_lin.post(f"/fixes/{fix.ref}/drop/", {"reason": "The supplier does it."})
    assert "dropped" in text(as_lin, f"/fixes/{fix.ref}/")


def test_a_stale_edit_shows_both_titles(as_lin: Client, cause: Cause, lin: User) -> None:
    fix = make_fix(cause, by=lin)
    page = text(as_lin, f"/fixes/{fix.ref}/edit/")
    assert f'value="{localdate() + timedelta(days=3)}"' in page
    data = typed(cause, lin, version=str(fix.version), check_on=str(fix.check_on))
    fix.amend(by=lin, version=fix.version, title="By Tom")
    answer = as_lin.post(f"/fixes/{fix.ref}/edit/", {**data, "title": "By Lin"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "By Tom" in page and "By Lin" in page
    fix.refresh_from_db()
    as_lin.post(f"/fixes/{fix.ref}/edit/", {**data, "version": str(fix.version), "title": "By Lin"})
    fix.refresh_from_db()
    assert fix.title == "By Lin"


@pytest.mark.parametrize("show", ["open", "mine", "overdue", "check", "done", "all"])
def test_every_view_of_the_list_answers_empty_and_filled(as_lin: Client, lin: User, cause: Cause, show: str) -> None:
    assert 'class="empty"' in text(as_lin, f"/fixes/?show={show}")
    make_fix(cause, by=lin)
    assert text(as_lin, f"/fixes/?show={show}&cause={cause.ref}&kind=corrective&q=stock")
    assert 'class="empty"' in text(as_lin, f"/fixes/?show={show}&cause=junk")


def test_the_soonest_due_comes_first_and_the_pages_go_on_from_there(as_lin: Client, lin: User, cause: Cause) -> None:
    late, soon = make_fix(cause, by=lin, days=9, title="Late"), make_fix(cause, by=lin, days=1, title="Soon")
    page = text(as_lin, "/fixes/")
    assert page.index(f"/fixes/{soon.ref}/") < page.index(f"/fixes/{late.ref}/")
    fill(60, cause, lin)
    page = text(as_lin, "/fixes/")
    older = page.split(";older=")[1].split('"')[0]
    assert page.count("data-row") == 50 and text(as_lin, f"/fixes/?older={older}").count("data-row") == 12


def fill(number: int, cause: Cause, by: User) -> None:
    Fix.objects.bulk_create(
        [Fix(cause=cause, kind="corrective", title=f"Fix {n}", owner=by, due=localdate() + timedelta(days=n % 30 + 2),
             proposed_by=by, proposed_at=now()) for n in range(number)]
    )  # fmt: skip


def test_the_list_asks_the_database_as_often_for_ten_fixes_as_for_a_thousand(
    as_lin: Client, lin: User, cause: Cause
) -> None:
    def queries() -> int:
        as_lin.get("/fixes/")
        with CaptureQueriesContext(connection) as found:
            assert as_lin.get("/fixes/").status_code == 200
        return len(found)

    fill(10, cause, lin)
    few = queries()
    fill(990, cause, lin)
    assert queries() == few <= 15


def test_a_viewer_reads_and_is_offered_no_act(
    signed_in: Callable[[User], Client], noor: User, cause: Cause, lin: User
) -> None:
    fix = make_fix(cause, by=lin)
    page = text(signed_in(noor), f"/fixes/{fix.ref}/")
    assert f"/fixes/{fix.ref}/completion/" not in page
    assert signed_in(noor).post(f"/fixes/{fix.ref}/completion/").status_code == 403
    assert signed_in(noor).get("/fixes/propose/").status_code == 403
