"""What the published study found, as plans for live sentences: which indicator, when, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Topic = Literal["children", "education", "social_care"]


@dataclass(frozen=True)
class Plan:
    """A finding to be made: `sentence` has {amount} in it; `published` names the study's printed figure.

    Where `compared` is false the window is too long for the comparator's one day.
    """

    id: str
    topic: Topic
    title: str
    indicator: str
    time: str | None
    sentence: str
    published: str | None = None
    compared: bool = True


def _longer(service: str) -> str:
    window = "In that month and the six after, taken together"
    return f"{window}, {{amount}} were open to {service}. A longer window, not to be compared with one month."


def _month(service: str) -> str:
    return f"In the month of imprisonment, {{amount}} were open to {service}."


def _eight(what: str) -> str:
    return f"In the eight months from the month before to six months after, {{amount}} {what}."


_MEALS_SINCE = "{amount} observed three terms after had received free school meals at some time since the imprisonment."

CHILDREN = (
    Plan("recognised", "children", "Children recognised", "recognised", None, "{amount} were recognised.", "report-n"),
    Plan("families", "children", "Families", "families", None, "They belong to {amount}."),
    Plan("maternal", "children", "Mother imprisoned", "maternal", None, "{amount} had a mother imprisoned."),
)
_AT = " in the term of imprisonment."
EDUCATION = (
    Plan(
        "fsm", "education", "Free school meals", "fsm_received", "0", "{amount} received free school meals" + _AT, "report-fsm-t0"
    ),
    Plan("fsm_since", "education", "Free school meals within a year", "fsm_received_since_0", "3", _MEALS_SINCE, "report-fsm-t3"),
    Plan("sen_support", "education", "SEN support", "sen_support", "0", "{amount} were on SEN support" + _AT, "report-sen-t0"),
    Plan("ehcp", "education", "EHC plan", "ehcp", "0", "{amount} had an education, health and care plan" + _AT, "report-ehcp-t0"),
    Plan("suspended", "education", "Suspension", "suspended", "0", "{amount} were suspended or excluded" + _AT, "report-susp-t0"),
    Plan("attendance", "education", "Attendance", "attendance_mean", "0", "Attendance was {amount}" + _AT, "report-att-t0"),
    Plan(
        "missed_under_10",
        "education",
        "Attendance of 90% or higher",
        "missed_under_10",
        "0",
        "{amount} attended 90% or more of their sessions" + _AT,
        "report-att90-t0",
    ),
    Plan(
        "severely_absent",
        "education",
        "Attendance under 50%",
        "severely_absent",
        "0",
        "{amount} attended under half of their sessions" + _AT,
        "report-severe-t0",
    ),
)
SOCIAL_CARE = (
    Plan("statutory", "social_care", "Statutory support", "statutory", "m0", _month("statutory support"), "report-stat-m0"),
    Plan(
        "statutory_w6",
        "social_care",
        "Statutory support, to six months after",
        "statutory",
        "w6",
        _longer("statutory support"),
        "report-stat-w6",
        compared=False,
    ),
    Plan("early_help", "social_care", "Early Help", "early_help", "m0", _month("Early Help"), "report-eh-m0"),
    Plan(
        "early_help_w6",
        "social_care",
        "Early Help, to six months after",
        "early_help",
        "w6",
        _longer("Early Help"),
        "report-eh-w6",
        compared=False,
    ),
    Plan(
        "mash",
        "social_care",
        "Referred to the safeguarding hub",
        "mash_referral",
        "window",
        _eight("were referred to the safeguarding hub"),
        "report-mash-ever",
        compared=False,
    ),
    Plan(
        "any_active",
        "social_care",
        "Known to social care",
        "any_active",
        "window",
        _eight("had an active social-care record"),
        "report-any-window",
        compared=False,
    ),
    Plan(
        "none_active",
        "social_care",
        "Known to nobody",
        "none_active",
        "window",
        _eight("had no active social-care record"),
        "report-none-window",
        compared=False,
    ),
)
PLANS = (*CHILDREN, *EDUCATION, *SOCIAL_CARE)
