"""Journey: how far the offer of support has come, how long its steps take, what is overdue, and who is missed."""

from functools import partial

from pages.components import frame, monthly, offer, panel
from pages.components.view import View


def journey(view: View) -> None:
    """The steps with those beside them, one step by group, the waits, what the last month's run added, who is missed."""
    offer.standing()
    panel.section("From recognition to support", "At each step: of the children who reached the step before.")
    panel.columns(
        [("journey", partial(offer.journey, view))],
        [("waits", partial(offer.waits, view)), ("overdue", partial(offer.overdue, view))],
    )
    panel.section(
        "One step, for whom and where", "Areas by the alphabet: they went live at different times, and this is no ranking."
    )
    panel.columns(*offer.groups(view, offer.choose_step()))
    panel.section("The last monthly run", monthly.LEAD)
    monthly.show(view)
    panel.section("Who is missed", "The children for whom this service is the only one that knows.")
    panel.alone(("missed", partial(offer.missed, view)))


frame.show("Journey", "How the offer of support went for the children recognised: a description, not an evaluation.", journey)
