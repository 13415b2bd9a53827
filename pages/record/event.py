"""One thing that a reader did, and the line that the access log has of it. No input or output.

A line is a JSON object of codes and names. What is not of the form declared here is not an event: neither a figure nor the text
of a URL has a place to stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

Kind = Literal["signed_in", "signed_out", "refused", "viewed", "downloaded"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FILTERS = ("area", "age", "sex", "period")
"""The filters by the keys that the URL has for them."""

MOST_CHARACTERS = 255
"""Of a subject or a name: the longest that OpenID Connect allows a subject to be."""
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_CODE = re.compile(r"[A-Za-z0-9-]{1,20}")
_PAGE = re.compile(r"[a-z_]{1,40}")
_FILE = re.compile(r"[a-z0-9-]{1,240}(\.[a-z]{2,4}){1,2}")
_VERSION = re.compile(r"[a-z0-9-]{1,64}")
_ROLE = re.compile(r"[a-z_]{1,20}")


def now() -> datetime:
    """The present second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Event:
    """One thing done. `ValueError` names the field, never its text, where one is not of its form.

    `who` is the subject by which the sign-in's provider knows the reader, null on a machine without sign-in; `name` is what the
    provider called them then. `filters` is by the URL's keys, those not chosen left out. What an event has not is empty.
    """

    at: datetime
    event: Kind
    who: str | None = None
    name: str = ""
    role: str = ""
    page: str = ""
    file: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    release: str = ""

    def __post_init__(self) -> None:
        for name, holds in _FORMS.items():
            if not holds(getattr(self, name)):
                raise ValueError(f"an event has no such {name}")

    def line(self) -> str:
        """The event as the log has it: one line of ASCII, whatever a name contains, ended; what is empty is left out."""
        said = {name: value for name, value in asdict(self).items() if value or name == "who"}
        return json.dumps(said | {"at": self.at.strftime(_TIME)}, ensure_ascii=True) + "\n"

    @classmethod
    def of_line(cls, line: str) -> Event:
        """The event of a line; `ValueError` where the line is none."""
        try:
            said = json.loads(line)
        except RecursionError:
            raise ValueError("the line is nested without end") from None
        if not isinstance(said, dict) or not isinstance(said.get("at"), str):
            raise ValueError("the line is no event")
        at = datetime.strptime(said["at"], _TIME).replace(tzinfo=UTC)
        try:
            return cls(**{**said, "at": at})
        except TypeError:
            raise ValueError("the line is no event") from None


def _text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MOST_CHARACTERS


def _of(form: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: value == "" or (isinstance(value, str) and form.fullmatch(value) is not None)


def _filters(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        key in FILTERS and isinstance(code, str) and _CODE.fullmatch(code) for key, code in value.items()
    )


_FORMS: dict[str, Callable[[Any], bool]] = {
    "at": lambda value: isinstance(value, datetime) and value.utcoffset() is not None and not value.microsecond,
    "event": lambda value: value in KINDS,
    "who": lambda value: value is None or (value != "" and _text(value)),
    "name": _text,
    "role": _of(_ROLE),
    "page": _of(_PAGE),
    "file": _of(_FILE),
    "filters": _filters,
    "release": _of(_VERSION),
}
