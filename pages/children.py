"""Children: who was recognised, and how far the offer of support has come."""

from functools import partial

from metrics import find
from pages.components import cards, frame, panel, recognition
from pages.components.view import View

CARDS = ("recognised", "families", "maternal", "paternal")


def children(view: View) -> None:
    """How many, when, who, and the steps from recognition to support."""
    cards.show(view, [(find(id), "all") for id in CARDS])
    panel.section(
        "When and who", "Children by the period in which they were recognised, which can be later than the imprisonment."
    )
    panel.columns(
        [("recognised", partial(recognition.over_time, view))],
        [
            ("parent", partial(recognition.by_parent, view)),
            ("age", partial(recognition.by_group, view, "age_band")),
            ("sex", partial(recognition.by_group, view, "sex")),
        ],
    )
    panel.section("From recognition to support")
    panel.alone(("journey", partial(recognition.journey, view)))


frame.show(
    "Children", "Who was recognised when a parent was sent to prison, and how far the offer of support has come.", children
)
