"""Bytes to facts: what is in a mail is found, and no bytes whatever make the reader raise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rca.lib.mailparse import parse
from tests.mailbox.mails import JUNE, bounce, everyday, file, html, mail, many, parts

EVERYDAY = dict(everyday())
NOISE = [
    b"\r\n",
    b"\n\n",
    b": ",
    b"--part",
    b"--part--",
    b"Content-Type: ",
    b"multipart/mixed; boundary=part",
    b"=?utf-8?",
    b"<a@b>",
    b"From: ",
    b"\x00",
    b"\xff",
    b"message/rfc822",
    b"base64",
    b"Content-Transfer-Encoding: ",
    b'"',
    b"(",
    b";",
    b"text/html; charset=",
    b"message/delivery-status",
    b"\t",
    b"iso-2022-jp",
    b"Date: ",
    b"Subject: ",
]


@given(st.binary(max_size=3_000))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    parse(raw)


@given(st.lists(st.one_of(st.sampled_from(NOISE), st.binary(max_size=20)), max_size=60))
@settings(max_examples=500, deadline=None)
def test_nothing_that_looks_like_a_mail_makes_it_raise_either(pieces: list[bytes]) -> None:
    found = parse(b"".join(pieces))
    assert "\x00" not in found.text + found.subject + found.sender + found.sender_name


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len(EVERYDAY) >= 40


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("plain", "You charged me twice"),
        ("latin-1", "Das Paket war naß."),
        ("windows quotes", "“It rained”"),
        ("a charset that does not exist", "Naß."),
        ("japanese", "テスト"),
        ("raw eight bit", "Naß."),
        ("quoted printable", "Naß, £24.50."),
        ("html only", "It rained on the boxes."),
        ("both", "Wet boxes."),
        ("an empty text beside the html", "Wet boxes."),
        ("no end of the parts", "Wet boxes."),
        ("no headers at all", "It rained on the boxes."),
        ("signed", "Signed words."),
        ("a byte of nothing in it", "It rained."),
        ("a mail inside", "See below."),
        ("base64 cut off", "It rained on the"),
        ("from an mbox", "You charged me twice"),
    ],
)
def test_its_words_are_found(name: str, words: str) -> None:
    assert words in parse(EVERYDAY[name]).text


def test_who_and_what_it_answers_are_found() -> None:
    found = parse(mail(In_Reply_To="<b@x>", References="<a@x> <b@x>", subject="=?utf-8?q?N=C3=A4sse?="))
    assert (found.sender, found.sender_name) == ("june@harbourbooks.example", "June Carver")
    assert found.answers == ["<b@x>", "<a@x>"] and found.subject == "Nässe"
    assert found.message_id == "<one@harbourbooks.example>" and found.date and found.date.year == 2026
    assert found.to == ["support@fairlight.example"]


@pytest.mark.parametrize("sender", ["", "June", "june@", "@example", "a b@c d", '"<a@', "a@b@c"])
def test_what_is_no_address_is_no_sender(sender: str) -> None:
    assert parse(mail(sender=sender)).sender == ""


def test_files_keep_their_names_but_never_a_way_to_climb() -> None:
    (found,) = parse(
        EVERYDAY["a name that climbs" if "a name that climbs" in EVERYDAY else "with a name that climbs"]
    ).files
    assert (found.name, found.content) == ("passwd", b"root")
    (inner,) = parse(EVERYDAY["a mail inside"]).files
    assert inner.name == "Charged twice.eml" and b"Inner words." in inner.content


def test_a_header_cannot_be_smuggled_through_a_name() -> None:
    found = parse(many("Content-Type: text/plain\n\nSee.", file("a\r\nBcc: x@y.pdf", b"%PDF", "application/pdf")))
    assert all("\n" not in one.name and "\r" not in one.name for one in found.files)


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto_Submitted": "auto-replied"}, "answer"),
        ({"Auto_Submitted": "auto-generated; x=y"}, "answer"),
        ({"X_Autoreply": "yes"}, "answer"),
        ({"Precedence": "auto_reply"}, "answer"),
        ({"Precedence": "bulk"}, "list"),
        ({"List_Id": "<x.y>"}, "list"),
        ({"List_Unsubscribe": "<mailto:x@y>"}, "list"),
        ({"Return_Path": "<>"}, "server"),
        ({"sender": "MAILER-DAEMON@x.example"}, "server"),
        ({"subject": "Out of Office: until Monday"}, "answer"),
        ({"subject": "Abwesenheitsnotiz: Urlaub"}, "answer"),
    ],
)
def test_a_machine_is_known_by_what_it_says_of_itself(headers: dict[str, str], kind: str) -> None:
    found = parse(mail(**headers))
    assert found.machine and found.machine.kind == kind and found.machine.reason.endswith(".")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"Precedence": "normal"},
        {"Return_Path": "<june@harbourbooks.example>"},
        {"subject": "Re: Out of office"},
        {"X_Auto_Response_Suppress": "All"},
    ],
)
def test_a_person_is_never_taken_for_a_machine(headers: dict[str, str]) -> None:
    assert parse(mail(**headers)).machine is None


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_bounce_tells_to_whom_and_which_mail(kind: str) -> None:
    found = parse(bounce("<ours@fairlight.example>", kind=kind)).bounce
    assert found and found.failed and found.recipients == ["june@harbourbooks.example"]
    assert found.message_id == "<ours@fairlight.example>" and found.says == "550 5.1.1 no such mailbox"


def test_a_delay_is_no_failure_and_a_delivery_is_no_bounce() -> None:
    late = parse(bounce("<ours@fairlight.example>", action="delayed")).bounce
    assert late and not late.failed
    assert parse(bounce("<ours@fairlight.example>", action="delivered")).bounce is None


def test_what_cannot_be_read_is_named() -> None:
    assert "winmail.dat" in parse(EVERYDAY["outlook’s own wrapping"]).faults[0]
    assert "encrypted" in parse(EVERYDAY["encrypted"]).faults[0]


def test_html_becomes_lines_that_people_can_read() -> None:
    text = "<style>p{}</style><p>One</p><ul><li>two</li><li>three</li></ul><!-- no -->&amp; four<script>f()</script>"
    assert parse(html(text)).text == "One\n\n- two\n- three\n& four"


def test_the_texts_around_a_picture_stay_together() -> None:
    found = parse(
        mail(
            parts(
                "Content-Type: text/plain\n\nAbove.",
                file("a.png", b"\x89PNG", "image/png"),
                "Content-Type: text/plain\n\nBelow.",
            ),
            kind='multipart/mixed; boundary="part"',
        )
    )
    assert found.text == "Above.\n\nBelow." and JUNE.endswith(f"<{found.sender}>")
