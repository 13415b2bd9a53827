"""The programs that tests drive besides Python's: each one found on this machine, else the distribution's package.

`python -m tests.programs` prints their paths, installing those that are not there; names after it choose some.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NO_SERVICES = Path("/usr/sbin/policy-rc.d")
"""Debian asks this script whether a package's service may start; there is mostly none, which means yes."""


@dataclass(frozen=True)
class Program:
    """One program: what people call it, its commands, its package, and where it may lie that is on no path."""

    name: str
    commands: tuple[str, ...]
    package: str
    places: tuple[Path, ...] = ()

    def find(self) -> str | None:
        """Its path; None where it is not on this machine."""
        on_path = (shutil.which(command) for command in self.commands)
        return next((path for path in on_path if path), None) or next((str(one) for one in self.places if one.exists()), None)

    def install(self) -> str | None:
        """Install the distribution's package; the sentence that says why it could not be done, or None."""
        apt = shutil.which("apt-get")
        if apt is None:
            return f"The tests need {self.name}: install it, then run this again."
        if os.geteuid() != 0:
            return (
                f"The tests need {self.name}, and installing it needs root: "
                f"run 'sudo apt-get install {self.package}', then this again."
            )
        quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        with starting_nothing():
            for arguments in (("update",), ("install", "--yes", "--no-install-recommends", self.package)):
                subprocess.run((apt, "-qq", *arguments), env=quietly, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
        if self.find():
            return None
        return f"The tests need {self.name} and apt-get could not install it: install it, then run this again."


CHROMIUM = Program(
    "Chromium or Google Chrome",
    ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "chromium",
    (
        Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
        Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    ),
)
NGINX = Program("nginx", ("nginx",), "nginx", (Path("/usr/sbin/nginx"), Path("/opt/homebrew/bin/nginx")))
OPENSSL = Program("openssl", ("openssl",), "openssl")
PROGRAMS = {"chromium": CHROMIUM, "nginx": NGINX, "openssl": OPENSSL}


@contextmanager
def starting_nothing() -> Iterator[None]:
    """No service of a package that is installed meanwhile is started: the tests start their own, as they need it."""
    if NO_SERVICES.exists():
        yield
        return
    NO_SERVICES.write_text("#!/bin/sh\nexit 101\n")
    NO_SERVICES.chmod(0o755)
    try:
        yield
    finally:
        NO_SERVICES.unlink(missing_ok=True)


def main(names: list[str]) -> int:
    """Print each program's path; a sentence and 1 where one is not there and cannot be installed."""
    for program in [PROGRAMS[name] for name in names or PROGRAMS]:
        if program.find() is None and (refusal := program.install()):
            print(refusal, file=sys.stderr)
            return 1
        print(f"{program.name}: {program.find()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
