"""The policy of a release: which figures may not be shown, read from a file, checked, and put in order of strictness."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Literal

from metrics.audience import BESIDE, UNSAID
from metrics.disclosure.wording import one_of, policy_words
from metrics.lattice import MOST_FILTERS_FINE

POLICIES = Path(__file__).parent / "policies"
DEFAULT, PUBLIC = "partners", "publication"
SMALLEST_BASE, SMALLEST_COUNT, SMALLEST_BASE_OF_A_ZERO = 10, 6, 30
"""What the sharing agreement asks for at the least (design, section 5); only synthetic data may have less."""
NEVER = 1_000_000_000
"""As `smallest_base_of_a_zero`, `"never"` in a file: more children than there are."""

AUDIENCE_WORDS = {"partners": "Partners only: not for minutes, press or public", "anyone": "Safe to share"}
MEANS = ("shown", "bands")

_LEAST = {
    "smallest_base": SMALLEST_BASE,
    "smallest_count": SMALLEST_COUNT,
    "smallest_base_of_a_zero": SMALLEST_BASE_OF_A_ZERO,
}
_MOST_LETTERS = 600
_MOST_REPEATED = 100
"""Letters of a file's own that a message repeats."""
MOST_DECIMALS = 6
"""Of a percentage: more would say nothing."""
_WORDS = ("question", "agreed_by", "data_used", "limits")
"""What a file says in words of why there is such a release; with `review_on` its part of the study protocol."""
_CHOICES: Mapping[str, tuple[str, ...]] = {"audience": tuple(AUDIENCE_WORDS), "means": MEANS}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class PolicyError(Exception):
    """One sentence: what is wrong with a policy, or with its use, and what to do."""


@dataclass(frozen=True)
class Policy:
    """What may not be shown, and to whom the rest may be.

    Numbers of children, but for `smallest_families`, of which a figure's children come at the least (0: of any number),
    and `most_filters`, chosen at once. `whole_years`: no quarters. `means`: `bands` where shares stand in place of means.
    `percent_decimals`: null where percentages are not rounded. `subset_of` names the policy of whose figures this one
    shows some, null where of none. `authorities_see`: what a local authority sees beside its own area and districts; where a
    file does not say, the least.

    The study protocol of the release, in words: which question it answers, who agreed it, the data used and the known limits;
    after the day `review_on` it is past its review. Empty, and null, for a release made before these were recorded.
    """

    name: str
    audience: Literal["partners", "anyone"]
    smallest_base: int
    smallest_count: int
    smallest_base_of_a_zero: int
    smallest_families: int
    most_filters: int
    whole_years: bool
    means: Literal["shown", "bands"]
    synthetic_only: bool
    question: str
    agreed_by: str
    data_used: str
    limits: str
    review_on: date | None
    percent_decimals: int | None = None
    subset_of: str | None = None
    authorities_see: tuple[str, ...] = UNSAID

    def words(self) -> str:
        """The rules in a few sentences for a reader."""
        return policy_words(self)

    @property
    def audience_words(self) -> str:
        """To whom a figure of this release may be shown, for the foot of a slide or file."""
        return AUDIENCE_WORDS[self.audience]

    @property
    def shows_zeros(self) -> bool:
        """Whether a figure may ever say that there were none."""
        return self.smallest_base_of_a_zero < NEVER

    @property
    def hides_nothing(self) -> bool:
        """Whether every figure may be shown as it is."""
        hidden = (self.smallest_base, self.smallest_base_of_a_zero, self.smallest_families) != (0, 0, 0)
        return not (hidden or self.smallest_count > 1 or self.means == "bands" or self.percent_decimals is not None)

    def wider(self) -> Policy | None:
        """The policy of whose figures this one shows some; null where of none, `PolicyError` where there is no such one."""
        if self.subset_of is None:
            return None
        if self.subset_of not in _known() or self.subset_of == self.name:
            raise PolicyError(
                f"The policy {self.name} is to be a subset of {self.subset_of}, which is none: set subset_of to {DEFAULT}, "
                "or leave it out."
            )
        return load_policy(self.subset_of)

    def check_fits(self, synthetic: bool) -> None:
        """Refuse a policy for synthetic data on anything else, and one that shows more than what it is a subset of."""
        if self.synthetic_only and not synthetic:
            raise PolicyError(
                f"The policy {self.name} is for synthetic data alone, and this cohort store is not marked synthetic: "
                f"use {DEFAULT}."
            )
        wider = self.wider()
        if wider is not None:
            _check_shows_no_more(f"The policy {self.name}", self, wider, f"a subset of {wider.name}")

    def to_json(self) -> dict[str, Any]:
        """The form a release manifest keeps, its words included."""
        review_on = None if self.review_on is None else self.review_on.isoformat()
        return asdict(self) | {"review_on": review_on, "words": self.words(), "audience_words": self.audience_words}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Policy:
        """The policy a manifest records, whatever its strength; raises KeyError where one of its rules is not there.

        Its part of the study protocol may be missing, and what authorities see: releases made before these were recorded are
        still compared with.
        """
        said = dict.fromkeys(_WORDS, "") | {"review_on": None, "authorities_see": UNSAID} | dict(form)
        review_on = None if said["review_on"] is None else date.fromisoformat(said["review_on"])
        read = {"review_on": review_on, "authorities_see": tuple(said["authorities_see"])}
        return cls(**{field.name: said[field.name] for field in fields(cls)} | read)


def load_policy(name_or_file: str | Path = DEFAULT) -> Policy:
    """The policy of that name, or in that TOML file; `PolicyError` where there is none or it is not one."""
    known = _known()
    path = known.get(str(name_or_file), Path(name_or_file))
    if path.suffix != ".toml":
        raise PolicyError(f"There is no policy {name_or_file}: choose {one_of(list(known))}, or name a .toml file.")
    try:
        return _checked(path, tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise PolicyError(f"There is no policy file {path}: choose {one_of(list(known))}, or name one that is there.") from None
    except OSError:
        raise PolicyError(f"The policy file {path} cannot be read: check who owns it.") from None
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"The policy file {path} is not TOML ({_short(str(error))}): mend it.") from None
    except (ValueError, RecursionError):
        raise PolicyError(f"The policy file {path} is not TOML that can be read: write it as in {POLICIES}.") from None


def weaker_in(policy: Policy, than: Policy) -> str | None:
    """The first rule in which a policy shows what another hides; null where it is at least as strict in all."""
    mine, theirs = _strictness(policy), _strictness(than)
    return next((rule for rule, strength in mine.items() if strength < theirs[rule]), None)


def _strictness(policy: Policy) -> dict[str, float]:
    """Each rule as a number, the larger the stricter."""
    decimals = math.inf if policy.percent_decimals is None else policy.percent_decimals
    grow = ("smallest_base", "smallest_count", "smallest_base_of_a_zero", "smallest_families", "whole_years", "synthetic_only")
    return {rule: float(getattr(policy, rule)) for rule in grow} | {
        "most_filters": -policy.most_filters,
        "percent_decimals": -decimals,
        "means": MEANS.index(policy.means),
    }


def _known() -> dict[str, Path]:
    return {path.stem: path for path in sorted(POLICIES.glob("*.toml"))}


def _checked(path: Path, entries: dict[str, Any]) -> Policy:
    if entries.get("smallest_base_of_a_zero") == "never":
        entries |= {"smallest_base_of_a_zero": NEVER}
    for field in fields(Policy):
        if field.name in entries:
            _check_entry(path, field.name, entries[field.name])
        elif field.default is MISSING:
            raise PolicyError(f"The policy file {path} does not say {field.name}: add it.")
    unknown = sorted(set(entries) - {field.name for field in fields(Policy)})
    if unknown:
        raise PolicyError(f"The policy file {path} has {_short(unknown[0])}, which is no part of a policy: remove it.")
    if "authorities_see" in entries:
        entries |= {"authorities_see": tuple(entries["authorities_see"])}
    policy = Policy(**entries)
    if path.parent != POLICIES and policy.name in _known():
        raise PolicyError(f"The policy file {path} calls itself {policy.name}, as another policy is: give it a name of its own.")
    _check_strength(path, policy)
    return policy


def _check_entry(path: Path, name: str, entry: object) -> None:
    if name in _CHOICES:
        fits, kind = entry in _CHOICES[name], one_of(list(_CHOICES[name]))
    elif name == "authorities_see":
        fits = isinstance(entry, list) and len({str(one) for one in entry}) == len(entry) and all(one in BESIDE for one in entry)
        kind = f"a list of any of {', '.join(BESIDE)}, each once"
    elif name in ("name", "subset_of"):
        fits = isinstance(entry, str) and _NAME.fullmatch(entry) is not None
        kind = "a word of small letters, digits and hyphens"
    elif name in _WORDS:
        fits = isinstance(entry, str) and entry.isprintable() and 0 < len(entry.strip()) <= _MOST_LETTERS
        kind = f"a sentence, of one line and {_MOST_LETTERS} letters at the most"
    elif name == "review_on":
        fits, kind = type(entry) is date, "a day, such as 2027-09-30, without quotation marks"
    elif name in ("whole_years", "synthetic_only"):
        fits, kind = type(entry) is bool, "true or false"
    elif name == "percent_decimals":
        fits, kind = type(entry) is int and 0 <= entry <= MOST_DECIMALS, f"a whole number, 0 to {MOST_DECIMALS}"
    else:
        fits = type(entry) is int and 0 <= entry <= NEVER
        kind = f"a whole number, 0 or more and {NEVER} at the most"
    if not fits:
        raise PolicyError(f"The policy file {path} has {_short(repr(entry))} for {name}: it must be {kind}.")


def _short(said: str) -> str:
    """What a file says, to be repeated in a sentence."""
    plain = said if said.isprintable() else repr(said)
    return plain if len(plain) <= _MOST_REPEATED else f"{plain[:_MOST_REPEATED]}…"


def _check_strength(path: Path, policy: Policy) -> None:
    """Refuse a policy that shows more than was agreed for its audience, unless it is for synthetic data alone."""
    if policy.synthetic_only:
        return
    for name, number in _LEAST.items():
        if getattr(policy, name) < number:
            raise PolicyError(
                f"The policy file {path} has {getattr(policy, name)} for {name}: the least is {number}, or else set "
                "synthetic_only to true."
            )
    if policy.most_filters > MOST_FILTERS_FINE:
        raise PolicyError(f"The policy file {path} has {policy.most_filters} for most_filters: the most is {MOST_FILTERS_FINE}.")
    if policy.audience == "anyone" and policy.name != PUBLIC:
        _check_shows_no_more(f"The policy file {path}", policy, load_policy(PUBLIC), "for anyone")


def _check_shows_no_more(named: str, policy: Policy, than: Policy, claim: str) -> None:
    rule = weaker_in(policy, than)
    if rule is not None:
        ours, theirs = (_in_file(rule, getattr(one, rule)) for one in (policy, than))
        raise PolicyError(
            f"{named} is {claim} and has {ours} for {rule}, which shows more than {theirs} does in {than.name}: "
            "make it as strict."
        )


def _in_file(rule: str, entry: object) -> str:
    """An entry as a file would have it."""
    if entry is None or isinstance(entry, bool):
        return "nothing" if entry is None else str(entry).lower()
    return "never" if rule == "smallest_base_of_a_zero" and entry == NEVER else str(entry)
