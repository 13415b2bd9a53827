"""Children's social care on the screen: which services knew a child, and at which level."""

from __future__ import annotations

from metrics import INDICATORS, Wanted, find, presentation
from metrics.presentation.sentences import lowered
from pages.components import definition, markup, nearest, panel, table
from pages.components.panel import Panel
from pages.components.view import View

SERVICES = tuple(one for one in INDICATORS if one.id.startswith("services_"))
NOBODY = ("none_active_matched", "none_active_unmatched")
LEVELS = ("cin", "cp", "cwcf", "statutory", "early_help")
SPAN = "window"
BY_WINDOW = tuple(map(find, ("early_help", "statutory", "mash_contact", "mash_referral", "any_active", "none_active", *NOBODY)))
BY_YEAR = tuple(one for one in BY_WINDOW if not one.id.startswith("none_active"))
PAIRED = tuple(one for one in INDICATORS if one.table == "care_windows" and one.change is not None)
HEADLINES: list[Wanted] = [(one.id, one.time.headline, "observed") for one in BY_WINDOW]
KNOWN = (
    "From the month before the imprisonment to six months after it. Known means open to Early Help, at a statutory level, or "
    "referred to the safeguarding hub; a bare contact does not count."
)
WINDOWS = "Windows differ in length and some lie within others: they are never compared with each other and never added up."
BEFORE_AND_AFTER = (
    "The six months before against the six after, the same children in both; the month of imprisonment is in neither. "
    "A change, not an effect: children also grew older and services changed."
)


def services(view: View) -> None:
    """The eight combinations as sets; known to nobody is a bar of its own, in its two parts."""
    chart, none = presentation.services_sets(), find("none_active")
    whole = view.cut.figure(none.id, SPAN)
    says = f"{none.title}: {lowered(presentation.headline(none, whole))} {presentation.parts(view.cut, whole)}".strip()
    combinations = [figure for one in SERVICES if (figure := view.cut.figure(one.id, SPAN))]
    if not any(figure.shown for figure in combinations):
        panel.head(chart.title, chart.subtitle, says if whole is not None and whole.shown else "")
        nearest.offer(view, combinations, "services")
        return
    figures = {id: view.cut.figure(id, SPAN) for id in (*(one.id for one in SERVICES), *NOBODY)}
    listed = [(find(id).title, figure) for id, figure in figures.items()]
    panel.show(
        Panel(
            key="services",
            chart=chart,
            data=presentation.services_sets_data(figures),
            says=says,
            notes=(find(NOBODY[1]).caveat or "", SERVICES[0].caveat or "", view.definition_note(none)),
            details=lambda: (table.html(presentation.figures_table(chart.title, listed)), definition.html(none)),
        )
    )


def levels(view: View) -> None:
    """The open services only, stacked by level, a bar a window."""
    series = {id: view.cut.series(id) for id in LEVELS}
    chart = presentation.care_levels()
    listed = [figure for figures in series.values() for figure in figures]
    if not any(figure.shown for figure in listed):
        panel.head(chart.title, chart.subtitle, "")
        nearest.offer(view, listed, "levels")
        return
    statutory = find("statutory")
    panel.show(
        Panel(
            key="levels",
            chart=chart,
            data=presentation.care_levels_data(series),
            says=f"{statutory.title}: {lowered(presentation.headline(statutory, view.cut.figure(statutory.id)))}",
            notes=[
                *(presentation.comparator_note(one) for one in presentation.standing(view.comparators("statutory"))),
                find("cin").caveat or "",
                view.definition_note(find("early_help")),
            ],
            details=lambda: (
                *(table.html(presentation.series_table(find(id), figures)) for id, figures in series.items()),
                *(markup.text("h4", find(id).title) + definition.html(find(id)) for id in LEVELS),
            ),
        )
    )
