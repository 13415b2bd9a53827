"""The roles file: what a claim makes of somebody, and how a file is refused that would make nobody, or the wrong one, of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from metrics import Audience
from pages.access.errors import AccessError
from pages.access.roles import NoRoleError, Roles, read_roles
from tests.sign_in.stage import OXFORDSHIRE, ROLES

PARTNER, PUBLISHER, OXFORD = Audience("partner"), Audience("publisher"), Audience("local_authority", OXFORDSHIRE)


def written(tmp_path: Path, text: str) -> Roles:
    """The roles of a file that says `text`."""
    (tmp_path / "roles.toml").write_text(text)
    return read_roles(tmp_path / "roles.toml")


@pytest.mark.parametrize(
    ("groups", "audience"),
    [
        (["paramount-partners"], PARTNER),
        ("paramount-partners", PARTNER),
        (["everyone", "paramount-oxfordshire"], OXFORD),
        (["paramount-oxfordshire", "paramount-partners"], PARTNER),
        (["paramount-partners", "paramount-publishers"], PUBLISHER),
        (["paramount-reading", "paramount-oxfordshire", "paramount-partners"], PARTNER),
    ],
)
def test_the_widest_role_of_several_counts(tmp_path: Path, groups: object, audience: Audience) -> None:
    assert written(tmp_path, ROLES).audience({"groups": groups}) == audience


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"groups": []},
        {"groups": None},
        {"groups": ["Paramount-Partners"]},
        {"groups": "paramount-partners paramount-publishers"},
        {"groups": {"paramount-partners": True}},
        {"groups": [["paramount-partners"], 1, None]},
        {"roles": ["paramount-partners"]},
    ],
)
def test_nothing_but_the_very_value_in_the_very_claim_gives_a_role(tmp_path: Path, claims: dict[str, Any]) -> None:
    with pytest.raises(NoRoleError, match="has been given no role"):
        written(tmp_path, ROLES).audience(claims)


def test_two_local_authorities_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NoRoleError, match="of two local authorities"):
        written(tmp_path, ROLES).audience({"groups": ["paramount-oxfordshire", "paramount-reading"]})


def test_the_same_local_authority_by_two_groups_is_one(tmp_path: Path) -> None:
    twice = ROLES + 'oxford-staff = { role = "local_authority", area = "E10000025" }\n'
    assert written(tmp_path, twice).audience({"groups": ["paramount-oxfordshire", "oxford-staff"]}) == OXFORD


HEAD = 'claim = "groups"\nsession_hours = 8\ncontact = "us"\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("claim = ", "is not TOML"),
        ("claim = " + "[" * 5_000, "is not TOML that can be read"),
        ("session_hours = " + "9" * 5_000, "is not TOML that can be read"),
        (f'session_hours = "{"8" * 5_000}"', f"cannot be used: session_hours is '{'8' * 200}"),
        ("", "session_hours is None"),
        ("session_hours = 0", "session_hours is 0"),
        ("session_hours = 25", "session_hours is 25"),
        ("session_hours = true", "session_hours is True"),
        ('session_hours = "8"', "session_hours is '8'"),
        ("session_hours = nan", "session_hours is nan"),
        (HEAD, "gives nobody a role"),
        (HEAD + "[roles]", "gives nobody a role"),
        (HEAD + 'session = 8\n[roles]\np = { role = "partner" }', "it has 'session', which is none of"),
        ('session_hours = 8\ncontact = "us"\n[roles]\np = { role = "partner" }', "claim is None"),
        ('claim = "groups"\nsession_hours = 8\n[roles]\np = { role = "partner" }', "contact is None"),
        (HEAD + '[roles]\np = "partner"', "'p' must be given as"),
        (HEAD + '[roles]\np = { role = "partner", name = "Ann" }', "'p' must be given as"),
        (HEAD + '[roles]\np = { role = "admin" }', "which is none of partner, local_authority, publisher"),
        (HEAD + '[roles]\np = { role = "partner", area = "E10000025" }', "a partner has no area of its own"),
        (HEAD + '[roles]\np = { role = "local_authority" }', "a local authority needs its area"),
        (HEAD + '[roles]\np = { role = "local_authority", area = "Oxfordshire" }', "a local authority needs its area"),
        (HEAD + '[roles]\np = { role = "local_authority", area = 7 }', "a local authority needs its area"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(AccessError) as refused:
        written(tmp_path, text)
    assert sentence in str(refused.value)
    assert str(refused.value).endswith(".") and ". " not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="cannot be read: ROLES must name a file that is there"):
        read_roles(tmp_path / "nowhere.toml")
