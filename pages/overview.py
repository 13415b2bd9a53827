"""Overview: the study's key findings, live for the children chosen, beside England and England's children in need."""

from metrics import find
from pages.components import cards, findings, frame, nearest
from pages.components.view import View

HEADLINES = (
    ("recognised", "all"),
    ("fsm_received", "0"),
    ("sen_support", "0"),
    ("ehcp", "0"),
    ("attendance_mean", "0"),
    ("missed_under_10", "0"),
    ("statutory", "m0"),
    ("none_active", "window"),
)


def overview(view: View) -> None:
    """Headline figures, the findings in sentences, and the comparison with England."""
    nearest.for_page(view, [(id, time, "observed") for id, time in HEADLINES])
    cards.show(view, [(find(id), time) for id, time in HEADLINES])
    findings.key(view)
    findings.against_england(view)


frame.show("Overview", "What schools and children's social care knew about children around a parent's imprisonment.", overview)
