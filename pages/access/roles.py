"""The roles file: which value of which claim makes somebody a partner, a publisher or of which local authority."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metrics import ROLE_WORDS, Audience
from pages.access.errors import AccessError

MOST_HOURS = 24
"""The longest session: a working day and its night, after which the provider is asked again."""
_MOST_REPEATED = 300
"""Letters of what is wrong with the file that a message repeats."""
_KEYS = {"claim", "session_hours", "contact", "roles"}
_WIDEST_FIRST = ("publisher", "partner", "local_authority")


class NoRoleError(Exception):
    """Somebody signed in whom the roles file gives nothing, or two things at once; one sentence for the reader."""


@dataclass(frozen=True)
class Roles:
    """What the roles file says: the claim that is read, what its values mean, how long a session lasts, and whom to ask."""

    claim: str
    session_seconds: float
    contact: str
    audiences: Mapping[str, Audience]

    def audience(self, claims: Mapping[str, Any]) -> Audience:
        """What those claims make of somebody; the widest where there are several, as groups add to what one may see.

        Raises NoRoleError where there is none, and for two local authorities, since no reader is of two.
        """
        found = {self.audiences[value] for value in self.known(claims)}
        if not found:
            raise NoRoleError("You are signed in, and your account has been given no role in this dashboard.")
        widest = min(_WIDEST_FIRST.index(one.role) for one in found)
        chosen = [one for one in found if one.role == _WIDEST_FIRST[widest]]
        if len(chosen) > 1:
            raise NoRoleError("Your account is of two local authorities, and the dashboard is shown to one at a time.")
        return chosen[0]

    def known(self, claims: Mapping[str, Any]) -> list[str]:
        """The values of the claim that the file has, in the order of those claims."""
        said = claims.get(self.claim)
        values = [said] if isinstance(said, str) else said if isinstance(said, list) else []
        return [value for value in values if isinstance(value, str) and value in self.audiences]


def read_roles(path: Path) -> Roles:
    """The roles file at `path`; raises AccessError with one sentence."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise AccessError(f"the roles file {path} cannot be read: ROLES must name a file that is there.") from None
    except tomllib.TOMLDecodeError as error:
        raise AccessError(f"the roles file {path} is not TOML ({_short(error)}).") from None
    except (ValueError, RecursionError):
        raise AccessError(f"the roles file {path} is not TOML that can be read.") from None
    try:
        return _roles(said)
    except ValueError as error:
        raise AccessError(f"the roles file {path} cannot be used: {_short(error)}.") from None


def _short(error: ValueError) -> str:
    """What is wrong, of which a part may be as long as the file has it."""
    said = str(error)
    return said if len(said) <= _MOST_REPEATED else f"{said[:_MOST_REPEATED]}…"


def _roles(said: Mapping[str, Any]) -> Roles:
    unknown = sorted(said.keys() - _KEYS)
    if unknown:
        raise ValueError(f"it has {unknown[0]!r}, which is none of {', '.join(sorted(_KEYS))}")
    hours = said.get("session_hours")
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= MOST_HOURS:
        raise ValueError(f"session_hours is {hours!r}, and must be a number of hours above 0, at most {MOST_HOURS}")
    table = said.get("roles")
    if not isinstance(table, Mapping) or not table:
        raise ValueError("it gives nobody a role: name values of the claim under [roles]")
    audiences = {value: _audience(value, given) for value, given in table.items()}
    return Roles(_text(said, "claim"), hours * 3600, _text(said, "contact"), audiences)


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{key} is {value!r}, and must be words")
    return value.strip()


def _audience(value: str, given: object) -> Audience:
    if not isinstance(given, Mapping) or not {"role"} <= given.keys() <= {"role", "area"}:
        raise ValueError(f'{value!r} must be given as {{ role = "…" }}, and a local authority its area besides')
    role = next((one for one in ROLE_WORDS if one == given["role"]), None)
    if role is None:
        raise ValueError(f"{value!r} is given the role {given['role']!r}, which is none of {', '.join(ROLE_WORDS)}")
    area = given.get("area")
    try:
        return Audience(role, area if area is None else str(area))
    except ValueError as error:
        raise ValueError(f"of {value!r}, {error}") from None
