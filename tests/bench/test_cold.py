"""What is read from the imports that Python prints."""

from __future__ import annotations

from bench.cold import imports_in

PRINTED = """\
import time: self [us] | cumulative | imported package
import time:       300 |        300 |     numpy._core
import time:       200 |        500 |   numpy
  You can now view your Streamlit app in your browser.
import time:        40 |        540 | metrics.release
"""


def test_a_library_has_its_own_time_and_not_that_of_what_it_imports() -> None:
    assert imports_in(PRINTED) == {"numpy": 300 + 200, "metrics": 40}
