"""The quality page: what to ask whom for, what is covered, which rows were used; no count that a policy hides."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from data.cohort import Input, Note, Rejection
from metrics.compile import compile_release
from tests.builders import MILTON_KEYNES, OXFORDSHIRE, READING, SLOUGH, write_store
from tests.pages.conftest import MAIN, TIMEOUT_SECONDS, Screen

LAST = date(2025, 7, 31)
FROM = date(2017, 8, 1)
WOKINGHAM = "E06000041"
AREAS = (OXFORDSHIRE, READING, SLOUGH, MILTON_KEYNES, WOKINGHAM)
ROLL = "school_census/pupilonroll"


def children(area: str, found: int, many: int = 108) -> list[dict[str, Any]]:
    """Children of an area, so many of them found in the social-care register: as many of each age, sex and year."""
    return [
        {
            "child_id": f"{area} {n:03}",
            "area_code": area,
            "age_band": ("0-4", "5-11", "12-17")[n % 3],
            "sex": "FM"[n // 3 % 2],
            "matched_social_care": n < found,
            "imprisonment_month": (date(2021, 12, 1), date(2022, 10, 1))[n // 6 % 2],
        }
        for n in range(many)
    ]


def days(**changed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The same first or last day of every source and area, but for what is changed; None is not supplied."""
    sources = ("school_census", "exclusions", "meals", "social_care", "support")
    whole = {source: dict.fromkeys(AREAS, LAST) | changed.get(source, {}) for source in sources}
    return {source: {area: day for area, day in areas.items() if day} for source, areas in whole.items()}


def inputs() -> dict[str, Input]:
    """Two censuses of Oxfordshire, one of Reading, and two files in which there is nobody or nearly nobody."""
    return {
        f"{OXFORDSHIRE}/school_census/2024_autumn_pupilonroll.csv": Input("", 6_000, ROLL, OXFORDSHIRE, 5_700),
        f"{OXFORDSHIRE}/school_census/2025_spring_pupilonroll.csv": Input("", 4_000, ROLL, OXFORDSHIRE, 3_900),
        f"{READING}/school_census/2024_autumn_pupilonroll.csv": Input("", 5_000, ROLL, READING, 4_997),
        "receptions.csv": Input("", 2_000, "receptions", "all", 2_000),
        "coverage.csv": Input("", 4, "coverage", "all", 3),
        "partnership.json": Input("", None),
    }


def rejected() -> tuple[Rejection, ...]:
    return (
        Rejection(f"{OXFORDSHIRE}/school_census/2024_autumn_pupilonroll.csv", "UPN is missing", 300),
        Rejection(f"{OXFORDSHIRE}/school_census/2025_spring_pupilonroll.csv", "UPN is missing", 60),
        Rejection(f"{OXFORDSHIRE}/school_census/2025_spring_pupilonroll.csv", "SENprovision is not a code", 40),
        Rejection(f"{READING}/school_census/2024_autumn_pupilonroll.csv", "UPN is missing", 3),
        Rejection("coverage.csv", "first_date is not a date", 1),
    )


def said() -> dict[str, Any]:
    """Slough sent no meals, Reading's social care ends early, Milton Keynes's school records begin late and have a gap."""
    ends = days(meals={SLOUGH: None}, social_care={READING: date(2025, 3, 31)})
    starts = {source: dict.fromkeys(areas, FROM) for source, areas in ends.items()}
    starts["school_census"][MILTON_KEYNES] = date(2019, 8, 1)
    covered: dict[str, dict[str, Any]] = {
        source: {area: ((starts[source][area], day),) for area, day in areas.items()} for source, areas in ends.items()
    }
    covered["school_census"][MILTON_KEYNES] = ((date(2019, 8, 1), date(2022, 12, 31)), (date(2023, 4, 10), LAST))
    return {
        "observed_to": ends,
        "supplied_from": starts,
        "covered": covered,
        "inputs": inputs(),
        "rejected": rejected(),
        "definitions": dict.fromkeys((OXFORDSHIRE, SLOUGH, MILTON_KEYNES), "an assessment")
        | {READING: "Early Help: an episode."},
        "settings": {"Receptions counted": "remand, unsentenced, sentenced, recall"},
        "notes": (Note(SLOUGH, "meals", "No meals.csv was in its folder."),),
    }


Open = Callable[..., Screen]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("quality")
    found = {OXFORDSHIRE: 108, READING: 108, SLOUGH: 54, MILTON_KEYNES: 108}
    some = [child for area, many in found.items() for child in children(area, many)]
    # Without a few more, whose area is hidden, the four would tell that all others have nobody.
    some += children(WOKINGHAM, 36, 36)
    found_of_them = [child["child_id"] for child in some if child["matched_social_care"]]
    helped = [
        {"child_id": child, "window": window, "early_help": number % 10 < most, "mash_referral": number % 10 > 7}
        for number, child in enumerate(found_of_them)
        for window, most in (("m-1", 2), ("m0", 2), ("m+1", 2), ("w3", 4), ("w6", 6), ("b6", 4), ("a6", 6))
    ]
    write_store(root / "cohort", some, care_windows=helped, said=said())
    compile_release(root / "cohort", root / "release")
    return root / "release"


@pytest.fixture
def open_page(release: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page of that release, with what a URL asks for."""
    monkeypatch.setenv("RELEASE", str(release))

    def opened(page: str = "quality", **query: str) -> Screen:
        app = AppTest.from_file(MAIN, default_timeout=TIMEOUT_SECONDS)
        app.query_params.update(query)
        app.switch_page(f"{page}.py")
        return Screen(app.run())

    return opened


def asked(screen: Screen) -> list[str]:
    listed = screen.markup.split('class="findings quiet">')[1].split("</ul>")[0]
    return [re.sub(r"<[^>]+>", "", item) for item in re.findall(r"<li.*?</li>", listed)]


def row(screen: Screen, caption: str, first: str) -> list[str]:
    """The cells of a row of a table."""
    table = screen.markup.split(f"<caption>{caption}")[1].split("</table>")[0]
    cells = re.split(r"</t[hd]>", table.split(f'<th scope="row">{first}</th>')[1].split("</tr>")[0])
    return [re.sub(r"<[^>]+>", "", cell) for cell in cells if cell]


def test_it_says_what_to_ask_whom_for_the_most_useful_first(open_page: Open) -> None:
    found = asked(open_page())
    assert found == [
        "Ask Slough about school meals: none was supplied, so there is nothing on its 108 children. No meals.csv was in its "
        "folder.",
        "Ask Reading about social care: it ends on 31 March 2025, 4 months before the latest of the others, 31 July 2025; Early "
        "Help means “an episode” there and “an assessment” in most areas, so they are not compared.",
        "Ask Milton Keynes about school records: nothing covers 1 January 2023 to 9 April 2023; it begins on 1 August 2019, "
        "where figures look back as far as 1 August 2017.",
        "Ask the force about coverage: 1 of 4 rows (25.0%) of Coverage were rejected, most often because first_date is not "
        "a date.",
        "Ask Oxfordshire about school records: 400 of 10,000 rows (4.0%) of School census: pupils on roll were rejected, most "
        "often because UPN is missing.",
        "Ask Slough about social care: 50.0% of its 108 children were found in its register, 100.0% in the other areas together.",
    ]


def test_many_sentences_of_the_ingest_are_to_be_unfolded(
    tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tuple(Note(OXFORDSHIRE, "school_census", f"Table {letter} is missing.") for letter in "abcd")
    write_store(tmp_path / "cohort", children(OXFORDSHIRE, 108), said={"notes": notes})
    compile_release(tmp_path / "cohort", tmp_path / "release", policy="none")
    monkeypatch.setenv("RELEASE", str(tmp_path / "release"))
    lead, more = open_page().markup.split("<summary>2 more</summary>")
    assert lead.endswith(
        "Ask Oxfordshire about school records:</strong><span> Table a is missing. Table b is missing.</span><details>"
    )
    assert more.startswith('<ul class="notes"><li>Table c is missing.</li><li>Table d is missing.</li></ul>')


def test_a_complete_release_asks_for_nothing(tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    write_store(tmp_path / "cohort", children(OXFORDSHIRE, 108))
    compile_release(tmp_path / "cohort", tmp_path / "release")
    monkeypatch.setenv("RELEASE", str(tmp_path / "release"))
    assert [one[:8] for one in asked(open_page())] == ["Nothing:"]


def test_terms_covered_are_symbols_and_words(open_page: Open) -> None:
    screen = open_page()
    years = range(2017, 2025)
    milton_keynes = row(screen, "School records", "Milton Keynes")
    assert milton_keynes[2017 - years[0]].startswith("○○○")
    assert milton_keynes[2022 - years[0]] == "●○●Autumn covered, Spring not covered, Summer covered"
    assert row(screen, "Social care", "Reading")[2024 - years[0]].startswith("●◐○")
    assert all(cell.startswith("○○○") for cell in row(screen, "School meals", "Slough"))


def test_it_says_the_last_day_covered_and_how_old_that_was(open_page: Open, release: Path) -> None:
    screen = open_page()
    cells = row(screen, "Last day covered", "Slough")
    assert cells[0].startswith("31 July 2025, ") and cells[0].endswith(" old")
    assert cells[2] == "[x]"


def test_rows_are_added_up_by_area_and_kind_of_file(open_page: Open) -> None:
    cells = row(open_page(), "Rows by kind of file: Oxfordshire", "School census: pupils on roll")
    why = f"{300 + 60}: UPN is missing; 40: SENprovision is not a code"
    assert cells == [f"{6_000 + 4_000:,}", f"{5_700 + 3_900:,}", f"{300 + 100}", why]


def test_few_rejected_rows_of_a_register_are_hidden_and_cannot_be_subtracted_for(open_page: Open) -> None:
    cells = row(open_page(), "Rows by kind of file: Reading", "School census: pupils on roll")
    assert cells == ["5,000", "[c]", "[c]", "[c]: UPN is missing"]


def test_a_file_with_nobody_in_it_hides_nothing(open_page: Open) -> None:
    assert row(open_page(), "Rows by kind of file", "Coverage") == ["4", "3", "1", "1: first_date is not a date"]


def test_match_rates_have_their_base_and_interval(open_page: Open) -> None:
    screen = open_page()
    assert row(screen, "By area", "Slough")[1].startswith("50.0% (54 of 108), 95% interval ")
    assert row(screen, "By age and sex", "Girls")[1].startswith(f"{100 * 207 / 234:.1f}% (207 of 234), 95% interval ")
    assert row(screen, "By area, age and sex", "Slough, girls")[1].startswith("50.0% (27 of 54)")


def test_definitions_and_settings_are_named(open_page: Open) -> None:
    screen = open_page()
    assert row(screen, "What Early Help means", "Reading") == ["An episode"]
    assert row(screen, "What the partnership chose", "Receptions counted") == ["remand, unsentenced, sentenced, recall"]


def test_no_child_and_no_file_of_the_extracts_is_on_the_page(open_page: Open) -> None:
    assert not re.search(rf"{OXFORDSHIRE} \d\d\d|pupilonroll\.csv", open_page().markup)


def test_early_help_says_what_it_means_where_areas_differ(open_page: Open) -> None:
    together = "Areas define Early Help differently and are counted together here"
    whole, reading = open_page("social_care").words, open_page("social_care", area=READING).words
    assert together in whole and together not in reading
    assert "Early Help here means “an episode”." in reading and "Early Help here" not in whole
