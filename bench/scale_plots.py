"""Curves of cost by number of children, both axes in powers of ten, drawn as SVG without a browser."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import altair as alt
import pyarrow as pa

COLOURS = ("#12436D", "#F46A25", "#28A197", "#801650")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2])
WIDTH, HEIGHT = 560, 320


def curves(path: Path, unit: str, measured: Mapping[str, Mapping[int, float]]) -> None:
    """Write the picture of each named curve."""
    rows = [(name, n, cost) for name, by_size in measured.items() for n, cost in by_size.items()]
    names, sizes, costs = (list(values) for values in zip(*rows, strict=True))
    order = list(measured)
    legend = alt.Legend(title=None, symbolType="stroke", symbolStrokeWidth=2, labelFontSize=13)
    log = alt.Scale(type="log", nice=False, padding=10)
    chart = (
        alt.Chart(pa.table({"name": names, "children": sizes, "cost": costs}))
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("children:Q", title="children", scale=log, axis=alt.Axis(format=",", values=sorted(set(sizes)))),
            y=alt.Y("cost:Q", title=unit, scale=log, axis=alt.Axis(format="~s", tickCount=6)),
            color=alt.Color("name:N", scale=alt.Scale(domain=order, range=list(COLOURS[: len(order)])), legend=legend),
            strokeDash=alt.StrokeDash("name:N", scale=alt.Scale(domain=order, range=list(DASHES[: len(order)])), legend=legend),
        )
        .properties(width=WIDTH, height=HEIGHT)
        .configure_axis(labelFontSize=12, titleFontSize=13)
        .configure_view(stroke=None)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    chart.save(str(path))
