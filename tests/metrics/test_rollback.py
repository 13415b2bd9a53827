"""Going back to an earlier release. What these tests prevent: a wrong release that a link still opens, or half of an old one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data import versions
from data.errors import DataError
from metrics import Release, ReleaseSource
from metrics.__main__ import main
from metrics.filters import Filters
from metrics.indicator import Basis
from metrics.rollback import roll_back
from tests.metrics.editions import of, release_of

MONTHS = {"january": "2024-01-15T09:00:00+00:00", "february": "2024-02-15T09:00:00+00:00", "march": "2024-03-15T09:00:00+00:00"}


@pytest.fixture(scope="module")
def three_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases, a month each, for partners; the last is live."""
    root = tmp_path_factory.mktemp("rollback") / "release"
    for version, built_at in MONTHS.items():
        release_of(root, version, built_at=built_at)
    return root


@pytest.fixture
def three(three_once: Path, tmp_path: Path) -> Path:
    return shutil.copytree(three_once, tmp_path / "release")


def kept(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()} - {versions.POINTER, versions.LOCK}


def test_the_release_before_is_live_again_and_no_link_opens_what_came_after(three: Path) -> None:
    done = roll_back(three)
    assert (done.live.version, done.removed) == ("february", ("march",))
    assert Release.open(three).version == "february"
    assert kept(three) == {"january", "february"}


def test_a_named_release_is_live_again_and_all_that_came_after_goes(three: Path) -> None:
    assert roll_back(three, "january").removed == ("february", "march")
    assert kept(three) == {"january"} == {Release.open(three).version}


def test_what_is_to_be_kept_stays(three: Path) -> None:
    assert roll_back(three, keep=True).removed == ()
    assert Release.open(three).version == "february"
    assert kept(three) == set(MONTHS)


def test_twice_goes_two_back(three: Path) -> None:
    for expected in ("february", "january"):
        assert roll_back(three, keep=True).live.version == expected


def test_the_order_is_that_of_making_and_not_of_copying(three: Path) -> None:
    for seconds, version in enumerate(("march", "february", "january")):
        os.utime(three / version, (seconds, seconds))
    assert roll_back(three).live.version == "february"


def test_a_reader_on_the_page_meanwhile_sees_it_with_the_next_click(three: Path) -> None:
    source = ReleaseSource(three)
    assert source.release().version == "march"
    roll_back(three)
    assert source.release().version == "february"
    assert source.problem is None


def test_the_next_release_is_made_as_ever_and_the_one_gone_back_to_is_kept(three: Path) -> None:
    roll_back(three)
    release_of(three, "april", built_at="2024-04-15T09:00:00+00:00")
    assert Release.open(three).version == "april"
    assert kept(three) == {"january", "february", "april"}


def test_readers_are_not_given_what_was_for_others(tmp_path: Path) -> None:
    release_of(tmp_path, "partners", built_at=MONTHS["january"])
    release_of(tmp_path, "public", policy="publication", built_at=MONTHS["february"])
    with pytest.raises(DataError, match="No release for the same readers from before public is kept"):
        roll_back(tmp_path)
    assert roll_back(tmp_path, "partners").live.version == "partners"


def test_partners_may_be_shown_what_anyone_may(tmp_path: Path) -> None:
    release_of(tmp_path, "public", policy="publication", built_at=MONTHS["january"])
    release_of(tmp_path, "partners", built_at=MONTHS["february"])
    assert roll_back(tmp_path).live.version == "public"


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("april", "is not kept in .*: choose one of january, february, march"),
        ("../march", "is not kept in"),
        ("march", "is live in .*: name an earlier one"),
    ],
)
def test_what_is_not_kept_or_is_live_is_refused(three: Path, to: str, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        roll_back(three, to)
    assert Release.open(three).version == "march"
    assert kept(three) == set(MONTHS)


def test_forward_is_not_back(three: Path) -> None:
    roll_back(three, keep=True)
    with pytest.raises(DataError, match="Release march was made after february, which is live"):
        roll_back(three, "march")


@pytest.mark.parametrize("file", ["manifest.json", "pairs.parquet"])
def test_a_release_that_was_not_finished_is_never_gone_back_to(three: Path, file: str) -> None:
    (three / "february" / file).unlink()
    with pytest.raises(DataError, match=r"february was made after march.* or cannot be read"):
        roll_back(three, "february")
    assert roll_back(three).live.version == "january"


def test_a_release_that_was_changed_on_the_disk_is_never_gone_back_to(three: Path) -> None:
    everyone: tuple[Filters, str, Basis, str] = (Filters(), "ehcp", "observed", "0")
    changed = release_of(three.parent / "other", "february", {everyone: of(100, 49)}) / "figures.parquet"
    shutil.copy(changed, three / "february" / "figures.parquet")
    assert Release(three / "february", None).version == "february"
    for to in ("february", None):
        with pytest.raises(DataError, match=r"february is not whole"):
            roll_back(three, to)
    assert Release.open(three).version == "march"


def test_a_live_release_that_is_damaged_is_gone_back_from(three: Path) -> None:
    (three / "march" / "manifest.json").unlink()
    assert roll_back(three, "february").removed == ("march",)
    assert Release.open(three).version == "february"


def test_nothing_is_gone_back_to_while_a_release_is_made(three: Path) -> None:
    with versions.alone(three), pytest.raises(DataError, match="Another command is writing to"):
        roll_back(three)


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from metrics.rollback import roll_back

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

owner = {"rmtree": shutil}.get(sys.argv[1], Path)
setattr(owner, sys.argv[1], die)
roll_back(Path(sys.argv[2]))
"""


@pytest.mark.parametrize(("point", "live"), [("replace", "march"), ("rename", "february"), ("rmtree", "february")])
def test_killed_at_any_moment_a_whole_release_is_live(three: Path, point: str, live: str) -> None:
    project = Path(__file__).parents[2]
    killed = subprocess.run([sys.executable, "-c", KILLED, point, str(three)], cwd=project, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert Release.open(three).version == live
    release_of(three, "april", built_at="2024-04-15T09:00:00+00:00")
    assert not list(three.glob(f"{versions.UNFINISHED}*"))


def test_the_command_says_what_is_live_what_is_gone_and_what_stays_known(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rollback", "--release", str(three)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"Release february, made on 2024-02-15 under the policy partners, is live in {three} again.",
        "Removed, so that no link opens it: march.",
        "What was shown stays known: the ledger keeps it, and every later release is compared with it.",
    ]


def test_the_command_refuses_in_one_sentence(three: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rollback", "--release", str(three), "--to", "april"]) == 1
    assert capsys.readouterr().err == f"Release april is not kept in {three}: choose one of january, february, march.\n"
    assert main(["rollback", "--release", str(three / "nowhere")]) == 1
    assert capsys.readouterr().err.startswith(f"There is no release at {three / 'nowhere'}: ")
