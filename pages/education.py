"""Education: what schools knew, term by term, around the imprisonment."""

from functools import partial

from pages.components import change, frame, indicator, nearest, panel, school, trend
from pages.components.view import View


def education(view: View) -> None:
    """Each indicator by term, or the same children before and after; then by year of imprisonment."""
    terms = school.choose()
    nearest.for_page(view, [(one.id, "0", terms.basis) for one in school.INDICATORS_BY_TERM])
    if terms.before_and_after:
        panel.section("The same children before and after", school.BEFORE_AND_AFTER)
        panel.alone(("change", partial(change.show, view, "education", school.PAIRED)))
    else:
        for title, lead, indicators in school.SECTIONS:
            panel.section(title, lead)
            panel.grid(
                [(one.id, partial(indicator.by_term, view, one, terms.first, terms.last, terms.basis)) for one in indicators],
            )
    trend.show(view, school.INDICATORS_BY_TERM)


frame.show("Education", "What schools knew, term by term, before and after a parent was sent to prison.", education)
