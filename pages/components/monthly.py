"""The last monthly run: when it was, what the newest period added, what is overdue. Counts only."""

from __future__ import annotations

from metrics import ALL, Figure, presentation
from metrics.lattice import is_quarter
from metrics.presentation.cohort import OVERDUE
from metrics.presentation.numbers import children, families, period_name, thousands
from pages.components import banner, markup
from pages.components.view import View

LEAD = "When the figures were last made, what they added, and what waits for longer than is allowed; in counts, never by name."
WORKLIST = (
    "The month's list of children to contact is not on this page and not in this release, which ends at counts. Those whose job "
    "it is make it in the secure environment, with the command `python -m data worklist`."
)


def show(view: View) -> None:
    """A sentence each, and where the list of the month's children is made."""
    sentences = (_when(view), _added(view), *_overdue(view), WORKLIST)
    markup.put(markup.element("ul", *(markup.text("li", one) for one in sentences if one), class_="findings quiet"))


def _when(view: View) -> str:
    release = view.release
    made = release.extracts.built_at or release.built_at
    to = release.observed_to.get("support")
    known = f" What became of each offer is known to {banner.day(to)}." if to is not None else ""
    return f"The last run was on {banner.day(made.date())}.{known}"


def _added(view: View) -> str:
    """How many children and families the newest period that has any added; no more than is released."""
    whole, periods = view.filters.but(period=ALL), view.release.lattice.periods
    fine = [one for one in periods if is_quarter(one) and view.release.lattice.holds(whole.but(period=one))]
    among = fine or [one for one in periods if not is_quarter(one)]
    for period in reversed(among):
        cut = view.release.cut(whole.but(period=period)) if view.release.lattice.holds(whole.but(period=period)) else None
        added = cut.figure("recognised") if cut is not None else None
        if cut is None or added is None or added.symbol == "z":
            continue
        if not added.shown or added.count is None:
            return f"How many children {period_name(period)} added is hidden."
        who = f"{children(added.count)}{_of_families(cut.figure('families'))}"
        return f"{who} recognised in {period_name(period)}, the newest period."
    return ""


def _of_families(figure: Figure | None) -> str:
    return f" of {families(figure.count)}" if figure is not None and figure.shown and figure.count is not None else ""


def _overdue(view: View) -> list[str]:
    """What is overdue for each step, in counts, of the children who wait for it."""
    told = []
    for one in OVERDUE:
        figure = view.cut.figure(one.id)
        if figure is not None and figure.shown and figure.count is not None and figure.n is not None:
            told.append(f"{one.title}: {thousands(figure.count)} of {children(figure.n)} who wait.")
        elif figure is not None and figure.symbol != "z":
            told.append(f"{one.title}: {presentation.lowered(presentation.unavailable(figure.symbol))}")
    return told
