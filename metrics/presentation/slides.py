"""The slides of a board: one model for the screen, the deck and the report.

`SLIDES` is the declared run, `ALL_SLIDES` everything that may be chosen; an indicator of the catalogue has its slide by being
declared. A slide is made from released figures alone, so the same ids give the same deck on next month's release.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from metrics.catalogue import EDUCATION, SOCIAL_CARE, find
from metrics.cut import Cut
from metrics.figure import Figure
from metrics.filters import ALL, Filters
from metrics.indicator import Indicator
from metrics.presentation.comparators import note, standing
from metrics.presentation.extracts import definition_note
from metrics.presentation.numbers import term_name
from metrics.presentation.sentences import INTERVALS_EXPLAINED, NOT_A_FORECAST, describe_figures
from metrics.presentation.slide_form import Drawn, Plot, Series, Slide
from metrics.presentation.slide_groups import before_and_after, beside_england
from metrics.presentation.slide_kinds import Kind, by_term, by_window, known_to_nobody, levels
from metrics.presentation.slide_offer import how_long, not_known, offer, recognised
from metrics.presentation.slide_words import compared, source, why_hidden
from metrics.release import Release

__all__ = ["ALL_SLIDES", "SLIDES", "Plot", "Series", "Slide", "SlideError", "deck", "slide"]

SLIDES = (
    "recognised",
    "fsm_received",
    "sen_support",
    "ehcp",
    "attendance_mean",
    "missed_under_10",
    "suspended",
    "school_change",
    "statutory",
    "early_help",
    "mash_referral",
    "none_active",
    "care_change",
    "england",
    "offer",
    "waits",
    "missed",
)
"""The run of a board that has chosen nothing: the study's story, in the study's order."""

UNSAID = "Not to be shared: this release does not say for whom it is"

SCHOOL_CHANGE = ("fsm_received", "sen_support", "suspended", "attendance_sessions")
CARE_CHANGE = ("early_help", "statutory", "mash_referral")
BESIDE_ENGLAND = ("fsm_received", "sen_support", "ehcp", "missed_under_10")
"""The indicators that a slide of several is of."""

_GROUPS: dict[str, Kind] = {
    "recognised": recognised(quarters=False),
    "recognised_quarters": recognised(quarters=True),
    "statutory": levels,
    "none_active": known_to_nobody,
    "school_change": before_and_after("At school", *SCHOOL_CHANGE),
    "care_change": before_and_after("Social care", *CARE_CHANGE),
    "england": beside_england(*BESIDE_ENGLAND),
    "offer": offer,
    "waits": how_long,
    "missed": not_known,
}
_PARTS = ("cin", "cp", "cwcf", "none_active_matched", "none_active_unmatched")
"""Parts of a whole, which have no slide of their own; nor have those of known to nobody, which share one."""
KINDS: dict[str, Kind] = {
    **{one.id: by_term(one) for one in EDUCATION},
    **{one.id: by_window(one) for one in SOCIAL_CARE if one.id not in _PARTS and not one.id.startswith("unknown_")},
    **_GROUPS,
}
NAMES: dict[str, str] = {
    **{id: find(id).title for id in KINDS if id not in _GROUPS or id in ("recognised", "none_active")},
    "statutory": "Statutory support, by level",
    "school_change": "At school, before and after",
    "care_change": "Social care, before and after",
    "england": "Beside England",
    "recognised_quarters": "Children recognised, by quarter",
    "offer": "From recognition to support",
    "waits": "How long each step takes",
    "missed": "Known to nobody, and who was offered support",
}
"""What each slide is called in a list."""
ALL_SLIDES = (*SLIDES, *(id for id in KINDS if id not in SLIDES))
"""Every slide there is: the declared run, then the rest of the catalogue."""
assert set(SLIDES) <= set(KINDS) == set(NAMES), "a slide of the run is made by no kind, or has no name"


class SlideError(Exception):
    """There is no slide of that name; one sentence."""


def slide(release: Release, filters: Filters, id: str) -> Slide:
    """One slide of one cut; `SlideError` names the nearest id, `ReleaseError` a cut that the release does not hold."""
    return _slide(release, release.cut(filters), id)


def deck(release: Release, filters: Filters, ids: Sequence[str] = SLIDES) -> tuple[Slide, ...]:
    """The slides of one cut in the order asked for, those with nothing to show among them (`hidden`)."""
    cut = release.cut(filters)
    return tuple(_slide(release, cut, id) for id in ids)


def _slide(release: Release, cut: Cut, id: str) -> Slide:
    if id not in KINDS:
        raise SlideError(f"There is no slide {id!r}: did you mean {get_close_matches(id, KINDS, n=1, cutoff=0.0)[0]}?")
    drawn = KINDS[id](release, cut)
    shown = drawn.chart is not None
    return Slide(
        id=id,
        name=NAMES[id],
        title=drawn.title,
        about=drawn.cut.words(release.lattice),
        chart=drawn.chart,
        data=drawn.data,
        figures=drawn.plot,
        says=drawn.says if shown else why_hidden([figure for _, _, figure in drawn.plot.points]),
        n_words=drawn.n_words if shown else "",
        comparator_words=compared(drawn.figure, drawn.beside) if shown and drawn.beside else "",
        source=source(release, drawn.indicators, standing(drawn.beside) or drawn.plot.comparators),
        notes=_notes(release, drawn),
        footer=release.audience_words or UNSAID,
        spoken=_spoken(drawn) if shown else "",
        nearest=None if shown else _nearest(release, drawn, id),
    )


def _notes(release: Release, drawn: Drawn) -> tuple[str, ...]:
    """For whoever presents: what each indicator means, what to bear in mind, what stands beside it, what an interval is."""
    defined = [f"{one.title}. {one.definition}" for one in drawn.indicators]
    caveats = dict.fromkeys(one.caveat for one in drawn.indicators if one.caveat)
    differing = dict.fromkeys(_early_help(release, drawn.cut, one) for one in drawn.indicators)
    beside = [note(one) for one in standing(drawn.beside)]
    told = (*defined, *caveats, *differing, *drawn.notes, *beside, INTERVALS_EXPLAINED, NOT_A_FORECAST)
    return tuple(filter(None, told))


def _early_help(release: Release, cut: Filters, indicator: Indicator) -> str:
    area = release.lattice.area(cut.area)
    authority = area.parent if area is not None and area.kind == "district" else cut.area
    return definition_note(release.extracts, indicator, authority or ALL)


def _spoken(drawn: Drawn) -> str:
    """The chart in full and in order, for those who do not see it."""
    several = len(drawn.plot.series) > 1
    points = [
        (f"{one.name}, {label}" if several else _when(drawn, label, figure), figure) for one, label, figure in drawn.plot.points
    ]
    assert drawn.chart is not None, "only a chart that is shown is described"
    return describe_figures(drawn.chart.title, points, counts=drawn.plot.counts)


def _when(drawn: Drawn, label: str, figure: Figure | None) -> str:
    """A term in words: a minus sign is not spoken by every reader."""
    if drawn.plot.kind != "line" or figure is None:
        return label
    words = term_name(figure.time)
    return words[0].upper() + words[1:]


def _nearest(release: Release, drawn: Drawn, id: str) -> Filters | None:
    """The nearest coarser cut whose slide shows something; null where none does."""
    if drawn.wanted:
        return release.nearest(drawn.cut, [(indicator, time, "observed") for indicator, time in drawn.wanted])
    coarser = release.lattice.generalise(drawn.cut)
    return next((cut for cut in coarser if KINDS[id](release, release.cut(cut)).chart is not None), None)
