"""Open data in the convention of DfE's Explore Education Statistics: a tidy CSV and its metadata file.

From a `publication` release only. One row a figure, hidden ones too, with the symbol in place of each number. The rules are
those of DfE's own screener (eesyscreener): two levels or more in each filter, a default in each, no blank, the symbols of the
Government Statistical Service, names in snake case.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.progress import Progress, silent
from metrics.audience import ROLE_WORDS
from metrics.catalogue import INDICATORS
from metrics.exports import places
from metrics.exports.placing import place_all
from metrics.exports.stamp import last_day, stamp
from metrics.figure import Figure, Pair
from metrics.filters import ALL, Filters
from metrics.formats import ExportError
from metrics.indicator import Basis, Indicator
from metrics.presentation.numbers import time_name
from metrics.presentation.sentences import NOT_A_FORECAST, WARNING, lowered
from metrics.release import Release

POLICY, AUDIENCE = "publication", "anyone"
FIGURES, PAIRS, ABOUT = "children_with_a_parent_in_prison", "children_before_and_after", "about.txt"
TOTAL, NOT_BY_TIME = "Total", "Not by time"
NOT_APPLICABLE = "z"
"""In place of a number that a shown figure does not have: a mean has no count. A blank fails screening."""
TOPICS = {"school_terms": "School", "care_windows": "Children's social care", "children": "Recognition and support"}
COHORT_YEAR = f"Year of the imprisonment; under “{TOPICS['children']}”, of recognition, which can be later"
SEXES = {ALL: TOTAL, "F": "Female", "M": "Male", "U": "Not recorded"}
BASES: Mapping[Basis, str] = {"observed": "Observed at that time", "followed": "The same children throughout"}
META = ("col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint")
META_LAST = ("filter_grouping_column", "filter_default")

Row = dict[str, str]


@dataclass(frozen=True)
class Column:
    """A column that the metadata describes; `unit` and `decimals` are an indicator's, `group` and `default` a filter's."""

    name: str
    label: str
    unit: str = ""
    hint: str = ""
    group: str = ""
    default: str = ""
    is_filter: bool = False


FILTERS = (
    Column("topic", "Topic", hint="Where the figure comes from", default=TOPICS["school_terms"], is_filter=True),
    Column("measure", "Measure", hint="What is measured", group="topic", default="Received free school meals", is_filter=True),
    Column(
        "time_around_imprisonment",
        "Time around the imprisonment",
        hint="School term or window of months; windows differ in length and are not to be compared",
        default="The term of imprisonment",
        is_filter=True,
    ),
    Column("children_observed", "Children observed", hint="Of whom the figure is", default=BASES["observed"], is_filter=True),
    Column("age_band", "Age at imprisonment", hint="Age band at the imprisonment", is_filter=True),
    Column("sex", "Sex", hint="Sex as recorded", is_filter=True),
    Column("cohort_year", "Cohort year", hint=COHORT_YEAR, is_filter=True),
)
OF_FIGURES = {
    "n": Column("base_count", "Number of children the figure is of"),
    "count": Column("children_count", "Number of children counted"),
    "value": Column("percentage", "Percentage", "%"),
    "low": Column("percentage_lower", "Percentage, lower end of its 95% interval", "%"),
    "high": Column("percentage_upper", "Percentage, upper end of its 95% interval", "%"),
    "expected": Column("percentage_at_england_rates", "Percentage if these children had England's rates", "%"),
}
OF_PAIRS = {
    "n_both": Column("base_count", "Number of children observed both before and after"),
    "before_count": Column("before_count", "Number of children counted before"),
    "after_count": Column("after_count", "Number of children counted after"),
    "gained": Column("gained_count", "Number of children counted after and not before"),
    "lost": Column("lost_count", "Number of children counted before and not after"),
    "before_value": Column("before_percentage", "Percentage before", "%"),
    "after_value": Column("after_percentage", "Percentage after", "%"),
}


def export(release: Release, out: Path, progress: Progress = silent) -> tuple[Path, ...]:
    """Write the open data of a release to a directory and name what was written; `ExportError` as `check` has it."""
    contents = open_data(release, progress)
    place_all(out, contents)
    return tuple(out / name for name in contents)


def open_data(release: Release, progress: Progress = silent) -> dict[str, bytes]:
    """The files by name: data and metadata of figures and of before-and-after pairs, and what they are about."""
    check(release)
    decimals = str(release.manifest["policy"]["percent_decimals"] or 0)
    prefix = "synthetic_" if release.synthetic else ""
    figures, pairs = _rows(release, progress)
    return {
        **_files(f"{prefix}{FIGURES}", figures, tuple(OF_FIGURES.values()), decimals),
        **_files(f"{prefix}{PAIRS}", pairs, tuple(OF_PAIRS.values()), decimals),
        ABOUT: _about(release).encode(),
    }


def check(release: Release) -> None:
    """Refuse a reader who may not take open data out, and a release that is not for anyone to see; raises ExportError."""
    if release.audience.role != "publisher":
        raise ExportError(
            "Open data are taken out by whoever publishes for the partnership, and you read this release as a "
            f"{ROLE_WORDS[release.audience.role]}: ask a publisher for them."
        )
    if (release.policy, release.manifest["policy"].get("audience")) != (POLICY, AUDIENCE):
        raise ExportError(
            f"Open data are made from a release under the policy {POLICY} only, and this one follows {release.policy}: "
            f"whoever runs the dashboard can make one with “python -m metrics release --policy {POLICY}”."
        )


def _rows(release: Release, progress: Progress) -> tuple[list[Row], list[Row]]:
    cuts = tuple(release.lattice.cuts())
    reporting_year = str(last_day(release).year)
    figures: list[Row] = []
    pairs: list[Row] = []
    for done, filters in enumerate(cuts):
        progress("Writing the open data", done, len(cuts))
        cut, where = release.cut(filters), _place(release, filters, reporting_year)
        for indicator in INDICATORS:
            for basis in indicator.bases:
                for figure in cut.series(indicator.id, basis):
                    what = _what(indicator, basis, figure.time) | _whom(filters)
                    figures.append(where | what | _numbers(figure, OF_FIGURES))
            pair = cut.pair(indicator.id)
            if pair is not None:
                what = {"topic": TOPICS[indicator.table], "measure": indicator.title}
                pairs.append(where | what | _whom(filters) | _numbers(pair, OF_PAIRS))
    progress("Writing the open data", len(cuts), len(cuts))
    return figures, pairs


def _place(release: Release, filters: Filters, reporting_year: str) -> Row:
    """When and where; the cohort year is a filter, for the terms and months of a figure lie before and after it."""
    area = release.lattice.area(filters.area)
    assert area is not None, "a cut is of an area of the lattice"
    return {"time_period": reporting_year, "time_identifier": "Reporting year", **places.columns(area)}


def _what(indicator: Indicator, basis: Basis, time: str) -> Row:
    words = time_name(time) or NOT_BY_TIME
    return {
        "topic": TOPICS[indicator.table],
        "measure": indicator.title,
        "time_around_imprisonment": words[0].upper() + words[1:],
        "children_observed": BASES[basis],
    }


def _whom(filters: Filters) -> Row:
    ages = filters.age_band.replace("-", " to ")
    return {
        "age_band": TOTAL if filters.age_band == ALL else f"Aged {ages}",
        "sex": SEXES[filters.sex],
        "cohort_year": TOTAL if filters.period == ALL else filters.period,
    }


def _numbers(of: Figure | Pair, columns: Mapping[str, Column]) -> Row:
    """Each number as the release has it; a hidden figure's symbol in place of all of them."""
    return {column.name: of.symbol or _number(getattr(of, name)) for name, column in columns.items()}


def _number(value: float | None) -> str:
    return NOT_APPLICABLE if value is None else format(value, ".15g")


def _files(name: str, rows: Sequence[Row], indicators: Sequence[Column], decimals: str) -> dict[str, bytes]:
    """The data and its metadata; a filter of one level only would fail screening, and is left out of both."""
    used = set().union(*rows) if rows else set()
    filters = [one for one in FILTERS if one.name in used and len({row[one.name] for row in rows}) > 1]
    header = [column for column in (*places.TIME, *places.COLUMNS) if column in used]
    header += [one.name for one in (*filters, *indicators)]
    described = (_described(one, decimals, {one.name for one in filters}) for one in (*filters, *indicators))
    return {
        f"{name}.csv": _csv(header, ([row[column] for column in header] for row in rows)),
        f"{name}.meta.csv": _csv((*META, *META_LAST), described),
    }


def _described(column: Column, decimals: str, filters: set[str]) -> list[str]:
    if column.is_filter:
        group = column.group if column.group in filters else ""
        return [column.name, "Filter", column.label, "", "", "", column.hint, group, column.default]
    places_shown = decimals if column.unit else "0"
    group = "Percentages" if column.unit else "Numbers of children"
    return [column.name, "Indicator", column.label, group, column.unit, places_shown, "", "", ""]


def _csv(header: Sequence[str], rows: Iterator[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _about(release: Release) -> str:
    facts = stamp(release, Filters())
    lines = (
        "Children with a parent in prison: open data",
        facts.synthetic,
        *facts.facts,
        f"{facts.audience}." if facts.audience else "",
        "Symbols in place of a number: c hidden, so that no child can be recognised; z not applicable; x not available.",
        f"The cohort year is a filter: {lowered(COHORT_YEAR)}. The reporting year is that of the last day of the data.",
        f"Before and after are the same children. {WARNING}",
        NOT_A_FORECAST,
    )
    return "\n\n".join(filter(None, lines)) + "\n"
