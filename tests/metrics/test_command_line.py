"""The commands as a person types them: what is printed, the exit code, and a mistake answered in one sentence."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from data.calendar import DAY
from metrics import INDICATORS, Release
from metrics.__main__ import main
from metrics.catalogue import QUESTIONS
from metrics.disclosure import ledger
from metrics.disclosure.edition import Edition
from metrics.disclosure.policy import load_policy
from metrics.filters import Filters
from metrics.indicator import Basis
from metrics.presentation.extracts import long_day
from tests.builders import write_store
from tests.metrics.editions import of, release_of
from tests.metrics.test_compile import forty, store


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a cohort store and its release."""
    root = tmp_path_factory.mktemp("commands")
    assert main(["release", "--store", str(store(root)), "--out", str(root / "release")]) == 0
    return root


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence with which a command is refused."""
    capsys.readouterr()
    assert main(arguments) == 1
    said = capsys.readouterr()
    lines = [line for line in said.err.splitlines() if not re.fullmatch(r".*: \d+ of \d+", line)]
    assert said.out == "" and len(lines) == 1 and "Traceback" not in said.err
    return lines[0]


def test_show_prints_the_indicator_of_a_cut(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "ehcp", "--release", str(made / "release"), "--area", "oxfordshire"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["SYNTHETIC: not real children", "Had an education, health and care plan: Oxfordshire"]
    assert [line.split() for line in said if line.split()[0] == "0"] == [["0", "20", "40", "50.0", "29.5", "to", "70.5"]]
    assert said[-2].startswith("We hide figures about fewer than six children")
    assert said[-1] == "Partners only: not for minutes, press or public."


def test_show_prints_a_symbol_for_what_is_hidden(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "step_notified", "--release", str(made / "release"), "--sex", "F"]) == 0
    assert "[c] suppressed" in capsys.readouterr().out


def test_show_of_the_children_followed_ends_with_term_3(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "ehcp", "--release", str(made / "release"), "--basis", "followed"]) == 0
    times = [line.split()[0] for line in capsys.readouterr().out.splitlines()[3:-2]]
    assert times == ["-3", "-2", "-1", "0", "1", "2", "3"]


def test_an_audit_needs_the_release_alone(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--release", str(made / "release")]) == 0
    said = capsys.readouterr().out
    assert "Attacked: " in said
    assert said.splitlines()[-1] == "None falls: each can still be any of at least 6 numbers."


LAST_REVIEW = max(one.review_on for one in QUESTIONS)


def test_a_review_before_its_day_has_nothing_to_list(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = min(one.review_on for one in QUESTIONS)
    assert main(["review", "--release", str(made / "release"), "--on", first.isoformat()]) == 0
    assert capsys.readouterr().out.startswith(f"Nothing is past its review on {long_day(first)}. What is due first: ")


def test_a_review_lists_the_policy_and_every_question_past_its_day_with_what_answers_it(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    after = LAST_REVIEW + DAY
    assert main(["review", "--release", str(made / "release"), "--on", after.isoformat()]) == 1
    heading, *listed = capsys.readouterr().out.splitlines()
    assert heading == f"Past its review on {long_day(after)}, and due by:"
    asked = {one.question for one in INDICATORS}
    assert len(listed) == len(asked) + len(["partners"])
    assert f"{long_day(load_policy('partners').review_on or after)}: The policy partners." in listed
    assert any(one.endswith("Answered by: On SEN support; Had an education, health and care plan.") for one in listed)


def test_a_release_from_before_there_were_questions_is_shown_and_not_reviewed(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = tmp_path / "release"
    shutil.copytree(Release.open(made / "release").directory, older)
    said = json.loads((older / "manifest.json").read_text(encoding="utf-8"))
    del said["questions"]
    for rule in ("question", "agreed_by", "data_used", "limits", "review_on"):
        del said["policy"][rule]
    (older / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    assert main(["show", "ehcp", "--release", str(older)]) == 0
    assert Edition.at(older).policy.agreed_by == ""
    assert "made before it was recorded what is asked" in refused(capsys, "review", "--release", str(older))


def test_an_audit_beside_the_store_compares_a_release_with_the_others_alone(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "--release", str(made / "release"), "--store", str(made / "cohort")]) == 0
    assert "Compared" not in capsys.readouterr().out


def test_an_audit_says_nothing_good_of_a_release_that_falls_beside_another(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everyone: tuple[Filters, str, Basis, str] = (Filters(), "ehcp", "observed", "0")
    first, second = (
        release_of(tmp_path / version, version, {everyone: of(n, 50)}) for version, n in (("one", 100), ("two", 103))
    )
    (tmp_path / "cohort").mkdir(mode=0o700)
    with ledger.opened(tmp_path / "cohort") as held:
        held.enter(first)
    assert "Beside release one" in refused(capsys, "audit", "--release", str(second), "--store", str(tmp_path / "cohort"))


def test_directories_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COHORT_STORE", str(store(tmp_path)))
    monkeypatch.setenv("RELEASE", str(tmp_path / "release"))
    assert main(["release", "--policy", "none"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Release ") and said.out.endswith(f" is live in {tmp_path / 'release'}.\n")
    assert "Counting: 3 of 3" in said.err
    assert main(["show", "recognised"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["release"],
        ["show"],
        ["show", "ehcp"],
        ["audit"],
        ["show", "ehcp", "--basis", "ours"],
        ["review"],
        ["review", "--on", "May"],
    ],
)
def test_wrong_usage_is_2(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COHORT_STORE", raising=False)
    monkeypatch.delenv("RELEASE", raising=False)
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


@pytest.mark.parametrize("command", [[], ["release"], ["show"], ["review"]])
def test_help_is_0(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0 and "usage" in capsys.readouterr().out


def test_mistakes_in_show(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release = ("--release", str(made / "release"))
    assert "did you mean ehcp?" in refused(capsys, "show", "echp", *release)
    assert "no area Oxfordshir: choose one of Thames Valley, " in refused(
        capsys, "show", "ehcp", "--area", "Oxfordshir", *release
    )
    assert "no age band 5: choose one of all, 0-4, 5-11, 12-17." in refused(capsys, "show", "ehcp", "--age", "5", *release)
    assert "no period 1999: choose one of all, 2021" in refused(capsys, "show", "ehcp", "--period", "1999", *release)
    three = ("--sex", "F", "--age", "5-11", "--period", "2022")
    assert "At most two filters at once" in refused(capsys, "show", "ehcp", *three, *release)
    assert "not shown on the basis followed" in refused(capsys, "show", "cin", "--basis", "followed", *release)


def test_no_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "show", "ehcp", "--release", str(tmp_path))
    assert said == f"There is no release at {tmp_path}: make one with `python -m metrics release`."


def test_mistakes_in_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_store(tmp_path / "cohort", forty(), synthetic=False)
    cohort, out = ("--store", str(tmp_path / "cohort")), ("--out", str(tmp_path / "release"))
    assert "There is no policy open" in refused(capsys, "release", *cohort, *out, "--policy", "open")
    assert "not marked synthetic" in refused(capsys, "release", *cohort, *out, "--policy", "none")
    assert "There is no cohort store at" in refused(capsys, "release", "--store", str(tmp_path / "no"), *out)
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert str(tmp_path / "file") in refused(capsys, "release", *cohort, "--out", str(tmp_path / "file"))
    assert not (tmp_path / "release").exists()
