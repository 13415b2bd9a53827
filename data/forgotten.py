"""Children who are forgotten: a list of pseudonyms beside the cohort store, which every later build leaves out.

`<STORE>/FORGOTTEN` holds keyed hashes, the `child_id` that the store had for a child, and nothing by which anyone could be
found without the key and a reference. Upper case, so that no build takes it for a version. It only ever grows: each version says
how long the list was when it was made, so a version from before, and a list that was lost, are both known for what they are.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from data import json_text, versions
from data.errors import DataError, disk_error

LIST = "FORGOTTEN"
_CHILD = re.compile(r"[0-9a-f]{32}")
_FINGERPRINT = re.compile(r"[0-9a-f]{16}|")
"""Of the key; none where the list is empty."""


@dataclass(frozen=True)
class Forgotten:
    """The children forgotten in one store, by `child_id`; `made_with` tells one key of the pseudonyms from another."""

    children: frozenset[str] = frozenset()
    made_with: str = ""

    def __len__(self) -> int:
        return len(self.children)

    def check_key(self, key: str, path: Path) -> None:
        """`DataError` where the list was made with another key: then it would leave out nobody."""
        if self.children and not hmac.compare_digest(self.made_with, _fingerprint(key)):
            raise DataError(
                f"{path} was made with another key of the pseudonyms, so the children it names would come back: set the key that"
                " this partnership keeps, or name the store that belongs to these extracts."
            )

    def joined_by(self, children: Iterable[str], key: str) -> Forgotten:
        """The list with more children on it."""
        return Forgotten(self.children | frozenset(children), _fingerprint(key))


def read(store: Path) -> Forgotten:
    """The list of a store, empty where there is none; `DataError` where it cannot be told who is on it."""
    path = store / LIST
    try:
        said = json_text.parse(path.read_text(encoding="utf-8"))
        children, made_with = said["children"], said["made_with"]
        if not (
            isinstance(children, list)
            and _FINGERPRINT.fullmatch(made_with)
            and all(_CHILD.fullmatch(child) for child in children)
        ):
            raise ValueError
    except FileNotFoundError:
        return Forgotten()
    except (ValueError, KeyError, TypeError):
        raise DataError(f"{path} is damaged, so nobody knows whom to leave out: restore it from a backup.") from None
    except OSError as error:
        raise disk_error(error, "reading who is forgotten", path) from error
    return Forgotten(frozenset(children), made_with)


def write(store: Path, forgotten: Forgotten) -> None:
    """Put a list in the place of the one before, of mode 0600, whole or not at all; for whoever holds the store's lock."""
    beside = store / f"{versions.UNFINISHED}{LIST}"
    beside.unlink(missing_ok=True)
    said = {"made_with": forgotten.made_with, "children": sorted(forgotten.children)}
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, versions.FILE_OF_OWNER)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(said, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(store / LIST)
    versions.sync(store)


def check(store: Path, made_under: int) -> None:
    """`DataError` where a version that was made under a list of that many children is not of the list as it is now."""
    listed = len(read(store))
    if listed > made_under:
        raise DataError(
            f"Children were forgotten in {store} after this version of it was made, and may still be in it: finish that with"
            " `python -m data build`, or by running `python -m data forget` once more."
        )
    if listed < made_under:
        raise lost(store)


def lost(store: Path) -> DataError:
    """The sentence for a list that is shorter than it was."""
    return DataError(
        f"{store / LIST} names fewer children than when the store was made, so some would come back: restore it from a backup."
    )


def _fingerprint(key: str) -> str:
    return hmac.new(key.encode(), b"the list of the forgotten", hashlib.sha256).hexdigest()[:16]
