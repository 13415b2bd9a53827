"""Recognised children × school and social-care registers: the crosswalk first, then the UPN, then probabilistic linkage.

Unmatched children look like children nobody knows, and a wrong match shows another child's life: so what is too close to call is
matched with nobody and goes to a person, whose decision comes back in the crosswalk and wins.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from data.cohort import Note
from data.engine import IN_PROCESS, Engine
from data.errors import DataError
from data.match.decision import REVIEW_FROM, Decision, decide
from data.match.identifiers import REGISTERS, follow_crosswalk, follow_upn, forget
from data.progress import Progress, silent

_PLACES, _HIGHEST = 4, 0.9999
"""Decimal places of a probability in tables and files, which is never rounded up to certainty."""


@dataclass(frozen=True)
class Links:
    """How many rows `matched` and `match_reviews` have, and what the crosswalk left open."""

    matched: int
    reviews: int
    notes: tuple[Note, ...]


def link(
    connection: duckdb.DuckDBPyConnection, threshold: float, progress: Progress = silent, engine: Engine | None = None
) -> Links:
    """Create `matched`, at most one row a recognised child and register and a record once, and `match_reviews`.

    Reads recognised_people, crosswalk, register_education and register_social_care. `threshold` is the least probability of a
    match; from `REVIEW_FROM` to it, and where two fit nearly as well, the pair is a row of `match_reviews` and no match.
    `probability` is null where an identifier said so. `engine` compares, the connection itself where there is none. The same
    tables give the same rows in the same order. `DataError` where the threshold or the connection's memory will not do.
    """
    if not REVIEW_FROM <= threshold < 1:
        raise DataError(f"match_threshold is {threshold}: set it to {REVIEW_FROM} or more and less than 1.")
    notes = follow_crosswalk(connection)
    follow_upn(connection)
    for register in REGISTERS:
        _compare(connection, engine or IN_PROCESS.opened(over=connection), register, threshold, progress)
        follow_upn(connection)
    forget(connection)
    connection.execute("DELETE FROM match_reviews WHERE (child_ref, register) IN (SELECT (child_ref, register) FROM matched)")
    ((matched, reviews),) = connection.execute(
        "SELECT (SELECT COUNT(*) FROM matched), (SELECT COUNT(*) FROM match_reviews)"
    ).fetchall()
    return Links(matched, reviews, notes)


def _compare(connection: duckdb.DuckDBPyConnection, engine: Engine, register: str, threshold: float, progress: Progress) -> None:
    """Link the children of that register about whom no identifier said anything."""
    if not connection.execute(f"SELECT 1 FROM match_free_children WHERE register = '{register}' LIMIT 1").fetchall():
        return
    from data.match.linkage import candidates  # Splink takes half a second to load, which a full crosswalk need not wait for

    decisions = decide(candidates(connection, engine, register, REVIEW_FROM, progress), threshold)
    connection.register("match_decisions", _rows(decisions))
    connection.execute(
        f"""
        INSERT INTO matched
        SELECT child_ref, area_code, '{register}', register_id, 'probabilistic', probability
        FROM match_decisions
        WHERE reason IS NULL
        ORDER BY area_code, child_ref;
        INSERT INTO match_reviews
        SELECT area_code, child_ref, '{register}', register_id, 'probabilistic', probability, reason
        FROM match_decisions
        WHERE reason IS NOT NULL
        ORDER BY area_code, child_ref, probability DESC, register_id
        """
    )
    connection.unregister("match_decisions")


def _rows(decisions: list[Decision]) -> pa.Table:
    return pa.table(
        {
            "child_ref": pa.array([d.candidate.child_ref for d in decisions], pa.string()),
            "area_code": pa.array([d.candidate.area_code for d in decisions], pa.string()),
            "register_id": pa.array([d.candidate.register_id for d in decisions], pa.string()),
            "probability": pa.array([min(round(d.probability, _PLACES), _HIGHEST) for d in decisions], pa.float64()),
            "reason": pa.array([d.reason for d in decisions], pa.string()),
        }
    )
