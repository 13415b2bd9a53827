"""A policy said in plain sentences, for the foot of every page and the methods page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from metrics.lattice import MOST_FILTERS_FINE

if TYPE_CHECKING:
    from metrics.disclosure.policy import Policy

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DECIMALS = {0: "Percentages are rounded to whole ones.", 1: "Percentages are rounded to one decimal."}


def policy_words(policy: Policy) -> str:
    """The rules of a policy in a few sentences."""
    if policy.hides_nothing:
        return "Nothing is hidden: these are not real children."
    return " ".join((*_small(policy), *_coarse(policy)))


def _small(policy: Policy) -> Iterator[str]:
    """What is hidden for being about few, and so that nothing of it can be worked out."""
    few = f"fewer than {_number(policy.smallest_base)}"
    if policy.smallest_count > 1:
        yield f"We hide figures about fewer than {_number(policy.smallest_count)} children, and any that would reveal one."
        yield f"The same goes for the children left over, and no figure is shown out of {few}."
    else:
        yield f"We hide figures out of {few} children, and any that would reveal one."
    if policy.shows_zeros:
        yield f"We show that there were none only out of {_number(policy.smallest_base_of_a_zero)} children or more."
    else:
        yield "We never show that there were none, or none left over."
    if policy.smallest_families > 1:
        yield f"The children counted, and those left over, come from at least {_number(policy.smallest_families)} families."


def _coarse(policy: Policy) -> Iterator[str]:
    """What the rest is shown by, and how exactly."""
    filters = {0: "without a filter", 1: "by one filter at a time"}.get(
        policy.most_filters, f"by at most {_number(policy.most_filters)} filters at once"
    )
    said = [filters] if policy.most_filters < MOST_FILTERS_FINE else []
    said += ["by whole years"] if policy.whole_years else []
    if said:
        yield f"Figures are shown {' and '.join(said)}."
    if policy.percent_decimals is not None:
        yield _DECIMALS.get(policy.percent_decimals, f"Percentages are rounded to {_number(policy.percent_decimals)} decimals.")
    if policy.means == "bands":
        yield "Attendance is shown as how many children missed how much, not as a mean."


def one_of(names: Sequence[str]) -> str:
    """`none, partners or publication`."""
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
