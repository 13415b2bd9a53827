"""The running dashboard, a certified provider and a real browser: who sees what, from where, and for how long."""

from __future__ import annotations

import json
import re
import stat
import time
from pathlib import Path

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value

from pages.record import Event, read
from tests.browser.screen import NAVIGATION
from tests.browser.test_accessibility import RULES
from tests.sign_in.conftest import Visits
from tests.sign_in.stage import PEOPLE, Stage, set_up
from tests.sign_in.visit import USER_COOKIE, Visit

pytestmark = pytest.mark.browser
PLACE = "education?area=E10000025&sex=F"
OTHERS = ("Reading", "Slough", "Buckinghamshire", "Wokingham", "West Berkshire")
ENDED = "Your session has ended."


def claims_of(visit: Visit) -> dict[str, object]:
    """What the signed cookie of somebody who is signed in says."""
    cookie = visit.cookie()
    assert cookie is not None
    decoded = decode_signed_value(visit.stage.secret, USER_COOKIE, str(cookie["value"]))
    assert decoded is not None
    claims: dict[str, object] = json.loads(decoded)
    return claims


def signed(claims: dict[str, object], secret: str) -> str:
    """A cookie that says so."""
    return create_signed_value(secret, USER_COOKIE, json.dumps(claims)).decode()


def test_signing_in_leads_back_to_the_page_and_its_filters(visit: Visit) -> None:
    assert visit.open(PLACE).title == "Sign in"
    visit.go_and_sign_in("partner")
    assert (visit.title, visit.path) == ("Education", PLACE)
    assert visit.page.get_by_role("combobox", name="Sex").input_value() == "Girls"
    assert "Pat Partner · partner" in visit.page.locator(".st-key-signed-in").inner_text()
    assert "Synthetic data" not in visit.words, "the release is of real children, which may be served with sign-in"


def test_a_deep_link_brings_not_one_figure_before_sign_in_and_all_of_them_after(visit: Visit) -> None:
    for path in NAVIGATION:
        assert visit.open(f"{path}?area=E10000025").title == "Sign in"
    assert visit.figures() == []
    assert not visit.told_of("Oxfordshire")
    visit.open(PLACE)
    before = time.time()
    visit.go_and_sign_in("partner")
    assert "vega_lite_chart" in visit.figures(before) and visit.told_of("Oxfordshire")


def test_a_local_authority_is_sent_nothing_of_another_whatever_it_asks_for_and_a_partner_is(visits: Visits) -> None:
    authority = visits().open().go_and_sign_in("oxfordshire")
    assert "Olu Oxford · local authority, Oxfordshire" in authority.page.locator(".st-key-signed-in").inner_text()
    for path in ("areas", "education?area=E06000038", "social_care?area=E06000060", "quality", "board?area=E06000040"):
        authority.open(path)
    assert authority.figures() != []
    assert [name for name in OTHERS if authority.told_of(name)] == []
    partner = visits().open("areas").go_and_sign_in("partner")
    assert [name for name in OTHERS if partner.told_of(name)] == list(OTHERS)


def test_somebody_without_a_role_reads_whom_to_ask_and_no_figure(visit: Visit) -> None:
    visit.open(PLACE).go_and_sign_in("stranger")
    assert visit.title == "Not open to your account"
    assert PEOPLE["stranger"]["claims"]["name"] in visit.words and "data@partnership.example" in visit.words
    assert visit.figures() == []
    assert visit.sign_out().title == "Sign in"


def test_beneath_a_path_signing_in_and_out_leads_back_as_well(real_release: Path, tmp_path: Path, visits: Visits) -> None:
    with set_up(real_release, tmp_path, base="/children") as beneath:
        visit = visits(stage=beneath).open(PLACE)
        visit.go_and_sign_in("partner")
        assert (visit.title, visit.path) == ("Education", PLACE)
        assert visit.sign_out().title == "Sign in"


def test_somebody_the_provider_refuses_is_back_where_they_were(visit: Visit) -> None:
    visit.open(PLACE).go_and_sign_in("nobody")
    assert (visit.title, visit.path) == ("Sign in", PLACE)
    assert visit.figures() == []


def test_a_name_is_words_whatever_it_says(visit: Visit) -> None:
    visit.open().go_and_sign_in("clever")
    assert PEOPLE["clever"]["claims"]["name"] in visit.page.locator(".st-key-signed-in").inner_text()
    assert visit.page.locator("img[src=x]").count() == 0


def test_signing_out_ends_the_session_for_a_copy_of_its_cookie_too(visits: Visits) -> None:
    visit = visits().open(PLACE).go_and_sign_in("partner")
    cookie = visit.cookie()
    assert cookie is not None
    visit.sign_out()
    assert (visit.title, visit.cookie()) == ("Sign in", None)
    thief = visits().carry(str(cookie["value"])).open(PLACE)
    assert ENDED in thief.words
    assert thief.figures() == []


def test_a_page_open_in_another_tab_closes_by_itself_when_its_session_is_signed_out(visits: Visits) -> None:
    first = visits().open(PLACE).go_and_sign_in("partner")
    second = visits(beside=first).open("social_care?sex=M")
    assert second.title == "Social care"
    first.sign_out()
    second.wait_for_title("Sign in")
    assert second.path == "social_care?sex=M"
    assert "vega" not in second.page.content().lower().partition("<body")[2]


def test_back_after_signing_out_shows_no_figure(visit: Visit) -> None:
    visit.open(PLACE).go_and_sign_in("partner")
    visit.page.wait_for_timeout(500)
    visit.sign_out()
    after = time.time()
    visit.page.evaluate("history.go(-2)")
    visit.page.wait_for_url(f"{visit.stage.address}/education**")
    visit.wait_for_title("Sign in")
    assert visit.figures(after) == []


def test_a_session_ends_with_its_token_while_its_page_is_open(visit: Visit) -> None:
    visit.open(PLACE).go_and_sign_in("brief")
    assert visit.title == "Education"
    ends = float(str(claims_of(visit)["exp"]))
    visit.wait_for_title("Sign in")
    assert (ENDED in visit.words, visit.path) == (True, PLACE)
    assert visit.figures(ends) == []
    cookie = visit.cookie()
    assert cookie is not None and float(str(cookie["expires"])) > ends + 3600, (
        "the cookie outlives the session, which is all it may"
    )
    visit.go_and_sign_in("partner")
    assert (visit.title, visit.path) == ("Education", PLACE)


def test_a_new_visit_with_a_cookie_past_its_token_is_asked_to_sign_in(visits: Visits, stage: Stage) -> None:
    claims = claims_of(visits().open().go_and_sign_in("partner"))
    late = visits().carry(signed(claims | {"exp": int(time.time()) - 1}, stage.secret)).open(PLACE)
    assert ENDED in late.words and late.figures() == []


def test_a_forged_cookie_is_no_sign_in(visits: Visits, stage: Stage) -> None:
    claims = claims_of(visits().open().go_and_sign_in("partner"))
    assert visits().carry(signed(claims, stage.secret)).open(PLACE).title == "Education"
    forged = visits().carry(signed(claims, "a secret of somebody else's")).open(PLACE)
    assert forged.title == "Sign in" and forged.figures() == []


def test_files_are_for_those_signed_in_with_a_role(visits: Visits, stage: Stage) -> None:
    answers = {}
    for person in ("", "stranger", "partner"):
        visit = visits().open()
        if person:
            visit.go_and_sign_in(person)
        answers[person] = visit.context.request.get(f"{stage.address}/media/none.png").status
    assert answers == {"": 403, "stranger": 403, "partner": 404}


def test_a_file_is_for_whoever_had_it_made_whoever_else_knows_its_address(visits: Visits) -> None:
    maker = visits().open("downloads?format=svg").go_and_sign_in("partner")
    maker.page.get_by_role("button", name="Make the file").click()
    with maker.page.expect_download() as taken:
        maker.page.get_by_role("button", name=re.compile(r"^Download ")).click()
    other = visits().open().go_and_sign_in("oxfordshire")
    assert [one.context.request.get(taken.value.url).status for one in (maker, other)] == [200, 404]


def test_what_is_kept_in_the_browser_lasts_no_longer_than_a_session_may(visit: Visit) -> None:
    visit.open().go_and_sign_in("partner")
    for name in (USER_COOKIE, "_streamlit_user_tokens"):
        cookie = visit.cookie(name)
        assert cookie is not None and cookie["httpOnly"] and cookie["sameSite"] == "Lax"
        assert 0 < float(str(cookie["expires"])) - time.time() <= 8 * 3600
    assert visit.cookie("_reader_place") is None


@pytest.mark.parametrize("person", ["", "stranger", "oxfordshire"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_screen_of_sign_in_has_a_violation(person: str, width: int, visits: Visits) -> None:
    from axe_playwright_python.sync_playwright import Axe

    visit = visits(width).open()
    if person:
        visit.go_and_sign_in(person)
    found = Axe().run(visit.page, options=RULES).response["violations"]
    assert [f"{one['id']}: {one['nodes'][0]['html'][:300]}" for one in found] == []
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    masthead = visit.page.locator(".st-key-masthead").bounding_box()
    assert masthead is not None and masthead["y"] == 0, (
        "without the banner of invented children it is at the top, and all of it there"
    )


def test_nobody_is_named_in_the_log(stage: Stage) -> None:
    log = stage.log.read_text()
    assert not re.search(r"Pat Partner|paramount-partners|Traceback", log)


def recorded(stage: Stage) -> list[Event]:
    """The events of the access log."""
    return [one for one in read(stage.access_log) if isinstance(one, Event)]


def test_a_visit_is_in_the_log_from_the_door_to_the_door(visits: Visits, stage: Stage) -> None:
    before = len(recorded(stage))
    reader = visits().open("education?area=E10000025&sex=F").go_and_sign_in("partner")
    reader.open("quality")
    reader.sign_out()
    visits().open().go_and_sign_in("stranger")
    time.sleep(0.5)
    seen = [(one.event, one.name, one.role, one.page, dict(one.filters)) for one in recorded(stage)[before:]]
    assert seen == [
        ("signed_in", "Pat Partner", "partner", "", {}),
        ("viewed", "Pat Partner", "", "education", {"area": "E10000025", "sex": "F"}),
        ("viewed", "Pat Partner", "", "quality", {}),
        ("signed_out", "Pat Partner", "", "", {}),
        ("refused", "Sam Stranger", "", "", {}),
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in stage.access_log.iterdir()} == {0o600}
