"""Quality: what to ask whom for, who could be observed and found, what each extract covers and which rows were used."""

from functools import partial

from pages.components import completeness, extracts, frame, markup, panel, table
from pages.components.view import View


def quality(view: View) -> None:
    """What to ask for, coverage by term and source, linkage, rows, rules; all but one chart is of the whole release."""
    known = extracts.facts(view)
    panel.section("What to ask whom for", f"For {view.scope}, the most useful first.")
    extracts.to_ask(known)
    panel.section("Who could be observed", "For the children chosen above: every recognised child, term by term.")
    panel.alone(("coverage", partial(completeness.by_term, view)))
    panel.section("What each extract covers", f"For {view.scope}, whatever is chosen above.")
    extracts.grids(known)
    table.show(extracts.dates(known))
    panel.section(
        "Who was found",
        "Recognised children found in a register. A child not found may be a failed link, not a child without a record;"
        " most of the youngest are not at school yet.",
    )
    for listed in completeness.linkage(view):
        table.show(listed)
    within = completeness.linkage_within(view)
    if within.rows:
        markup.put(markup.element("details", markup.text("summary", within.caption), table.html(within)))
    panel.section("What was read, used and rejected", f"For {view.scope}. No rejected row counts anywhere.")
    extracts.files(known)
    panel.section("Which definitions and rules were used", "Areas that define Early Help differently are not compared.")
    for listed in extracts.rules(known):
        table.show(listed)


frame.show("Quality", "How far the figures can be trusted: who could be observed, who was found, what was supplied.", quality)
