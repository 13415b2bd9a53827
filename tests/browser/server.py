"""The dashboard as a process of its own, on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


@contextmanager
def serve(
    release: Path, log: Path, script: Path | str = "app.py", folder: Path = ROOT, settings: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The address of a fresh server that shows `release`; it is stopped at the end, and `log` holds what it printed.

    `folder` is where it is started, `settings` are of the environment, besides those of the tests.
    """
    with serve_process(release, log, script, folder=folder, settings=settings) as (address, _):
        yield address


@contextmanager
def serve_process(
    release: Path,
    log: Path,
    script: Path | str = "app.py",
    port: int = 0,
    options: Sequence[str] = (),
    folder: Path = ROOT,
    settings: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, int]]:
    """As `serve`, with the process's id beside the address; `options` of Streamlit, and `settings` of the environment."""
    port = port or free_port()
    at = ("--server.port", str(port), "--server.headless", "true")
    command = (sys.executable, "-m", "streamlit", "run", str(script), *at, *options)
    environment = {**os.environ, "RELEASE": str(release), "PYTHONUNBUFFERED": "1", **(settings or {})}
    base = environment.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    address = f"http://localhost:{port}/{base}".rstrip("/")
    with log.open("wb") as printed:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed)
        try:
            _wait(process, address, log)
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_S)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        assert process.poll() is None, f"the server stopped at start: {log.read_text(errors='replace')}"
        try:
            with urlopen(f"{address}/_stcore/health", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"the server did not answer: {log.read_text(errors='replace')}")
