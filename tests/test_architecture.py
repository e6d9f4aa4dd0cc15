"""The shape of the house, kept by its tests: who may import whom, what a room holds, how big it grows, what rhymes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
STORY = ["hours", "complaints", "promises", "imports", "whys", "causes", "fixes", "communications", "mailbox",
         "goodwill", "health", "retention", "review", "reports", "today"]  # fmt: skip
ACCOUNTS = ["audit", "people", "customers"]
ALWAYS = {"models", "forms", "views", "urls", "api", "__init__"}
PATTERN_NAMES = {"services", "utils", "helpers", "common", "managers", "base", "misc", "tools"}
SOURCES = [path for app in ("rca", "accounts") for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


def floor(module: str) -> int:
    """How far up the story a module stands; it may import only what stands on its own floor or below."""
    parts = module.split(".")
    if module.startswith("rca.lib"):
        return 0
    if parts[0] == "accounts":
        return 1 + ACCOUNTS.index(parts[1]) if len(parts) > 1 and parts[1] in ACCOUNTS else 1 + len(ACCOUNTS)
    if len(parts) > 1 and parts[1] in STORY:
        return 10 + STORY.index(parts[1])
    return 100  # settings, urls, api, jobs, commands, the register: they stand on everything


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Every module of ours that a file imports, apart from what only the type checker reads."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("rca", "accounts"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in ("rca", "accounts"))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_rooms_import_backwards_along_the_story_only(path: Path) -> None:
    here = name_of(path)
    if here in ("accounts.models", "rca.models") or floor(here) == 100:
        return
    for module in imports(path):
        if module == "rca.models" or module.startswith("rca.models."):
            pytest.fail(f"{here} imports the register; rooms import each other by room.")
        if module.startswith("accounts.models"):
            assert floor(here) >= 10, f"{here} imports the register of accounts from inside accounts."
            continue
        if (ROOT / Path(*module.split("."))).with_suffix(".py").exists() or (ROOT / Path(*module.split("."))).is_dir():
            assert floor(module) <= floor(here), f"{here} imports {module}, which comes later in the story."


@pytest.mark.parametrize("room", [*(f"rca/{name}" for name in STORY), *(f"accounts/{name}" for name in ACCOUNTS)])
def test_a_room_holds_the_same_files_as_every_other_and_none_named_by_pattern(room: str) -> None:
    names = {path.stem for path in (ROOT / room).glob("*.py")}
    assert not names & PATTERN_NAMES
    assert "urls" in names and "views" in names, f"{room} has no pages."
    assert not [path for path in (ROOT / room).iterdir() if path.is_dir() and path.name != "__pycache__"]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_and_functions_stay_small(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) <= 400, f"{path} has {len(lines)} lines: cut it by noun."
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 40, f"{path.name}:{node.name} has {length} lines."


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 120


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_module_with_code_says_in_one_sentence_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text())
    if [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))] and path.name != "apps.py":
        assert ast.get_docstring(tree), f"{path} has no docstring."


def routes(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, pattern.namespace or space)
        else:
            yield space, pattern


PAGES = [(space, one) for space, one in routes(get_resolver().url_patterns) if space in {*STORY, *ACCOUNTS}]


@pytest.mark.parametrize(("space", "route"), PAGES, ids=[f"{space}:{one.name}" for space, one in PAGES])
def test_an_address_its_view_and_its_room_have_one_name(space: str, route: URLPattern) -> None:
    view = route.callback
    assert view.__name__ == route.name, f"{space}:{route.name} is answered by {view.__name__}."
    assert view.__module__.split(".")[1] == space


def test_no_signals_no_overridden_save_no_callbacks() -> None:
    for path in SOURCES:
        text = path.read_text()
        assert not re.search(r"def (save|delete)\(self|post_save|pre_save|@receiver", text), path


def test_rows_for_other_peoples_choices_never_come_unfiltered() -> None:
    """A foreign key in a form or a body takes only rows from visible_to() or people()."""
    for path in SOURCES:
        if path.name in ("forms.py", "api.py", "filtering.py"):
            assert not re.search(r"queryset=\w+\.objects\.all\(\)", path.read_text()), path
