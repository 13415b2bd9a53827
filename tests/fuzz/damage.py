"""Ways to damage what was sound: bytes, values of JSON, columns of a table. One to four at once."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

_MOST = 4
_LENGTHS = (0, 1, 2, 4, 16, 64, 1024)
_REPEATS = (2, 30, 2_000)
_WORDS = (b"\0", b'"', b"\n", b"\xff\xfe", b"\xef\xbb\xbf")

Draw = st.DrawFn
Step = str | int


@st.composite
def spoilt(draw: Draw, sound: bytes, words: Sequence[bytes] = ()) -> bytes:
    """Bytes with some changed, taken out, put in, repeated, moved, or the end cut off; `words` are put in too."""
    content = sound
    for _ in range(draw(st.integers(1, _MOST))):
        start = draw(st.integers(0, len(content)))
        stop = min(len(content), start + draw(st.sampled_from(_LENGTHS)))
        before, part, after = content[:start], content[start:stop], content[stop:]
        other = draw(st.binary(max_size=8) | st.sampled_from((*words, *_WORDS)))
        forms = (
            before + other + after,
            before + other + part + after,
            before + after,
            before + part * draw(st.sampled_from(_REPEATS)) + after,
            after + part + before,
            before,
            before + bytes(byte ^ 1 << draw(st.integers(0, 7)) for byte in part[:1]) + part[1:] + after,
        )
        content = draw(st.sampled_from(forms))
    return content


ODD: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(
        (None, True, False, 0, -1, 1, 10**30, 1.5, float("nan"), float("inf"), 1e300, "", "\0", "all", "2022", "9" * 400)
    ),
    st.sampled_from(([], {}, [[]], [None], ["all"], {"": None}, "2022-13-45", "0001-01-01", "9999-12-31", "<b>x</b>", "\ud800")),
    st.text(max_size=20),
    st.integers(),
    st.floats(),
)
"""Values that stand where another should."""


@st.composite
def altered(draw: Draw, sound: Any) -> Any:
    """A value of JSON with some of what is in it replaced, taken out, renamed, put twice, or swapped with another."""
    value = deepcopy(sound)
    for _ in range(draw(st.integers(1, _MOST))):
        places = list(_places(value))
        if not places:
            return value
        path = draw(st.sampled_from(places))
        inside, step = _at(value, path[:-1]), path[-1]
        match draw(st.sampled_from(("replace", "take out", "rename", "twice", "swap"))):
            case "take out":
                del inside[step]
            case "rename" if isinstance(inside, dict):
                inside[draw(st.text(max_size=9))] = inside.pop(step)
            case "twice" if isinstance(inside, list):
                inside.append(inside[int(step)])
            case "swap":
                inside[step] = deepcopy(_at(value, draw(st.sampled_from(places))))
            case _:
                inside[step] = draw(ODD)
    return value


def _places(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in inner:
        yield (*path, step)
        yield from _places(part, (*path, step))


def _at(value: Any, path: Sequence[Step]) -> Any:
    for step in path:
        value = value[step]
    return value


@st.composite
def json_texts(draw: Draw, sound: Any) -> bytes:
    """JSON of which the values are altered, or the text is spoilt, or it is nested as deep as no file is."""
    deep = (b'{"a":' * 50_000, b"[" * 100_000, b"[" * 500 + b"]" * 500)
    whole = json.dumps(sound, indent=1).encode()
    texts = st.one_of(
        altered(sound).map(lambda value: json.dumps(value).encode()),
        spoilt(whole, (b"null", b"NaN", b"-Infinity", b"1e999", b'"\\ud800"', b"[[[[", b"9" * 5_000)),
        st.sampled_from(deep),
    )
    return draw(texts)


@st.composite
def tables(draw: Draw, sound: pa.Table) -> pa.Table:
    """A table with a column missing, of another type, or with other values, or with other rows."""
    table = sound
    for _ in range(draw(st.integers(1, _MOST))):
        if not table.num_columns:
            return table
        at = draw(st.integers(0, table.num_columns - 1))
        name, column = table.column_names[at], table.column(at)
        change = draw(st.sampled_from(("drop", "retype", "null", "value", "twice", "rename", "rows")))
        if change == "rows":
            table = draw(_other_rows(table))
        elif change == "drop":
            table = table.remove_column(at)
        elif change == "twice":
            table = table.append_column(name, column)
        else:
            table = table.set_column(at, *draw(_other_column(change, name, column)))
    return table


@st.composite
def _other_rows(draw: Draw, table: pa.Table) -> pa.Table:
    """Some of the rows, or all in another order."""
    middle = draw(st.integers(0, table.num_rows))
    return draw(st.sampled_from((table.slice(middle), pa.concat_tables([table.slice(middle), table.slice(0, middle)]))))


@st.composite
def _other_column(draw: Draw, change: str, name: str, column: pa.ChunkedArray) -> tuple[str, Any]:
    """A column under another name, of another type, without its values, or with another among them."""
    if change == "rename":
        return draw(st.text(max_size=9)), column
    if change == "retype":
        return name, _retyped(column, draw(st.sampled_from(_TYPES)))
    return name, pa.nulls(len(column), column.type) if change == "null" or not len(column) else draw(_with_other(column))


def as_parquet(table: pa.Table) -> bytes:
    """A table as the bytes of a file; of one that no file can hold, no bytes."""
    written = io.BytesIO()
    try:
        pq.write_table(table, written)
    except pa.ArrowException:
        return b""
    return written.getvalue()


_TYPES = (pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.binary(), pa.list_(pa.int8()), pa.int8())


def _retyped(column: pa.ChunkedArray, kind: pa.DataType) -> pa.Array:
    try:
        return column.cast(kind, safe=False)
    except pa.ArrowException:
        return pa.nulls(len(column), kind)


@st.composite
def _with_other(draw: Draw, column: pa.ChunkedArray) -> pa.Array:
    """The column with another value in one of its rows, of its own type."""
    values = column.to_pylist()
    values[draw(st.integers(0, len(values) - 1))] = draw(ODD)
    try:
        return pa.array(values, column.type)
    except (pa.ArrowException, TypeError, ValueError, OverflowError, UnicodeError):
        return column.combine_chunks()
