"""JSON as its standard has it, for files that may say anything: what is in doubt is refused rather than half believed."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""How a character in two halves is written; both must be there."""


def parse(text: str) -> Any:
    """What the text says; ValueError where it is no JSON, and where one program would read it otherwise than another.

    That is: a name said twice in one object, NaN and Infinity, a number too large, half a character, and what is nested deeper
    than can be followed.
    """
    try:
        said = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _HALF.search(text):
        json.dumps(said, ensure_ascii=False).encode()
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise ValueError("a name is said twice")
    return said


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
