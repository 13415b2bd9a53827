"""Measure everything in one run: `python -m bench` prints one table and writes `docs/benchmarks.md`.

`BENCH_CHILDREN` shrinks the national cohort, by default 200,000 children, `BENCH_RECOGNISED` the 10,000 whose partners' files
are read, and `BENCH_CROWD_SECONDS` the five minutes for which 50 sessions filter at once.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import crowd, extracts, lookups, screen
from bench.commands import ROOT, Cost, cost_of
from bench.timings import Row, announced, share, times

FEW, MANY = 225, int(os.environ.get("BENCH_CHILDREN", "200000"))
RECOGNISED = int(os.environ.get("BENCH_RECOGNISED", "10000"))
ON_REGISTERS = 26 * RECOGNISED
"""People of all ages on the registers besides, so that more than fifteen times as many are pupils."""
TAKEN = (
    ("Make the slides of one area", "goal under 5 s", "pptx", "--area", "Oxfordshire"),
    ("Make the slides of every area, as a zip", "", "pptx", "--each-area"),
    ("Make the report of one area in Word", "", "docx", "--area", "Oxfordshire"),
    ("Make the report of one area as PDF", "", "pdf", "--area", "Oxfordshire"),
    ("Make the report of one area as a web page", "", "html", "--area", "Oxfordshire"),
)
"""The files to take away, the goal for each, and the flags that make it."""
WRITTEN = ROOT / "docs" / "benchmarks.md"

NOTES = """\
The plain pandas version derives the same cohort from the same records and computes the base and the value of every figure of
the release by one `groupby` a shape of cut; the run fails unless every figure that the release shows agrees. The release has
intervals, comparisons and before-and-after tests besides, and hides nothing: a protected release of so many is not measured, and
that of the demonstration by itself. A repaint is timed in Chromium, from the click
on another value of a filter to the last change on the screen, in turn on the empty app, the page and the page without its
charts. Those who filter at the same moment ask as a browser does and draw nothing: one machine does not draw 20 times.
Of 50 sessions the wait is from the question to the last message of the answer; their readers share the cores with the server,
and every look is in the access log meanwhile."""


def main() -> int:
    """Measure, print, write."""
    with TemporaryDirectory(prefix="bench-") as name:
        rooms = Path(name)
        rows = [
            *_reading(rooms),
            *_building(rooms),
            *_looking_up(rooms),
            *_taking_away(rooms),
            *screen.rows(rooms / "demonstration" / "release", rooms),
            *crowd.rows(rooms / "demonstration" / "release", rooms),
        ]
    text = _document(rows)
    print(f"\n{text}")
    WRITTEN.write_text(text, encoding="utf-8")
    return 0


def _reading(rooms: Path) -> Iterator[Row]:
    files, store = rooms / "partners" / "extracts", rooms / "partners" / "cohort"
    counts = ("--children", str(RECOGNISED), "--register", str(ON_REGISTERS))
    with announced(f"partners' files of {RECOGNISED:,} children"):
        written = cost_of("bench.extracts", "write", "--extracts", files, *counts)
        found = extracts.pupils(files)
    with announced("the build from them"):
        build = cost_of("data", "build", "--extracts", files, "--store", store)
        seconds = extracts.stages("data", "build", "--extracts", files, "--store", store)
    with announced("pandas reading the same census"):
        plain = cost_of("bench.extracts", "read", "--extracts", files)
    whole = f"{RECOGNISED:,} children among {found:,} pupils"
    yield Row(f"Write partners' files of {whole}", str(written))
    beside = f"pandas only reading the school census as text: {plain}"
    comparison = f"{times(build.seconds, plain.seconds)} the time; {build.peak_bytes / 2**30:.2f} GiB, goal 2 or less"
    yield Row(f"Build the cohort store of {whole} from those files", str(build), beside, comparison)
    for stage, took in extracts.told(seconds):
        yield Row(f"a second run of it: {stage.lower()}", took)


def _building(rooms: Path) -> Iterator[Row]:
    with announced("the demonstration, protected"):
        *_, protected = _make(rooms / "demonstration")
    with announced(f"a cohort of {FEW:,} children"):
        _make(rooms / "few", FEW, "none")
    many = rooms / "many"
    with announced(f"a cohort of {MANY:,} children"):
        synthesis, build, release = _make(many, MANY, "none")
    frames, records = many / "frames", many / "extracts"
    with announced("the same in plain pandas"):
        derive = cost_of("bench.pandas_run", "derive", "--extracts", records, "--frames", frames)
        tabulate = cost_of("bench.pandas_run", "tabulate", "--frames", frames)
        cost_of("bench.pandas_run", "compare", "--frames", frames, "--release", many / "release")
    yield Row(f"Simulate {MANY:,} children", str(synthesis))
    yield _against_pandas(f"Build the cohort store of {MANY:,} children", build, derive)
    yield _against_pandas(f"Compile the release of {MANY:,} children, unprotected", release, tabulate)
    yield Row("Compile, protect and attack the release of the demonstration", str(protected))


def _make(room: Path, children: int | None = None, policy: str = "partners") -> tuple[Cost, Cost, Cost]:
    """A partnership's records, its store and its release; what each cost."""
    records, store, release = room / "extracts", room / "cohort", room / "release"
    count = ("--children", str(children)) if children else ()
    return (
        cost_of("data", "synthesise", "--truth-only", "--out", records, *count),
        cost_of("data", "build", "--extracts", records, "--store", store),
        cost_of("metrics", "release", "--store", store, "--out", release, "--policy", policy),
    )


def _against_pandas(measured: str, ours: Cost, plain: Cost) -> Row:
    comparison = f"{times(ours.seconds, plain.seconds)} the time, {times(ours.peak_bytes, plain.peak_bytes)} the memory"
    return Row(measured, str(ours), f"plain pandas, the same figures: {plain}", comparison)


def _looking_up(rooms: Path) -> Iterator[Row]:
    with announced("look-ups"):
        few, many = (lookups.look_up(rooms / room / "release") for room in ("few", "many"))
        opened = lookups.open_release(rooms / "many" / "release")
        cost_of("bench.pandas_run", "derive", "--extracts", rooms / "few" / "extracts", "--frames", rooms / "few" / "frames")
        plain_few, plain_many = (lookups.compute(rooms / room / "frames") for room in ("few", "many"))
    yield Row(f"Look up a page's figures, {FEW:,} children", str(few), f"plain pandas: {plain_few}", share(few, plain_few))
    beside, comparison = f"{FEW:,} children: {few}", f"{times(many.median_ms, few.median_ms)}, flat is 1"
    yield Row(f"Look up a page's figures, {MANY:,} children", str(many), beside, comparison)
    yield Row("the same", str(many), f"plain pandas: {plain_many}", share(many, plain_many))
    yield Row(f"Open the release of {MANY:,} children and look up one page", str(opened))


def _taking_away(rooms: Path) -> Iterator[Row]:
    """Each file as its command makes it, from a cold start to the file in its place."""
    release, out = rooms / "demonstration" / "release", rooms / "taken"
    for what, goal, format, *whose in TAKEN:
        with announced(what):
            cost = cost_of("metrics", "report", "--release", release, "--format", format, "--out", out, *whose)
        yield Row(what, str(cost), "", goal)


def _document(rows: list[Row]) -> str:
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {date.today():%-d %B %Y}: {os.cpu_count()} cores, {platform.system()} {platform.machine()},",
        f"Python {platform.python_version()}. Timings are medians and 95th percentiles; memory is the largest a process held.",
        "",
        "| measured | result | beside | comparison |",
        "| --- | --- | --- | --- |",
        *(f"| {row.measured} | {row.result} | {row.beside} | {row.comparison} |" for row in rows),
        "",
        NOTES,
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
