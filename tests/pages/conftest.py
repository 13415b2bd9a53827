"""The pages as a reader would open them, run without a browser on the demonstration's release."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from metrics import Release
from tests.opened import no_search, open_all

MAIN = Path(__file__).resolve().parents[2] / "pages" / "main.py"
TIMEOUT_SECONDS = 60


@dataclass
class Screen:
    """One session of the dashboard."""

    app: AppTest

    @property
    def markup(self) -> str:
        """All the page's own HTML."""
        return "\n".join(element.proto.body for element in self.app.get("html"))

    @property
    def words(self) -> str:
        """All that its HTML says, tags taken out."""
        return html.unescape(re.sub(r"<[^>]+>", " ", self.markup))

    @property
    def charts(self) -> list[Any]:
        """The charts, in order."""
        return list(self.app.get("vega_lite_chart"))

    def drawn(self, place: int) -> list[dict[str, object]]:
        """The rows a chart was given: everything of it that reaches the browser."""
        data = self.charts[place].proto.datasets[0].data.data
        rows: list[dict[str, object]] = pa.ipc.open_stream(data).read_all().to_pylist()
        return rows

    def choose(self, label: str, value: str) -> Screen:
        """Set a select box."""
        self.box(label).set_value(value).run()
        return self

    def box(self, label: str) -> Selectbox[Any]:
        """The select box of that label."""
        return next(box for box in self.app.selectbox if box.label == label)


Open = Callable[..., Screen]


@pytest.fixture(scope="package", autouse=True)
def unsearched() -> Iterator[None]:
    """Hundreds of pages are opened here."""
    with no_search():
        yield


@pytest.fixture
def open_page(demonstration_release: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page with what a URL asks for, and each of its folds."""
    monkeypatch.setenv("RELEASE", str(demonstration_release))

    def open_page(page: str = "overview", **query: str) -> Screen:
        app = AppTest.from_file(MAIN, default_timeout=TIMEOUT_SECONDS)
        app.query_params.update(query)
        if page != "overview":
            app.switch_page(f"{page}.py")
        return Screen(open_all(app.run()))

    return open_page


@pytest.fixture(scope="session")
def release(demonstration_release: Path) -> Release:
    """The release that the pages are drawn from."""
    return Release.open(demonstration_release)
