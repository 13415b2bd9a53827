"""The sheet that a data controller signs: what a policy would show and hide, and why, against the policy in force.

Nothing of it is about a child: it counts figures. A figure that nobody can have, or that was not supplied, is not counted.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from metrics.catalogue import find
from metrics.disclosure.policy import Policy
from metrics.disclosure.reasons import BESIDES, FIRST, REASON_WORDS, REASONS
from metrics.filters import ALL

Key = tuple[str, str, int]
"""The kind of table, the indicator (the topic of counts about the data), and how many filters."""

Codes = npt.NDArray[np.int8]
TOTAL = "all figures"
_SIGNATURES = 3
_DIMENSIONS = ("area_code", "age_band", "sex", "period", "breakdown")
_KINDS = {"figures": "Figures", "pairs": "Before and after", "quality": "About the data"}
_HEADINGS = {"over_time": "earlier", "secondary": "around", "complement": "rest"}


@dataclass(frozen=True)
class Outcome:
    """What a policy does to the figures of a cohort: how many are shown, or hidden for each reason, by key."""

    policy: Policy
    cohort: str
    counts: Mapping[Key, Mapping[str, int]]

    @classmethod
    def of(cls, policy: Policy, cohort: str, tables: Iterable[tuple[str, pa.Table, Codes]]) -> Outcome:
        """The outcome of tables: their kind, their cells, and the code of each cell's reason; `cohort` names it in words."""
        counts: dict[Key, Counter[str]] = {}
        for kind, cells, reasons in tables:
            named = cells["indicator" if "indicator" in cells.column_names else "topic"].cast(pa.string())
            grouped = pa.table({"indicator": named, "filters": _filters(cells), "reason": reasons})
            for row in grouped.group_by(grouped.column_names).aggregate([([], "count_all")]).to_pylist():
                of_key = counts.setdefault((kind, row["indicator"], row["filters"]), Counter())
                of_key[REASONS[row["reason"]]] += row["count_all"]
        return cls(policy, cohort, counts)


@dataclass(frozen=True)
class Line:
    """One line of the sheet: figures that could be shown, how many are now and would be then, and why the others would not."""

    kind: str
    indicator: str
    filters: int | None
    now: Mapping[str, int]
    then: Mapping[str, int]

    @property
    def figures(self) -> int:
        """How many there could be under either policy; a policy with fewer filters has fewer."""
        return max(_possible(self.now), _possible(self.then))

    @property
    def not_held(self) -> int:
        """How many have no place in a release then: too many filters, or quarters."""
        return self.figures - _possible(self.then)

    @property
    def change(self) -> int:
        """How many more would be shown."""
        return self.then.get("shown", 0) - self.now.get("shown", 0)


def lines_of(proposed: Outcome, current: Outcome) -> list[Line]:
    """The sheet's lines: by kind, indicator and filters, each kind's totals by filters first."""
    keys = sorted({*proposed.counts, *current.counts}, key=lambda key: (list(_KINDS).index(key[0]), key[1:]))
    lines: list[Line] = []
    for kind, of_kind in groupby(keys, key=lambda key: key[0]):
        own = [_line(key, proposed, current) for key in of_kind]
        totals = [_added(kind, filters, own) for filters in (*sorted({line.filters or 0 for line in own}), None)]
        lines += [line for line in (*totals, *own) if line.figures]
    return lines


def written(proposed: Outcome, current: Outcome) -> str:
    """The sheet as text: both policies in words, the table, what its headings mean, and lines to sign on."""
    lines = lines_of(proposed, current)
    told = [
        f"What the policy {proposed.policy.name} would show, against {current.policy.name}",
        f"Cohort {proposed.cohort}. Nothing was released.",
        "",
        f"Now, {current.policy.name}: {current.policy.words()}",
        f"Then, {proposed.policy.name}: {proposed.policy.words()}",
    ]
    for kind, of_kind in groupby(lines, key=lambda line: line.kind):
        told += ["", *_table(_KINDS[kind], list(of_kind))]
    told += ["", "figures: how many there could be, those left out that nobody can have or that were not supplied.", *_legend()]
    return "\n".join([*told, "", *_signatures()]) + "\n"


def as_csv(proposed: Outcome, current: Outcome) -> str:
    """The same lines, with the reasons under both policies; totals left out."""
    text = io.StringIO()
    hidden = (*FIRST, *BESIDES)
    names = ("now", "then")
    writer = csv.writer(text, lineterminator="\n")
    columns = [f"{side}_{reason}" for side in names for reason in ("shown", *hidden)]
    writer.writerow(["policy_now", "policy_then", "kind", "indicator", "filters", "figures", "change", *columns])
    for line in lines_of(proposed, current):
        if line.indicator != TOTAL:
            counts = [side.get(reason, 0) for side in (line.now, line.then) for reason in ("shown", *hidden)]
            policies = (current.policy.name, proposed.policy.name)
            writer.writerow([*policies, line.kind, line.indicator, line.filters, line.figures, line.change, *counts])
    return text.getvalue()


def _filters(cells: pa.Table) -> pa.Array:
    """How many filters each cell has."""
    chosen = np.zeros(cells.num_rows, dtype=np.int8)
    for name in _DIMENSIONS:
        if name in cells.column_names:
            chosen += pc.not_equal(cells[name].cast(pa.string()), ALL).to_numpy()
    return pa.array(chosen)


def _line(key: Key, proposed: Outcome, current: Outcome) -> Line:
    return Line(*key, now=current.counts.get(key, {}), then=proposed.counts.get(key, {}))


def _added(kind: str, filters: int | None, lines: Iterable[Line]) -> Line:
    """The lines of so many filters added up, or all of them."""
    now, then = Counter[str](), Counter[str]()
    for line in lines:
        if filters is None or line.filters == filters:
            now.update(line.now)
            then.update(line.then)
    return Line(kind, TOTAL, filters, now, then)


def _possible(counts: Mapping[str, int]) -> int:
    return sum(number for reason, number in counts.items() if reason != "structural")


def _table(heading: str, lines: list[Line]) -> list[str]:
    """A table in columns: a reason that hides nothing has none."""
    first, besides = ([reason for reason in some if any(line.then.get(reason) for line in lines)] for some in (FIRST, BESIDES))
    not_held = ["not held"] if any(line.not_held for line in lines) else []
    columns = ["filters", "figures", "now", "%", "then", "%", "change", *not_held, "first", *first, "besides", *besides]
    head = [heading, *(_HEADINGS.get(column, column) for column in columns)]
    rows = [[_title(line), *_cells(line, bool(not_held), first, besides)] for line in lines]
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return [_in_columns(row, widths) for row in (head, ["-" * width for width in widths], *rows)]


def _cells(line: Line, not_held: bool, first: list[str], besides: list[str]) -> Iterator[str]:
    yield "all" if line.filters is None else str(line.filters)
    yield f"{line.figures:,}"
    for side in (line.now, line.then):
        yield f"{side.get('shown', 0):,}"
        yield f"{100 * side.get('shown', 0) / line.figures:.0f}"
    yield f"{line.change:+,}" if line.change else "0"
    if not_held:
        yield f"{line.not_held:,}"
    for group, shown in ((FIRST, first), (BESIDES, besides)):
        yield f"{sum(line.then.get(reason, 0) for reason in group):,}"
        yield from (f"{line.then.get(reason, 0):,}" for reason in shown)


def _title(line: Line) -> str:
    return line.indicator if line.kind == "quality" or line.indicator == TOTAL else find(line.indicator).title


def _in_columns(row: list[str], widths: list[int]) -> str:
    name, *numbers = (
        cell.ljust(width) if place == 0 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join([name, *numbers]).rstrip()


def _legend() -> Iterator[str]:
    yield "not held: too fine for a release under the policy then."
    yield "first: hidden then for itself; besides: hidden then because it would tell of another. Of these:"
    for reason, words in REASON_WORDS.items():
        yield f"  {_HEADINGS.get(reason, reason)}: {words}"


def _signatures() -> Iterator[str]:
    blank = "." * 30
    for _ in range(_SIGNATURES):
        yield f"Agreed by {blank}  for {blank}  date {'.' * 14}"
        yield ""
