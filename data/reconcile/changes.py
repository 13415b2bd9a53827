"""What became of each child of a figure since the last build, and the sentence that sums it up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from data.reconcile.question import Question
from metrics.indicator import Headcount, Mean, Pooled
from metrics.tabulate.members import Member, Standing

PPM = 1_000_000


class Change(StrEnum):
    """What became of a child, in the order in which changes are listed."""

    NEW = "new"
    FOLLOWED_UP = "newly followed up"
    REMATCHED = "rematched"
    CORRECTED = "corrected"
    GONE = "gone"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Listed:
    """One child of the base now or in the last build; a member is None where the child is not in that base."""

    child_id: str
    now: Member | None
    before: Member | None
    change: Change | None


def change_of(now: Member | None, before: Member | None, stood: Standing | None, stands: Standing | None) -> Change:
    """What became of a child of either base; a standing is None where the cohort had, or has, no such child.

    A child found under another record of the same register counts as corrected: a store does not say which record it was.
    """
    if now is None:
        return Change.GONE
    if stood is None:
        return Change.NEW
    assert stands is not None, "a child of the base is a child of the cohort"
    if before == now:
        return Change.UNCHANGED
    if (stood.amount, stood.total) == (now.amount, now.total):
        return Change.CORRECTED  # the child moved to this cut: an area, a date of birth, a sex, a month
    if stood.awaited:
        return Change.FOLLOWED_UP
    return Change.REMATCHED if stood.found != stands.found else Change.CORRECTED


def summary(question: Question, listed: Iterable[Listed], version: str | None) -> str:
    """The figure now and then, who entered and who left what it counts, and why; numbers of children alone."""
    rows = list(listed)
    now, before = ([member for row in rows if (member := getattr(row, when))] for when in ("now", "before"))
    if version is None:
        return f"{_figure(question, now)}; there is no last build to compare with: name its store with --store."
    entered = [row for row in rows if counts(question, row.now) and not counts(question, row.before)]
    left = [row for row in rows if counts(question, row.before) and not counts(question, row.now)]
    moved = {row.child_id for row in (*entered, *left)}
    others = [row for row in rows if row.change is not Change.UNCHANGED and row.child_id not in moved]
    said = (
        f"{_figure(question, now)}; {len(entered):,} entered and {len(left):,} left since version {version},"
        f" which had {_figure(question, before)}{_reasons([*entered, *left])}"
    )
    return f"{said}; beside them {len(others):,} of the base changed{_reasons(others)}." if others else f"{said}."


def counts(question: Question, member: Member | None) -> bool:
    """Whether a child is one of those the figure counts: in the numerator of a share, in the base of any other."""
    return member is not None and (is_mean(question) or member.amount > 0)


def is_mean(question: Question) -> bool:
    """Whether the figure has no numerator: each child adds a value of their own."""
    return isinstance(question.indicator.measure, (Mean, Pooled))


def value(question: Question, member: Member | None) -> str:
    """What a child adds: yes or no for a share; the percentage, or sessions of sessions, for a mean; blank outside its base."""
    measure = question.indicator.measure
    if not isinstance(measure, (Mean, Pooled)):
        return "yes" if counts(question, member) else "no"
    if member is None:
        return ""
    return f"{member.amount} of {member.total}" if isinstance(measure, Pooled) else f"{100 * member.amount / PPM:.4f}"


def _figure(question: Question, of: list[Member]) -> str:
    measure = question.indicator.measure
    if isinstance(measure, Headcount):
        heads = len({member.counted_as for member in of})
        words = "" if measure.of == "child_id" else f"{question.indicator.title}: {heads:,}, of "
        return f"{words}{_children(len(of))}"
    if not isinstance(measure, (Mean, Pooled)):
        return f"{sum(member.amount for member in of):,} of {_children(len(of))}"
    amount, total = (sum(getattr(member, part) for member in of) for part in ("amount", "total"))
    unit = PPM if isinstance(measure, Mean) else 1
    return f"{100 * amount / (total * unit):.1f}% over {_children(len(of))}" if total else _children(0)


def _children(number: int) -> str:
    return f"{number:,} child{'' if number == 1 else 'ren'}"


def _reasons(rows: list[Listed]) -> str:
    found: Mapping[Change | None, int] = Counter(row.change for row in rows)
    words = ", ".join(f"{found[change]:,} {change}" for change in Change if change in found)
    return f": {words}" if words else ""
