"""Prints where a Chromium is, after installing one if it must: `python -m tests.infra.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def main() -> None:
    print(named() or downloaded() or packaged() or sys.exit(
        "The browser tests need Chromium: install it with your system's packages, or set CHROMIUM to where it is."
    ))  # fmt: skip


def named() -> str | None:
    given = os.environ.get("CHROMIUM")
    if given and not shutil.which(given):
        sys.exit(f"CHROMIUM is {given}, which is no program: set it to a Chromium, or leave it unset.")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return given or next(filter(None, map(shutil.which, names)), None)


def downloaded() -> str | None:
    """The one that playwright brings, which needs a way to its download server."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).exists():
        tell("No Chromium here: trying to download one.")
        run(sys.executable, "-m", "playwright", "install", "chromium", timeout=300)
    return path if Path(path).exists() and run(path, "--version", timeout=30) else None


def packaged() -> str | None:
    """Debian's, when we may install it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    tell("Installing the system's Chromium.")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "update", "-qq", timeout=300)
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", timeout=900)
    return shutil.which("chromium")


def run(*command: str, timeout: int) -> bool:
    try:
        return not subprocess.run(command, capture_output=True, timeout=timeout, check=False).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


def tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
