"""What a release tells a local authority. What these tests prevent: another authority's figure, name or note, by any way in."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics import ALL, EVERYTHING, Area, Audience, Basis, Filters, Release, ReleaseError
from metrics.audience import BESIDE
from metrics.share import ENGLAND
from tests.releases import OXFORD, OXFORDSHIRE, READING, lattice_of, publish_release

SLOUGH, CHERWELL = "E06000039", "E07000177"
AREAS = (
    Area("all", "Thames Valley", "all"),
    Area(OXFORDSHIRE, "Oxfordshire", "authority", "all", "2022-01"),
    Area(CHERWELL, "Cherwell", "district", OXFORDSHIRE, "2022-01"),
    Area(OXFORD, "Oxford", "district", OXFORDSHIRE, "2021-10"),
    Area(READING, "Reading", "authority", "all", "2023-07"),
    Area(SLOUGH, "Slough", "authority", "all"),
)
OWN, FOREIGN = (OXFORDSHIRE, CHERWELL, OXFORD), (READING, SLOUGH)
FOREIGN_WORDS = (*FOREIGN, "Reading", "Slough", "an episode")
MANY = lattice_of(1_200, AREAS)
N = {ALL: 900, OXFORDSHIRE: 500, CHERWELL: 90, OXFORD: 410, READING: 310, SLOUGH: 77}
"""Children of each area: which area a figure is of can be told by its base."""
HERE = Audience("local_authority", OXFORDSHIRE)
PARTNER = Audience("partner")
SOURCES = ("school_census", "social_care")
EHCP: tuple[str, Basis, str] = ("ehcp", "observed", "0")


def released(folder: Path, *beside: str, said: bool = True, **changes: Any) -> Release:
    """A release of three authorities, each with its own base, under a policy that lets these stand beside an authority."""
    policy = {"name": "partners", "words": "We hide figures about fewer than six children."}
    authorities = [area.code for area in AREAS if area.kind == "authority"]
    days = {source: dict.fromkeys(authorities, "2025-07-31") for source in SOURCES}
    manifest = {
        "policy": policy | ({"authorities_see": list(beside)} if said else {}),
        "partnership": "Thames Valley",
        "observed_to": days,
        "supplied_from": {source: dict.fromkeys(authorities, "2017-08-01") for source in SOURCES},
        "definitions": {
            OXFORDSHIRE: "Early Help: an assessment",
            READING: "Early Help: an episode",
            SLOUGH: "Early Help: an episode",
        },
        "notes": [{"area_code": code, "source": "links", "sentence": f"Something of {code}."} for code in (*N,)],
        "areas": [vars(area) for area in AREAS],
        "design_effects": {"ehcp": 1.5},
    }
    publish_release(
        folder,
        {(cut, *EHCP): {"n": N[cut.area], "count": 20} for cut in MANY.cuts()},
        lattice=changes.pop("lattice", MANY),
        comparators=[comparator(code) for code in (ENGLAND, *N)],
        quality=[quality(code) for code in (*N,)],
        manifest=manifest | changes,
    )
    return Release.open(folder)


def comparator(code: str) -> dict[str, Any]:
    """A published figure of that area."""
    name = next((area.name for area in AREAS if area.code == code), "England")
    told = {"comparator": "ehcp", "indicator": "ehcp", "area_code": code, "area_name": name, "population": f"All pupils, {name}"}
    return told | {"period": "202425", "value": 5.0, "unit": "%", "source": "DfE", "fit": "similar", "reason": "Termly."}


def quality(code: str) -> dict[str, Any]:
    """How many children of that area were found in the register of schools."""
    return {"topic": "matched", "file": "education", "area_code": code, "breakdown": "all", "n": N[code], "count": N[code] - 10}


# What an authority sees


def test_an_authority_sees_its_own_area_and_its_districts(tmp_path: Path) -> None:
    seen = released(tmp_path).seen_by(HERE)
    assert [area.code for area in seen.lattice.areas] == list(OWN)
    for code in OWN:
        figure = seen.cut(Filters(code)).figure("ehcp")
        assert figure is not None and figure.n == N[code]


def test_where_the_whole_may_not_be_seen_no_area_chosen_means_the_authority(tmp_path: Path) -> None:
    seen = released(tmp_path).seen_by(HERE)
    assert seen.cut(Filters()).filters == Filters(OXFORDSHIRE)
    assert seen.cut(Filters(sex="F")).figure("ehcp") == seen.cut(Filters(OXFORDSHIRE, sex="F")).figure("ehcp")
    assert Filters.read({}, seen.lattice) == (Filters(OXFORDSHIRE), ())
    assert Filters().words(seen.lattice) == "Oxfordshire, all children"
    assert seen.lattice.partnership is None and seen.lattice.children_total is None


def test_where_the_whole_may_be_seen_no_area_chosen_means_the_whole(tmp_path: Path) -> None:
    seen = released(tmp_path, "partnership").seen_by(HERE)
    assert [area.code for area in seen.lattice.areas] == [ALL, *OWN]
    assert seen.lattice.partnership == AREAS[0]
    figure = seen.cut(Filters()).figure("ehcp")
    assert figure is not None and figure.n == N[ALL]


@pytest.mark.parametrize("code", FOREIGN)
def test_a_cut_of_another_area_is_refused_with_a_sentence(tmp_path: Path, code: str) -> None:
    with pytest.raises(ReleaseError, match="no such area"):
        released(tmp_path, *BESIDE).seen_by(HERE).cut(Filters(code))


def test_a_link_to_another_area_leads_to_the_readers_own(tmp_path: Path) -> None:
    filters, said = Filters.read({"area": READING, "sex": "F"}, released(tmp_path).seen_by(HERE).lattice)
    assert filters == Filters(OXFORDSHIRE, sex="F")
    assert said == (f"This release has no area “{READING}”: it is left out.",)


def test_an_area_is_one_of_the_filters_that_a_policy_allows_at_once(tmp_path: Path) -> None:
    told = released(tmp_path, lattice=MANY.under(2, False)).seen_by(HERE).lattice.why_not(Filters(sex="F", age_band="5-11"))
    assert told == "An area goes with one other filter at most, so that no child can be recognised: clear one first."


# What stands beside


def test_only_what_the_policy_allows_stands_beside(tmp_path: Path) -> None:
    allowed = {
        ("england",): {ENGLAND},
        ("own_published",): set(OWN),
        ("partnership",): {ALL},
        ("partnership", "england", "own_published"): {ALL, ENGLAND, *OWN},
        (): set(),
    }
    for place, (beside, codes) in enumerate(allowed.items()):
        seen = released(tmp_path / str(place), *beside).seen_by(HERE)
        found = {one.area_code for area in (ALL, *N) for one in seen.comparators("ehcp", area)}
        assert found == codes, beside


def test_a_release_that_does_not_say_allows_englands_figures_alone(tmp_path: Path) -> None:
    seen = released(tmp_path, said=False).seen_by(HERE)
    assert {one.area_code for area in (ALL, *N) for one in seen.comparators("ehcp", area)} == {ENGLAND}
    assert seen.lattice.partnership is None


@pytest.mark.parametrize("said", ["partnership", [["england"]], ["reading"], ["england", "england"], 7, None])
def test_a_release_that_says_what_there_is_not_is_damaged(tmp_path: Path, said: Any) -> None:
    with pytest.raises(ReleaseError, match="is damaged"):
        released(tmp_path, policy={"name": "partners", "words": "", "authorities_see": said})


def test_without_englands_figures_nothing_is_said_of_what_they_would_give(tmp_path: Path) -> None:
    for place, (beside, expected) in enumerate(((("england",), 13.6), ((), None))):
        figure = released(tmp_path / str(place), *beside).seen_by(HERE).cut(Filters()).figure("ehcp")
        assert figure is not None and figure.expected == expected


def test_the_whole_is_not_seen_where_subtraction_leaves_one_other_authority(tmp_path: Path) -> None:
    """Of Oxfordshire and Reading together, less Oxfordshire, is Reading: of children, or of what only those two supplied."""
    supplied = {"school_census": dict.fromkeys((OXFORDSHIRE, READING, SLOUGH), "2025-07-31")}
    two = supplied | {"social_care": dict.fromkeys((OXFORDSHIRE, READING), "2025-07-31")}
    other = supplied | {"social_care": {READING: "2025-07-31"}}
    own = supplied | {"social_care": {OXFORDSHIRE: "2025-07-31"}}
    for place, (ends, whole) in enumerate(((two, False), (other, False), (own, True), (supplied, True))):
        starts = {source: dict.fromkeys(areas, "2017-08-01") for source, areas in ends.items()}
        release = released(tmp_path / str(place), *BESIDE, observed_to=ends, supplied_from=starts)
        assert (release.seen_by(HERE).lattice.partnership is not None) is whole, ends


def test_two_authorities_alone_do_not_see_the_whole(tmp_path: Path) -> None:
    lattice = lattice_of(1_200, AREAS[:-1])
    publish_release(tmp_path, lattice=lattice, manifest={"policy": {"name": "p", "words": "", "authorities_see": list(BESIDE)}})
    assert Release.open(tmp_path).seen_by(HERE).lattice.partnership is None


def test_a_mixture_of_definitions_is_told_of_the_whole_and_not_of_whom(tmp_path: Path) -> None:
    for place, (beside, differ) in enumerate(((("partnership",), True), ((), False))):
        seen = released(tmp_path / str(place), *beside).seen_by(HERE)
        assert seen.extracts.definitions == {OXFORDSHIRE: "an assessment"}
        assert seen.extracts.definitions_differ is differ


def test_the_last_days_are_those_of_the_authoritys_own_extracts(tmp_path: Path) -> None:
    """The others are a month ahead, and supplied social care, which Oxfordshire did not: neither may be told."""
    own, others = {OXFORDSHIRE: "2025-06-30"}, {READING: "2025-07-31", SLOUGH: "2025-07-31"}
    ends = {"school_census": own | others, "social_care": others}
    starts = {source: dict.fromkeys(areas, "2017-08-01") for source, areas in ends.items()}
    seen = released(tmp_path, observed_to=ends, supplied_from=starts, covered={}).seen_by(HERE)
    assert seen.observed_to == {"school_census": date(2025, 6, 30)}
    assert seen.extracts.spans == {"school_census": {OXFORDSHIRE: ((date(2017, 8, 1), date(2025, 6, 30)),)}}
    assert "2025-07-31" not in json.dumps(seen.manifest) and "social_care" not in seen.manifest["observed_to"]


# For whom


def test_a_partner_and_a_publisher_see_the_whole_release(tmp_path: Path) -> None:
    release = released(tmp_path)
    assert release.seen_by(EVERYTHING) is release
    partner = release.seen_by(PARTNER)
    assert (partner.lattice, partner.manifest, partner.extracts) == (release.lattice, release.manifest, release.extracts)
    assert (release.audience, partner.audience) == (EVERYTHING, PARTNER)


def test_a_view_is_made_once_and_shares_the_memory_of_cells(tmp_path: Path) -> None:
    release = released(tmp_path)
    seen = release.seen_by(HERE)
    assert release.seen_by(HERE) is seen and seen.seen_by(HERE) is seen
    before = release.memory_bytes
    seen.cut(Filters())
    assert seen.memory_bytes == release.memory_bytes > before


def test_a_file_that_fails_for_one_reader_has_failed_for_all(tmp_path: Path) -> None:
    """So that the release is opened again, whoever met the fault first."""
    release = released(tmp_path)
    figures = release.directory / "figures.parquet"
    figures.write_bytes(b"\0" * figures.stat().st_size)
    seen = release.seen_by(HERE)
    with pytest.raises(ReleaseError, match="not readable"):
        seen.cut(Filters())
    assert seen.failed and release.failed


def test_what_was_narrowed_is_never_widened(tmp_path: Path) -> None:
    release = released(tmp_path)
    seen = release.seen_by(HERE)
    for wider in (EVERYTHING, PARTNER, Audience("local_authority", READING)):
        with pytest.raises(ReleaseError, match="was opened for a local authority"):
            seen.seen_by(wider)
    with pytest.raises(ReleaseError, match="was opened for a partner"):
        release.seen_by(PARTNER).seen_by(EVERYTHING)
    assert release.seen_by(PARTNER).seen_by(HERE).lattice == seen.lattice


@pytest.mark.parametrize("code", ["E06000060", OXFORD.replace("E07", "E06")])
def test_an_authority_that_the_release_has_not_is_told_so(tmp_path: Path, code: str) -> None:
    with pytest.raises(ReleaseError, match=f"has no authority {code}"):
        released(tmp_path).seen_by(Audience("local_authority", code))


def test_a_release_without_figures_of_areas_has_none_for_an_authority(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="no figures of single areas"):
        released(tmp_path, lattice=MANY.under(0, True)).seen_by(HERE)


# By every way in

ATTRIBUTES = {
    *(
        "audience",
        "audience_words",
        "audited",
        "authority_words",
        "beside",
        "built_at",
        "cohort_version",
        "directory",
        "extracts",
        "failed",
        "files",
        "lattice",
        "manifest",
    ),
    *("memory_bytes", "observed_to", "policy", "policy_words", "protocol", "recognised_to", "synthetic", "version"),
}
METHODS = {"across", "apart", "comparators", "current", "cut", "nearest", "open", "quality", "read_through", "seen_by"}


def test_every_way_into_a_release_has_been_considered(tmp_path: Path) -> None:
    """A new attribute or method fails here until it is narrowed and looked at below."""
    release = released(tmp_path)
    public = {name for name in dir(release) if not name.startswith("_")}
    assert public == ATTRIBUTES | METHODS


def test_every_entry_of_a_manifest_an_authority_is_told_is_named(demonstration_release: Path) -> None:
    whole = Release.open(demonstration_release)
    area = next(one for one in whole.lattice.areas if one.kind == "authority")
    told = whole.seen_by(Audience("local_authority", area.code)).manifest
    assert set(whole.manifest) - set(told) == {"files", "rows"}


def test_what_a_later_manifest_says_more_is_not_told_until_somebody_names_it(tmp_path: Path) -> None:
    seen = released(tmp_path, by_area={READING: 12}).seen_by(HERE)
    assert "by_area" not in seen.manifest and "rows" not in seen.manifest


@pytest.mark.parametrize("beside", [(), ("partnership",), BESIDE])
def test_no_attribute_names_another_authority(tmp_path: Path, beside: tuple[str, ...]) -> None:
    seen = released(tmp_path, *beside).seen_by(HERE)
    for name in sorted(ATTRIBUTES - {"directory"}):
        for word in FOREIGN_WORDS:
            assert word not in repr(getattr(seen, name)), (name, word)


CUTS = st.builds(
    Filters,
    st.sampled_from((*N, "E06000060", "nowhere")),
    st.sampled_from((ALL, *MANY.age_bands)),
    st.sampled_from((ALL, *MANY.sexes)),
    st.sampled_from((ALL, *MANY.periods)),
)


@pytest.mark.parametrize("beside", [(), ("partnership",), BESIDE])
def test_no_method_tells_anything_of_another_area(tmp_path: Path, beside: tuple[str, ...]) -> None:
    seen = released(tmp_path, *beside).seen_by(HERE)
    visible = {*OWN, *((ALL,) if "partnership" in beside else ())}
    bases = {N[code] for code in visible}

    @settings(max_examples=300, deadline=None)
    @given(CUTS, st.sampled_from(("area", "age_band", "sex", "period")), st.lists(st.sampled_from((*N,))))
    def look(filters: Filters, dimension: Any, values: list[str]) -> None:
        cuts = [seen.nearest(filters, [("ehcp", "0", "observed"), ("sen_support", "0", "observed")])] if known(filters) else []
        with suppress(ReleaseError):
            cuts.append(seen.cut(filters).filters)
        across = []
        if known(filters):
            across = [*seen.across(filters, dimension, "ehcp"), *seen.across(filters, "area", "ehcp", values=values)]
        for cut in filter(None, cuts):
            figure = seen.cut(cut).figure("ehcp")
            assert cut.area in visible and figure is not None and figure.n in bases
        assert {figure.n for _, figure in across} <= bases
        beyond = [one.area_code for one in seen.comparators("ehcp", filters.area)]
        assert set(beyond) <= {*visible, ENGLAND, *OWN} and set(seen.apart("early_help", filters.area)) <= visible

    def known(filters: Filters) -> bool:
        return seen.lattice.settled(filters).area in seen.lattice.values("area")

    look()
    assert {one.area_code for one in seen.quality("matched")} == visible


def test_every_figure_of_the_demonstration_is_as_the_whole_release_has_it(demonstration_release: Path) -> None:
    """Fewer of the same figures, never other figures: what an authority reads is what partners read of it."""
    whole = Release.open(demonstration_release)
    for area in (one for one in whole.lattice.areas if one.kind == "authority"):
        seen = whole.seen_by(Audience("local_authority", area.code))
        kin = {one.code for one in whole.lattice.areas if area.code in (one.code, one.parent)}
        names = [one.name for one in whole.lattice.areas if one.kind != "all" and one.code not in kin]
        text = json.dumps(seen.manifest, ensure_ascii=False, default=str) + repr((seen.extracts, seen.lattice, seen.protocol))
        assert not [one.code for one in whole.lattice.areas if one.kind != "all" and one.code not in kin and one.code in text]
        assert not [name for name in names if f'"{name}"' in text or f"'{name}'" in text]
        for cut in (one for one in seen.lattice.cuts() if one.area in kin and len(one.chosen) <= 2):
            assert seen.cut(cut).figure("recognised") == whole.cut(cut).figure("recognised"), cut
