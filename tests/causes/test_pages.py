from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from accounts.models import Account, Purchase, User
from rca.lib.clock import now
from rca.models import Affected, Cause, CauseLink, Complaint
from tests.make import (
    BOOK_PRICE,
    make_account,
    make_cause,
    make_chain,
    make_complaint,
    make_fix,
    make_fixed,
    make_session,
    make_told,
)


@pytest.fixture
def cause(ada: User, lin: User, harbour: Account) -> Cause:
    return make_cause(make_complaint(harbour, by=ada), by=lin)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_lin_marks_a_root_in_the_browser(as_lin: Client, ada: User, lin: User, harbour: Account) -> None:
    why = make_chain(make_session(by=lin, complaints=[make_complaint(harbour, by=ada)]), by=lin)[-1]
    page = text(as_lin, f"/causes/roots/{why.pk}/")
    assert "Read it back aloud" in page and "he price form is incorrect" in page
    answer = as_lin.post(f"/causes/roots/{why.pk}/", {"would_have_happened": "no"})
    assert answer.status_code == 422 and "Answer yes or no." in answer.content.decode()
    answers = {"would_have_happened": "no", "stays_away": "yes", "reads_back": "yes", "family": "process"}
    answer = as_lin.post(f"/causes/roots/{why.pk}/", {**answers, "title": "One diary"})
    cause = Cause.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"/causes/{cause.ref}/"
    assert cause.title == "One diary" and cause.affected.get().account == harbour


def test_a_root_at_depth_two_without_a_reason_is_refused_on_a_page_that_keeps_the_words(
    as_lin: Client, lin: User
) -> None:
    why = make_chain(make_session(by=lin), by=lin, answers=BOOK_PRICE[:2])[-1]
    answers = {"would_have_happened": "no", "stays_away": "yes", "reads_back": "yes", "title": "One diary"}
    answer = as_lin.post(f"/causes/roots/{why.pk}/", answers)
    page = answer.content.decode()
    assert answer.status_code == 409 and "This is why 2, and five is the floor" in page and "One diary" in page


def test_an_agent_finds_no_stop_test(as_ada: Client, lin: User) -> None:
    why = make_chain(make_session(by=lin), by=lin)[-1]
    assert as_ada.get(f"/causes/roots/{why.pk}/").status_code == 403


def test_the_page_says_what_blocks_with_links_to_the_rows(as_lin: Client, cause: Cause, harbour: Account) -> None:
    page = text(as_lin, f"/causes/{cause.ref}/")
    row = cause.affected.get()
    assert f"{cause.ref} cannot close yet." in page and f'href="/causes/{cause.ref}/#a-{row.pk}"' in page
    assert f'id="a-{row.pk}"' in page and "No fix is proposed" in page
    assert 'aria-disabled="true" aria-describedby="blocks"' in page


def test_nothing_blocks_and_the_cause_closes_in_the_browser(
    as_lin: Client, cause: Cause, ada: User, lin: User, harbour: Account
) -> None:
    make_told(cause, harbour, by=ada)
    answer = as_lin.post(f"/causes/{cause.ref}/closure/", {"words": "Nobody has rung since."})
    page = answer.content.decode()
    assert answer.status_code == 409 and "No fix is proposed" in page and "Nobody has rung since." in page
    make_fixed(cause, by=lin, owner=ada)
    assert "Nothing keeps" in text(as_lin, f"/causes/{cause.ref}/")
    assert as_lin.post(f"/causes/{cause.ref}/closure/", {"words": "Quiet."}).status_code == 302
    assert "Closed by Lin Haddad" in text(as_lin, f"/causes/{cause.ref}/")
    assert as_lin.post(f"/causes/{cause.ref}/reopening/", {"reason": ""}).status_code == 422
    assert as_lin.post(f"/causes/{cause.ref}/reopening/", {"reason": "Globex rang."}).status_code == 302


def test_an_account_is_added_by_its_first_letters(as_ada: Client, cause: Cause, ada: User) -> None:
    make_account("Tolland Primary School", by=ada)
    answer = as_ada.post(f"/causes/{cause.ref}/affected/", {"account": "toll", "why": ""})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Say how it was hit" in page and 'value="toll"' in page
    as_ada.post(f"/causes/{cause.ref}/affected/", {"account": "toll", "why": "30 copies"})
    assert "silent: 30 copies" in text(as_ada, f"/causes/{cause.ref}/")


def test_vic_waives_under_the_row_and_takes_it_back(as_vic: Client, as_lin: Client, cause: Cause) -> None:
    row = cause.affected.get()
    answer = as_vic.post(f"/causes/affected/{row.pk}/waiver/", {"reason": ""})
    assert answer.status_code == 422 and "the reason stays with the row" in answer.content.decode()
    assert as_lin.post(f"/causes/affected/{row.pk}/waiver/", {"reason": "x"}).status_code == 403
    as_vic.post(f"/causes/affected/{row.pk}/waiver/", {"reason": "Shop closed."})
    assert "Shop closed." in text(as_vic, f"/causes/{cause.ref}/")
    as_vic.post(f"/causes/affected/{row.pk}/unwaiver/")
    assert cause.affected.untold().exists()


def test_a_rule_shows_whom_it_finds_before_it_writes(as_lin: Client, cause: Cause, ada: User) -> None:
    tolland = make_account("Tolland Primary School", by=ada)
    Purchase.objects.create(account=tolland, on="2026-01-10", product="The Salt Road", quantity=30, reference="58113")
    page = text(as_lin, f"/causes/{cause.ref}/rule/?product=the+salt+road&bought_from=2026-01-01")
    assert "30 of The Salt Road, invoice 58113" in page and "Put 1 on the roster" in page
    assert cause.affected.count() == 1
    as_lin.post(f"/causes/{cause.ref}/rule/", {"product": "the salt road", "bought_from": "2026-01-01"})
    assert cause.affected.get(account=tolland).how == "rule"
    assert as_lin.post(f"/causes/rules/{cause.rules.get().pk}/run/").status_code == 302


def test_a_rule_that_cannot_be_is_a_form_error(as_lin: Client, cause: Cause) -> None:
    answer = as_lin.post(f"/causes/{cause.ref}/rule/", {"product": "Sult Road"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Nobody has bought anything called" in page and "Sult Road" in page


def test_a_line_is_proposed_and_approved(as_ada: Client, as_lin: Client, cause: Cause) -> None:
    as_ada.post(f"/causes/{cause.ref}/line/", {"text": "You are right, and it was our mistake."})
    assert "nobody may say it before" in text(as_lin, f"/causes/{cause.ref}/")
    as_lin.post(f"/causes/lines/{cause.lines.get().pk}/approval/")
    assert "approved by Lin" in text(as_ada, f"/causes/{cause.ref}/")


def test_owner_review_and_title_are_changed_on_their_page(as_lin: Client, cause: Cause, ada: User) -> None:
    assert "Change R-" in text(as_lin, f"/causes/{cause.ref}/edit/")
    assert as_lin.post(f"/causes/{cause.ref}/owner/", {"owner": ""}).status_code == 422
    as_lin.post(f"/causes/{cause.ref}/owner/", {"owner": ada.pk})
    as_lin.post(f"/causes/{cause.ref}/review-date/", {"on": "+7"})
    cause.refresh_from_db()
    assert (cause.owner, cause.next_review) == (ada, localdate() + timedelta(days=7))
    version = cause.version
    as_lin.post(f"/causes/{cause.ref}/edit/", {"version": version, "title": "One diary", "family": "process"})
    answer = as_lin.post(f"/causes/{cause.ref}/edit/", {"version": version, "title": "Two diaries"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "One diary" in page and "Two diaries" in page


def test_a_complaint_is_linked_by_its_number_and_taken_off(
    as_ada: Client, cause: Cause, ada: User, harbour: Account
) -> None:
    other = make_complaint(make_account("Globex", by=ada), by=ada)
    answer = as_ada.post(f"/causes/{cause.ref}/link/", {"complaint": "C-999999"})
    assert answer.status_code == 422 and "There is no complaint C-999999" in answer.content.decode()
    as_ada.post(f"/causes/{cause.ref}/link/", {"complaint": other.ref.lower()})
    assert cause.affected.count() == 2
    as_ada.post(f"/causes/{cause.ref}/unlink/", {"complaint": other.ref})
    assert cause.affected.count() == 1


def test_a_cause_that_came_back_says_who_had_heard_and_lin_has_seen_it(
    as_lin: Client, cause: Cause, ada: User, lin: User, harbour: Account
) -> None:
    make_told(cause, harbour, by=ada)
    make_fixed(cause, by=lin, owner=ada)
    cause.close(by=lin)
    cause.link(by=ada, complaint=make_complaint(make_account("Globex", by=ada), by=ada))
    page = text(as_lin, f"/causes/{cause.ref}/")
    assert "It came back" in page and "should hear first" in page and "Harbour Books" in page
    as_lin.post(f"/causes/{cause.ref}/sighting/")
    assert "Seen by Lin" in text(as_lin, f"/causes/{cause.ref}/")
    assert "It came back" in text(as_lin, "/causes/?show=back") or cause.title in text(as_lin, "/causes/?show=back")


@pytest.mark.parametrize("show", ["open", "mine", "nobody", "back", "watched", "settled", "all"])
def test_every_view_of_the_list_answers_empty_and_filled(as_lin: Client, lin: User, show: str) -> None:
    assert 'class="empty"' in text(as_lin, f"/causes/?show={show}")
    make_cause(by=lin)
    assert text(as_lin, f"/causes/?show={show}")


def test_the_list_is_filtered_by_words_family_owner_and_the_untold(as_lin: Client, cause: Cause, lin: User) -> None:
    other = make_cause(by=lin, title="The portal locks", family="product")
    for query, seen, hidden in [
        ("q=portal", other, cause), (f"q={cause.ref}", cause, other), ("family=product", other, cause),
        ("untold=some", cause, other), ("untold=none", other, cause),
        (f"account=A-{cause.affected.get().account_id}", cause, other),
    ]:  # fmt: skip
        page = text(as_lin, f"/causes/?{query}")
        assert f"/causes/{seen.ref}/" in page and f'href="/causes/{hidden.ref}/"' not in page, query
    assert 'class="empty"' in text(as_lin, "/causes/?account=junk")
    assert text(as_lin, "/causes/?older=junk&state=none&owner=x")


def fill(number: int, by: User) -> None:
    """Many causes at once, each with a complaint, an account and a finished fix; past the verbs, for their number."""
    at = now()
    accounts = Account.objects.bulk_create([Account(name=f"House {n} {number}", opened_at=at) for n in range(number)])
    complaints = Complaint.objects.bulk_create(
        [Complaint(account=one, words="Wrong.", channel="phone", received_at=at, logged_by=by, acknowledge_by=at)
         for one in accounts]
    )  # fmt: skip
    causes = Cause.objects.bulk_create(
        [Cause(title=f"Cause {n}", next_review=at.date(), opened_at=at, opened_by=by, owner=by) for n in range(number)]
    )
    CauseLink.objects.bulk_create(
        [CauseLink(cause=cause, complaint=one, by=by, at=at) for cause, one in zip(causes, complaints, strict=True)]
    )
    Affected.objects.bulk_create(
        [Affected(cause=cause, account=one, how="complained", by=by, at=at)
         for cause, one in zip(causes, accounts, strict=True)]
    )  # fmt: skip


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_list_asks_the_database_as_often_for_ten_causes_as_for_a_thousand(
    as_lin: Client, lin: User, ada: User
) -> None:
    fill(10, lin)
    make_fixed(Cause.objects.order_by("pk")[0], by=lin, owner=ada)
    few = queries(as_lin, "/causes/")
    fill(990, lin)
    for cause in Cause.objects.order_by("-pk")[:20]:
        make_fixed(cause, by=lin, owner=ada)
    assert queries(as_lin, "/causes/") == few <= 15


def crowd(cause: Cause, number: int, by: User, told: Callable[[int], bool]) -> None:
    at = now()
    accounts = Account.objects.bulk_create(
        [Account(name=f"{number}-{n}", opened_at=at, owner=by) for n in range(number)]
    )
    for n, account in enumerate(accounts):
        if told(n):
            cause.affect(by=by, account=account, why="x")
            make_told(cause, account, by=by)
    Affected.objects.bulk_create(
        [Affected(cause=cause, account=one, how="rule", why="x", by=by, at=at) for one in accounts],
        ignore_conflicts=True,
    )


def test_the_page_asks_the_database_as_often_for_ten_accounts_as_for_a_thousand(
    as_lin: Client, cause: Cause, lin: User, ada: User
) -> None:
    make_fixed(cause, by=lin, owner=ada)
    crowd(cause, 10, lin, lambda n: n < 3)
    cause.link(by=ada, complaint=make_complaint(make_account("Globex", by=ada), by=ada))
    make_fix(cause, by=lin, owner=ada)
    few, short = queries(as_lin, f"/causes/{cause.ref}/"), queries(as_lin, f"/causes/{cause.ref}/roster/")
    crowd(cause, 990, lin, lambda n: n < 30)
    assert queries(as_lin, f"/causes/{cause.ref}/") == few <= 15
    assert queries(as_lin, f"/causes/{cause.ref}/roster/") == short <= 15


def test_the_rest_of_a_long_roster_is_on_its_own_page(as_lin: Client, cause: Cause, lin: User) -> None:
    crowd(cause, 60, lin, lambda n: n < 2)
    assert "All 59" in text(as_lin, f"/causes/{cause.ref}/")
    page = text(as_lin, f"/causes/{cause.ref}/roster/")
    assert page.count("data-untold") == 50 and "?older=" in page.replace("show=untold&amp;older", "?older")
    assert text(as_lin, f"/causes/{cause.ref}/roster/?show=told").count("data-row") == 2
    row = cause.affected.first()
    assert row and text(as_lin, row.get_absolute_url()).count("data-row") == 1


def test_a_viewer_reads_and_is_offered_no_act(signed_in: Callable[[User], Client], noor: User, cause: Cause) -> None:
    page = text(signed_in(noor), f"/causes/{cause.ref}/")
    assert "cannot close yet" in page and f"/causes/{cause.ref}/link/" not in page and "/waiver/" not in page
