"""Whether a workbook can be read at all, tried in a process of its own: python -I trial.py FILE BYTES.

A few hundred bytes can claim a cell in the last row and column, and the reader lays out every cell before it: it then asks for
half a terabyte and ends its process, and no exception tells of it. So a process with little memory goes first.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

MOST_BYTES = 2 * 2**30
"""Of memory: 1,000,000 rows of 20 columns need 800 MB."""
_MOST_SECONDS = 300


def passes(path: Path, most_bytes: int = MOST_BYTES) -> bool:
    """Whether every sheet of a workbook can be read within the memory and time that one may take."""
    try:
        tried = subprocess.run(
            (sys.executable, "-I", __file__, str(path), str(most_bytes)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_MOST_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return False
    return tried.returncode == 0


def main(path: str, most_bytes: int) -> None:
    """Read every sheet; what the reader does not say of itself ends this process and no other."""
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(CalamineError, OSError):  # for whoever opens it next to tell, and better: of which sheet
        workbook = CalamineWorkbook.from_path(path)
        for name in workbook.sheet_names:
            with suppress(CalamineError, OSError):
                workbook.get_sheet_by_name(name)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
