"""Two people edit one session at the same moments, over and over: no text is lost, none replaces another
that its writer had not seen, and whatever is refused comes back to whoever typed it."""

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Entry, User
from rca.models import FiveWhys, Why
from tests.make import make_session

EACH = 3  # acts of each editor in a round
ACTS = ["answer", "answer", "answer", "wording", "wording", "branch", "strike", "withdrawal"]


class Try(NamedTuple):
    """One save as it was sent, and how it was answered."""

    act: str
    why: int
    version: int
    text: str
    status: int
    body: str

    @property
    def accepted(self) -> bool:
        return self.status in (200, 302)


def edit(client: Client, rng: random.Random, screen: list[dict[str, Any]], text: str) -> Try:
    """One random act that this person's screen offers on one why, however old the screen is by now."""
    why = rng.choice(screen)
    act = rng.choice([one for one in ACTS if one != ("withdrawal" if why["answer"] else "strike")])
    wording = {"question": why["question"], "answer": text} if why["answer"] else {"question": text}
    words = {"answer": {"answer": text}, "branch": {"answer": text}, "strike": {"reason": text}, "wording": wording}
    sent = {"version": why["version"], **words.get(act, {})}
    answer = client.post(f"/whys/nodes/{why['id']}/{act}/", sent)
    said = unescape(answer.content.decode())
    return Try(act, why["id"], why["version"], "" if act == "withdrawal" else text, answer.status_code, said)


def everything(session: FiveWhys) -> str:
    """Every text of the tree, and of the ledger about it."""
    rows = [*session.whys.values_list("question", "answer", "strike_reason")]
    acts = Entry.objects.filter(about__contains=[session.ref]).values_list("words", "before", "after")
    return json.dumps([rows, list(acts)], ensure_ascii=False, default=str)


def play(session: FiveWhys, doors: dict[str, Client], seed: int, pool: ThreadPoolExecutor) -> list[Try]:
    """Both begin together from the same screen, and each of them acts a few times without looking again."""
    screen, both = list(session.whys.values("id", "version", "question", "answer")), Barrier(2)

    def write(name: str) -> list[Try]:
        rng = random.Random(f"{seed} {name}")
        both.wait(30)
        return [edit(doors[name], rng, screen, f"What {name} wrote, {seed}-{number}.") for number in range(EACH)]

    return [one for tries in pool.map(write, doors) for one in tries]


def leave(end: Barrier) -> None:
    """Each of the two threads closes its own connection, so that the database can be put away."""
    end.wait(30)
    connection.close()


@pytest.mark.parametrize("rounds", [25, pytest.param(200, marks=pytest.mark.slow)])
def test_two_editors_lose_nothing_however_their_saves_fall(
    transactional_db: None, ada: User, lin: User, signed_in: Callable[[User], Client], rounds: int
) -> None:
    doors, tally = {"ada": signed_in(ada), "lin": signed_in(lin)}, {True: 0, False: 0}
    with ThreadPoolExecutor(2, thread_name_prefix="editor") as pool:
        for seed in range(rounds):
            session = make_session(by=lin)
            session.ask(by=lin).reply_and_dig(by=lin, answer="It was bought for counting parcels.")
            tries = play(session, doors, seed, pool)
            kept = everything(session)
            for one in tries:
                tally[one.accepted] += 1
                assert one.accepted or one.status == 409 or (one.act == "withdrawal" and one.status == 404), one
                assert one.text in (kept if one.accepted else one.body), (seed, one)
            saved = [(one.why, one.version) for one in tries if one.accepted and one.act in ("answer", "wording")]
            assert len(saved) == len(set(saved)), f"One save replaced another in round {seed}: {tries}"
        end = Barrier(2)
        list(pool.map(leave, [end, end]))
    assert tally[True] > rounds and tally[False] > rounds, "The two hardly met."
    assert Why.objects.exists()
