"""A real import process on the database of the tests: kills itself, as kill -9 would, behind the row it is told."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.faults.worker import ROOT, database_url

SCRIPT = """
import os, signal, sys
from pathlib import Path
import django
django.setup()
from accounts.models import User
from rca.imports import chunks
from rca.imports.importing import bring_in
from rca.imports.reading import records

at, paths = int(sys.argv[1]), [Path(name) for name in sys.argv[4:]]
read = chunks.Reading.read
count = 0

def counted(self, one, moment):
    global count
    count += 1
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)
    return read(self, one, moment)

if at:
    chunks.Reading.read = counted
chunks.CHUNK = int(sys.argv[2])
bring_in(paths, sys.argv[3], by=User.objects.system("importer"))
"""


def bring_in(*paths: Path, killed_at: int = 0, chunk: int = 250, preset: str = "cfpb") -> bool:
    """Whether it came to its end; `killed_at` counts the rows that this process reads."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "rca.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(killed_at), str(chunk), preset, *map(str, paths)],
        cwd=ROOT, env=environment, capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode == 0
