"""A real server, two releases that differ in every figure, and an access log."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from data.versions import POINTER
from tests.browser.server import serve_process

MORE = 1000
"""By how much the second release counts more children in every base."""
OTHER = "0123456789abcdef"
"""Its version."""


@dataclass(frozen=True)
class Server:
    """A running dashboard: its address, its process, the folder of releases that it serves, its log and what it printed."""

    address: str
    process: int
    root: Path
    first: str
    log: Path
    printed: Path

    def version(self, name: str) -> Path:
        """The directory of a version."""
        return self.root / name

    def point(self, name: str) -> None:
        """Make a version live, as publishing does."""
        fresh = self.root / ".unfinished-CURRENT"
        fresh.write_text(f"{name}\n")
        fresh.replace(self.root / POINTER)

    def memory_mib(self) -> float:
        """What the process holds."""
        pages = int(Path(f"/proc/{self.process}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def another(first: Path, root: Path) -> None:
    """A release with the same cuts and another number in every base that is shown."""
    shutil.copytree(first, root / OTHER)
    path = root / OTHER / "figures.parquet"
    file = pq.ParquetFile(path)
    written = pq.ParquetWriter(path.with_suffix(".new"), file.schema_arrow, write_page_checksum=True)
    for group in range(file.num_row_groups):
        table = file.read_row_group(group)
        place = table.column_names.index("n")
        written.write_table(table.set_column(place, table.schema.field(place), pc.add(table["n"], pa.scalar(MORE, pa.int64()))))
    written.close()
    path.with_suffix(".new").replace(path)
    manifest = json.loads((root / OTHER / "manifest.json").read_text())
    (root / OTHER / "manifest.json").write_text(json.dumps(manifest | {"version": OTHER}))


@pytest.fixture
def serve(demonstration_release: Path, tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Starts a server of the demonstration's release beside which another lies; it ends with the test."""
    started = []

    def start() -> Server:
        root, first = tmp_path / "release", (demonstration_release / POINTER).read_text().strip()
        root.mkdir()
        shutil.copytree(demonstration_release / first, root / first)
        another(root / first, root)
        shutil.copy(demonstration_release / POINTER, root / POINTER)
        log, printed = tmp_path / "access-log", tmp_path / "printed"
        running = serve_process(root, printed, settings={"ACCESS_LOG": str(log)})
        address, process = running.__enter__()
        started.append(running)
        return Server(address, process, root, first, log, printed)

    yield start
    for running in started:
        running.__exit__(None, None, None)


@pytest.fixture
def server(serve: Callable[[], Server]) -> Server:
    """A running server."""
    return serve()
