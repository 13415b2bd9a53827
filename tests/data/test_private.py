"""Defends against a file of children that others may read, or that is half written, or lies where it would leave the room."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from data.errors import DataError
from data.private import write_csv


def test_only_the_owner_may_read_it_even_where_the_old_one_was_open(tmp_path: Path) -> None:
    path = tmp_path / "new" / "list.csv"
    write_csv(path, ("a",), [("1",)])
    path.chmod(0o644)
    before = os.umask(0)
    try:
        write_csv(path, ("a", "b"), [("Ann", None), ("Bo,b", 2)])
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8") == 'a,b\nAnn,\n"Bo,b",2\n'


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_csv(path, ("a",), [("1",)])

    def failing() -> object:
        yield ("2",)
        raise OSError(28, "full")

    with pytest.raises(DataError, match=r"is full while writing list\.csv"):
        write_csv(path, ("a",), failing())  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "a\n1\n"
    assert [inner.name for inner in tmp_path.iterdir()] == ["list.csv"]


@pytest.mark.parametrize("inner", ["list.csv", "v1/list.csv", "v1/../list.csv"])
def test_never_in_a_store_or_a_release(tmp_path: Path, inner: str) -> None:
    (tmp_path / "CURRENT").write_text("v1", encoding="utf-8")
    with pytest.raises(DataError, match="which is a store or a release: name a place outside it"):
        write_csv(tmp_path / inner, ("a",), [])
    assert not (tmp_path / inner).exists()
