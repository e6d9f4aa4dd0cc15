"""In which letters a file is written: its mark, its zero bytes, or what can be read to the end."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE, getincrementaldecoder
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path

from rca.lib.refused import Refused

CHUNK = 1024 * 1024
LONGEST_LINE = 64 * CHUNK  # a file without a line end would have to be held whole
TITLES = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252 (Western)", "latin-1": "Latin-1 (Western)", "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)", "cp437": "DOS 437", "cp850": "DOS 850", "mac_roman": "Mac Roman",
    "shift_jis": "Shift JIS",
}  # fmt: skip


CANDIDATES = ("cp1252", "cp1250", "cp1251", "mac_roman", "cp850")
SHORT = rb"[^\r\n]{0,30}[\x80-\xff][^\r\n]{0,60}"
FOREIGN = {
    b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file: unpack it and bring in the file inside", b"SQLite format 3": "a database",
    b"\x7fELF": "a program", b"MZ\x90": "a program", b"<!DOCTYPE": "a web page", b"<html": "a web page",
    b"<?xml": "XML", b"Rar!": "an archive: unpack it and bring in the file inside", b"From ": "a mailbox",
    b"7z\xbc\xaf": "an archive: unpack it and bring in the file inside",
}  # fmt: skip


@dataclass
class Letters:
    """What one pass over the bytes found: how many, their digest, the kind of file, the encoding and the evidence."""

    size: int = 0
    digest: str = ""
    kind: str = "csv"
    encoding: str = ""
    why: str = ""
    high: list[bytes] = field(default_factory=list)  # places with letters beyond ASCII


def letters(path: Path, name: str) -> Letters:
    """Reads a file once to its end, in memory that stays flat. Raises OSError where it cannot."""
    found, digest, strict, run = Letters(), sha256(), True, 0
    with path.open("rb") as file:
        head = file.read(8192)
        found.kind = _kind(head, name)
        found.encoding, found.why = marked(head) if found.kind != "xlsx" else ("", "")
        file.seek(0)
        decoder = getincrementaldecoder(found.encoding or "utf-8")()
        while part := file.read(CHUNK):
            digest.update(part)
            found.size += len(part)
            if found.kind == "xlsx":
                continue
            run = 0 if b"\n" in part or b"\r" in part else run + len(part)
            if run >= LONGEST_LINE and found.kind == "csv":
                raise Refused(f"{name} has no line end in {run >> 20} MB: that is no table of rows.")
            if strict:
                strict = _goes_on(decoder, part, found.encoding, name)
            if len(found.high) < 2000 and not part.isascii():
                found.high += re.findall(SHORT, part[: CHUNK // 4])[:500]
        if strict and found.kind != "xlsx":
            strict = _goes_on(decoder, b"", found.encoding, name, final=True)
    found.digest = digest.hexdigest()
    if found.kind == "xlsx":
        found.encoding = "utf-8"
    elif not found.encoding:
        found.encoding, found.why = ("utf-8", "Every byte of it reads as UTF-8.") if strict else eight_bit(found.high)
    return found


def _kind(head: bytes, name: str) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", bytes.fromhex("d0cf11e0a1b11ae1"))):
        return "xlsx"
    for magic, what in FOREIGN.items():
        if head.lstrip().startswith(magic) and not (magic == b"From " and b"," in head.split(b"\n")[0]):
            raise Refused(f"{name} is {what}, not a table: bring in CSV, XLSX or JSON.")
    start = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x1e")[:200]
    if name.lower().endswith((".csv", ".tsv", ".txt")) and not re.match(rb"[\[{]\s*[\[{\"]", start):
        return "csv"
    return "json" if start[:1] in (b"{", b"[") else "csv"


def _goes_on(decoder: object, part: bytes, encoding: str, name: str, final: bool = False) -> bool:
    try:
        decoder.decode(part, final)  # type: ignore[attr-defined]
    except UnicodeDecodeError as error:
        if encoding:
            raise Refused(f"{name} begins as {TITLES[encoding]} and does not go on so.") from error
        return False
    return True


def marked(head: bytes) -> tuple[str, str]:
    """What the first bytes say: a mark, or the zero bytes that only two-byte letters have in every second place."""
    if head.startswith(BOM_UTF8):
        return "utf-8-sig", "It begins with the mark of UTF-8."
    if head.startswith((BOM_UTF32_LE, BOM_UTF32_BE)) and len(head) % 4 == 0 and head[4:8].count(0) >= 2:
        raise Refused("The file is written in UTF-32, which no program of tables writes: save it as UTF-8.")
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16", "It begins with the mark of UTF-16."
    pairs = len(head) // 2
    if pairs > 4 and head[1::2].count(0) > pairs // 2 > 2 * head[0::2].count(0):
        return "utf-16-le", "Every second byte is zero, as only in UTF-16."
    if pairs > 4 and head[0::2].count(0) > pairs // 2 > 2 * head[1::2].count(0):
        return "utf-16-be", "Every second byte is zero, as only in UTF-16."
    return "", ""


def eight_bit(high: list[bytes]) -> tuple[str, str]:
    """The letters of one byte each that make the likeliest words; said as no more than that."""
    good = sum(len(re.findall(rb"[\xc3-\xf4][\x80-\xbf]+", one)) for one in high)
    bad = sum(len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", one)) for one in high)
    if good > 20 * bad:
        return "utf-8", f"Nearly all of it reads as UTF-8; {bad or 'some'} letters do not and are lost."
    scores = {one: _likely(high, one) for one in CANDIDATES}
    best = max(CANDIDATES, key=lambda one: scores[one] + (1.5 if one == "cp1252" else 0))
    if best == "cp1252":
        return best, "It is not UTF-8; Windows’ western letters are the likeliest."
    return best, f"It is not UTF-8; read as {TITLES[best]} it has the most that look like words."


def _likely(high: list[bytes], encoding: str) -> float:
    """Letters next to letters of their own case and alphabet speak for an encoding; signs inside words against it."""
    score = 0.0
    for one in high[:500]:
        text = one.decode(encoding, "replace")
        for before, sign, after in zip(" " + text, text, text[1:] + " ", strict=False):
            if ord(sign) < 128:
                continue
            inside = before.isalpha() and after.isalpha()
            if sign in "ÄÖÜäöüßéèêëàâçñáíóúôîïûùÉÀÇÑãõåæøÅÆØ":
                score += -0.5 if sign.isupper() and before.islower() else 1.2
            elif sign in "’‘“”–—…€£§°«»\xa0":
                score += 1
            elif sign.isalpha():
                score += _odd(before, sign, after)
            else:
                score -= 2 if inside else 0.5
    return score / max(len(high[:500]), 1) * 10


def _odd(before: str, sign: str, after: str) -> float:
    cyrillic = "\u0400" <= sign <= "\u04ff"
    if cyrillic:
        if any(one.isalpha() and one.isascii() for one in (before, after)):
            return -1.5
        alike = any("\u0400" <= one <= "\u04ff" for one in (before, after))
        return (1.3 if sign.islower() or not before.isalpha() else -1) if alike else -1
    if sign.isupper() and before.islower():
        return -1
    return 0.9 if sign in "ąćęłńśźżčďěňřšťůžőűşţăŁŚŻŹČŠŽŘ" else -0.3


def spelled(path: Path, encoding: str) -> str:
    """A word of the file with a letter beyond ASCII, to be looked at by a person."""
    with path.open("rb") as file:
        text = file.read(CHUNK).decode(encoding, "replace")
    found = ""
    for match in islice(re.finditer(r"[^\x00-\x7f]", text), 500):
        # Looked at in a small window: a search for whole words would go over a long one from each of its letters.
        left = re.search(r"[^\s,;|\"“”]*$", text[max(match.start() - 20, 0) : match.start()])
        right = re.match(r"[^\s,;|\"“”]*", text[match.start() : match.start() + 20])
        word = (left[0] if left else "") + (right[0] if right else "")
        if 3 <= len(word) <= 30:
            found = found or word
            if match[0].isalpha():
                return word
    return found
