"""Every indicator of the project, each one declaration. Charts, tables, tests and the methods page loop over these."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from metrics.catalogue.children import CHILDREN, LINKED, RECOGNISED_WITHIN
from metrics.catalogue.education import COVERAGE, EDUCATION
from metrics.catalogue.journey import BESIDE, BY_PARENT, JOURNEY, OVERDUE, WAITS
from metrics.catalogue.missed import MISSED
from metrics.catalogue.questions import QUESTIONS
from metrics.catalogue.social_care import SERVICES, SOCIAL_CARE
from metrics.indicator import Indicator, IndicatorError
from metrics.protocol import Question

INDICATORS: tuple[Indicator, ...] = (
    *EDUCATION,
    *COVERAGE,
    *SOCIAL_CARE,
    *SERVICES,
    *MISSED,
    *CHILDREN,
    *LINKED,
    *RECOGNISED_WITHIN,
    *JOURNEY,
    *BY_PARENT,
    *BESIDE,
    *WAITS,
    *OVERDUE,
)
_BY_ID = {indicator.id: indicator for indicator in INDICATORS}
assert len(_BY_ID) == len(INDICATORS), "two indicators share an id"
_QUESTIONS = {question.id: question for question in QUESTIONS}
assert len(_QUESTIONS) == len(QUESTIONS), "two questions share an id"

__all__ = [
    "BESIDE",
    "BY_PARENT",
    "CHILDREN",
    "COVERAGE",
    "EDUCATION",
    "INDICATORS",
    "JOURNEY",
    "LINKED",
    "MISSED",
    "OVERDUE",
    "QUESTIONS",
    "RECOGNISED_WITHIN",
    "SERVICES",
    "SOCIAL_CARE",
    "WAITS",
    "check_questions",
    "find",
    "question_of",
]


def find(indicator_id: str) -> Indicator:
    """The indicator of that id; `IndicatorError` names the nearest."""
    if indicator_id not in _BY_ID:
        near = get_close_matches(indicator_id, _BY_ID, n=1, cutoff=0.0)[0]
        raise IndicatorError(f"There is no indicator {indicator_id}: did you mean {near}? The methods page lists them all.")
    return _BY_ID[indicator_id]


def question_of(indicator: Indicator) -> Question:
    """The question that an indicator of the catalogue answers."""
    return _QUESTIONS[indicator.question]


def check_questions(indicators: Iterable[Indicator]) -> None:
    """Refuse an indicator that answers no question, or one that nobody wrote down; `IndicatorError` names the nearest."""
    for indicator in indicators:
        if not indicator.question:
            raise IndicatorError(
                f"Indicator {indicator.id} names no question: choose one of metrics/catalogue/questions.py, or write one there."
            )
        if indicator.question not in _QUESTIONS:
            near = get_close_matches(indicator.question, _QUESTIONS, n=1, cutoff=0.0)[0]
            raise IndicatorError(
                f"Indicator {indicator.id}: its question {indicator.question} is none of metrics/catalogue/questions.py; "
                f"did you mean {near}?"
            )


check_questions(INDICATORS)
