"""Look every package that may be installed up among the known faults, with pip-audit and the OSV service.

`PIP_AUDIT_OSV_URL` names another service of that form, such as a copy that a closed network keeps. What the service says of a
package is asked by name and version alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from supply.lock import PROJECT, RUNTIME

LISTS = tuple(sorted(path for path in PROJECT.glob("requirements*.txt") if path != RUNTIME))
"""Every list that is installed from; that for tests has all that runs."""
_ASK = ("-m", "pip_audit", "--disable-pip", "--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off")


@dataclass(frozen=True)
class Audit:
    """What is known of the packages of some lists: how many were asked about, what was found, and what nobody could say.

    A sentence each in `found`; `unasked` names packages, or a list where the service could not be reached for any of it.
    """

    asked: int
    found: tuple[str, ...]
    unasked: tuple[str, ...]


def audit(lists: Sequence[Path]) -> Audit:
    """Ask about every package of some lists."""
    told = [heard(path, _ask(path)) for path in lists]
    return Audit(
        sum(one.asked for one in told),
        tuple(dict.fromkeys(sentence for one in told for sentence in one.found)),
        tuple(dict.fromkeys(name for one in told for name in one.unasked)),
    )


def _ask(path: Path) -> str:
    """What pip-audit prints of a list; its exit code is 1 for a fault that is known and for a service that is not there."""
    return subprocess.run((sys.executable, *_ASK, "--requirement", path), capture_output=True, text=True, check=False).stdout


def heard(path: Path, printed: str) -> Audit:
    """What pip-audit printed of one list, in our words; what is no answer of its own leaves the whole list unasked."""
    try:
        packages = json.loads(printed)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(0, (), (path.name,))
    unasked = tuple(one["name"] for one in packages if "skip_reason" in one)
    return Audit(len(packages) - len(unasked), tuple(_sentences(packages)), unasked)


def _sentences(packages: Sequence[dict[str, object]]) -> Iterator[str]:
    for package in packages:
        faults = package.get("vulns")
        for fault in faults if isinstance(faults, list) else ():
            mended = ", ".join(fault["fix_versions"]) or "no version yet"
            yield f"{package['name']} {package['version']} has the known fault {fault['id']}, mended in {mended}."
