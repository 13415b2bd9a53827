"""One release as it was given out, read back whole to be compared with a new one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data import json_text
from data.errors import DataError
from metrics.disclosure.policy import Policy
from metrics.lattice import Lattice


class LedgerError(DataError):
    """One sentence: what is wrong with the ledger or with a release beside earlier ones, and what to do."""


class OutdatedError(LedgerError):
    """One sentence: which release is of a form that cannot be compared any more, and what to do."""


@dataclass(frozen=True)
class Edition:
    """One release as it was given out: what it says of itself, and its tables."""

    directory: Path
    manifest: Mapping[str, Any]

    @classmethod
    def at(cls, directory: Path) -> Edition:
        """The release in that directory, every file checked against its manifest; `LedgerError` otherwise.

        `OutdatedError` where it is whole but was made by a program that did not say yet what is asked today.
        """
        try:
            manifest = json_text.parse((directory / "manifest.json").read_text(encoding="utf-8"))
            found = {name: _digest(directory / f"{name}.parquet") for name in manifest["files"]}
            edition = cls(directory, manifest)
            whole = found == manifest["files"] and bool(edition.version) and edition.lattice is not None
            whole &= all((edition.policy, edition.recognised_to, edition.cohort_version))
            edition.is_of("nobody", synthetic=True)
        except KeyError as missing:
            raise OutdatedError(
                f"{directory} was released by an older program and does not say {missing.args[0]}, so nothing new can be "
                "compared with it, and nothing is released: if its figures were given to nobody, remove it; else ask who "
                "maintains this program."
            ) from None
        except (OSError, ValueError, TypeError, AttributeError):
            whole = False
        if not whole:
            raise LedgerError(
                f"{directory} is damaged, and what was released there cannot be compared with anything new: restore it "
                "from a backup. Nothing is released until then."
            )
        return edition

    @property
    def version(self) -> str:
        """The release's version."""
        return str(self.manifest["version"])

    @property
    def digest(self) -> str:
        """The SHA-256 of its manifest, which holds those of its tables."""
        return _digest(self.directory / "manifest.json")

    @property
    def cohort_version(self) -> str:
        """The version of the store that it was made from."""
        return str(self.manifest["cohort_version"])

    @cached_property
    def policy(self) -> Policy:
        """What it might not show."""
        return Policy.from_json(self.manifest["policy"])

    @cached_property
    def lattice(self) -> Lattice:
        """Its cuts."""
        return Lattice.from_json(self.manifest["lattice"])

    @cached_property
    def recognised_to(self) -> date:
        """The last day on which a child it counts may have been recognised."""
        said = self.manifest.get("recognised_to")
        return date.fromisoformat(said) if said else self.lattice.last_day

    def is_of(self, partnership: str, synthetic: bool) -> bool:
        """Whether it is about the children of that partnership, or about the like that are not real."""
        return (self.manifest["partnership"], self.manifest["synthetic"]) == (partnership, synthetic)

    def table(self, name: str) -> pa.Table:
        """One of its tables, as released."""
        return pq.read_table(self.directory / f"{name}.parquet")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
