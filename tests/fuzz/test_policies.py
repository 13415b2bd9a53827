"""A policy file, however written, is a policy as strict as it must be, or is refused: else a release shows too much."""

from __future__ import annotations

from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.disclosure.policy import (
    DEFAULT,
    POLICIES,
    SMALLEST_BASE,
    SMALLEST_BASE_OF_A_ZERO,
    SMALLEST_COUNT,
    Policy,
    load_policy,
    weaker_in,
)
from metrics.lattice import MOST_FILTERS_FINE
from tests.fuzz.damage import spoilt
from tests.fuzz.promise import kept, place

SOUND = tuple(path.read_bytes() for path in sorted(POLICIES.glob("*.toml")))
WORDS = (
    *(b"true", b"false", b'"never"', b"0", b"-1", b"1_0", b"0x0A", b"1e1", b"inf", b"nan", b"[[", b"[a.b]", b'"""', b"\\u0000"),
    *(b'audience = "anyone"\n', b'subset_of = "none"\n', b"synthetic_only = true\n", b"percent_decimals = 0\n", b"[" * 5_000),
)


VALUES = (
    *(b"true", b"false", b'"never"', b"0", b"-1", b"10", b"1000000000000", b"0x0A", b"1.0", b"inf", b"nan", b'"none"', b'""'),
    *(b'"anyone"', b'"partners"', b'"bands"', b"[1]", b"{ a = 1 }", b"2027-09-30", b"2027-09-30T00:00:00", b"0001-01-01"),
    *(b'"' + b"x" * 70_000 + b'"', b'"\\u0085"', b'"\\u202e"', b'"<b>"', b"[" * 5_000, b"{a=" * 5_000, b"9" * 5_000),
)


def _entry(line: bytes, value: bytes) -> bytes:
    return line.partition(b"=")[0] + b"= " + value


@st.composite
def _files(draw: st.DrawFn) -> bytes:
    """A policy of ours under a name of its own, entries exchanged for another policy's, and then perhaps spoilt."""
    lines = draw(st.sampled_from(SOUND)).splitlines()
    others = [line for file in SOUND for line in file.splitlines()]
    for _ in range(draw(st.integers(0, 4))):
        lines[draw(st.integers(0, len(lines) - 1))] = draw(st.sampled_from(others))
        at = draw(st.integers(0, len(lines) - 1))
        lines[at] = draw(st.one_of(st.just(lines[at]), st.sampled_from(VALUES).map(partial(_entry, lines[at]))))
    named = [b'name = "ours"' if line.startswith(b"name") else line for line in lines]
    content = b"\n".join(named)
    return draw(st.one_of(st.just(content), spoilt(content, WORDS)))


@settings(max_examples=60)
@given(_files())
def test_a_policy_file(content: bytes) -> None:
    path = place() / "ours.toml"
    path.write_bytes(content)
    policy = kept(lambda: load_policy(path))
    if policy is not None:
        _check(policy)


def _check(policy: Policy) -> None:
    """As strict as agreed for whom it is, unless for synthetic data; and it says so in words and comes back from a manifest."""
    assert policy.words().isprintable() and policy.audience_words
    assert Policy.from_json(policy.to_json()) == policy
    kept(lambda: policy.check_fits(synthetic=True))
    if policy.synthetic_only:
        assert not _fits(policy)
        return
    assert policy.smallest_base >= SMALLEST_BASE and policy.smallest_count >= SMALLEST_COUNT
    assert policy.smallest_base_of_a_zero >= SMALLEST_BASE_OF_A_ZERO and policy.most_filters <= MOST_FILTERS_FINE
    if policy.audience == "anyone":
        assert weaker_in(policy, load_policy("publication")) is None
    if policy.subset_of == DEFAULT and _fits(policy):
        assert weaker_in(policy, load_policy(DEFAULT)) is None


def _fits(policy: Policy) -> bool:
    """Whether it may be used on children who are real."""

    def fits() -> bool:
        policy.check_fits(synthetic=False)
        return True

    return kept(fits) is True
