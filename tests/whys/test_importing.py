"""Trees from files: the published ones as they are, and every way in which a file can be wrong."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Entry, User
from rca.lib.refused import Forbidden, Refused
from rca.models import Cause, FiveWhys, Why
from rca.whys.importing import SOURCE, load

TREES = Path(__file__).resolve().parents[3] / "shared/data/fivewhys"
FILES = sorted(TREES.glob("*.json"))
published = pytest.mark.skipif(not FILES, reason="the published trees are not on this machine")


def tree(**changes: Any) -> dict[str, Any]:
    nodes = [
        {"id": "1.1", "parent": "1", "why": "Why was it wrong?", "because": "It is last year’s form.", "is_root": True},
        {"id": "1", "parent": None, "why": "Why?", "because": "The price form is incorrect."},
        {
            "id": "2",
            "parent": "1",
            "why": "Why unseen?",
            "because": "We check sums.",
            "branch": "detection",
            "unproven": True,
        },
        {"id": "3", "parent": None, "why": "Why so long?", "because": "One diary.", "branch": "recovery"},
    ]
    return {"id": "T-1", "problem": "They were overcharged", "source": "a book", "incident_date": "2024-02-20",
            "nodes": nodes, **changes}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(content: Any, name: str = "tree.json") -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def test_a_tree_becomes_a_concluded_session_with_its_branches_and_trunks(lin: User, file: Any) -> None:
    loaded = load(by=lin, path=file(tree()))
    session = FiveWhys.objects.get()
    assert loaded.new and session.state == "concluded" and session.planned_at.year == 2024
    whys = {why.answer: why for why in session.whys.all()}
    top, seen, late = (whys[name] for name in ("The price form is incorrect.", "We check sums.", "One diary."))
    assert seen.parent == top and (seen.trunk, seen.state, seen.depth) == ("escape", "stated", 2)
    assert (late.trunk, late.parent) == ("recovery", None)
    assert (top.state, top.evidence) == ("confirmed", "as told by the source: a book")
    assert [why.answer for why in loaded.roots] == ["It is last year’s form."]


def test_the_same_tree_again_changes_nothing_and_names_its_roots(lin: User, file: Any) -> None:
    first = load(by=lin, path=file(tree()))
    entries = Entry.objects.count()
    again = load(by=lin, path=file(tree(), "other.json"))
    assert not again.new and again.session == first.session and again.roots == first.roots
    assert FiveWhys.objects.count() == 1 and Entry.objects.count() == entries


def test_an_agent_may_not_import(ada: User, file: Any) -> None:
    with pytest.raises(Forbidden, match="to import a session takes a support lead"):
        load(by=ada, path=file(tree()))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "tree.json is no JSON file, line 1"),
        ("[]", "holds no tree"),
        ("[" * 100_000, "is no JSON file|holds no tree"),
        (tree(id=""), "has no “id”"),
        (tree(problem=7), "has no “problem”"),
        (tree(nodes=[]), "has no nodes"),
        (tree(nodes=["x"]), "node 1: it is no object"),
        (tree(nodes=[{"id": "1", "why": "Why?"}]), "node 1: “because” is missing"),
        (tree(nodes=[{"id": "1", "why": "Why?", "because": "x", "branch": "blame"}]), "branch should be one of"),
        (tree(nodes=[{"id": "1", "why": "Why?", "because": "x"}] * 2), "there are two of that id"),
        (tree(nodes=[{"id": "1", "parent": "9", "why": "Why?", "because": "x"}]), "its parent “9” is not above it"),
        (
            tree(nodes=[{"id": "1", "parent": "2", "why": "Why?", "because": "x"},
                        {"id": "2", "parent": "1", "why": "Why?", "because": "y"}]),
            "node 1: its parent “2” is not above it",
        ),
        (tree(nodes=[{"id": "1", "why": "Why?", "because": "x" * 9000}]), "9,000 characters"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_by_name_and_loads_nothing(
    lin: User, file: Any, content: Any, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        load(by=lin, path=file(content))
    assert not FiveWhys.objects.exists()


def test_a_file_that_is_not_there_or_is_no_text_is_refused(lin: User, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot be opened"):
        load(by=lin, path=tmp_path / "none.json")
    (tmp_path / "picture.json").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(Refused, match="is no JSON file"):
        load(by=lin, path=tmp_path / "picture.json")


@published
def test_the_five_published_trees_load_twice_as_five_sessions(lin: User) -> None:
    for _ in range(2):
        for path in FILES:
            load(by=lin, path=path)
    assert FiveWhys.objects.filter(source=SOURCE, state="concluded").count() == len(FILES) == 5
    for path in FILES:
        content = json.loads(path.read_text())
        session = FiveWhys.objects.get(external_id=content["id"])
        assert session.whys.count() == content["stats"]["nodes"]
        assert max(why.depth for why in session.whys.all()) == content["stats"]["depth"]
        assert session.whys.filter(parent=None).count() == content["stats"]["top_branches"]


@published
def test_the_command_marks_the_roots_and_says_so_once(lin: User) -> None:
    files = [str(path) for path in FILES]
    out = StringIO()
    call_command("import_whys", *files, stdout=out)
    roots = sum(json.loads(path.read_text())["stats"]["roots"] for path in FILES)
    assert Why.objects.filter(root__isnull=False).count() == roots == Cause.objects.count()
    assert Why.objects.filter(root__depth__lt=5, root__early_reason__startswith="imported:").count() == roots - 1
    again = StringIO()
    call_command("import_whys", *files, stdout=again)
    assert again.getvalue().count("nothing changed") == 5 and Cause.objects.count() == roots


def test_one_bad_file_does_not_keep_the_others_out(lin: User, file: Any) -> None:
    bad, good = (
        file("{", "bad.json"),
        file(tree(nodes=[{"id": "1", "why": "Why?", "because": "The form."}]), "good.json"),
    )
    err = StringIO()
    with pytest.raises(CommandError, match="1 file of 2 could not be loaded"):
        call_command("import_whys", str(bad), str(good), stdout=StringIO(), stderr=err)
    assert "bad.json is no JSON file" in err.getvalue() and FiveWhys.objects.count() == 1


def test_the_command_needs_somebody_who_may(ada: User, file: Any) -> None:
    with pytest.raises(CommandError, match="Nobody here may import"):
        call_command("import_whys", str(file(tree())))
    with pytest.raises(CommandError, match="There is nobody here"):
        call_command("import_whys", str(file(tree())), by="who@x.example")
