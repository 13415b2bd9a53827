"""The access log: whole lines from many writers, a file a month, its owner's alone, nothing ever changed, and no figure in it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pages.record import AccessLog, Damaged, Event, RecordError, read

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 5, 3, 9, 14, 7, tzinfo=UTC)
LOOK = Event(AT, "viewed", "a1", "Ann Archer", page="education", filters={"area": "E10000025", "sex": "F"}, release="f7e9c8a5")
LINE = (
    '{"at": "2026-05-03T09:14:07Z", "event": "viewed", "who": "a1", "name": "Ann Archer", "page": "education", '
    '"filters": {"area": "E10000025", "sex": "F"}, "release": "f7e9c8a5"}\n'
)
WRITERS, LINES = 6, 300


@pytest.fixture
def log(tmp_path: Path) -> AccessLog:
    made = AccessLog(tmp_path / "log")
    made.prepare()
    return made


def lines(log: AccessLog, month: str = "2026-05") -> list[str]:
    return (log.folder / f"{month}.jsonl").read_text().splitlines(keepends=True)


def test_an_event_is_one_json_object_on_a_line(log: AccessLog) -> None:
    log.write(LOOK)
    assert lines(log) == [LINE]
    assert list(read(log.folder)) == [LOOK]


def test_without_sign_in_who_is_null(log: AccessLog) -> None:
    log.write(replace(LOOK, who=None, name=""))
    assert json.loads(lines(log)[0])["who"] is None


@pytest.mark.parametrize("name", ["Zoë\nArcher", "Ann\u2028Archer", "Ann\x1b[2JArcher", '", "event": "signed_in', "\ud800"])
def test_whatever_a_name_contains_is_one_line_of_ascii(name: str, log: AccessLog) -> None:
    log.write(replace(LOOK, name=name))
    (line,) = (log.folder / "2026-05.jsonl").read_bytes().splitlines()
    assert line.isascii() and json.loads(line)["name"] == name
    assert list(read(log.folder)) == [replace(LOOK, name=name)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": "counted"},
        {"at": AT.replace(tzinfo=None)},
        {"at": AT.replace(microsecond=1)},
        {"page": "education?area=x"},
        {"filters": {"n": "14"}},
        {"filters": {"area": "14 of 25"}},
        {"filters": {"area": "<script>"}},
        {"filters": {"area": 14}},
        {"file": "../secret.pdf"},
        {"file": "Oxfordshire 14 of 25.pdf"},
        {"release": "14.5"},
        {"who": ""},
        {"who": "x" * 256},
        {"role": "14"},
    ],
)
def test_neither_a_figure_nor_the_text_of_a_url_has_a_place(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="an event has no such") as refused:
        replace(LOOK, **wrong)
    assert str(refused.value).removeprefix("an event has no such ") in wrong


@pytest.mark.parametrize("more", [{"n": 14}, {"value": 0.5}, {"at": 5}, {"filters": {"n": 5}}, {"filters": [1]}])
def test_a_line_with_more_in_it_is_no_event(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Event.of_line(json.dumps(json.loads(LINE) | more))


def test_a_line_that_is_nested_without_end_is_no_event() -> None:
    with pytest.raises(ValueError, match="nested without end"):
        Event.of_line("[" * 100_000)


def test_files_and_folder_are_their_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        log = AccessLog(tmp_path / "log")
        log.prepare()
        log.write(LOOK)
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (log.folder, log.folder / "2026-05.jsonl")] == [0o700, 0o600]


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_log_that_others_could_read_is_refused(what: str, log: AccessLog) -> None:
    log.write(LOOK)
    if what == "folder":
        log.folder.chmod(0o755)
        with pytest.raises(RecordError, match="chmod -R go-rwx"):
            log.prepare()
    else:
        (log.folder / "2026-05.jsonl").chmod(0o640)
        with pytest.raises(RecordError, match="chmod -R go-rwx"):
            log.write(LOOK)


def test_a_link_in_the_place_of_a_month_is_not_followed(log: AccessLog, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.touch(mode=0o600)
    (log.folder / "2026-05.jsonl").symlink_to(elsewhere)
    with pytest.raises(RecordError):
        log.write(LOOK)
    assert elsewhere.read_text() == ""


def test_a_month_that_ends_leaves_its_file_as_it_was(log: AccessLog) -> None:
    last = replace(LOOK, at=datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC))
    log.write(last)
    may = (log.folder / "2026-05.jsonl").read_bytes()
    log.write(replace(LOOK, at=datetime(2026, 6, 1, 0, 0, 0, tzinfo=UTC)))
    assert (log.folder / "2026-05.jsonl").read_bytes() == may
    assert len(lines(log, "2026-06")) == 1
    assert list(read(log.folder, "2026-05")) == [last]


def test_lines_are_added_and_never_changed(log: AccessLog) -> None:
    held = b""
    for who in ("a1", "b2", "c3"):
        log.write(replace(LOOK, who=who))
        now = (log.folder / "2026-05.jsonl").read_bytes()
        assert now.startswith(held) and len(now) > len(held)
        held = now


def write_many(folder: Path, who: str) -> None:
    """What one writer does."""
    log = AccessLog(folder)
    for _ in range(LINES):
        log.write(replace(LOOK, who=who, name=who * 120))


_WRITE = (
    "import sys, pathlib; from tests.pages.test_access_log import write_many; write_many(pathlib.Path(sys.argv[1]), sys.argv[2])"
)


def test_lines_of_many_processes_and_threads_stay_whole(log: AccessLog) -> None:
    command = (sys.executable, "-c", _WRITE, str(log.folder))
    processes = [subprocess.Popen((*command, f"p{n}"), cwd=ROOT) for n in range(WRITERS)]
    threads = [threading.Thread(target=write_many, args=(log.folder, f"t{n}")) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    assert [process.wait() for process in processes] == [0] * WRITERS
    for thread in threads:
        thread.join()
    found = list(read(log.folder))
    assert not [one for one in found if isinstance(one, Damaged)]
    of_whom = [one.who for one in found if isinstance(one, Event)]
    assert Counter(of_whom) == {f"{kind}{n}": LINES for kind in "pt" for n in range(WRITERS)}


def test_a_full_disk_is_one_sentence_and_the_next_line_stands_by_itself(log: AccessLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a line that was cut short is taken for one, and none after it is lost."""
    log.write(LOOK)
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, line: write(handle, line[: len(line) // 2]))
    with pytest.raises(RecordError, match="make room"):
        log.write(LOOK)
    monkeypatch.undo()
    log.write(LOOK)
    first, damaged, third = read(log.folder)
    assert (first, third) == (LOOK, LOOK)
    assert damaged == Damaged(log.folder / "2026-05.jsonl", 2)
    assert damaged.sentence.startswith(f"{log.folder / '2026-05.jsonl'}, line 2 ")


_FILL = """
import resource, signal, sys
from pathlib import Path
from tests.pages.test_access_log import LOOK
from pages.record import AccessLog, RecordError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log = AccessLog(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (500, resource.RLIM_INFINITY))
written, refused = 0, ""
for _ in range(5):
    try:
        log.write(LOOK)
        written += 1
    except RecordError as error:
        refused = str(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
log.write(LOOK)
print(written + 1, refused)
"""


def test_a_file_that_may_grow_no_further_loses_no_line_that_was_taken(log: AccessLog) -> None:
    """The system's own refusal, half a line included; what was acknowledged is there, and the log goes on without a restart."""
    done = subprocess.run((sys.executable, "-c", _FILL, str(log.folder)), cwd=ROOT, capture_output=True, text=True, check=True)
    taken, _, refused = done.stdout.partition(" ")
    assert "takes no line" in refused
    assert sum(isinstance(one, Event) for one in read(log.folder)) == int(taken) == 500 // len(LINE) + 1


def test_a_folder_that_goes_is_refused_and_one_that_comes_back_goes_on(log: AccessLog, tmp_path: Path) -> None:
    """What lay in it lies elsewhere: a second log beside it would be found by nobody."""
    log.folder.rename(tmp_path / "away")
    with pytest.raises(RecordError):
        log.write(LOOK)
    assert not log.folder.exists()
    (tmp_path / "away").rename(log.folder)
    log.write(LOOK)
    assert list(read(log.folder)) == [LOOK]


def test_a_log_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match="takes no line"):
        AccessLog(tmp_path / "file" / "log").prepare()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB, where this account may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", str(place))
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no disk can be mounted here; the limit on a file's size stands for it")
    yield place
    subprocess.run(("umount", str(place)), check=True)


def test_a_full_disk_takes_lines_again_when_room_is_made(small_disk: Path) -> None:
    log = AccessLog(small_disk / "log")
    log.prepare()
    (small_disk / "other").write_bytes(b"x" * 56 * 1024)
    taken = 0
    with pytest.raises(RecordError, match=r"No space left|the disk is full"):
        for _ in range(2000):
            log.write(LOOK)
            taken += 1
    (small_disk / "other").unlink()
    log.write(LOOK)
    assert sum(isinstance(one, Event) for one in read(log.folder)) == taken + 1
