"""Downloads as a reader would use them: a file made behind the page, and the link to a figure of a release that is kept."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from metrics import Audience, Release, ReleaseError, exports
from metrics.presentation.extracts import SYNTHETIC
from pages import access
from pages.access import Offered, Reader, offer
from pages.components import jobs
from tests.metrics.exports_release import PARTNERS, PUBLICATION, release
from tests.pages.conftest import MAIN, TIMEOUT_SECONDS, Screen
from tests.releases import AREAS, OXFORDSHIRE, lattice_of, publish_release

WAIT_SECONDS = 60


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where releases are kept, one of them."""
    release(tmp_path)
    monkeypatch.setenv("RELEASE", str(tmp_path))
    return tmp_path


def opened(page: str = "downloads", **query: str) -> Screen:
    app = AppTest.from_file(MAIN, default_timeout=TIMEOUT_SECONDS)
    app.query_params.update(query)
    app.switch_page(f"{page}.py")
    return Screen(app.run())


def button(screen: Screen, label: str) -> Any:
    return next(one for one in screen.app.button if one.label == label)


def files(screen: Screen) -> dict[str, jobs.Job]:
    """The session's files, once none is under way any more."""
    made: dict[str, jobs.Job] = screen.app.session_state["files"]
    until = time.monotonic() + WAIT_SECONDS
    while any(job.running for job in made.values()) and time.monotonic() < until:
        time.sleep(0.05)
    return made


def test_the_page_says_what_a_file_will_state(root: Path) -> None:
    screen = opened(area=OXFORDSHIRE)
    assert not screen.app.exception
    for words in (
        "Children: Oxfordshire, all children (225 children)",
        "Disclosure policy: partners.",
        "Release first of 20 November 2025, from cohort cohort-1.",
        "Partners only: not for minutes, press or public.",
    ):
        assert words in screen.words, words


def test_of_a_period_pages_and_files_say_how_many_were_recognised_in_it(root: Path) -> None:
    words = opened(area=OXFORDSHIRE, period="2022").words
    assert "Children: Oxfordshire, all children, parent imprisoned in 2022 (100 recognised in 2022)" in words
    assert "100 recognised in 2022 · data to" in words and "100 children" not in words


def test_a_page_says_of_the_data_what_its_files_say(root: Path) -> None:
    """Every source with its last day, one that only the files named before: suspensions and exclusions."""
    days = {"school_census": date(2025, 7, 31), "exclusions": date(2025, 4, 30)}
    publish_release(root, version="second", lattice=replace(lattice_of(225), observed_to=days), manifest={"policy": PARTNERS})
    words = opened().words
    assert "Data: school records to 31 July 2025; suspensions and exclusions to 30 April 2025." in words
    assert "School records to 31 July 2025; suspensions and exclusions to 30 April 2025." in words
    assert SYNTHETIC in words


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"area": OXFORDSHIRE}, "synthetic-slides-oxfordshire-all-children-first.pptx"),
        ({"area": OXFORDSHIRE, "format": "html"}, "synthetic-report-oxfordshire-all-children-first.html"),
        ({"area": OXFORDSHIRE, "format": "svg", "slide": "ehcp"}, "synthetic-ehcp-oxfordshire-all-children-first.svg"),
        ({"for": "each"}, "synthetic-all-areas-thames-valley-all-children-first.pptx.zip"),
    ],
)
def test_a_file_is_made_behind_the_page_and_then_offered(query: dict[str, str], name: str, root: Path) -> None:
    screen = opened(**query)
    button(screen, "Make the file").click().run()
    made = files(screen)
    assert list(made) == [name] and made[name].content
    screen.app.run()
    assert [one.proto.label for one in screen.app.get("download_button")] == [f"Download {name}"]


def test_another_choice_of_slides_is_another_file(root: Path) -> None:
    screen = opened(area=OXFORDSHIRE)
    for chosen in ("ehcp", "ehcp,statutory", "ehcp"):
        screen.app.query_params["slides"] = chosen
        screen.app.run()
        button(screen, "Make the file").click().run()
        made = files(screen)
    one, two = (len(Presentation(BytesIO(job.content or b"")).slides) for job in made.values())
    assert two == one + 1
    screen.app.run()
    assert len({take.proto.label for take in screen.app.get("download_button")}) == 2


def test_what_cannot_be_made_is_told_in_one_sentence(root: Path) -> None:
    screen = opened(area=OXFORDSHIRE, format="png", slide="fsm_received")
    button(screen, "Make the file").click().run()
    assert [job.content for job in files(screen).values()] == [None]
    screen.app.run()
    assert "There is no picture of Received free school meals for these children: choose fewer filters." in screen.words


def test_a_file_that_fails_leaves_a_trace_and_its_reader_is_told_no_place_on_the_server(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(*_: object, **__: object) -> bytes:
        raise ReleaseError(f"The release in {root} is damaged.")

    monkeypatch.setattr(exports, "make", damaged)
    screen = opened(area=OXFORDSHIRE)
    button(screen, "Make the file").click().run()
    files(screen)
    screen.app.run()
    assert "This file could not be made." in screen.words and str(root) not in screen.words
    assert f"The release in {root} is damaged." in caplog.text


@pytest.fixture
def gate() -> Iterator[Event]:
    """Held shut, no file is ever done."""
    shut = Event()
    yield shut
    shut.set()


def test_a_session_has_two_files_under_way_at_most(monkeypatch: pytest.MonkeyPatch, gate: Event) -> None:
    """One worker makes the files of everybody: a session that began a hundred would let all others wait."""
    mine: dict[str, jobs.Job] = {}
    monkeypatch.setattr(jobs, "all_mine", lambda: mine)
    for name in ("one", "two", "three"):
        jobs.start(offer(name, {}, "first"), "", (), lambda progress: bytes(gate.wait(WAIT_SECONDS)))
    assert list(mine) == ["one", "two"]


def test_a_reader_with_two_files_under_way_is_told_to_wait_for_one(
    root: Path, monkeypatch: pytest.MonkeyPatch, gate: Event
) -> None:
    monkeypatch.setattr(exports, "picture", lambda *_: bytes(gate.wait(WAIT_SECONDS)))
    screen = opened(format="svg")
    for id in ("recognised", "ehcp"):
        assert not button(screen, "Make the file").disabled
        screen.app.query_params["slide"] = id
        screen.app.run()
        button(screen, "Make the file").click().run()
    assert button(screen, "Make the file").disabled and "Two of your files are being made" in screen.words
    gate.set()
    files(screen)
    screen.app.run()
    assert not button(screen, "Make the file").disabled and "are being made" not in screen.words


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that have passed, to be set; nobody has begun a file, and each is done at once."""
    passed = [1000.0]
    monkeypatch.setattr(jobs, "monotonic", lambda: passed[0])
    monkeypatch.setattr(jobs, "_BEGUN", {})
    return passed


def begin(how_many: int, monkeypatch: pytest.MonkeyPatch, subject: str = "") -> int:
    """A reader begins files in a new window; how many are made."""
    mine: dict[str, jobs.Job] = {}
    monkeypatch.setattr(jobs, "all_mine", lambda: mine)
    monkeypatch.setattr(jobs, "reader", lambda: Reader(None, subject=subject))
    made = 0
    for number in range(how_many):
        name = f"file {number}"
        jobs.start(Offered(name, {}, ""), "", (), lambda progress: b"")
        if name in mine:
            mine.pop(name).future.result(WAIT_SECONDS)
            made += 1
    return made


def test_a_reader_begins_forty_files_an_hour_in_however_many_windows(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    assert [begin(30, monkeypatch, "ann"), begin(30, monkeypatch, "ann")] == [30, 10]
    assert jobs.spent()
    assert begin(5, monkeypatch, "ben") == 5
    clock[0] += 3599
    assert begin(1, monkeypatch, "ann") == 0
    clock[0] += 1
    assert begin(50, monkeypatch, "ann") == 40
    assert list(jobs._BEGUN) == ["ann"]


def test_a_reader_who_has_begun_forty_is_told_when_there_can_be_another(root: Path, clock: list[float]) -> None:
    jobs._BEGUN[""] = deque([clock[0]] * jobs.MOST_AN_HOUR)
    screen = opened(format="svg")
    assert button(screen, "Make the file").disabled
    assert "You have begun 40 files within an hour." in screen.words
    clock[0] += 3600
    screen.app.run()
    assert not button(screen, "Make the file").disabled


def test_a_session_keeps_its_last_few_files(root: Path) -> None:
    screen = opened(format="svg")
    for id in ("recognised", "ehcp", "sen_support", "statutory", "suspended", "mash_referral", "any_active"):
        screen.app.query_params["slide"] = id
        screen.app.run()
        button(screen, "Make the file").click().run()
        files(screen)
    assert len(files(screen)) <= jobs.KEPT + 1


def test_open_data_are_offered_for_a_publication_release_alone(root: Path) -> None:
    assert "Open data are made from a release under the policy publication only" in opened().words
    release(root, PUBLICATION, version="second")
    screen = opened()
    button(screen, "Make the open data").click().run()
    assert [job.content is not None for job in files(screen).values()] == [True]


def test_a_link_to_a_figure_names_its_release(root: Path) -> None:
    screen = opened(area=OXFORDSHIRE)
    assert screen.app.code[0].value.endswith(f"/board?area={OXFORDSHIRE}&slide=recognised&release=first")


def test_a_link_opens_its_release_while_it_is_kept_and_tells_of_a_newer_one(root: Path) -> None:
    assert "A newer one exists" not in opened("education", release="first").words
    publish_another(root)
    older = opened("education", release="first")
    assert "This link is to release first of 20 November 2025. A newer one exists: second of 1 December 2025." in older.words
    assert "Release first, made 20 November 2025." in older.words
    button(older, "Show the newest release").click().run()
    assert "Release second, made 1 December 2025." in older.words and "A newer one exists" not in older.words


def publish_another(root: Path) -> None:
    publish_release(root, version="second", manifest={"built_at": "2025-12-01T09:00:00+00:00", "policy": PARTNERS})


@pytest.mark.parametrize("version", ["gone", "../elsewhere", "/etc", ".", "", "CURRENT"])
def test_a_link_to_a_release_that_is_not_kept_opens_the_newest_and_never_a_path(version: str, root: Path) -> None:
    screen = opened("education", release=version)
    assert not screen.app.exception
    assert "Release first, made 20 November 2025." in screen.words
    assert ("is no longer kept: the newest is shown instead." in screen.words) == (version != "")


def test_a_link_opens_no_release_for_partners_where_the_live_one_is_for_anyone(root: Path) -> None:
    release(root, PUBLICATION, version="second")
    screen = opened("education", release="first")
    assert "is no longer kept: the newest is shown instead." in screen.words
    assert "Release second, made 20 November 2025." in screen.words and "Partners only" not in screen.words


def test_a_link_opens_a_kept_release_for_the_same_reader(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a local authority may not see of the newest release it does not see of an older one either."""
    publish_another(root)
    seen = Release.open(root).seen_by(Audience("local_authority", OXFORDSHIRE))
    monkeypatch.setattr(access, "live_release", lambda: seen)
    screen = opened("education", release="first")
    assert "This link is to release first" in screen.words
    assert screen.box("Area").options == ["Oxfordshire", "\N{EM SPACE}Oxford"]
    elsewhere = replace(lattice_of(225), areas=(AREAS[0], AREAS[3]))
    publish_release(root, version="third", lattice=elsewhere, manifest={"policy": PARTNERS})
    assert "is no longer kept" in opened("education", release="third").words, "the authority is not in it"


def test_a_release_beside_the_root_is_not_to_be_had(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    release(elsewhere)
    screen = opened("education", release=f"../{elsewhere.name}/first")
    assert "is no longer kept" in screen.words


def test_a_file_that_fails_leaves_a_trace_and_tells_the_reader_no_path(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    mine: dict[str, jobs.Job] = {}
    monkeypatch.setattr(jobs, "all_mine", lambda: mine)

    def fail(_: jobs.Progress) -> bytes:
        raise ReleaseError("The release in somewhere/0123 has a file that is not readable Parquet.")

    jobs.start(offer("report.pdf", {}, "first"), "application/pdf", (), fail)
    jobs.start(offer("after.pdf", {}, "first"), "application/pdf", (), lambda _: b"made after it by the same worker")
    assert mine["after.pdf"].future.result(WAIT_SECONDS)
    assert mine["report.pdf"].problem.startswith("This file could not be made.")
    assert [one.name for one in caplog.records] == ["pages"] and "somewhere/0123" in caplog.text
