"""The policy of a release: which figures are too small to show, read from a file, checked, and said in words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

POLICIES = Path(__file__).parent / "policies"
DEFAULT = "partners"
SMALLEST_BASE, SMALLEST_COUNT, SMALLEST_BASE_OF_A_ZERO = 10, 6, 30
"""What the sharing agreement asks for at the least (design, section 5); only synthetic data may have less."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class PolicyError(Exception):
    """One sentence: what is wrong with a policy, or with its use, and what to do."""


@dataclass(frozen=True)
class Policy:
    """What may not be shown; numbers of children."""

    name: str
    smallest_base: int
    smallest_count: int
    smallest_base_of_a_zero: int
    synthetic_only: bool

    def words(self) -> str:
        """The rule in a sentence or two for a reader."""
        if self.hides_nothing:
            return "Nothing is hidden: these are not real children."
        return (
            f"We hide figures about fewer than {_number(self.smallest_count)} children, the same for those left over, and any "
            f"out of fewer than {_number(self.smallest_base)}. "
            f"We show that there were none only out of {_number(self.smallest_base_of_a_zero)} children or more."
        )

    @property
    def hides_nothing(self) -> bool:
        """Whether every figure may be shown."""
        return (self.smallest_base, self.smallest_count, self.smallest_base_of_a_zero) == (0, 1, 0)

    def check_fits(self, synthetic: bool) -> None:
        """Refuse to apply a policy for synthetic data to anything else."""
        if self.synthetic_only and not synthetic:
            raise PolicyError(
                f"The policy {self.name} is for synthetic data alone, and this cohort store is not marked synthetic: "
                f"use {DEFAULT}."
            )


def load_policy(name_or_file: str | Path = DEFAULT) -> Policy:
    """The policy of that name, or in that TOML file; `PolicyError` where there is none or it is not one."""
    known = {path.stem: path for path in sorted(POLICIES.glob("*.toml"))}
    path = known.get(str(name_or_file), Path(name_or_file))
    if path.suffix != ".toml":
        raise PolicyError(f"There is no policy {name_or_file}: choose {_either(list(known))}, or name a .toml file.")
    try:
        return _checked(path, tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise PolicyError(f"There is no policy file {path}: choose {_either(list(known))}, or name one that is there.") from None
    except OSError:
        raise PolicyError(f"The policy file {path} cannot be read: check who owns it.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PolicyError(f"The policy file {path} is not TOML ({error}): mend it.") from None


def _checked(path: Path, entries: dict[str, Any]) -> Policy:
    types = {"name": str, "synthetic_only": bool}
    for field in fields(Policy):
        wanted = types.get(field.name, int)
        if field.name not in entries:
            raise PolicyError(f"The policy file {path} does not say {field.name}: add it.")
        if type(entries[field.name]) is not wanted or (wanted is int and entries[field.name] < 0):
            kind = {str: "a text", bool: "true or false", int: "a whole number, 0 or more"}[wanted]
            raise PolicyError(f"The policy file {path} has {entries[field.name]!r} for {field.name}: it must be {kind}.")
    unknown = sorted(set(entries) - {field.name for field in fields(Policy)})
    if unknown:
        raise PolicyError(f"The policy file {path} has {unknown[0]}, which is no part of a policy: remove it.")
    policy = Policy(**entries)
    _check_strength(path, policy)
    return policy


def _check_strength(path: Path, policy: Policy) -> None:
    """Refuse a policy that hides less than the sharing agreement asks for, unless it is for synthetic data alone."""
    least = {
        "smallest_base": SMALLEST_BASE,
        "smallest_count": SMALLEST_COUNT,
        "smallest_base_of_a_zero": SMALLEST_BASE_OF_A_ZERO,
    }
    for name, number in least.items():
        if getattr(policy, name) < number and not policy.synthetic_only:
            raise PolicyError(
                f"The policy file {path} has {getattr(policy, name)} for {name}: the least is {number}, or else set "
                "synthetic_only to true."
            )


def _either(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)
