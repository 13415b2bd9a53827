"""Defends against a file of settings, of a store or of a release that is half believed, or that ends the program."""

from __future__ import annotations

import pytest

from data.json_text import parse


def test_what_is_json_is_read() -> None:
    assert parse('{"a": [1, 2.5, null, true, "\\ud83d\\ude00"], "b": {"a": 1e300}}') == {
        "a": [1, 2.5, None, True, "\N{GRINNING FACE}"],
        "b": {"a": 1e300},
    }


DOUBTFUL = {
    "no JSON": "{",
    "a name said twice": '{"synthetic": true, "synthetic": false}',
    "a name said twice further in": '[{"a": {"b": 1, "b": 1}}]',
    "no number": '{"most_bad_rows_pct": NaN}',
    "an endless number": '{"schema_version": -Infinity}',
    "a number too large": '{"schema_version": 1e999}',
    "more digits than are read": '{"schema_version": ' + "9" * 5_000 + "}",
    "half a character": '{"name": "\\ud800"}',
    "nested too deeply": "[" * 100_000,
    "nested too deeply in names": '{"a":' * 100_000,
}


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_is_in_doubt_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text)
