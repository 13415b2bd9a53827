"""What an attacker knows of the figures before any is shown: the catalogue's definitions and the rules of measurement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise, product, zip_longest

from metrics.catalogue import (
    BESIDE,
    BY_PARENT,
    COVERAGE,
    INDICATORS,
    JOURNEY,
    LINKED,
    MISSED,
    OVERDUE,
    RECOGNISED_WITHIN,
    SERVICES,
    WAITS,
    find,
)
from metrics.indicator import AFTER_TERMS, BEFORE_TERMS, FOLLOWED_TERMS, Indicator, Proportion
from tests.attack.released import Group, base_of
from tests.attack.worlds import Kinds, World, chosen

Service = tuple[bool, str, bool, bool]
"""Early Help, statutory level, referred to the hub, found in some register."""
Change = tuple[bool | None, bool | None]
"""Whether the flag was there before, and after; null where not known."""

_CHAINS = (("m0", "w3", "w6", "window"), ("m-1", "before", "window"), ("m-1", "b6"), ("m+1", "a6", "w6"), ("m+1", "w3"))
"""Windows that hold one another, shortest first: whoever is in a longer one's base is in the shorter's."""
_AT_ANY_TIME = ("early_help", "statutory", "cwcf", "mash_contact", "mash_referral", "any_active")
"""Flags that hold of a window as soon as they hold of any window in it."""
_HIGHER = "cp or cwcf"
_COMPLEMENT_OF = {"missed_under_50": "severely_absent"}
_KNOWN_OF_SOME = ("fsm_received",)
"""Flags that are not known of every child observed: whoever is followed may still be in no pair."""


def worlds() -> list[World]:
    """Everything the attacker knows."""
    of_the_offer = (*_journey(), *_by_parent(), *_missed())
    return [*_school(), *_coverage(), *_care(), *_contacts(), *_chains(), *_pairs(), *_children(), *of_the_offer]


def _figure(part: str, name: str, time: str, basis: str = "observed") -> Group:
    return Group(part, name, basis, time)


def _split(groups: dict[Group, Kinds], count: Group, counted: Kinds, base: Kinds) -> None:
    """Add a count and those left of its base."""
    groups[count], groups[count._replace(part="rest")] = counted, base - counted


def _school() -> Iterator[World]:
    """One base at one term: its flags, the children followed, and those observed who are not in the base."""
    by_base: dict[str, list[Indicator]] = {}
    for one in INDICATORS:
        if one.table == "school_terms" and one not in COVERAGE:
            by_base.setdefault(base_of(one, "observed", "0").of, []).append(one)
    for indicators in by_base.values():
        for time in find("ehcp").time.codes:
            yield _school_term(indicators, time)


def _school_term(indicators: Sequence[Indicator], time: str) -> World:
    """Flags that rise: whoever has one has those after it. A kind is how many a child lacks, and the basis it is on."""
    shares = [one.id for one in indicators if isinstance(one.measure, Proportion) and time in one.time.codes]
    rising = [one for one in shares if one not in _COMPLEMENT_OF.values()]
    bases = ("observed", "followed") if int(time) in FOLLOWED_TERMS else ("observed",)
    kinds = [*product(range(len(rising) + 1), bases), (len(rising), "outside")]
    groups = {_figure("count", "coverage_observed", time): chosen(True for _ in kinds)}
    for basis in bases:
        inside = chosen(on == basis or (basis, on) == ("observed", "followed") for _, on in kinds)
        groups[base_of(indicators[0], basis, time)] = inside
        for step, name in enumerate(rising):
            held = inside & chosen(lacks <= step for lacks, _ in kinds)
            _split(groups, _figure("count", name, time, basis), held, inside)
            if name in _COMPLEMENT_OF:
                _split(groups, _figure("count", _COMPLEMENT_OF[name], time, basis), inside - held, inside)
    return World(f"{'/'.join(rising)} at {time}", len(kinds), groups)


def _coverage() -> Iterator[World]:
    """The seven parts of a term's coverage; who is not reached in one term is not in the next."""
    everybody, whole = base_of(COVERAGE[0], "observed", "0"), chosen(True for _ in COVERAGE)
    for time in COVERAGE[0].time.codes:
        groups = {everybody: whole}
        for number, part in enumerate(COVERAGE):
            _split(groups, _figure("count", part.id, time), frozenset({number}), whole)
        yield World(f"coverage at {time}", len(COVERAGE), groups)
    for one, after in pairwise(COVERAGE[0].time.codes):
        unreached = [_figure("count", "coverage_not_reached", time) for time in (one, after)]
        yield _nested(f"not reached at {one}, so at {after}", *unreached)


def _nested(name: str, inner: Group, outer: Group) -> World:
    return World(name, 2, {inner: frozenset({0}), outer: frozenset({0, 1})})


_HELD: dict[str, Callable[[Service], bool]] = {
    "early_help": lambda kind: kind[0],
    "cin": lambda kind: kind[1] == "cin",
    "cp": lambda kind: kind[1] == "cp",
    "cwcf": lambda kind: kind[1] == "cwcf",
    "statutory": lambda kind: kind[1] != "none",
    "mash_referral": lambda kind: kind[2],
    "any_active": lambda kind: _is_active(kind),
    "none_active": lambda kind: not _is_active(kind),
    "none_active_matched": lambda kind: not _is_active(kind) and kind[3],
    "none_active_unmatched": lambda kind: not _is_active(kind) and not kind[3],
}


def _is_active(kind: Service) -> bool:
    return kind[0] or kind[1] != "none" or kind[2]


def _care() -> Iterator[World]:
    """One window: every combination of services and levels, the inactive parted by whether some register has them."""
    every = product((False, True), ("none", "cin", "cp", "cwcf"), (False, True), (False, True))
    kinds = [kind for kind in every if kind[3] or not _is_active(kind)]
    whole = chosen(True for _ in kinds)
    for time in find("any_active").time.codes:
        groups = {base_of(find("any_active"), "observed", time): whole}
        for name, holds in _HELD.items():
            if time in find(name).time.codes:
                _split(groups, _figure("count", name, time), chosen(map(holds, kinds)), whole)
        if time in find("statutory").time.codes:
            _split(groups, _higher(time), chosen(kind[1] in ("cp", "cwcf") for kind in kinds), whole)
        for one in SERVICES if time == "window" else ():
            _split(groups, _figure("count", one.id, time), chosen(_exactly(one.id, kinds)), whole)
        yield World(f"services at {time}", len(kinds), groups)


def _exactly(name: str, kinds: Iterable[Service]) -> Iterator[bool]:
    """Exactly the services that a combination's name lists."""
    listed = name.removeprefix("services_")
    words = {"none": "", "all": "eh_stat_mash"}.get(listed, listed).split("_")
    wanted = tuple(word in words for word in ("eh", "stat", "mash"))
    yield from ((early_help, level != "none", mash) == wanted for early_help, level, mash, _ in kinds)


def _contacts() -> Iterator[World]:
    contact = find("mash_contact")
    for time in contact.time.codes:
        yield _share(contact, time)


def _share(indicator: Indicator, time: str) -> World:
    groups = {base_of(indicator, "observed", time): frozenset({0, 1})}
    _split(groups, _figure("count", indicator.id, time), frozenset({0}), frozenset({0, 1}))
    return World(f"{indicator.id} at {time}", 2, groups)


def _higher(time: str) -> Group:
    """Those on a protection plan or cared for: who is so high in a window is so in every longer one."""
    return _figure("difference", "[statutory] less [cin]", time)


def _chains() -> Iterator[World]:
    """A flag over windows that hold one another: a child is in their bases as far as followed, and flagged from one on."""
    for chain, name in product(_CHAINS, (*_AT_ANY_TIME, _HIGHER)):
        base = find("statutory" if name == _HIGHER else name)
        times = [time for time in chain if time in base.time.codes]
        kinds = [(depth, first) for depth in range(len(times)) for first in range(depth + 2)]
        groups: dict[Group, Kinds] = {}
        for place, time in enumerate(times):
            inside = chosen(depth >= place for depth, _ in kinds)
            groups[base_of(base, "observed", time)] = inside
            count = _higher(time) if name == _HIGHER else _figure("count", name, time)
            _split(groups, count, inside & chosen(first <= place for _, first in kinds), inside)
        if len(times) > 1:
            yield World(f"{name} over {' in '.join(times)}", len(kinds), groups)


def _pairs() -> Iterator[World]:
    """Before and after, and the figures of their terms and windows."""
    terms = tuple(map(str, (*BEFORE_TERMS, *AFTER_TERMS)))
    for one in INDICATORS:
        if one.change == "window":
            yield _pair_of_windows(one)
        elif one.change == "any":
            yield from (_pair_at(one, term) for term in terms)
        elif one.change == "pooled":
            both = Group("both", one.id, "pair", "")
            yield from (_nested(f"pair of {one.id} at {term}", both, base_of(one, "observed", term)) for term in terms)
    yield from map(_services_on, ("before", "after"))


def _services_on(side: str) -> World:
    """One side of every pair of services: a window like any other, of the children who are known in both."""
    kinds = list(product((False, True), ("none", "cin", "cp", "cwcf"), (False, True), (False,)))
    whole = chosen(True for _ in kinds)
    groups: dict[Group, Kinds] = {}
    for name in (name for name in _HELD if find(name).change):
        held = chosen(map(_HELD[name], kinds))
        parts = {"both": whole, side: held, f"not {side}": whole - held}
        groups |= {Group(part, name, "pair", ""): kinds for part, kinds in parts.items()}
    return World(f"services {side}", len(kinds), groups)


def _change(name: str, changes: Sequence[Change]) -> dict[Group, Kinds]:
    """The groups of a pair; a kind of child that is not known on both sides is in none."""
    both = chosen(None not in change for change in changes)
    before, after = (both & chosen(change[side] is True for change in changes) for side in (0, 1))
    held = {
        "both": both,
        "before": before,
        "after": after,
        "not before": both - before,
        "not after": both - after,
        "gained": after - before,
        "lost": before - after,
        "kept": before & after,
        "neither": both - before - after,
    }
    return {Group(part, name, "pair", ""): kinds for part, kinds in held.items()}


def _pair_of_windows(indicator: Indicator) -> World:
    changes: list[Change] = [(before, after) for before, after in product((None, False, True), repeat=2)]
    changes.remove((None, None))
    groups = _change(indicator.id, changes)
    for side, time in enumerate(("b6", "a6")):
        inside = chosen(change[side] is not None for change in changes)
        groups[base_of(indicator, "observed", time)] = inside
        held = chosen(change[side] is True for change in changes)
        _split(groups, _figure("count", indicator.id, time), held, inside)
    return World(f"change of {indicator.id}", len(changes), groups)


def _pair_at(indicator: Indicator, time: str) -> World:
    """The change, with one of the terms it is made of: who has the flag then has it on that side, who is followed is in it."""
    side = int(int(time) > 0)
    every = product((False, True), repeat=4)
    kinds: list[tuple[Change, bool, bool]] = [((b, a), now, kept) for b, a, now, kept in every if not now or (b, a)[side]]
    kinds += [((None, None), now, False) for now in (False, True)]
    groups = _change(indicator.id, [change for change, _, _ in kinds])
    for basis in indicator.bases[: 1 if indicator.id in _KNOWN_OF_SOME else None]:
        inside = chosen(kept or basis == "observed" for _, _, kept in kinds)
        groups[base_of(indicator, basis, time)] = inside
        _split(groups, _figure("count", indicator.id, time, basis), inside & chosen(now for _, now, _ in kinds), inside)
    return World(f"change of {indicator.id} at {time}", len(kinds), groups)


def _children() -> Iterator[World]:
    """Which parent, whose records, how soon."""
    yield _parts("parents", [find(name) for name in ("maternal", "paternal", "other_parent")])
    yield _parts("whose records", LINKED)
    yield _parts("months to recognition", RECOGNISED_WITHIN)


def _parts(name: str, indicators: Sequence[Indicator], time: str = "all") -> World:
    """Exclusive parts that make up their base."""
    whole = frozenset(range(len(indicators)))
    groups = {base_of(indicators[0], "observed", time): whole}
    for number, one in enumerate(indicators):
        _split(groups, _figure("count", one.id, time), frozenset({number}), whole)
    return World(name, len(indicators), groups)


def _journey() -> Iterator[World]:
    """Who takes a step is the base of the next; the others of its base stopped for one of some reasons."""
    yield _as_far_as("the journey", JOURNEY)
    parents = [[one for one in BY_PARENT if one.splits == step.id] for step in JOURNEY]
    yield from (_as_far_as(f"the journey from {steps[0].id}", steps) for steps in zip(*parents, strict=True))
    for step, after in zip_longest(JOURNEY, JOURNEY[1:]):
        world = _parts(f"up to {step.id}", [step, *(one for one in BESIDE if one.splits == step.splits)])
        if after is not None:
            world.groups[base_of(after, "observed", "all")] = frozenset({0})
        yield world
    for late in OVERDUE:
        pending = find(late.id.replace("overdue", "beside") + "_pending")
        groups = {base_of(late, "observed", "all"): frozenset({0, 1, 2})}
        for one, kinds in ((pending, {0, 1}), (late, {0})):
            _split(groups, _figure("count", one.id, "all"), frozenset(kinds), frozenset({0, 1, 2}))
        yield World(f"{late.id} within {pending.id}", 3, groups)
    for splits in dict.fromkeys(one.splits for one in WAITS):
        yield _parts(f"months of {splits}", [one for one in WAITS if one.splits == splits])


def _as_far_as(name: str, steps: Sequence[Indicator]) -> World:
    """Steps of which each is the base of the next. A kind is how many of them a child took."""
    kinds = frozenset(range(len(steps) + 1))
    groups: dict[Group, Kinds] = {}
    for taken, step in enumerate(steps):
        inside = frozenset(kind for kind in kinds if kind >= taken)
        groups[base_of(step, "observed", "all")] = inside
        _split(groups, _figure("count", step.id, "all"), inside - {taken}, inside)
    return World(name, len(kinds), groups)


def _by_parent() -> Iterator[World]:
    """Each step once more by the parent in prison: each out of their own, who are the base of that parent's next step."""
    for step, after in zip_longest(JOURNEY, JOURNEY[1:]):
        parents = [one for one in BY_PARENT if one.splits == step.id]
        whole = base_of(step, "observed", "all")
        groups = {whole: frozenset(range(2 * len(parents)))}
        _split(groups, _figure("count", step.id, "all"), frozenset(range(0, 2 * len(parents), 2)), groups[whole])
        for place, one in enumerate(parents):
            mine = groups[base_of(one, "observed", "all")] = frozenset((2 * place, 2 * place + 1))
            _split(groups, _figure("count", one.id, "all"), frozenset({2 * place}), mine)
        following = [one for one in BY_PARENT if after is not None and one.splits == after.id]
        groups |= {base_of(one, "observed", "all"): frozenset({2 * place}) for place, one in enumerate(following)}
        yield World(f"{step.id} by parent", 2 * len(parents), groups)


def _missed() -> Iterator[World]:
    """Those known to nobody, by what was offered; and by whose records told of them, each out of their own."""
    nobody, base = find("none_active"), base_of(find("none_active"), "observed", "window")
    by_offer = [one for one in MISSED if one.split_by == "offer"]
    unknown = frozenset(range(len(by_offer)))
    groups = {base: unknown | {len(by_offer)}}
    for number, kinds in enumerate((unknown, *(frozenset({place}) for place in range(len(by_offer))))):
        name = nobody.id if number == 0 else by_offer[number - 1].id
        _split(groups, _figure("count", name, "window"), kinds, groups[base])
    yield World("known to nobody by the offer", len(by_offer) + 1, groups)
    by_link = [one for one in MISSED if one.split_by == "link_source"]
    kinds_of = {one.id: (2 * place, 2 * place + 1) for place, one in enumerate(by_link)}
    groups = {base: frozenset(range(2 * len(by_link)))}
    _split(groups, _figure("count", nobody.id, "window"), frozenset(k for k, _ in kinds_of.values()), groups[base])
    for one in by_link:
        mine = groups[base_of(one, "observed", "window")] = frozenset(kinds_of[one.id])
        _split(groups, _figure("count", one.id, "window"), frozenset(kinds_of[one.id][:1]), mine)
    yield World("known to nobody by whose records", 2 * len(by_link), groups)
