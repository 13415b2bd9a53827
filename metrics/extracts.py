"""What a release says of the extracts behind it: which days they cover, what each authority means by Early Help, what is missing.

Dates and words alone: nothing here counts a child.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from metrics.filters import ALL
from metrics.indicator import Indicator

Span = tuple[date, date]
"""First and last day covered."""

_EARLY_HELP = re.compile(r"\b(early_help|any_active|open_to_services)\b")
"""The columns that mean what each authority's definition of Early Help says; `any_active` holds it."""


@dataclass(frozen=True)
class Note:
    """What an area's extracts lack or leave open, as one sentence with nobody in it."""

    area_code: str
    source: str
    sentence: str


@dataclass(frozen=True)
class Extracts:
    """The extracts behind a release.

    `spans` are the days covered by source and authority, in order; what was not supplied has no entry. `definitions` has each
    authority's of Early Help; `settings` the rules the partnership chose, in words. `built_at` is when the cohort store was
    built from them, null where the release does not say. `told_to_differ`: authorities counted together define Early Help
    differently, though the reader is told one definition alone.
    """

    spans: Mapping[str, Mapping[str, tuple[Span, ...]]]
    definitions: Mapping[str, str]
    settings: Mapping[str, str]
    notes: tuple[Note, ...]
    built_at: datetime | None
    told_to_differ: bool = False

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Extracts:
        """Those of a release's manifest; raises KeyError, TypeError or ValueError where it is not one."""
        starts, ends, covered = (manifest.get(name) or {} for name in ("supplied_from", "observed_to", "covered"))
        whole = {source: {area: [[starts[source][area], day]] for area, day in areas.items()} for source, areas in ends.items()}
        built_at = manifest.get("cohort_built_at")
        return cls(
            spans={
                source: {area: _spans(covered.get(source, {}).get(area) or listed) for area, listed in areas.items()}
                for source, areas in whole.items()
            },
            definitions={area: _definition(words) for area, words in (manifest.get("definitions") or {}).items()},
            settings={str(rule): str(choice) for rule, choice in (manifest.get("settings") or {}).items()},
            notes=tuple(_note(one) for one in manifest.get("notes") or ()),
            built_at=datetime.fromisoformat(built_at) if built_at else None,
            told_to_differ=manifest.get("definitions_differ") is True,
        )

    def supplied(self, source: str, area: str) -> bool:
        """Whether an authority supplied the source at all."""
        return bool(self.spans.get(source, {}).get(area))

    def first_day(self, source: str, area: str) -> date | None:
        """The first day covered; null where the source was not supplied."""
        spans = self.spans.get(source, {}).get(area)
        return spans[0][0] if spans else None

    def last_day(self, source: str, area: str) -> date | None:
        """The last day covered; null where the source was not supplied."""
        spans = self.spans.get(source, {}).get(area)
        return spans[-1][1] if spans else None

    @property
    def definitions_differ(self) -> bool:
        """Whether authorities mean different things by Early Help."""
        return self.told_to_differ or len(set(self.definitions.values())) > 1

    def apart(self, indicator: Indicator, authorities: Collection[str], chosen: str = ALL) -> dict[str, str]:
        """The authorities that may not stand beside the chosen one, each with the reason; beside most of them if none is chosen.

        An authority that supplied no social care says nothing that could be compared, and is not among them.
        """
        if not (holds_early_help(indicator) and self.definitions_differ and self.definitions):
            return {}
        common = Counter(self.definitions.values()).most_common(1)[0][0]
        wanted = self.definitions.get(chosen, common)
        others = {one: self.definitions.get(one) for one in authorities if self.supplied("social_care", one)}
        return {one: _reason(own, wanted) for one, own in others.items() if own != wanted}


def holds_early_help(indicator: Indicator) -> bool:
    """Whether the indicator counts Early Help, alone or among other services."""
    measure = indicator.measure
    return any(_EARLY_HELP.search(getattr(measure, part.name)) for part in fields(measure))


def _reason(own: str | None, wanted: str) -> str:
    if own is None:
        return "How it defines Early Help is not recorded, so it is not compared."
    return f"Its Early Help is “{own}” and not “{wanted}”, so it is not compared."


def _note(form: Mapping[str, Any]) -> Note:
    note = Note(**form)
    if not all(isinstance(words, str) for words in (note.area_code, note.source, note.sentence)):
        raise TypeError("a note is words")
    return note


def _definition(words: str) -> str:
    """What Early Help is, to stand within a sentence."""
    return words.removeprefix("Early Help: ").rstrip(".")


def _spans(days: Collection[Collection[str]]) -> tuple[Span, ...]:
    return tuple(sorted((date.fromisoformat(first), date.fromisoformat(last)) for first, last in days))
