"""Charts: frozen for every filter, fed with declared columns only, and never drawing what is hidden or not comparable."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date

import altair as alt
import pyarrow as pa
import pytest
from hypothesis import given, settings

from metrics import INDICATORS, Figure, find
from metrics.area import Area
from metrics.catalogue import COVERAGE, SERVICES
from metrics.indicator import RelativeTerms, Windows
from metrics.lattice import Lattice
from metrics.presentation import (
    Chart,
    against_england,
    against_england_data,
    before_after,
    before_after_data,
    breakdown_bars,
    breakdown_bars_data,
    by_year,
    by_year_data,
    care_levels,
    care_levels_data,
    coverage_by_term,
    coverage_by_term_data,
    headcounts,
    headcounts_data,
    journey,
    journey_data,
    missed,
    missed_data,
    palette,
    recognised_by_quarter,
    recognised_by_quarter_data,
    recognised_so_far,
    recognised_so_far_data,
    services_sets,
    services_sets_data,
    share_by_quarter,
    share_by_quarter_data,
    step_by,
    step_by_data,
    term_line,
    term_line_data,
    unavailable,
    waits,
    waits_data,
    window_bars,
    window_bars_data,
)
from metrics.presentation.marks import break_marks, breaks_of, lockdown_marks
from metrics.presentation.offer import STEPS, journey_wide
from metrics.presentation.windows import EARLY_HELP, LEVELS, NOBODY
from tests.egress.judge import charts
from tests.metrics.presentation_figures import comparator, figure, here, hidden, in_need, pair, series

SEN = find("sen_support")
COMPARED = (SEN, find("suspended"))
TERM_INDICATORS = [i for i in INDICATORS if isinstance(i.time, RelativeTerms)]
WINDOW_INDICATORS = [i for i in INDICATORS if isinstance(i.time, Windows) and len(i.time.codes) > 1]
LEVEL_IDS = ("cin", "cp", "cwcf", "statutory", "early_help")


def line(indicator_id: str = "sen_support", **terms: Figure) -> list[Figure]:
    """A shown figure at every term from -2 to 2 but those given as t_1 (term 1) or t__1 (term -1)."""
    given = {name.removeprefix("t_").replace("_", "-"): f for name, f in terms.items()}
    return [given.get(str(t), figure(indicator_id, str(t))) for t in range(-2, 3)]


def parts(table: pa.Table, name: str) -> list[dict[str, object]]:
    return [row for row in table.to_pylist() if row["part"] == name]


def levels(**hidden_ones: Figure) -> dict[str, list[Figure]]:
    counts = {"cin": 40, "cp": 20, "cwcf": 10, "statutory": 70, "early_help": 21}
    return {id: [hidden_ones.get(id, figure(id, "m0", counts[id], 225))] for id in LEVEL_IDS}


def services() -> dict[str, Figure | None]:
    parts_of_none = [figure("none_active_matched", "window", 40, 225), figure("none_active_unmatched", "window", 16, 225)]
    return {f.indicator: f for f in (*(figure(i.id, "window", 56, 225) for i in SERVICES), *parts_of_none)}


CHARTS: dict[str, tuple[Callable[[], Chart], Callable[[], pa.Table], Callable[[], pa.Table]]] = {
    "term_line": (
        lambda: term_line(SEN),
        lambda: term_line_data(SEN, line(), [comparator(), here(), in_need()]),
        lambda: term_line_data(SEN, line(t_1=hidden(time="1")), lockdown=(-2,), breaks={2: "Eligibility widened"}),
    ),
    "window_bars": (
        lambda: window_bars(find("mash_referral")),
        lambda: window_bars_data(find("mash_referral"), [figure("mash_referral", t) for t in ("m0", "w6", "window")]),
        lambda: window_bars_data(find("mash_referral"), [hidden("mash_referral", "m0")]),
    ),
    "care_levels": (care_levels, lambda: care_levels_data(levels()), lambda: care_levels_data(levels(cp=hidden("cp", "m0")))),
    "services_sets": (services_sets, lambda: services_sets_data(services()), lambda: services_sets_data({})),
    "by_year": (
        lambda: by_year(SEN),
        lambda: by_year_data(SEN, {"2022": figure(), "2023": figure()}, [comparator()]),
        lambda: by_year_data(SEN, {"2022": hidden(), "2023": None}),
    ),
    "before_after": (
        lambda: before_after((find("fsm_received"),)),
        lambda: before_after_data((find("fsm_received"),), {"fsm_received": pair()}),
        lambda: before_after_data((find("fsm_received"),), {}),
    ),
    "against_england": (
        lambda: against_england(COMPARED),
        lambda: against_england_data(COMPARED, {"sen_support": figure()}, {"sen_support": [comparator(), in_need()]}),
        lambda: against_england_data(COMPARED, {}, {}),
    ),
    "recognised": (
        recognised_by_quarter,
        lambda: recognised_by_quarter_data({"2022": figure("recognised", "all", 90, 90)}),
        lambda: recognised_by_quarter_data({"2022": hidden("recognised", "all")}),
    ),
    "so_far": (
        recognised_so_far,
        lambda: recognised_so_far_data({"2022": figure("recognised", "all", 90, 90)}),
        lambda: recognised_so_far_data({"2022": hidden("recognised", "all")}),
    ),
    "headcounts": (
        lambda: headcounts("sex"),
        lambda: headcounts_data(
            {"F": "Girls"},
            {"F": (figure("recognised", "all", 106, 106), figure("families", "all", 80, 80))},
            figure("recognised", "all", 225, 225),
        ),
        lambda: headcounts_data({"F": "Girls"}, {"F": (hidden("recognised", "all"), None)}),
    ),
    "breakdown": (
        lambda: breakdown_bars("parent"),
        lambda: breakdown_bars_data("parent", {"maternal": figure("maternal", "all", 20, 225)}),
        lambda: breakdown_bars_data("parent", {"maternal": hidden("maternal", "all")}),
    ),
    "journey": (
        journey,
        lambda: journey_data({step.id: figure(step.id, "all") for step in STEPS}),
        lambda: journey_data({}),
    ),
    "journey_wide": (
        journey_wide,
        lambda: journey_data({step.id: figure(step.id, "all") for step in STEPS}, wide=True),
        lambda: journey_data({}, wide=True),
    ),
    "waits": (
        waits,
        lambda: waits_data({"wait_offered_same_month": figure("wait_offered_same_month", "all", 20, 80)}),
        lambda: waits_data({}),
    ),
    "step_by": (
        lambda: step_by(STEPS[2], "area"),
        lambda: step_by_data({"A": "Here"}, {"A": figure("step_offered", "all", 20, 80)}, {}),
        lambda: step_by_data({"A": "Here"}, {"A": hidden("step_offered", "all", "z")}, {"A": "offer from July 2023"}),
    ),
    "share_by_quarter": (
        lambda: share_by_quarter(STEPS[2]),
        lambda: share_by_quarter_data({"2022Q1": figure("step_offered", "all", 20, 80)}),
        lambda: share_by_quarter_data({"2022Q1": hidden("step_offered", "all")}),
    ),
    "missed": (
        missed,
        lambda: missed_data(
            figure("none_active", "window", 40, 200), {"unknown_offered": figure("unknown_offered", k=10, n=200)}
        ),
        lambda: missed_data(hidden("none_active", "window"), {}),
    ),
    "coverage": (
        coverage_by_term,
        lambda: coverage_by_term_data({i.id: [figure(i.id, "0", 20, 140)] for i in COVERAGE}),
        lambda: coverage_by_term_data({}, -3, 3),
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_the_same_object_whatever_the_cut(name: str) -> None:
    """Otherwise the browser throws the living view away at every filter change."""
    chart, one, other = CHARTS[name]
    before = json.dumps(dict(chart().spec))
    first, second = chart().filled(one()), chart().filled(other())
    assert chart() is chart()
    assert json.dumps(dict(chart().spec)) == before
    assert {k: v for k, v in first.items() if k != "datasets"} == {k: v for k, v in second.items() if k != "datasets"}


@pytest.mark.parametrize("name", CHARTS)
def test_only_declared_columns_reach_the_browser(name: str) -> None:
    chart, one, other = CHARTS[name]
    for table in (one(), other()):
        assert table.schema.equals(chart().columns)
        assert list(chart().filled(table)["datasets"]) == [chart().dataset]


@pytest.mark.parametrize("name", CHARTS)
def test_no_number_of_a_cut_is_in_a_specification(name: str) -> None:
    """The specification is what stays; a value in it would stay as well."""
    chart, *_ = CHARTS[name]
    assert "values" not in json.dumps(chart().spec.get("data")) and "datasets" not in chart().spec
    assert chart().alt and chart().title and chart().subtitle


@pytest.mark.parametrize("name", CHARTS)
def test_a_field_of_every_layer_is_a_column(name: str) -> None:
    chart, *_ = CHARTS[name]

    def fields(node: object) -> set[str]:
        if isinstance(node, dict):
            found = {node["field"]} if isinstance(node.get("field"), str) else set()
            return found.union(*map(fields, node.values()))
        return set().union(*map(fields, node)) if isinstance(node, list) else set()

    assert fields(dict(chart().spec)) <= set(chart().columns.names)


@pytest.mark.parametrize("name", CHARTS)
def test_an_axis_is_said_once_in_a_specification(name: str) -> None:
    chart, *_ = CHARTS[name]
    axes = [layer["encoding"].get(way, {}).get("axis") for layer in chart().spec["layer"] for way in ("x", "y")]
    said = [json.dumps(axis) for axis in axes if axis]
    assert said and len(said) == len(set(said))


@pytest.mark.parametrize("name", CHARTS)
def test_no_two_rows_of_a_layer_have_one_key(name: str) -> None:
    """The browser draws one mark a key: of two comparators under one key it would draw one."""
    chart, *tables = CHARTS[name]
    for layer in (one for one in chart().spec["layer"] if "key" in one["encoding"]):
        field, drawn = layer["encoding"]["key"]["field"], re.findall(r"'(.+?)'", str(layer["transform"]))
        for table in tables:
            keys = [row[field] for row in table().to_pylist() if row["part"] in drawn]
            assert len(keys) == len(set(keys)), (drawn, keys)


def test_a_line_is_drawn_between_the_ends_that_its_first_two_rows_tell() -> None:
    """Its scales take them from there: without them the axes would have no ends, and a point could fall off the plot."""
    for table in CHARTS["term_line"][1:]:
        first, second, *others = table().to_pylist()
        assert (first["part"], second["part"]) == ("extent", "extent")
        for row in others:
            assert all(first["x"] <= row[x] <= second["x"] for x in ("x", "x2") if row[x] is not None)
            drawn = () if row["part"].startswith(("comparator_label", "value")) else ("y", "y2")
            assert all(first["y"] <= row[y] <= second["y"] for y in drawn if row[y] is not None)
    domains = [layer["encoding"][way]["scale"]["domain"] for layer in term_line(SEN).spec["layer"] for way in ("x",)]
    assert all(domain == [{"expr": f"data('figures')[{row}].x"} for row in (0, 1)] for domain in domains)


@pytest.mark.parametrize("name", CHARTS)
def test_text_is_twelve_pixels_at_least(name: str) -> None:
    chart, *_ = CHARTS[name]

    def sizes(node: object) -> list[float]:
        if isinstance(node, dict):
            own = [v for k, v in node.items() if k in {"fontSize", "labelFontSize", "titleFontSize"}]
            return own + [s for v in node.values() for s in sizes(v)]
        return [s for v in node for s in sizes(v)] if isinstance(node, list) else []

    assert min(sizes(dict(chart().spec))) >= 12


@pytest.mark.parametrize("indicator", TERM_INDICATORS, ids=lambda i: i.id)
def test_every_indicator_by_term_has_a_line(indicator) -> None:  # type: ignore[no-untyped-def]
    data = term_line_data(indicator, [figure(indicator.id, code) for code in indicator.time.codes])
    assert len(parts(data, "point")) == len(indicator.time.codes)
    assert term_line(indicator).title == indicator.title


@pytest.mark.parametrize("indicator", WINDOW_INDICATORS, ids=lambda i: i.id)
def test_windows_are_bars_and_never_joined(indicator) -> None:  # type: ignore[no-untyped-def]
    """One month's 14% and seven months' 40% are not a rise."""
    text = json.dumps(dict(window_bars(indicator).spec))
    assert '"line"' not in text and '"area"' not in text
    data = window_bars_data(indicator, [figure(indicator.id, code) for code in indicator.time.codes])
    assert len(parts(data, "bar")) == len(indicator.time.codes)
    assert [r["text"] for r in parts(data, "heading")] == ["One month each", "Longer windows: do not compare"]


def test_a_hidden_term_is_a_gap_and_never_zero() -> None:
    data = term_line_data(SEN, line(t_1=hidden(time="1")))
    assert [r["x"] for r in parts(data, "point")] == [-2, -1, 0, 2]
    assert [(r["x"], r["x2"]) for r in parts(data, "segment")] == [(-2, -1), (-1, 0)]
    assert [(r["x"], r["text"]) for r in parts(data, "gap")] == [(1, "c")]


def test_a_line_is_broken_where_under_half_as_many_children_are_left() -> None:
    data = term_line_data(SEN, line(t_1=figure(time="1", k=30, n=91), t_2=figure(time="2", k=30, n=92)))
    styles = {(r["x"], r["x2"]): r["style"] for r in parts(data, "segment")}
    assert 91 < 184 / 2 <= 92
    assert styles == {(-2, -1): "whole", (-1, 0): "whole", (0, 1): "broken", (1, 2): "broken"}


def test_the_name_of_the_imprisonment_keeps_off_the_axis_where_the_line_begins_with_it() -> None:
    since = find("fsm_received_since_0")
    data = term_line_data(since, [figure(since.id, str(term)) for term in range(9)])
    assert [r["x"] for r in parts(data, "event_label edge")] == [-0.5] and parts(data, "event_label") == []


def test_what_is_not_comparable_is_not_drawn() -> None:
    data = term_line_data(find("suspended"), line("suspended"), [comparator(4.0, fit="not_comparable")])
    assert parts(data, "comparator") == []


def test_lockdown_and_breaks_are_named() -> None:
    data = term_line_data(SEN, line(), first=-2, last=2, lockdown=(-2, -1), breaks={2: "Eligibility widened"})
    assert [(r["x"], r["x2"]) for r in parts(data, "lockdown")] == [(-2.5, -0.5)]
    assert sorted(str(r["text"]) for r in parts(data, "note")) == ["Eligibility widened", "Lockdown"]


def test_hidden_statuses_stand_together_where_the_first_of_them_would() -> None:
    """Observed is hidden, and 30 + 10 of 100 are shown: a bar that began with the 30 would say that none was observed."""
    told = {
        "out_of_age": figure("coverage_out_of_age", "0", 30, 100),
        "not_on_roll": figure("coverage_not_on_roll", "0", 10, 100),
    }
    unseen = {one: hidden(f"coverage_{one}", "0") for one in ("observed", "unmatched", "covid", "not_reached", "not_supplied")}
    data = coverage_by_term_data({f"coverage_{one}": [f] for one, f in (told | unseen).items()}, 0, 0)
    assert [(r["style"], r["y"], r["y2"], r["Children"]) for r in parts(data, "bar")] == [
        ("Hidden", 0, 100 - 30 - 10, unavailable("c")),
        ("Not of school age", 60, 90, "30 (30.0%)"),
        ("Not found or not on a roll", 90, 100, "10 (10.0%), and some hidden"),
    ]


def test_a_term_of_which_all_is_hidden_is_a_pale_bar_and_one_not_reached_none() -> None:
    series = {one.id: [hidden(one.id, "0"), hidden(one.id, "1", "z")] for one in COVERAGE}
    assert [(r["x"], r["style"], r["y"], r["y2"]) for r in parts(coverage_by_term_data(series, 0, 1), "bar")] == [
        (-0.42, "Hidden", 0, 100)
    ]


def test_a_term_is_marked_as_lockdown_where_it_was_for_half_of_the_months_of_a_period() -> None:
    """Spring and Summer 2019/20 and Spring 2020/21 were lockdown terms."""
    lattice = Lattice((Area("all", "Thames Valley", "all"),), (), (), ("2021", "2022Q2", "2024"), 0, date(2021, 11, 1), {})
    assert lockdown_marks(lattice, "2021") == (-5, -4, -2)  # of November and December alone: both in Autumn 2021/22
    assert lockdown_marks(lattice, "2022Q2") == (-7, -6, -4)  # April is in Spring, May and June are in Summer 2021/22
    assert lockdown_marks(lattice, "all") == ()


def test_a_break_after_the_data_is_not_marked() -> None:
    eligible = find("fsm_eligible")
    assert break_marks(eligible, date(2024, 11, 30), date(2025, 7, 31)) == {}
    assert break_marks(eligible, date(2026, 2, 1), date(2027, 7, 31)) == {2: "Eligibility widened"}


def test_breaks_are_counted_from_the_last_imprisonment_of_the_cut() -> None:
    areas = (Area("all", "Thames Valley", "all"),)
    lattice = Lattice(areas, (), (), ("2025", "2026"), 0, date(2021, 11, 1), {"school_census": date(2027, 7, 31)})
    assert breaks_of(find("fsm_eligible"), lattice, "2025") == {3: "Eligibility widened"}
    assert breaks_of(find("fsm_eligible"), lattice, "all") == {0: "Eligibility widened"}


def test_levels_are_stacked_only_when_all_are_shown() -> None:
    whole = parts(care_levels_data(levels()), "bar")
    assert [r["x"] for r in whole] == pytest.approx([0, 100 * 40 / 225, 100 * 60 / 225])
    assert [r["x2"] for r in whole] == pytest.approx([100 * 40 / 225, 100 * 60 / 225, 100 * 70 / 225])
    assert [r["style"] for r in parts(care_levels_data(levels(cp=hidden("cp", "m0"))), "bar")] == ["Levels hidden"]


def test_known_to_nobody_has_its_two_parts() -> None:
    bars = [r for r in parts(services_sets_data(services()), "bar") if r["row"] == "services_none"]
    assert [r["x"] for r in bars] == pytest.approx([0, 100 * 40 / 225])
    assert [r["x2"] for r in bars] == pytest.approx([100 * 40 / 225, 100 * 56 / 225])


def test_every_chart_is_vega_lite_as_its_schema_has_it() -> None:
    """The program does not validate what it draws, for speed: a misspelt option would be drawn as if it were not there."""
    specs = {id(chart.spec): chart.spec for chart in charts()}
    assert len(specs) > 10
    for spec in specs.values():
        alt.LayerChart.validate(json.loads(json.dumps(spec, default=dict)))


def test_no_line_of_a_grid_runs_through_the_running_total() -> None:
    axes = [
        one["encoding"]["x"].get("axis") or {} for one in recognised_by_quarter().spec["layer"] if "field" in one["encoding"]["x"]
    ]
    assert axes and not any(axis.get("grid") for axis in axes)


@settings(max_examples=25)
@given(series())
def test_every_number_drawn_was_released(figures: tuple[Figure, ...]) -> None:
    """Whatever is handed to a chart is in the browser, shown or not."""
    drawn = term_line_data(SEN, figures).to_pylist()
    released = {v for f in figures for v in (f.value, f.low, f.high)}
    for row in drawn:
        if row["part"] in {"point", "segment", "band", "whisker"}:
            assert row["y"] in released and (row["y2"] is None or row["y2"] in released)


PALETTE = ("DARK_BLUE", "TURQUOISE", "PLUM", "ORANGE", "DARK_GREY", "LAVENDER", "COMPARATOR", "COMPARATOR_IN_NEED")
ON_WHITE = ("INK", "QUIET_INK", "DARK_GREY", "DARK_BLUE", "COMPARATOR", "COMPARATOR_IN_NEED")
ON_BANDS = (("DARK_BLUE", "EVENT_BAND"), ("DARK_BLUE", "INTERVAL_BAND"), ("QUIET_INK", "EVENT_BAND"))


@pytest.mark.parametrize("colour", PALETTE)
def test_marks_stand_out_three_to_one(colour: str) -> None:
    assert palette.contrast(getattr(palette, colour), palette.WHITE) >= 3


@pytest.mark.parametrize(("colour", "ground"), [*((colour, "WHITE") for colour in ON_WHITE), *ON_BANDS])
def test_text_stands_out_on_what_it_stands_on(colour: str, ground: str) -> None:
    assert palette.contrast(getattr(palette, colour), getattr(palette, ground)) >= 4.5


def test_text_on_bars_stands_out() -> None:
    for style in (*LEVELS.values(), *NOBODY.values(), EARLY_HELP):
        assert palette.contrast(style.text, style.colour) >= 4.5, style.name


def test_contrast_is_that_of_the_standard() -> None:
    assert palette.contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert palette.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
