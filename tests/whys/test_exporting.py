"""Files of a session: JSON that comes back as the same tree, Markdown and a drawing that hold only letters."""

import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import Account, User
from rca.lib.refused import Refused
from rca.models import Cause, FiveWhys, Why
from rca.whys.document import document
from rca.whys.exporting import as_json, as_markdown
from rca.whys.importing import load
from rca.whys.sketching import sketch
from tests.make import make_cause, make_chain, make_complaint, make_fix, make_session
from tests.whys.test_importing import FILES, published

# What a tree is, whoever wrote it down when.
SAME = ("id", "parent", "why", "because", "is_root", "branch", "unproven", "state", "evidence", "strike_reason",
        "said_by", "nudge_kept", "depth")  # fmt: skip
NASTY = "<script>alert(“1”)</script> & ]]> \\ *b* `c` [d](e) | ~~f~~ ‮gh\nsecond line"


def tree(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [{name: node[name] for name in SAME} for node in made["nodes"]]


def written(session: FiveWhys, folder: Path, *, name: str = "copy-1") -> tuple[dict[str, Any], Path]:
    """The session as a file of another house: the same but for its name."""
    made = json.loads(as_json(document(FiveWhys.objects.get(pk=session.pk))))
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**made, "id": name}))
    return made, path


def back(path: Path) -> FiveWhys:
    """What `import_whys` makes of a file, roots and all."""
    call_command("import_whys", str(path), stdout=StringIO(), stderr=StringIO())
    return FiveWhys.objects.order_by("-pk")[0]


@pytest.fixture
def full(lin: User, ada: User, harbour: Account) -> FiveWhys:
    """A session with something of everything in it."""
    session = make_session(by=lin, complaints=[make_complaint(harbour, by=ada, words=NASTY)], problem=NASTY,
                           participants=[("Rosa Klein", "buying", None)])  # fmt: skip
    chain = make_chain(session, by=lin)
    branch = chain[1].branch(by=lin, answer="Nobody reads it.", said_by="Rosa Klein")
    branch.keep(by=lin, kind="person")
    wrong = chain[0].branch(by=lin, answer=NASTY, evidence="one invoice")
    below = wrong.dig(by=lin).reply(by=lin, answer="It is Monday.")
    wrong.strike(by=lin, reason="The other invoices are right.")
    escape = session.ask(by=lin, trunk="escape", question="Why did nobody see it?")
    escape.reply(by=lin, answer="We check sums, not prices.")
    escape.dig(by=lin)
    session.park(by=lin, text="Print prices on demand.", why=chain[2], said_by="Rosa Klein")
    session.bring(by=lin, text="see https://x.example/log", why=chain[0])
    session.bring(by=lin, file=("two prices.csv", b"a;b\n1;2\n"))
    cause = make_cause(by=lin, why=chain[-1], title="One diary")
    make_fix(cause, by=lin, owner=ada)
    session.conclude(by=lin, conclusion="One diary carried the date.")
    assert below.parent_id == wrong.pk
    return session


def test_a_session_with_everything_comes_back_as_the_same_tree(full: FiveWhys, tmp_path: Path) -> None:
    made, path = written(full, tmp_path)
    copy = document(back(path))
    assert tree(copy) == tree(made)
    for name in ("problem", "impact", "conclusion"):
        assert copy[name] == made[name]
    assert [(one["text"], one["said_by"], one["node"]) for one in copy["parked"]] == [
        ("Print prices on demand.", "Rosa Klein", "1.1.1")
    ]
    assert [(one["text"], one["node"]) for one in copy["evidence"]] == [
        ("see https://x.example/log", "1"), ("two prices.csv (the file itself stayed where it was)", None)
    ]  # fmt: skip
    assert [one["name"] for one in copy["participants"]] == ["Rosa Klein"]
    assert Cause.objects.filter(title="One diary").count() == 2


def test_the_same_file_in_its_own_house_is_here_already(full: FiveWhys, tmp_path: Path, lin: User) -> None:
    path = tmp_path / "own.json"
    path.write_text(as_json(document(full)))
    loaded = load(by=lin, path=path)
    assert loaded.session == full and not loaded.new and FiveWhys.objects.count() == 1


@published
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_published_tree_goes_out_and_comes_back_as_the_same(path: Path, lin: User, tmp_path: Path) -> None:
    source = json.loads(path.read_text())
    first = back(path)
    made, file = written(first, tmp_path)
    assert made["id"] == source["id"] and len(made["nodes"]) == source["stats"]["nodes"]
    plain = ("why", "because", "is_root", "branch", "unproven")
    theirs = {tuple(node.get(name, False) for name in plain) for node in source["nodes"]}
    assert {tuple(node[name] for name in plain) for node in made["nodes"]} == theirs
    second = back(file)
    again, _ = written(second, tmp_path, name="copy-2")
    assert second != first and tree(again) == tree(made)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(
    str.strip
)
NODE = st.fixed_dictionaries({
    "why": WORDS, "because": WORDS, "branch": st.sampled_from(["occurrence", "detection", "recovery"]),
    "state": st.sampled_from(["open", "stated", "confirmed", "struck"]), "evidence": WORDS, "said_by": WORDS,
    "strike_reason": WORDS, "above": st.integers(0, 30),
})  # fmt: skip


def grown(drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drawn nodes hung one below another, as a session could have grown them: below an answer, never below none."""
    nodes: list[dict[str, Any]] = []
    for number, one in enumerate(drawn):
        above = nodes[one["above"] % number] if number and one["above"] % 4 else None
        parent = above["id"] if above and above["state"] != "open" else None
        state = "stated" if number == 0 else one["state"]
        nodes.append({
            "id": str(number), "parent": parent, "why": one["why"],
            "because": "" if state == "open" else one["because"], "branch": one["branch"], "state": state,
            "said_by": one["said_by"] if state != "open" else "",
            "evidence": one["evidence"] if state == "confirmed" else "",
            "strike_reason": one["strike_reason"] if state == "struck" else "",
        })  # fmt: skip
    return nodes


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.lists(NODE, min_size=1, max_size=14))
def test_any_tree_comes_back_as_it_went_out(drawn: list[dict[str, Any]], lin: User, tmp_path: Path) -> None:
    number = FiveWhys.objects.count()
    path = tmp_path / "drawn.json"
    path.write_text(json.dumps({"id": f"drawn-{number}", "problem": "Why?", "nodes": grown(drawn)}))
    made, file = written(load(by=lin, path=path).session, tmp_path, name=f"copy-{number}")
    copy, _ = written(load(by=lin, path=file).session, tmp_path, name="x")
    assert tree(copy) == tree(made)
    ElementTree.fromstring(sketch(made))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"state": "blamed"}, "state should be one of open, stated, confirmed, struck"),
        ({"state": "struck"}, "it is struck out and “strike_reason” is missing"),
        ({"state": "confirmed", "evidence": " "}, "it is confirmed and “evidence” is empty"),
        ({"said_by": 7}, "“said_by” should be a text"),
    ],
)
def test_what_a_file_says_beyond_the_plain_shape_is_read_as_strictly(
    changes: dict[str, Any], sentence: str, lin: User, tmp_path: Path
) -> None:
    path = tmp_path / "tree.json"
    path.write_text(
        json.dumps({"id": "T", "problem": "x", "nodes": [{"id": "1", "why": "Why?", "because": "y", **changes}]})
    )
    with pytest.raises(Refused, match=re.escape(sentence)):
        load(by=lin, path=path)
    assert not FiveWhys.objects.exists()


def test_the_drawing_is_well_formed_asks_for_nothing_and_runs_nothing(full: FiveWhys) -> None:
    drawn = sketch(document(full))
    root = ElementTree.fromstring(drawn)
    assert {one.tag.rpartition("}")[2] for one in root.iter()} <= {
        "svg",
        "title",
        "style",
        "rect",
        "text",
        "circle",
        "path",
    }
    assert not re.search(r"href|url\(|@import|<script|\son\w+=", drawn)
    said = " ".join(one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "<script>alert" in said and "ROOT, R-" in said and "struck out" in said


def test_markdown_keeps_their_words_as_letters(full: FiveWhys) -> None:
    text = as_markdown(document(full))
    assert "\\<script\\>" in text and not re.search(r"(?<!\\)<script", text)
    for line in ("## The tree", "## Roots", "## Actions", "## Evidence", "## Parked ideas", "## Decided not to act"):
        assert line in text
    assert "  - 1.1 " in text and "**Root, R-" in text


@pytest.mark.parametrize(
    ("kind", "served_as"), [("json", "application/json"), ("md", "text/markdown"), ("svg", "image/svg+xml")]
)
def test_both_doors_hand_out_the_same_file(
    kind: str, served_as: str, full: FiveWhys, as_ada: Client, ada: User, api: Callable[..., APIClient]
) -> None:
    page = as_ada.get(f"/whys/{full.ref}/record.{kind}")
    other = api(ada).get(f"/api/v1/whys/{full.ref}/export/{kind}/")
    assert page.status_code == other.status_code == 200 and page.content == other.content
    assert page["Content-Type"].startswith(served_as) and page["Content-Disposition"].startswith("attachment")
    assert as_ada.get(f"/whys/{full.ref}/record.exe").status_code == 404
    assert as_ada.get(f"/whys/W-999999/record.{kind}").status_code == 404


def test_an_open_question_survives_and_a_struck_root_is_none(lin: User, tmp_path: Path) -> None:
    session = make_session(by=lin)
    chain = make_chain(session, by=lin)
    make_cause(by=lin, why=chain[-1])
    chain[0].strike(by=lin, reason="It was not so.")
    session.conclude(by=lin, conclusion="Nothing holds.")
    _, path = written(session, tmp_path)
    copy = back(path)
    assert not Why.objects.filter(session=copy, root__isnull=False).exists() and copy.whys.count() == 6
