"""The targets: every test of this folder that Hypothesis drives, by name. None is listed, so none can be forgotten."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import tests.fuzz

Target = Callable[..., Any]


def targets() -> dict[str, Target]:
    """Every target by `module.test`, in order of module and then as written."""
    return {name: target for module in _modules() for name, target in _of(module)}


def target(name: str) -> Target:
    """The target of that name; nothing but its own module is imported."""
    return dict(_of(importlib.import_module(f"tests.fuzz.test_{name.partition('.')[0]}")))[name]


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(tests.fuzz.__path__):
        if found.name.startswith("test_"):
            yield importlib.import_module(f"tests.fuzz.{found.name}")


def _of(module: ModuleType) -> Iterator[tuple[str, Target]]:
    short = module.__name__.rpartition(".")[2].removeprefix("test_")
    for name, found in vars(module).items():
        if name.startswith("test_") and hasattr(found, "hypothesis") and found.__module__ == module.__name__:
            yield f"{short}.{name.removeprefix('test_')}", found
