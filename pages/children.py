"""Children: who was recognised, when and where, and how soon."""

from functools import partial

from metrics import find
from pages.components import cards, frame, panel, recognition, shares
from pages.components.view import View

CARDS = ("recognised", "families", "maternal", "paternal")


def children(view: View) -> None:
    """How many children and families, when, where, who, and how soon after the reception."""
    cards.show(view, [(find(id), "all") for id in CARDS])
    panel.section("When", "Children by the period in which they were recognised, which can be later than the imprisonment.")
    panel.grid([("recognised", partial(recognition.over_time, view)), ("so-far", partial(recognition.so_far, view))])
    panel.section("Who and where", "Children and families are counted apart: brothers and sisters share a family.")
    panel.columns(
        [
            ("area", partial(recognition.by_group, view, "area")),
            ("rates", partial(recognition.per_10_000, view)),
            ("wait", partial(shares.breakdown, view, "wait")),
        ],
        [
            ("age", partial(recognition.by_group, view, "age_band")),
            ("sex", partial(recognition.by_group, view, "sex")),
            ("parent", partial(shares.breakdown, view, "parent")),
            ("link", partial(shares.breakdown, view, "link_source")),
        ],
    )


frame.show("Children", "Who was recognised when a parent was sent to prison: when, where, and how soon.", children)
