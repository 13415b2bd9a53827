"""Everything that is installed may be used by a public body. What these tests prevent: a licence that nobody read."""

from __future__ import annotations

import re
from email.message import Message
from importlib import metadata

import pytest

from supply.licences import EXCEPTIONS, UNSAID, expression, is_permissive
from supply.lock import DEVELOPMENT, read

INSTALLED = {re.sub(r"[-_.]+", "-", one.name).lower(): one.metadata for one in metadata.distributions()}
PINNED = [one.name for one in read(DEVELOPMENT)]


@pytest.mark.parametrize("name", [name for name in PINNED if name in INSTALLED])
def test_every_package_is_under_a_licence_that_anyone_may_use(name: str) -> None:
    said = expression(name, INSTALLED[name])
    assert is_permissive(said) or name in EXCEPTIONS, f"{name} is under {said or 'no licence that its metadata says'}"


def test_no_exception_is_for_what_is_gone_or_needs_none() -> None:
    assert {*EXCEPTIONS, *UNSAID} <= set(PINNED)
    assert [name for name in UNSAID if INSTALLED[name].get_all("License-Expression")] == []


@pytest.mark.parametrize(
    ("fields", "said", "permissive"),
    [
        ({"License-Expression": "MIT"}, "MIT", True),
        ({"License-Expression": "MIT AND GPL-3.0-only"}, "MIT AND GPL-3.0-only", False),
        ({"License-Expression": "GPL-2.0-or-later OR MIT"}, "GPL-2.0-or-later OR MIT", True),
        ({"License-Expression": "AGPL-3.0-only", "License": "MIT"}, "AGPL-3.0-only", False),
        ({"License-Expression": "(GPL-2.0-only OR MIT) AND AGPL-3.0-only"}, "(GPL-2.0-only OR MIT) AND AGPL-3.0-only", False),
        ({"License": "Apache License 2.0"}, "Apache-2.0", True),
        (
            {"License": "a whole text\nof many lines", "Classifier": "License :: OSI Approved :: BSD License"},
            "BSD-3-Clause",
            True,
        ),
        ({"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"}, "", False),
        ({"License": "Commercial"}, "", False),
        ({}, "", False),
    ],
)
def test_what_is_said_is_read_as_it_is_meant(fields: dict[str, str], said: str, permissive: bool) -> None:
    message = Message()
    for field, value in fields.items():
        message[field] = value
    assert expression("any", message) == said  # type: ignore[arg-type]
    assert is_permissive(said) is permissive
