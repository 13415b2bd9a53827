"""What `partnership.json` says: whose extracts, from when, under which rules, and the key of the pseudonyms."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from data import json_text
from data.errors import DataError

PARTNERSHIP = "partnership.json"
SECRET = "COHORT_SECRET"
_REPEATABLE = re.compile(r"[A-Za-z0-9_]{1,40}")
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)
"""Between which a programme starts: from before these there are no school years, and after them no months to count."""
SHORTEST_KEY = 32
"""Characters; a pseudonym made with a key that can be guessed can be undone."""

RECEPTION_CLASSES = ("remand", "unsentenced", "sentenced", "recall")


@dataclass(frozen=True)
class Settings:
    """The rules a partnership may choose, under `settings`; each has a default, and every one is shown on the quality page."""

    receptions_counted: tuple[str, ...] = RECEPTION_CLASSES
    """Which receptions are a new imprisonment."""
    same_period_days: int = 90
    """Where an extract holds no release: a reception this soon after another is the same imprisonment."""
    most_bad_rows_pct: float = 10.0
    """A file with a greater share of bad rows stops the build."""
    match_threshold: float = 0.95
    """The probability from which a probable link is taken without anyone looking."""
    respite_counts: bool = False
    """Whether short breaks (legal statuses V3 and V4) count as being looked after."""

    @classmethod
    def of(cls, said: Mapping[str, Any], where: Path) -> Settings:
        """The settings said; `DataError` for one that is unknown or out of its range."""
        known = {one.name for one in fields(cls)}
        for name in said:
            if name not in known:
                raise DataError(f"{where} has {_unknown('setting', name)}: use {', '.join(sorted(known))}.")
        given: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
        chosen = cls(**given)
        for name, (allowed, words) in _allowed(chosen).items():
            if not allowed:
                raise DataError(f"{where} sets {name} to something it cannot be: use {words}.")
        return chosen

    @property
    def said(self) -> dict[str, Any]:
        """The settings as `partnership.json` says them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @property
    def in_words(self) -> dict[str, str]:
        """What is set, for the quality page."""
        return {
            "Receptions that count": ", ".join(self.receptions_counted),
            "Same imprisonment, where no release is recorded": f"within {self.same_period_days} days",
            "Most bad rows in a file": f"{self.most_bad_rows_pct:g}%",
            "Probable link taken from": f"{100 * self.match_threshold:g}%",
            "Short breaks as being looked after": "yes" if self.respite_counts else "no",
        }


def _allowed(one: Settings) -> dict[str, tuple[bool, str]]:
    classes = one.receptions_counted
    return {
        "receptions_counted": (
            isinstance(classes, tuple) and bool(classes) and all(one in RECEPTION_CLASSES for one in classes),
            f"a list of {', '.join(RECEPTION_CLASSES)}",
        ),
        "same_period_days": (
            _number(one.same_period_days, 0, 3650) and isinstance(one.same_period_days, int),
            "whole days, 0 to 3650",
        ),
        "most_bad_rows_pct": (_number(one.most_bad_rows_pct, 0, 100), "a percentage, 0 to 100"),
        "match_threshold": (_number(one.match_threshold, 0.5, 0.9999), "a probability, 0.5 to 0.9999"),
        "respite_counts": (isinstance(one.respite_counts, bool), "true or false"),
    }


def _unknown(what: str, name: str) -> str:
    """What a file has that it cannot have, by name where that can be repeated in a sentence."""
    return f"the unknown {what} {name}" if _REPEATABLE.fullmatch(name) else f"an unknown {what}"


def _number(value: object, least: float, most: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most


@dataclass(frozen=True)
class Retention:
    """For how many days that which has a child in it is kept, under `retention`; apart from the settings, for no figure moves."""

    rejected_days: int = 30
    """Rows that could not be read."""
    review_days: int = 30
    """Matches that a person is to decide."""
    list_days: int = 30
    """The list of children that an authority is sent."""
    records_days: int = 30
    """Matched records, where they are no extracts: in the room that handed them over."""
    worklist_days: int = 60
    """The month's new children."""
    reconcile_days: int = 14
    """The children behind a figure."""
    old_version_days: int = 90
    """A version of the cohort store that is no longer live."""

    @classmethod
    def of(cls, said: Mapping[str, Any], where: Path) -> Retention:
        """The days said; `DataError` for one that is unknown or no number of days."""
        known = {one.name for one in fields(cls)}
        for name, days in said.items():
            if name not in known:
                raise DataError(f"{where} has {_unknown('retention', name)}: use {', '.join(sorted(known))}.")
            if not (isinstance(days, int) and _number(days, 1, 3650)):
                raise DataError(f"{where} sets {name} to something it cannot be: use whole days, 1 to 3650.")
        return cls(**said)


@dataclass(frozen=True)
class Partnership:
    """Who supplied the extracts, from when, under which settings, and what they wrote of the pseudonyms' key."""

    path: Path
    name: str
    synthetic: bool
    programme_start: date
    definitions: Mapping[str, str] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    retention: Retention = field(default_factory=Retention)
    written_key: object = field(default=None, repr=False)

    @classmethod
    def read(cls, extracts: Path) -> Partnership:
        """What `partnership.json` says; `DataError` where it does not say enough."""
        path = extracts / PARTNERSHIP
        try:
            said: dict[str, Any] = json_text.parse(path.read_text(encoding="utf-8"))
            name, synthetic = said["name"], said["synthetic"]
            programme_start = date.fromisoformat(said["programme_start"])
            if not isinstance(name, str) or not (name.strip() and name.isprintable()):
                raise TypeError
            if not EARLIEST <= programme_start <= LATEST:
                raise ValueError
            definitions = {str(area): str(text) for area, text in said.get("definitions", {}).items()}
            settings, retention = said.get("settings", {}), said.get("retention", {})
            if not isinstance(synthetic, bool) or not isinstance(settings, dict) or not isinstance(retention, dict):
                raise TypeError
        except FileNotFoundError:
            raise DataError(
                f"{path} is missing: name the folder that holds {PARTNERSHIP} and the extracts with --extracts."
            ) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DataError(
                f"{path} must say name, synthetic (true or false) and programme_start (such as 2021-11-01): mend it."
            ) from None
        rules = Settings.of(settings, path), Retention.of(retention, path)
        return cls(path, name, synthetic, programme_start, definitions, *rules, said.get("pseudonym_key"))

    @property
    def key(self) -> str:
        """The key of the pseudonyms: the one written in synthetic extracts; real ones take it from the environment alone."""
        if self.synthetic:
            if not isinstance(self.written_key, str) or not self.written_key:
                raise DataError(
                    f"{self.path} is marked synthetic but has no pseudonym_key: add one, or synthesise the extracts again."
                )
            return self.written_key
        if self.written_key is not None:
            raise DataError(
                f"{self.path} holds a pseudonym_key, which real extracts must not: remove it and set {SECRET} instead."
            )
        secret = os.environ.get(SECRET, "")
        if len(secret) < SHORTEST_KEY:
            raise DataError(
                f"{SECRET} must hold the key of the pseudonyms, {SHORTEST_KEY} characters or more, because {self.path} is not"
                " marked synthetic: set it to the one this partnership keeps, or make one with `openssl rand -hex 32`."
            )
        return secret
