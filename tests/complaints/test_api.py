from collections.abc import Callable

from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.models import Complaint
from tests.make import make_account, make_complaint, make_contact

Door = Callable[..., APIClient]


def test_a_complaint_is_logged_and_read_back_by_its_reference(api: Door, ada: User, harbour: Account) -> None:
    answer = api(ada).post("/api/v1/complaints/", {"account": harbour.ref, "words": "Twice charged."}, format="json")
    assert answer.status_code == 201 and answer.data["liaison"] == ada.email
    again = api(ada).get(f"/api/v1/complaints/{answer.data['ref']}/")
    assert again.data["words"] == "Twice charged." and again["ETag"] == '"1"'


def test_the_answer_to_logging_is_what_reading_it_would_say(api: Door, ada: User, harbour: Account) -> None:
    june = make_contact(harbour, by=ada)
    body = {"account": harbour.ref, "words": "Twice charged.", "contact": june.pk, "severity": "serious",
            "behaviours": ["rude"], "amount": "12.50", "channel": "email"}  # fmt: skip
    answer = api(ada).post("/api/v1/complaints/", body, format="json")
    again = api(ada).get(f"/api/v1/complaints/{answer.data['ref']}/")
    assert answer.json() == again.json() and answer["ETag"] == again["ETag"]


def test_logging_asks_no_more_than_it_must(
    api: Door, ada: User, harbour: Account, django_assert_max_num_queries: Callable
) -> None:
    client = api(ada)
    # The token, that it is in use, the account, our hours; the complaint, the contact, the entry, all or nothing.
    with django_assert_max_num_queries(9):
        client.post("/api/v1/complaints/", {"account": harbour.ref, "words": "Twice charged."}, format="json")


def test_without_a_token_nothing_is_told(api: Door, db: None) -> None:
    answer = APIClient().get("/api/v1/complaints/")
    assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json"


def test_a_token_that_may_only_read_cannot_write(api: Door, ada: User, harbour: Account) -> None:
    body = {"account": harbour.ref, "words": "Twice charged."}
    assert api(ada, "read").post("/api/v1/complaints/", body, format="json").status_code == 403


def test_an_account_that_does_not_exist_is_named_in_the_error(api: Door, ada: User) -> None:
    answer = api(ada).post("/api/v1/complaints/", {"account": "A-99", "words": "x"}, format="json")
    assert answer.status_code == 400 and "There is no account A-99." in str(answer.data["errors"]["account"])


def test_a_field_that_does_not_exist_is_an_error_not_an_omission(api: Door, ada: User, harbour: Account) -> None:
    body = {"account": harbour.ref, "words": "x", "is_staff": True, "state": "closed"}
    answer = api(ada).post("/api/v1/complaints/", body, format="json")
    assert answer.status_code == 400 and set(answer.data["errors"]) == {"is_staff", "state"}


def test_the_same_request_sent_again_with_its_key_logs_one_complaint(api: Door, ada: User, harbour: Account) -> None:
    client, body = api(ada), {"account": harbour.ref, "words": "Twice charged."}
    first = client.post("/api/v1/complaints/", body, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    again = client.post("/api/v1/complaints/", body, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    other = client.post("/api/v1/complaints/", {**body, "words": "b"}, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert other.status_code == 422 and Complaint.objects.count() == 1


def test_an_edit_says_which_version_it_read(api: Door, ada: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    client, address = api(ada), f"/api/v1/complaints/{complaint.ref}/"
    assert client.patch(address, {"product": "The Salt Road"}, format="json").status_code == 428
    right = client.patch(address, {"product": "The Salt Road"}, format="json", HTTP_IF_MATCH='"1"')
    assert right.status_code == 200 and right.data["product"] == "The Salt Road"
    stale = client.patch(address, {"product": "Atlas"}, format="json", HTTP_IF_MATCH='"1"')
    assert stale.status_code == 412 and stale.data["fields"]["product"] == {"yours": "Atlas", "theirs": "The Salt Road"}


def test_nul_bytes_in_a_body_are_a_field_error(api: Door, ada: User, harbour: Account) -> None:
    answer = api(ada).post("/api/v1/complaints/", {"account": harbour.ref, "words": "a\x00b"}, format="json")
    assert answer.status_code == 400 and "words" in answer.data["errors"]


def test_a_body_that_is_no_json_is_refused_in_a_sentence(api: Door, ada: User) -> None:
    answer = api(ada).post("/api/v1/complaints/", "{", content_type="application/json")
    assert answer.status_code == 400 and answer.data["title"]


def test_who_called_is_named_by_the_number_of_the_contact(api: Door, ada: User, harbour: Account) -> None:
    june = make_contact(harbour, by=ada)
    stranger = make_contact(make_account("Globex", by=ada), by=ada, name="Al Wu")
    body = {"account": harbour.ref, "words": "Twice charged."}
    answer = api(ada).post("/api/v1/complaints/", {**body, "contact": june.pk}, format="json")
    assert answer.status_code == 201 and answer.data["contact"] == june.pk
    wrong = api(ada).post("/api/v1/complaints/", {**body, "contact": stranger.pk}, format="json")
    assert wrong.status_code == 409 and "is not a contact of Harbour Books" in wrong.data["title"]
