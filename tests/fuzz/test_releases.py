"""A release whose files were damaged is refused when it is opened or read, or shows what it showed."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from data.versions import POINTER
from metrics.catalogue import INDICATORS
from metrics.disclosure.edition import Edition
from metrics.filters import Filters
from metrics.release import TABLES, Release
from tests.fuzz.damage import as_parquet, json_texts, spoilt, tables
from tests.fuzz.promise import kept, place
from tests.releases import OXFORD, OXFORDSHIRE, lattice_of, publish_release

CUTS = (Filters(), Filters(OXFORD), Filters(OXFORDSHIRE, sex="F"), Filters(period="2022"))
COMPARATOR = {
    "comparator": "absence",
    "indicator": "ehcp",
    "area_code": "E92000001",
    "area_name": "England",
    "population": "All pupils",
    "period": "2022/23",
    "value": 4.3,
    "unit": "percent",
    "source": "DfE",
    "fit": "similar",
    "reason": "a year against a term",
}
COUNTED = {"topic": "rejected", "file": "links", "area_code": "all", "breakdown": "all", "reason": "sex is missing", "n": 10}


@cache
def _sound() -> Path:
    """A small sound release, the live one under its root."""
    return publish_release(
        place() / "sound", lattice=lattice_of(225), comparators=[COMPARATOR], quality=[COUNTED | {"count": 7, "symbol": None}]
    )


@cache
def _shown() -> list[Any]:
    return _figures(Release.open(_sound().parent))


def _figures(release: Release) -> list[Any]:
    """Everything looked up in a release by those who draw pages."""
    said: list[Any] = [release.version, release.synthetic, release.audited, release.recognised_to, release.policy_words]
    for filters in CUTS:
        cut = release.cut(filters)
        said += [cut.series(one.id) for one in INDICATORS]
        said += [cut.pair(one.id) for one in INDICATORS]
        said += [release.nearest(filters, [("ehcp", "0", "observed"), ("suspended", "0", "observed")])]
    said += [release.across(Filters(), "area", "ehcp"), release.comparators("ehcp"), release.quality("rejected")]
    return said


def _anew(name: str, content: bytes) -> Path:
    """The directory of a copy of the sound release with one file exchanged, or the pointer to it."""
    root = place() / "damaged"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(_sound().parent, root)
    directory = root / _sound().name
    (root if name == POINTER else directory).joinpath(name).write_bytes(content)
    return directory


@settings(max_examples=40)
@given(st.deferred(lambda: json_texts(json.loads((_sound() / "manifest.json").read_bytes()))))
def test_a_manifest(text: bytes) -> None:
    directory = _anew("manifest.json", text)
    kept(lambda: _figures(Release.open(directory.parent)))
    kept(lambda: Edition.at(directory))


@st.composite
def _bytes(draw: st.DrawFn) -> tuple[str, bytes]:
    path = _sound() / f"{draw(st.sampled_from(TABLES))}.parquet"
    return path.name, draw(spoilt(path.read_bytes(), (b"PAR1",)))


@settings(max_examples=25)
@given(st.deferred(_bytes))
def test_the_bytes_of_a_table(file: tuple[str, bytes]) -> None:
    root = _anew(*file).parent
    shown = kept(lambda: _figures(Release.open(root)))
    assert shown is None or shown == _shown(), "a byte was changed, and with it a figure"


@st.composite
def _tables(draw: st.DrawFn) -> tuple[str, pa.Table, bool]:
    """A table of the release with other columns or rows, and whether the manifest counts those rows."""
    name = draw(st.sampled_from(TABLES))
    return name, draw(tables(pq.read_table(_sound() / f"{name}.parquet"))), draw(st.booleans())


@settings(max_examples=25)
@given(st.deferred(_tables))
def test_the_columns_of_a_table(changed: tuple[str, pa.Table, bool]) -> None:
    name, table, is_counted = changed
    directory = _anew(f"{name}.parquet", as_parquet(table))
    if is_counted:
        said = json.loads((directory / "manifest.json").read_bytes())
        (directory / "manifest.json").write_text(json.dumps(said | {"rows": said["rows"] | {name: table.num_rows}}))
    kept(lambda: _figures(Release.open(directory.parent)))


@settings(max_examples=40)
@given(st.one_of(st.binary(max_size=300), st.binary(min_size=1, max_size=3).map(lambda part: part * 300), st.just(b"../sound\n")))
def test_the_pointer(content: bytes) -> None:
    root = _anew(POINTER, content).parent
    kept(lambda: _figures(Release.open(root)))
