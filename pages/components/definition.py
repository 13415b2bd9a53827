"""What an indicator is, from the catalogue: its definition in words, and what is counted word for word."""

from __future__ import annotations

from dataclasses import fields
from functools import cache

from metrics import Indicator, presentation, question_of
from pages.components import markup

_PARTS = {
    "numerator": "Counted",
    "denominator": "Out of",
    "value": "Mean of",
    "total": "Out of the sum of",
    "of": "Different values of",
}
_PERIODS = {"imprisonment_month": "imprisonment", "recognised_month": "recognition"}


@cache
def html(indicator: Indicator) -> str:
    """A definition list; the predicates as the compiler was given them."""
    measure, question = indicator.measure, question_of(indicator)
    rules = ((_PARTS[part.name], getattr(measure, part.name)) for part in fields(measure))
    return markup.element(
        "dl",
        _words("Definition", indicator.definition),
        *(_code(name, rule) for name, rule in rules),
        _code("In the table", indicator.table),
        _words("Answers", f"{question.words} {question.agreed}."),
        _words("Bear in mind", indicator.caveat),
        _words("In the study of 2025", indicator.source),
        _words("Filters", presentation.limit(indicator)),
        _words("Periods", f"A child belongs to the period of the month of {_PERIODS[indicator.period_of]}."),
        _code("Its name in files", indicator.id),
        class_="definition",
    )


def _words(name: str, words: str | None) -> str:
    return markup.text("dt", name) + markup.text("dd", words) if words else ""


def _code(name: str, words: str) -> str:
    return markup.text("dt", name) + markup.element("dd", markup.text("code", words))
