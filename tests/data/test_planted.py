"""Defends against a name, a date of birth or an identifier that leaves the room in a store, a message or a log.

Values that occur nowhere else are planted in every file, in good rows and in bad ones; every command is run, and all that it
wrote or said is searched. They may be only in the files that someone asked for, which their owner alone can read.
"""

from __future__ import annotations

import json
import logging
import stat
from collections.abc import Iterator, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data.__main__ import main
from data.ingest.ledger import Ledger, Rejected
from tests import partners
from tests.builders import OXFORDSHIRE, write_records
from tests.partners import Files

PLANTED = {
    "Annabel": "Zephyrine",
    "Robert": "Bartholomieu",
    "Cyril": "Cyriacus",
    "Olive": "Oluwatofunmi",
    "Quell": "Quorlixon",
    "Vane": "Vanterpool",
    "Other": "Ottershawe",
    "ZZ1 2AB": "ZZ97 3QX",
    "ZZ3 4CD": "ZZ98 4RY",
    "A1111AA": "A7391QX",
    "B2222BB": "B8402ZT",
    **{f"A10000000000{child}": f"A87364195027{child}" for child in "1234"},
    **{f"900000{child}": f"731640{child}" for child in "1234"},
    **{f"C{child}": f"REFZQ700{child}" for child in "123"},
}
"""By what the tiny partnership has in its place."""
REFERENCES = tuple(value for value in PLANTED.values() if value.startswith("REF"))
BORN = (date(2014, 5, 10), date(2011, 3, 2), date(2009, 1, 20), date(2012, 8, 30), date(1985, 2, 3), date(1980, 7, 8))
"""The children's and their parents'."""
SPELT = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%b-%d", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%Y/%m/%d", "%Y%m%d")
DAYS = tuple(born.strftime(form) for born in BORN for form in SPELT)
ASKED_FOR = ("rejected", "crosswalk.csv", "review.csv", "children.csv", "worklist.csv", "reconciled.csv")


def planted_files() -> Files:
    """The tiny partnership with what is planted; below the good rows of each file, one for each column with a value misplaced."""
    made = partners.files()
    for name, content in made.items():
        if "comparators" in name:
            continue
        for rows in content.values() if isinstance(content, dict) else (content,):
            rows[1:] = [[_planted(value) for value in row] for row in rows[1:]]
            for column, _ in enumerate(rows[0] if len(rows) > 1 else ()):
                misplaced = "Quorlixon 10/05/2014" if column % 2 else "REFZQ7001 ZZ97 3QX A873641950271?"
                rows.append([misplaced if at == column else value for at, value in enumerate(rows[1])])
    crosswalk = made[f"{partners.AREA}/crosswalk.csv"]
    assert isinstance(crosswalk, list)
    del crosswalk[3:]  # Cy is left to be compared, and to be found.
    return made


def _planted(value: Any) -> Any:
    new = PLANTED.get(str(value), value)
    return int(new) if isinstance(value, int) and new is not value else new


def found_in(text: str, *, besides: tuple[str, ...] = ()) -> set[str]:
    """What of the planted stands in a text, letter case aside."""
    folded = text.casefold()
    return {value for value in (*PLANTED.values(), *DAYS) if value not in besides and value.casefold() in folded}


def said_in(path: Path) -> str:
    """What a file holds: its bytes, and if it is a Parquet file its values."""
    raw = path.read_bytes().decode("latin-1")
    if path.suffix != ".parquet":
        return raw
    return raw + json.dumps(pq.read_table(path).to_pylist(), default=str)


def leaks(root: Path) -> Iterator[tuple[str, set[str]]]:
    """The files under a folder that hold what they should not; those asked for must be their owner's alone."""
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root).as_posix()
        if any(part in ASKED_FOR for part in name.split("/")):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, name
            continue
        handed_over = "records" in name.split("/")
        assert not handed_over or stat.S_IMODE(path.stat().st_mode) == 0o600, name
        if found := found_in(said_in(path) + name, besides=REFERENCES if handed_over else ()):
            yield name, found


def run(root: Path, extracts: Path) -> None:
    """Every command that reads the extracts, all of it written under `root`."""
    given, store = ["--extracts", str(extracts)], ["--store", str(root / "store")]
    assert main(["check", *given, "--rejected", str(root / "checked" / "rejected")]) == 0
    assert main(["build", *given, *store, "--rejected", str(root / "rejected")]) == 0
    assert main(["worklist", *given, "--month", "2022-10", "--out", str(root / "worklist.csv")]) == 0
    assert main(["reconcile", "attendance_sessions", *given, *store, "--out", str(root / "reconciled.csv")]) == 0
    if not (extracts / "records").is_dir():
        assert main(["match", *given, "--out", str(root / "matched")]) == 0


def records(root: Path) -> Path:
    """Prepared records with what is planted, good rows and bad."""
    born, upn = BORN[0], "A873641950271"
    link = {"child_ref": "REFZQ7001", "offender_ref": "A7391QX", "date_of_birth": born, "sex": "F", "area_code": OXFORDSHIRE}
    return write_records(
        root,
        {
            "receptions": [
                {"offender_ref": "A7391QX", "reception_date": date(2022, 10, 5)},
                {"offender_ref": "", "reception_date": born},
            ],
            "links": [link, link | {"sex": "Quorlixon"}, link | {"child_ref": "REFZQ7002", "area_code": "ZZ97 3QX"}],
            "matches": [{"child_ref": "REFZQ7001", "register": "education"}, {"child_ref": "REFZQ7001", "register": upn}],
            "enrolments": [{"child_ref": "REFZQ7001", "start_date": date(2022, 9, 1), "end_date": born}],
        },
    )


@pytest.mark.parametrize("form", ["files", "records"])
def test_nothing_planted_leaves_the_room(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, form: str
) -> None:
    caplog.set_level(logging.DEBUG)
    extracts = tmp_path / "extracts"
    partners.write(extracts, planted_files()) if form == "files" else records(extracts)
    run(tmp_path / "out", extracts)
    out, err = capfd.readouterr()
    assert found_in(out + err + caplog.text) == set()
    assert "Rows left out: " in out and "Checking records" in err
    assert dict(leaks(tmp_path / "out")) == {}
    written = {path.name for path in (tmp_path / "out").rglob("*.*")}
    assert {"worklist.csv", "reconciled.csv", "manifest.json", "children.parquet"} <= written
    assert found_in((tmp_path / "out" / "worklist.csv").read_text()), "what was asked for is there"
    if form == "files":
        assert found_in((tmp_path / "out" / "rejected" / "links.csv").read_text())


@pytest.mark.parametrize(
    "name", ["receptions.csv", "links.csv", "E10000025/crosswalk.csv", "E10000025/school_census/2022_autumn_pupilonroll.csv"]
)
def test_a_file_without_its_header_is_refused_in_words_of_our_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    files = planted_files()
    rows = files[name]
    assert isinstance(rows, list)
    del rows[0]
    extracts = partners.write(tmp_path / "extracts", files)
    assert main(["build", "--extracts", str(extracts), "--store", str(tmp_path / "out" / "store")]) == 1
    out, err = capfd.readouterr()
    assert name in err and found_in(out + err) == set()
    assert dict(leaks(tmp_path / "out")) == {}


def test_too_many_bad_rows_are_refused_without_repeating_one(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    files = planted_files()
    rows = files["links.csv"]
    assert isinstance(rows, list)
    rows += rows[-3:] * 10
    extracts = partners.write(tmp_path / "extracts", files)
    assert main(["build", "--extracts", str(extracts), "--store", str(tmp_path / "out" / "store")]) == 1
    out, err = capfd.readouterr()
    assert "more than 10%" in err and found_in(out + err) == set()
    assert stat.S_IMODE((extracts / "rejected" / "links.csv").stat().st_mode) == 0o600


def _noting(ledger: Ledger, label: str, rejected: Sequence[Rejected]) -> None:
    for one in rejected:
        ledger.note("all", label, f"{label} row {one.row} says {one.text}.")


def _logging(ledger: Ledger, label: str, rejected: Sequence[Rejected]) -> None:
    logging.getLogger("data").debug("%s: %s", label, [one.text for one in rejected])


LEAKS: dict[str, tuple[Any, str, Any, set[str]]] = {
    "a pseudonym that is none": (import_module("data.build.recognise"), "pseudonym", lambda key, kind, ref: ref, {"store"}),
    "a note with a row's text": (Ledger, "reject", _noting, {"store", "said"}),
    "a log of rows": (Ledger, "reject", _logging, {"logged"}),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_a_build_that_leaks_is_found_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    leak: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    owner, name, broken, places = LEAKS[leak]
    monkeypatch.setattr(owner, name, broken)
    extracts = partners.write(tmp_path / "extracts", planted_files())
    assert main(["build", "--extracts", str(extracts), "--store", str(tmp_path / "out" / "store")]) == 0
    out, err = capfd.readouterr()
    found = {"said": found_in(out + err), "logged": found_in(caplog.text), "store": set(dict(leaks(tmp_path / "out")))}
    assert {place for place, values in found.items() if values} == places


def test_a_list_that_others_can_read_is_found_out(tmp_path: Path) -> None:
    listed = tmp_path / "worklist.csv"
    listed.write_text("Quorlixon")
    listed.chmod(0o644)
    with pytest.raises(AssertionError, match="worklist"):
        list(leaks(tmp_path))
