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
    figure = alt.layer(*layers, data=alt.NamedData(name=DATASET, format=alt.JsonDataFormat(parse=None))).properties(
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 4, "right": 8, "top": 6, "bottom": 6},
    )
    spec = figure.to_dict(validate=False)
    return MappingProxyType({**spec, "layer": _axes_once(spec["layer"]), "config": CONFIG})


def _axes_once(layers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each axis with the first layer that has it: a specification goes to the browser with every click, half of it axes."""
    said: list[Any] = []
    for one in layers:
        for channel in (one["encoding"][name] for name in ("x", "y") if name in one["encoding"]):
            axis = channel.get("axis")
            if axis in said:
                del channel["axis"]
            elif axis is not None:
                said.append(axis)
    return list(layers)


def titled(spec: Mapping[str, Any], *, title: str, subtitle: str, alt_text: str, columns: pa.Schema) -> Chart:
    """A specification as the chart of one indicator."""
    return Chart(spec, title, subtitle, f"{alt_text} {SPOKEN_ELSEWHERE}", columns)


def layer(*, part: str | Sequence[str]) -> alt.Chart:
    """A layer that draws the rows of one part of the data, or of several."""
    if isinstance(part, str):
        return alt.Chart().transform_filter(alt.datum.part == part)
    return alt.Chart().transform_filter(" || ".join(f"datum.part === '{one}'" for one in part))


def ends_of(field: str) -> list[alt.ExprRef]:
    """A scale from the first row's value of a field to the second's, its extent; else every layer is searched for it."""
    return [alt.ExprRef(f"data('{DATASET}')[{row}].{field}") for row in (0, 1)]


def table_of(rows: Sequence[Mapping[str, Any]], columns: pa.Schema) -> pa.Table:
    """Rows as a table of exactly these columns; what a row leaves out is null."""
    return pa.table(
        {field.name: pa.array([row.get(field.name) for row in rows], field.type) for field in columns}, schema=columns
    )
