"""Mail through the API: the same verbs, the same words, one action each."""

from collections.abc import Callable

from rest_framework.test import APIClient

from accounts.models import Account, Entry, User
from rca.models import Complaint
from tests.mailbox.conftest import Arrive
from tests.mailbox.mails import bounce, mail

Door = Callable[..., APIClient]
STRANGER = mail("Eight boxes came.", sender="Petra Moss <petra@harbourbooks.example>")


def test_what_waits_is_listed_and_a_mail_says_all_it_knows(
    arrive: Arrive, harbour: Account, api: Door, noor: User
) -> None:
    row = arrive(STRANGER)
    arrive(mail(number="<two@x.example>"))
    client = api(noor, "read")
    (listed,) = client.get("/api/v1/mails/?show=waiting").data["results"]
    assert listed["ref"] == row.ref and listed["why"] == row.why
    one = client.get(f"/api/v1/mails/{row.ref}/").data
    assert one["words"] == "Eight boxes came." and one["to"] == ["support@fairlight.example"] and one["files"] == []
    assert client.get("/api/v1/mails/?show=nothing").status_code == 400


def test_each_act_files_it_as_the_page_does(
    arrive: Arrive, complaint: Complaint, harbour: Account, api: Door, ada: User
) -> None:
    client = api(ada)
    first, second, third = (arrive(STRANGER.replace(b"<one@", f"<{n}@".encode())) for n in range(3))
    opened = client.post(f"/api/v1/mails/{first.ref}/opening/", {"account": harbour.ref}, format="json")
    assert opened.data["state"] == "opened" and opened.data["complaint"] == Complaint.objects.latest("pk").ref
    added = client.post(f"/api/v1/mails/{second.ref}/addition/", {"complaint": complaint.ref}, format="json")
    assert added.data["complaint"] == complaint.ref and added.data["filed_by"] == ada.email
    ignored = client.post(f"/api/v1/mails/{third.ref}/dismissal/", {"reason": "Toner."}, format="json")
    assert (ignored.data["state"], ignored.data["why"]) == ("ignored", "Toner.")
    marked = client.post(f"/api/v1/mails/{arrive(bounce('<x@y>')).ref}/marking/", {}, format="json")
    assert marked.data["state"] == "bounce" and harbour.contacts.get().bounced_at
    assert set(Entry.objects.filter(door="api").values_list("act", flat=True)) >= {
        "logged", "mail_opened", "wrote_again", "dismissed", "address_marked",
    }  # fmt: skip


def test_the_mail_as_it_came_is_for_who_may_file_it(arrive: Arrive, api: Door, ada: User, noor: User) -> None:
    row = arrive(STRANGER)
    answer = api(ada).get(f"/api/v1/mails/{row.ref}/raw/")
    assert answer.content == STRANGER and answer["Content-Type"] == "message/rfc822"
    assert api(noor).get(f"/api/v1/mails/{row.ref}/raw/").status_code == 403


def test_refusals_read_as_on_the_page(arrive: Arrive, complaint: Complaint, api: Door, ada: User, noor: User) -> None:
    row = arrive(STRANGER)
    address = f"/api/v1/mails/{row.ref}"
    assert "takes an agent" in api(noor).post(f"{address}/dismissal/", {"reason": "x"}, format="json").data["title"]
    assert "Whose complaint is it?" in api(ada).post(f"{address}/opening/", {}, format="json").data["title"]
    assert api(ada).post(f"{address}/addition/", {"complaint": "C-9999"}, format="json").status_code == 400
    assert api(ada).post(f"{address}/opening/", {"new_name": "a\u0000b"}, format="json").status_code == 400
    api(ada).post(f"{address}/addition/", {"complaint": complaint.ref}, format="json")
    again = api(ada).post(f"{address}/dismissal/", {"reason": "x"}, format="json")
    assert again.status_code == 409 and again.data["title"] == f"{row.ref} has been filed already with {complaint.ref}."
