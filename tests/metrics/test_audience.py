"""For whom a release is opened."""

from __future__ import annotations

import pytest

from metrics.audience import EVERYTHING, Audience, Role


def test_a_local_authority_has_an_area_and_nobody_else_has() -> None:
    assert Audience("local_authority", "E10000025").area == "E10000025"
    for role, area in (("partner", "E10000025"), ("publisher", "E10000025")):
        with pytest.raises(ValueError, match="has no area of its own"):
            Audience(role, area)  # type: ignore[arg-type]


@pytest.mark.parametrize("area", [None, "", "all", "E07000178", "E12000008", "E1000002", "E10000025 "])
def test_an_area_is_the_code_of_an_authority(area: str | None) -> None:
    with pytest.raises(ValueError, match="nine-character code"):
        Audience("local_authority", area)


def test_there_are_three_roles() -> None:
    with pytest.raises(ValueError, match="one of partner, local_authority, publisher"):
        Audience("admin")  # type: ignore[arg-type]


def test_who_holds_the_release_may_take_all_of_it_out() -> None:
    role: Role = EVERYTHING.role
    assert (role, EVERYTHING.area) == ("publisher", None)
