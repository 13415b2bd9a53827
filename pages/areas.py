"""Areas: one indicator across areas, every indicator in a grid, term by term, and the districts; never a league table."""

from pages.components import areas as compared
from pages.components import areas_drawn, frame, panel
from pages.components.view import View

GRID = "Each area and indicator against what is chosen above, at 99.8% because there are so many cells."


def areas(view: View) -> None:
    """The reader's own area among the authorities; then the districts of those that have some."""
    compared.warning(view)
    indicator, around = compared.choose(view)
    authorities, own = compared.authorities(view), around.own_authority
    panel.section("One indicator, area by area")
    if not compared.held(around, authorities, "authorities"):
        return
    areas_drawn.one_indicator(around, indicator, authorities, own, "authorities")
    panel.section("Every indicator, area by area", GRID)
    areas_drawn.grid(around, authorities, own)
    panel.section("Term by term, one panel an area", areas_drawn.TERMS)
    areas_drawn.term_by_term(around, indicator, authorities, own)
    for authority, districts in compared.divided(view):
        with compared.folded(around, authority) as districts_of:
            if districts_of.open and compared.held(around, districts, authority.name):
                areas_drawn.one_indicator(around, indicator, districts, around.own, authority.code)
                areas_drawn.grid(around, districts, around.own)


frame.show(
    "Areas", "How children's figures differ between areas, with how sure we can be: compared fairly, and never ranked.", areas
)
