"""Every page as a local authority reads it: without these a page can fail, or send what is another authority's."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from metrics import Audience, Beside, Filters, Release, exports
from metrics.audience import BESIDE, UNSAID
from metrics.presentation.extracts import NOTHING_SUPPLIED
from metrics.presentation.numbers import percent, thousands
from pages import access
from tests.egress.capture import MAIN, TIMEOUT_SECONDS, Sent, read, visit
from tests.egress.taken import office, page
from tests.opened import open_all
from tests.pages.conftest import Screen
from tests.releases import AREAS, OXFORDSHIRE, READING, lattice_of, publish_release

OXFORD, WOKINGHAM = "E07000178", "E06000041"
"""Wokingham supplied no social care, and has no districts."""
PAGES = (*("overview", "education", "social_care", "areas", "children", "journey", "board", "downloads", "quality", "methods"),)
PUBLIC = (
    "Thames Valley Police and Oxfordshire County Council (published study, 2025)",
    "The study was of 225 children of Oxfordshire",
)
"""Words of the project's own that name an authority: who asked a question first, and of whom."""
OF_THE_STUDY = r"published study|The study was of 225 children of Oxfordshire"
"""What marks a paragraph of a file as such words."""
VISITS: tuple[tuple[str, tuple[Beside, ...], dict[str, str]], ...] = (
    (OXFORDSHIRE, UNSAID, {}),
    (WOKINGHAM, UNSAID, {}),
    (READING, (), {"area": OXFORDSHIRE, "against": "partnership", "board": "overview"}),
    (OXFORDSHIRE, BESIDE, {"area": OXFORD, "against": "here", "indicator": "attendance_mean", "release": "elsewhere"}),
)
"""Who looks, what the policy lets stand beside, and what the address asks for."""


@pytest.fixture
def seen_by(demonstration_release: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Release]:
    """Serve the demonstration to a local authority, under a policy that lets these stand beside its figures."""
    monkeypatch.setenv("RELEASE", str(demonstration_release))

    def narrow(area: str, beside: tuple[Beside, ...]) -> Release:
        whole = Release.open(demonstration_release)
        policy = {**whole.manifest["policy"], "authorities_see": list(beside)}
        whole.manifest = {**whole.manifest, "policy": policy}
        seen = whole.seen_by(Audience("local_authority", area))
        monkeypatch.setattr(access, "live_release", lambda: seen)
        return seen

    return narrow


def opened(page: str, **query: str) -> Screen:
    app = AppTest.from_file(MAIN, default_timeout=TIMEOUT_SECONDS)
    app.query_params.update(query)
    if page != "overview":
        app.switch_page(f"{page}.py")
    return Screen(open_all(app.run()))


def of_others(demonstration_release: Path, area: str) -> tuple[str, ...]:
    """The codes and names of every area that is not the authority's."""
    areas = [one for one in Release.open(demonstration_release).lattice.areas if one.kind != "all"]
    own = [one.name for one in areas if area in (one.code, one.parent)]
    others = [one for one in areas if area not in (one.code, one.parent)]
    return (*(one.code for one in others), *(one.name for one in others if not any(one.name in name for name in own)))


def named(sent: Sent, words: tuple[str, ...]) -> list[str]:
    """Which of these words are in anything that is sent, but for the project's own wording."""
    raw = sent.raw.decode("utf-8", "replace")
    for public in PUBLIC:
        raw = raw.replace(public, "")
    return [word for word in words if re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])", raw)]


@pytest.mark.parametrize(("area", "beside", "query"), VISITS, ids=str)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_sends_nothing_of_another_authority(
    page: str,
    area: str,
    beside: tuple[Beside, ...],
    query: dict[str, str],
    seen_by: Callable[..., Release],
    demonstration_release: Path,
) -> None:
    seen_by(area, beside)
    sent = read(visit(page, **query))
    words = [one for one in of_others(demonstration_release, area) if one not in query.values()]
    assert sent.markup and len(sent.raw) > 10_000, "a page that sends nothing is no page"
    assert named(sent, tuple(words)) == []


def test_what_a_partner_is_sent_is_found_by_the_same_search(demonstration_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search finds what it is to find: of a partner, every other authority's name."""
    monkeypatch.setenv("RELEASE", str(demonstration_release))
    others = of_others(demonstration_release, OXFORDSHIRE)
    assert set(named(read(visit("areas")), others)) >= {name for name in others if not name.startswith("E")}


@pytest.mark.parametrize("page", [page for page in PAGES if page != "board"])
def test_a_page_opens_on_the_authority_with_its_own_headcount(page: str, seen_by: Callable[..., Release]) -> None:
    release = seen_by(OXFORDSHIRE, UNSAID)
    screen = opened(page)
    headcount = release.cut(Filters(OXFORDSHIRE)).figure("recognised")
    assert headcount is not None and headcount.n is not None
    assert not screen.app.exception
    assert f"Oxfordshire, all children {thousands(headcount.n)} children" in " ".join(screen.words.split())
    assert [name.strip() for name in screen.box("Area").options][:2] == ["Oxfordshire", "Cherwell"]


def test_the_areas_page_compares_the_authority_and_its_districts_and_says_so(seen_by: Callable[..., Release]) -> None:
    release = seen_by(OXFORDSHIRE, UNSAID)
    screen = opened("areas")
    assert f"{release.authority_words} So there is no other authority on this page to compare with, nor all" in screen.words
    assert screen.box("Compare with").options == [
        "England, all pupils or children",
        "England's children in need",
        "Expected at England's rates",
    ]
    rows = [[row["row"] for row in screen.drawn(place) if row["part"] in ("label", "label own")] for place in (0, -1)]
    assert rows == [["Oxfordshire"], ["Cherwell", "Oxford", "South Oxfordshire", "Vale of White Horse", "West Oxfordshire"]]
    figure = release.cut(Filters()).figure("sen_support")
    assert figure is not None and figure.value is not None
    assert f"{percent(figure.value)}" in screen.words
    assert "In what order" in screen.words, "of the districts"
    assert "Oxfordshire beside each" not in screen.words, "there is no other"


def test_the_areas_page_has_the_whole_where_it_may_be_seen(seen_by: Callable[..., Release]) -> None:
    seen_by(OXFORDSHIRE, BESIDE)
    screen = opened("areas", against="partnership")
    assert "Thames Valley" in screen.box("Compare with").options
    assert "Thames Valley: It is the same measure. Each area is part of it" in screen.words
    rows = [row["row"] for row in screen.drawn(0) if row["part"] in ("label", "label own")]
    assert rows == ["Oxfordshire", "Thames Valley"]


def test_filters_can_be_cleared_down_to_the_authority_and_no_further(seen_by: Callable[..., Release]) -> None:
    seen_by(OXFORDSHIRE, UNSAID)
    screen = opened("education", sex="F")
    clear = next(one for one in screen.app.button if one.label == "Clear filters")
    assert not clear.disabled
    clear.click().run()
    assert "Oxfordshire, all children" in screen.words
    assert next(one for one in screen.app.button if one.label == "Clear filters").disabled


def test_what_is_shown_of_all_areas_together_says_that_there_is_none_of_one(seen_by: Callable[..., Release]) -> None:
    seen_by(OXFORDSHIRE, UNSAID)
    assert "of a single one there is no such figure" in opened("quality").words


def test_the_quality_page_tells_who_was_found_by_age_and_sex_in_the_authority(seen_by: Callable[..., Release]) -> None:
    release = seen_by(OXFORDSHIRE, UNSAID)
    found = {(one.file, one.breakdown): one for one in release.quality("matched") if one.area_code == OXFORDSHIRE}
    girls = found["education", "F"]
    assert girls.n is not None and girls.count is not None, "shown in the demonstration"
    words = " ".join(opened("quality").words.split())
    table = words.partition("By age and sex ")[2]
    assert f"Girls {percent(100 * girls.count / girls.n)} ({girls.count} of {girls.n})" in table
    assert "By area, age and sex" not in words, "it would be the same table"


def test_the_methods_page_says_what_an_authority_sees(seen_by: Callable[..., Release]) -> None:
    assert seen_by(OXFORDSHIRE, BESIDE).authority_words in opened("methods").words


def test_a_zip_of_all_areas_holds_the_authoritys_own_alone(tmp_path: Path) -> None:
    publish_release(tmp_path)
    seen = Release.open(tmp_path).seen_by(Audience("local_authority", OXFORDSHIRE))
    with zipfile.ZipFile(BytesIO(exports.each_area(seen, Filters(), "html"))) as folder:
        assert folder.namelist() == [exports.name(seen, Filters(OXFORDSHIRE), "html")]


@pytest.mark.parametrize("page", PAGES)
def test_an_authority_that_supplied_nothing_still_has_its_pages(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {"school_census": {READING: "2025-07-31"}, "social_care": {READING: "2025-06-30"}}
    starts = {source: {READING: "2017-08-01"} for source in days}
    manifest: dict[str, Any] = {"observed_to": days, "supplied_from": starts}
    publish_release(tmp_path, lattice=lattice_of(225, AREAS), manifest=manifest)
    seen = Release.open(tmp_path).seen_by(Audience("local_authority", OXFORDSHIRE))
    monkeypatch.setenv("RELEASE", str(tmp_path))
    monkeypatch.setattr(access, "live_release", lambda: seen)
    screen = opened(page)
    assert not screen.app.exception and seen.observed_to == {}
    assert NOTHING_SUPPLIED in screen.words.lower()
    assert "Ask every authority" not in screen.words


READ: dict[exports.Format, Callable[[bytes], Any]] = {"pptx": office, "docx": office, "html": page}


@pytest.mark.parametrize("format", READ)
def test_a_file_taken_away_says_nothing_of_another_authority(
    format: exports.Format, seen_by: Callable[..., Release], demonstration_release: Path
) -> None:
    seen = seen_by(WOKINGHAM, UNSAID)
    said = [text for _, text in READ[format](exports.make(seen, Filters(), format)) if not re.search(OF_THE_STUDY, text)]
    words = [one for one in of_others(demonstration_release, WOKINGHAM) if any(re.search(rf"\b{one}\b", text) for text in said)]
    assert "Wokingham" in " ".join(said) and words == []
