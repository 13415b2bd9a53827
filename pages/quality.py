"""Quality: how complete the data is, term by term, and what was supplied, found and rejected."""

from functools import partial

from pages.components import completeness, frame, panel, table
from pages.components.view import View


def quality(view: View) -> None:
    """Coverage of each term for the children chosen; dates, linkage and rows for the whole release."""
    panel.section("Who could be observed", "For the children chosen above: every recognised child, term by term.")
    panel.alone(("coverage", partial(completeness.by_term, view)))
    panel.section("What was supplied", "For the whole release, whatever is chosen above.")
    table.show(completeness.dates(view))
    panel.section(
        "Who was found",
        "Recognised children found in a register. A child not found may be a failed link, not a child without a record.",
    )
    for listed in completeness.linkage(view):
        table.show(listed)
    panel.section("What was accepted and rejected", "For the whole release. No rejected row counts anywhere.")
    table.show(completeness.files(view))


frame.show("Quality", "How far the figures can be trusted: who could be observed, who was found, what was supplied.", quality)
