"""The questions that the indicators answer, each one declaration.

What the published study of 2025 or the article of 2023 states is cited to it. What only this software proposes to ask has
nobody's agreement, and says so. The days of review are proposals throughout.
"""

from __future__ import annotations

from datetime import date

from metrics.protocol import Question

_STUDY = "Thames Valley Police and Oxfordshire County Council (published study, 2025)"
_STUDY_BEGAN = "December 2024"
_ARTICLE = "Thames Valley Violence Reduction Unit and Thames Valley Police, as a measure of success (article, 2023)"
_BEYOND = "The study was of 225 children of Oxfordshire; asking the same elsewhere, and again, is proposed and not yet agreed."
_REVIEW_ON = date(2027, 9, 30)
"""After the first school year under the eligibility for free meals of September 2026."""

_RECEPTIONS = "Prison receptions, and links between the people received and children"
_SCHOOL = "School census"
_CARE = "Children's social care: contacts, Early Help, referrals, children in need, protection plans, children we care for"
_OFFER = "The offer of support, step by step and month by month, as the force records it"


def _of_the_study(id: str, words: str, *, evidence: str, data_used: str, limits: str) -> Question:
    return Question(
        id=id,
        words=words,
        stage="publish",
        evidence=evidence,
        data_used=data_used,
        limits=f"{limits} {_BEYOND}",
        review_on=_REVIEW_ON,
        agreed_by=_STUDY,
        agreed_on=_STUDY_BEGAN,
    )


QUESTIONS = (
    Question(
        id="recognised",
        words="How many children are affected by the imprisonment of a parent, of what age, and which parent?",
        stage="run",
        evidence="Until recognition there was no statutory way to find these children (article, 2023).",
        data_used=_RECEPTIONS,
        limits=(
            "Only children whose link to the person imprisoned is in some record are found, so the true number is higher. "
            "Earlier imprisonments may be unrecorded."
        ),
        review_on=_REVIEW_ON,
        agreed_by=_ARTICLE,
    ),
    Question(
        id="offer",
        words="How many of the children are offered support, how many take it up, and where does it stop?",
        stage="run",
        evidence="Nearly 40 referrals were accepted by September 2023 (article, 2023).",
        data_used=_OFFER,
        limits="It describes the service and does not evaluate it. Families who come to the charity unasked are not counted.",
        review_on=_REVIEW_ON,
        agreed_by=_ARTICLE,
    ),
    Question(
        id="waits",
        words="How long does each step from the reception to the support take, and what is overdue?",
        evidence="Without recognition families were reached late, or not at all (article, 2023).",
        data_used=f"{_RECEPTIONS}. {_OFFER}",
        limits="Months and not days: a step in the same month may have taken one day or thirty.",
        review_on=_REVIEW_ON,
    ),
    Question(
        id="link_source",
        words="Who knew that the child was theirs?",
        data_used=_RECEPTIONS,
        limits=(
            "A child is counted by one source, even where several knew. A link found in social-care records selects children "
            "whom social care knows."
        ),
        review_on=_REVIEW_ON,
    ),
    Question(
        id="missed",
        words="Which children are known to nobody else, and is their family offered support?",
        evidence="A quarter of the children had no active social-care record in eight months (published study, 2025, Figure 10).",
        data_used=f"{_CARE}. {_OFFER}. School registers",
        limits=(
            "No record found is not the same as no need, and may be a failed link. Who knew of the link decides in part who "
            "can be known to nobody."
        ),
        review_on=_REVIEW_ON,
    ),
    _of_the_study(
        "meals",
        "Do the children receive free school meals when a parent is imprisoned, and does that change afterwards?",
        evidence="Free school meals are a long-used sign of disadvantage (published study, 2025).",
        data_used=f"Free school meals taken on census day. {_SCHOOL}: eligibility",
        limits=(
            "Receipt is of one day a term and lower than eligibility. Eligibility is protected once gained, and widened in "
            "England in September 2026. The study did not ask about eligibility."
        ),
    ),
    _of_the_study(
        "needs",
        "How many of the children have special educational needs, by support in school or by a plan?",
        evidence="National rates: 13.6% on SEN support, 3.8% with a plan (published study, 2025).",
        data_used=f"{_SCHOOL}: special educational needs",
        limits="A need that no school has recorded is not counted.",
    ),
    _of_the_study(
        "suspension",
        "Are the children suspended or excluded from school, and more often after the imprisonment?",
        evidence="The study saw 4.3% in the term of imprisonment, and too few children to tell a change (published study, 2025).",
        data_used=f"{_SCHOOL}: suspensions and exclusions",
        limits="A share of children in a term cannot be compared with an annual rate of suspensions.",
    ),
    _of_the_study(
        "attendance",
        "How well do the children attend school before, at and after the imprisonment, and how many miss very much?",
        evidence="The national average was 93.5%; missing 10% of sessions is persistent absence (published study, 2025).",
        data_used=f"{_SCHOOL}: sessions possible and absent",
        limits="Absence has many reasons, which are not told apart. Sessions taken together were not in the study.",
    ),
    Question(
        id="school_coverage",
        words="Of how many of the children can school records speak, term by term?",
        evidence="The study used as many terms as there were records for (published study, 2025).",
        data_used=f"{_SCHOOL}: the rolls",
        limits="A child not found in a register may be in a school elsewhere, or the link may have failed.",
        review_on=_REVIEW_ON,
    ),
    _of_the_study(
        "care",
        "How many of the children are open to Early Help or to statutory support around the imprisonment, and at which level?",
        evidence="Nationally 3.3% of children are open to statutory support (published study, 2025).",
        data_used=_CARE,
        limits="Authorities define Early Help differently. Windows of different length are not to be compared.",
    ),
    _of_the_study(
        "referrals",
        "How many of the children are referred to the safeguarding hub around the imprisonment?",
        evidence="A referral says that a professional saw enough risk, and not that there was harm (published study, 2025).",
        data_used=f"{_CARE.partition(':')[0]}: contacts with and referrals to the safeguarding hub",
        limits="Authorities differ in what they record as a contact and as a referral. Contacts were not in the study.",
    ),
    _of_the_study(
        "known",
        "How many of the children does children's social care know in the months around the imprisonment, and how many not?",
        evidence="Little was known, because the children could not be found (published study, 2025).",
        data_used=_CARE,
        limits="No record found may be a failed link. An active record does not say that anybody knew of the imprisonment.",
    ),
)
