"""The cohort under attack, what is known of it, and the table that an attack prints when it is over.

`ATTACK_CHILDREN` says how many children (225 unless told), `ATTACK_PLACES=england` spreads them over England instead of the
Thames Valley, `ATTACK_WORLDS` and `ATTACK_TARGETS` how many linear programmes are tried.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attack import cohorts
from tests.attack.canaries import primary_alone
from tests.attack.cohorts import Cohort
from tests.attack.programme import Budget
from tests.attack.released import Released, read
from tests.attack.subtraction import Known, known_of
from tests.attack.targets import Findings
from tests.conftest import make_once

CHILDREN = int(os.environ.get("ATTACK_CHILDREN", "225"))
ENGLAND = os.environ.get("ATTACK_PLACES") == "england"
WORLDS, TARGETS = (25, 12) if CHILDREN < 500 else (60, 40)
ALL_FINDINGS = pytest.StashKey[list[tuple[str, Findings]]]()
EXAMPLES = 5

Note = Callable[[str, Findings], Findings]


@pytest.fixture(scope="session")
def budget() -> Budget:
    """How many linear programmes are tried."""
    return Budget(int(os.environ.get("ATTACK_WORLDS", WORLDS)), int(os.environ.get("ATTACK_TARGETS", TARGETS)))


@pytest.fixture(scope="session")
def attack_cohort(demonstration: Path) -> Cohort:
    """The cohort under attack."""
    name = f"attack-{CHILDREN}{'-england' if ENGLAND else ''}"
    return Cohort(make_once(demonstration / name, lambda out: cohorts.make(out, CHILDREN, england=ENGLAND)))


@pytest.fixture(scope="session")
def truth(attack_cohort: Cohort) -> Released:
    """Every cell as it is."""
    return read(attack_cohort.truth)


@pytest.fixture(scope="session")
def partners(attack_cohort: Cohort) -> Released:
    """The release under attack."""
    return read(attack_cohort.partners)


@pytest.fixture(scope="session")
def known_to_partners(partners: Released) -> Known:
    """What follows from it by subtraction."""
    return known_of(partners)


@pytest.fixture(scope="session")
def unguarded(truth: Released) -> Released:
    """A release protected by the primary rule alone."""
    return primary_alone(truth)


@pytest.fixture(scope="session")
def known_of_unguarded(unguarded: Released) -> Known:
    """What follows from it by subtraction."""
    return known_of(unguarded)


@pytest.fixture(scope="session")
def note(request: pytest.FixtureRequest) -> Note:
    """Keep what an attack found, by what was attacked, for the table at the end."""
    kept = request.config.stash.setdefault(ALL_FINDINGS, [])

    def keep(attacked: str, findings: Findings) -> Findings:
        kept.append((attacked, findings))
        return findings

    return keep


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table, ready to be kept in `docs/disclosure.md`."""
    kept = config.stash.get(ALL_FINDINGS, [])
    if not kept:
        return
    terminalreporter.section(f"attack on {CHILDREN:,} children of {'England' if ENGLAND else 'the Thames Valley'}")
    write = terminalreporter.write_line
    write("| release | attack | targets | recovered exactly | narrower than six |")
    write("|---|---|---:|---:|---:|")
    for attacked, found in kept:
        write(f"| {attacked} | {found.attack} | {found.targets:,} | {found.exact:,} | {found.narrow:,} |")
