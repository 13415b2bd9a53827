"""The release is replaced, deleted or damaged while it is served: one release or the other, a plain sentence, no restart."""

from __future__ import annotations

import itertools
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pages.components.frame import NOTHING_SERVED
from tests.browser.visitor import Painted, visit
from tests.faults.conftest import OTHER, Server

READERS, CHANGES = 4, 12
CHOICES = ("Girls", "Boys", "Girls and boys")
PATIENCE_S = 30
NOT_YET_SEEN = "Reading"


def painted_under(server: Server, version: str) -> dict[str, Painted]:
    """What a reader alone is shown of one release, by choice."""
    server.point(version)
    with visit(server.address) as reader:
        reader.open("education")
        return {choice: reader.choose("Sex", choice) for choice in CHOICES}


def test_readers_see_one_release_or_the_other_and_never_a_mixture(server: Server) -> None:
    """Every figure on a page, in words and charts, is that of the release which its foot names, whatever happens meanwhile."""
    alone = {version: painted_under(server, version) for version in (server.first, OTHER)}
    assert all(alone[server.first][choice].figures != alone[OTHER][choice].figures for choice in CHOICES)
    done = threading.Event()

    def swap() -> None:
        for version in itertools.cycle((server.first, OTHER)):
            server.point(version)
            if done.wait(0.01):
                return

    def read(turn: int) -> list[tuple[str, Painted]]:
        choices = itertools.islice(itertools.cycle(CHOICES), turn, turn + CHANGES)
        with visit(server.address) as reader:
            reader.open("education")
            return [(choice, reader.choose("Sex", choice)) for choice in choices]

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        with ThreadPoolExecutor(READERS) as readers:
            seen = [one for painted in readers.map(read, range(READERS)) for one in painted]
    finally:
        done.set()
        swapping.join()
    versions = [next(version for version in alone if version in painted.words) for _, painted in seen]
    mixed = [
        (choice, version)
        for (choice, painted), version in zip(seen, versions, strict=True)
        if painted.figures != alone[version][choice].figures or painted.errors
    ]
    assert mixed == []
    assert set(versions) == {server.first, OTHER} and len(seen) == READERS * CHANGES


def test_a_release_that_is_deleted_is_served_on_and_another_goes_live_without_a_restart(server: Server, tmp_path: Path) -> None:
    with visit(server.address) as reader:
        reader.open("education", "area=E06000038")
        before = reader.choose("Sex", "Girls")
    shutil.move(server.root, tmp_path / "away")
    with visit(server.address) as reader:
        reader.open("education", "area=E06000038")
        assert reader.choose("Sex", "Girls").figures == before.figures
        other = reader.choose("Area", "Oxfordshire")
        assert other.charts and server.first in other.words and not other.errors
        shutil.move(tmp_path / "away", server.root)
        server.point(OTHER)
        assert OTHER in reader.choose("Area", NOT_YET_SEEN).words


def test_a_damaged_pointer_changes_nothing_for_readers(server: Server) -> None:
    pointer = server.root / "CURRENT"
    with visit(server.address) as reader:
        before = reader.open("education")
        for damage in ("", "no such version\n", "../../etc\n", "\x00\xff"):
            pointer.write_text(damage)
            assert reader.open("education").figures == before.figures
        pointer.unlink()
        pointer.mkdir()  # which nobody can read as a file, the administrator of the machine included
        assert reader.open("education").figures == before.figures
        pointer.rmdir()
        server.point(OTHER)
        assert OTHER in reader.open("education").words


def test_a_file_cut_short_under_a_reader_is_a_sentence_and_is_served_again_when_it_is_mended(server: Server) -> None:
    figures = server.version(server.first) / "figures.parquet"
    whole = figures.read_bytes()
    with visit(server.address) as reader:
        reader.open("education")
        with figures.open("r+b") as file:
            file.truncate(4096)
        refused = reader.choose("Area", NOT_YET_SEEN)
        assert NOTHING_SERVED in refused.words
        assert not refused.charts and not refused.errors and str(server.root) not in refused.words
        beside = figures.with_suffix(".whole")
        beside.write_bytes(whole)
        beside.replace(figures)
        assert until_served(server, "area=E06000038").charts
    printed = server.printed.read_text()
    assert "figures.parquet" in printed or "not readable Parquet" in printed
    assert "Traceback" not in printed


def test_a_release_that_cannot_be_read_never_goes_live_and_does_when_it_can(server: Server) -> None:
    figures = server.version(OTHER) / "figures.parquet"
    figures.rename(figures.with_suffix(".away"))
    figures.mkdir()
    with visit(server.address) as reader:
        before = reader.open("education")
        server.point(OTHER)
        assert reader.open("education").figures == before.figures
        figures.rmdir()
        figures.with_suffix(".away").rename(figures)
        until = time.monotonic() + PATIENCE_S
        while OTHER not in reader.open("education").words:
            assert time.monotonic() < until, "it never went live"
            time.sleep(0.5)


def until_served(server: Server, query: str) -> Painted:
    """What a reader sees who looks again until there is something to see."""
    until = time.monotonic() + PATIENCE_S
    with visit(server.address) as reader:
        while NOTHING_SERVED in (painted := reader.open("education", query)).words:
            assert time.monotonic() < until, "it never recovered"
            time.sleep(0.5)
    return painted
