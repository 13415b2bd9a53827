"""The browser that the tests drive: one found on this machine, else the distribution's package.

`python -m tests.browser.chromium` prints its path, installing it first where there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
QUIET = ("--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")


def find() -> str | None:
    """The path of a Chromium or Chrome; None where there is none."""
    on_path = (shutil.which(command) for command in COMMANDS)
    return next((path for path in on_path if path), None) or next((str(a) for a in APPLICATIONS if a.exists()), None)


def install() -> str | None:
    """Install the distribution's package; the sentence that says why it could not be done, or None."""
    apt = shutil.which("apt-get")
    if apt is None:
        return "The tests need Chromium or Google Chrome: install one, then run this again."
    if os.geteuid() != 0:
        return "The tests need Chromium, and installing it needs root: run 'sudo apt-get install chromium', then this again."
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (("update",), ("install", "--yes", "--no-install-recommends", "chromium")):
        subprocess.run((apt, "-qq", *arguments), env=quietly, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    return None if find() else "The tests need Chromium and apt-get could not install it: install one, then run this again."


def main() -> int:
    """Print the browser's path; a sentence and 1 where there is none and none can be installed."""
    if find() is None and (refusal := install()):
        print(refusal, file=sys.stderr)
        return 1
    print(f"Browser: {find()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
