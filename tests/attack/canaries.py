"""Protections that fail, made here by their own rule: an attacker who finds nothing in these is no attacker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.attack.released import EMPTY, HIDDEN, SHOWN, UNKNOWN, Counts, Group, Key, Mask, Released

SMALLEST_BASE, SMALLEST_COUNT, SMALLEST_BASE_OF_A_ZERO = 10, 6, 30
"""As the policy `partners` says; design, section 5."""


def primary_alone(truth: Released) -> Released:
    """A release that hides every cell that is too small by itself, and no other."""
    keys = {
        name: replace(key, state=np.where(_too_small(truth, name, key), HIDDEN, key.state)) for name, key in truth.keys.items()
    }
    shown: dict[Group, Counts] = {group: np.full_like(numbers, UNKNOWN) for group, numbers in truth.shown.items()}
    for name, key in keys.items():
        for group in {key.base, name} & shown.keys():
            # Where there are no school records there are children all the same.
            told = (key.state == SHOWN) | ((key.state == EMPTY) & (group.of != "coverage"))
            shown[group][told] = truth.shown[group][told]
    values = {group: np.where(_shown(keys, group), value, np.nan) for group, value in truth.values.items()}
    return replace(truth, keys=keys, shown=shown, values=values)


def _shown(keys: dict[Group, Key], group: Group) -> Mask:
    key = keys.get(group) or keys[Group("both", *group[1:])]
    found: Mask = key.state == SHOWN
    return found


def _too_small(truth: Released, name: Group, key: Key) -> Mask:
    """The rule for one key; a pair is hidden whole where any number of it is too small."""
    base = truth.shown[key.base]
    hidden: Mask = base < SMALLEST_BASE
    for group in _numbers(truth, name):
        count = truth.shown[group]
        parts = [count, base - count] if group.part in ("count", "before", "after") else [count]
        for part in parts:
            hidden |= (part >= 1) & (part < SMALLEST_COUNT)
            hidden |= (part == 0) & (base < SMALLEST_BASE_OF_A_ZERO)
    found: Mask = hidden & (key.state == SHOWN)
    return found


def _numbers(truth: Released, name: Group) -> list[Group]:
    if name.part == "count" or name.basis != "pair":
        return [name] if name in truth.shown else []
    return [group for part in ("before", "after", "gained", "lost") if (group := name._replace(part=part)) in truth.shown]
