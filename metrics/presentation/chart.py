"""A chart: a frozen specification that every cut shares, and the table of data that a cut fills it with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import altair as alt
import pyarrow as pa

from metrics.presentation.palette import CONFIG

DATASET = "figures"
SPOKEN_ELSEWHERE = "The text beside it gives its figures."


@dataclass(frozen=True)
class Chart:
    """One kind of chart for one indicator (or one fixed set of them).

    `spec`, `alt`, `title` and `subtitle` never change with a filter, so that the browser keeps the living view and
    swaps only its data. `columns` is the schema of the data: everything that reaches the browser.
    """

    spec: Mapping[str, Any]
    title: str
    subtitle: str
    alt: str
    columns: pa.Schema
    dataset: str = DATASET

    def filled(self, table: pa.Table) -> dict[str, Any]:
        """The specification with `table` as its one named dataset."""
        assert table.schema.equals(self.columns), f"{self.title}: data with columns {table.column_names}"
        return {**self.spec, "datasets": {self.dataset: table}}


def compile_spec(layers: Sequence[alt.Chart], height: int | alt.Step) -> Mapping[str, Any]:
    """Layers drawn on one pair of axes, as wide as the page allows and `height` pixels of plot high, as Vega-Lite.

    Once a kind of chart, for kinds share theirs between indicators. The tests validate it against Vega-Lite's schema: here that
    would take most of the time of a file made from a cold start.
    """
    figure = alt.layer(*layers, data=alt.NamedData(name=DATASET)).properties(
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 4, "right": 8, "top": 6, "bottom": 6},
    )
    return MappingProxyType({**figure.to_dict(validate=False), "config": CONFIG})


def titled(spec: Mapping[str, Any], *, title: str, subtitle: str, alt_text: str, columns: pa.Schema) -> Chart:
    """A specification as the chart of one indicator."""
    return Chart(spec, title, subtitle, f"{alt_text} {SPOKEN_ELSEWHERE}", columns)


def layer(*, part: str) -> alt.Chart:
    """A layer that draws the rows of one part of the data."""
    return alt.Chart().transform_filter(alt.datum.part == part)


def table_of(rows: Sequence[Mapping[str, Any]], columns: pa.Schema) -> pa.Table:
    """Rows as a table of exactly these columns; what a row leaves out is null."""
    return pa.table(
        {field.name: pa.array([row.get(field.name) for row in rows], field.type) for field in columns}, schema=columns
    )
