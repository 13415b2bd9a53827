"""Who may import whom: the rules of the house, and what in a tree breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.architecture.imports import UNKNOWN, Import, Module, Tree, reachable


@dataclass(frozen=True)
class Rule:
    """Modules, by name or pattern, and the modules of the project that they may import."""

    modules: tuple[str, ...]
    may_import: tuple[str, ...]


def package(name: str) -> tuple[str, str]:
    """The patterns of a package and all in it."""
    return name, f"{name}.*"


COHORT = (
    "data.cohort",
    "data.comparators",
    "data.schema",
    "data.calendar",
    "data.versions",
    "data.errors",
    "data.json_text",
    "data.progress",
    *package("data.engine"),
    *package("data.reference"),
)
DECLARATIONS = (
    *("metrics.indicator", "metrics.protocol", *package("metrics.catalogue")),
    *("metrics.filters", "metrics.area", "metrics.lattice"),
)
RELEASED = (
    *DECLARATIONS,
    "metrics.audience",
    "metrics.cells",
    "metrics.cut",
    "metrics.extracts",
    "metrics.figure",
    "metrics.formats",
    "metrics.live_release",
    "metrics.release",
    "metrics.share",
    "metrics.statistics",
)
PUBLIC = ("metrics", *package("metrics.presentation"), "metrics.exports")
PAGES = tuple(
    f"pages.{name}"
    for name in (
        *("overview", "education", "social_care", "areas", "children", "journey"),
        *("board", "downloads", "quality", "methods"),
    )
)
COUNTING = (*package("metrics.tabulate"), *package("metrics.disclosure"))

# A module belongs to the first rule that names it; one that none names breaks the rules.
RULES = (
    Rule(("app",), package("pages.access")),
    Rule(("pages", *package("pages.access")), (*package("pages.access"), "pages.record", "metrics")),
    Rule(("pages.__main__", *package("pages.record")), package("pages.record")),
    Rule(package("pages.components"), (*package("pages.components"), "pages.access", *PUBLIC)),
    Rule(("pages.main",), ("pages.*", *PUBLIC)),
    Rule(PAGES, (*package("pages.components"), *PUBLIC)),
    Rule(("metrics.statistics", "metrics.protocol", "metrics.audience", "metrics.formats"), ()),
    Rule(("metrics.indicator", "metrics.filters"), ("data.schema", "metrics.lattice")),
    Rule(package("metrics.catalogue"), ("metrics.indicator", "metrics.protocol", *package("metrics.catalogue"), "data.schema")),
    Rule(("metrics.area",), ("metrics.filters", *package("data.reference"))),
    Rule(("metrics.lattice",), ("metrics.filters", "metrics.area", *COHORT)),
    Rule(
        (
            *("metrics.figure", "metrics.cells", "metrics.cut", "metrics.extracts"),
            *("metrics.live_release", "metrics.release", "metrics.share"),
        ),
        (*RELEASED, "data.schema", "data.versions", "data.errors", "data.json_text"),
    ),
    Rule(("metrics",), RELEASED),
    Rule(
        package("metrics.presentation"),
        (*package("metrics.presentation"), *RELEASED, "metrics", "data.schema", "data.calendar", "data.reference"),
    ),
    Rule(
        package("metrics.exports"),
        (*package("metrics.exports"), *package("metrics.presentation"), *RELEASED, "data.progress", "data.reference"),
    ),
    Rule(
        package("metrics.disclosure"),
        (*package("metrics.disclosure"), *DECLARATIONS, "metrics.audience", *COHORT, "data.private"),
    ),
    Rule(package("metrics.tabulate"), (*package("metrics.tabulate"), *DECLARATIONS, "metrics.statistics", *COHORT)),
    Rule(package("metrics.compile"), (*package("metrics.compile"), *COUNTING, *RELEASED, *COHORT)),
    Rule(("metrics.rollback",), ("metrics.release", "metrics.disclosure.edition", "data.versions", "data.errors")),
    Rule(("metrics.__main__",), ("metrics", "metrics.*", *COHORT)),
    Rule(("data.schema", "data.errors", "data.json_text", "data.progress", "data.volume"), ()),
    Rule(package("data.engine"), (*package("data.engine"), "data.errors", "data.versions")),
    Rule(("data.private", "data.partnership", "data.forgotten"), ("data.errors", "data.json_text", "data.versions")),
    Rule(package("data.ingest"), (*package("data.ingest"), "data.private", "data.partnership", *COHORT)),
    Rule(package("data.match"), (*package("data.match"), "data.private", *COHORT)),
    # The simulation knows nothing of how its files are read: what it writes is a test of the reading.
    Rule(package("data.synthetic"), (*package("data.synthetic"), "data.partnership", *COHORT)),
    # The one part of data that knows the catalogue: the children of a figure are those that the figure counts, by no other rule.
    Rule(package("data.reconcile"), ("data.*", *DECLARATIONS, "metrics.tabulate.members")),
    Rule(("data.__main__",), ("data.*",)),
    Rule(("data", "data.calendar", "data.versions", "data.cohort", "data.comparators", *package("data.reference")), ("data.*",)),
    Rule((*package("data.build"), "data.handover", "data.worklist", "data.erasure", "data.held"), ("data.*",)),
    Rule(package("supply"), package("supply")),
    Rule(
        package("bench"),
        (
            *package("bench"),
            *PUBLIC,
            "metrics.indicator",
            "data.calendar",
            "data.reference",
            "data.schema",
            "data.synthetic",
            *package("tests.browser"),
        ),
    ),
)

# Who alone may import a library, or a module of ours.
ALONE = {
    "streamlit": ("app", "pages.main", *package("pages.access"), *package("pages.components"), *PAGES, *package("bench")),
    "altair": (*package("metrics.presentation"), *package("bench")),
    "plotly": package("metrics.presentation"),
    "vl_convert": package("metrics.exports"),
    "typst": package("metrics.exports"),
    "docx": package("metrics.exports"),
    "pptx": package("metrics.exports"),
    "splink": (*package("data.match"), *package("data.engine")),
    "python_calamine": package("data.ingest"),
    "lxml": (*package("data.ingest"), *package("data.synthetic")),
    "xlsxwriter": package("data.synthetic"),
    "highspy": package("metrics.disclosure"),
    "scipy": package("metrics.disclosure"),
    "threadpoolctl": package("metrics.disclosure"),
    "duckdb": (*package("data"), *package("bench")),
    "pyspark": package("data.engine"),
    "metrics.tabulate": (*package("metrics.compile"), *package("metrics.tabulate"), *package("data.reconcile")),
    "metrics.tabulate.members": ("metrics.tabulate.members", *package("data.reconcile")),
    "data.reconcile": ("data.__main__", *package("data.reconcile")),
    "metrics.compile": ("metrics.__main__", *package("metrics.compile")),
    "metrics.rollback": ("metrics.__main__",),
}
MAY_HOLD_SQL = ("metrics.release", *package("metrics.compile"), *package("metrics.tabulate"), *package("data"), *package("bench"))

# What a page can reach is a release: nothing that opens, builds or counts a cohort.
OUT_OF_REACH = (
    *("metrics.tabulate", "metrics.compile", "data.cohort", "data.engine", "data.build", "data.ingest", "data.match"),
    *("data.synthetic", "data.erasure", "data.forgotten", "data.handover", "data.private", "data.reconcile", "data.worklist"),
    *("data.held", "data.__main__"),
)


def breaches(tree: Tree) -> list[str]:
    """What breaks the rules, a sentence each, in order of module."""
    return list(dict.fromkeys(sentence for name in sorted(tree) for sentence in _breaches(tree, tree[name])))


def _breaches(tree: Tree, module: Module) -> Iterator[str]:
    rule = next((rule for rule in RULES if matches(module.name, rule.modules)), None)
    if rule is None:
        yield f"{module.name} is named by no rule"
        return
    for taken in sorted(module.imports, key=lambda i: (i.module, i.name or "")):
        yield from _wrong(tree, module, rule, taken)
    if module.holds_sql and not matches(module.name, MAY_HOLD_SQL):
        yield f"{module.name} holds an SQL statement"
    if matches(module.name, ("app", *package("pages"))):
        hidden = sorted(found for found in reachable(tree, module.name) if _inside(found, OUT_OF_REACH))
        yield from (f"{module.name} can reach {found}" for found in hidden)


def _wrong(tree: Tree, module: Module, rule: Rule, taken: Import) -> Iterator[str]:
    if taken.module == UNKNOWN:
        yield f"{module.name} computes the name of what it imports"
    for guarded, importers in ALONE.items():
        if _inside(taken.module, (guarded,)) and not matches(module.name, importers):
            yield f"{module.name} imports {guarded}"
    ours = taken.module.split(".")[0] in {"app", "pages", "metrics", "data", "bench", "supply", "tests"}
    if ours and not matches(taken.module, rule.may_import):
        yield f"{module.name} imports {taken.module}"
    if ours and taken.module not in tree and not taken.module.startswith("tests."):
        yield f"{module.name} imports {taken.module}, which does not exist"
    if ours and (taken.name or "").startswith("_"):
        yield f"{module.name} imports the private {taken.name} of {taken.module}"


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a module is named by one of the patterns."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _inside(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)
