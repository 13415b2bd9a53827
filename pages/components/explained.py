"""How to read the figures: rules of measurement in plain words, and every definition, written from the catalogue."""

from __future__ import annotations

from metrics import INDICATORS, Indicator, presentation
from pages.components import banner, definition, markup, table
from pages.components.view import View

RULES = (
    (
        "What a term is",
        "Terms partition the year with no gaps: Autumn from 1 August to 31 December, Spring to Easter Sunday, Summer from "
        "Easter Monday to 31 July. Term 0 holds the imprisonment, so it mixes days before and after it. A term counts "
        "only where the child is 5 to 18 on the day before the next school year starts. Lockdown terms do not count: "
        "Spring and Summer 2019/20 and Spring 2020/21.",
    ),
    (
        "What a window is",
        "Calendar months around the month of imprisonment. Windows have different lengths and some lie within others, so "
        "they are never compared with each other and never added up: one month's figure and seven months' figure are not "
        "a rise.",
    ),
    (
        "Which children a figure is about",
        "By term: the children of school age found on a school roll in that term whose own value is known. By window: "
        "every child whose months have been reached and whose area supplied social-care records; a child not found there "
        "counts as having no record. Unknown is never counted as no: it leaves the base.",
    ),
    (
        "The same children throughout",
        "Children come of age and leave school, so each term's figure is about the children observed then. “The same "
        "children throughout” follows those observed in every term from three before to three after. Their figures are shown "
        "with no filter, so that no child can be recognised. Where fewer than half as many children as at the imprisonment "
        "are observed, the line is drawn broken.",
    ),
    (
        "Before and after",
        "The same children, terms −3 to −1 against +1 to +3, or the six months before against the six after; the term or "
        "month of imprisonment is in neither. With it always: how many children that is, and how many gained and lost. It "
        "is a change, not an effect: children also grew older and national rates moved.",
    ),
    ("What an interval means", presentation.INTERVALS_EXPLAINED),
    (
        "Above, below, too few to tell",
        "A figure is called above or below another only where its 95% interval excludes it and the two measures match or "
        "are similar. A wide interval says “too few to tell”, never “the same”. What is not comparable never yields above "
        "or below.",
    ),
    (
        "Imprisonment is an event",
        "“Parent imprisoned” is the first recognised imprisonment. It is an event, not a state: the parent may be out "
        "again, and earlier imprisonments may be unrecorded. Recognition is force-wide from November 2021; an area's "
        "go-live governs the offer of support, not recognition.",
    ),
)
SYMBOLS = ("c", "z", "x")
NOT_AUDITED = (
    "Each figure is protected by itself. What could be worked out from several figures together has not been audited, so "
    "this release is for simulated children only."
)
AUDITED = (
    "A figure may be hidden for itself, or because it could be worked out from others; the symbol is the same. Figures of many "
    "children are protected first, and a finer one is shown only where it gives none of them away. The whole release was then "
    "attacked as a person with every figure in it could: no hidden number of children could be worked out to within the smallest "
    "number that is shown. Where none or all of a group is shown, the same is known of every part of it."
)
GROUPS = {
    "School": "school_terms",
    "Children's social care": "care_windows",
    "Recognition and the offer of support": "children",
}


def rules() -> None:
    """The rules of measurement."""
    markup.put(*(markup.text("h3", title) + markup.text("p", words, class_="prose") for title, words in RULES))


def disclosure(view: View) -> None:
    """The policy of the release in words, for whom it is, and what the symbols mean."""
    release = view.release
    symbols = (markup.text("dt", f"[{symbol}]") + markup.text("dd", presentation.unavailable(symbol)) for symbol in SYMBOLS)
    markup.put(
        markup.text("p", f"This release follows the policy “{release.policy}”. {release.policy_words}", class_="prose"),
        *([markup.text("p", f"{release.audience_words}.", class_="prose")] if release.audience_words else []),
        markup.text("p", AUDITED if release.audited else NOT_AUDITED, class_="prose"),
        markup.text("p", banner.NOT_A_PREDICTION, class_="prose"),
        markup.element("dl", *symbols, class_="definition"),
    )


def comparators(view: View) -> None:
    """What stands beside each indicator for the area chosen: population, period, source, fit and the reason."""
    for indicator in INDICATORS:
        beside = view.comparators(indicator.id)
        if beside:
            listed = table.html(presentation.comparators_table(beside))
            markup.put(markup.element("details", markup.text("summary", indicator.title), listed))


def definitions() -> None:
    """Every indicator of the catalogue, its predicates word for word."""
    for title, relation in GROUPS.items():
        listed = (_definition(one) for one in INDICATORS if one.table == relation)
        markup.put(markup.text("h3", title), *listed)


def _definition(indicator: Indicator) -> str:
    return markup.element("details", markup.text("summary", indicator.title), definition.html(indicator))
