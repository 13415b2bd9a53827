"""What each module of a source tree imports and which SQL statements it holds, read from its syntax without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

ROOMS = ("app.py", "pages", "metrics", "data", "bench", "supply")
UNKNOWN = "<computed>"
STATEMENT = re.compile(
    r"\bSELECT\b.*\bFROM\b|\bWITH\s+\w+\s+AS\s*\(|\bINSERT\s+INTO\b|\bCREATE\s+(OR\s+REPLACE\s+)?(TEMP\w*\s+)?(TABLE|VIEW)\b"
    r"|^\s*(COPY|PRAGMA|ATTACH|INSTALL|LOAD|SET)\s|\bUNION\s+ALL\b",
    re.DOTALL,
)


@dataclass(frozen=True)
class Import:
    """One imported thing: a module, and the name taken from it where `from module import name` takes a name.

    `for_types` says that it stands under `if TYPE_CHECKING:` and is never loaded.
    """

    module: str
    name: str | None = None
    for_types: bool = False


@dataclass(frozen=True)
class Module:
    """One module: its imports wherever they stand in it, and whether it holds an SQL statement outside its docstrings."""

    name: str
    imports: frozenset[Import]
    holds_sql: bool


Tree = Mapping[str, Module]


def read(root: Path) -> Tree:
    """Every module of the rooms under `root`, by its dotted name; tests are not among them."""
    paths = {_name(path.relative_to(root)): path for room in ROOMS for path in _files(root / room)}
    return {name: _read(name, path, paths) for name, path in paths.items()}


def reachable(tree: Tree, start: str) -> frozenset[str]:
    """Every module of the tree that importing `start` loads, itself and the packages above each included."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in tree and name not in found:
            found.add(name)
            waiting += [i.module for i in tree[name].imports if not i.for_types]
            waiting += [name.rpartition(".")[0]] if "." in name else []
    return frozenset(found)


def _files(room: Path) -> Iterator[Path]:
    if room.is_file():
        yield room
    yield from (path for path in sorted(room.rglob("*.py")) if "store" not in path.relative_to(room).parts)


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _read(name: str, path: Path, modules: Collection[str]) -> Module:
    syntax = ast.parse(path.read_text(encoding="utf-8"))
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    unloaded = {id(node) for guard in ast.walk(syntax) if _is_for_types(guard) for node in ast.walk(guard)}
    found = ((i, id(node) in unloaded) for node in ast.walk(syntax) for i in _imports(node, package, modules))
    return Module(
        name,
        frozenset(replace(i, for_types=True) if aside else i for i, aside in found),
        any(STATEMENT.search(text) for text in _texts(syntax)),
    )


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and not node.orelse and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _imports(node: ast.AST, package: str, modules: Collection[str]) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        origin = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            inner = f"{origin}.{alias.name}"
            yield Import(inner) if inner in modules else Import(origin, alias.name)
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"importlib.import_module", "import_module", "__import__"}:
        target = node.args[0] if node.args else None
        yield Import(target.value if isinstance(target, ast.Constant) and isinstance(target.value, str) else UNKNOWN)


def _texts(syntax: ast.Module) -> Iterator[str]:
    """Every string in the module that is no docstring; the pieces of an f-string joined, its expressions as a gap."""
    bare = {id(node.value) for node in ast.walk(syntax) if isinstance(node, ast.Expr)}
    pieces = {id(piece) for node in ast.walk(syntax) if isinstance(node, ast.JoinedStr) for piece in node.values}
    for node in ast.walk(syntax):
        if id(node) in bare or id(node) in pieces:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield " … ".join(str(piece.value) for piece in node.values if isinstance(piece, ast.Constant))
