"""Everything an authority's social care supplies, from one caseload: its register, Annex A, and returns where it sends those."""

from __future__ import annotations

from pathlib import Path

from data.synthetic.files.annex_a import BUCKINGHAMSHIRE, write_annex_a
from data.synthetic.files.authority import Authority
from data.synthetic.files.caseload import caseload
from data.synthetic.files.cin_census import write_cin_census
from data.synthetic.files.social_care_people import write_social_care_people
from data.synthetic.files.ssda903 import write_ssda903

_PEOPLE, _ANNEX_A, _SSDA903 = 32, 33, 34
"""Streams of random numbers, a file's each."""


def write_social_care(out: Path, authority: Authority) -> None:
    """Write the authority's social-care files; none where it supplies no social care."""
    if "social_care" not in authority.coverage:
        return
    held, folder = caseload(authority), authority.folder(out)
    write_social_care_people(folder, held.people, authority.style, authority.rng(_PEOPLE))
    write_annex_a(folder, authority.code, authority.style.position, held, authority.rng(_ANNEX_A))
    if authority.code == BUCKINGHAMSHIRE:
        write_cin_census(folder, held)
        write_ssda903(folder, held, authority.rng(_SSDA903))
