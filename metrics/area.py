"""Where children live, as a release names it: the whole, its authorities, and their districts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from data import reference
from metrics.filters import ALL

AreaKind = Literal["all", "authority", "district"]
_PARENT_KINDS = {"all": None, "authority": "all", "district": "authority"}


@dataclass(frozen=True)
class Area:
    """An area; `parent` is the code one step coarser, null for the whole; `go_live` is `YYYY-MM`, null if not recorded."""

    code: str
    name: str
    kind: AreaKind
    parent: str | None = None
    go_live: str | None = None


def areas_of(whole: str, authorities: Collection[str]) -> tuple[Area, ...]:
    """The whole, then each authority by name with its districts by name after it; a code without a name keeps its code."""
    known = reference.areas()
    named = sorted((known[code].name if code in known else code, code) for code in authorities)
    found = [Area(ALL, whole, "all")]
    for name, code in named:
        found.append(Area(code, name, "authority", ALL, known[code].go_live if code in known else None))
        districts = sorted((d for d in known.values() if d.kind == "district" and d.parent == code), key=lambda d: d.name)
        found += [Area(d.code, d.name, "district", code, d.go_live) for d in districts]
    return tuple(found)


def are_nested(areas: Sequence[Area]) -> bool:
    """Whether these are the whole and then authorities of it and districts of those, each once.

    ValueError, TypeError or KeyError where one has a kind, a parent or a month that there is not.
    """
    kinds: dict[str | None, AreaKind | None] = {None: None, **{area.code: area.kind for area in areas}}
    nested = bool(areas) and areas[0].code == ALL and len(kinds) == len(areas) + 1
    for area in areas:
        nested &= area.code.isprintable() and area.name.isprintable() and (area.kind == "all") == (area.code == ALL)
        nested &= kinds[area.parent] == _PARENT_KINDS[area.kind]
        nested &= area.go_live is None or date.fromisoformat(f"{area.go_live}-01") is not None
    return nested
