"""The same indicator term by term in each area: one small panel an area, all on the same axes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from metrics.figure import Comparator, Figure
from metrics.indicator import Indicator
from metrics.presentation.chart import Chart, compile_spec, titled
from metrics.presentation.comparators import drawn
from metrics.presentation.scales import AXES, WHOLE_AXIS, stretched
from metrics.presentation.terms import COLUMNS, axes, line_layers, term_line_data

HEIGHT_PX = 150
DRAWN = ("extent", "event", "lockdown", "break", "band", "whisker", "comparator", "segment", "point", "gap")


@cache
def area_line(indicator: Indicator) -> Chart:
    """One area's line by relative term with its interval; the parts of `term_line` without its words."""
    return titled(
        _spec(),
        title=f"{indicator.title}, term by term",
        subtitle="School terms from the imprisonment; all panels have the same axes",
        alt_text=f"Line chart of one area by school term around a parent's imprisonment: {indicator.title}.",
        columns=COLUMNS,
    )


@cache
def _spec() -> Mapping[str, Any]:
    x, y = axes(title=None)
    return compile_spec(line_layers(x, y), HEIGHT_PX)


def shared_axis(
    indicator: Indicator, series: Sequence[Sequence[Figure]], comparators: Sequence[Comparator]
) -> tuple[float, float]:
    """From the lowest to the highest that any of the panels needs, percent."""
    shown = [figure for one in series for figure in one if figure.shown]
    scale = stretched(AXES.get(indicator.id, WHOLE_AXIS), shown, drawn(comparators), HEIGHT_PX)
    return scale.low, scale.high


def area_line_data(
    indicator: Indicator,
    series: Sequence[Figure],
    comparators: Sequence[Comparator],
    axis: tuple[float, float],
    lockdown: Collection[int] = (),
    breaks: Mapping[int, str] | None = None,
) -> pa.Table:
    """The rows of `area_line` on the axis that all the panels share; nothing that it does not draw."""
    rows = term_line_data(indicator, series, comparators, lockdown=lockdown, breaks=breaks, axis=axis)
    return rows.filter(pc.is_in(rows["part"], pa.array(DRAWN)))
