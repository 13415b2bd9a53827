"""The study protocol in words: what is asked, who agreed it, of which data, with which limits, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from metrics.presentation.extracts import long_day
from metrics.protocol import PROPOSED, STAGES, Protocol, Question

STAGED = (
    f"The partnership decides its research in stages: {', '.join(STAGES[:-1])} and {STAGES[-1]}. Each is decided before the next "
    "begins. Each question here says how far it has come, and who agreed it; what nobody has agreed says so, and its figures are "
    "a proposal. By its day of review it is looked at again: whether it is still asked, and still answered as it should be."
)
NOT_RECORDED = "This release was made before it was recorded what is asked and who agreed it."


def facts_of(question: Question, answered_by: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
    """What a board wants to know of a question: a name and words each, and nothing without words."""
    listed = (
        ("Agreed by", question.agreed),
        ("Stage reached", question.stage or ""),
        ("Known before", question.evidence),
        ("Data used", question.data_used),
        ("Known limits", question.limits),
        ("To be reviewed by", long_day(question.review_on)),
        ("Answered by", "; ".join(answered_by)),
    )
    return tuple((name, words) for name, words in listed if words)


def in_words(question: Question) -> str:
    """What is asked, and at once whether it is only proposed."""
    return f"{question.words} Proposed." if question.agreed == PROPOSED else question.words


def purpose(protocol: Protocol) -> str:
    """Why there is the release, in one paragraph; that it was not recorded, where it was not."""
    if protocol.release is None:
        return NOT_RECORDED
    question = protocol.release
    return f"{question.words} {question.agreed}. To be reviewed by {long_day(question.review_on)}."


def review(protocol: Protocol, day: date) -> tuple[str, ...]:
    """A line for each thing past its review on that day, the one due longest first; nothing where none is."""
    return tuple(_line(one, words) for one, words in _listed(protocol) if one.is_past_review(day))


def next_review(protocol: Protocol) -> str:
    """The line of what is due first."""
    return _line(*_listed(protocol)[0])


def _listed(protocol: Protocol) -> Sequence[tuple[Question, str]]:
    """All there is to review, the earliest due first."""
    questions = [(one, f"{one.words} Answered by: {'; '.join(titles)}.") for one, titles in protocol.asked]
    purposes = [] if protocol.release is None else [(protocol.release, f"The policy {protocol.release.id}.")]
    return sorted((*purposes, *questions), key=lambda pair: pair[0].review_on)


def _line(question: Question, words: str) -> str:
    return f"{long_day(question.review_on)}: {words}"
