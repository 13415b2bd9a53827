"""Whether the disk under a folder is encrypted, as far as Linux lets one find out; elsewhere nobody can tell.

Told from the device that a path lies on: dm-crypt (LUKS) marks its devices in `/sys`, also under LVM or RAID. A disk that
encrypts itself, or a cloud's, looks like any other disk, so that "not encrypted" is said of what this machine does, and refuses
nothing.
"""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path

SYSTEM = Path("/sys")
MOUNTS = Path("/proc/self/mountinfo")
_MOUNT = re.compile(r"\S+ \S+ \S+ \S+ (?P<place>\S+) .*? - \S+ (?P<source>\S+) ")
_ESCAPED = re.compile(r"\\([0-7]{3})")


class Encryption(StrEnum):
    """What can be told of a volume, in words."""

    ENCRYPTED = "encrypted"
    NOT = "not encrypted by this machine (a disk or a cloud that encrypts by itself does not show)"
    UNKNOWN = "cannot tell whether it is encrypted"


def encryption(path: Path, system: Path = SYSTEM, mounts: Path = MOUNTS) -> Encryption:
    """What can be told of the volume that holds a path, or will hold it: a folder that is not there is judged by its parent's."""
    place = next((folder for folder in (path.absolute(), *path.absolute().parents) if folder.exists()), None)
    if place is None:
        return Encryption.UNKNOWN
    try:
        device = _block(place.stat().st_dev, system) or _mounted(place.resolve(), system, mounts)
        return Encryption.UNKNOWN if device is None else _judged(device)
    except (OSError, ValueError):
        return Encryption.UNKNOWN


def sentence(path: Path) -> str:
    """What can be told of the volume of a path, as a line for a person."""
    return f"The volume that holds {path}: {encryption(path)}."


def _block(number: int, system: Path) -> Path | None:
    """A block device by its number; none where the file system has no device of its own, as on a network or in memory."""
    device = system / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    return device.resolve() if device.exists() else None


def _mounted(place: Path, system: Path, mounts: Path) -> Path | None:
    """The device that a path is mounted from, for file systems (btrfs) that give their files another number."""
    found: tuple[int, str] = (-1, "")
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        if told := _MOUNT.match(line):
            mount = Path(_plain(told["place"]))
            if place.is_relative_to(mount) and len(mount.parts) >= found[0]:
                found = len(mount.parts), _plain(told["source"])
    source = Path(found[1])
    return _block(source.stat().st_rdev, system) if source.is_absolute() and source.is_block_device() else None


def _plain(text: str) -> str:
    """A name as it is, where the list of mounts writes blanks and the like in octal."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 8)), text)


def _judged(device: Path) -> Encryption:
    """Encrypted where the device is, or every one that it is made of."""
    marked = device / "dm" / "uuid"
    if marked.exists() and marked.read_text(encoding="ascii", errors="replace").startswith("CRYPT-"):
        return Encryption.ENCRYPTED
    below = sorted((device / "slaves").iterdir()) if (device / "slaves").is_dir() else []
    if below and all(_judged(one.resolve()) is Encryption.ENCRYPTED for one in below):
        return Encryption.ENCRYPTED
    return Encryption.NOT
