"""A roles file gives nobody more than it says, and a line of the access log that is none is told: else a look goes unseen."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings

from pages.access.errors import AccessError
from pages.access.roles import MOST_HOURS, NoRoleError, read_roles
from pages.record.event import Event
from tests.fuzz.damage import json_texts, spoilt
from tests.fuzz.promise import check_sentence, place

ROLES = b"""claim = "groups"
session_hours = 8
contact = "The partnership's analyst"

[roles]
"analysts" = { role = "partner" }
"oxfordshire" = { role = "local_authority", area = "E10000025" }
"publishers" = { role = "publisher" }
"""
WORDS = (
    *(b'role = "publisher"', b'area = "E1"', b"area = 7", b"session_hours = 1e400", b"nan", b"inf", b"true", b"[[roles]]"),
    *(b"= " + b"[" * 5_000, b"= " + b"{a=" * 5_000, b"9" * 5_000, b"x" * 70_000, b'"a\\nb"', b"[roles.a]"),
)
EVENT = {
    "at": "2026-05-04T09:30:00Z",
    "event": "viewed",
    "who": "a-subject",
    "name": "Ada",
    "role": "partner",
    "page": "education",
    "filters": {"area": "E10000025", "sex": "F"},
    "release": "f7e9c8a5",
}


@settings(max_examples=60)
@given(spoilt(ROLES, WORDS))
def test_a_roles_file(content: bytes) -> None:
    path = place() / "roles.toml"
    path.write_bytes(content)
    try:
        roles = read_roles(path)
    except AccessError as refused:
        check_sentence(f"{refused}".rstrip(".") + ".")
        return
    assert 0 < roles.session_seconds <= MOST_HOURS * 3600
    for value, audience in roles.audiences.items():
        assert roles.audience({roles.claim: value}) == audience
    with contextlib.suppress(NoRoleError):
        roles.audience({roles.claim: ["", "nobody", 7, None]})
        raise AssertionError("a value that the file does not name gives nobody a role")


@settings(max_examples=60)
@given(json_texts(EVENT))
def test_a_line_of_the_access_log(text: bytes) -> None:
    line = text.decode("utf-8", "replace")
    try:
        event = Event.of_line(line)
    except ValueError:
        return
    assert Event.of_line(event.line()) == event
