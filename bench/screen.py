"""What a reader waits for: a page opened, a filter changed, alone and among others; and what each reader costs the server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench import cold, reruns
from bench.commands import ROOT
from bench.repaint import CHART, TEXT, VIEWPORT, WATCH, change, first_paints
from bench.timings import Row, Spread, announced, share
from tests.browser import chromium
from tests.browser.screen import Screen
from tests.browser.server import serve, serve_process

APPS = ROOT / "bench" / "apps"
EMPTY, OURS, BARE = APPS / "empty.py", ROOT / "app.py", APPS / "without_charts.py"
FILTER, SEXES = "Sex", ("Girls", "Boys", "Girls and boys")
CHANGES, OPENED, TOGETHER = 30, 10, 20
READERS, SECONDS = (1, 8), 10.0


def rows(release: Path, rooms: Path) -> Iterator[Row]:
    """The rows of the table; every ratio is of two things measured in turn, in one browser."""
    with announced("repaints"), chromium.started() as browser, ExitStack() as servers:
        addresses = {script: servers.enter_context(serve(release, rooms / script.stem, script)) for script in (EMPTY, OURS, BARE)}
        empty, ours, bare = _repaints(browser, addresses)
        opened, drawn = _opened(browser, addresses)
    yield Row("Rerun of an empty Streamlit app, click to picture", str(empty))
    goals = f"{share(ours, empty)}, goal 2.5 × or less"
    yield Row("Repaint of the education page after a filter change", str(ours), "the empty app", goals)
    yield Row("the same", str(ours), "the same page without its charts", f"{share(ours, bare)}, goal 1.3 × or less")
    yield Row("The same page without its charts", str(bare), "the empty app", share(bare, empty))
    yield Row(
        "First chart of the education page, warm server",
        str(drawn),
        f"text of the empty app: {opened}",
        f"{share(drawn, opened)}, goal 1.5 × or less",
    )
    with chromium.started() as browser:
        yield from cold.rows(browser, release, rooms, EMPTY, OURS)
    yield from _together(release, rooms)
    yield from _by_the_second(release, rooms)


def _repaints(browser: Browser, addresses: Mapping[Path, str]) -> tuple[Spread, ...]:
    pages = [_page(browser, address, "" if script == EMPTY else reruns.PAGE) for script, address in addresses.items()]
    waits: list[list[float]] = [[] for _ in pages]
    for choice in islice(cycle(SEXES), CHANGES + len(SEXES)):
        for page, waited in zip(pages, waits, strict=True):
            waited.append(change(page, FILTER, choice))
    for page in pages:
        page.close()
    return tuple(Spread.of(waited[len(SEXES) :]) for waited in waits)


def _opened(browser: Browser, addresses: Mapping[Path, str]) -> tuple[Spread, Spread]:
    empty = first_paints(browser, addresses[EMPTY], TEXT, OPENED)
    return empty, first_paints(browser, f"{addresses[OURS]}/{reruns.PAGE}", CHART, OPENED)


def _together(release: Path, rooms: Path) -> Iterator[Row]:
    """One reader's repaint, alone and while 19 others change a filter at the same moment; and the memory of a session."""
    with (
        announced(f"{TOGETHER} readers at once"),
        chromium.started() as browser,
        serve_process(release, rooms / "log") as (address, server),
    ):
        page = _page(browser, address, reruns.PAGE)
        choices = cycle(SEXES)
        alone = [change(page, FILTER, next(choices)) for _ in range(OPENED)]
        before = _memory_mib(server)
        with reruns.crowd(address, TOGETHER - 1) as others:
            each = (_memory_mib(server) - before) / (TOGETHER - 1)
            among = [change(page, FILTER, next(choices), others) for _ in range(OPENED)]
        page.close()
    one, all_of_them = Spread.of(alone), Spread.of(among)
    goal = f"{share(all_of_them, one)}, goal 5 × or less"
    yield Row(f"Repaint of it while {TOGETHER} readers filter at once", str(all_of_them), f"one alone: {one}", goal)
    yield Row("Memory of one more session of the education page", f"{each:.1f} MiB", f"the server with one: {before:,.0f} MiB")


def _memory_mib(process: int) -> float:
    said = subprocess.run(("ps", "-o", "rss=", "-p", str(process)), capture_output=True, text=True, check=True)
    return int(said.stdout) / 1024


def _by_the_second(release: Path, rooms: Path) -> Iterator[Row]:
    with announced("reruns"), serve(release, rooms / "log") as address:
        rates = {readers: reruns.reruns_a_second(address, readers, SECONDS) for readers in READERS}
    for readers, rate in rates.items():
        yield Row(f"Reruns of the education page a second, {readers} at once", f"{rate:.1f}")


def _page(browser: Browser, address: str, path: str) -> Page:
    page = browser.new_page(viewport=VIEWPORT)
    page.add_init_script(WATCH)
    Screen(page, address).open(path)
    return page
