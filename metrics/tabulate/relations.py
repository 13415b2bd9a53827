"""The relations that predicates see, in SQL that another engine could run: the store's tables joined, with the spans.

Every relation has one row a child and time, all columns of `children`, a whole number `family` for the family, `cell` for
the finest cell of the cohort that the child is in by month of imprisonment and by month of recognition, and `time`, the code
of the time. `followed` is whether the child is observed in every term from -3 to +3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing

import pyarrow as pa

from data import schema
from data.engine import Engine, Setting, StatementError
from data.schema import STATUTORY_LEVELS, WINDOW_STATUSES, Table
from metrics.indicator import FOLLOWED_TERMS, SPANS, Indicator, IndicatorError, Proportion, Relation

MONTHS = ("imprisonment_month", "recognised_month")


def _columns(table: Table, *without: str) -> str:
    return ",\n    ".join(f"{table.name}.{column.name}" for column in table.columns if column.name not in without)


def _year(month: str) -> str:
    return f"CAST(EXTRACT(YEAR FROM {month}) AS STRING)"


def _quarter(month: str) -> str:
    return f"CONCAT(EXTRACT(YEAR FROM {month}), 'Q', EXTRACT(QUARTER FROM {month}))"


def _cell(month: str) -> str:
    places = f"children.area_code, children.district_code, children.age_band, children.sex, {_quarter(f'children.{month}')}"
    return f"CAST(DENSE_RANK() OVER (ORDER BY {places}) AS INTEGER) AS cell_by_{month}"


_NUMBERED_CHILDREN = f"""
WITH followed_children AS (
  SELECT child_id
  FROM school_terms
  WHERE status = 'observed' AND relative_term BETWEEN {FOLLOWED_TERMS[0]} AND {FOLLOWED_TERMS[-1]}
  GROUP BY child_id
  HAVING COUNT(*) = {len(FOLLOWED_TERMS)}
),
first_meals AS (
  SELECT
    child_id,
    MIN(relative_term) AS relative_term
  FROM school_terms
  WHERE in_scope AND fsm_received AND relative_term >= 0
  GROUP BY child_id
)
SELECT
  children.*,
  CAST(DENSE_RANK() OVER (ORDER BY children.family_id) AS INTEGER) AS family,
  {_cell("imprisonment_month")},
  {_cell("recognised_month")},
  followed_children.child_id IS NOT NULL AS followed,
  first_meals.relative_term AS first_meal_term
FROM children
LEFT JOIN followed_children ON followed_children.child_id = children.child_id
LEFT JOIN first_meals ON first_meals.child_id = children.child_id
"""

_CHILD = ",\n  ".join(
    f"numbered_children.{name}"
    for name in (
        *(column.name for column in schema.CHILDREN.columns),
        "family",
        "cell_by_imprisonment_month",
        "cell_by_recognised_month",
        "followed",
    )
)

_CHILDREN = f"""
SELECT
  {_CHILD},
  {_columns(schema.SUPPORT, "child_id")},
  'all' AS time
FROM numbered_children
LEFT JOIN support ON support.child_id = numbered_children.child_id
"""

_SCHOOL_TERMS = f"""
SELECT
  {_CHILD},
  {_columns(schema.SCHOOL_TERMS, "child_id")},
  CASE
    WHEN school_terms.relative_term >= 0 THEN COALESCE(numbered_children.first_meal_term <= school_terms.relative_term, FALSE)
  END AS ever_received_since_0,
  CAST(school_terms.relative_term AS STRING) AS time
FROM school_terms
JOIN numbered_children ON numbered_children.child_id = school_terms.child_id
"""


def _either(flag: str) -> str:
    """True in any window of the span, else false if known in one, else null."""
    return f"MAX(CASE WHEN {flag} THEN 1 WHEN NOT {flag} THEN 0 END) = 1 AS {flag}"


def _span(span: str) -> str:
    """The span's rows: the first status that holds for either window, every flag of either, the highest level."""
    windows = ", ".join(f"'{window}'" for window in SPANS[span])
    statuses = " ".join(f"WHEN MAX(CASE WHEN status = '{s}' THEN 1 ELSE 0 END) = 1 THEN '{s}'" for s in WINDOW_STATUSES)
    ranks = " ".join(f"WHEN '{level}' THEN {rank}" for rank, level in enumerate(STATUTORY_LEVELS))
    levels = " ".join(f"WHEN {rank} THEN '{level}'" for rank, level in enumerate(STATUTORY_LEVELS))
    return f"""
  SELECT
    child_id,
    '{span}' AS time,
    CASE {statuses} END AS status,
    {_either("mash_contact")},
    {_either("mash_referral")},
    {_either("early_help")},
    CASE MAX(CASE statutory_level {ranks} END) {levels} END AS statutory_level
  FROM care_windows
  WHERE care_windows.window IN ({windows})
  GROUP BY child_id"""


_CARE_WINDOWS = f"""
WITH windows_and_spans AS (
  SELECT
    child_id,
    care_windows.window AS time,
    status,
    mash_contact,
    mash_referral,
    early_help,
    statutory_level
  FROM care_windows
  UNION ALL{"  UNION ALL".join(_span(span) + chr(10) for span in SPANS)})
SELECT
  {_CHILD},
  windows_and_spans.status,
  windows_and_spans.mash_contact,
  windows_and_spans.mash_referral,
  windows_and_spans.early_help,
  windows_and_spans.statutory_level,
  windows_and_spans.early_help OR windows_and_spans.statutory_level <> 'none' OR windows_and_spans.mash_referral AS any_active,
  numbered_children.matched_education OR numbered_children.matched_social_care AS matched_any,
  {_columns(schema.SUPPORT, "child_id")},
  windows_and_spans.time
FROM windows_and_spans
JOIN numbered_children ON numbered_children.child_id = windows_and_spans.child_id
LEFT JOIN support ON support.child_id = numbered_children.child_id
"""

RELATION_SQL: dict[Relation, str] = {"children": _CHILDREN, "school_terms": _SCHOOL_TERMS, "care_windows": _CARE_WINDOWS}


def number_children(engine: Engine) -> None:
    """Make what the relations are read from; once an engine."""
    engine.define("numbered_children", _NUMBERED_CHILDREN)
    for month in MONTHS:
        engine.define(
            f"cells_by_{month}",
            f"""
SELECT DISTINCT
  cell_by_{month} AS cell,
  area_code,
  district_code,
  age_band,
  sex,
  {_year(month)} AS year,
  {_quarter(month)} AS quarter
FROM numbered_children""",
        )


def count_rows(engine: Engine, table: str) -> int:
    """How many rows a table has."""
    return int(engine.fetch(f"SELECT COUNT(*) AS counted FROM {table}")["counted"][0].as_py())


def expressions(indicator: Indicator) -> dict[str, str]:
    """The parts of an indicator's measure by name, as its declaration has them."""
    return {name: str(text) for name, text in vars(indicator.measure).items()}


def check_predicates(indicators: Iterable[Indicator]) -> None:
    """Prepare every predicate against the empty schema; `IndicatorError` says what is wrong with the first that fails."""
    with closing(Setting().opened()) as engine:
        for table in schema.STORE:
            engine.register(table.name, table.arrow.empty_table())
        number_children(engine)
        for relation, sql in RELATION_SQL.items():
            engine.define(f"relation_{relation}", sql)
        for indicator in indicators:
            for part, text in expressions(indicator).items():
                _check_predicate(engine, indicator, part, text)


def _check_predicate(engine: Engine, indicator: Indicator, part: str, text: str) -> None:
    named = f"Indicator {indicator.id}: its {part}, {text},"
    try:
        found = engine.schema(f"SELECT ({text}) AS part FROM relation_{indicator.table}").types[0]
    except StatementError as error:
        raise IndicatorError(f"{named} cannot be computed ({error}): mend it.") from None
    fits, wanted = _type(indicator, part)
    if not fits(found):
        raise IndicatorError(f"{named} is of type {found}, not {wanted}: mend it.")


def _type(indicator: Indicator, part: str) -> tuple[Callable[[pa.DataType], bool], str]:
    """What a part of a measure may be, and how that is said; a headcount may be of anything."""
    if part == "of":
        return (lambda _: True), "anything"
    if part == "denominator" or isinstance(indicator.measure, Proportion):
        return pa.types.is_boolean, "bool"
    return pa.types.is_integer, "a whole number"
