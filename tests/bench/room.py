"""Many people in one session behind a real gunicorn: each asks every 1.8 seconds, together they edit once a second.

python -m tests.bench.room --seconds 600 --people 20
"""

import argparse
import json
import os
import random
import resource
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
BAR = 50.0  # milliseconds, for 95 of 100 polls
EVERY, WHYS, TOKEN = 1.8, 60, "t" * 32
ACTS = {"wording": 6, "answer": 1, "confirmation": 1, "strike": 1, "idea": 1}


@dataclass
class Tally:
    """Milliseconds by what was asked, and each edit's text by how it was answered."""

    times: dict[str, list[float]] = field(default_factory=dict)
    accepted: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def took(self, what: str, began: float) -> None:
        self.times.setdefault(what, []).append(1000 * (time.perf_counter() - began))


class Person:
    """Somebody signed in, with the room open: what their browser sends, and nothing of what it draws."""

    def __init__(self, port: int, cookie: str, home: str, tally: Tally) -> None:
        self.port, self.home, self.tally, self.tag, self.seen, self.at = port, home, tally, "", "0", ""
        self.headers = {"Cookie": f"{cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN, "HX-Request": "true"}

    def ask(self, method: str, path: str, body: str = "", **more: str) -> tuple[HTTPResponse, str]:
        """A connection for each request: gunicorn closes one that is quiet for two seconds, as a browser knows."""
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        line.request(method, path, body=body or None, headers={**self.headers, **form, **more})
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        if answer.status >= 500:
            self.tally.faults.append(f"{method} {path}: {answer.status}")
        return answer, text

    def sit(self, until: float, start: float) -> None:
        """Asks as the page does, and fetches the room when it has changed."""
        time.sleep(start)
        while time.monotonic() < until:
            began, due = time.perf_counter(), time.monotonic() + EVERY
            told = urlencode({"at": self.at, "doing": "works", "seen": self.seen})
            known = {"If-None-Match": self.tag} if self.tag else {}
            answer, text = self.ask("GET", f"{self.home}pulse/?{told}", **known)
            self.tally.took(f"poll {answer.status}", began)
            if answer.status == 200:
                self.tag = answer.headers["ETag"] or ""
                self._refresh(text.partition('data-revision="')[2].partition('"')[0])
            time.sleep(max(0.0, due - time.monotonic()))

    def _refresh(self, revision: str) -> None:
        if revision == self.seen:
            return
        began = time.perf_counter()
        _, room = self.ask("GET", f"{self.home}shared/")
        self.tally.took("refresh after a change", began)
        self.seen = room.partition('data-revision="')[2].partition('"')[0]

    def edit(self, act: str, why: dict[str, Any], text: str) -> None:
        words = {"wording": {"question": why["question"], "answer": text}, "answer": {"answer": text},
                 "confirmation": {"evidence": text}, "strike": {"reason": text}, "idea": {"text": text},
                 "restoration": {}}[act]  # fmt: skip
        self.at, began = str(why["id"]), time.perf_counter()
        path = f"{self.home}idea/" if act == "idea" else f"/whys/nodes/{why['id']}/{act}/"
        answer, said = self.ask("POST", path, urlencode({"version": why["version"], **words}))
        self.tally.took("edit", began)
        if act == "restoration":
            return
        if answer.status == 200:
            self.tally.accepted.append(text)
        elif text in said:
            self.tally.returned.append(text)
        else:
            self.tally.faults.append(f"{act} answered {answer.status} and did not bring “{text}” back")


def prepared(people: int) -> tuple[Any, list[str]]:
    """A session with a tree of sixty whys, and the cookies of its people."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from rca.models import FiveWhys

    crowd, cookies = [], []
    for number in range(people):
        facts = {"name": f"Person {number}", "role": "agent" if number else "lead", "password": "!"}
        person, _ = User.objects.get_or_create(email=f"room{number}@bench.invalid", defaults=facts)
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        crowd.append(person)
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    guests = [(one.name, "", one) for one in crowd]
    session = FiveWhys.objects.plan(by=crowd[0], problem="Why do boxes stand in the rain?", participants=guests)
    whys, dice = [session.ask(by=crowd[0])], random.Random(4)
    while len(whys) < WHYS:
        above = whys.pop(dice.randrange(max(len(whys) - 4, 0), len(whys)))
        said = above.reply(by=dice.choice(crowd), answer=f"Nobody had told the driver, number {len(whys)}.")
        whys += [said.dig(by=crowd[0]), said.dig(by=crowd[0], question=f"Why else, {len(whys)}?")]
        if session.whys.count() >= WHYS:
            break
    return session, cookies


def chosen(session: Any, dice: random.Random) -> tuple[str, dict[str, Any]]:
    """An edit that can be made now, on a why as it stands now; another may still be quicker."""
    act = dice.choices(list(ACTS), list(ACTS.values()))[0]
    rows = list(session.whys.values("id", "version", "question", "answer", "state"))
    fits = [one for one in rows if (one["state"] == "open") == (act == "answer")]
    why = dice.choice(fits)
    return ("restoration" if act in ("strike", "confirmation") and why["state"] == "struck" else act), why


def run(*, people: int, seconds: float, rate: float, seed: int = 4) -> tuple[Tally, int]:
    from django.db import connection

    from tests.bench.house import served

    session, cookies = prepared(people)
    tally, dice = Tally(), random.Random(seed)
    with served() as door:
        crowd = [Person(door.port, cookie, session.get_absolute_url(), tally) for cookie in cookies]
        for one in crowd[:4]:
            one.ask("GET", session.get_absolute_url())  # both workers have read their templates
        until = time.monotonic() + seconds
        seats = [
            threading.Thread(target=one.sit, args=(until, place * EVERY / people)) for place, one in enumerate(crowd)
        ]
        for seat in seats:
            seat.start()
        with ThreadPoolExecutor(people) as hands:
            number, began = 0, time.monotonic()
            while time.monotonic() < until:
                hands.submit(crowd[number % people].edit, *chosen(session, dice), f"Edit number {number}, said once.")
                number += 1
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
        for seat in seats:
            seat.join()
    kept = _everything(session)
    lost = [text for text in tally.accepted if json.dumps(text) not in kept]
    tally.faults += [f"lost: {text}" for text in lost]
    connection.close()
    return tally, len(lost)


def _everything(session: Any) -> str:
    """Each text of the tree and of the ledger about it, as JSON, so that one cannot pass for a part of another."""
    from accounts.models import Entry

    rows = list(session.whys.values_list("question", "answer", "evidence", "strike_reason"))
    acts = list(Entry.objects.filter(about__contains=[session.ref]).values_list("words", "before", "after"))
    return json.dumps([rows, acts, list(session.parked.values_list("text"))], default=str)


def told(tally: Tally, lost: int, people: int, seconds: float) -> str:
    polls = [took for what, times in tally.times.items() if what.startswith("poll") for took in times]
    lines = [f"{people} people for {seconds:.0f} s, load {os.getloadavg()[0]:.1f} at the end",
             f"{'milliseconds':<26}{'number':>8}{'p50':>8}{'p95':>8}{'max':>8}"]  # fmt: skip
    for what, times in [*sorted(tally.times.items()), ("all polls", polls)]:
        cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
        lines.append(f"{what:<26}{len(times):>8}{cuts[49]:>8.1f}{cuts[94]:>8.1f}{max(times):>8.1f}")
    p95 = statistics.quantiles(polls, n=100, method="inclusive")[94]
    sent, kept, back = len(tally.times.get("edit", [])), len(tally.accepted), len(tally.returned)
    lines.append(f"edits: {sent} sent, {kept} texts accepted, {back} came back to whoever wrote, {lost} lost")
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = (spent.ru_utime + spent.ru_stime) / seconds
    lines.append(f"the web server was busy {100 * busy:.0f} % of one core")
    lines += tally.faults[:20]
    lines.append(f"p95 of a poll {p95:.1f} ms: {'met' if p95 < BAR else 'MISSED'} (under {BAR:.0f})")
    return "\n".join(lines)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--people", type=int, default=20)
    ask.add_argument("--seconds", type=float, default=600)
    ask.add_argument("--rate", type=float, default=1.0, help="edits a second")
    asked = ask.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    os.environ.setdefault("AMENDS_DATA", str(ROOT / ".data" / "bench-room"))
    from rca.lib import embedded

    with embedded.server_if_needed():
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        tally, lost = run(people=asked.people, seconds=asked.seconds, rate=asked.rate)
    print(told(tally, lost, asked.people, asked.seconds))
    sys.exit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()
