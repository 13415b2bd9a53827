"""What an ingest read and left out: rows by file, rejected rows with their reasons, what was missing, which definitions hold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from data import json_text
from data.cohort import Input, Note, Rejection
from data.errors import DataError
from data.private import write_csv

EVERYONE = "all"
"""Whose the force's files are: no one authority's."""
SMALLEST_JUDGED = 20
"""Rows; one bad row in a smaller file is not a share."""


@dataclass(frozen=True)
class Rejected:
    """One row left out: its number in the file, the header being row 1, the column at fault, the reason, and its text."""

    row: int
    column: str
    reason: str
    text: Mapping[str, str | None] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Account:
    """What was read of one authority's files in its own room: an account of files and rows, with nobody in it."""

    definition: str | None
    notes: tuple[Note, ...]
    inputs: Mapping[str, Input]
    rejected: tuple[Rejection, ...]

    def to_json(self) -> str:
        """The text that travels with the records."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Account:
        """The account of that text; KeyError, TypeError or ValueError where it is none."""
        said = json_text.parse(text)
        return cls(
            definition=None if said["definition"] is None else str(said["definition"]),
            notes=tuple(Note(**one) for one in said["notes"]),
            inputs={str(file): Input(**one) for file, one in said["inputs"].items()},
            rejected=tuple(Rejection(**one) for one in said["rejected"]),
        )


@dataclass
class _File:
    path: Path
    kind: str
    area: str
    rows: int = 0
    rejected: list[Rejected] = field(default_factory=list)


class Ledger:
    """Collects while files are read; a file that is read a second time is not counted again."""

    def __init__(self, most_bad_pct: float = 10.0, quarantine: Path | None = None) -> None:
        self.definitions: dict[str, str] = {}
        self.settings: dict[str, str] = {}
        self.notes: list[Note] = []
        self._accounts: list[Account] = []
        self._files: dict[str, _File] = {}
        self._closed: set[str] = set()
        self._most_bad_pct = most_bad_pct
        self._quarantine = quarantine

    def open(self, label: str, path: Path, kind: str, area: str) -> bool:
        """Begin a file, named by its label; False where it has been read before."""
        if label in self._closed:
            return False
        self._files.setdefault(label, _File(path, kind, area))
        return True

    def count(self, label: str, rows: int) -> None:
        """Add to the rows read of a file."""
        self._files[label].rows += rows

    def reject(self, label: str, rejected: Sequence[Rejected]) -> None:
        """Put rows of a file down as left out; they must be among those counted."""
        self._files[label].rejected += rejected

    def rejected(self, label: str) -> Sequence[Rejected]:
        """The rows of a file that were left out."""
        return self._files[label].rejected

    def close(self, label: str) -> None:
        """End a file; `DataError` where too many of its rows are bad, after they have been written for whoever mends them."""
        self._closed.add(label)
        file = self._files[label]
        if file.rows < SMALLEST_JUDGED or 100 * len(file.rejected) <= self._most_bad_pct * file.rows:
            return
        self.write_rejected(label)
        where = f" They are in {self._place(label)}." if self._quarantine else ""
        reason, rows = Counter(one.reason for one in file.rejected).most_common(1)[0]
        raise DataError(
            f"{label} has {len(file.rejected):,} bad rows of {file.rows:,}, more than {self._most_bad_pct:g}%, most often because"
            f" {reason} ({rows:,}): mend the file, or allow more with most_bad_rows_pct in the settings.{where}"
        )

    def note(self, area: str, source: str, sentence: str) -> None:
        """Say what an area's extracts lack or leave open; the same is said once."""
        said = Note(area, source, sentence)
        if said not in self.notes:
            self.notes.append(said)

    def inputs(self, digest: Mapping[Path, str]) -> dict[str, Input]:
        """Every file by label, with the digest of its path; those read in another room too."""
        here = {
            label: Input(digest[file.path], file.rows, file.kind, file.area, file.rows - len(file.rejected))
            for label, file in sorted(self._files.items())
        }
        return {**here, **{label: one for account in self._accounts for label, one in account.inputs.items()}}

    def account_of(self, area: str, digest: Mapping[Path, str]) -> Account:
        """What was read of an area's files, to travel with its records; files by number, for one may be named after a child."""
        read = {label: one for label, one in self.inputs(digest).items() if one.area_code == area}
        numbers = Counter[str]()
        labels: dict[str, str] = {}
        for label, one in read.items():
            numbers[one.kind] += 1
            labels[label] = f"{area}/{one.kind} {numbers[one.kind]}"
        inputs = {labels[label]: one for label, one in read.items()}
        rejected = tuple(replace(one, file=labels[one.file]) for one in self.rejections if one.file in labels)
        return Account(self.definitions.get(area), tuple(note for note in self.notes if note.area_code == area), inputs, rejected)

    def take(self, area: str, account: Account) -> None:
        """Take over what was read in the area's own room."""
        self._accounts.append(account)
        if account.definition is not None:
            self.definitions[area] = account.definition
        for note in account.notes:
            self.note(note.area_code, note.source, note.sentence)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files read."""
        return tuple(dict.fromkeys(file.path for file in self._files.values()))

    @property
    def rejections(self) -> list[Rejection]:
        """How many rows of each file were left out, by reason."""
        here = [
            Rejection(label, reason, rows)
            for label, file in sorted(self._files.items())
            for reason, rows in sorted(Counter(one.reason for one in file.rejected).items())
        ]
        return [*here, *(one for account in self._accounts for one in account.rejected)]

    def write_all_rejected(self) -> None:
        """Write the rejected rows of every file, and remove what an earlier run wrote of files that are now clean."""
        for label in self._files:
            self.write_rejected(label)

    def write_rejected(self, label: str) -> None:
        """Write a file's rejected rows, readable by their owner alone; nothing where no place was named."""
        if self._quarantine is None:
            return
        path, rejected = self._place(label), sorted(self._files[label].rejected, key=lambda one: one.row)
        if not rejected:
            path.unlink(missing_ok=True)
            return
        columns = list(dict.fromkeys(name for one in rejected for name in one.text))
        rows = ((one.row, one.column, one.reason, *(one.text.get(name) for name in columns)) for one in rejected)
        write_csv(path, ("row", "column", "reason", *columns), rows)

    def _place(self, label: str) -> Path:
        assert self._quarantine is not None
        return self._quarantine / f"{label}.csv".replace(".csv.csv", ".csv")
