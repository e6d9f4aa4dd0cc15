"""What one of us is told: on the first page, and in one mail in their own working hours."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account, Notice, User
from accounts.people import digest
from rca import jobs
from rca.lib.clock import now, wall
from rca.lib.refused import Forbidden
from tests.conftest import TUESDAY
from tests.faults.smtp import Mailbox
from tests.make import make_complaint

NIGHT = wall(date(2026, 3, 10), time(22))


def tell(person: User, number: int = 1, at: datetime | None = None) -> list[Notice]:
    return [Notice.objects.give(person=person, key=f"k{one}", says=f"Thing {one}", at=at)[0] for one in range(number)]


def always(person: User, at: datetime) -> bool:
    return True


def test_it_stands_on_the_first_page_until_it_is_seen(as_ada: Client, ada: User) -> None:
    (notice,) = tell(ada)
    assert "Thing 0" in as_ada.get("/").content.decode()
    assert as_ada.post(f"/people/notices/{notice.pk}/sighting/").status_code == 302
    assert "Thing 0" not in as_ada.get("/").content.decode()
    page = as_ada.get("/people/notices/").content.decode()
    assert "Thing 0" in page and "You have read all of it." in page


def test_nothing_stands_there_before_its_time(as_ada: Client, ada: User) -> None:
    tell(ada, at=now() + timedelta(hours=1))
    assert "Thing 0" not in as_ada.get("/").content.decode()
    assert "Thing 0" not in as_ada.get("/people/notices/").content.decode()


def test_nobody_reads_or_puts_away_what_was_told_to_another(as_ada: Client, ada: User, lin: User) -> None:
    (notice,) = tell(lin)
    assert "Thing 0" not in as_ada.get("/people/notices/").content.decode()
    assert as_ada.post(f"/people/notices/{notice.pk}/sighting/").status_code == 404
    with pytest.raises(Forbidden, match="told to somebody else"):
        notice.see(by=ada)
    as_ada.post("/people/notices/sighting/")
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_all_of_it_is_put_away_at_once_and_a_second_time_changes_nothing(as_ada: Client, ada: User) -> None:
    tell(ada, 3)
    assert as_ada.post("/people/notices/sighting/").status_code == 302
    seen = list(Notice.objects.values_list("seen_at", flat=True))
    as_ada.post("/people/notices/sighting/")
    assert all(seen) and list(Notice.objects.values_list("seen_at", flat=True)) == seen


def test_the_same_through_the_api(api: Callable[..., APIClient], ada: User, lin: User) -> None:
    (notice,) = tell(ada)
    assert api(lin).get("/api/v1/notices/").data["results"] == []
    assert api(lin).post(f"/api/v1/notices/{notice.pk}/sighting/", {}, format="json").status_code == 404
    assert api(ada).get("/api/v1/notices/").data["results"][0]["says"] == "Thing 0"
    assert api(ada).post(f"/api/v1/notices/{notice.pk}/sighting/", {}, format="json").data["seen_at"]


def test_the_same_thing_is_told_once(ada: User) -> None:
    tell(ada)
    assert Notice.objects.give(person=ada, key="k0", says="Again")[1] is False and Notice.objects.count() == 1


def test_a_worker_that_was_down_for_six_hours_sends_one_mail_a_person(ada: User, lin: User, harbour: Account) -> None:
    with time_machine.travel(TUESDAY - timedelta(hours=1), tick=False):
        tell(ada, 200)
        tell(lin, 1)
    with time_machine.travel(TUESDAY + timedelta(hours=5), tick=False):
        assert jobs.tell_us(0) == 2
        assert jobs.tell_us(0) == 0
    first, second = mail.outbox
    assert first.to == [ada.email] and first.subject == "200 things for you" and "and 170 more" in first.body
    assert second.subject == "Thing 0" and second.extra_headers["Auto-Submitted"] == "auto-generated"
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_outside_their_working_hours_nobody_is_mailed(ada: User, lin: User, max_: User) -> None:
    User.objects.filter(pk=lin.pk).update(time_zone="America/New_York")
    with time_machine.travel(NIGHT, tick=False):  # 18:00 in New York is over as well
        tell(ada), tell(lin)
        assert jobs.tell_us(0) == 0
    with time_machine.travel(wall(date(2026, 3, 11), time(9)), tick=False):
        assert jobs.tell_us(0) == 1 and mail.outbox[0].to == [ada.email]
    with time_machine.travel(wall(date(2026, 3, 11), time(13)), tick=False):  # 9:00 there
        assert jobs.tell_us(0) == 1 and mail.outbox[1].to == [lin.email]


def test_what_is_read_is_not_mailed_and_who_has_left_gets_nothing(ada: User, lin: User) -> None:
    (notice,), _ = tell(ada), tell(lin)
    notice.see(by=ada)
    User.objects.filter(pk=lin.pk).update(is_active=False)
    assert digest.mail_due(always) == 0 and not mail.outbox


def test_one_address_that_is_refused_keeps_nobody_else_waiting(ada: User, lin: User, settings: Any) -> None:
    User.objects.filter(pk=ada.pk).update(email="ada@\nfairlight.example")
    tell(ada), tell(lin)
    assert digest.mail_due(always) == 1 and mail.outbox[0].to == [lin.email]
    assert Notice.objects.get(person=ada).mailed_at is None


def test_a_mail_server_that_is_gone_loses_nothing(ada: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    tell(ada)
    assert digest.mail_due(always) == 0 and Notice.objects.to_mail().count() == 1
    with Mailbox() as server:
        settings.EMAIL_PORT = server.port
        assert digest.mail_due(always) == 1 and len(server.taken) == 1
        assert "Thing 0" in server.taken[0].get_payload() and server.taken[0]["To"] == ada.email


def test_killed_between_the_sending_and_the_note_of_it_it_comes_once_more_and_to_us_only(
    ada: User, harbour: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_complaint(harbour, by=ada)
    tell(ada, 3)

    def killed(*args: object) -> bool:
        sent(*args)
        raise KeyboardInterrupt

    sent = digest._mail
    monkeypatch.setattr(digest, "_mail", killed)
    with pytest.raises(KeyboardInterrupt):
        digest.mail_due(always)
    monkeypatch.setattr(digest, "_mail", sent)
    assert digest.mail_due(always) == 1 and digest.mail_due(always) == 0
    assert [one.to for one in mail.outbox] == [[ada.email]] * 2
