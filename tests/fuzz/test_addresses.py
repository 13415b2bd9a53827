"""Whatever an address asks for, a cut that the release holds is shown, and the reader is told what was changed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.filters import DIMENSIONS, URL_KEYS, Filters
from metrics.lattice import Lattice
from tests.releases import lattice_of

LATTICES = (lattice_of(225), lattice_of(600), lattice_of(600).under(2, True), lattice_of(225).without_total())
CODES = sorted({code for lattice in LATTICES for dimension in DIMENSIONS for code in lattice.values(dimension)})
VALUES = st.one_of(st.sampled_from(CODES), st.sampled_from(("2022q3", "2022Q9", "ALL", "0-4,5-11", "", " F", "%00")), st.text())
KEYS = st.one_of(st.sampled_from(tuple(URL_KEYS.values())), st.text(max_size=9))


@settings(max_examples=200)
@given(st.dictionaries(KEYS, VALUES, max_size=6), st.sampled_from(LATTICES))
def test_the_filters_of_an_address(query: dict[str, str], lattice: Lattice) -> None:
    filters, told = Filters.read(query, lattice)
    assert lattice.holds(filters)
    assert filters.words(lattice).isprintable()
    assert Filters.read(filters.query(), lattice) == (filters, ()), "what is shown has an address of its own"
    asked = Filters.from_query(query)
    assert bool(told) == (filters != asked)
    for sentence in told:
        assert sentence.endswith(".") and sentence.isprintable() and len(sentence) < 300 and "<" not in sentence
    for dimension in DIMENSIONS:
        assert all(lattice.holds(filters.but(**{dimension: value})) for value in lattice.options(filters, dimension).values)
