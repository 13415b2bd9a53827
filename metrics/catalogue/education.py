"""What schools know: meals, special educational needs, suspension and attendance by term, and how complete that is."""

from __future__ import annotations

from metrics.indicator import Indicator, Mean, Pooled, Proportion, RelativeTerms

_ATTENDANCE_BASE = "in_scope AND sessions_possible > 0"
_ATTENDANCE_CAVEAT = "Sessions of one term; national rates are of the autumn and spring terms or the whole year."
_CENSUS_CAVEAT = "As recorded on the term's census day; the national rate is the January census."

EDUCATION = (
    Indicator(
        id="fsm_received",
        title="Received free school meals",
        table="school_terms",
        measure=Proportion("fsm_received", "in_scope AND fsm_received IS NOT NULL"),
        time=RelativeTerms(),
        definition="Children on a school roll who received a free school meal on the term's census day.",
        extract="meals",
        comparator="fsm_eligible",
        source="Figure 1",
        caveat="This is receipt on census day; the comparator is eligibility, which is higher than receipt.",
        change="any",
        followed=True,
    ),
    Indicator(
        id="fsm_eligible",
        title="Eligible for free school meals",
        table="school_terms",
        measure=Proportion("fsm_eligible", "in_scope AND fsm_eligible IS NOT NULL"),
        time=RelativeTerms(),
        definition="Children on a school roll with a period of free-school-meal eligibility open on the term's census day.",
        extract="school_census",
        comparator="fsm_eligible",
        caveat="Eligibility once gained has been protected, so it rises with time whatever happens to a family.",
        change="any",
        followed=True,
    ),
    Indicator(
        id="fsm_received_since_0",
        title="Received free school meals at any time since the imprisonment",
        table="school_terms",
        measure=Proportion("ever_received_since_0", "in_scope AND fsm_received IS NOT NULL"),
        time=RelativeTerms(first=0),
        definition=(
            "Children on a school roll whose receipt in this term is known and who received a free school meal on the census "
            "day of any term from the imprisonment to this one."
        ),
        extract="meals",
        source="Figure 1",
        caveat="Counted since the imprisonment, so it can only rise as terms are added; it carries no comparator.",
        followed=True,
    ),
    Indicator(
        id="sen_support",
        title="On SEN support",
        table="school_terms",
        measure=Proportion("sen_support", "in_scope AND sen_support IS NOT NULL"),
        time=RelativeTerms(),
        definition="Children on a school roll who were on SEN support on the term's census day.",
        extract="school_census",
        comparator="sen_support",
        source="Figure 2",
        caveat=_CENSUS_CAVEAT,
        change="any",
        followed=True,
    ),
    Indicator(
        id="ehcp",
        title="Had an education, health and care plan",
        table="school_terms",
        measure=Proportion("ehcp", "in_scope AND ehcp IS NOT NULL"),
        time=RelativeTerms(),
        definition="Children on a school roll who had an education, health and care plan on the term's census day.",
        extract="school_census",
        comparator="ehcp",
        source="Figure 2",
        caveat=_CENSUS_CAVEAT,
        change="any",
        followed=True,
    ),
    Indicator(
        id="suspended",
        title="Suspended or excluded from school",
        table="school_terms",
        measure=Proportion("suspended", "in_scope AND suspended IS NOT NULL"),
        time=RelativeTerms(),
        definition="Children on a school roll who were suspended or permanently excluded at least once in the term.",
        extract="school_census",
        comparator="suspended",
        source="Figure 3",
        caveat="A share of children in one term; national figures are of a year, so they are not comparable.",
        better="lower",
        change="any",
        followed=True,
    ),
    Indicator(
        id="attendance_mean",
        title="Average attendance",
        table="school_terms",
        measure=Mean("attended_ppm", _ATTENDANCE_BASE),
        time=RelativeTerms(),
        definition="The mean over children of the share of their possible sessions in the term that they attended.",
        extract="school_census",
        comparator="attendance",
        source="Figure 4",
        caveat="Every child counts alike, however few sessions they had; national rates pool sessions.",
        better="higher",
        followed=True,
    ),
    Indicator(
        id="attendance_sessions",
        title="Sessions attended",
        table="school_terms",
        measure=Pooled("sessions_possible - sessions_absent", "sessions_possible", _ATTENDANCE_BASE),
        time=RelativeTerms(),
        definition="Sessions attended in the term as a share of all possible sessions, the children's sessions taken together.",
        extract="school_census",
        comparator="attendance",
        caveat=_ATTENDANCE_CAVEAT,
        better="higher",
        change="pooled",
        followed=True,
    ),
    Indicator(
        id="missed_under_10",
        title="Attendance of 90% or higher",
        table="school_terms",
        measure=Proportion("10 * sessions_absent <= sessions_possible", _ATTENDANCE_BASE),
        time=RelativeTerms(),
        definition="Children whose attendance in the term was 90% or higher.",
        extract="school_census",
        comparator="missed_under_10",
        source="Figure 5",
        caveat=_ATTENDANCE_CAVEAT,
        better="higher",
        followed=True,
    ),
    Indicator(
        id="missed_under_50",
        title="Attendance of 50% or higher",
        table="school_terms",
        measure=Proportion("2 * sessions_absent <= sessions_possible", _ATTENDANCE_BASE),
        time=RelativeTerms(),
        definition="Children whose attendance in the term was 50% or higher.",
        extract="school_census",
        comparator="missed_under_50",
        source="Figure 6",
        caveat=_ATTENDANCE_CAVEAT,
        better="higher",
        followed=True,
    ),
    Indicator(
        id="severely_absent",
        title="Attendance under 50%",
        table="school_terms",
        measure=Proportion("2 * sessions_absent > sessions_possible", _ATTENDANCE_BASE),
        time=RelativeTerms(),
        definition="Children whose attendance in the term was under 50%.",
        extract="school_census",
        comparator="severely_absent",
        source="Key findings",
        caveat="National severe absence counts exactly half missed as well; here that child attended 50% and is not counted.",
        better="lower",
        followed=True,
    ),
)


def _coverage(status: str, title: str, definition: str) -> Indicator:
    return Indicator(
        id=f"coverage_{status}",
        title=title,
        table="school_terms",
        measure=Proportion(f"status = '{status}'", "TRUE"),
        time=RelativeTerms(),
        definition=definition,
        extract="school_census",
        caveat="The seven parts of a term's coverage are exclusive and add up to every recognised child.",
    )


COVERAGE = (
    _coverage("observed", "Observed in school records", "Children of school age found on a school roll in the term."),
    _coverage(
        "not_on_roll", "Not on a school roll", "Matched children of school age on no school roll on the term's census day."
    ),
    _coverage(
        "out_of_age",
        "Not of school age",
        "Children who were not 5 to 18 years old on the day before the next school year started.",
    ),
    _coverage("covid", "Lockdown term", "Children for whom the term was one in which schools were closed to most."),
    _coverage("not_reached", "Not reached yet", "Children for whom the term ends after the last day that school records cover."),
    _coverage("unmatched", "Not found in school records", "Children of school age who were not found in any school register."),
    _coverage(
        "not_supplied", "School records not supplied", "Children whose area supplied no school records for the whole term."
    ),
)
