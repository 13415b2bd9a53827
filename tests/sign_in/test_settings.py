"""Sign-in is set up whole and well, or the dashboard does not start; without any it is synthetic, and for this machine."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from metrics import EVERYTHING
from pages.access.errors import AccessError
from pages.access.provider import read_sign_in, sign_in
from pages.access.readers import reader
from pages.access.roles import Roles
from tests.pages.test_start import refusal, start
from tests.sign_in.stage import ROLES

NOBODY = Roles("groups", 3600, "us", {})
GOOD = {
    "redirect_uri": "https://dashboard.example/oauth2callback",
    "cookie_secret": secrets.token_hex(32),
    "client_id": "dashboard",
    "client_secret": "kept by the provider",
    "server_metadata_url": "https://provider.example/.well-known/openid-configuration",
}


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Settings are read once a process: a test begins and ends with none read."""
    sign_in.cache_clear()
    yield
    sign_in.cache_clear()


def test_good_settings_are_taken() -> None:
    how = read_sign_in(GOOD, NOBODY, 8501)
    assert (how.client_id, how.redirect_uri, how.secure) == ("dashboard", GOOD["redirect_uri"], True)


def test_beneath_a_path_the_provider_is_answered_there() -> None:
    beneath = GOOD | {"redirect_uri": "https://dashboard.example/children/oauth2callback"}
    assert read_sign_in(beneath, NOBODY, 8501, "/children").redirect_uri == beneath["redirect_uri"]
    with pytest.raises(AccessError, match="its path must be /children/oauth2callback"):
        read_sign_in(GOOD, NOBODY, 8501, "/children")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_on_this_machine_http_will_do(host: str) -> None:
    how = read_sign_in(GOOD | {"redirect_uri": f"http://{host}:{{port}}/oauth2callback"}, NOBODY, 8502)
    assert (how.redirect_uri, how.secure) == (f"http://{host}:8502/oauth2callback", False)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cookie_secret": ""}, "needs cookie_secret"),
        ({"cookie_secret": "xxx"}, "cookie_secret of [auth] could be guessed"),
        ({"cookie_secret": "x" * 64}, "cookie_secret of [auth] could be guessed"),
        ({"cookie_secret": secrets.token_hex(15)}, "cookie_secret of [auth] could be guessed"),
        ({"client_id": " "}, "needs client_id"),
        ({"client_secret": None}, "needs client_secret"),
        ({"server_metadata_url": 7}, "needs server_metadata_url"),
        ({"redirect_uri": "http://dashboard.example/oauth2callback"}, "must begin with https://"),
        ({"redirect_uri": "http://localhost.evil.example/oauth2callback"}, "must begin with https://"),
        ({"redirect_uri": "ftp://localhost/oauth2callback"}, "must begin with https://"),
        ({"redirect_uri": "/oauth2callback"}, "must begin with https://"),
        ({"redirect_uri": "https://[dashboard/oauth2callback"}, "is no address"),
        ({"redirect_uri": "https://dashboard.example/callback"}, "its path must be /oauth2callback"),
        ({"redirect_uri": "https://dashboard.example/children/oauth2callback"}, "its path must be /oauth2callback"),
        ({"server_metadata_url": "http://provider.example/"}, "must begin with https://"),
        ({"expose_tokens": ["id", "access"]}, "has 'expose_tokens'"),
        ({"google": {"client_id": "another"}}, "has 'google': one provider is set up there"),
    ],
)
def test_weak_settings_are_refused_in_one_sentence_without_a_secret(changes: Mapping[str, object], sentence: str) -> None:
    section = {key: value for key, value in (GOOD | dict(changes)).items() if value is not None}
    with pytest.raises(AccessError) as refused:
        read_sign_in(section, NOBODY, 8501)
    said = str(refused.value)
    assert sentence in said
    assert said.endswith(".") and ". " not in said
    assert GOOD["client_secret"] not in said and "xxx" not in said


def written(room: Path, section: Mapping[str, object] | None, roles: str | None = ROLES) -> dict[str, str]:
    """The environment of a dashboard with these secrets and this roles file."""
    settings = {"STREAMLIT_SECRETS_FILES": str(room / "secrets.toml")}
    if section is not None:
        (room / "secrets.toml").write_text(
            "[auth]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in section.items())
        )
    if roles is not None:
        (room / "roles.toml").write_text(roles)
        settings["ROLES"] = str(room / "roles.toml")
    return settings


def test_sign_in_without_a_roles_file_is_not_started(demonstration_release: Path, tmp_path: Path) -> None:
    said = refusal(start(demonstration_release, **written(tmp_path, GOOD, roles=None)))
    assert "sign-in is set up and ROLES names no roles file" in said


def test_a_roles_file_without_sign_in_is_not_started(demonstration_release: Path, tmp_path: Path) -> None:
    said = refusal(start(demonstration_release, **written(tmp_path, None)))
    assert "ROLES names a roles file and no sign-in is set up" in said


def test_a_weak_secret_is_not_started(demonstration_release: Path, tmp_path: Path) -> None:
    said = refusal(start(demonstration_release, **written(tmp_path, GOOD | {"cookie_secret": "change me"})))
    assert "cookie_secret of [auth] could be guessed" in said and "change me" not in said


def test_secrets_that_are_no_toml_are_not_started(demonstration_release: Path, tmp_path: Path) -> None:
    settings = written(tmp_path, GOOD)
    (tmp_path / "secrets.toml").write_text("[auth\nsecret")
    assert "the secrets cannot be read" in refusal(start(demonstration_release, **settings))


def test_a_header_may_not_say_who_signed_in(demonstration_release: Path, tmp_path: Path) -> None:
    trusted = {"STREAMLIT_SERVER_TRUSTED_USER_HEADERS": json.dumps({"X-Groups": "groups"})}
    said = refusal(start(demonstration_release, **written(tmp_path, GOOD), **trusted))
    assert "server.trustedUserHeaders" in said


def test_with_sign_in_only_this_machine_is_listened_to_still(demonstration_release: Path, tmp_path: Path) -> None:
    settings = written(tmp_path, GOOD) | {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}
    assert "server.address is 0.0.0.0" in refusal(start(demonstration_release, **settings))


def test_without_sign_in_whoever_reads_may_see_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROLES", raising=False)
    assert sign_in() is None
    assert reader().audience == EVERYTHING


def test_real_children_are_refused_without_sign_in(real_release: Path) -> None:
    """The same release is served with it: see the tests of the running dashboard."""
    assert (
        json.loads((real_release / (real_release / "CURRENT").read_text().strip() / "manifest.json").read_text())["synthetic"]
        is False
    )
    assert "with no sign-in set up" in refusal(start(real_release))
