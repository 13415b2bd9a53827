"""What the commands keep between runs, and what travels between rooms, is read whole or refused: else a child comes back."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from data import forgotten
from data.build import build, handed_over
from data.build.records import accept
from data.cohort import CohortStore
from data.forgotten import Forgotten
from data.handover import hand_over
from data.ingest import prepare
from data.ingest.comparators import read_comparators
from data.ingest.folder import Folder
from data.ingest.ledger import Ledger
from data.partnership import PARTNERSHIP, Partnership
from data.progress import silent
from data.schema import STORE
from metrics.disclosure.ledger import INDEX
from metrics.disclosure.ledger import read as read_ledger
from tests import partners
from tests.fuzz.damage import as_parquet, json_texts, spoilt, tables
from tests.fuzz.promise import kept, place

KEY = "a key for tests, which guards nothing"
SAID = {
    "name": "Thames Valley",
    "synthetic": True,
    "programme_start": "2021-11-01",
    "pseudonym_key": KEY,
    "definitions": {partners.AREA: "Early Help: an assessment"},
    "settings": {"receptions_counted": ["remand", "recall"], "same_period_days": 90, "most_bad_rows_pct": 10.0},
    "retention": {"rejected_days": 30},
}
MAPPING_WORDS = (
    b"100-",
    b"100*",
    b"not_comparable",
    b"Total;",
    b"=",
    b"absence.csv",
    b"../",
    b"sess_overall_percent",
    b"%",
    b",,",
)


@settings(max_examples=60)
@given(json_texts(SAID))
def test_the_partnership(text: bytes) -> None:
    (place() / PARTNERSHIP).write_bytes(text)
    read = kept(lambda: Partnership.read(place()))
    if read is not None:
        assert read.settings.said and read.settings.in_words and read.name.isprintable()
        kept(lambda: read.key)


@settings(max_examples=60)
@given(json_texts({"children": ["0" * 32, "1" * 32], "made_with": Forgotten().joined_by((), KEY).made_with}))
def test_the_forgotten(text: bytes) -> None:
    (place() / forgotten.LIST).write_bytes(text)
    listed = kept(lambda: forgotten.read(place()))
    if listed is not None:
        assert all(len(child) == 32 for child in listed.children)
        kept(lambda: listed.check_key(KEY, place()))


@st.composite
def _mappings(draw: st.DrawFn) -> dict[str, bytes]:
    """The folder of comparators with one or both of its files spoilt."""
    root = _extracts() / "comparators"
    name = draw(st.sampled_from(("mapping.csv", "absence.csv")))
    return {name: draw(spoilt((root / name).read_bytes(), MAPPING_WORDS))}


@settings(max_examples=40)
@given(st.deferred(_mappings))
def test_the_comparators(files: dict[str, bytes]) -> None:
    folder = place() / "mapped" / "comparators"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_extracts() / "comparators", folder)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    read = kept(lambda: read_comparators(folder.parent))
    if read is not None:
        for one in read.rows:
            assert one.value == one.value and abs(one.value) <= 100, one
        assert all(len(rows) <= read.files[name] for name, rows in read.rejected.items())


@cache
def _extracts() -> Path:
    return partners.write(place() / "whole", partners.files())


@cache
def _store() -> Path:
    """A store of the small partnership; its owner's alone."""
    build(_extracts(), place() / "store")
    return place() / "store"


@cache
def _records() -> Path:
    """What an authority hands over."""
    root = partners.write(place() / "rooms" / "force", partners.files())
    hand_over(root, place() / "rooms" / "out", silent)
    return next((place() / "rooms" / "out").rglob("records"))


@st.composite
def _handed_over(draw: st.DrawFn) -> tuple[str, bytes]:
    """One of the files handed over, and what it holds now."""
    if draw(st.booleans()):
        return handed_over.ACCOUNT, draw(json_texts(json.loads((_records() / handed_over.ACCOUNT).read_bytes())))
    path = _records() / f"{draw(st.sampled_from(handed_over.TABLES)).name}.parquet"
    return path.name, draw(st.one_of(spoilt(path.read_bytes(), (b"PAR1",)), tables(pq.read_table(path)).map(as_parquet)))


@settings(max_examples=20)
@given(st.deferred(_handed_over))
def test_what_is_handed_over(file: tuple[str, bytes]) -> None:
    name, content = file
    folder = place() / "taken" / partners.AREA
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_records(), folder / "records")
    (folder / "records" / name).write_bytes(content)
    ledger = Ledger()

    def take() -> None:
        with duckdb.connect(config={"threads": 1}) as connection:
            prepare(connection)
            handed_over.take(connection, Folder(folder, folder.parent, partners.AREA), ledger)
            for table in handed_over.TABLES:
                accept(connection, table, table.name)
        _ = ledger.rejections, ledger.inputs(dict.fromkeys(ledger.paths, "digest"))

    kept(take)


@settings(max_examples=25)
@given(st.deferred(lambda: json_texts(json.loads(next(_store().glob("*/manifest.json")).read_bytes()))))
def test_the_manifest_of_a_store(text: bytes) -> None:
    version = next(_store().glob("*/manifest.json")).parent
    sound = (version / "manifest.json").read_bytes()
    try:
        (version / "manifest.json").write_bytes(text)
        store = kept(lambda: CohortStore.open(_store()))
        if store is not None:
            store.children("area_code")
    finally:
        (version / "manifest.json").write_bytes(sound)


@st.composite
def _tables(draw: st.DrawFn) -> tuple[str, bytes]:
    """One of a store's tables, and what its file holds now."""
    path = next(_store().glob(f"*/{draw(st.sampled_from(STORE)).name}.parquet"))
    return path.name, draw(st.one_of(spoilt(path.read_bytes(), (b"PAR1",)), tables(pq.read_table(path)).map(as_parquet)))


@settings(max_examples=20)
@given(st.deferred(_tables))
def test_a_table_of_a_store(file: tuple[str, bytes]) -> None:
    name, content = file
    path = next(_store().glob(f"*/{name}"))
    sound = path.read_bytes()
    try:
        path.write_bytes(content)
        kept(lambda: CohortStore.open(_store()))
    finally:
        path.write_bytes(sound)


@settings(max_examples=30)
@given(json_texts({"entries": [{"version": "first", "sha256": "0" * 64}]}))
def test_the_index_of_the_ledger(text: bytes) -> None:
    root = place() / "kept"
    (root / "LEDGER").mkdir(mode=0o700, parents=True, exist_ok=True)
    root.chmod(0o700)
    (root / "LEDGER" / INDEX).write_bytes(text)
    (root / "LEDGER" / INDEX).chmod(0o600)
    entries = kept(lambda: read_ledger(root))
    assert not entries
