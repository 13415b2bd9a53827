"""Contacts with, and referrals to, the multi-agency safeguarding hub."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.synthetic import calibration
from data.synthetic.care import Care, month
from data.synthetic.draws import Draws, choose
from data.synthetic.families import Children
from data.synthetic.timeline import Days, Flags, Floats, Ints

_SIBLINGS = 0.92
_SIBLINGS_TIMING = 0.9
_REFERRED_BEFORE = {"open": 0.09, "opens": 0.35, "none": 0.32}
_REFERRED_AFTER = {"service": 0.30, "none": 0.39}
"""Of those not referred in the month before or of the imprisonment, by whether a service is open to them in the window."""
_MONTH_BEFORE, _AGAIN = 31 / 57, 9 / 31
_AGAIN_AT_ONCE = 0.9
"""The latent above which the second referral comes in the month of the imprisonment."""
_EARLIER, _LATER, _LONG_BEFORE = 0.20, 0.11, 0.12
_AFTER_MONTHS = (0.26, 0.21, 0.17, 0.14, 0.12, 0.10)
_CONTACT_FIRST = 0.85
_BARE_CONTACTS = ((-6, -2, 0.16), (-1, -1, 0.07), (0, 0, 0.13), (1, 6, 0.17), (7, 18, 0.12))
"""First and last month, and the share of children with a contact that led to no referral."""


@dataclass(frozen=True)
class Contacts:
    """One element a contact or referral."""

    child: Ints
    day: Days


def be_referred(children: Children, care: Care, draws: Draws) -> tuple[Contacts, Contacts]:
    """Contacts and referrals: those whom no service knows are the likeliest to be referred."""
    latent = draws.trait(_SIBLINGS) + children.need
    before = _referred_before(children, care, latent)
    after = _referred_after(children, care, latent, before)
    timing = draws.trait(_SIBLINGS_TIMING)
    month_before = choose(timing, before, _MONTH_BEFORE, children.study, calibration.REFERRED_MONTH_BEFORE)
    twice = calibration.REFERRED_MONTH_BEFORE + calibration.REFERRED_BY_6 - calibration.REFERRED_WINDOW
    again = choose(draws.trait(_SIBLINGS_TIMING), month_before, _AGAIN, children.study, twice)
    in_month = before & ~month_before
    again_now = again & (timing > _AGAIN_AT_ONCE)
    following = draws.rng.choice(range(1, 7), draws.adversity.size, p=_AFTER_MONTHS)[draws.family]
    more = draws.happens(0.12) & (in_month | after)
    referrals = [
        _within(children, draws, month_before, -1, -1),
        _within(children, draws, in_month | again_now, 0, 0),
        _within(children, draws, after | (again & ~again_now), following, following),
        _within(children, draws, more, 1, 6),
        *_at_other_times(children, draws, latent),
    ]
    referred = _joined(referrals)
    return _contacts(children, draws, referred, latent), referred


def _referred_before(children: Children, care: Care, latent: Floats) -> Flags:
    """Referred in the month before or of the imprisonment; the study's count of active children falls to those unknown."""
    study, opens = children.study, care.open_window & ~care.open_before
    referred = np.zeros(study.size, dtype=np.bool_)
    for among, share in ((care.open_before, _REFERRED_BEFORE["open"]), (opens, _REFERRED_BEFORE["opens"])):
        referred |= choose(latent, among, share, study, round(share * int((among & study).sum())))
    unknown = calibration.ACTIVE_BEFORE - int((study & (care.open_before | referred)).sum())
    return referred | choose(latent, ~care.open_window, _REFERRED_BEFORE["none"], study, unknown)


def _referred_after(children: Children, care: Care, latent: Floats, before: Flags) -> Flags:
    """Referred first in the six months after; in the study as many as its counts leave."""
    study, known = children.study, care.open_window
    active = int((study & (known | before)).sum())
    unknown = calibration.ACTIVE_WINDOW - active
    others = calibration.REFERRED_WINDOW - int((study & before).sum()) - unknown
    return choose(latent, ~known & ~before, _REFERRED_AFTER["none"], study, unknown) | choose(
        latent, known & ~before, _REFERRED_AFTER["service"], study, others
    )


def _at_other_times(children: Children, draws: Draws, latent: Floats) -> list[Contacts]:
    """Referrals beyond the study's eight months."""
    parts = ((_EARLIER, -6, -2), (_LATER, 7, 20), (_LONG_BEFORE, -24, -7))
    leaning = [0.6 * latent + 0.8 * draws.trait(_SIBLINGS_TIMING) for _ in parts]
    return [
        _within(children, draws, choose(lean, _born(children, first), share), first, last)
        for lean, (share, first, last) in zip(leaning, parts, strict=True)
    ]


def _born(children: Children, months: int) -> Flags:
    """Who was born that many months from the imprisonment; a referral close to it may come before birth."""
    return children.born < month(children, months)


def _contacts(children: Children, draws: Draws, referred: Contacts, latent: Floats) -> Contacts:
    """Most referrals begin as a contact up to three days before; other contacts lead to none."""
    first = draws.rng.random(referred.child.size) < _CONTACT_FIRST
    days = (referred.day - draws.rng.integers(0, 4, referred.day.size)).astype(np.int32)
    leaning = [0.5 * latent + np.sqrt(0.75) * draws.trait(_SIBLINGS_TIMING) for _ in _BARE_CONTACTS]
    bare = [
        _within(children, draws, choose(lean, _born(children, start), share), start, end)
        for lean, (start, end, share) in zip(leaning, _BARE_CONTACTS, strict=True)
    ]
    return _joined([Contacts(referred.child[first], days[first]), *bare])


def _within(children: Children, draws: Draws, who: Flags, first: int | Ints, last: int | Ints) -> Contacts:
    """One contact each on a day from the first to the last of those months; siblings on the same day."""
    days = draws.between(month(children, first), month(children, np.asarray(last) + 1) - 1, together=True)
    return Contacts(np.flatnonzero(who), days[who])


def _joined(parts: list[Contacts]) -> Contacts:
    """All of them, one of a child and day at most."""
    pairs = np.unique(np.stack([np.concatenate([p.child for p in parts]), np.concatenate([p.day for p in parts])]), axis=1)
    return Contacts(pairs[0], pairs[1].astype(np.int32))
