"""The store's tables as portable SQL over one chunk of recognised children and what the records say about them.

Every query reads `cohort_chunk` and the records of those children, keyed by `n`, the child's place in the store, and yields
rows in the store's order. Statuses are tried in the order of `data.schema`; values are null unless the status is observed.
"""

from __future__ import annotations

from data.schema import JOURNEY, WAITED_FOR

MONTHS_BETWEEN = "12 * (EXTRACT(YEAR FROM {1}) - EXTRACT(YEAR FROM {0})) + EXTRACT(MONTH FROM {1}) - EXTRACT(MONTH FROM {0})"
"""Whole months from the month of one day to that of another; negative where they are out of order."""

CHILDREN = f"""
SELECT
    child_id,
    family_id,
    area_code,
    district_code,
    sex,
    age_band,
    parent,
    imprisonment_month,
    recognised_month,
    event_in_holiday,
    link_source,
    matched_education,
    matched_social_care,
    later_imprisonments,
    {MONTHS_BETWEEN.format("imprisonment_month", "recognised_month")} AS wait_recognised_months
FROM cohort_chunk
ORDER BY n
"""

SCHOOL_TERMS = """
WITH census AS (
    SELECT MAX(last_date) AS observed_to
    FROM coverage
    WHERE source = 'school_census'
),
grid AS (
    SELECT
        c.n,
        c.child_id,
        c.area_code,
        c.date_of_birth,
        c.matched_education,
        r.relative_term,
        t.*
    FROM cohort_chunk AS c
    CROSS JOIN relative_terms AS r
    INNER JOIN terms AS t ON t.term_number = c.term_number + r.relative_term
),
periods AS (
    SELECT n, start_date, end_date, 'roll' AS kind FROM enrolments
    UNION ALL
    SELECT n, start_date, end_date, 'fsm' AS kind FROM fsm_periods
    UNION ALL
    SELECT n, start_date, end_date, stage AS kind FROM sen_stages
),
open_on_census_day AS (
    SELECT
        g.n,
        g.relative_term,
        MAX(CASE WHEN p.kind = 'roll' THEN 1 ELSE 0 END) AS on_roll,
        MAX(CASE WHEN p.kind = 'fsm' THEN 1 ELSE 0 END) AS fsm,
        MAX(CASE WHEN p.kind = 'K' THEN 1 ELSE 0 END) AS sen_support,
        MAX(CASE WHEN p.kind = 'E' THEN 1 ELSE 0 END) AS ehcp
    FROM grid AS g
    INNER JOIN periods AS p
        ON p.n = g.n
        AND p.start_date <= g.census_day
        AND COALESCE(p.end_date, g.census_day) >= g.census_day
    GROUP BY g.n, g.relative_term
),
suspended_in_term AS (
    SELECT DISTINCT
        g.n,
        g.relative_term
    FROM grid AS g
    INNER JOIN suspensions AS s ON s.n = g.n AND s.start_date BETWEEN g.first_day AND g.last_day
),
judged AS (
    SELECT
        g.*,
        CASE
            WHEN g.last_day > census.observed_to THEN 'not_reached'
            WHEN g.covid THEN 'covid'
            WHEN g.date_of_birth > g.youngest_born OR g.date_of_birth <= g.oldest_born_after THEN 'out_of_age'
            WHEN v.area_code IS NULL THEN 'not_supplied'
            WHEN NOT g.matched_education THEN 'unmatched'
            WHEN COALESCE(o.on_roll, 0) = 0 THEN 'not_on_roll'
            ELSE 'observed'
        END AS status,
        u.area_code IS NOT NULL AS exclusions_known,
        COALESCE(o.fsm, 0) AS fsm,
        COALESCE(o.sen_support, 0) AS sen_support,
        COALESCE(o.ehcp, 0) AS ehcp
    FROM grid AS g
    CROSS JOIN census
    LEFT JOIN coverage AS v
        ON v.area_code = g.area_code
        AND v.source = 'school_census'
        AND v.first_date <= g.first_day
        AND v.last_date >= g.last_day
    LEFT JOIN coverage AS u
        ON u.area_code = g.area_code
        AND u.source = 'exclusions'
        AND u.first_date <= g.first_day
        AND u.last_date >= g.last_day
    LEFT JOIN open_on_census_day AS o ON o.n = g.n AND o.relative_term = g.relative_term
)
SELECT
    j.child_id,
    j.relative_term,
    j.academic_year,
    j.term,
    j.status,
    j.status = 'observed' AS in_scope,
    CASE WHEN j.status = 'observed' THEN m.received END AS fsm_received,
    CASE WHEN j.status = 'observed' THEN j.fsm = 1 END AS fsm_eligible,
    CASE WHEN j.status = 'observed' THEN j.sen_support = 1 END AS sen_support,
    CASE WHEN j.status = 'observed' THEN j.ehcp = 1 END AS ehcp,
    CASE WHEN j.status = 'observed' AND j.exclusions_known THEN x.n IS NOT NULL END AS suspended,
    CASE WHEN j.status = 'observed' THEN s.sessions_possible END AS sessions_possible,
    CASE WHEN j.status = 'observed' THEN s.sessions_absent END AS sessions_absent,
    CASE
        WHEN j.date_of_birth > j.youngest_born OR j.date_of_birth <= j.oldest_born_after THEN NULL
        WHEN j.date_of_birth > j.primary_born_after THEN 'primary'
        ELSE 'secondary'
    END AS phase
FROM judged AS j
LEFT JOIN suspended_in_term AS x ON x.n = j.n AND x.relative_term = j.relative_term
LEFT JOIN meals AS m ON m.n = j.n AND m.census_date = j.census_day
LEFT JOIN sessions AS s
    ON s.n = j.n
    AND s.academic_year = j.academic_year
    AND s.term = j.term
    AND s.sessions_possible > 0
ORDER BY j.n, j.relative_term
"""

CARE_WINDOWS = """
WITH care AS (
    SELECT MAX(last_date) AS observed_to
    FROM coverage
    WHERE source = 'social_care'
),
grid AS (
    SELECT
        c.n,
        c.child_id,
        c.area_code,
        c.matched_social_care,
        w.position,
        w.window_code,
        w.first_day,
        w.last_day
    FROM cohort_chunk AS c
    INNER JOIN windows AS w ON w.imprisonment_month = c.imprisonment_month
),
records AS (
    SELECT n, date AS start_date, date AS end_date, kind FROM care_contacts
    UNION ALL
    SELECT n, start_date, end_date, kind FROM care_episodes
),
open_in_window AS (
    SELECT
        g.n,
        g.position,
        MAX(CASE WHEN r.kind = 'contact' THEN 1 ELSE 0 END) AS contact,
        MAX(CASE WHEN r.kind = 'referral' THEN 1 ELSE 0 END) AS referral,
        MAX(CASE WHEN r.kind = 'early_help' THEN 1 ELSE 0 END) AS early_help,
        MAX(CASE r.kind WHEN 'cwcf' THEN 3 WHEN 'cp' THEN 2 WHEN 'cin' THEN 1 ELSE 0 END) AS level
    FROM grid AS g
    INNER JOIN records AS r
        ON r.n = g.n
        AND r.start_date <= g.last_day
        AND COALESCE(r.end_date, g.first_day) >= g.first_day
    GROUP BY g.n, g.position
),
judged AS (
    SELECT
        g.*,
        CASE
            WHEN g.last_day > care.observed_to THEN 'not_reached'
            WHEN v.area_code IS NULL THEN 'not_supplied'
            WHEN NOT g.matched_social_care THEN 'unmatched'
            ELSE 'observed'
        END AS status,
        COALESCE(o.contact, 0) AS contact,
        COALESCE(o.referral, 0) AS referral,
        COALESCE(o.early_help, 0) AS early_help,
        COALESCE(o.level, 0) AS level
    FROM grid AS g
    CROSS JOIN care
    LEFT JOIN coverage AS v
        ON v.area_code = g.area_code
        AND v.source = 'social_care'
        AND v.first_date <= g.first_day
        AND v.last_date >= g.last_day
    LEFT JOIN open_in_window AS o ON o.n = g.n AND o.position = g.position
)
SELECT
    child_id,
    window_code AS window,
    status,
    CASE WHEN status = 'observed' THEN contact = 1 END AS mash_contact,
    CASE WHEN status = 'observed' THEN referral = 1 END AS mash_referral,
    CASE WHEN status = 'observed' THEN early_help = 1 END AS early_help,
    CASE
        WHEN status <> 'observed' THEN NULL
        WHEN level = 3 THEN 'cwcf'
        WHEN level = 2 THEN 'cp'
        WHEN level = 1 THEN 'cin'
        ELSE 'none'
    END AS statutory_level
FROM judged
ORDER BY n, position
"""

_RECORDED = {
    "notified": "champion_notified",
    "offered": "offer_made",
    "visited": "visit",
    "referred": "referral",
    "supported": "supported",
}
"""The steps whose day is recorded, in order, and as what."""

_TOLD_BY_OUTCOME = {"referred": "accepted", "offered": "declined", "notified": "no_contact"}
"""What an outcome says of steps whose day was left blank: nobody declines what was not offered."""


def _took(step: str) -> str:
    by_outcome = f" OR o.outcome = '{_TOLD_BY_OUTCOME[step]}'" if step in _TOLD_BY_OUTCOME else ""
    return f"WHEN o.{_RECORDED[step]} IS NOT NULL{by_outcome} THEN '{step}'"


def _wait(step: str, before: str) -> str:
    """Where the step was reached and the wait for it is known: how many months it was."""
    reached = ", ".join(f"'{one}'" for one in JOURNEY[JOURNEY.index(step) :])
    months = MONTHS_BETWEEN.format(f"{before}_month", f"{step}_month")
    return f"CASE WHEN reached IN ({reached}) AND {before}_month <= {step}_month THEN {months} END AS wait_{step}_months"


_SINCE = " ".join(f"WHEN '{step}' THEN {step}_month" for step in (*_RECORDED,)[:-1])

SUPPORT = f"""
WITH covered AS (
    SELECT
        area_code,
        MAX(last_date) AS observed_to
    FROM coverage
    WHERE source = 'support'
    GROUP BY area_code
),
offered_to AS (
    SELECT
        c.n,
        c.child_id,
        c.recognised_month,
        o.suitable,
        {", ".join(f"CAST(DATE_TRUNC('month', o.{day}) AS DATE) AS {step}_month" for step, day in _RECORDED.items())},
        COALESCE(o.outcome, 'pending') AS outcome,
        v.observed_to,
        l.go_live <= c.recognised_month AS offer_live,
        CASE
            WHEN v.observed_to IS NULL OR v.observed_to < c.recognised_month THEN NULL
            WHEN l.go_live > c.recognised_month OR l.go_live IS NULL AND o.n IS NULL THEN NULL
            WHEN NOT o.suitable THEN 'recognised'
            {" ".join(_took(step) for step in reversed(_RECORDED))}
            WHEN o.suitable THEN 'suitable'
            ELSE 'recognised'
        END AS reached,
        CASE WHEN w.status = 'observed' THEN w.early_help OR w.statutory_level <> 'none' END AS open_to_services
    FROM cohort_chunk AS c
    INNER JOIN go_lives AS l ON l.area_code = c.area_code AND l.district_code = COALESCE(c.district_code, c.area_code)
    LEFT JOIN offers AS o ON o.n = c.n
    LEFT JOIN covered AS v ON v.area_code = c.area_code
    LEFT JOIN derived_care_windows AS w ON w.child_id = c.child_id AND w.window = 'm0'
),
waited AS (
    SELECT
        *,
        CASE reached {_SINCE} WHEN 'supported' THEN NULL ELSE recognised_month END AS since_month
    FROM offered_to
)
SELECT
    child_id,
    suitable,
    {", ".join(f"{step}_month AS {day}_month" for step, day in _RECORDED.items())},
    outcome,
    offer_live,
    reached,
    open_to_services,
    {", ".join(_wait(step, before) for before, step in WAITED_FOR)},
    CASE
        WHEN reached IS NOT NULL AND since_month <= observed_to THEN {MONTHS_BETWEEN.format("since_month", "observed_to")}
    END AS waiting_months
FROM waited
ORDER BY n
"""
"""Reads `derived_care_windows` besides, the rows of the same children; a step that was left out but followed counts as taken."""
