"""The offer of support: the journey, step by step; how long it takes; what is overdue; who is missed."""

from __future__ import annotations

from functools import partial

import pyarrow as pa

from metrics import ALL, Filters, Indicator, find, presentation
from metrics.presentation.areas import listed_words
from metrics.presentation.cohort import OVERDUE, SOURCE_NAMES
from metrics.presentation.findings import parts
from metrics.presentation.numbers import children, families, period_name, thousands
from metrics.presentation.offer import BANDS, OFFERS, STANDING, STEPS, WAITED, WHY_IT_SELECTS, Cutting, beside
from pages.components import choice, definition, filter_bar, markup, nearest, panel, places, shares, table
from pages.components.choice import Choice
from pages.components.panel import Panel
from pages.components.shares import Figures, Shares
from pages.components.view import View

SPAN = "window"
STEP = Choice("step", "Step", {"step_visited": find("step_visited").title} | {one.id: one.title for one in STEPS}, kind="select")
WHOLE_ALONE = "Of all children, whatever is chosen above: of fewer it is not released by parent."
NO_OFFER_YET = "Recognised before the offer"
JOURNEY_NAMES = {
    name.id: title
    for step in STEPS
    for name, title in (
        (step, step.title),
        *((one, f"{step.title}: {presentation.lowered(one.title)}") for one in beside(step).values()),
    )
}
WAIT_NAMES = {
    f"wait_{step}_{band}": f"{name}: {presentation.lowered(style.name)}"
    for step, name in WAITED.items()
    for band, style in BANDS.items()
}
MISSED_NAMES = {"none_active": "All children"}
MISSED_NAMES |= {id: find(id).title for id in OFFERS} | {f"unknown_{one}": name for one, name in SOURCE_NAMES.items()}


def standing() -> None:
    """What must be read with every figure of the page."""
    markup.put(markup.element("ul", *(markup.text("li", words) for words in STANDING), class_="notes"))


def journey(view: View) -> None:
    """The steps as bars of those who reached the step before: who reached each, and the others of the same children."""
    since = _before_go_live(view)
    drawn = Shares(
        "journey",
        presentation.journey(),
        lambda figures: presentation.journey_data(figures, since=since),
        JOURNEY_NAMES,
        "Step",
    )
    shares.show(view, drawn, _how_many(view), [STEPS[0].caveat or ""])


def _before_go_live(view: View) -> str:
    """From when support is offered in the area chosen; empty where that is not recorded, or no area is chosen."""
    area = view.release.lattice.area(view.filters.area)
    return places.since(area) if area is not None and area.go_live else ""


def _how_many(view: View) -> str:
    """How many children of how many families were recognised, and of how many children the journey is."""
    found = {id: view.cut.figure(id) for id in ("recognised", "families", "step_suitable")}
    counts = {id: f.n for id, f in found.items() if f is not None and f.shown and f.n is not None}
    if "recognised" not in counts:
        return ""
    of = f" of {families(counts['families'])}" if "families" in counts else ""
    live = counts.get("step_suitable")
    begun = f" {thousands(live)} of them since support was offered where they live." if live is not None else ""
    return f"{children(counts['recognised'])}{of} recognised.{begun}"


def waits(view: View) -> None:
    """How long each step takes, in bands."""
    drawn = Shares("waits", presentation.waits(), presentation.waits_data, WAIT_NAMES, "Step and wait")
    caveats = dict.fromkeys(find(id).caveat for id in WAIT_NAMES)
    shares.show(view, drawn, notes=[one for one in caveats if one])


def choose_step() -> Indicator:
    """The step that is compared between groups, kept in the URL."""
    with markup.place("trend"):
        return find(choice.choose(STEP))


def by_group(view: View, step: Indicator, grouping: Cutting) -> None:
    """One step by area or by age; an area recognised before its go-live is grey, with the date."""
    names = places.names(view) if grouping == "area" else filter_bar.names(view.release.lattice, grouping)
    whole = view.filters.but(**{grouping: ALL})
    figures = dict(view.release.across(whole, grouping, step.id, values=list(names)))
    chart = presentation.step_by(step, grouping)
    if nearest.in_its_place(view, chart, grouping, figures, f"by-{grouping}"):
        return
    begun = dict(view.release.across(whole, grouping, STEPS[0].id, values=list(names)))
    since = {
        one.code: places.since(one)
        for one in places.beside(view)
        if one.go_live and (at := begun.get(one.code)) and at.symbol == "z"
    }
    labelled = [(f"{names[code]} ({since[code]})" if code in since else names[code], f) for code, f in figures.items()]
    panel.show(
        Panel(
            key=f"step-{grouping}-{step.id}",
            chart=chart,
            data=presentation.step_by_data(names, figures, since),
            says="",
            notes=(step.caveat or "",),
            spoken=presentation.describe_figures(chart.title, labelled),
            details=lambda: (table.html(presentation.figures_table(chart.title, labelled)), definition.html(step)),
        )
    )


def by_parent(view: View, step: Indicator) -> None:
    """One step by which parent is in prison: of all children, whatever is chosen, for of fewer it is not released."""
    everyone = view.release.cut(Filters())
    of_parent = presentation.by_parent(step)
    figures = {name: figure for name, one in of_parent.items() if (figure := everyone.figure(one.id)) is not None}
    chart = presentation.step_by(step, "parent")
    if not any(figure.shown for figure in figures.values()):
        hidden = presentation.unavailable(next((figure.symbol for figure in figures.values()), None))
        panel.head(chart.title, chart.subtitle, hidden if figures else "This release does not tell the journey by parent.")
        return
    panel.show(
        Panel(
            key=f"step-parent-{step.id}",
            chart=chart,
            data=presentation.step_by_data({name: name for name in figures}, figures, {}),
            says="",
            notes=(WHOLE_ALONE if view.filters.chosen else "", step.caveat or ""),
            spoken=presentation.describe_figures(chart.title, list(figures.items())),
            details=lambda: (
                table.html(presentation.figures_table(chart.title, list(figures.items()))),
                *(definition.html(one) for one in of_parent.values()),
            ),
        )
    )


def by_quarter(view: View, step: Indicator) -> None:
    """One step by quarter of recognition, with the go-lives; by year where the release has no quarters for these children."""
    among = presentation.finest_periods(view.release.lattice, view.filters)
    figures = dict(view.release.across(view.filters.but(period=ALL), "period", step.id, values=among))
    chart = presentation.share_by_quarter(step)
    if nearest.in_its_place(view, chart, "period", figures, "by-quarter"):
        return
    live = presentation.go_lives(view.release.lattice, view.filters.area)
    labelled = [(period_name(period), figure) for period, figure in figures.items()]
    panel.show(
        Panel(
            key=f"step-quarter-{step.id}",
            chart=chart,
            data=presentation.share_by_quarter_data(figures, live),
            says="",
            notes=(places.live_words(live) if live else "", "The newest quarters have had the least time: see who is pending."),
            spoken=presentation.describe_figures(chart.title, labelled),
            details=lambda: (table.html(presentation.figures_table(chart.title, labelled, "Period")), definition.html(step)),
        )
    )


def groups(view: View, step: Indicator) -> tuple[list[panel.Drawing], list[panel.Drawing]]:
    """One step by area; and by quarter, by age and by parent beside it."""
    beside_it: list[panel.Drawing] = [
        ("step-quarter", partial(by_quarter, view, step)),
        ("step-age", partial(by_group, view, step, "age_band")),
        ("step-parent", partial(by_parent, view, step)),
    ]
    return [("step-area", partial(by_group, view, step, "area"))], beside_it


def overdue(view: View) -> None:
    """What is overdue, in counts: of the children who took the step before, those who wait longer than is allowed."""
    waited_for = {one: view.cut.figure(one.id) for one in OVERDUE}
    nobody = [one for one, figure in waited_for.items() if figure is not None and figure.symbol == "z"]
    said = f"Nobody waits for {listed_words([one.title.partition(' for ')[2] for one in nobody])}." if nobody else ""
    chart = presentation.breakdown_bars("overdue")
    if len(nobody) == len(OVERDUE):
        panel.head(chart.title, chart.subtitle, "No child waits for a step of the offer.")
        return
    names = {one.id: one.title for one in OVERDUE if one not in nobody}
    drawn = Shares("overdue", chart, partial(presentation.breakdown_bars_data, "overdue"), names, "Step")
    shares.show(view, drawn, notes=[said, OVERDUE[0].caveat or ""])


def missed(view: View) -> None:
    """Who is known to nobody over the eight months, by whether support was offered and by who knew the child was theirs."""
    chart = presentation.missed()
    drawn = Shares("missed", chart, _missed_data, MISSED_NAMES, "Children", SPAN)
    none = find("none_active")
    whole = view.cut.figure(none.id, SPAN)
    said = f"{none.title}: {presentation.lowered(presentation.headline(none, whole))} {parts(view.cut, whole)}".strip()
    shares.show(view, drawn, said, [WHY_IT_SELECTS, find("none_active_unmatched").caveat or ""])


def _missed_data(figures: Figures) -> pa.Table:
    return presentation.missed_data(figures["none_active"], figures)
