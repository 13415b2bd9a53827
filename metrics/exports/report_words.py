"""The fixed words of the report: introduction, method, meaning, approach and reference, each true of every release."""

from __future__ import annotations

from metrics.exports.stamp import Stamp
from metrics.presentation.extracts import long_day
from metrics.presentation.sentences import INTERVALS_EXPLAINED, NOT_A_FORECAST
from metrics.release import Release

SAID_ONCE = (INTERVALS_EXPLAINED, NOT_A_FORECAST)
"""Notes of every slide that a report says once, in its method."""
INTRODUCTION = (
    "Operation Paramount began in Thames Valley in the winter of 2021. Every month, prison receptions are compared inside a "
    "secure data environment with other statutory records, to find children linked to the person imprisoned. The family is "
    "offered support, through the remaining parent or carer, from the charity Children Heard and Seen.",
    "Having a parent in prison is a recognised adverse childhood experience, but little is known of its effect on children, "
    "largely because those concerned could not be found. This report says what schools and children's social care knew about "
    "them in the terms and months around the imprisonment. It has the structure of the study published in 2025, and is written "
    "anew from each release of the figures.",
)
NO_FUTURE = (
    "This analysis does not suggest what any child's future holds. It is meant to show the difficulties that children face "
    "before and after a parent is imprisoned, so that they can be supported."
)
METHOD = (
    "Every child recognised in the period is matched with the records of schools and of children's social care, where there are "
    "any. School records are read term by term, from twelve terms before the imprisonment to eight after; social-care records in "
    "windows of months around it. The figures are descriptive: they say what was known, of how many "
    "children, and how sure one can be.",
)
LEADS = {
    "Findings: education": (
        "Free school meals have long been used as a sign of disadvantage. Special educational needs affect a child's ability to "
        "learn; higher needs are set down in an education, health and care plan. A permanent exclusion counts as a suspension. "
        "A pupil is persistently absent when 10% or more of sessions are missed, and severely absent when 50% or more are.",
    ),
    "Findings: social care": (
        "Early Help works with families in which a need is emerging. Statutory support is a child in need plan, a child "
        "protection plan, or being a child we care for. A referral to the safeguarding hub (MASH) means that a professional saw "
        "enough risk to have a child's circumstances looked at; it does not mean harm.",
        "Windows of months differ in length and some lie within others: they are never compared with one another.",
    ),
    "Beside England": ("England's children in need answer the question whether this is only poverty and need.",),
}
MEANS = (
    "A figure is called above or below another only where its 95% interval excludes it and the two measures match or are "
    "similar. The lists below hold everything that can be said of these children in that way.",
)
DOES_NOT_MEAN = (
    "“Too few to tell” does not mean “the same”.",
    "No record found does not mean that a child had no need, or was known to nobody: it may be a link that failed.",
    "A hidden figure is not a nought: it is hidden so that no child can be recognised.",
    "Areas that are neighbours in Thames Valley are not statistical neighbours, and their figures make no ranking.",
)
COMPARATORS = (
    "Each national and local figure with its period, how well it fits, and why. "
    "What is not comparable never yields above or below."
)
APPROACH = (
    "Analysts in the force and the local authorities build a cohort from their extracts every month, see which rows were "
    "rejected and why, and compile a release from it: the figures of every group that may be shown, and nothing about a "
    "single child. A release of real children is protected as a whole and then attacked as a reader with every figure in it "
    "could. This report holds figures of one release only, and another release gives another report.",
    "The program is checked against a second, slower one that shares no code with it, and reproduces the figures of the "
    "published study from a made-up cohort with the same counts.",
)
STUDY = (
    "The published study: Olphin, T., Massie, R., Miller, O. & Blakemore, R. (2025) What Works Series: Operation Paramount - "
    "Statistical analysis of children in Oxfordshire affected by parental imprisonment, Thames Valley Violence Prevention "
    "Partnership: Kidlington, UK."
)
ACKNOWLEDGEMENTS = (
    "The published study was funded by the Home Office through the Violence Reduction Unit programme and made possible by Thames "
    "Valley Police, Oxfordshire County Council and Children Heard and Seen."
)


def whom(release: Release, facts: Stamp) -> str:
    """Whom the report is about, in one sentence."""
    since = long_day(release.lattice.programme_start)
    return f"This report is about: {facts.filters} ({facts.n}). Children are recognised since {since}."


def citation(release: Release, facts: Stamp) -> str:
    """How to name this report: cohort, release and date, so that another reader finds the same figures."""
    made_up = " Synthetic data." if facts.synthetic else ""
    return (
        f"To reference, please use: {release.lattice.areas[0].name} partnership ({release.built_at.year}) Children with a parent "
        f"in prison: {facts.filters}. Operation Paramount, release {facts.release_version} of {facts.made}, cohort "
        f"{facts.cohort_version}, disclosure policy {facts.policy}.{made_up}"
    )
