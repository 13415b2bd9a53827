"""Defends against a store said to be encrypted that is not, and against a command that fails where nobody can tell."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from data.volume import Encryption, encryption, sentence

Device = tuple[str, Sequence[str]]
"""What dm says of a device, and what it is made of."""


def system(root: Path, number: int, devices: Mapping[str, Device]) -> Path:
    """A `/sys` of those devices, the first of which has that number."""
    for name, (marked, below) in devices.items():
        device = root / "devices" / name
        (device / "slaves").mkdir(parents=True)
        if marked:
            (device / "dm").mkdir()
            (device / "dm" / "uuid").write_text(f"{marked}\n")
        for one in below:
            (device / "slaves" / one).symlink_to(root / "devices" / one)
    (root / "dev" / "block").mkdir(parents=True)
    (root / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}").symlink_to(root / "devices" / next(iter(devices)))
    return root


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        ({"sda1": ("", ())}, Encryption.NOT),
        ({"dm-0": ("CRYPT-LUKS2-0123-home", ("sda1",)), "sda1": ("", ())}, Encryption.ENCRYPTED),
        ({"dm-1": ("LVM-0123", ("dm-0",)), "dm-0": ("CRYPT-LUKS2-0123", ("sda1",)), "sda1": ("", ())}, Encryption.ENCRYPTED),
        ({"dm-1": ("LVM-0123", ("sda1",)), "sda1": ("", ())}, Encryption.NOT),
        (
            {"md0": ("", ("dm-0", "sdb1")), "dm-0": ("CRYPT-LUKS2-0123", ("sda1",)), "sda1": ("", ()), "sdb1": ("", ())},
            Encryption.NOT,
        ),
    ],
)
def test_a_volume_is_encrypted_where_all_that_it_is_made_of_is(
    tmp_path: Path, devices: Mapping[str, Device], expected: Encryption
) -> None:
    made = system(tmp_path / "sys", tmp_path.stat().st_dev, devices)
    assert encryption(tmp_path, made) is expected
    assert encryption(tmp_path / "not" / "there yet", made) is expected


@pytest.mark.parametrize("mounts", ["", "1 2 0:9 / / rw - tmpfs tmpfs rw\n", "1 2 0:9 / / rw - nfs server:/files rw\n", None])
def test_where_no_device_is_known_nobody_can_tell(tmp_path: Path, mounts: str | None) -> None:
    if mounts is not None:
        (tmp_path / "mounts").write_text(mounts)
    assert encryption(tmp_path, tmp_path / "no system", tmp_path / "mounts") is Encryption.UNKNOWN


def test_it_is_told_in_a_line_and_never_an_error() -> None:
    assert sentence(Path("/")).startswith("The volume that holds /: ")
    assert sentence(Path("/")).removeprefix("The volume that holds /: ").removesuffix(".") in list(Encryption)
