"""What the first page loads. What it prevents: a reader who waits, after a restart, for libraries that no page draws with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOR_FILES_AND_COMMANDS = ("docx", "duckdb", "highspy", "lxml", "pikepdf", "pptx", "scipy", "splink", "typst", "vl_convert")
OPENED = """
import sys
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("pages/main.py", default_timeout=60).run()
assert not page.exception and len(page.get("vega_lite_chart")) > 0
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_the_first_page_loads_nothing_that_files_and_commands_alone_need(demonstration_release: Path) -> None:
    environment = os.environ | {"RELEASE": str(demonstration_release)}
    opened = subprocess.run(
        [sys.executable, "-c", OPENED], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert opened.returncode == 0, opened.stderr
    loaded = opened.stdout.split()
    assert {"streamlit", "altair", "pyarrow"} <= set(loaded)
    assert [library for library in FOR_FILES_AND_COMMANDS if library in loaded] == []
