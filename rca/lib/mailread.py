"""A mail read in a process of its own, which is stopped when it takes too long: no mail can hold up the next one.

What the child has found before it was stopped is used: first the facts and the text, then the files, then what is
quoted, and the HTML, the most dangerous part, last.
"""

import base64
import contextlib
import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from rca.lib.mailbounce import Bounce
from rca.lib.mailmachine import Machine
from rca.lib.mailparse import File, Mail

SECONDS = 2  # of processor time, for the whole mail
WALL = 20  # by the clock on the wall, on a machine that is busy with other things
MEMORY = 1_000_000_000  # bytes
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Reading:
    mail: Mail = field(default_factory=Mail)
    new: str = ""  # the words without what they quote
    quoted: str = ""
    html: str = ""  # safe to show
    known: bool = False  # the child said at least who wrote what
    whole: bool = False  # the child came to its end


def read(raw: bytes) -> Reading:
    """Everything that could be found in time; what is missing is named in `mail.faults`."""
    child = subprocess.Popen(
        [sys.executable, "-m", "rca.lib.mailread"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )  # fmt: skip
    try:
        out, _ = child.communicate(raw, timeout=WALL)
    except subprocess.TimeoutExpired:
        child.kill()
        out, _ = child.communicate()
    return _put_together(out)


def _put_together(out: bytes) -> Reading:
    reading, seen = Reading(), set()
    for line in out.split(b"\n"):
        try:
            kind, value = json.loads(line)
        except ValueError:
            continue  # the line in which it was stopped
        seen.add(kind)
        if kind == "mail":
            reading.mail = _mail(value)
        elif kind == "file":
            reading.mail.files.append(File(value["name"], value["kind"], base64.b64decode(value["content"])))
        elif kind == "fault":
            reading.mail.faults.append(value)
        elif kind in ("new", "quoted", "html"):
            setattr(reading, kind, value)
    reading.known, reading.whole = "mail" in seen, "end" in seen
    if not reading.known:
        reading.mail.faults.append(f"Reading it took longer than {SECONDS} seconds, so it was stopped.")
    elif not reading.whole:
        reading.mail.faults.append("Reading all of it took too long: only its text is shown here.")
    if "new" not in seen:
        reading.new = reading.mail.text
    return reading


def _mail(value: dict[str, Any]) -> Mail:
    value["date"] = datetime.fromisoformat(value["date"]) if value["date"] else None
    value["machine"] = Machine(*value["machine"]) if value["machine"] else None
    value["bounce"] = Bounce(**value["bounce"]) if value["bounce"] else None
    return Mail(**value)


# In the child


def main(source: BinaryIO, to: BinaryIO) -> None:
    """Says one finding a line, each as soon as it is known."""
    from rca.lib.mailclean import TooDeep, cleaned
    from rca.lib.mailparse import parse
    from rca.lib.mailquotes import folded

    def say(kind: str, value: Any) -> None:
        to.write(json.dumps([kind, value]).encode() + b"\n")
        to.flush()

    mail = parse(source.read())
    files, mail.files = mail.files, []
    say("mail", {**asdict(mail), "html": "", "machine": mail.machine, "date": mail.date and mail.date.isoformat()})
    for one in files:
        say("file", {"name": one.name, "kind": one.kind, "content": base64.b64encode(one.content).decode()})
    fold = folded(mail.text)
    say("new", fold.new)
    say("quoted", fold.quoted)
    try:
        say("html", cleaned(mail.html) if mail.html else "")
    except TooDeep:
        say("fault", "Its layout is nested more deeply than is safe to show: here is its text.")
    except ValueError:
        say("fault", "Its layout is too long to show: here is its text.")
    say("end", True)


def _bound() -> None:
    """The limits that the child sets itself before it looks at anything."""
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    with contextlib.suppress(ValueError, OSError):  # not every system counts memory like this
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    _bound()
    main(sys.stdin.buffer, sys.stdout.buffer)
