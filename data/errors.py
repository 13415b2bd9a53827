"""What a person running the data commands can mend."""

from __future__ import annotations

import errno
import os
from pathlib import Path


class DataError(Exception):
    """One sentence: what is wrong, where, and what to do. Never a value of a child."""


def disk_error(error: OSError, doing: str, where: Path) -> DataError:
    """The sentence for a disk that refused; `doing` completes "while …"."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DataError(f"The disk that holds {where} is full while {doing}: free some space and run the command again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return DataError(f"{error.filename or where} may not be read or written while {doing}: check who owns it.")
    reason = os.strerror(error.errno).lower() if error.errno else str(error)
    return DataError(f"{error.filename or where} failed while {doing} ({reason}): mend it and run the command again.")
