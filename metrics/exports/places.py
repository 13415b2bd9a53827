"""Areas as Explore Education Statistics writes them: country, region, police force area, local authority, district."""

from __future__ import annotations

from data import reference
from metrics.area import Area
from metrics.formats import ExportError

ENGLAND = {"country_code": "E92000001", "country_name": "England"}
REGIONS = {
    "North East": "E12000001",
    "North West": "E12000002",
    "Yorkshire and The Humber": "E12000003",
    "East Midlands": "E12000004",
    "West Midlands": "E12000005",
    "East of England": "E12000006",
    "Inner London": "E13000001",
    "Outer London": "E13000002",
    "South East": "E12000008",
    "South West": "E12000009",
}
"""The Office for National Statistics' codes of England's regions, and of the two that DfE makes of London."""
TIME = ("time_period", "time_identifier")
COLUMNS = (
    *("geographic_level", "country_code", "country_name", "region_code", "region_name", "pfa_code", "pfa_name"),
    *("old_la_code", "new_la_code", "la_name", "lad_code", "lad_name"),
)


def columns(area: Area) -> dict[str, str]:
    """The columns that say where; empty for levels finer than the area. `ExportError` for a place without its official code.

    The whole partnership is a police force area, the one level of the standard that is a sum of authorities: a partnership that
    is not named after one in England has no open data.
    """
    found = dict.fromkeys(COLUMNS, "") | ENGLAND
    if area.kind == "all":
        return found | {"geographic_level": "Police force area", "pfa_code": _force(area.name), "pfa_name": area.name}
    known = reference.areas().get(area.code)
    authority = known if known is None or known.kind == "authority" else reference.areas().get(known.parent or "")
    if known is None or authority is None or authority.region not in REGIONS:
        raise ExportError(f"Open data cannot name {area.name} ({area.code}): add it to data/reference/areas.csv.")
    found |= {"geographic_level": "Local authority", "region_code": REGIONS[authority.region], "region_name": authority.region}
    found |= {"old_la_code": authority.old_code or "z", "new_la_code": authority.code, "la_name": authority.name}
    if area.kind == "district":
        found |= {"geographic_level": "Local authority district", "lad_code": area.code, "lad_name": area.name}
    return found


def _force(name: str) -> str:
    code = reference.police_force_areas().get(name)
    if code is None:
        raise ExportError(
            f"Open data need a police force area, and there is none called {name}: name the partnership in "
            "data/reference/areas.csv as data/reference/police_force_areas.csv has it."
        )
    return code
