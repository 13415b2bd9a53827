"""Methods: how to read the figures, what stands beside them, and every definition, written from the catalogue."""

from pages.components import explained, frame, panel
from pages.components.view import View


def methods(view: View) -> None:
    """The study protocol, rules of measurement, disclosure control, comparators with their fit, definitions."""
    panel.section("What is asked, and who agreed it", "The questions of the partnership, and what is only proposed.")
    explained.protocol(view)
    panel.section("How to read the figures")
    explained.rules()
    panel.section("How children are protected")
    explained.disclosure(view)
    panel.section("What stands beside the figures", "National and local figures, with how well each fits and why.")
    explained.comparators(view)
    panel.section(
        "Every definition", "Written from the catalogue that the figures are compiled from; the rules are word for word."
    )
    explained.definitions()


frame.show("Methods", "What every figure means, which children it is about, and what it can and cannot say.", methods)
