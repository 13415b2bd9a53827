"""Defends against settings that are half believed: what `partnership.json` cannot say is refused, with what it can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from data.errors import DataError
from data.partnership import Partnership

SAID = {"name": "Thames Valley", "synthetic": True, "programme_start": "2021-11-01", "pseudonym_key": "a key for tests"}


def read(root: Path, **said: Any) -> Partnership:
    (root / "partnership.json").write_text(json.dumps(SAID | said), encoding="utf-8")
    return Partnership.read(root)


def test_what_is_said_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, settings={"receptions_counted": ["recall"]}).settings.receptions_counted == ("recall",)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"name": None}, "must say name, synthetic"),
    ({"name": ["Thames", "Valley"]}, "must say name, synthetic"),
    ({"name": " "}, "must say name, synthetic"),
    ({"name": "Thames\nValley"}, "must say name, synthetic"),
    ({"programme_start": "9999-12-31"}, "must say name, synthetic"),
    ({"programme_start": "0001-01-01"}, "must say name, synthetic"),
    ({"settings": {"receptions_counted": [["recall"]]}}, "sets receptions_counted to something it cannot be: use a list of"),
    ({"settings": {"receptions_counted": [{}]}}, "sets receptions_counted to something it cannot be: use a list of"),
    ({"settings": {"colour": 1}}, "has the unknown setting colour: use"),
    ({"settings": {"a\nb": 1}}, "has an unknown setting: use"),
    ({"retention": {"x" * 5_000: 1}}, "has an unknown retention: use"),
]


@pytest.mark.parametrize(("said", "sentence"), REFUSED, ids=[str(said)[:40] for said, _ in REFUSED])
def test_what_cannot_be_is_refused_in_a_sentence(tmp_path: Path, said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence) as refused:
        read(tmp_path, **said)
    assert str(refused.value).isprintable()
    assert len(str(refused.value).replace(str(tmp_path), "")) < 300
