"""Every act on an account: it is done, it is refused in a sentence, it is forbidden, it is in the ledger."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, Contact, Entry, Touch, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused, Stale
from tests.make import make_account, make_contact


def entry(act: str) -> Entry:
    return Entry.objects.get(act=act)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


# Opening and changing


def test_ada_opens_an_account_with_what_is_known(as_ada: Client) -> None:
    typed = {"name": " Beacon Street  Books", "kind": "customer", "yearly_value": "£31,400", "time_zone": "new york",
             "customer_since": "31/05/2014"}  # fmt: skip
    answer = as_ada.post("/accounts/new/", typed)
    account = Account.objects.get()
    assert answer["Location"] == f"/accounts/{account.ref}/"
    assert (account.yearly_value, account.time_zone) == (31400, "America/New_York")
    assert f"{account.customer_since}" == "2014-05-31" and entry("opened").ref == account.ref


def test_an_empty_form_says_what_is_missing_and_keeps_the_rest(as_ada: Client) -> None:
    typed = {"kind": "customer", "region": "Whitby", "yearly_value": "-5", "time_zone": "Atlantis"}
    answer = as_ada.post("/accounts/new/", typed)
    assert answer.status_code == 422 and 'value="Whitby"' in text(answer)
    assert "An account needs a name." in text(answer) and "“Atlantis” is no time zone" in text(answer)


@pytest.mark.parametrize("name", ["Harbour Books", "HARBOUR BOOKS", "harbor bks"])
def test_a_name_or_spelling_that_is_taken_is_refused_with_a_link(
    as_ada: Client, ada: User, harbour: Account, name: str
) -> None:
    harbour.call_also(by=ada, name="Harbor Bks")
    answer = as_ada.post("/accounts/new/", {"name": name, "kind": "customer"})
    assert answer.status_code == 409 and "There is an account named Harbour Books already" in text(answer)
    assert f"/accounts/{harbour.ref}/" in text(answer) and Account.objects.count() == 1


def test_a_change_keeps_what_stood_before(as_ada: Client, ada: User) -> None:
    account = make_account(by=ada, segment="book shops")
    answer = as_ada.post(f"/accounts/{account.ref}/edit/", {"version": 1, "name": "Harbour Books", "kind": "customer",
                                                          "segment": "schools"})  # fmt: skip
    assert answer.status_code == 302
    assert (entry("amended").before, entry("amended").after) == ({"segment": "book shops"}, {"segment": "schools"})


def test_a_stale_change_shows_both_texts_and_writes_neither_over(as_ada: Client, ada: User, harbour: Account) -> None:
    harbour.amend(by=ada, version=1, region="Whitby")
    answer = as_ada.post(f"/accounts/{harbour.ref}/edit/", {"version": 1, "name": "Harbour Books", "kind": "customer",
                                                          "region": "Leeds"})  # fmt: skip
    assert answer.status_code == 409 and "Whitby" in text(answer) and "Leeds" in text(answer)
    harbour.refresh_from_db()
    assert harbour.region == "Whitby"


def test_a_renamed_account_may_not_take_anothers_name(ada: User, harbour: Account) -> None:
    globex = make_account("Globex", by=ada)
    with pytest.raises(Refused, match="There is an account named Harbour Books already"):
        globex.amend(by=ada, name="harbour books")
    globex.amend(by=ada, name="GLOBEX")


@pytest.mark.parametrize("facts", [{"name": "  "}, {"time_zone": "Mars/Olympus"}, {"yearly_value": -1}])
def test_a_change_that_makes_no_sense_is_refused(ada: User, harbour: Account, facts: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        harbour.amend(by=ada, **facts)


# The people there


def test_a_person_is_added_and_their_number_kept_as_the_network_knows_it(as_ada: Client, harbour: Account) -> None:
    as_ada.post(f"/accounts/{harbour.ref}/contact/", {"name": "June Carver", "phone": "01632 960 123"})
    june = Contact.objects.get()
    assert (june.phone, june.preference.hours) == ("+441632960123", "not asked yet")
    assert entry("contact_added").ref == harbour.ref


def test_what_is_no_telephone_number_is_refused_and_not_lost(as_ada: Client, harbour: Account) -> None:
    answer = as_ada.post(f"/accounts/{harbour.ref}/contact/", {"name": "June", "phone": "ring the bell"})
    assert answer.status_code == 409 and "“ring the bell” is no telephone number" in text(answer)


def test_a_form_without_a_name_stands_open_with_its_error_on_the_page(as_ada: Client, harbour: Account) -> None:
    answer = as_ada.post(f"/accounts/{harbour.ref}/contact/", {"email": "no mail address"})
    assert answer.status_code == 422 and "Whom do we reach?" in text(answer) and "Harbour Books" in text(answer)


def test_a_person_is_put_right_and_a_stale_correction_is_refused(ada: User, harbour: Account) -> None:
    june = make_contact(harbour, by=ada, email="june@harbor.example")
    Contact.objects.update(bounced_at=now())
    june.refresh_from_db()
    june.correct(by=ada, name="June Carver", email="june@harbour.example", version=1)
    june.refresh_from_db()
    assert june.bounced_at is None and entry("contact_corrected").before["email"] == "june@harbor.example"
    with pytest.raises(Stale):
        june.correct(by=ada, name="Jane", version=1)


def test_a_person_who_has_moved_on_is_rung_no_more(as_ada: Client, ada: User, harbour: Account) -> None:
    june = make_contact(harbour, by=ada)
    address = f"/accounts/{harbour.ref}/contacts/{june.pk}/departure/"
    assert as_ada.post(address).status_code == 302
    harbour.refresh_from_db()
    assert harbour.contact is None and entry("contact_moved_on").ref == harbour.ref
    assert "June Carver has moved on already." in text(as_ada.post(address))


def test_a_person_of_another_account_is_not_found(as_ada: Client, ada: User, harbour: Account) -> None:
    stranger = make_contact(make_account("Globex", by=ada), by=ada)
    for act in ("departure", "preference", "correction"):
        assert as_ada.post(f"/accounts/{harbour.ref}/contacts/{stranger.pk}/{act}/").status_code == 404


def test_wishes_are_kept_as_people_say_them(as_ada: Client, ada: User, harbour: Account) -> None:
    june = make_contact(harbour, by=ada)
    typed = {"version": 1, "channel": "phone", "days": ["2", "3", "4"], "opens": "9", "closes": "11.30",
             "topics": "prices,  deliveries ,prices"}  # fmt: skip
    assert as_ada.post(f"/accounts/{harbour.ref}/contacts/{june.pk}/preference/", typed).status_code == 302
    june.preference.refresh_from_db()
    assert june.preference.hours == "Tue to Thu, 9:00 to 11:30"
    assert june.preference.topics == ["prices", "deliveries"] and entry("preference_asked").after["channel"] == "phone"


def test_hours_that_end_before_they_begin_are_refused(as_ada: Client, ada: User, harbour: Account) -> None:
    june = make_contact(harbour, by=ada)
    address = f"/accounts/{harbour.ref}/contacts/{june.pk}/preference/"
    answer = as_ada.post(address, {"version": 1, "opens": "5pm", "closes": "14"})
    assert answer.status_code == 409 and "turn the two times round" in text(answer)
    answer = as_ada.post(address, {"version": 1, "opens": "tea time"})
    assert answer.status_code == 422 and "“tea time” is no time of the day" in text(answer)


def test_stale_wishes_are_refused_with_both(as_ada: Client, ada: User, harbour: Account) -> None:
    june = make_contact(harbour, by=ada)
    june.preference.ask(by=ada, channel="text", version=1)
    answer = as_ada.post(f"/accounts/{harbour.ref}/contacts/{june.pk}/preference/", {"version": 1, "channel": "phone"})
    assert answer.status_code == 409 and "Somebody saved this first" in text(answer)


# Owner, spelling, contacts both ways


def test_lin_names_the_owner_and_ada_may_not(as_lin: Client, as_ada: Client, ada: User, harbour: Account) -> None:
    address = f"/accounts/{harbour.ref}/assignment/"
    answer = as_ada.post(address, {"owner": ada.pk})
    assert answer.status_code == 403 and "to name an account’s owner takes a support lead" in text(answer)
    as_lin.post(address, {"owner": ada.pk})
    harbour.refresh_from_db()
    assert harbour.owner == ada and entry("assigned").after == {"owner": ada.ref}


def test_somebody_who_is_no_colleague_cannot_own_an_account(as_lin: Client, ada: User, harbour: Account) -> None:
    robot = User.objects.system("importer")
    assert as_lin.post(f"/accounts/{harbour.ref}/assignment/", {"owner": robot.pk}).status_code == 422


def test_another_spelling_is_found_and_belongs_to_one_account_only(as_ada: Client, ada: User, harbour: Account) -> None:
    globex = make_account("Globex", by=ada)
    as_ada.post(f"/accounts/{harbour.ref}/alias/", {"name": "Harbor Bks"})
    assert Account.objects.named("HARBOR BKS") == harbour and entry("aliased").ref == harbour.ref
    answer = as_ada.post(f"/accounts/{globex.ref}/alias/", {"name": "harbor bks"})
    assert answer.status_code == 409 and "There is an account named Harbour Books already" in text(answer)


def test_a_contact_is_kept_with_who_how_and_whether_we_spoke(as_ada: Client, ada: User, harbour: Account) -> None:
    june = make_contact(harbour, by=ada)
    typed = {"way": "out", "channel": "phone", "reached": "no", "contact": june.pk, "words": "It rang out."}
    as_ada.post(f"/accounts/{harbour.ref}/touch/", typed)
    touch = Touch.objects.get()
    assert (touch.reached, touch.contact, touch.words) == (False, june, "It rang out.")
    assert entry("touched").says == "We reached out to June Carver by phone, and nobody answered."


def test_a_contact_with_a_stranger_or_in_the_future_is_refused(as_ada: Client, ada: User, harbour: Account) -> None:
    stranger = make_contact(make_account("Globex", by=ada), by=ada)
    typed = {"way": "in", "channel": "phone", "reached": "", "contact": stranger.pk}
    assert as_ada.post(f"/accounts/{harbour.ref}/touch/", typed).status_code == 422
    with pytest.raises(Refused, match="June Carver is not a contact of Harbour Books"):
        harbour.touches.keep(by=ada, way="in", channel="phone", contact=stranger)
    with pytest.raises(Refused, match="A contact lies behind us"):
        harbour.touches.keep(by=ada, way="in", channel="phone", at=now() + timedelta(days=1))
    assert not Touch.objects.exists()


VERBS: list[tuple[str, Callable[[Account, Contact, User], Any]]] = [
    ("open an account", lambda account, june, noor: Account.objects.open(by=noor, name="New")),
    ("change an account", lambda account, june, noor: account.amend(by=noor, region="Leeds")),
    ("change an account", lambda account, june, noor: account.contacts.introduce(by=noor, name="New")),
    ("change an account", lambda account, june, noor: june.correct(by=noor, name="New")),
    ("change an account", lambda account, june, noor: june.move_on(by=noor)),
    ("change an account", lambda account, june, noor: june.preference.ask(by=noor, channel="phone")),
    ("change an account", lambda account, june, noor: account.call_also(by=noor, name="New")),
    ("name an account’s owner", lambda account, june, noor: account.assign(by=noor, owner=None)),
    ("note a contact", lambda account, june, noor: account.touches.keep(by=noor, way="in", channel="phone")),
]


@pytest.mark.parametrize(("act", "verb"), VERBS, ids=range(len(VERBS)))
def test_a_viewer_may_do_none_of_it_and_is_told_who_may(
    ada: User, noor: User, harbour: Account, act: str, verb: Callable[[Account, Contact, User], Any]
) -> None:
    june = make_contact(harbour, by=ada)
    before = Entry.objects.count()
    with pytest.raises(Forbidden, match=f"Noor Said is a viewer; to {act} takes"):
        verb(harbour, june, noor)
    assert Entry.objects.count() == before
