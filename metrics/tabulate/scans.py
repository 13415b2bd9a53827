"""One pass over a relation: which indicators it counts, and where and when each row of it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from metrics.indicator import Basis, Headcount, Indicator, Relation
from metrics.tabulate.grid import Numbers
from metrics.tabulate.relations import RELATION_SQL

Key = tuple[str, Basis, str]
"""An indicator, a basis and a time."""

Counted = dict[Key, Numbers]
"""By key, then by the number's name: one value a cut."""


@dataclass(frozen=True)
class Scan:
    """The indicators that one pass over a relation counts: those that place a child in a period by the same month."""

    relation: Relation
    month: str
    indicators: tuple[Indicator, ...]

    @cached_property
    def times(self) -> tuple[str, ...]:
        """Every time code of the indicators; a time's place is its number."""
        return tuple(dict.fromkeys(code for indicator in self.indicators for code in indicator.time.codes))

    @property
    def rows(self) -> str:
        """The relation with the number of each row's time, and of its cell by this scan's month; ends in a condition."""
        numbers = " ".join(f"WHEN '{code}' THEN {number}" for number, code in enumerate(self.times))
        return f"""
SELECT
  relation.*,
  relation.cell_by_{self.month} AS cell,
  CAST(CASE relation.time {numbers} END AS INTEGER) AS time_number
FROM ({RELATION_SQL[self.relation]}) AS relation
WHERE relation.time IN ({", ".join(f"'{code}'" for code in self.times)})"""

    def by_key(self, indicator: Indicator, basis: Basis, laid_out: Numbers) -> Counted:
        """Numbers laid out by cut and time, as one value a cut for each time of the indicator."""
        return {
            (indicator.id, basis, code): {name: numbers[:, self.times.index(code)] for name, numbers in laid_out.items()}
            for code in indicator.codes(basis)
        }


def scans(indicators: Iterable[Indicator]) -> list[Scan]:
    """The passes that count the indicators."""
    ordered = sorted(indicators, key=_pass_of)
    return [Scan(table, month, tuple(group)) for (table, month), group in groupby(ordered, key=_pass_of)]


def _pass_of(indicator: Indicator) -> tuple[Relation, str]:
    return indicator.table, indicator.period_of


def in_base(indicator: Indicator, basis: Basis) -> str:
    """The predicate of an indicator's base on one basis."""
    assert not isinstance(indicator.measure, Headcount), f"{indicator.id} counts every row"
    base = f"({indicator.measure.denominator})"
    return f"{base} AND followed" if basis == "followed" else base
