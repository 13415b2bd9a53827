"""The published study beside our figures: `python -m tests.reproduce`.

Every figure about the cohort in `data/reference/published_figures.csv`, looked up in a release as any page would look it
up. The release may suppress nothing, so it is made from a synthetic store: the one named, else the demonstration's, else a
new one.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from data.errors import DataError
from metrics import Figure, Filters, Release, ReleaseError
from metrics.disclosure.policy import PolicyError

PROJECT = Path(__file__).resolve().parents[1]
PUBLISHED = PROJECT / "data" / "reference" / "published_figures.csv"
DEMONSTRATION = PROJECT / "data" / "store" / "cohort"

OXFORDSHIRE = "E10000025"
TO_SEPTEMBER_2023 = ("2021", "2022", "2023Q1", "2023Q2", "2023Q3")
"""November 2021, when the programme began, to September 2023, whole periods that do not overlap."""


@dataclass(frozen=True)
class Ours:
    """Where a published figure is found in a release: over several periods, counts are added."""

    indicator: str
    time: str
    filters: Filters = field(default_factory=lambda: Filters(area=OXFORDSHIRE))
    periods: tuple[str, ...] = ("all",)


def _article(indicator: str, age_band: str = "all") -> Ours:
    return Ours(indicator, "all", Filters(age_band=age_band), TO_SEPTEMBER_2023)


OURS: dict[str, Ours] = {
    "report-n": Ours("recognised", "all"),
    "report-fsm-t0": Ours("fsm_received", "0"),
    "report-fsm-t3": Ours("fsm_received_since_0", "3"),
    "report-sen-t0": Ours("sen_support", "0"),
    "report-ehcp-t0": Ours("ehcp", "0"),
    "report-susp-t0": Ours("suspended", "0"),
    "report-att-t0": Ours("attendance_mean", "0"),
    "report-att90-t0": Ours("missed_under_10", "0"),
    "report-att50-t0": Ours("missed_under_50", "0"),
    "report-severe-t0": Ours("severely_absent", "0"),
    "report-stat-m0": Ours("statutory", "m0"),
    "report-stat-w6": Ours("statutory", "w6"),
    "report-eh-m0": Ours("early_help", "m0"),
    "report-eh-w6": Ours("early_help", "w6"),
    "report-mash-m-1": Ours("mash_referral", "m-1"),
    "report-mash-w6": Ours("mash_referral", "w6"),
    "report-mash-ever": Ours("mash_referral", "window"),
    "report-any-m-1-m0": Ours("any_active", "before"),
    "report-any-window": Ours("any_active", "window"),
    "report-none-window": Ours("none_active", "window"),
    "article-n": _article("recognised"),
    "article-0-4": _article("recognised", "0-4"),
    "article-5-11": _article("recognised", "5-11"),
    "article-maternal": _article("maternal"),
}


@dataclass(frozen=True)
class Comparison:
    """A published figure and ours; `ours` and `difference` null where the release hides it."""

    figure: str
    what: str
    published: str
    ours: Fraction | None
    k_of_n: str

    @property
    def is_count(self) -> bool:
        """Whether the figure is a count of children, not a percentage."""
        return published_figures()[self.figure]["unit"] == "children"

    @property
    def decimals(self) -> int:
        """How many decimals were printed."""
        return len(self.published.partition(".")[2])

    @property
    def rounded(self) -> Fraction | None:
        """Ours at the printed precision, halves rounded up."""
        return (
            None if self.ours is None else Fraction(math.floor(self.ours * 10**self.decimals + Fraction(1, 2)), 10**self.decimals)
        )

    @property
    def agrees(self) -> bool:
        """Whether ours is what was printed, to its last decimal."""
        return self.rounded == Fraction(self.published)


def published_figures(path: Path = PUBLISHED) -> dict[str, dict[str, str]]:
    """The published figures by their id, as printed."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["figure"]: row for row in csv.DictReader(file)}


def about_the_cohort(figure: str, row: dict[str, str]) -> bool:
    """Whether the figure is one of the cohort's, not of England's, not a date, and not said to be rough."""
    return not figure.endswith("-nat") and row["unit"] in ("children", "percent")


def compare(release: Release, figure: str) -> Comparison:
    """One published figure beside the release's."""
    row, ours = published_figures()[figure], OURS[figure]
    found = [release.cut(ours.filters.but(period=p)).figure(ours.indicator, ours.time) for p in ours.periods]
    what = f"{row['indicator']}, {row['time']}"
    shown = [one for one in found if one is not None and one.shown]
    if len(shown) < len(ours.periods):
        return Comparison(figure, what, row["value"], None, "hidden in this release")
    number, words = _counted(shown) if row["unit"] == "children" else _rate(shown[0])
    return Comparison(figure, what, row["value"], number, words)


def _counted(figures: list[Figure]) -> tuple[Fraction, str]:
    total = sum(figure.count or 0 for figure in figures)
    return Fraction(total), f"{total} children"


def _rate(figure: Figure) -> tuple[Fraction, str]:
    if figure.count is None:
        assert figure.value is not None, "a shown mean has a value"
        return Fraction(figure.value), f"mean of {figure.n} children"
    return Fraction(100 * figure.count, figure.n or 1), f"{figure.count} of {figure.n}"


def print_table(comparisons: list[Comparison], write: Callable[[str], object] = print) -> None:
    """The table: a line a figure."""
    write(f"{'figure':<20}{'what':<62}{'published':>10}{'ours':>10}  {'k of n':<24}{'difference':>10}  ok")
    for one in comparisons:
        ours = "hidden" if one.ours is None else f"{float(one.ours):.{0 if one.is_count else max(one.decimals, 1)}f}"
        difference = "" if one.rounded is None else f"{float(one.rounded - Fraction(one.published)):+.{one.decimals}f}"
        ok = "yes" if one.agrees else "NO"
        write(f"{one.figure:<20}{one.what[:60]:<62}{one.published:>10}{ours:>10}  {one.k_of_n:<24}{difference:>10}  {ok}")


def unprotected_release(store: Path | None, scratch: Path) -> Path:
    """A release of a synthetic store with nothing suppressed; a new demonstration where there is no store."""
    from data.build import build
    from data.synthetic import synthesise
    from metrics.compile import compile_release

    if store is None:
        store = scratch / "cohort"
        synthesise(scratch / "extracts")
        build(scratch / "extracts", store)
    compile_release(store, scratch / "release", policy="none")
    return scratch / "release"


def arguments(words: list[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.reproduce", description="Print the published study beside our figures."
    )
    parser.add_argument("--store", type=Path, help="a synthetic cohort store (default: the demonstration's, or a new one)")
    parser.add_argument("--release", type=Path, help="a release to look in instead; one under the policy `none` hides nothing")
    return parser.parse_args(words)


def default_store() -> Path | None:
    """The store that `COHORT_STORE` names, else the demonstration's if it has been built."""
    named = os.environ.get("COHORT_STORE")
    if named:
        return Path(named)
    return DEMONSTRATION if (DEMONSTRATION / "CURRENT").exists() else None


def main(words: list[str]) -> int:
    """0 where every figure agrees, 1 where one differs or cannot be had."""
    asked = arguments(words)
    with ExitStack() as stack:
        try:
            scratch = Path(stack.enter_context(TemporaryDirectory()))
            release = Release.open(asked.release or unprotected_release(asked.store or default_store(), scratch))
            comparisons = [compare(release, figure) for figure in OURS]
        except (DataError, PolicyError, ReleaseError) as error:
            print(error, file=sys.stderr)
            return 1
    print_table(comparisons)
    agreed = sum(one.agrees for one in comparisons)
    print(f"{agreed} of {len(comparisons)} published figures are reproduced to every printed decimal.")
    return 0 if agreed == len(comparisons) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
