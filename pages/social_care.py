"""Social care: which services knew a child around the imprisonment, and who was known to nobody."""

from functools import partial

from pages.components import care, change, frame, indicator, nearest, panel, trend
from pages.components.view import View


def social_care(view: View) -> None:
    """Known to whom and to nobody, the levels of open services, each service by window, before and after, by year."""
    nearest.for_page(view, care.HEADLINES)
    panel.section("Known to whom, known to nobody", care.KNOWN)
    panel.grid([("services", partial(care.services, view)), ("levels", partial(care.levels, view))])
    panel.section("By window of months", care.WINDOWS)
    panel.grid([(one.id, partial(indicator.by_window, view, one)) for one in care.BY_WINDOW])
    panel.section("The same children before and after", care.BEFORE_AND_AFTER)
    panel.alone(("change", partial(change.show, view, "care", care.PAIRED)))
    trend.show(view, care.BY_YEAR)


frame.show(
    "Social care",
    "Which services knew a child in the months around a parent's imprisonment, and who was known to none.",
    social_care,
)
