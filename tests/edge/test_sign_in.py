"""Signing in where readers do: by a host's name, over TLS, through nginx as `deploy/` has it; at the root and beneath a path."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.server import free_port
from tests.edge.conftest import BASE, NAME, Door, Opened
from tests.edge.test_readers import SEARCHED
from tests.sign_in.stage import Stage, set_up
from tests.sign_in.visit import USER_COOKIE, Visit

pytestmark = pytest.mark.browser
PLACE = "education?area=E10000025&sex=F"
TOKENS_COOKIE, XSRF_COOKIE = "_streamlit_user_tokens", "_streamlit_xsrf"
MOST_OF_A_HEADER = 8192
"""What the server of the sockets takes of one header, the cookies together."""
BENEATH = pytest.mark.parametrize("house", [BASE], ids=["beneath a path"], indirect=True)


@dataclass(frozen=True)
class House:
    """The dashboard of real children with its provider, and the door that readers come through to it."""

    stage: Stage
    door: Door


@pytest.fixture(scope="module", params=["", BASE], ids=["at the root", "beneath a path"])
def house(
    request: pytest.FixtureRequest, real_release: Path, open_door: Opened, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """As deploy/ has it, and the same beneath a path."""
    base, front, port = request.param, f"https://{NAME}:{free_port()}", free_port()
    room = tmp_path_factory.mktemp("house")
    with set_up(real_release, room, base, front, port) as stage, open_door(port, base, front) as door:
        yield House(stage, door)


@pytest.fixture
def visits(browser: Browser, house: House) -> Iterator[Callable[..., Visit]]:
    """Opens windows; at the end none may have broken the policy or asked a third host for anything."""
    opened: list[Visit] = []
    complaints: list[str] = []

    def visit(beside: Visit | None = None) -> Visit:
        context = browser.new_context(locale="en-GB") if beside is None else beside.context
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _counts(said.type, said.location["url"]) else None)
        opened.append(Visit(house.stage, context, page))
        return opened[-1]

    yield visit
    foreign = [url for one in opened for url in one.foreign]
    for one in opened:
        one.context.close()
    assert (foreign, complaints) == ([], [])


def _counts(kind: str, url: str) -> bool:
    return kind == "error" and NAME in url and not SEARCHED.search(url)


def held(visit: Visit) -> dict[str, tuple[object, ...]]:
    """The dashboard's cookies in a browser, by name: path, Secure, HttpOnly and SameSite."""
    kept = [one for one in visit.context.cookies() if one.get("domain") == NAME]
    return {str(one.get("name")): tuple(one.get(key) for key in ("path", "secure", "httpOnly", "sameSite")) for one in kept}


def test_a_reader_signs_in_by_the_hosts_name_and_out_again(visits: Callable[..., Visit], house: House) -> None:
    visit = visits().open(PLACE)
    assert visit.title == "Sign in"
    visit.go_and_sign_in("partner")
    assert (visit.title, visit.path) == ("Education", PLACE)
    assert visit.page.get_by_role("combobox", name="Sex").input_value() == "Girls"
    path = house.door.base or "/"
    assert held(visit) == {
        USER_COOKIE: (path, True, True, "Lax"),
        TOKENS_COOKIE: (path, True, True, "Lax"),
        XSRF_COOKIE: ("/", True, False, "Lax"),
    }
    assert visit.sign_out().title == "Sign in"
    assert visit.page.url.startswith(f"https://{NAME}:{house.door.port}{house.door.base}/")
    assert set(held(visit)) == {XSRF_COOKIE}


@BENEATH
def test_a_page_closes_by_itself_when_it_is_signed_out_in_another_tab(visits: Callable[..., Visit]) -> None:
    first = visits().open(PLACE).go_and_sign_in("partner")
    second = visits(beside=first).open("social_care?sex=M")
    assert second.title == "Social care"
    first.sign_out()
    second.wait_for_title("Sign in")
    assert second.path == "social_care?sex=M"


@BENEATH
def test_somebody_of_many_groups_is_let_in_and_out(visits: Callable[..., Visit]) -> None:
    visit = visits().open(PLACE).go_and_sign_in("member")
    assert (visit.title, visit.path) == ("Education", PLACE)
    assert "Mo Member · partner" in visit.page.locator(".st-key-signed-in").inner_text()
    cookies = [f"{one.get('name')}={one.get('value')}; " for one in visit.context.cookies() if one.get("domain") == NAME]
    assert len("".join(cookies)) < MOST_OF_A_HEADER / 2
    assert visit.sign_out().title == "Sign in"


def test_a_strangers_page_gets_no_socket_and_nobody_else_signs_a_reader_out(house: House) -> None:
    asked = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13"}
    key = {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    origin = f"https://{NAME}:{house.door.port}"
    answers = [house.door.ask("/_stcore/stream", **asked, **key, Origin=one).status for one in (origin, "https://evil.example")]
    assert answers == [101, 403]
    assert house.door.ask("/auth/logout", Sec_Fetch_Site="cross-site").status == 403


def test_the_way_to_the_provider_names_the_host_whatever_a_reader_says_of_being_forwarded(
    visits: Callable[..., Visit], house: House
) -> None:
    visit = visits()
    lying = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Forwarded": "host=evil.example;proto=http"}
    visit.context.set_extra_http_headers(lying)
    with visit.page.expect_request(re.compile(r"/auth\?")) as asked:
        visit.open(PLACE).page.get_by_role("button", name="Sign in").click()
    assert f"redirect_uri=https%3A%2F%2F{NAME}%3A{house.door.port}" in asked.value.url
    assert all(secure for _, secure, _, _ in held(visit).values())
