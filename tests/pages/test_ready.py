"""Readiness means it: what can be shown now is asked of the disk each time, and nothing is told but a word."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.types import Message

from pages.access import ready
from pages.access.released import live_release
from tests.pages.test_start import rewrite


@pytest.fixture
def root(demonstration_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demonstration's release, served."""
    root = tmp_path / "release"
    shutil.copytree(demonstration_release, root)
    monkeypatch.setenv("RELEASE", str(root))
    return root


def version(root: Path) -> Path:
    """The live version's directory."""
    return root / (root / "CURRENT").read_text().strip()


def point(root: Path, name: str) -> None:
    """Make another version the live one, as a release does."""
    (root / "CURRENT.new").write_text(f"{name}\n")
    (root / "CURRENT.new").replace(root / "CURRENT")


def ask(path: str = "/ready") -> tuple[int, str]:
    """The status and the word."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"", "root_path": ""}
    asyncio.run(Starlette(routes=ready.routes())(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode().strip()


def test_a_release_that_can_be_read_is_ready(root: Path) -> None:
    assert ask() == (200, "ready")


def test_without_a_release_it_is_not_ready_until_there_is_one(root: Path, tmp_path: Path) -> None:
    root.rename(tmp_path / "away")
    assert ask() == (503, "unready")
    (tmp_path / "away").rename(root)
    assert ask() == (200, "ready")


def test_a_release_deleted_under_a_running_dashboard_is_not_ready_until_it_is_back(root: Path, tmp_path: Path) -> None:
    assert ask() == (200, "ready")
    shutil.move(root, tmp_path / "away")
    assert ask() == (503, "unready")
    shutil.move(tmp_path / "away", root)
    assert ask() == (200, "ready")


def test_files_deleted_beneath_a_pointer_that_stays_are_not_ready(root: Path) -> None:
    assert ask() == (200, "ready")
    kept = (version(root) / "figures.parquet").read_bytes()
    (version(root) / "figures.parquet").unlink()
    assert ask() == (503, "unready")
    (version(root) / "figures.parquet").write_bytes(kept)
    assert ask() == (200, "ready")
    assert live_release().files[0][2] == len(kept)


def test_a_cell_that_cannot_be_read_is_not_ready(root: Path) -> None:
    assert ask() == (200, "ready")
    whole = (version(root) / "figures.parquet").read_bytes()
    (version(root) / "figures.parquet").write_bytes(whole[:1000] + bytes(200) + whole[1200:])
    assert ask() == (503, "unready")


def test_what_was_damaged_and_mended_in_place_is_served_anew(root: Path) -> None:
    before = live_release()
    path = version(root) / "figures.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    assert ask() == (503, "unready")
    path.with_suffix(".new").write_bytes(whole)
    path.with_suffix(".new").replace(path)
    assert ask() == (200, "ready")
    assert live_release() is not before
    live_release().read_through()


@pytest.mark.parametrize("words", ["", "no such version\n", "../elsewhere\n", "\0\xff"])
def test_a_damaged_pointer_is_served_past_until_it_is_mended(words: str, root: Path) -> None:
    assert ask() == (200, "ready")
    name = version(root).name
    (root / "CURRENT").write_text(words)
    assert ask() == (200, "behind")
    point(root, name)
    assert ask() == (200, "ready")


def test_a_damaged_pointer_with_nothing_to_go_on_serving_is_not_ready(root: Path) -> None:
    name = version(root).name
    (root / "CURRENT").write_text("no such version\n")
    assert ask() == (503, "unready")
    point(root, name)
    assert ask() == (200, "ready")


def test_an_older_release_than_the_newest_is_behind(root: Path) -> None:
    served = live_release()
    shutil.copytree(version(root), root / "newest")
    rewrite(root / "newest", synthetic=False)
    point(root, "newest")
    assert ask() == (200, "behind")
    assert live_release() is served
    rewrite(root / "newest", synthetic=True)
    assert ask() == (200, "ready")


def test_the_older_release_must_be_there_too(root: Path) -> None:
    live_release()
    shutil.rmtree(version(root))
    point(root, "newest")
    assert ask() == (503, "unready")


@pytest.mark.parametrize("base", ["children", "/children/", "/of/two/"])
def test_it_is_asked_beneath_the_base_path(base: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", lambda name: {"server.baseUrlPath": base}[name])
    assert ask(f"/{base.strip('/')}/ready") == (200, "ready")
    assert ask("/ready")[0] == 404


def test_the_log_says_why_and_the_answer_does_not(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    shutil.rmtree(root)
    assert ask() == (503, "unready")
    assert [record.message for record in caplog.records] == [
        f"not ready: There is no release at {root}: make one with `python -m metrics release`."
    ]
