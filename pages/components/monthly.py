"""The last monthly run: when it was, what it added, what is overdue, in counts; and where the month's list is made."""

from __future__ import annotations

from metrics import presentation
from pages.components import markup
from pages.components.view import View

LEAD = "For the area chosen, of every age and sex: what the last run added and what waits too long, in counts."
WORKLIST = (
    "The month's list of children to contact is not on this page and not in this release, which ends at counts. Those whose job "
    "it is make it in the secure environment, with the command “python -m data worklist”."
)


def show(view: View) -> None:
    """A sentence each."""
    sentences = (*presentation.last_run(view.release, view.filters.area), WORKLIST)
    markup.put(markup.element("ul", *(markup.text("li", one) for one in sentences), class_="findings quiet"))
