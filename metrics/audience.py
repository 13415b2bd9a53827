"""For whom a release is opened: what one reader may see of it. No input or output."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["partner", "local_authority", "publisher"]
ROLE_WORDS: dict[Role, str] = {"partner": "partner", "local_authority": "local authority", "publisher": "publisher"}

Beside = Literal["partnership", "england", "own_published"]
BESIDE: tuple[Beside, ...] = get_args(Beside)
"""What may stand beside an authority's own figures: those of the whole partnership; England's published figures, and what a
figure would be at England's rates; the published figures of the authority itself and of its districts."""
UNSAID: tuple[Beside, ...] = ("england",)
"""What a policy allows that does not say: the least."""
_BESIDE_WORDS: dict[Beside, str] = {
    "partnership": "the whole partnership together",
    "england": "England's published figures",
    "own_published": "its own published figures",
}

_AUTHORITY = re.compile(r"E0[689]\d{6}|E10\d{6}")
"""The codes of upper-tier and unitary authorities, England's nine-character ones."""


@dataclass(frozen=True)
class Audience:
    """One kind of reader: a partner sees the whole release; a local authority its own area; a publisher may take open data out.

    `area` is the authority's code where the role is `local_authority`, and null for the others; ValueError where it is not.
    """

    role: Role
    area: str | None = None

    def __post_init__(self) -> None:
        if self.role not in ROLE_WORDS:
            raise ValueError(f"there is no role {self.role!r}: it is one of {', '.join(ROLE_WORDS)}")
        if self.role == "local_authority" and not _AUTHORITY.fullmatch(self.area or ""):
            raise ValueError("a local authority needs its area: the nine-character code of an authority, such as E10000025")
        if self.role != "local_authority" and self.area is not None:
            raise ValueError(f"a {ROLE_WORDS[self.role]} has no area of its own")


EVERYTHING = Audience("publisher")
"""Who holds the release itself: whoever runs a command on it, and the reader of synthetic figures on this machine."""


def authority_words(beside: Collection[str]) -> str:
    """What a local authority sees of a release, in a sentence."""
    named = [words for name, words in _BESIDE_WORDS.items() if name in beside]
    listed = " and ".join(filter(None, (", ".join(named[:-1]), named[-1]))) if named else "nothing"
    return f"A local authority sees its own area and its districts; beside them {listed}; and nothing of another authority."
