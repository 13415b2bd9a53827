"""What a partner's file looks like: its columns by the headers they come under, what may stand in them, what makes a row bad.

A file's text becomes typed rows by SQL that these declarations write; nothing else knows how a date or a blank is spelt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from data.errors import DataError

BLANKS = ("", "#n/a", "n/a", "null", "#value!", "#ref!", "#name?")
"""What stands for nothing, in lower case."""

_DAY_FORMATS = (
    "%Y-%m-%d",
    "%Y-%b-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%Y/%m/%d",
    "%Y%m%d",
)
_TIME_OF_DAY = r"[ T]\d{1,2}:\d{2}(:\d{2}([.]\d+)?)?(Z|[+-]\d{2}:?\d{2})?$"
_EARLIEST, _LATEST = 1900, 2100
"""Years; a year of two digits reads as one before these and so is no date."""
_GREATEST_COUNT = 32_767
_FEW_CODES = 8
"""As many codes as a reason can list."""
_IDENTIFIER = "^[A-Za-z0-9][A-Za-z0-9_/-]*$"
"""No spaces and no points: a number that a spreadsheet has rounded, such as 9.21E+06, is nobody's."""
_LETTERED = "^[a-z]{1,2}[)] *"
"""Annex A's answers begin with a letter and a bracket in some authorities."""


class Kind(Enum):
    """How the text of a column is read."""

    TEXT = "text"
    ID = "an identifier"
    DAY = "a date"
    COUNT = "a whole number"
    FLAG = "yes or no"
    CODE = "a code"


_FLAGS = {"true": "true", "1": "true", "yes": "true", "y": "true", "t": "true"} | {
    "false": "false",
    "0": "false",
    "no": "false",
    "n": "false",
    "f": "false",
}


@dataclass(frozen=True)
class Field:
    """One column: the name we give it, the headers it comes under, how it is read.

    `headers` are regular expressions for the whole header, letter case and spaces aside; without any, the name itself.
    `required`: a file without the column is refused. `blank`: a row may leave it empty. `codes` gives the code for each text,
    in lower case. `label` names the column in reasons, `name` where there is none.
    """

    name: str
    headers: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    required: bool = True
    blank: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    label: str = ""

    @property
    def said(self) -> str:
        """The column's name in a reason."""
        return self.label or self.name

    def stands_under(self, header: str) -> bool:
        """Whether a header, as `normal` makes it, is this column's."""
        return any(re.fullmatch(pattern, header, re.IGNORECASE) for pattern in self.headers or (re.escape(self.name),))

    @property
    def text(self) -> str:
        """The SQL of the text without the spaces around it; null where it stands for nothing."""
        trimmed = f"TRIM(REPLACE({self.name}, CHR(160), ' '))"
        return f"CASE WHEN LOWER({trimmed}) IN ({_listed(BLANKS)}) THEN NULL ELSE {trimmed} END"

    def read(self, text: str) -> str:
        """The SQL of the value in some cleaned text; null where the text is none."""
        match self.kind:
            case Kind.TEXT:
                return _whole(text)
            case Kind.ID:
                return f"CASE WHEN REGEXP_MATCHES({_whole(text)}, '{_IDENTIFIER}') THEN {_whole(text)} END"
            case Kind.DAY:
                day = f"TRY_STRPTIME(REGEXP_REPLACE({text}, '{_TIME_OF_DAY}', ''), [{_listed(_DAY_FORMATS)}])"
                return f"CASE WHEN YEAR({day}) BETWEEN {_EARLIEST} AND {_LATEST} THEN CAST({day} AS DATE) END"
            case Kind.COUNT:
                whole = f"TRY_CAST(REGEXP_EXTRACT({text}, '^([0-9]+)([.]0+)?$', 1) AS BIGINT)"
                return f"CASE WHEN {whole} <= {_GREATEST_COUNT} THEN CAST({whole} AS SMALLINT) END"
            case Kind.FLAG:
                return f"CAST({_coded(text, _FLAGS)} AS BOOLEAN)"
            case Kind.CODE:
                return _coded(text, self.codes)

    @property
    def fault(self) -> str:
        """What is wrong with a text that cannot be read."""
        if self.kind is Kind.CODE:
            codes = tuple(dict.fromkeys(self.codes.values()))
            return (
                f"{self.said} is not one of {', '.join(codes)}" if len(codes) <= _FEW_CODES else f"{self.said} is no known code"
            )
        return f"{self.said} is not {self.kind.value}"


@dataclass(frozen=True)
class Rule:
    """What a row may not be: an SQL condition over the typed columns, the column it is put down to, and the reason."""

    column: str
    condition: str
    reason: str


@dataclass(frozen=True)
class Layout:
    """A kind of file: `name` as the manifest gives it, such as `school_census/pupilonroll`; its columns and rules."""

    name: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()

    def place(self, headers: Sequence[str], file: str) -> dict[str, int]:
        """Where each column stands among the headers; `DataError` where one that must be there is missing or doubtful.

        A header equal to a column's name or label is taken before one that merely fits its pattern. No header is repeated in
        the message: a file without a header row has a child in its first.
        """
        found = [normal(header) for header in headers]
        places: dict[str, int] = {}
        for one in self.fields:
            exact = [at for at, header in enumerate(found) if header in (one.name.casefold(), one.said.casefold())]
            fitting = exact or [at for at, header in enumerate(found) if one.stands_under(header)]
            if len(fitting) > 1:
                raise DataError(f"{file} has {len(fitting)} columns that could be {one.said}: leave the one that is meant.")
            if fitting:
                places[one.name] = fitting[0]
            elif one.required:
                raise DataError(
                    f"{file} has no column {one.said} in its first row: supply {self.name} with its header row and that column."
                )
        return places

    def fits(self, headers: Sequence[str]) -> bool:
        """Whether every column that must be there stands under some header."""
        found = [normal(header) for header in headers]
        return all(any(one.stands_under(header) or header == one.said.casefold() for header in found) for one in self.required)

    @cached_property
    def required(self) -> tuple[Field, ...]:
        """The columns without which the file is refused."""
        return tuple(one for one in self.fields if one.required)

    @cached_property
    def faults(self) -> tuple[tuple[str, str, str], ...]:
        """What may be wrong with a row, in the order tried: SQL over `text_<name>` and `<name>`, the column, the reason."""
        faults = []
        for one in self.fields:
            if one.required and not one.blank:
                faults.append((f"text_{one.name} IS NULL", one.said, f"{one.said} is missing"))
            if one.kind is not Kind.TEXT:
                faults.append((f"text_{one.name} IS NOT NULL AND {one.name} IS NULL", one.said, one.fault))
        return (*faults, *((rule.condition, rule.column, rule.reason) for rule in self.rules))


def normal(header: str) -> str:
    """A header in lower case, its spaces single, without a byte-order mark."""
    return " ".join(header.replace("\ufeff", "").replace("\u00a0", " ").split()).casefold()


def _whole(text: str) -> str:
    """SQL: the text, a whole number in it without the point that a spreadsheet gives it."""
    return f"REGEXP_REPLACE({text}, '^([0-9]+)[.]0+$', '\\1')"


def _coded(text: str, codes: Mapping[str, str]) -> str:
    cases = " ".join(f"WHEN {_quoted(said)} THEN {_quoted(code)}" for said, code in codes.items())
    return f"COALESCE(CASE LOWER({text}) {cases} END, CASE REGEXP_REPLACE(LOWER({text}), '{_LETTERED}', '') {cases} END)"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(map(_quoted, texts))


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
