"""The demonstration, made once for all tests: its extracts, its cohort store and two releases of it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

PROJECT = Path(__file__).resolve().parents[1]
MADE_BY = ("data", "metrics")
NOT_MADE_BY = {"store", "presentation", "exports"}
SUFFIXES = (".py", ".csv", ".toml")


def code_fingerprint() -> str:
    """A hash of everything the demonstration is made by: it is made again when any of it changes."""
    every = (path for folder in MADE_BY for path in sorted((PROJECT / folder).rglob("*")))
    return fingerprint(p for p in every if p.suffix in SUFFIXES and not NOT_MADE_BY & set(p.relative_to(PROJECT).parts))


def fingerprint(paths: Iterable[Path]) -> str:
    """A hash of files of the project: their names and what is in them."""
    digest = sha256()
    for path in paths:
        digest.update(path.relative_to(PROJECT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Make the demonstration's release beside tests that do without it: the first file to ask for it begins, the others end."""
    asking = list(dict.fromkeys(item.path for item in items if "demonstration_release" in getattr(item, "fixturenames", ())))
    items.sort(key=lambda item: (item.path not in asking[:1], item.path in asking))


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock that other test processes wait for."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def make_once(directory: Path, make: Callable[[Path], object]) -> Path:
    """The directory, made by the first test process that asks; the others wait for it."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with alone(directory.parent / f".{directory.name}.lock"):
        if not directory.exists():
            beside = directory.with_name(f".{directory.name}-{os.getpid()}")
            make(beside)
            beside.rename(directory)
    return directory


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory that the demonstration is kept in, shared by the workers of this run and by runs of the same code."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else base.parent
    kept = root / f"demonstration-{code_fingerprint()}"
    for other in root.glob("demonstration-*"):
        if other != kept and other.stat().st_mtime < base.stat().st_mtime - 3600:
            shutil.rmtree(other, ignore_errors=True)
    return kept


@pytest.fixture(scope="session")
def demonstration_files(demonstration: Path) -> Path:
    """The extracts of the simulated Thames Valley, as its partners would send them."""
    from data.synthetic import synthesise

    return make_once(demonstration / "extracts", lambda out: synthesise(out, seed=1))


@pytest.fixture(scope="session")
def demonstration_extracts(demonstration_files: Path) -> Path:
    """The truth that those files tell: the records themselves."""
    return demonstration_files / "truth"


@pytest.fixture(scope="session")
def demonstration_store(demonstration: Path, demonstration_files: Path) -> Path:
    """The root of the demonstration's cohort store, built from the partners' files."""
    from data.build import build

    return make_once(demonstration / "cohort", lambda out: build(demonstration_files, out))


@pytest.fixture(scope="session")
def demonstration_release(demonstration: Path, demonstration_store: Path) -> Path:
    """The root of the demonstration's release, as partners would see it."""
    from metrics.compile import compile_release

    with alone(demonstration / ".releasing.lock"):  # of one store two releases are not made at once
        return make_once(demonstration / "release", lambda out: compile_release(demonstration_store, out, policy="partners"))


@pytest.fixture(scope="session")
def real_release(demonstration_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's release, said to be of real children."""
    root = tmp_path_factory.mktemp("real") / "release"
    shutil.copytree(demonstration_release, root)
    manifest = root / (root / "CURRENT").read_text().strip() / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"synthetic": False}))
    return root


@pytest.fixture(scope="session")
def unprotected_release(demonstration: Path, demonstration_store: Path) -> Path:
    """The root of the demonstration's release with nothing suppressed."""
    from metrics.compile import compile_release

    with alone(demonstration / ".releasing.lock"):
        return make_once(demonstration / "unprotected", lambda out: compile_release(demonstration_store, out, policy="none"))
