"""What of a release one local authority may see: its own area, and what the policy lets stand beside it. No input or output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from metrics.audience import BESIDE, UNSAID, Beside, authority_words
from metrics.figure import Comparator, QualityCount
from metrics.filters import ALL
from metrics.lattice import Lattice

ENGLAND = "E92000001"

_OF_ALL = (
    *("schema_version", "version", "built_at", "cohort_version", "cohort_built_at", "recognised_to", "programme_start"),
    *("synthetic", "partnership", "policy", "audit", "settings", "indicators", "questions", "design_effects"),
)
"""What a manifest says of the release itself, and of no area; a design effect is in the intervals of every shown share anyway.

What is not named here, an authority is not told.
"""
_ONE_OTHER = "Without the whole partnership here: less its own figures, those of one other authority would be left."
_BY_SOURCE = ("observed_to", "supplied_from", "covered")


@dataclass(frozen=True)
class Share:
    """One authority's share of a release: the codes of its areas, and what may stand beside them.

    `one_other`: the whole less the authority's own would be one other authority's, so it may not stand beside them.
    """

    authority: str
    areas: frozenset[str]
    beside: frozenset[Beside]
    one_other: bool = False

    @classmethod
    def of(cls, manifest: Mapping[str, Any], lattice: Lattice, authority: str) -> Share | None:
        """The share of the authority of that code; null where the release has no such authority."""
        known = lattice.area(authority)
        if known is None or known.kind != "authority":
            return None
        areas = frozenset(area.code for area in lattice.areas if authority in (area.code, area.parent))
        beside = allowed(manifest)
        one_other = "partnership" in beside and _one_other(manifest, lattice, authority)
        return cls(authority, areas, beside - {"partnership"} if one_other else beside, one_other)

    @property
    def words(self) -> str:
        """What the authority sees, in a sentence, and why not more."""
        said = authority_words(self.beside)
        return f"{said} {_ONE_OTHER}" if self.one_other else said

    def lattice(self, lattice: Lattice, manifest: Mapping[str, Any]) -> Lattice:
        """The part of the lattice with the authority's areas, and the whole where it may stand beside them."""
        if "partnership" in self.beside:
            return lattice.with_areas((ALL, *self.areas))
        ends = {
            source: days[self.authority] for source, days in _by_area(manifest, "observed_to").items() if self.authority in days
        }
        return lattice.with_areas(self.areas, ends)

    def manifest(self, manifest: Mapping[str, Any], lattice: Lattice) -> dict[str, Any]:
        """What the manifest says of the release and of these areas; `lattice` is the share's own."""
        whole = "partnership" in self.beside
        told = {name: manifest[name] for name in _OF_ALL if name in manifest}
        told |= {name: self._own_days(manifest, name) for name in _BY_SOURCE if name in manifest}
        definitions = manifest.get("definitions") or {}
        return told | {
            "lattice": lattice.to_json(),
            "areas": [vars(area) for area in lattice.areas],
            "definitions": {area: words for area, words in definitions.items() if area in self.areas},
            "definitions_differ": whole and len(set(definitions.values())) > 1,
            "notes": [note for note in manifest.get("notes") or () if self._holds(note["area_code"])],
        }

    def comparators(self, listed: Iterable[Comparator]) -> tuple[Comparator, ...]:
        """Those that may stand beside these areas."""
        return tuple(one for one in listed if self._stands_beside(one.area_code))

    def quality(self, listed: Iterable[QualityCount]) -> tuple[QualityCount, ...]:
        """The counts about the data of these areas, and of all together where the whole may be seen."""
        return tuple(one for one in listed if self._holds(one.area_code or ALL))

    def _holds(self, code: str) -> bool:
        return code in self.areas or (code == ALL and "partnership" in self.beside)

    def _stands_beside(self, code: str) -> bool:
        if code == ENGLAND:
            return "england" in self.beside
        return "partnership" in self.beside if code == ALL else code in self.areas and "own_published" in self.beside

    def _own_days(self, manifest: Mapping[str, Any], name: str) -> dict[str, Any]:
        own = {
            source: {area: days for area, days in by_area.items() if area in self.areas}
            for source, by_area in _by_area(manifest, name).items()
        }
        return {source: days for source, days in own.items() if days}


def allowed(manifest: Mapping[str, Any]) -> frozenset[Beside]:
    """What the policy of a release lets stand beside an authority's figures; ValueError where it is no list of what there is."""
    said = manifest["policy"].get("authorities_see", UNSAID)
    found = frozenset(one for one in BESIDE if one in said)
    if not isinstance(said, list | tuple) or len(found) != len(said):
        raise ValueError("authorities_see")
    return found


def _by_area(manifest: Mapping[str, Any], name: str) -> Mapping[str, Mapping[str, Any]]:
    return manifest.get(name) or {}


def _one_other(manifest: Mapping[str, Any], lattice: Lattice, authority: str) -> bool:
    """Whether the whole less the authority's own would be one other authority's figures: of children, or of some extract."""
    every = {area.code for area in lattice.areas if area.kind == "authority"}
    groups = [every, *(set(by_area) & every for by_area in _by_area(manifest, "observed_to").values())]
    return any(len(group - {authority}) == 1 for group in groups)
