"""How to read the figures: rules of measurement in plain words, and every definition, written from the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from metrics import INDICATORS, Indicator, Question, presentation
from metrics.presentation.method import AUDITED, NOT_A_PREDICTION, NOT_AUDITED, RULES
from metrics.presentation.protocol import NOT_RECORDED, STAGED, facts_of, in_words
from pages.components import definition, markup, table
from pages.components.view import View

SYMBOLS = ("c", "z", "x")
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
        markup.text("p", release.authority_words, class_="prose"),
        markup.text("p", AUDITED if release.audited else NOT_AUDITED, class_="prose"),
        markup.text("p", NOT_A_PREDICTION, class_="prose"),
        markup.element("dl", *symbols, class_="definition"),
    )


def protocol(view: View) -> None:
    """Which questions the release answers and who agreed them, its own purpose first."""
    asked = view.release.protocol
    if asked.release is None:
        markup.put(markup.text("p", NOT_RECORDED, class_="prose"))
        return
    markup.put(
        markup.text("p", STAGED, class_="prose"),
        markup.text("h3", "Why there is this release"),
        _question(asked.release),
        markup.text("h3", "What the figures answer"),
        *(_question(one, answered_by) for one, answered_by in asked.asked),
    )


def _question(question: Question, answered_by: Sequence[str] = ()) -> str:
    said = (markup.text("dt", name) + markup.text("dd", words) for name, words in facts_of(question, answered_by))
    return markup.element("details", markup.text("summary", in_words(question)), markup.element("dl", *said, class_="definition"))


def comparators(view: View) -> None:
    """What stands beside each indicator for the area chosen: population, period, source, fit and the reason."""
    for indicator in INDICATORS:
        beside = view.comparators(indicator.id)
        if beside:
            listed = table.html(presentation.comparators_table(beside))
            markup.put(markup.element("details", markup.text("summary", indicator.title), listed))
    living = presentation.population_of(view.release, view.filters)
    if living is not None:
        markup.put(markup.text("p", f"Children per 10,000: {presentation.population_note(living)}", class_="prose"))


def definitions() -> None:
    """Every indicator of the catalogue, its predicates word for word."""
    for title, relation in GROUPS.items():
        listed = (_definition(one) for one in INDICATORS if one.table == relation)
        markup.put(markup.text("h3", title), *listed)


def _definition(indicator: Indicator) -> str:
    return markup.element("details", markup.text("summary", indicator.title), definition.html(indicator))
