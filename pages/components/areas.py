"""What the areas page compares: an indicator, against what, and each area's cut, read once for all that is drawn from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from metrics import ALL, INDICATORS, Area, Beside, Comparator, Cut, Figure, Filters, Indicator, find
from metrics.presentation import areas, areas_against
from metrics.presentation.areas import Place
from metrics.presentation.areas_against import Against, Target
from metrics.presentation.tables import is_headcount
from pages.components import choice, markup, nearest, panel
from pages.components.choice import Choice
from pages.components.view import View

_LEFT_OUT = ("none_active_", "linked_", "unknown_", "beside_", "wait_", "overdue_")
"""Parts of another figure, which have pages of their own."""
COMPARED = tuple(
    one for one in INDICATORS if not is_headcount(one) and one.most_filters != 0 and not one.id.startswith(_LEFT_OUT)
)
IN_GRID = tuple(
    map(
        find,
        (
            *("fsm_received", "fsm_eligible", "sen_support", "ehcp", "suspended", "attendance_mean", "missed_under_10"),
            *("severely_absent", "statutory", "cp", "any_active"),
        ),
    )
)
INDICATOR = Choice(
    "indicator", "Indicator", {one.id: one.title for one in sorted(COMPARED, key=lambda i: i.id != "sen_support")}, "select"
)
NEIGHBOURS = (
    "Neighbours in {whole} are not statistical neighbours: areas that lie side by side differ in their children, their schools, "
    "what they recorded and when they began. A difference here is a reason to ask, not a finding about anybody's work. Areas "
    "stand in alphabetical order, never in order of merit."
)
OWN_ALONE = "So there is no other authority on this page to compare with{whole}."
NOR_THE_WHOLE = ", nor all of them together"
NEEDS: Mapping[Against, Beside] = {
    "england": "england",
    "in_need": "england",
    "partnership": "partnership",
    "here": "own_published",
    "expected": "england",
}
"""What must stand beside a reader's own figures for each to be chosen."""
DISTRICTS = "A child belongs to the district recorded at the imprisonment. Districts are small: expect gaps, and wide intervals."


@dataclass(frozen=True)
class Around:
    """The reader's own area among the others: the cut of each area that the release holds beside the other filters.

    `time` is that of the one indicator chosen; the figures of every other are of their headline's.
    """

    view: View
    against: Against
    time: str
    cuts: Mapping[str, Cut]

    @property
    def own(self) -> str:
        """The code of the area chosen; where none is, a local authority's own, `all` for the other readers."""
        chosen = self.view.filters.area
        return self.view.release.audience.area or chosen if chosen == ALL else chosen

    @cached_property
    def own_authority(self) -> str:
        """The authority that the area chosen is or is in."""
        area = self.view.release.lattice.area(self.own)
        return (area.parent or ALL) if area is not None and area.kind == "district" else self.own

    def figure(self, indicator: Indicator, time: str, filters: Filters) -> Figure | None:
        """One figure of any cut; null where the release has none."""
        read = self.cuts.get(filters.area) if filters == self.view.filters.but(area=filters.area) else None
        release = self.view.release
        cut = read or (release.cut(filters) if release.lattice.holds(filters) else None)
        return cut.figure(indicator.id, time) if cut is not None else None

    def series(self, indicator: Indicator, area: str) -> tuple[Figure, ...]:
        """An area's figures in order of time."""
        return self.cuts[area].series(indicator.id)

    def whole(self, indicator: Indicator, time: str | None = None) -> Place | None:
        """The partnership's figure, at the headline's time unless told; null where the reader may not see it."""
        cut, release = self.cuts.get(ALL), self.view.release
        figure = cut.figure(indicator.id, time) if cut is not None else None
        return areas.partnership(release.lattice, indicator, figure, release.extracts)

    def places(self, indicator: Indicator, among: Sequence[Area], own: str, time: str | None = None) -> tuple[Place, ...]:
        """The areas by name with their figures at a time, the reader's own first."""
        figures = {one.code: self.cuts[one.code].figure(indicator.id, time) for one in among if one.code in self.cuts}
        return areas.places(among, figures, self.view.release.apart(indicator.id, self.own), own)

    def with_whole(self, indicator: Indicator, listed: Sequence[Place], time: str | None = None) -> tuple[Place, ...]:
        """The areas, and the partnership after them where the reader may see it."""
        whole = self.whole(indicator, time)
        return (*listed, whole) if whole is not None else tuple(listed)

    def targets(self, indicator: Indicator, listed: Sequence[Place], time: str | None = None) -> dict[str, Target]:
        """What each area's figure at a time is set against."""
        whole, england = self.whole(indicator, time), self.comparators(indicator, ALL, time)
        return {
            place.code: areas_against.target(
                self.against,
                place,
                self.comparators(indicator, place.code, time) if self.against == "here" else england,
                whole,
            )
            for place in listed
        }

    def comparators(self, indicator: Indicator, area: str, time: str | None = None) -> tuple[Comparator, ...]:
        """What the release has beside an indicator for one area; nothing beside windows of another length."""
        found = self.view.release.comparators(indicator.id, area)
        return found if areas_against.as_long(indicator, time or indicator.time.headline) else ()

    def design_effect(self, indicator: Indicator) -> float | None:
        """How many times wider the variance is for brothers and sisters, as the release tells it; null where it does not."""
        found = self.view.release.manifest.get("design_effects", {}).get(indicator.id)
        return None if found is None else float(found)


def choose(view: View) -> tuple[Indicator, Around]:
    """The page's own controls, and every cut that the page draws."""
    with markup.place("controls"):
        left, middle, right = st.columns(3, vertical_alignment="bottom")
        with left:
            indicator = find(choice.choose(INDICATOR))
        with middle:
            time = choice.choose(_time(indicator)) if len(indicator.time.codes) > 1 else indicator.time.headline
        with right:
            against = cast(Against, choice.choose(_against(view)))
    lattice = view.release.lattice
    cuts = {one.code: cut for one in lattice.areas if (cut := view.beside(area=one.code)) is not None}
    return indicator, Around(view, against, time, cuts)


def held(around: Around, among: Sequence[Area], within: str) -> bool:
    """Whether the release holds these areas beside the other filters; says why not, and offers the nearest cut that it holds.

    `within` tells the button from those of other areas on the page.
    """
    if any(one.code in around.cuts for one in among):
        return True
    nearest.for_another(around.view, "area", [one.code for one in among], within)
    return False


def folded(around: Around, authority: Area) -> ExpanderContainer:
    """The part of the page on an authority's districts: open for a reader of that authority, one click away for the others.

    What is in it is to be drawn only while it is open.
    """
    name = f"Districts within {authority.name}"
    panel.section(name, DISTRICTS)
    own = around.own_authority == authority.code
    return st.expander(
        f"Show the {name[0].lower()}{name[1:]}", expanded=own, key=f"districts-{authority.code}", on_change="rerun"
    )


def warning(view: View) -> None:
    """What a reader must know before comparing areas; a local authority first of all what it sees."""
    own = view.release.lattice.area(view.release.audience.area or ALL)
    assert own is not None, "a release has the area it is narrowed to, and a whole"
    if view.release.audience.area:
        alone = OWN_ALONE.format(whole="" if view.release.lattice.partnership else NOR_THE_WHOLE)
        markup.put(markup.text("p", f"{view.release.authority_words} {alone}", class_="notice"))
    if divided(view) or not view.release.audience.area:
        markup.put(markup.text("p", NEIGHBOURS.format(whole=own.name), class_="notice"))
    area = view.release.lattice.area(view.filters.area)
    if area is not None and area.kind == "district":
        parent = view.release.lattice.area(area.parent or ALL)
        assert parent is not None, "a district is in an area of the lattice"
        pinned = f"{parent.name}, which {area.name} is in, stands first among the authorities; {area.name} among its districts."
        markup.put(markup.text("p", pinned, class_="section"))
    if view.filters.area == ALL and not view.release.audience.area:
        markup.put(
            markup.text(
                "p",
                "Choose your own area in the filters to pin it first and to compare it with each of the others.",
                class_="section",
            )
        )


def _time(indicator: Indicator) -> Choice:
    """Every term or window of an indicator in order; the headline's is the one shown unless another is chosen."""
    options = {code: areas.time_label(code) for code in indicator.time.codes}
    return Choice("time", "Time", options, "select", indicator.time.headline)


def _against(view: View) -> Choice:
    """What the reader may see to compare with; England, of which nothing is said then, where that is nothing."""
    whole = view.release.lattice.partnership
    options: dict[Against, str] = {
        "england": "England, all pupils or children",
        "in_need": "England's children in need",
        "partnership": whole.name if whole else "",
        "here": "The area's own DfE figure",
        "expected": "Expected at England's rates",
    }
    seen = {one: words for one, words in options.items() if NEEDS[one] in view.release.beside}
    return Choice("against", "Compare with", cast(Mapping[str, str], seen or {"england": options["england"]}), "select")


def authorities(view: View) -> tuple[Area, ...]:
    """The authorities of the release."""
    return areas.authorities(view.release.lattice)


def divided(view: View) -> tuple[tuple[Area, tuple[Area, ...]], ...]:
    """The authorities that have districts, each with those."""
    return areas.divided(view.release.lattice)
