"""Read requirements*.txt, as `make lock` writes them: one version of each package, and the hash of each of its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
RUNTIME, DEVELOPMENT = PROJECT / "requirements.txt", PROJECT / "requirements-dev.txt"

_PINNED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ]+)(?: ; (?P<marker>[^\\]*[^\\ ]))? \\\n")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")
_VIA = re.compile(r"^    #(?: via|  ) (?P<name>[a-z0-9-]+)(?P<declared> \(pyproject.toml[^)]*\))?$", re.MULTILINE)


class LockError(Exception):
    """One sentence: what of a list of requirements cannot be read, and what to do."""


@dataclass(frozen=True)
class Pinned:
    """One package: its only version, where it is wanted, the SHA-256 of every file of it, and what wants it.

    `marker` is null where it is wanted everywhere; `needed_by` names packages, and `declared` says that pyproject.toml does.
    """

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]
    needed_by: tuple[str, ...]
    declared: bool


def read(path: Path) -> tuple[Pinned, ...]:
    """Every package of a list, in its order; `LockError` where a line is not one that `make lock` writes."""
    return tuple(_entries(path))


def _entries(path: Path) -> Iterator[Pinned]:
    entries = re.split(r"^(?=[^ #\n])", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for entry in entries:
        if not entry or entry.startswith("#"):
            continue
        pinned = _PINNED.match(entry)
        if pinned is None:
            line = entry.partition("\n")[0]
            raise LockError(f"{path.name} holds {line!r}, which is no version with its hashes: write it anew with `make lock`.")
        wanted = list(_VIA.finditer(entry))
        yield Pinned(
            name=pinned["name"],
            version=pinned["version"],
            marker=pinned["marker"],
            hashes=tuple(_HASH.findall(entry)),
            needed_by=tuple(one["name"] for one in wanted if not one["declared"]),
            declared=any(one["declared"] for one in wanted),
        )
