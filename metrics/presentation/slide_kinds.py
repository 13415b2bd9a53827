"""The kinds of slide: how each makes its chart and its finding from the figures of one cut."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from metrics.catalogue import find
from metrics.cut import Cut
from metrics.figure import Comparator
from metrics.indicator import Indicator
from metrics.presentation import rows
from metrics.presentation.chart import Chart, table_of, titled
from metrics.presentation.comparators import drawn
from metrics.presentation.findings import parts
from metrics.presentation.marks import breaks_of, lockdown_marks
from metrics.presentation.numbers import signed, window_label
from metrics.presentation.sentences import completeness
from metrics.presentation.slide_form import Drawn, Plot, Series
from metrics.presentation.slide_words import counted, missing, title, told_of
from metrics.presentation.terms import term_line, term_line_data
from metrics.presentation.windows import LEVELS, care_levels, care_levels_data, window_bars, window_bars_data
from metrics.release import Release

Kind = Callable[[Release, Cut], Drawn]

ONE_MONTH_WINDOWS = ("m-1", "m0", "m+1")
SHOWN_WINDOWS = (*ONE_MONTH_WINDOWS, "w6")
"""The windows with room on a slide: the months around the imprisonment, and what they come to within six months after."""
NOT_TO_COMPARE = "Windows differ in length and are not to be compared with one another."
HIGHEST_LEVEL = "Children at their highest level in the month; a child can also have Early Help."
SPAN = "window"
KNOWN_ROWS = {
    "any_active": "Active record: Early Help, statutory support or a referral to the hub",
    "none_active": "No active record",
    "none_active_matched": "No active record, found in some register",
    "none_active_unmatched": "No active record, found in none: perhaps a failed link",
}


def by_term(indicator: Indicator) -> Kind:
    """A line by school term."""

    def draw(release: Release, cut: Cut) -> Drawn:
        series, beside = cut.series(indicator.id), _beside(release, cut, indicator)
        figure = told_of(series, indicator.time.headline)
        period, lattice = cut.filters.period, release.lattice
        marks = (lockdown_marks(lattice, period), breaks_of(indicator, lattice, period))
        shown = any(f.shown for f in series)
        data = term_line_data(indicator, series, beside, int(indicator.codes()[0]), int(indicator.codes()[-1]), *marks)
        points = tuple((signed(int(f.time)), f) for f in series)
        return Drawn(
            title=title(indicator, figure, beside),
            says=missing(indicator, cut.figure(indicator.id), figure),
            n_words=counted(indicator, figure),
            indicators=(indicator,),
            cut=cut.filters,
            wanted=((indicator.id, indicator.time.headline),),
            plot=Plot("line", "School term", (Series(indicator.title, points),), drawn(beside)),
            chart=term_line(indicator) if shown else None,
            data=data if shown else None,
            figure=figure,
            beside=beside,
            notes=(completeness(series),),
        )

    return draw


def by_window(indicator: Indicator, at: str | None = None) -> Kind:
    """Bars by window of months, those that a slide has room for; the finding is of `at`, by default the headline's window."""
    when = at or indicator.time.headline

    def draw(release: Release, cut: Cut) -> Drawn:
        series = tuple(f for f in cut.series(indicator.id) if f.time in (*SHOWN_WINDOWS, when))
        figure = told_of(series, when)
        beside = _beside(release, cut, indicator) if figure is not None and figure.time == indicator.time.headline else ()
        shown = any(f.shown for f in series)
        points = tuple((window_label(f.time), f) for f in series)
        return Drawn(
            title=title(indicator, figure, beside),
            says=" ".join(
                filter(None, (parts(cut, figure), missing(indicator, cut.figure(indicator.id, when), figure), NOT_TO_COMPARE))
            ),
            n_words=counted(indicator, figure),
            indicators=(indicator,),
            cut=cut.filters,
            wanted=((indicator.id, when),),
            plot=Plot("bars", "Window", (Series(indicator.title, points),)),
            chart=window_bars(indicator) if shown else None,
            data=window_bars_data(indicator, series) if shown else None,
            figure=figure,
            beside=beside,
        )

    return draw


def _beside(release: Release, cut: Cut, indicator: Indicator) -> tuple[Comparator, ...]:
    return release.comparators(indicator.id, cut.filters.area) if indicator.comparator else ()


def levels(release: Release, cut: Cut) -> Drawn:
    """The statutory levels stacked, month by month, and Early Help beside them."""
    shown_ids = (*LEVELS, "statutory", "early_help")
    series = {id: tuple(f for f in cut.series(id) if f.time in ONE_MONTH_WINDOWS) for id in shown_ids}
    statutory = find("statutory")
    figure, beside = told_of(series["statutory"], "m0"), _beside(release, cut, statutory)
    shown = any(f.shown for figures in series.values() for f in figures)
    plotted = tuple(
        Series(find(id).title, tuple((window_label(f.time), f) for f in series[id])) for id in (*LEVELS, "early_help")
    )
    return Drawn(
        title=title(statutory, figure, beside),
        says=f"{missing(statutory, cut.figure('statutory'), figure)} {HIGHEST_LEVEL}".strip(),
        n_words=counted(statutory, figure),
        indicators=(statutory, *(find(id) for id in (*LEVELS, "early_help"))),
        cut=cut.filters,
        wanted=(("statutory", "m0"), *((id, "m0") for id in LEVELS)),
        plot=Plot("stacked", "Window", plotted),
        chart=care_levels() if shown else None,
        data=care_levels_data(series) if shown else None,
        figure=figure,
        beside=beside,
    )


@cache
def known_bars() -> Chart:
    """A bar for children with an active record, for those without, and for each of these two parts."""
    return titled(
        rows.plain_bars(),
        title="Known to social care, or to nobody",
        subtitle="Percentage of children, from the month before to six months after",
        alt_text="Bar chart of children with an active social-care record and without, these in two parts.",
        columns=rows.COLUMNS,
    )


def known_to_nobody(release: Release, cut: Cut) -> Drawn:
    """Children with an active record and without over the whole eight months, those without in their two parts."""
    none = find("none_active")
    figures = {id: cut.figure(id, SPAN) for id in KNOWN_ROWS}
    figure = figures[none.id]
    shown = [f for f in figures.values() if f is not None and f.shown]
    data = rows.extent(KNOWN_ROWS, rows.reach(shown), at_least=50)
    for id, words in KNOWN_ROWS.items():
        data += rows.figure_row(id, words, figures[id], rows.PLAIN)
    return Drawn(
        title=title(none, figure, ()),
        says=parts(cut, figure),
        n_words=counted(none, figure),
        indicators=tuple(map(find, KNOWN_ROWS)),
        cut=cut.filters,
        wanted=((none.id, SPAN),),
        plot=Plot("bars", "Record", (Series("Children", tuple((words, figures[id]) for id, words in KNOWN_ROWS.items())),)),
        chart=known_bars() if shown else None,
        data=table_of(data, rows.COLUMNS) if shown else None,
        figure=figure,
    )
