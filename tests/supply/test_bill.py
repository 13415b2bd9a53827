"""The bill says what runs. What these tests prevent: a fault in a package that nobody knew was there."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.markers import Marker

from supply.bill import BILL, BillError, bill
from supply.lock import RUNTIME, read

SAID = json.loads(BILL.read_text(encoding="utf-8"))
NEEDS = {one["ref"]: one.get("dependsOn", []) for one in SAID["dependencies"]}


@pytest.mark.skipif(sys.platform != "linux", reason="watchdog, which runs on Linux, is installed there alone")
def test_the_bill_is_that_of_what_is_installed() -> None:
    assert bill() == BILL.read_text(encoding="utf-8"), "requirements.txt was changed: run `make sbom`"


def test_it_is_a_bill_that_others_can_read() -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(BILL.read_text(encoding="utf-8")) is None


def test_every_package_that_runs_is_in_it_under_a_licence() -> None:
    listed = {(one["name"], one["version"]) for one in SAID["components"]}
    assert listed == {(one.name, one.version) for one in read(RUNTIME) if one.marker is None or Marker(one.marker).evaluate()}
    assert [one["name"] for one in SAID["components"] if not one["licenses"]] == []


def test_it_says_why_each_is_there() -> None:
    reached, waiting = set(), [SAID["metadata"]["component"]["bom-ref"]]
    while waiting:
        reached.add(waiting[-1])
        waiting += [one for one in NEEDS[waiting.pop()] if one not in reached]
    assert reached == set(NEEDS)
    (streamlit,) = (ref for ref in NEEDS if ref.startswith("streamlit=="))
    assert "starlette" in {ref.partition("==")[0] for ref in NEEDS[streamlit]}


def test_what_is_not_installed_here_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(f"no-such-package==1.0 \\\n    --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    with pytest.raises(BillError, match="no-such-package is not installed here"):
        bill(path)
