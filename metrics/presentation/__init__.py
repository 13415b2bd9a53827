"""Released figures → charts, sentences, tables and formatted numbers, for the screen and for files alike.

A chart is a frozen specification, compiled once, and a table of data made for each cut; only the table changes when a
filter does. Altair lives here and nowhere else; nothing here knows of the web.

`Figure`, `Pair` and `Comparator` are those of `metrics.release`; "series" is a tuple of figures in time order.

Charts come in pairs, a specification and its data: `term_line` and `term_line_data`, and so on. Everything a page or a file
needs is named here; `Figure`, `Pair` and `Comparator` are those of `metrics.figure`, a series is a tuple of figures in time
order.
"""

from metrics.presentation.asks import Ask, asks
from metrics.presentation.chart import Chart
from metrics.presentation.cohort import breakdown_bars, breakdown_bars_data, headcounts, headcounts_data, rates, rates_data
from metrics.presentation.comparators import drawn, standing, verdict
from metrics.presentation.comparison import (
    before_after,
    before_after_data,
    by_year,
    by_year_data,
)
from metrics.presentation.coverage import coverage_by_term, coverage_by_term_data
from metrics.presentation.england import against_england, against_england_data
from metrics.presentation.extracts import COVERAGE_KEY, Facts, definition_note
from metrics.presentation.findings import Differences, Finding, differences, key_findings, parts
from metrics.presentation.marks import break_marks, breaks_of, lockdown_marks
from metrics.presentation.monthly import last_run
from metrics.presentation.offer import (
    by_parent,
    journey,
    journey_data,
    missed,
    missed_data,
    step_by,
    step_by_data,
    waits,
    waits_data,
)
from metrics.presentation.population import per_10_000, per_10_000_words, population_note, population_of, recognised_days
from metrics.presentation.protocol import NOT_RECORDED, STAGED
from metrics.presentation.quarters import (
    finest_periods,
    go_lives,
    recognised_by_quarter,
    recognised_by_quarter_data,
    recognised_so_far,
    recognised_so_far_data,
    share_by_quarter,
    share_by_quarter_data,
)
from metrics.presentation.sentences import (
    INTERVALS_EXPLAINED,
    NOT_A_FORECAST,
    WARNING,
    against,
    change,
    comparator_note,
    completeness,
    describe_figures,
    describe_pairs,
    describe_series,
    headline,
    interval,
    limit,
    lowered,
    unavailable,
)
from metrics.presentation.slides import ALL_SLIDES, SLIDES, Slide, SlideError, deck, slide
from metrics.presentation.tables import (
    Cell,
    HtmlTable,
    Row,
    comparators_table,
    figures_table,
    headcount_table,
    pairs_table,
    series_table,
)
from metrics.presentation.terms import term_line, term_line_data
from metrics.presentation.windows import (
    care_levels,
    care_levels_data,
    services_sets,
    services_sets_data,
    window_bars,
    window_bars_data,
)

__all__ = [
    "ALL_SLIDES",
    "COVERAGE_KEY",
    "INTERVALS_EXPLAINED",
    "NOT_A_FORECAST",
    "NOT_RECORDED",
    "SLIDES",
    "STAGED",
    "WARNING",
    "Ask",
    "Cell",
    "Chart",
    "Differences",
    "Facts",
    "Finding",
    "HtmlTable",
    "Row",
    "Slide",
    "SlideError",
    "against",
    "against_england",
    "against_england_data",
    "asks",
    "before_after",
    "before_after_data",
    "break_marks",
    "breakdown_bars",
    "breakdown_bars_data",
    "breaks_of",
    "by_parent",
    "by_year",
    "by_year_data",
    "care_levels",
    "care_levels_data",
    "change",
    "comparator_note",
    "comparators_table",
    "completeness",
    "coverage_by_term",
    "coverage_by_term_data",
    "deck",
    "definition_note",
    "describe_figures",
    "describe_pairs",
    "describe_series",
    "differences",
    "drawn",
    "figures_table",
    "finest_periods",
    "go_lives",
    "headcount_table",
    "headcounts",
    "headcounts_data",
    "headline",
    "interval",
    "journey",
    "journey_data",
    "key_findings",
    "last_run",
    "limit",
    "lockdown_marks",
    "lowered",
    "missed",
    "missed_data",
    "pairs_table",
    "parts",
    "per_10_000",
    "per_10_000_words",
    "population_note",
    "population_of",
    "rates",
    "rates_data",
    "recognised_by_quarter",
    "recognised_by_quarter_data",
    "recognised_days",
    "recognised_so_far",
    "recognised_so_far_data",
    "series_table",
    "services_sets",
    "services_sets_data",
    "share_by_quarter",
    "share_by_quarter_data",
    "slide",
    "standing",
    "step_by",
    "step_by_data",
    "term_line",
    "term_line_data",
    "unavailable",
    "verdict",
    "waits",
    "waits_data",
    "window_bars",
    "window_bars_data",
]
