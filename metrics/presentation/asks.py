"""What to ask whom for: one sentence an area and source, the most useful first. Counts and dates alone; nobody is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from data.calendar import DAY
from metrics.figure import QualityCount
from metrics.filters import ALL
from metrics.presentation.extracts import (
    REGISTERS,
    SOURCES,
    Facts,
    duration,
    found_interval,
    kind_name,
    long_day,
    needed_from,
    only_lockdown,
    source_name,
)
from metrics.presentation.numbers import children, percent, thousands

EVERYBODY = "every"
"""In place of an area's code where nobody supplied a source."""
LATE_DAYS = 31
"""Days by which a source may fall short of the others, or of what figures look back on, before it is worth asking for more."""
MANY_REJECTED_PCT = 1.0
MOST_NOTES = 2
"""Sentences of the ingest that stand with the reasons; the others are to be unfolded."""
_SOURCE_OF_KIND = {
    "school_census": "school_census",
    "meals": "meals",
    "annex_a": "social_care",
    "cin_census": "social_care",
    "ssda903": "social_care",
    "social_care_people": "social_care",
    "support": "support",
}


@dataclass(frozen=True)
class Ask:
    """What to ask whom: the lead (`Ask Slough about school meals:`), the sentences that say why, and more of them if many."""

    lead: str
    why: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Reason:
    """A reason to ask an area about a source; a lower rank is more useful."""

    rank: int
    area: str
    source: str
    words: str


def asks(facts: Facts) -> tuple[Ask, ...]:
    """What to ask whom for, one an area and source, the most useful first: rank of the reason, then children it touches."""
    found = sorted(_reasons(facts), key=lambda one: one.rank)
    joined: dict[tuple[str, str], list[_Reason]] = {}
    for one in found:
        joined.setdefault((one.area, one.source), []).append(one)
    notes: dict[tuple[str, str], list[str]] = {}
    for note in facts.extracts.notes:
        notes.setdefault((note.area_code, note.source), []).append(note.sentence)
        joined.setdefault((note.area_code, note.source), [])
    names = {area.code: area.name for area in facts.lattice.areas}

    def usefulness(place: tuple[str, str]) -> tuple[int, int, str, str]:
        rank = joined[place][0].rank if joined[place] else len(_ORDER)
        return rank, -(facts.children.get(place[0]) or 0), names.get(place[0], place[0]), place[1]

    return tuple(
        Ask(
            _lead(names, area, source),
            _sentences([one.words for one in joined[area, source]], notes.get((area, source), [])[:MOST_NOTES]),
            tuple(notes.get((area, source), [])[MOST_NOTES:]),
        )
        for area, source in sorted(joined, key=usefulness)
    )


def _lead(names: Mapping[str, str], area: str, source: str) -> str:
    """The offer of support is the force's and the charity's to tell, whatever the area."""
    whom = {EVERYBODY: "every authority", ALL: "the force"}.get(area, names.get(area, area))
    if source == "support":
        whom = "the force and the charity"
        return f"Ask {whom} about {source_name(source)}{f' in {names[area]}' if area in names and area != ALL else ''}:"
    return f"Ask {whom} about {source_name(source)}:"


def _sentences(reasons: Sequence[str], notes: Sequence[str]) -> str:
    said = [f"{'; '.join(reasons)}."] if reasons else []
    return " ".join([*said, *notes])


def _reasons(facts: Facts) -> Iterator[_Reason]:
    for rank, find in enumerate(_ORDER):
        for area, source, words in find(facts):
            yield _Reason(rank, area, source, words)


Found = Iterator[tuple[str, str, str]]
"""Area, source and the words of a reason."""


def _not_supplied(facts: Facts) -> Found:
    supplied = facts.extracts.supplied
    for source in SOURCES:
        if not facts.extracts.spans.get(source) and len(facts.authorities) > 1:
            yield EVERYBODY, source, "no area supplied any"
            continue
        for area in facts.authorities:
            told_already = source == "exclusions" and not supplied("school_census", area)
            nothing_to_tell = source == "support" and not _offers(facts, area)
            if not supplied(source, area) and not told_already and not nothing_to_tell:
                n = facts.children.get(area)
                yield area, source, f"none was supplied{f', so there is nothing on its {children(n)}' if n else ''}"


def _offers(facts: Facts, area: str) -> bool:
    """Whether the area, or a district of it, is recorded as offering support yet."""
    return any(one.go_live for one in facts.lattice.areas if area in (one.code, one.parent))


def _ends_early(facts: Facts) -> Found:
    for source, areas in facts.extracts.spans.items():
        latest = max((spans[-1][1] for spans in areas.values()), default=None)
        for area in facts.authorities:
            last = facts.extracts.last_day(source, area)
            if latest and last and (latest - last).days > LATE_DAYS:
                short = duration((latest - last).days)
                yield area, source, f"it ends on {long_day(last)}, {short} before the latest of the others, {long_day(latest)}"


def _has_gaps(facts: Facts) -> Found:
    for source, areas in facts.extracts.spans.items():
        for area, spans in areas.items():
            for (_, last), (following, _) in pairwise(spans):
                if (following - last).days > 1 and not only_lockdown(source, last + DAY, following - DAY):
                    yield area, source, f"nothing covers {long_day(last + DAY)} to {long_day(following - DAY)}"


def _starts_late(facts: Facts) -> Found:
    for source in facts.extracts.spans:
        needed = needed_from(source, facts.lattice)
        for area in facts.authorities:
            first = facts.extracts.first_day(source, area)
            if first and (first - needed).days > LATE_DAYS:
                yield area, source, f"it begins on {long_day(first)}, where figures look back as far as {long_day(needed)}"


def _many_rejected(facts: Facts) -> Found:
    for one in facts.counts:
        if one.topic == "rows_used" and one.n and one.count is not None and one.area_code and one.file:
            rejected = one.n - one.count
            if 100 * rejected > MANY_REJECTED_PCT * one.n:
                share = f"{thousands(rejected)} of {thousands(one.n)} rows ({percent(100 * rejected / one.n)})"
                source = _SOURCE_OF_KIND.get(one.file.partition("/")[0], one.file.partition("/")[0])
                yield one.area_code, source, f"{share} of {kind_name(one.file)} were rejected{_main_reason(facts, one)}"


def _main_reason(facts: Facts, of: QualityCount) -> str:
    same = [one for one in facts.counts if (one.topic, one.file, one.area_code) == ("rows_rejected", of.file, of.area_code)]
    told = sorted(((one.count, one.reason) for one in same if one.count is not None and one.reason), reverse=True)
    return f", most often because {told[0][1]}" if told else ""


def _found_less(facts: Facts) -> Found:
    for register, source in REGISTERS.items():
        here = {one.area_code: one for one in facts.counts if (one.topic, one.file, one.breakdown) == ("matched", register, ALL)}
        shown = {area: here[area] for area in facts.authorities if area in here and here[area].n and here[area].count is not None}
        for area, one in shown.items():
            n = sum(other.n or 0 for code, other in shown.items() if code != area)
            k = sum(other.count or 0 for code, other in shown.items() if code != area)
            others = QualityCount("matched", register, None, ALL, None, n, k, None)
            mine, theirs = found_interval(one), found_interval(others)
            if mine and theirs and mine[1] < theirs[0]:
                share, rest = percent(100 * (one.count or 0) / (one.n or 1)), percent(100 * k / n)
                words = f"{share} of its {children(one.n or 0)} were found in its register, {rest} in the other areas together"
                yield area, source, words


def _defined_differently(facts: Facts) -> Found:
    if not facts.extracts.definitions_differ or not facts.extracts.definitions:
        return
    common = Counter(facts.extracts.definitions.values()).most_common(1)[0][0]
    for area, own in facts.extracts.definitions.items():
        if own != common:
            words = f"Early Help means “{own}” there and “{common}” in most areas, so they are not compared"
            yield area, "social_care", words


_ORDER = (_not_supplied, _ends_early, _has_gaps, _starts_late, _many_rejected, _found_less, _defined_differently)
