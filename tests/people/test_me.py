"""One's own page: role, tokens shown once, theme; and the same person through the API."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import ApiToken, Entry, User
from rca.lib.clock import now
from rca.lib.refused import Refused

Door = Callable[..., APIClient]
TYPED = {"name": "order desk import", "scope": "read write", "days": "30"}


def test_the_page_says_who_one_is_and_what_one_may_do(as_ada: Client, as_vic: Client) -> None:
    page = as_ada.get("/people/me/").content.decode()
    assert "You are an agent here." in page and "log a complaint" in page and 'href="/ledger/"' not in page
    assert "takes that role: waive telling an account" in page
    assert 'href="/ledger/"' in as_vic.get("/people/me/").content.decode()


def test_a_token_is_shown_once_opens_the_api_and_is_kept_as_a_print_only(as_ada: Client, ada: User) -> None:
    answer = as_ada.post("/people/me/token/", TYPED)
    secret = answer.context["secret"]
    assert secret in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert secret not in as_ada.get("/people/me/").content.decode()
    token = ApiToken.objects.get()
    assert secret not in (token.digest, token.prefix) and token.scopes == ["read", "write"]
    assert token.expires_at and abs(token.expires_at - now() - timedelta(days=30)) < timedelta(minutes=1)
    assert Entry.objects.get(act="token_issued").by == ada
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/me/").data["email"] == ada.email


def test_a_token_without_a_name_is_an_error_at_its_field(as_ada: Client) -> None:
    answer = as_ada.post("/people/me/token/", {"scope": "read"})
    assert answer.status_code == 422 and "Say what it is for" in answer.content.decode()
    assert as_ada.post("/people/me/token/", {**TYPED, "scope": "everything"}).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_revoked_token_opens_nothing_and_a_second_revocation_is_refused(as_ada: Client, ada: User) -> None:
    token, secret = ApiToken.objects.issue(by=ada, name="wallboard", scopes=["read"])
    address = f"/people/me/tokens/{token.pk}/revocation/"
    assert as_ada.post(address).status_code == 302
    assert APIClient(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/me/").status_code == 401
    again = as_ada.post(address)
    assert again.status_code == 409 and "is revoked already" in again.content.decode()
    assert Entry.objects.filter(act="token_revoked").count() == 1
    assert "wallboard" not in as_ada.get("/people/me/").content.decode()


def test_nobody_revokes_what_is_anothers(as_ada: Client, lin: User) -> None:
    token, _ = ApiToken.objects.issue(by=lin, name="wallboard", scopes=["read"])
    assert as_ada.post(f"/people/me/tokens/{token.pk}/revocation/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "everything"]])
def test_a_token_has_only_scopes_that_there_are(ada: User, scopes: list[str]) -> None:
    with pytest.raises(Refused, match="scopes are read, write or both"):
        ApiToken.objects.issue(by=ada, name="x", scopes=scopes)


def test_the_theme_is_a_cookie_that_the_next_page_obeys(as_ada: Client) -> None:
    assert as_ada.post("/people/me/theme/", {"choice": "dark"}).status_code == 302
    assert '<html lang="en-GB" data-theme="dark">' in as_ada.get("/people/me/").content.decode()
    as_ada.post("/people/me/theme/", {"choice": "plaid"})
    assert as_ada.cookies["theme"].value == "dark"


def test_me_through_the_api_says_role_abilities_and_the_token(api: Door, ada: User) -> None:
    told = api(ada, "read").get("/api/v1/me/").data
    assert (told["role"], told["token"]["scopes"]) == ("agent", ["read"])
    assert "complaints.log" in told["may"] and "causes.mark" not in told["may"]


def test_colleagues_are_listed_by_mail_and_the_product_itself_is_not(api: Door, ada: User, lin: User) -> None:
    User.objects.system("importer")
    told = api(ada).get("/api/v1/people/").data["results"]
    assert {one["email"] for one in told} == {ada.email, lin.email} and "password" not in told[0]


@pytest.mark.parametrize("address", ["/people/me/", "/ledger/", "/accounts/", "/promises/", "/accounts/suggest/?q=a"])
def test_who_has_not_signed_in_is_sent_to_the_door(address: str, db: None) -> None:
    answer = Client().get(address)
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
