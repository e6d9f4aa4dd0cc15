"""Whatever the bytes: a file is read, or refused in a sentence; nothing else ever comes out."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rca.imports.plain import plain
from rca.imports.reading import look
from rca.lib.refused import Refused
from tests.imports.reads import taken

MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STARTS = [
    b"",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"PK\x03\x04",
    b"{",
    b"[",
    b'{"tickets": [',
    b"id,text,date\n",
    b"sep=",
]
HEADED = "id,requester,requester_email,subject,created_at,status,description,priority,via,solved_at\n"


def tried(path: Path) -> None:
    try:
        source = look(path)
        taken(source)
    except Refused as refused:
        assert refused.sentence.strip()


@MANY
@given(st.sampled_from(STARTS), st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path: Path, start: bytes, data: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(start + data)
    tried(path)
    path.rename(tmp_path / "file.json")
    tried(tmp_path / "file.json")


@MANY
@given(st.text(max_size=300))
def test_any_text_below_headings_is_read_or_refused_row_by_row(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes((HEADED + text).encode("utf-8", "surrogatepass"))
    tried(path)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["id", "tickets", "users", "hits", "_source", "fields", "properties", "comments", "status",
                         "created_at", "requester", "description", "type", "content", "assets", "Ticket"]),
        inner, max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@MANY
@given(VALUES)
def test_any_json_is_read_or_refused(tmp_path: Path, value: object) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps(value))
    tried(path)


@pytest.mark.parametrize("cut", range(0, 120, 7))
def test_json_cut_off_anywhere_is_refused_or_whole(tmp_path: Path, cut: int) -> None:
    whole = '{"count": 1, "tickets": [{"id": 1, "subject": "Late \\u00e9", "created_at": "2021-03-04", "n": 12.5}]}'
    path = tmp_path / "file.json"
    path.write_text(whole[:cut] or " ")
    tried(path)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>It came <b>late</b>.</p><p>Again.</p>", "It came late.\n\nAgain."),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<style>p { color: red }</style><p>Words</p>", "Words"),
        ("<script>alert('x')</script><div>Words</div>", "Words"),
        ("<p>a &lt; b &amp; c&nbsp;d</p>", "a < b & c d"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
    ],
)
def test_html_is_turned_into_its_words(html: str, words: str) -> None:
    assert plain(html) == words


@pytest.mark.parametrize("noise", ["<div>", "</p></i><b>", "<", "<!--", "<script>", "&", "<a href='"])
def test_a_megabyte_of_broken_html_takes_no_time(noise: str) -> None:
    import time

    began = time.process_time()
    plain("<p>x</p>" + noise * (1_000_000 // len(noise)))
    assert time.process_time() - began < 3
