"""A country decided and attacked region by region. What passes so is attacked as a whole too: nothing is weaker for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from metrics.disclosure import ground as grounds
from metrics.disclosure.attacker import Knowledge, interior
from metrics.disclosure.deciding import decide
from metrics.disclosure.ground import Ground
from metrics.disclosure.regional import Regional, pieces
from metrics.disclosure.tables import Sum, Table
from tests.metrics.small_lattice import Numbers, counted, ground, kinds, lattice, provable, row

WIDE = 5.0
OF = lattice(
    districts={f"town {number}": ("east", "west") if number == 2 else () for number in range(6)}, periods=("2022", "2023")
)
CELLS = kinds(OF)


@pytest.fixture
def country(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """Six towns in three regions; one town has districts."""
    monkeypatch.setattr(grounds, "AUTHORITIES_OF_A_REGION", 2)
    yield ground(OF)


def at_once(on: Ground) -> Ground:
    """The same ground as one region."""
    return replace(on, region=np.zeros_like(on.region))


def children(on: Ground, draws: np.random.Generator, most: float) -> Numbers:
    return counted(on, {kind: int(draws.poisson(draws.uniform(0, most))) for kind in CELLS})


def test_towns_are_put_into_regions_in_the_order_of_their_codes(country: Ground) -> None:
    regions = {}
    for number in range(6):
        cells = country.incidence[[country.cuts.index(next(c for c in country.cuts if c.area == f"town {number}"))]].indices
        regions[number] = set(country.region[cells])
    assert regions == {0: {0}, 1: {0}, 2: {1}, 3: {1}, 4: {2}, 5: {2}}


def test_few_authorities_are_one_region() -> None:
    assert set(ground(OF).region) == {0}


def test_every_cut_is_decided_once_the_ones_across_regions_first(country: Ground) -> None:
    first, *others = (cuts for cuts, _ in country.scopes)
    assert [country.cuts[cut].area for cut in np.flatnonzero(first)] == ["all"] * int(first.sum())
    assert len(others) == 3
    own = np.stack([cuts & ~first for cuts in others])
    assert (own.sum(axis=0) + first == 1).all()


def test_cuts_of_one_kind_have_no_child_in_common(country: Ground) -> None:
    for layer in np.unique(country.layer):
        assert country.incidence[country.layer == layer].sum(axis=0).max() == 1


def test_cells_in_the_very_same_cuts_are_one(country: Ground) -> None:
    """Of cuts by town alone a child's age and sex do not matter."""
    whole = country.only(country.filters == 0)
    assert whole.incidence.toarray().tolist() == [[1]]
    assert set(whole.region) == {0}
    towns = country.only(np.array([len(cut.chosen) == 0 or cut.chosen == ("area",) for cut in country.cuts]))
    assert towns.incidence.shape[1] == 6 + 2  # one town has two districts, and children in neither
    assert sorted(towns.region.tolist()) == [0, 0, 1, 1, 1, 1, 2, 2]


@pytest.mark.parametrize("seed", range(5))
def test_the_middle_by_region_is_the_middle_of_the_country(country: Ground, seed: int) -> None:
    draws = np.random.default_rng(seed)
    values = children(country, draws, 20) + country.incidence.sum(axis=1)
    shown = draws.random(len(values)) < 0.7
    known = Knowledge(country.incidence[shown], values[shown], country.layer[shown])
    found = Regional(known, country.region).middle
    assert known.rows @ found == pytest.approx(known.values, abs=1e-5)
    assert found == pytest.approx(interior(Knowledge(known.rows, known.values)), abs=1e-3)


@pytest.mark.parametrize("seed", range(8))
def test_what_a_region_leaves_open_is_open(country: Ground, seed: int) -> None:
    """Each bound found region by region lies within that of a programme of the whole country."""
    draws = np.random.default_rng(seed)
    values = children(country, draws, 12)
    shown = (draws.random(len(values)) < 0.3) | (country.filters == 0)
    table = Table(country, values[None], np.zeros((1, len(values)), dtype=bool), values < 0, WIDE)
    found = table.ranges(shown[None])
    rows = [row(cut, CELLS) for cut in country.cuts]
    sums, open_ = [one for one, its in zip(rows, shown, strict=True) if its], 0
    for place, low, high in list(zip(found.rows, found.bounds.low, found.bounds.high, strict=True))[::7]:
        least, most = provable(sums, values[shown], rows[place])
        assert least - 1e-5 <= low <= high <= most + 1e-5, country.cuts[place]
        open_ += high - low >= WIDE
    assert open_, "nothing was left open, so nothing was compared"


def share(on: Ground, seed: int) -> tuple[Table, np.ndarray]:
    """Some of a base that is known wherever it is large, and where its count may be shown."""
    draws = np.random.default_rng(seed)
    counted_, others = children(on, draws, 5), children(on, draws, 15)
    whole = counted_ + others
    known = decide(Table(on, whole[None], np.zeros((1, len(whole)), dtype=bool), whole < 0, WIDE), (whole >= 10)[None]).shown[0]
    table = Table(on, counted_[None], np.zeros((1, len(whole)), dtype=bool), whole < 0, WIDE, Sum((), whole, known))
    safe = (counted_ >= 6) & (others >= 6) & known
    return table, safe[None]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_decided_by_region_withstands_an_attack_on_the_whole_country(country: Ground, seed: int) -> None:
    table, candidates = share(country, seed)
    decision = decide(table, candidates)
    assert decision.shown.any() and not decision.shown[candidates].all(), "all or nothing shown: nothing was decided"
    assert len(replace(table, ground=at_once(country)).falls(decision.shown)) == 0
    whole = table.whole
    assert whole is not None
    base = Table(at_once(country), whole.values[None], np.zeros((1, len(whole.known)), dtype=bool), whole.values < 0, WIDE)
    assert len(base.falls(whole.known[None])) == 0


def test_most_of_what_could_be_shown_at_once_is_shown_by_region(country: Ground) -> None:
    """Two towns hide less behind one another than six, and regions of a country are larger."""
    tables = [share(country, seed) for seed in range(6)]
    by_region = sum(int(decide(table, candidates).shown.sum()) for table, candidates in tables)
    alone = sum(int(decide(replace(table, ground=at_once(country)), candidates).shown.sum()) for table, candidates in tables)
    assert by_region >= 0.85 * alone


def test_a_figure_that_no_region_can_hide_falls(country: Ground) -> None:
    """All towns but one are shown with the whole: the last is what they leave."""
    values = counted(country, dict.fromkeys(CELLS, 4))
    towns = [
        place for place, cut in enumerate(country.cuts) if cut.chosen in ((), ("area",)) and cut.area not in ("east", "west")
    ]
    shown = np.zeros((1, len(values)), dtype=bool)
    shown[0, towns[:-1]] = True
    table = Table(country, values[None], np.zeros_like(shown), values < 0, WIDE)
    assert towns[-1] in table.falls(shown)


def test_what_pins_a_figure_is_looked_for_in_its_own_region(country: Ground) -> None:
    crossing = [place for place, cut in enumerate(country.cuts) if cut.area == "all"]
    within = [place for place, cut in enumerate(country.cuts) if cut.area == "town 4"]
    known = Knowledge(country.incidence, np.ones(len(country.cuts)))
    found = list(pieces(known, sparse.csr_array(country.incidence[[within[0], crossing[1]]]), country.region))
    assert [some.tolist() for some, _, _ in found] == [[0], [1]]
    assert set(crossing) < set(found[0][1].tolist()) and set(found[1][1].tolist()) == set(crossing)
    assert set(country.region[found[0][2]]) == {2} and len(found[1][2]) == country.incidence.shape[1]
