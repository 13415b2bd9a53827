"""Under which licence each package may be used, as its own metadata says."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import PackageMetadata

from license_expression import ExpressionError, LicenseExpression, LicenseSymbol, Licensing

PERMISSIVE = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU"),
        *("MPL-2.0", "OFL-1.1", "PSF-2.0", "Unlicense", "Zlib"),
    }
)
"""What a public body may use without asking, by SPDX identifier; of MPL the files alone that are changed must be given on."""

EXCEPTIONS: Mapping[str, str] = {}
"""A package under another licence, with the reason why it may be used all the same."""

_CLASSIFIED = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
}
"""What a classifier of old names, which says a family more often than a licence."""
_WORDED = {"3-Clause BSD License": "BSD-3-Clause", "Apache License 2.0": "Apache-2.0"}

UNSAID: Mapping[str, tuple[str, str]] = {
    "axe-playwright-python": ("MIT AND MPL-2.0", "its LICENSE file, and that of axe-core, which it holds"),
}
"""The licence of a package whose metadata names none, and where it was read."""


def expression(name: str, metadata: PackageMetadata) -> str:
    """The SPDX expression of a package's licence; empty where nothing that is known says one."""
    said, worded = (str((metadata.get_all(field) or [""])[0]).strip() for field in ("License-Expression", "License"))
    if said:
        return said
    worded = _WORDED.get(worded, worded)
    if is_permissive(worded):
        return worded
    classified = [line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    known = [_CLASSIFIED[one] for one in classified if one in _CLASSIFIED]
    if known and len(known) == len(classified):
        return " AND ".join(sorted(set(known)))
    return UNSAID.get(name, ("", ""))[0]


def is_permissive(said: str) -> bool:
    """Whether an SPDX expression leaves a way to use the package under permissive licences alone."""
    try:
        parsed = Licensing().parse(said)
    except ExpressionError:
        return False
    return parsed is not None and _is_permissive(parsed)


def _is_permissive(parsed: LicenseExpression) -> bool:
    if isinstance(parsed, LicenseSymbol):
        return str(parsed.key) in PERMISSIVE
    parts = [_is_permissive(part) for part in parsed.args]
    return any(parts) if isinstance(parsed, Licensing().OR) else all(parts)
