"""In which order the tests are run. What these prevent: a worker that has nothing to do while the other ends a long file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.conftest import LONGEST, PROJECT, pytest_collection_modifyitems


@dataclass(frozen=True)
class Item:
    """A test as it is collected."""

    path: Path
    fixturenames: tuple[str, ...] = ()


def ordered(*asked: tuple[str, bool]) -> list[str]:
    """The files in the order they are run; of each whether it asks for the demonstration's release."""
    items = [Item(PROJECT / path, ("demonstration_release",) if asks else ()) for path, asks in asked]
    pytest_collection_modifyitems(cast(Any, items))
    return [item.path.relative_to(PROJECT).as_posix() for item in items]


def test_the_longest_that_asks_for_the_release_begins_and_all_others_that_do_end() -> None:
    longer, long = LONGEST[1], LONGEST[5]
    expected = [longer, LONGEST[-1], "tests/b.py", long, "tests/a.py"]
    assert ordered(("tests/a.py", True), ("tests/b.py", False), (long, True), (longer, True), (LONGEST[-1], False)) == expected


def test_where_none_of_them_is_long_the_order_is_that_of_collection() -> None:
    asked = ("tests/a.py", False), ("tests/b.py", True), ("tests/c.py", True)
    assert ordered(*asked) == ["tests/b.py", "tests/a.py", "tests/c.py"]
    assert ordered(("tests/b.py", False), ("tests/a.py", False)) == ["tests/b.py", "tests/a.py"]


def test_the_longest_files_are_there() -> None:
    assert [path for path in LONGEST if not (PROJECT / path).is_file()] == []
