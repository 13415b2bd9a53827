"""What is promised of any input: a result, or one of the project's own refusals in one sentence without a child in it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from data.errors import DataError
from metrics.disclosure.policy import PolicyError
from metrics.release import ReleaseError

Result = TypeVar("Result")

REFUSALS = (DataError, PolicyError, ReleaseError)
PLANTED = re.compile(r"Annabel|Robert|Cyril|Olive|Quell|Vane|A\d{4}AA|B\d{4}BB|A1\d{11}|900000\d|ZZ\d")
"""The names, numbers and postcodes of the children in the fixtures that are damaged."""
LONGEST = 700
"""Letters of a sentence, of which a policy may repeat an entry; the folder that the files lie in is not counted."""


@cache
def place() -> Path:
    """The folder of this process, for the inputs: one name for all, so that no message can differ by it."""
    folder = tempfile.TemporaryDirectory(prefix="fuzz-")
    _KEPT.append(folder)
    return Path(folder.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def kept(act: Callable[[], Result]) -> Result | None:
    """What was done, None where it was refused as promised; an AssertionError where the refusal is none, else what was raised."""
    try:
        return act()
    except REFUSALS as refused:
        check_sentence(str(refused))
        return None


def check_sentence(said: str) -> None:
    """One sentence that ends, can be printed, is not endless, and names no child."""
    sentence = said.replace(str(place()), "")
    assert sentence.endswith("."), sentence
    assert sentence.isprintable(), repr(sentence)
    assert 20 < len(sentence) < LONGEST, f"{len(sentence)} letters: {sentence[:200]}"
    assert not PLANTED.search(sentence), sentence
