"""From nothing to the first chart: a server started, a page opened and painted; and what its imports cost."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from bench.repaint import CHART, TEXT, VIEWPORT
from bench.timings import Row, Spread, announced, share
from tests.browser.server import serve

STARTS = 5
MOST_SHOWN = 12
PROFILED = "PYTHONPROFILEIMPORTTIME"
_IMPORTED = re.compile(r"^import time:\s+(?P<own_us>\d+) \|\s+\d+ \|\s+(?P<library>\w+)", re.MULTILINE)


def rows(browser: Browser, release: Path, rooms: Path, empty: Path, ours: Path) -> Iterator[Row]:
    """The rows of the table; the two apps start in turn."""
    with announced("cold starts"):
        _started(browser, release, rooms / "log", ours, CHART)
        waits = [
            (_started(browser, release, rooms / "log", empty, TEXT), _started(browser, release, rooms / "log", ours, CHART))
            for _ in range(STARTS)
        ]
    blank, painted = (Spread.of(waited) for waited in zip(*waits, strict=True))
    beside = f"text of the empty app: {blank}"
    yield Row("From `streamlit run` to the first chart of the overview", str(painted), beside, share(painted, blank))
    with announced("imports"), _profiled():
        plain = _imports(browser, release, rooms / "log", empty, TEXT)
        found = _imports(browser, release, rooms / "log", ours, CHART)
    beside = f"the empty app: {sum(plain.values()) / 1000:,.0f} ms, of {len(plain)} libraries"
    yield Row(f"Imports until then, of {len(found)} libraries", f"{sum(found.values()) / 1000:,.0f} ms", beside)
    for library, own_us in found.most_common(MOST_SHOWN):
        yield Row(f"importing {library}", f"{own_us / 1000:,.0f} ms", f"the empty app: {plain[library] / 1000:,.0f} ms")


def _started(browser: Browser, release: Path, log: Path, script: Path, looked_for: str) -> float:
    """Milliseconds from the start of a server to the first of what is looked for on its first page."""
    start = time.perf_counter()
    with serve(release, log, script) as address:
        page = browser.new_page(viewport=VIEWPORT)
        page.goto(address)
        page.wait_for_selector(looked_for, state="attached")
        waited = 1000 * (time.perf_counter() - start)
        page.close()
    return waited


def _imports(browser: Browser, release: Path, log: Path, script: Path, looked_for: str) -> Counter[str]:
    """Microseconds that each library, and each part of ours, took to import until then."""
    _started(browser, release, log, script, looked_for)
    return imports_in(log.read_text(encoding="utf-8", errors="replace"))


def imports_in(printed: str) -> Counter[str]:
    """Microseconds by library in what Python prints of its imports: its own modules' alone, not those it imports."""
    found: Counter[str] = Counter()
    for one in _IMPORTED.finditer(printed):
        found[one["library"]] += int(one["own_us"])
    return found


@contextmanager
def _profiled() -> Iterator[None]:
    """Python prints each import of the processes started."""
    os.environ[PROFILED] = "1"
    yield
    del os.environ[PROFILED]
