"""Two releases are a third: what came between. What these tests prevent: a child who is seen by subtracting one from another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from metrics.catalogue import INDICATORS
from metrics.disclosure.board import Kind
from metrics.disclosure.edition import Edition, LedgerError
from metrics.disclosure.increments import ITSELF, REST, Laid, Limits, check, differences, laid_out, symbols_of
from metrics.disclosure.policy import load_policy
from metrics.disclosure.structure import SUPPRESSED
from metrics.disclosure.withholding import hide_for_kept
from metrics.filters import Filters
from metrics.indicator import Basis
from tests.metrics.editions import HIDDEN, IMPOSSIBLE, Cells, Row, edition, of
from tests.releases import FIGURES, OXFORD, OXFORDSHIRE, READING, lattice_of

IDS = {one.id for one in INDICATORS}
EVERYONE, GIRLS, BOYS = Filters(), Filters(sex="F"), Filters(sex="M")
OXON, RDG = Filters(area=OXFORDSHIRE), Filters(area=READING)


def plan(cut: Filters, row: Row) -> Cells:
    """What is shown of plans at term 0 in one cut."""
    return {(cut, "ehcp", "observed", "0"): row}


def alone(shown: dict[Filters, Row], key: tuple[str, Basis, str] = ("ehcp", "observed", "0")) -> Cells:
    """What is shown of one indicator, in these cuts alone; plans at term 0 unless named."""
    return {(cut, *key): shown.get(cut, HIDDEN) for cut in lattice_of(225).cuts()}


def laid(new: Edition, kind: Kind = "figures") -> tuple[Laid, np.ndarray]:
    table = new.table(kind)
    return laid_out(kind, table, new.lattice, new.policy), symbols_of(table)


def fallen(new: Edition, old: Edition, kind: Kind = "figures") -> list[Row]:
    """What falls, but for bases, which every figure of theirs tells."""
    rows: list[Row] = differences(*laid(new, kind), old).to_pylist()
    return [row for row in rows if kind != "figures" or row["indicator"] in IDS]


def two(root: Path, before: Cells, after: Cells, **options: object) -> tuple[Edition, Edition]:
    old, new = edition(root / "old", "first", before), edition(root / "new", "second", after, **options)
    return new, old


@pytest.mark.parametrize(
    ("after", "falls"),
    [
        (of(100, 40), False),
        (of(101, 40), True),
        (of(109, 46), True),
        (of(110, 40), True),
        (of(129, 40), True),
        (of(130, 40), False),
        (of(112, 46), False),
        (of(112, 45), True),
        (of(112, 47), True),
        (of(129, 69), True),
        (of(130, 70), False),
        (of(112, 39), True),
        (of(112, 53), True),
        (of(100, 41), True),
        (of(100, 35), True),
        (of(100, 34), False),
        (of(99, 40), True),
        (of(91, 34), True),
        (of(80, 30), False),
        (of(80, 35), True),
    ],
)
def test_an_increment_falls_where_it_is_of_few_or_few_of_it_are_counted(tmp_path: Path, after: Row, falls: bool) -> None:
    # Of 100 children with 40 plans, every other cut the same: whoever came is in no part of the whole.
    new, old = two(tmp_path, plan(OXON, of(100, 40)), plan(OXON, after))
    by_itself = [row for row in fallen(new, old) if row["what"] == ITSELF]
    assert [(row["area_code"], row["indicator"]) for row in by_itself] == [(OXFORDSHIRE, "ehcp")] * falls


def test_nothing_new_gives_nothing_away(tmp_path: Path) -> None:
    new, old = two(tmp_path, {}, {})
    assert fallen(new, old) == fallen(new, old, "pairs") == fallen(new, old, "quality") == []


def test_a_cell_hidden_in_either_release_is_not_subtracted(tmp_path: Path) -> None:
    for before, after in ((HIDDEN, of(101, 40)), (of(100, 40), HIDDEN)):
        new, old = two(tmp_path / str(before["n"]), plan(EVERYONE, before), plan(EVERYONE, after))
        assert fallen(new, old) == []


def test_a_headcount_and_a_mean_fall_for_their_base_alone(tmp_path: Path) -> None:
    key: tuple[Filters, str, Basis, str] = (EVERYONE, "recognised", "observed", "all")
    for n, falls in ((109, True), (110, False)):
        new, old = two(tmp_path / str(n), {key: of(100, 100)}, {key: of(n, n)})
        assert [row["indicator"] for row in fallen(new, old) if row["what"] == ITSELF] == ["recognised"] * falls


def test_what_is_left_of_a_whole_falls_as_a_cell_does(tmp_path: Path) -> None:
    # Twenty more children, twelve of them with a plan; twelve and six are girls, and boys were hidden.
    before = alone({EVERYONE: of(200, 80), GIRLS: of(100, 40)})
    after = alone({EVERYONE: of(220, 92), GIRLS: of(112, 46), BOYS: of(108, 46)})
    new, old = two(tmp_path, before, after)
    assert [(row["sex"], row["what"]) for row in fallen(new, old)] == [("M", ITSELF)]


BANDS = {band: Filters(age_band=band) for band in ("0-4", "5-11", "12-17")}


def test_what_is_left_for_several_hidden_cells_together_falls_too(tmp_path: Path) -> None:
    before = alone({EVERYONE: of(300, 120), BANDS["12-17"]: of(100, 40)})
    after = alone({EVERYONE: of(330, 132), BANDS["12-17"]: of(124, 50)})
    new, old = two(tmp_path, before, after)
    assert [(row["age_band"], row["what"]) for row in fallen(new, old)] == [("all", REST)]


def test_what_follows_on_one_line_is_used_on_the_next(tmp_path: Path) -> None:
    # The girls among thirty more are fifteen, so the boys are too; twelve of the boys are in Oxfordshire, three in Reading.
    oxon = Filters(area=OXFORDSHIRE, sex="M")
    before = alone({EVERYONE: of(200, 80), GIRLS: of(100, 40), oxon: of(60, 30)})
    after = alone({EVERYONE: of(230, 98), GIRLS: of(115, 49), oxon: of(72, 36)})
    new, old = two(tmp_path, before, after)
    assert [(row["area_code"], row["sex"], row["what"]) for row in fallen(new, old)] == [(READING, "M", ITSELF)]


def test_where_nothing_changed_nothing_changed_within(tmp_path: Path) -> None:
    # Nobody came to Oxfordshire, so the fourteen new girls are all of Reading's twenty, and six are boys.
    before = alone({OXON: of(100, 40), RDG: of(100, 40), GIRLS: of(90, 45)})
    after = alone({OXON: of(100, 40), RDG: of(120, 50), GIRLS: of(104, 52)})
    new, old = two(tmp_path, before, after)
    assert {(row["area_code"], row["sex"]) for row in fallen(new, old)} == {(READING, "M"), ("all", "M")}


def test_children_of_no_district_are_what_is_left_of_their_authority(tmp_path: Path) -> None:
    oxford = Filters(area=OXFORD)
    before, after = alone({OXON: of(100, 40), oxford: of(50, 20)}), alone({OXON: of(130, 52), oxford: of(76, 30)})
    new, old = two(tmp_path, before, after)
    assert [(row["area_code"], row["what"]) for row in fallen(new, old)] == [(OXFORDSHIRE, REST)]


def test_the_increment_of_a_later_year_is_all_of_it(tmp_path: Path) -> None:
    # Of 30 more children 24 are of 2023, when nobody had been imprisoned yet; so 6 came late to 2022, whose figure is hidden.
    years = {year: Filters(period=year) for year in ("2022", "2023")}
    new = edition(tmp_path / "new", "second", alone({EVERYONE: of(130, 52), years["2023"]: of(24, 12)}))
    before = {EVERYONE: of(100, 40), years["2022"]: of(100, 40)}
    structural = edition(tmp_path / "structural", "first", alone(before | {years["2023"]: IMPOSSIBLE}))
    later = edition(tmp_path / "later", "first", alone(before), recognised_to=date(2022, 12, 31))
    for old in (structural, later):
        assert [(row["period"], row["what"]) for row in fallen(new, old)] == [("2022", ITSELF)]


def test_a_family_in_two_areas_makes_no_line(tmp_path: Path) -> None:
    key: tuple[str, Basis, str] = ("recognised", "observed", "all")
    before = alone({EVERYONE: of(200, 200), OXON: of(100, 100)}, key)
    new, old = two(tmp_path, before, alone({EVERYONE: of(230, 230), OXON: of(126, 126)}, key))
    assert [(row["indicator"], row["area_code"]) for row in fallen(new, old)] == [("recognised", READING)]
    assert fallen(renamed(new, "families"), renamed(old, "families")) == []


def renamed(one: Edition, name: str) -> Edition:
    """The same figures, those of the children recognised under another name, which the fixture has not."""
    figures = one.table("figures")
    words = [name if word == "recognised" else word for word in figures["indicator"].to_pylist()]
    return with_figures(one, figures.set_column(figures.column_names.index("indicator"), "indicator", pa.array(words)))


def with_figures(one: Edition, figures: pa.Table) -> Edition:
    pq.write_table(figures, one.directory / "figures.parquet")
    return one


Told = dict[tuple[str, Basis, str], Row]


def of_everyone(root: Path, version: str, told: Told) -> Edition:
    """A release of these figures alone, of everyone."""
    cut = {"area_code": "all", "age_band": "all", "sex": "all", "period": "all"}
    names = ("indicator", "basis", "time")
    rows = [cut | dict(zip(names, key, strict=True)) | {"symbol": None} | row for key, row in told.items()]
    return with_figures(edition(root / version, version), pa.Table.from_pylist(rows, FIGURES))


def levels(n: int, **counts: int) -> Told:
    """What is told of statutory support in the month of imprisonment; a level that is not named is hidden."""
    names = ("statutory", "cin", "cp", "cwcf")
    return {(name, "observed", "m0"): of(n, counts[name]) if name in counts else HIDDEN for name in names}


@pytest.mark.parametrize(
    ("after", "falls", "withheld"),
    [
        (levels(240, statutory=90 + 18, cin=40 + 8, cp=30 + 7), [("cwcf", ITSELF)], ["cp"]),
        (levels(240, statutory=90 + 21, cin=40 + 8, cp=30 + 7), [], []),
        (levels(240, statutory=90 + 12, cin=40 + 8), [("statutory", REST)], ["cin"]),
        (levels(240, cin=40 + 8, cp=30 + 7, cwcf=20 + 3), [("cwcf", ITSELF)], ["cwcf"]),
    ],
)
def test_what_is_left_of_a_sum_of_figures_falls_too(
    tmp_path: Path, after: Told, falls: list[tuple[str, str]], withheld: list[str]
) -> None:
    old = of_everyone(tmp_path / "old", "first", levels(200, statutory=90, cin=40, cp=30, cwcf=20))
    new = of_everyone(tmp_path / "new", "second", after)
    assert [(row["indicator"], row["what"]) for row in fallen(new, old)] == falls
    assert [row["indicator"] for row in hide(new, old)] == withheld


def test_a_base_that_another_figure_tells_is_told(tmp_path: Path) -> None:
    # The levels have one base: of 203 it was child protection that told of it, and of 200 before children in need.
    old = of_everyone(tmp_path / "old", "first", levels(200, cin=40))
    new = of_everyone(tmp_path / "new", "second", levels(203, cp=30))
    assert [row["what"] for row in differences(*laid(new), old).to_pylist()] == [ITSELF]
    assert [row["indicator"] for row in hide(new, old)] == ["cp"]


def test_a_figure_that_each_release_tells_in_its_own_way_is_told(tmp_path: Path) -> None:
    # Before, the two lower levels left the third; now it is shown, and has three more.
    old = of_everyone(tmp_path / "old", "first", levels(200, statutory=90, cin=40, cp=30))
    new = of_everyone(tmp_path / "new", "second", levels(240, cwcf=20 + 3))
    assert [(row["indicator"], row["what"]) for row in fallen(new, old)] == [("cwcf", ITSELF)]
    assert [row["indicator"] for row in hide(new, old)] == ["cwcf"]
    assert [
        row["indicator"] for row in hide(of_everyone(tmp_path, "other", levels(240, statutory=90 + 20, cin=40 + 10, cp=37)), old)
    ] != []


def test_those_observed_who_are_not_followed_are_a_group_too(tmp_path: Path) -> None:
    # Fifteen more are observed and twelve of them are followed, which leaves three.
    observed: tuple[str, Basis, str] = ("sen_support", "observed", "0")
    followed: tuple[str, Basis, str] = ("sen_support", "followed", "0")
    old = of_everyone(tmp_path / "old", "first", {observed: of(100, 40), followed: of(60, 30)})
    new = of_everyone(tmp_path / "new", "second", {observed: of(115, 49), followed: of(72, 36)})
    assert [(row["basis"], row["what"]) for row in fallen(new, old)] == [("observed", REST)]
    assert [row["basis"] for row in hide(new, old)] == ["followed"]


def test_a_shown_zero_that_stays_is_no_new_one(tmp_path: Path) -> None:
    # Nobody of 100 and nobody of 130: of thirty more there was none, which may be told; of twelve it may not.
    for n, expected in ((130, []), (112, [ITSELF])):
        old = of_everyone(tmp_path / f"old {n}", "first", {("ehcp", "observed", "0"): of(100, 0)})
        new = of_everyone(tmp_path / f"new {n}", "second", {("ehcp", "observed", "0"): of(n, 0)})
        assert [row["what"] for row in fallen(new, old)] == expected


def test_coverage_that_is_impossible_is_still_of_every_child(tmp_path: Path) -> None:
    # Four of eighteen more are girls, though no girl can be in this part of the coverage.
    key: tuple[str, Basis, str] = ("recognised", "observed", "all")
    before = alone({EVERYONE: of(100, 40), BOYS: of(50, 20), GIRLS: IMPOSSIBLE}, key)
    after = alone({EVERYONE: of(118, 51), BOYS: of(64, 27), GIRLS: IMPOSSIBLE}, key)
    new, old = two(tmp_path, before, after)
    assert fallen(new, old) == []
    assert [row["sex"] for row in fallen(renamed(new, "coverage_covid"), renamed(old, "coverage_covid"))] == ["F"]


def test_the_looser_of_two_policies_measures_what_came_between() -> None:
    partners, publication = load_policy("partners"), load_policy("publication")
    assert Limits.of(partners, publication) == Limits.of(publication, partners) == Limits(10, 6, 30)
    assert Limits.of(publication, publication) == Limits(
        publication.smallest_base, publication.smallest_count, publication.smallest_base_of_a_zero
    )
    assert Limits.of(partners, replace(partners, smallest_base=0, synthetic_only=True)) == Limits(10, 6, 30)


def pair(n: int, before: int, after: int, gained: int, lost: int) -> Row:
    names = ("n_both", "before_count", "after_count", "gained", "lost")
    return dict(zip(names, (n, before, after, gained, lost), strict=True)) | {"kind": "any"}


@pytest.mark.parametrize(
    ("after", "falls"),
    [
        (pair(100, 40, 50, 20, 10), False),
        (pair(109, 40, 50, 20, 10), True),
        (pair(140, 56, 70, 30, 16), False),
        (pair(140, 56, 70, 25, 11), True),
        (pair(140, 56, 66, 26, 16), False),
        (pair(140, 41, 60, 30, 11), True),
        (pair(100, 40, 51, 21, 10), True),
    ],
)
def test_a_change_falls_for_any_of_its_parts(tmp_path: Path, after: Row, falls: bool) -> None:
    old = edition(tmp_path / "old", "first", pairs={(OXON, "ehcp"): pair(100, 40, 50, 20, 10)})
    new = edition(tmp_path / "new", "second", pairs={(OXON, "ehcp"): after})
    assert [row["area_code"] for row in fallen(new, old, "pairs")] == [OXFORDSHIRE] * falls


def count(topic: str, file: str, n: int, number: int, **more: str) -> Row:
    return {"topic": topic, "file": file, "area_code": OXFORDSHIRE, "breakdown": "all", "n": n, "count": number} | more


def test_counts_about_the_data_fall_too_but_for_rows_about_nobody(tmp_path: Path) -> None:
    before = [
        count("matched", "education", 100, 80),
        count("rows_read", "term_dates", 40, 40),
        count("rows_used", "links", 90, 80),
    ]
    after = [
        count("matched", "education", 110, 84),
        count("rows_read", "term_dates", 41, 41),
        count("rows_used", "links", 91, 81),
    ]
    new, old = edition(tmp_path / "new", "second", quality=after), edition(tmp_path / "old", "first", quality=before)
    assert [(row["topic"], row["file"]) for row in fallen(new, old, "quality")] == [
        ("matched", "education"),
        ("rows_used", "links"),
    ]


def hide(new: Edition, *kept: Edition) -> list[Row]:
    """What is withheld of a release, after which nothing falls."""
    board, symbols = laid(new)
    hidden = hide_for_kept(board, symbols, kept, new.cohort_version)
    symbols = np.where(hidden, SUPPRESSED, symbols)
    for old in kept:
        assert differences(board, symbols, old).num_rows == 0
    rows: list[Row] = new.table("figures").filter(pa.array(hidden)).to_pylist()
    return rows


def test_a_cell_that_falls_by_itself_is_withheld_and_no_other(tmp_path: Path) -> None:
    new, old = two(tmp_path, plan(OXON, of(100, 40)), plan(OXON, of(104, 42)))
    assert [(row["indicator"], row["area_code"]) for row in hide(new, old)] == [("ehcp", OXFORDSHIRE)]


def test_where_the_rest_of_a_line_falls_the_smallest_part_that_helps_is_withheld(tmp_path: Path) -> None:
    # Four more came to the oldest; with the twelve youngest they are sixteen, with the fourteen others eighteen.
    before = alone({EVERYONE: of(300, 120), BANDS["0-4"]: of(60, 20), BANDS["5-11"]: of(120, 50)})
    after = alone({EVERYONE: of(330, 138), BANDS["0-4"]: of(72, 26), BANDS["5-11"]: of(134, 58)})
    assert [row["age_band"] for row in hide(*two(tmp_path, before, after))] == ["0-4"]


def test_where_a_fall_follows_by_a_detour_a_cell_on_the_way_is_withheld(tmp_path: Path) -> None:
    oxon = Filters(area=OXFORDSHIRE, sex="M")
    before = alone({EVERYONE: of(200, 80), GIRLS: of(100, 40), oxon: of(60, 30)})
    after = alone({EVERYONE: of(230, 98), GIRLS: of(115, 49), oxon: of(72, 36)})
    assert [(row["area_code"], row["sex"]) for row in hide(*two(tmp_path, before, after))] == [(OXFORDSHIRE, "M")]


def test_every_earlier_release_is_minded(tmp_path: Path) -> None:
    first = edition(tmp_path / "one", "first", plan(OXON, of(88, 34)))
    second = edition(tmp_path / "two", "second", plan(OXON, of(112, 50)))
    third = edition(tmp_path / "three", "third", plan(OXON, of(120, 54)))
    assert hide(third, first) == []
    assert len(hide(third, second)) == len(hide(third, first, second)) == 1


def test_the_same_cohort_again_withholds_nothing(tmp_path: Path) -> None:
    old = edition(tmp_path / "old", "first", plan(OXON, of(100, 40)), cohort="one")
    new = edition(tmp_path / "new", "second", plan(OXON, of(100, 40)), cohort="one")
    assert not hide_for_kept(*laid(new), [old], "one").any()
    check(new, [old])


def test_the_same_cohort_counted_otherwise_is_refused(tmp_path: Path) -> None:
    old = edition(tmp_path / "old", "first", plan(OXON, of(100, 40)), cohort="one")
    with pytest.raises(LedgerError, match=rf"first: {OXFORDSHIRE}.*ehcp"):
        check(edition(tmp_path / "new", "second", plan(OXON, of(104, 42)), cohort="one"), [old])


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        ({OXON, RDG}, {OXON, RDG}, False),
        ({OXON, RDG}, {OXON}, False),  # as `publication` after `partners`
        ({OXON}, {OXON, RDG}, False),
        ({OXON}, {RDG}, True),  # together they are everyone, and what either hides
    ],
)
def test_of_two_releases_of_one_cohort_one_shows_all_that_the_other_does(
    tmp_path: Path, before: set[Filters], after: set[Filters], refused: bool
) -> None:
    of_each = {OXON: of(100, 40), RDG: of(125, 60)}
    old, new = (
        edition(tmp_path / name, name, alone({cut: of_each[cut] for cut in cuts}), cohort="one")
        for name, cuts in (("first", before), ("second", after))
    )
    if not refused:
        check(new, [old])
        return
    with pytest.raises(LedgerError, match=r"Beside release first .* what either hides, each showing what the other does not"):
        check(new, [old])


def test_what_is_shown_counts_whatever_table_it_is_in(tmp_path: Path) -> None:
    pairs = {(OXON, "ehcp"): pair(100, 40, 50, 20, 10)}
    old = edition(tmp_path / "old", "first", plan(OXON, HIDDEN), pairs=pairs, cohort="one")
    with pytest.raises(LedgerError, match="each showing what the other does not"):
        check(edition(tmp_path / "new", "second", plan(OXON, of(100, 50)), cohort="one"), [old])


def test_a_release_that_gives_a_cell_away_beside_an_earlier_one_is_refused(tmp_path: Path) -> None:
    new, old = two(tmp_path, alone({OXON: of(100, 40)}), alone({OXON: of(104, 42)}))
    with pytest.raises(
        LedgerError, match=rf"Beside release first of 2024-01-15 .* 2 figures .*first: {OXFORDSHIRE}.*ehcp"
    ) as said:
        check(new, [old])
    assert "104" not in str(said.value) and "\n" not in str(said.value)
    check(edition(tmp_path / "again", "third", alone({})), [old])


@pytest.mark.parametrize(("children", "refused"), [(225, False), (226, True), (234, True), (235, False), (216, True)])
def test_how_many_children_there_are_in_all_is_a_figure_too(tmp_path: Path, children: int, refused: bool) -> None:
    old, new = edition(tmp_path / "old", "first"), edition(tmp_path / "new", "second", children=children)
    if not refused:
        check(new, [old])
        return
    with pytest.raises(LedgerError, match=r"how many children were recognised in all"):
        check(new, [old])


def test_a_release_under_another_lattice_is_compared_where_they_meet(tmp_path: Path) -> None:
    old = edition(tmp_path / "old", "first", plan(OXON, of(100, 40)))
    new = edition(tmp_path / "new", "second", plan(OXON, of(104, 42)), children=600)
    assert [row["area_code"] for row in fallen(new, old) if row["what"] == ITSELF] == [OXFORDSHIRE]
