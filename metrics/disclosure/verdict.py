"""What an audit found, in words: for the person who has to decide whether a release may be given out."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.disclosure.audit import Audit, Fallen
from metrics.disclosure.edition import Edition

MOST_LISTED = 20


def verdict(edition: Edition, found: Audit, others: int) -> Iterator[str]:
    """The lines of a verdict; no number of a hidden figure is in them. Nothing falls beside the `others` of the same store."""
    yield f"Release {edition.version}, policy {edition.policy.name}."
    if edition.policy.hides_nothing:
        yield "Nothing is hidden, so there is nothing to attack: these are not real children."
        return
    least = edition.policy.smallest_count
    yield f"Attacked: {found.attacked:,} hidden numbers in {found.tables:,} tables of linked figures, by linear programme."
    if found.published:
        yield f"Given to the attacker: {len(found.published)} figures of the published study."
        yield from (f"  {_named(one, edition)}" for one in found.published)
    if others:
        releases = "release" if others == 1 else "releases"
        yield f"Compared with {others} other {releases} of the same store: nothing falls beside them."
    if not found.fallen:
        yield f"None falls: each can still be any of at least {least} numbers."
        return
    yield f"{len(found.fallen):,} fall: each can be worked out to within fewer than {least} numbers."
    yield from (f"  {_named(one, edition)}" for one in found.fallen[:MOST_LISTED])
    if len(found.fallen) > MOST_LISTED:
        yield f"  and {len(found.fallen) - MOST_LISTED:,} more"


def _named(one: Fallen, edition: Edition) -> str:
    return f"{' '.join(part for part in one.of if part != 'observed')}: {one.cut.words(edition.lattice)}"
