"""What children's social care knows, by window of months around the imprisonment: known to whom, known to nobody."""

from __future__ import annotations

from data.schema import WINDOWS
from metrics.indicator import SPANS, Indicator, Proportion, Windows

SUPPLIED = "status IN ('observed', 'unmatched')"
NOBODY = "NOT COALESCE(any_active, FALSE)"
"""Known to none of the services."""
_UNMATCHED_CAVEAT = "A child not found in social-care records counts as having none."
_WITH_SPANS = Windows((*WINDOWS, *SPANS))

SOCIAL_CARE = (
    Indicator(
        id="early_help",
        title="Open to Early Help",
        table="care_windows",
        measure=Proportion("early_help", SUPPLIED),
        time=Windows(),
        definition="Children open to Early Help at any time in the window.",
        question="care",
        extract="social_care",
        source="Figures 7 and 8",
        caveat=_UNMATCHED_CAVEAT,
        change="window",
        within=("any_active",),
        cumulates=True,
    ),
    Indicator(
        id="cin",
        title="Child in need",
        table="care_windows",
        measure=Proportion("statutory_level = 'cin'", SUPPLIED),
        time=Windows(),
        definition="Children whose highest statutory level in the window was a child-in-need plan.",
        question="care",
        extract="social_care",
        source="Figures 7 and 8",
        caveat="A child who was also on a higher level in the window counts there alone.",
        change="window",
        splits="statutory",
        rises_to="cp",
    ),
    Indicator(
        id="cp",
        title="Child protection plan",
        table="care_windows",
        measure=Proportion("statutory_level = 'cp'", SUPPLIED),
        time=Windows(),
        definition="Children whose highest statutory level in the window was a child protection plan.",
        question="care",
        extract="social_care",
        source="Figures 7 and 8",
        caveat="A child who was also cared for by the council in the window counts there alone.",
        change="window",
        splits="statutory",
        rises_to="cwcf",
    ),
    Indicator(
        id="cwcf",
        title="Child we care for",
        table="care_windows",
        measure=Proportion("statutory_level = 'cwcf'", SUPPLIED),
        time=Windows(),
        definition="Children who were cared for by the council at any time in the window.",
        question="care",
        extract="social_care",
        source="Figures 7 and 8",
        caveat=_UNMATCHED_CAVEAT,
        change="window",
        splits="statutory",
        cumulates=True,
    ),
    Indicator(
        id="statutory",
        title="Open to statutory support",
        table="care_windows",
        measure=Proportion("statutory_level <> 'none'", SUPPLIED),
        time=Windows(),
        definition=(
            "Children on a child-in-need plan, on a child protection plan or cared for by the council at any time in the window."
        ),
        question="care",
        extract="social_care",
        comparator="statutory",
        source="Figures 7 and 8",
        caveat=_UNMATCHED_CAVEAT,
        change="window",
        within=("any_active",),
        cumulates=True,
    ),
    Indicator(
        id="mash_contact",
        title="Contact with the safeguarding hub",
        table="care_windows",
        measure=Proportion("mash_contact", SUPPLIED),
        time=Windows(),
        definition="Children about whom the multi-agency safeguarding hub (MASH) received a contact in the window.",
        question="referrals",
        extract="social_care",
        caveat="A contact is not a referral, and alone it does not make a record active.",
        change="window",
        cumulates=True,
    ),
    Indicator(
        id="mash_referral",
        title="Referred to the safeguarding hub",
        table="care_windows",
        measure=Proportion("mash_referral", SUPPLIED),
        time=_WITH_SPANS,
        definition="Children referred to the multi-agency safeguarding hub (MASH) in the window.",
        question="referrals",
        extract="social_care",
        source="Figure 9",
        caveat="A referral says that a professional saw enough risk to ask for an assessment, not that there was harm.",
        change="window",
        within=("any_active",),
        cumulates=True,
    ),
    Indicator(
        id="any_active",
        title="Any active social-care record",
        table="care_windows",
        measure=Proportion("any_active", SUPPLIED),
        time=_WITH_SPANS,
        definition=(
            "Children open to Early Help or at a statutory level at any time in the window, or referred to the "
            "safeguarding hub in it."
        ),
        question="known",
        extract="social_care",
        source="Figure 10",
        caveat="A bare contact with the safeguarding hub does not count as active.",
        change="window",
        splits="activity",
        cumulates=True,
        is_union=True,
    ),
    Indicator(
        id="none_active",
        title="No active social-care record",
        table="care_windows",
        measure=Proportion(NOBODY, SUPPLIED),
        time=_WITH_SPANS,
        definition=(
            "Children not open to Early Help or at a statutory level at any time in the window, nor referred to the "
            "safeguarding hub."
        ),
        question="known",
        extract="social_care",
        source="Figure 10",
        caveat="Always read with its two parts: found in some register, and found in none.",
        splits="activity",
    ),
    Indicator(
        id="none_active_matched",
        title="No active social-care record, found in some register",
        table="care_windows",
        measure=Proportion(f"{NOBODY} AND matched_any", SUPPLIED),
        time=_WITH_SPANS,
        definition=(
            "Children with no active social-care record in the window who were found in a school or a social-care register."
        ),
        question="known",
        extract="social_care",
        caveat="These children are known to exist by a service, and social care had no active record.",
        splits="none_active",
    ),
    Indicator(
        id="none_active_unmatched",
        title="No active social-care record, found in no register",
        table="care_windows",
        measure=Proportion(f"{NOBODY} AND NOT matched_any", SUPPLIED),
        time=_WITH_SPANS,
        definition="Children with no active social-care record in the window who were found in no register at all.",
        question="known",
        extract="social_care",
        caveat="Perhaps a failed link and not a child without help: the record may exist under other particulars.",
        splits="none_active",
        lasts=True,
    ),
)

_EARLY_HELP = ("NOT COALESCE(early_help, FALSE)", "COALESCE(early_help, FALSE)")
_STATUTORY = ("COALESCE(statutory_level, 'none') = 'none'", "COALESCE(statutory_level, 'none') <> 'none'")
_MASH = ("NOT COALESCE(mash_referral, FALSE)", "COALESCE(mash_referral, FALSE)")


def _services(id: str, title: str, *, early_help: bool = False, statutory: bool = False, mash: bool = False) -> Indicator:
    """Exactly these of the three services, over the study's whole eight months."""
    known = early_help or statutory or mash
    return Indicator(
        id=f"services_{id}",
        title=title,
        table="care_windows",
        measure=Proportion(" AND ".join((_EARLY_HELP[early_help], _STATUTORY[statutory], _MASH[mash])), SUPPLIED),
        time=Windows(("window",), headline="window"),
        definition=f"{title}, in the eight months from the month before the imprisonment to six months after it.",
        question="known",
        extract="social_care",
        source="Figure 10",
        caveat="The eight combinations are exclusive and add up to every child in the base.",
        within=(("any_active",) if known else ("none_active",)) + (("mash_referral",) if mash else ()),
        splits="services",
        most_filters=0,
    )


SERVICES = (
    _services("none", "Known to none of the three services"),
    _services("eh", "Known to Early Help alone", early_help=True),
    _services("stat", "Known to statutory support alone", statutory=True),
    _services("mash", "Referred to the safeguarding hub alone", mash=True),
    _services("eh_stat", "Known to Early Help and statutory support", early_help=True, statutory=True),
    _services("eh_mash", "Known to Early Help and referred to the safeguarding hub", early_help=True, mash=True),
    _services("stat_mash", "Known to statutory support and referred to the safeguarding hub", statutory=True, mash=True),
    _services("all", "Known to all three services", early_help=True, statutory=True, mash=True),
)
