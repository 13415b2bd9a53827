"""The house: one direction, three rooms. A page that could reach a child's row would put it on the machine facing the network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.imports import Tree, read
from tests.architecture.rules import RULES, breaches, matches

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def house() -> Tree:
    """The project as it is."""
    return read(ROOT)


def breaches_of(root: Path, files: dict[str, str]) -> list[str]:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return breaches(read(root))


def test_every_module_keeps_the_rules(house: Tree) -> None:
    assert breaches(house) == []


def test_the_tree_is_read_whole(house: Tree) -> None:
    assert {"app", "pages.main", "metrics", "metrics.compile", "metrics.release", "data.schema"} <= house.keys()
    assert any(
        i.module == "metrics.tabulate" or i.module.startswith("metrics.tabulate.") for i in house["metrics.compile"].imports
    )


def test_every_rule_names_a_module(house: Tree) -> None:
    assert [rule.modules for rule in RULES if not any(matches(name, rule.modules) for name in house)] == []


def test_sql_is_seen_where_it_may_stand(house: Tree) -> None:
    assert sorted(name for name, module in house.items() if module.holds_sql and name.startswith("metrics.")) != []


def test_the_public_surface_loads_no_compiler_and_no_child() -> None:
    script = (
        "import sys, metrics, metrics.presentation\n"
        "found = {'metrics.compile', 'metrics.tabulate', 'data.cohort', 'data.build', 'data.synthetic', 'streamlit'}\n"
        "print(sorted(found & set(sys.modules)))"
    )
    done = subprocess.run((sys.executable, "-c", script), cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


EMPTY = {
    "metrics/__init__.py": "",
    "metrics/compile.py": "",
    "metrics/tabulate.py": "",
    "data/__init__.py": "",
    "data/cohort.py": "",
}


@pytest.mark.parametrize(
    ("files", "breach"),
    [
        ({"app.py": "import metrics"}, "app imports metrics"),
        ({"app.py": "from pages import overview", "pages/overview.py": ""}, "app imports pages.overview"),
        ({"pages/overview.py": "from metrics.compile import compile_release"}, "pages.overview imports metrics.compile"),
        ({"pages/overview.py": "from metrics.release import Release"}, "pages.overview imports metrics.release"),
        ({"pages/overview.py": "import data.cohort"}, "pages.overview imports data.cohort"),
        ({"pages/overview.py": "from metrics import _secret"}, "pages.overview imports the private _secret of metrics"),
        ({"pages/overview.py": "def f():\n    import duckdb"}, "pages.overview imports duckdb"),
        ({"pages/overview.py": "import altair as alt"}, "pages.overview imports altair"),
        ({"pages/overview.py": "import importlib\nimportlib.import_module('data.cohort')"}, "pages.overview imports data.cohort"),
        ({"pages/overview.py": "x = __import__(name)"}, "pages.overview computes the name of what it imports"),
        ({"pages/overview.py": "from tests import builders"}, "pages.overview imports tests"),
        (
            {"pages/overview.py": "import metrics", "metrics/__init__.py": "from data import cohort"},
            "pages.overview can reach data.cohort",
        ),
        (
            {"pages/components/table.py": "from pages import overview", "pages/overview.py": ""},
            "pages.components.table imports pages.overview",
        ),
        ({"pages/forecast.py": ""}, "pages.forecast is named by no rule"),
        (
            {
                "pages/overview.py": "import metrics",
                "metrics/__init__.py": "if TYPE_CHECKING:\n    pass\nelse:\n    from data import cohort",
            },
            "pages.overview can reach data.cohort",
        ),
        ({"metrics/helpers.py": ""}, "metrics.helpers is named by no rule"),
        ({"data/sundry.py": ""}, "data.sundry is named by no rule"),
        ({"metrics/release.py": "from metrics import compile"}, "metrics.release imports metrics.compile"),
        ({"metrics/release.py": "from . import compile"}, "metrics.release imports metrics.compile"),
        ({"metrics/release.py": "from data.cohort import CohortStore"}, "metrics.release imports data.cohort"),
        ({"metrics/__main__.py": "from metrics.tabulate import tabulate"}, "metrics.__main__ imports metrics.tabulate"),
        ({"metrics/compile.py": "from data import synthetic", "data/synthetic.py": ""}, "metrics.compile imports data.synthetic"),
        ({"metrics/compile.py": "import streamlit as st"}, "metrics.compile imports streamlit"),
        (
            {"metrics/catalogue/education.py": "X = 'SELECT 1 FROM children'"},
            "metrics.catalogue.education holds an SQL statement",
        ),
        ({"metrics/lattice.py": "X = f'SELECT {a}\\nFROM {b}'"}, "metrics.lattice holds an SQL statement"),
        ({"metrics/lattice.py": "import plotly.express"}, "metrics.lattice imports plotly"),
        ({"data/cohort.py": "import metrics"}, "data.cohort imports metrics"),
        ({"data/cohort.py": "import data.gone"}, "data.cohort imports data.gone, which does not exist"),
    ],
)
def test_a_breach_is_found(tmp_path: Path, files: dict[str, str], breach: str) -> None:
    assert breach in breaches_of(tmp_path, EMPTY | files)


@pytest.mark.parametrize(
    "files",
    [
        {"metrics/compile.py": "from metrics.tabulate import tabulate\nX = 'SELECT 1 FROM children'"},
        {"pages/overview.py": "import streamlit as st\nfrom metrics import Release"},
        {"metrics/lattice.py": "if TYPE_CHECKING:\n    from data.cohort import CohortStore", "pages/overview.py": ""},
        {"pages/overview.py": '"""Select a child from the list; WITH care."""'},
        {"metrics/catalogue/education.py": "X = 'fsm_received AND in_scope'"},
    ],
)
def test_what_is_allowed_is_no_breach(tmp_path: Path, files: dict[str, str]) -> None:
    assert breaches_of(tmp_path, EMPTY | files) == []
