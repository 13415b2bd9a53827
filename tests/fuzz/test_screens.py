"""Whatever an address asks of a page, and whatever a release says of itself, there is a page without an exception."""

from __future__ import annotations

import json
import os
import shutil
from functools import cache
from itertools import count
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from metrics.filters import Filters
from metrics.presentation import ALL_SLIDES
from tests.fuzz.damage import altered
from tests.fuzz.promise import place
from tests.fuzz.test_addresses import CODES
from tests.opened import no_search
from tests.releases import lattice_of, publish_release

MAIN = Path(__file__).resolve().parents[2] / "pages" / "main.py"
PAGES = ("overview", "education", "social_care", "areas", "children", "journey", "board", "downloads", "quality", "methods")
KEYS = (
    *("area", "age", "sex", "period", "release", "slides", "slide", "board", "follow", "time", "against", "trend", "for"),
    *("terms", "basis", "look", "step", "indicator", "view", "by", "format", "show", "embed", "embed_options"),
)
VALUES = (
    *("all", "", "overview", "notes", "followed", "observed", "change", "none", "-3..3", "-99..99", "0", "-12", "m-1", "window"),
    *(
        "ehcp",
        "fsm_received",
        "step_visited",
        "attendance_mean",
        "recognised",
        "first",
        "second",
        "../first",
        ".",
        "true",
        "docx",
    ),
    *("<b>x</b>", "%00", "\0", "a" * 9_000, ",", ",,,", "\u202e", "\U0001f600", "ehcp,ehcp", "__proto__"),
)
SECONDS = 300
"""More than a page takes on a machine that is busy with other targets."""
_NUMBERS = count()


@cache
def _releases() -> Path:
    """Two small releases, the second live."""
    for version in ("first", "second"):
        publish_release(place() / "served", version=version)
    return place() / "served"


def _values() -> st.SearchStrategy[str]:
    slides = st.lists(st.sampled_from(sorted(ALL_SLIDES)), max_size=4).map(",".join)
    return st.one_of(st.sampled_from((*VALUES, *CODES)), slides, st.text(max_size=20))


def _drawn(page: str, query: dict[str, str], release: Path) -> AppTest:
    os.environ["RELEASE"] = str(release)
    app = AppTest.from_file(MAIN, default_timeout=SECONDS)
    app.query_params.update(query)
    if page != "overview":
        app.switch_page(f"{page}.py")
    with no_search():
        app.run()
    assert not app.exception, [one.value for one in app.exception]
    assert app.get("html"), "a page says something"
    return app


@settings(max_examples=6)
@given(st.sampled_from(PAGES), st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=9)), _values(), max_size=7))
def test_an_address(page: str, query: dict[str, str]) -> None:
    app = _drawn(page, query, _releases())
    shown = {box.label: box.value for box in app.selectbox}
    if "Area" in shown:
        cut = Filters(*(str(shown[label]) for label in ("Area", "Age at imprisonment", "Sex", "Period of imprisonment")))
        assert lattice_of(225).holds(cut)


@settings(max_examples=4)
@given(st.sampled_from(PAGES), st.deferred(lambda: altered(json.loads((_releases() / "second" / "manifest.json").read_bytes()))))
def test_a_page_of_a_release_that_says_something_else(page: str, manifest: object) -> None:
    root = place() / f"altered-{next(_NUMBERS)}"  # a release is opened once a place
    shutil.copytree(_releases(), root)
    (root / "second" / "manifest.json").write_text(json.dumps(manifest))
    _drawn(page, {}, root)
    shutil.rmtree(root)
