"""Gives the tests a database of their own before Django reads its settings: loaded by `-p tests.database`."""

import atexit
import os
from pathlib import Path

os.environ.setdefault("AMENDS_DATA", str(Path(__file__).resolve().parent.parent / ".data" / "test"))
os.environ.setdefault("AMENDS_FSYNC", "0")
os.environ.setdefault("EMAIL_URL", "memorymail://")
os.environ.setdefault("MAIL_UNDO_SECONDS", "30")

from rca.lib import embedded

_server = embedded.server_if_needed()
_server.__enter__()
atexit.register(_server.__exit__, None, None, None)
