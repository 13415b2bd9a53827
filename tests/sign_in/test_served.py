"""What is served with sign-in set up: the release to each reader as theirs, and no kept one of another sort beside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from metrics import EVERYTHING, Audience, ReleaseError
from pages.access import provider, readers, released
from pages.access.kept import kept_release
from pages.access.readers import Reader
from pages.access.released import live_release, serves_synthetic
from tests.sign_in.stage import OXFORDSHIRE
from tests.sign_in.test_sessions import SIGN_IN

OXFORD = Audience("local_authority", OXFORDSHIRE)
ELSEWHERE = Audience("local_authority", "E10000016")
As = Callable[[Audience], None]


@pytest.fixture
def read_as(real_release: Path, monkeypatch: pytest.MonkeyPatch) -> As:
    """Reads the real release as somebody of that audience."""
    monkeypatch.setenv("RELEASE", str(real_release))
    for module in (released, provider, readers):
        monkeypatch.setattr(module, "sign_in", lambda: SIGN_IN)

    def read_as(audience: Audience) -> None:
        monkeypatch.setattr(readers, "reader", lambda: Reader(audience, "Pat", "p1"))

    return read_as


def beside(root: Path, synthetic: bool) -> str:
    """Keep another version beside the live one, of real children or of invented ones."""
    live = root / (root / "CURRENT").read_text().strip()
    other = root / f"kept-{synthetic}"
    if not other.exists():
        shutil.copytree(live, other)
        said = json.loads((other / "manifest.json").read_text())
        (other / "manifest.json").write_text(json.dumps(said | {"synthetic": synthetic, "version": other.name}))
    return other.name


def test_each_reader_is_given_the_release_as_theirs(read_as: As) -> None:
    for audience in (EVERYTHING, Audience("partner"), OXFORD):
        read_as(audience)
        assert live_release().audience == audience
    assert {area.code for area in live_release().lattice.areas if area.kind == "authority"} == {OXFORDSHIRE}


def test_a_kept_release_is_narrowed_alike(read_as: As, real_release: Path) -> None:
    read_as(OXFORD)
    found = kept_release(beside(real_release, synthetic=False))
    assert found is not None and found.audience == OXFORD


def test_a_kept_release_of_invented_children_is_not_shown_beside_real_ones(read_as: As, real_release: Path) -> None:
    read_as(EVERYTHING)
    assert not serves_synthetic()
    assert kept_release(beside(real_release, synthetic=True)) is None


def test_an_authority_that_the_release_does_not_have_is_told_so(read_as: As, real_release: Path) -> None:
    read_as(ELSEWHERE)
    with pytest.raises(ReleaseError) as refused:
        live_release()
    assert str(real_release) not in str(refused.value)
    assert kept_release(beside(real_release, synthetic=False)) is None
