"""From the pairs that may be one person to one record a child: the best first, and what is too close left to a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

REVIEW_FROM = 0.5
"""The probability at which a pair is worth a person's look."""

BELOW = "probability below the threshold"
OTHER_RECORD = "another record fits nearly as well"
OTHER_CHILD = "another child fits this record nearly as well"
UNVOUCHED = "forenames or dates of birth do not agree: perhaps a twin or a namesake"


@dataclass(frozen=True)
class Candidate:
    """A child and a record of the child's area that may be one person, `weight` bits for it.

    `vouched` says that forename and date of birth each agree, if only in part: surname, birthday and postcode alone are also
    those of a twin.
    """

    child_ref: str
    area_code: str
    register_id: str
    weight: float
    vouched: bool

    @property
    def record(self) -> tuple[str, str]:
        """The record, whose id is its authority's own."""
        return self.area_code, self.register_id


@dataclass(frozen=True)
class Decision:
    """What becomes of a candidate: matched where there is no reason against it, else for a person to decide.

    `probability` is that of this pair among its rivals, those that share its child or its record and are still free.
    """

    candidate: Candidate
    probability: float
    reason: str | None


def decide(candidates: Sequence[Candidate], threshold: float) -> list[Decision]:
    """One to one, heaviest first; a pair is matched only where it is at least as probable as the threshold among its rivals.

    A child whose best candidate will not do is matched with none: that candidate and those that come near it are for review.
    """
    ordered = sorted(candidates, key=lambda c: (-c.weight, c.area_code, c.child_ref, c.register_id))
    of_child, of_record = defaultdict(list), defaultdict(list)
    for candidate in ordered:
        of_child[candidate.child_ref].append(candidate)
        of_record[candidate.record].append(candidate)
    settled: set[str] = set()
    matched: set[str] = set()
    taken: set[tuple[str, str]] = set()
    decisions = []
    for best in ordered:
        if best.child_ref in settled or best.record in taken:
            continue
        settled.add(best.child_ref)
        records = [c for c in of_child[best.child_ref] if c.record not in taken]
        children = {c.record: [o for o in of_record[c.record] if o.child_ref not in matched] for c in records}
        reason = _reason(best, records, children[best.record], threshold)
        near = [best] if reason is None else [c for c in records if c is best or _share(best, [best, c]) < threshold]
        decisions += [Decision(c, min(_share(c, records), _share(c, children[c.record])), reason) for c in near]
        if reason is None:
            matched.add(best.child_ref)
            taken.add(best.record)
    return decisions


def _reason(best: Candidate, records: list[Candidate], children: list[Candidate], threshold: float) -> str | None:
    if not best.vouched:
        return UNVOUCHED
    if _share(best, [best]) < threshold:
        return BELOW
    if _share(best, records) < threshold:
        return OTHER_RECORD
    if _share(best, children) < threshold:
        return OTHER_CHILD
    return None


def _share(one: Candidate, rivals: list[Candidate]) -> float:
    """The probability of one among exclusive candidates, itself included, and that none is right."""
    return float(1 / (2.0**-one.weight + sum(2.0 ** (rival.weight - one.weight) for rival in rivals)))
