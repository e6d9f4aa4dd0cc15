"""What a file is, by its own bytes: a list of our own, for what is kept and how it is handed out again."""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from rca.lib.refused import Refused

NAME_LIMIT = 120


class Kind(NamedTuple):
    """`raster` pictures are the only files that a page shows; everything else is only ever handed out as a download."""

    key: str
    says: str
    endings: tuple[str, ...]
    served_as: str
    fits: Callable[[bytes], bool]
    raster: bool = False


def _begins(*marks: bytes, at: int = 0) -> Callable[[bytes], bool]:
    return lambda content: content[at:].startswith(marks)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda content: content[:4] == b"RIFF" and content[8:12] == form


def _boxed(*brands: bytes) -> Callable[[bytes], bool]:
    return lambda content: content[4:8] == b"ftyp" and content[8:12].startswith(brands)


def _text(content: bytes) -> bool:
    """Letters of some encoding: no zero bytes, unless it begins as UTF-16 does, and nothing that we know better."""
    head = content[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head) and _of_bytes(content) is None


def _letter(content: bytes) -> bool:
    return _text(content) and re.match(rb"[\x21-\x39\x3b-\x7e]{1,76}:[ \t]", content.lstrip()[:200]) is not None


OCTETS = "application/octet-stream"
OFFICE = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp")
KINDS = [
    Kind("png", "a PNG picture", (".png",), "image/png", _begins(b"\x89PNG\r\n\x1a\n"), raster=True),
    Kind("jpeg", "a JPEG picture", (".jpg", ".jpeg", ".jfif"), "image/jpeg", _begins(b"\xff\xd8\xff"), raster=True),
    Kind("gif", "a GIF picture", (".gif",), "image/gif", _begins(b"GIF87a", b"GIF89a"), raster=True),
    Kind("webp", "a WebP picture", (".webp",), "image/webp", _riff(b"WEBP"), raster=True),
    Kind("heic", "a picture from a telephone", (".heic", ".heif"), "image/heic", _boxed(b"hei", b"mif1", b"msf1")),
    Kind("pdf", "a PDF document", (".pdf",), "application/pdf", lambda content: b"%PDF-" in content[:1024]),
    Kind("office", "an office document", OFFICE, OCTETS, _begins(b"PK\x03\x04")),
    Kind("zip", "a ZIP archive", (".zip",), "application/zip", _begins(b"PK\x03\x04", b"PK\x05\x06")),
    Kind("old_office", "an older office document", (".doc", ".xls", ".ppt", ".msg"), OCTETS,
         _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    Kind("rtf", "a rich text", (".rtf",), OCTETS, _begins(b"{\\rtf")),
    Kind("mp3", "a sound", (".mp3",), "audio/mpeg", _begins(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    Kind("wav", "a sound", (".wav",), "audio/wav", _riff(b"WAVE")),
    Kind("ogg", "a sound", (".ogg", ".oga", ".opus"), "audio/ogg", _begins(b"OggS")),
    Kind("mp4", "a film or a sound", (".mp4", ".m4a", ".mov", ".3gp"), "video/mp4",
         _boxed(b"isom", b"iso", b"mp4", b"M4A", b"M4V", b"qt", b"3gp", b"avc1", b"dash")),
    # Text has no mark of its own, so these are told apart by the name alone; each is octets to a browser.
    Kind("mail", "a mail", (".eml",), OCTETS, _letter),
    Kind("table", "a table", (".csv", ".tsv"), OCTETS, _text),
    Kind("text", "a text", (".txt", ".log", ".md"), OCTETS, _text),
    Kind("code", "a web page or a drawing", (".html", ".htm", ".svg", ".xml", ".js", ".css", ".json"), OCTETS, _text),
]  # fmt: skip
BY_KEY = {kind.key: kind for kind in KINDS}
BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
# Marks of what runs: no name makes these welcome.
RUNS = (
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
WELCOME = "pictures, PDF, office documents, text, tables, mails, sounds, short films and ZIP archives"


def safe_name(name: str) -> str:
    """The name without its path, without control and direction marks, and no longer than is shown."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode("utf-8"))
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(
        " " if char.isspace() else char for char in name if unicodedata.category(char)[0] != "C" or char == "\t"
    )
    name = re.sub(r"\s+", " ", re.sub(r"[<>:\"|?*]", "_", name)).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and stem and len(name) > NAME_LIMIT:
        name = f"{stem[: NAME_LIMIT - len(ending[:12]) - 1]}.{ending[:12]}"
    return name[:NAME_LIMIT] or "file"


def kind_of(name: str, content: bytes) -> Kind:
    """What the file is; refuses what runs, what nobody here could open, and a name that lies about its bytes."""
    if not content:
        raise Refused(f"“{name}” is empty.")
    if content.startswith(RUNS) or (content.startswith(b"MZ") and b"\x00" in content[:64]):
        raise Refused(f"“{name}” is a program. Programs are not kept; a picture of what it shows would do.")
    ending = "." + name.rpartition(".")[2].lower() if "." in name else ""
    found = _of_bytes(content)
    if not ending:
        return found or (BY_KEY["text"] if _text(content) else _unknown(name))
    kind = BY_ENDING.get(ending) or _unknown(name)
    if not kind.fits(content):
        truly = f"it is {found.says}" if found else "it is something else"
        raise Refused(
            f"“{name}” says it is {kind.says}, but by its bytes {truly}. Give it its right name, or save it anew."
        )
    return kind


def _of_bytes(content: bytes) -> Kind | None:
    return next((kind for kind in KINDS[: KINDS.index(BY_KEY["mail"])] if kind.fits(content)), None)


def _unknown(name: str) -> Kind:
    raise Refused(f"“{name}” is of a kind that is not kept here. Kept are {WELCOME}.")


def ending_for(kind: Kind, name: str) -> str:
    """The name with an ending that says what it is, where it had none."""
    return name if "." in name else f"{name}{kind.endings[0]}"


__all__ = ["BY_KEY", "KINDS", "WELCOME", "Kind", "ending_for", "kind_of", "safe_name"]
