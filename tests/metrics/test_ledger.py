"""What was ever released is remembered. What these tests prevent: a live release that a later one is not compared with."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from data import versions
from data.cohort import LEDGER
from data.errors import DataError
from metrics.disclosure.edition import Edition, LedgerError
from metrics.disclosure.ledger import INDEX, opened, read, recognised_to
from tests.metrics.editions import edition, release_of

NOWHERE = Path("nowhere")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "cohort").mkdir(mode=0o700)
    return tmp_path / "cohort"


def enter(store: Path, release: Path) -> None:
    with opened(store) as ledger:
        ledger.enter(release)


def entered(store: Path) -> list[str]:
    return [entry.version for entry in read(store)]


def test_a_ledger_keeps_every_release_as_it_was_given_out(store: Path, tmp_path: Path) -> None:
    for version in ("first", "second"):
        enter(store, release_of(tmp_path / "release", version))
    first, second = read(store)
    assert [first.version, second.version] == ["first", "second"]
    assert (first.cohort_version, first.recognised_to, first.policy.name) == ("cohort-of-first", date(2023, 12, 31), "partners")
    for name in ("figures", "pairs", "quality"):
        released = (tmp_path / "release" / "first" / f"{name}.parquet").read_bytes()
        assert (store / LEDGER / "first" / f"{name}.parquet").read_bytes() == released
        assert first.table(name).num_rows == Edition.at(tmp_path / "release" / "first").table(name).num_rows


def test_its_index_says_what_was_released_when_and_under_which_rules(store: Path, tmp_path: Path) -> None:
    enter(store, release_of(tmp_path / "release", "first"))
    (said,) = json.loads((store / LEDGER / INDEX).read_text("utf-8"))["entries"]
    assert said["version"] == "first"
    assert said["built_at"] == "2024-01-15T09:00:00+00:00"
    assert said["cohort_version"] == "cohort-of-first"
    assert said["recognised_to"] == "2023-12-31"
    assert (said["policy"]["name"], said["policy"]["smallest_base"]) == ("partners", 10)


def test_the_same_release_again_is_entered_once(store: Path, tmp_path: Path) -> None:
    release = release_of(tmp_path / "release", "first")
    enter(store, release)
    enter(store, release)
    assert entered(store) == ["first"]


def test_a_release_that_hid_nothing_is_of_nobody_real_and_is_not_entered(store: Path, tmp_path: Path) -> None:
    enter(store, release_of(tmp_path / "release", "first", policy="none"))
    assert entered(store) == []


def test_only_its_owner_may_read_it(store: Path, tmp_path: Path) -> None:
    enter(store, release_of(tmp_path / "release", "first"))
    ledger = store / LEDGER
    for directory in (ledger, ledger / "first"):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for file in (ledger / INDEX, *(ledger / "first").iterdir()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_build_of_the_store_forgets_it(store: Path, tmp_path: Path) -> None:
    enter(store, release_of(tmp_path / "release", "first"))
    for version in ("one", "two", "three", "four", "five"):

        def write(directory: Path, version: str = version) -> str:
            (directory / "children.parquet").write_text(version)
            return version

        versions.publish(store, write, private=True)
    assert entered(store) == ["first"]
    assert [path.name for path in versions.versions(store)] == ["three", "four", "five"]


def test_a_store_without_a_ledger_has_released_nothing(store: Path) -> None:
    assert read(store) == ()
    with opened(store) as ledger:
        assert ledger.kept(NOWHERE, "Thames Valley", synthetic=True) == ()


@pytest.mark.parametrize("name", ["figures.parquet", "manifest.json"])
@pytest.mark.parametrize("damage", ["truncate", "unlink", "alter"])
def test_a_damaged_entry_is_an_error_that_says_what_to_do(store: Path, tmp_path: Path, name: str, damage: str) -> None:
    enter(store, release_of(tmp_path / "release", "first"))
    path = store / LEDGER / "first" / name
    if damage == "unlink":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[:100] if damage == "truncate" else content.replace(b"2023", b"2022").replace(b"PAR1", b"PAR2"))
    with pytest.raises(LedgerError, match=r"restore it from a backup"), opened(store):
        pass
    with pytest.raises(LedgerError, match=r"restore it from a backup"):
        read(store)


def test_an_entry_that_has_gone_is_an_error(store: Path, tmp_path: Path) -> None:
    for version in ("first", "second"):
        enter(store, release_of(tmp_path / "release", version))
    shutil.rmtree(store / LEDGER / "first")
    with pytest.raises(LedgerError, match=r"first is damaged"):
        read(store)


def test_an_entry_that_was_exchanged_whole_is_an_error(store: Path, tmp_path: Path) -> None:
    enter(store, release_of(tmp_path / "release", "first"))
    other = release_of(tmp_path / "other", "first", recognised_to=date(2022, 12, 31))
    shutil.rmtree(store / LEDGER / "first")
    shutil.copytree(other, store / LEDGER / "first").chmod(0o700)
    for file in (store / LEDGER / "first").iterdir():
        file.chmod(0o600)
    with pytest.raises(LedgerError, match=r"is not what was entered"):
        read(store)


@pytest.mark.parametrize("text", ["", "{}", '{"entries": [{}]}', "[1, 2", "[" * 100_000])
def test_a_damaged_index_is_an_error(store: Path, tmp_path: Path, text: str) -> None:
    enter(store, release_of(tmp_path / "release", "first"))
    (store / LEDGER / INDEX).write_text(text)
    with pytest.raises(LedgerError, match=r"index.json is damaged"):
        read(store)


def test_an_index_that_has_gone_is_an_error_where_there_were_entries(store: Path, tmp_path: Path) -> None:
    for version in ("first", "second"):
        enter(store, release_of(tmp_path / "release", version))
    (store / LEDGER / INDEX).unlink()
    with pytest.raises(LedgerError, match=r"index.json is missing"):
        read(store)


def test_a_release_that_lies_damaged_is_not_entered(store: Path, tmp_path: Path) -> None:
    release = release_of(tmp_path / "release", "first")
    (release / "figures.parquet").write_bytes(b"nothing")
    with pytest.raises(LedgerError, match=r"is damaged"):
        enter(store, release)
    assert entered(store) == []


def test_two_releases_are_not_made_of_one_store_at_once(store: Path) -> None:
    with opened(store), pytest.raises(LedgerError, match=r"wait until it has finished"), opened(store):
        pass


def test_an_error_of_the_work_under_way_is_not_taken_for_the_ledgers(store: Path) -> None:
    with pytest.raises(FileNotFoundError), opened(store):
        raise FileNotFoundError("something else")
    with opened(store):
        pass


def test_a_store_that_may_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"while opening the ledger"), opened(tmp_path / "nowhere"):
        pass


_KILLED_AT = """
import os, signal, sys
from pathlib import Path
from metrics.disclosure import ledger
call, nth = sys.argv[3], int(sys.argv[4])
real, seen = getattr(os, call), []
def die(*given, **named):
    seen.append(1)
    if len(seen) == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*given, **named)
setattr(os, call, die)
with ledger.opened(Path(sys.argv[1])) as held:
    held.enter(Path(sys.argv[2]))
print("live")
"""


@pytest.mark.parametrize(("call", "nth"), [("fsync", 1), ("fsync", 4), ("rename", 1), ("fsync", 7), ("replace", 1), ("fsync", 8)])
def test_a_process_killed_while_entering_leaves_no_release_that_is_live_and_not_entered(
    store: Path, tmp_path: Path, call: str, nth: int
) -> None:
    enter(store, release_of(tmp_path / "release", "first"))
    second = release_of(tmp_path / "release", "second")
    command = [sys.executable, "-c", _KILLED_AT, str(store), str(second), call, str(nth)]
    died = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(Path.cwd())})
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert "live" not in died.stdout
    assert entered(store) in (["first"], ["first", "second"])
    enter(store, second)
    assert entered(store) == ["first", "second"]
    assert {path.name for path in (store / LEDGER).iterdir()} == {".lock", INDEX, "first", "second"}


def kept(store: Path, out: Path, partnership: str = "Thames Valley") -> list[str]:
    with opened(store) as ledger:
        return [one.version for one in ledger.kept(out, partnership, synthetic=True)]


def test_what_still_lies_where_releases_go_is_remembered_though_the_ledger_was_lost(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "release"
    release_of(out, "unentered")
    release_of(out, "unprotected", policy="none")
    enter(store, release_of(out, "entered"))
    assert kept(store, out) == ["unentered", "entered"]
    shutil.rmtree(store / LEDGER)
    assert kept(store, out) == ["unentered", "entered"]


def test_a_release_of_other_children_is_not_one_of_these(store: Path, tmp_path: Path) -> None:
    release_of(tmp_path / "release", "first")
    assert kept(store, tmp_path / "release", "West Mercia") == []


def test_a_release_that_cannot_be_read_was_not_served_either(store: Path, tmp_path: Path) -> None:
    (release_of(tmp_path / "release", "first") / "figures.parquet").unlink()
    assert kept(store, tmp_path / "release") == []


@pytest.mark.parametrize("unsaid", ["files", "policy", "partnership", "synthetic"])
def test_a_release_of_an_older_form_stops_the_next_one_and_is_not_called_damaged(
    store: Path, tmp_path: Path, unsaid: str
) -> None:
    path = release_of(tmp_path / "release", "first") / "manifest.json"
    path.write_text(json.dumps({key: said for key, said in json.loads(path.read_text("utf-8")).items() if key != unsaid}))
    with pytest.raises(LedgerError, match=rf"was released by an older program and does not say {unsaid}, so nothing new"):
        kept(store, tmp_path / "release")


FIRST, SECOND = date(2024, 5, 31), date(2024, 9, 30)


def test_a_first_release_counts_everyone() -> None:
    assert recognised_to([], "any", date(2024, 5, 1)) is None


@pytest.mark.parametrize(
    ("last_month", "counted"),
    [
        (date(2024, 8, 1), date(2024, 6, 30)),
        (date(2024, 9, 1), date(2024, 9, 30)),
        (date(2024, 12, 1), date(2024, 12, 31)),
        (date(2025, 2, 1), date(2024, 12, 31)),
        (date(2025, 3, 1), date(2025, 3, 31)),
    ],
)
def test_new_children_enter_by_whole_quarters(tmp_path: Path, last_month: date, counted: date) -> None:
    first = edition(tmp_path, "first", recognised_to=FIRST)
    assert recognised_to([first], "another", last_month) == counted


def test_a_release_never_counts_fewer_than_the_one_before(tmp_path: Path) -> None:
    first = edition(tmp_path, "first", recognised_to=FIRST)
    second = edition(tmp_path, "second", recognised_to=SECOND)
    assert recognised_to([first], "another", date(2024, 5, 1)) == FIRST
    assert recognised_to([first, second], "another", date(2024, 11, 1)) == SECOND
    assert recognised_to([second, first], "another", date(2024, 11, 1)) == SECOND


def test_the_same_cohort_again_counts_the_same_children(tmp_path: Path) -> None:
    first = edition(tmp_path, "first", cohort="one", recognised_to=FIRST)
    second = edition(tmp_path, "second", cohort="two", recognised_to=SECOND)
    assert recognised_to([first, second], "one", date(2024, 5, 1)) == FIRST
    assert recognised_to([first, second], "two", date(2024, 12, 1)) == SECOND


def test_a_release_that_does_not_say_counts_to_the_end_of_its_last_period(tmp_path: Path) -> None:
    said = Edition(tmp_path, {**edition(tmp_path, "first").manifest, "recognised_to": None})
    assert said.recognised_to == date(2023, 12, 31)
