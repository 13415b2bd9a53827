"""What a slide is: one message, one chart, and the words that must stand beside it, for screen and file alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from metrics.figure import Comparator, Figure
from metrics.filters import Filters
from metrics.indicator import Indicator
from metrics.presentation.chart import Chart

PlotKind = Literal["line", "bars", "columns", "stacked", "parts", "dots"]


@dataclass(frozen=True)
class Series:
    """Labelled figures in order; null where the release holds none, with a symbol where one is hidden."""

    name: str
    points: tuple[tuple[str, Figure | None], ...]


@dataclass(frozen=True)
class Plot:
    """What a chart of another program, or a table, needs: the figures drawn, and the comparators drawn beside them.

    `stacked`: levels that add up, and the last series a bar by itself. `parts`: series that make up each row's whole, some
    of which a row may not have (null).
    `heading` names what the labels of the points are. Percentages 0-100; headcounts where `counts`.
    """

    kind: PlotKind
    heading: str
    series: tuple[Series, ...]
    comparators: tuple[Comparator, ...] = ()
    counts: bool = False

    @property
    def points(self) -> tuple[tuple[Series, str, Figure | None], ...]:
        """Every labelled figure with its series, in order; parts that a row does not have are left out."""
        every = ((series, label, figure) for series in self.series for label, figure in series.points)
        return tuple(one for one in every if one[2] is not None or self.kind != "parts")


@dataclass(frozen=True)
class Drawn:
    """One chart of a cut, with what its words are made from; `chart` is null where none of its figures is shown.

    `title` is the finding, `says` the sentence under it, `n_words` k of n; `cut` the children it is about; `wanted` the
    figures of which a nearer cut should show most; `beside` what the words may compare `figure` with.
    """

    title: str
    says: str
    n_words: str
    indicators: tuple[Indicator, ...]
    cut: Filters
    wanted: tuple[tuple[str, str], ...]
    plot: Plot
    chart: Chart | None
    data: pa.Table | None
    figure: Figure | None = None
    beside: tuple[Comparator, ...] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Slide:
    """One slide of one cut.

    `id` is its name in a URL, `name` its name in a list, `title` the finding in words the interval supports. `chart` and
    `data` are null where nothing of it may be shown: `title` and `says` then say so, and `nearest` is the nearest cut that
    shows it (null where none does). `about` is the cut in words, `n_words` k of n with the interval, `footer` for whom the
    release is; `notes` are for whoever presents: definition, caveat, comparators, what an interval is.
    """

    id: str
    name: str
    title: str
    about: str
    chart: Chart | None
    data: pa.Table | None
    figures: Plot
    says: str
    n_words: str
    comparator_words: str
    source: str
    notes: tuple[str, ...]
    footer: str
    spoken: str
    nearest: Filters | None = None

    @property
    def hidden(self) -> bool:
        """Whether none of its figures may be shown for this cut."""
        return self.chart is None
