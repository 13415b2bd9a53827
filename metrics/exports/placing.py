"""Files put in their place whole: written beside under another name, then renamed; a stopped command leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def place(path: Path, content: bytes) -> None:
    """Write one file, in place of any there; its directory is made where it is missing. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def place_all(directory: Path, contents: Mapping[str, bytes]) -> None:
    """Write several files that belong together: none replaces its predecessor until all are on the disk. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=directory) as beside:
        for name, content in contents.items():
            place(Path(beside) / name, content)
        for name in contents:
            (Path(beside) / name).replace(directory / name)
