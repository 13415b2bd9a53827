"""Children's social care around the imprisonment: statutory episodes, Early Help, contacts and referrals.

Months count from the month of the imprisonment. A child has at most one statutory spell and one of Early Help.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.synthetic import calibration
from data.synthetic.draws import Draws, choose, cutoff
from data.synthetic.families import Children
from data.synthetic.school import NEVER, Spells
from data.synthetic.timeline import Days, Flags, Floats, Ints, month_start

LEVELS = ("cin", "cp", "cwcf")
_SIBLINGS, _SIBLINGS_HELP = 0.80, 0.92
"""Correlation of siblings' latents; as shares of yes and no this is an intraclass correlation of 0.5 to 0.7."""

_OPEN, _OPENS_WITHIN_6, _OPENS_LATER, _CLOSED = 0.298, 0.019, 0.06, 0.10
_OPEN_BEFORE_DAYS, _OPEN_AFTER_DAYS = 430, 460
_LOOKED_AFTER, _PROTECTED = 0.17, 0.26
"""Of those open at the imprisonment; half as many of spells at other times."""
_STEPS_UP = 0.06

_HELP_OPEN, _HELP_OPENS, _HELP_OPENS_LATER, _HELP_CLOSED, _STEPS_DOWN = 0.019, 0.125, 0.04, 0.03, 0.12
_HELP_OPENING_MONTHS = (0.28, 0.22, 0.17, 0.13, 0.11, 0.09)


@dataclass(frozen=True)
class Care:
    """Statutory episodes by level, Early Help episodes, and for the referrals: who was open to what, when."""

    episodes: tuple[tuple[str, Spells], ...]
    open_before: Flags
    """Open to a service in the month before or of the imprisonment."""
    open_now: Flags
    """Open to a service in the month of the imprisonment."""
    open_window: Flags
    """Open to a service from the month before to six months after."""


def month(children: Children, months: int | Ints) -> Days:
    """First day of the month that many months from each imprisonment."""
    return month_start(children.reception, months)


def open_to_services(children: Children, draws: Draws) -> Care:
    """Statutory spells with their levels, and Early Help for those who have none or have stepped down."""
    statutory = _statutory(children, draws)
    levels = _levels(children, draws, statutory)
    early_help = _early_help(children, draws, statutory)
    window = [
        _overlaps(spell, month(children, first), month(children, last) - 1)
        for first, last in ((-1, 1), (0, 1), (-1, 7))
        for spell in (statutory, early_help)
    ]
    kinds = (*zip(LEVELS, levels, strict=True), ("early_help", _kept(early_help)))
    return Care(kinds, window[0] | window[1], window[2] | window[3], window[4] | window[5])


def _everyone(children: Children) -> Flags:
    return np.ones(children.family.size, dtype=np.bool_)


def _statutory(children: Children, draws: Draws) -> Spells:
    """One spell a child: open at the imprisonment, opened after it, or closed before it; NEVER for most."""
    latent = draws.trait(_SIBLINGS) + children.need
    study = children.study
    now = choose(latent, _everyone(children), _OPEN, study, calibration.STATUTORY_MONTH_0)
    soon_count = calibration.STATUTORY_BY_6 - calibration.STATUTORY_MONTH_0
    rest = draws.trait(_SIBLINGS)
    soon = choose(rest, ~now, _OPENS_WITHIN_6, study, soon_count)
    later = ~now & ~soon & (rest > cutoff(_OPENS_WITHIN_6 + _OPENS_LATER))
    closed = ~now & ~soon & ~later & (draws.trait(_SIBLINGS) > cutoff(_CLOSED))
    here, start_of_next = month(children, 0), month(children, 1)
    starts = [
        draws.between(here, start_of_next - 1, together=True) - draws.lasting(_OPEN_BEFORE_DAYS, together=True),
        draws.between(start_of_next, month(children, 7) - 1, together=True),
        month(children, 7) + draws.lasting(300, together=True),
        here - 1 - draws.lasting(330, together=True) - draws.lasting(200, together=True),
    ]
    lasts = [
        start_of_next - 15 + draws.lasting(_OPEN_AFTER_DAYS, together=True),
        starts[1] + 60 + draws.lasting(240, together=True),
    ]
    lasts += [starts[2] + 60 + draws.lasting(240, together=True), here - 1 - draws.lasting(330, together=True)]
    start, end = _of_each((now, soon, later, closed), starts), _of_each((now, soon, later, closed), lasts)
    start = np.where(closed, np.minimum(start, end - 30), start)
    return _lived(children, start, end)


def _lived(children: Children, start: Days, end: Days) -> Spells:
    """The spells from birth on; one that would have ended before it is none."""
    start = np.where(end < children.born, NEVER, np.maximum(start, children.born)).astype(np.int32)
    return Spells(np.arange(start.size), start, np.maximum(start, end))


def _of_each(groups: tuple[Flags, ...], days: list[Days]) -> Days:
    return np.select(groups, days, default=NEVER).astype(np.int32)


def _levels(children: Children, draws: Draws, spell: Spells) -> list[Spells]:
    """A spell's levels: child in need before, the main level, and for some a step up or down after."""
    severity = draws.trait(_SIBLINGS)
    looked_after, protected = _severest(children, severity, _overlaps(spell, month(children, 0), month(children, 1) - 1))
    main = np.where(looked_after, 2, np.where(protected, 1, 0))
    main_start = np.where(main > 0, np.maximum(spell.start, month(children, -2) - draws.lasting(200, together=True)), spell.start)
    main_start = np.minimum(main_start, spell.end)
    up = draws.happens(_STEPS_UP) & (main < 2)
    turn = np.where(up, month(children, 1) + draws.between(0, 180), month(children, 1) + draws.lasting(320, together=True))
    turn = np.maximum(turn, main_start + 30)
    turns = (turn < spell.end) & (up | (main > 0))
    after = np.where(up, main + 1, main - 1)
    main_end = np.where(turns, turn - 1, spell.end)
    parts = [
        (np.zeros_like(main), spell.start, main_start - 1, spell.start < main_start),
        (main, main_start, main_end, _everyone(children)),
        (after, turn, spell.end, turns),
    ]
    real = spell.start < NEVER
    level, child = np.concatenate([part[0] for part in parts]), np.tile(spell.child, 3)
    start, end = (np.concatenate([part[place] for part in parts]).astype(np.int32) for place in (1, 2))
    exists = np.concatenate([part[3] & real for part in parts])
    return [Spells(child, start, end).where(exists & (level == code)) for code in range(len(LEVELS))]


def _severest(children: Children, severity: Floats, now: Flags) -> tuple[Flags, Flags]:
    """Who is looked after and who on a protection plan at the main level; of the study's, exactly their share."""
    study, either = children.study, _LOOKED_AFTER + _PROTECTED
    open_now = int((now & study).sum())
    looked_after = choose(severity, now, _LOOKED_AFTER, study, round(_LOOKED_AFTER * open_now))
    protected = choose(severity, now & ~looked_after, either, study, round(_PROTECTED * open_now))
    looked_after |= choose(severity, ~now, _LOOKED_AFTER / 2)
    return looked_after, protected | choose(severity, ~now & ~looked_after, either / 2)


def _early_help(children: Children, draws: Draws, statutory: Spells) -> Spells:
    """Early Help begins mostly after the imprisonment; some step down to it when a statutory spell ends."""
    study = children.study
    latent = draws.trait(_SIBLINGS_HELP) + children.need
    from_now = _overlaps(statutory, month(children, -1), month(children, 7) - 1)
    ends_soon = from_now & (statutory.end >= month(children, 1) - 1) & (statutory.end < month(children, 6))
    stepped = ends_soon & draws.happens(_STEPS_DOWN)
    free = ~from_now
    now = choose(latent, free, _HELP_OPEN, study, calibration.EARLY_HELP_MONTH_0)
    opens = calibration.EARLY_HELP_BY_6 - calibration.EARLY_HELP_MONTH_0 - int((stepped & study).sum())
    soon = choose(latent, free & ~now, _HELP_OPENS, study, opens)
    later = free & ~now & ~soon & (latent > cutoff(_HELP_OPEN + _HELP_OPENS + _HELP_OPENS_LATER))
    closed = free & ~now & ~soon & ~later & draws.happens(_HELP_CLOSED)
    here, following = month(children, 0), month(children, 1)
    opening = draws.rng.choice(range(1, 7), draws.adversity.size, p=_HELP_OPENING_MONTHS)[draws.family]
    starts = [
        draws.between(here, following - 1, together=True) - draws.lasting(140, together=True),
        draws.between(month(children, opening), month(children, opening + 1) - 1, together=True),
        month(children, 7) + draws.lasting(200, together=True),
        here - 1 - draws.lasting(150, together=True) - draws.lasting(90, together=True) - 30,
        statutory.end + draws.between(1, 20),
    ]
    ends = [
        following - 10 + draws.lasting(150, together=True),
        starts[1] + 60 + draws.lasting(130, together=True),
        starts[2] + 60 + draws.lasting(130, together=True),
    ]
    ends += [starts[3] + 30 + draws.lasting(60, together=True), starts[4] + 60 + draws.lasting(100, together=True)]
    groups = (now, soon, later, closed, stepped)
    start, end = _of_each(groups, starts), _of_each(groups, ends)
    end = np.where(closed, np.minimum(end, here - 1), end)
    start = np.where(now, np.minimum(start, following - 1), start)
    return _lived(children, start, end)


def _overlaps(spell: Spells, first: Days, last: Days) -> Flags:
    """Whether each child's one spell holds a day from first to last."""
    return (spell.start <= last) & (spell.end >= first) & (spell.start < NEVER)


def _kept(spell: Spells) -> Spells:
    return spell.where(spell.start < NEVER)
