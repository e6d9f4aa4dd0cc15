from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import Account, User
from rca.health import scoring
from rca.lib.clock import now
from rca.models import Affected, Cause, Decision
from rca.review.ranking import ranked
from tests.make import make_account, make_cause, make_complaint, make_fix


@pytest.fixture
def cause(lin: User, ada: User, harbour: Account) -> Cause:
    return make_cause(make_complaint(harbour, by=ada, severity="serious"), by=lin)


def test_the_row_says_how_many_how_old_whose_and_what_blocks(as_vic: Client, cause: Cause, lin: User) -> None:
    make_fix(cause, by=lin)
    scoring.refresh()
    page = as_vic.get("/review/").content.decode()
    for words in ("1 account<", "1 wound<", "1 untold", "Lin Haddad", "is not finished", "Record decision", "Since "):
        assert words in page, words


def test_the_heaviest_comes_first_and_the_sum_is_the_sum_of_its_parts(cause: Cause, ada: User, lin: User) -> None:
    light = make_cause(make_complaint(make_account("Globex", by=ada), by=ada), by=lin, title="Light")
    for number in range(3):
        cause.affect(by=lin, account=make_account(f"School {number}", by=ada, yearly_value=50_000), why="Same form.")
    make_fix(cause, by=lin, at=now() - timedelta(days=20), days=3)
    scoring.refresh()
    first, second = ranked(Cause.objects.open())
    assert (first.cause, second.cause) == (cause.pk, light.pk)
    assert sum(part.points for part in first.parts) == first.score
    assert [part.text for part in first.parts] == [
        "4 accounts", "1 wound in 90 days", "£150,000 a year", "4 untold", "1 fix overdue"
    ]  # fmt: skip


def test_what_changed_since_the_last_review_comes_from_the_ledger(
    as_vic: Client, cause: Cause, vic: User, lin: User, ada: User
) -> None:
    then = now() - timedelta(days=3)
    Decision.objects.decide(by=vic, cause=cause, kind="keep", next_review=localdate() + timedelta(days=9), at=then)
    fix = make_fix(cause, by=lin)
    row = as_vic.get("/review/").context["matters"][0]
    assert row.since == localdate(then) and row.decided is None
    assert (fix.ref, fix.get_absolute_url()) in [(one.ref, one.url) for one in row.changes]


def test_a_decision_on_the_page_folds_the_row_with_undo(as_vic: Client, cause: Cause) -> None:
    answer = as_vic.post(f"/review/{cause.ref}/decision/", {"kind": "keep", "next_review": "+14"})
    assert answer.status_code == 302 and answer["Location"] == f"/review/#r-{cause.pk}"
    page = as_vic.get("/review/").content.decode()
    assert "Kept</span> by Vic" in page and "/undoing/" in page and "Record decision" not in page
    as_vic.post(f"/review/decisions/{Decision.objects.get().pk}/undoing/")
    assert "Record decision" in as_vic.get("/review/").content.decode()


def test_what_was_accepted_stays_in_sight_today_and_can_be_taken_back(as_vic: Client, cause: Cause) -> None:
    form = {"kind": "accept", "reason": "It is the weather.", "next_review": "+90"}
    assert as_vic.post(f"/review/{cause.ref}/decision/", form).status_code == 302
    assert "“It is the weather.”" in as_vic.get("/review/").content.decode()


def test_accepting_without_a_reason_is_a_field_error_and_the_day_stays(as_vic: Client, cause: Cause) -> None:
    answer = as_vic.post(f"/review/{cause.ref}/decision/", {"kind": "accept", "reason": "", "next_review": "+21"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "A cause is not accepted without a reason." in page and 'value="+21"' in page


def test_htmx_gets_the_row_alone(as_vic: Client, cause: Cause) -> None:
    bad = as_vic.post(f"/review/{cause.ref}/decision/", {"kind": "keep"}, HTTP_HX_REQUEST="true")
    good = as_vic.post(f"/review/{cause.ref}/decision/", {"kind": "keep", "next_review": "+14"}, HTTP_HX_REQUEST="true")
    assert bad.status_code == 422 and "without a day" in bad.content.decode() and "<html" not in bad.content.decode()
    assert good.status_code == 200 and "data-done" in good.content.decode() and "<html" not in good.content.decode()


def test_a_closed_cause_is_refused_in_a_sentence(as_vic: Client, cause: Cause) -> None:
    Cause.objects.filter(pk=cause.pk).update(state="closed")
    answer = as_vic.post(f"/review/{cause.ref}/decision/", {"kind": "keep", "next_review": "+14"})
    assert answer.status_code == 409 and "is closed" in answer.content.decode()


def test_a_lead_reads_and_is_told_who_decides(as_lin: Client, cause: Cause) -> None:
    assert "Record decision" not in as_lin.get("/review/").content.decode()
    answer = as_lin.post(f"/review/{cause.ref}/decision/", {"kind": "keep", "next_review": "+14"})
    assert answer.status_code == 403 and "takes a manager" in answer.content.decode()


def test_the_address_chooses_which_form_is_open_and_a_mangled_one_does_no_harm(as_vic: Client, cause: Cause) -> None:
    page = as_vic.get(f"/review/?decide={cause.ref}&kind=reassign")
    assert page.context["chosen"] == cause.pk and 'value="reassign" data-key="3" checked' in page.content.decode()
    for query in ("decide=x", "from=-1", "from=²", "show=none", "decide=R-999999999999999999"):
        assert as_vic.get(f"/review/?{query}").status_code == 200


def test_an_empty_room_says_so(as_vic: Client) -> None:
    page = as_vic.get("/review/").content.decode()
    assert "No root cause is open." in page and "Nothing to decide" in page


def test_the_same_number_of_queries_for_ten_causes_and_for_a_thousand(
    as_vic: Client, cause: Cause, lin: User, vic: User, harbour: Account
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_vic.get("/review/").status_code == 200
        return len(captured)

    def more(number: int) -> None:
        made = Cause.objects.bulk_create(
            Cause(title=f"Cause {n}", next_review=localdate(), opened_at=now(), opened_by=lin, owner=lin)
            for n in range(number)
        )
        Affected.objects.bulk_create(
            Affected(cause=one, account=harbour, how="complained", by=lin, at=now()) for one in made
        )

    for _ in range(10):
        make_fix(cause, by=lin)
    more(9)
    few = queries()
    more(990)
    assert queries() == few <= 15
