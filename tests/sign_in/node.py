"""What the tests' provider runs on: Node found on this machine, else the distribution's package, and oidc-provider of npm.

`python -m tests.sign_in.node` installs what is missing and prints where the provider is.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from tests.programs import Program

OLDEST = 20
NODE, NPM = Program("Node", ("node",), "nodejs"), Program("npm", ("npm",), "npm")
HERE = Path(__file__).parent / "provider"
FILES = ("package.json", "package-lock.json")


def directory() -> Path:
    """Where the provider lies when it is installed: beside the libraries of this Python, under a name of what it is made of."""
    made_of = sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:16]
    return Path(sys.prefix) / f"provider-{made_of}"


def library() -> Path:
    """The module that the provider is run from."""
    return directory() / "node_modules" / "oidc-provider" / "lib" / "index.js"


def version() -> int:
    """Node's major version; 0 where there is none."""
    node = NODE.find()
    said = subprocess.run((node, "--version"), capture_output=True, text=True, check=False).stdout if node else ""
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0


def install() -> str | None:
    """Install Node where there is none, then the provider; the sentence that says why it could not be done, or None."""
    for program in (NODE, NPM):
        if program.find() is None and (refusal := program.install()):
            return refusal
    if version() < OLDEST:
        return f"The tests need Node {OLDEST} or later, and {NODE.find()} is older: install that, then run this again."
    return None if directory().exists() else _install_provider()


def _install_provider() -> str | None:
    beside = directory().with_name(f".{directory().name}-{os.getpid()}")
    beside.mkdir()
    try:
        for name in FILES:
            shutil.copy(HERE / name, beside)
        done = subprocess.run(
            ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"),
            cwd=beside,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            check=False,
        )
        if done.returncode:
            return "The tests need oidc-provider, and npm could not install it: see what it said above."
        for older in directory().parent.glob("provider-*"):
            shutil.rmtree(older, ignore_errors=True)
        beside.rename(directory())
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return None


def main() -> int:
    """Print where the provider is; a sentence and 1 where it cannot be had."""
    refusal = install()
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    print(f"Provider: {directory()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
