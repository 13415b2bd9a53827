"""Ask a dashboard on this machine whether it is ready: exit 0 where it is, 1 with its word where it is not.

`python deploy/ready.py [SECONDS]` keeps asking for so long. Where it asks is what dashboard.env says. Needs nothing installed.
"""

from __future__ import annotations

import os
import sys
import time
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

EVERY_SECONDS = 0.5
PATIENCE_SECONDS = 10


def address() -> str:
    """Where the dashboard says whether it is ready."""
    port = os.environ.get("STREAMLIT_SERVER_PORT") or "8501"
    base = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    return f"http://localhost:{port}/{base}/ready" if base else f"http://localhost:{port}/ready"


def ask() -> tuple[bool, str]:
    """Whether it is ready, and the word it says, or what went wrong in place of one."""
    try:
        with build_opener(ProxyHandler({})).open(address(), timeout=PATIENCE_SECONDS) as answer:
            return True, answer.read(100).decode(errors="replace").strip()
    except HTTPError as refused:
        return False, refused.read(100).decode(errors="replace").strip()
    except OSError as error:
        return False, f"no answer ({error})"


def main() -> int:
    """Ask, and again until it is ready or the seconds have passed."""
    until = time.monotonic() + (float(sys.argv[1]) if len(sys.argv) > 1 else 0)
    ready, word = ask()
    while not ready and time.monotonic() < until:
        time.sleep(EVERY_SECONDS)
        ready, word = ask()
    print(word)
    return 0 if ready else 1


if __name__ == "__main__":
    sys.exit(main())
