"""How to read the figures, in plain words: the rules of measurement, what was audited, and what nothing here says."""

from __future__ import annotations

from metrics.presentation.sentences import INTERVALS_EXPLAINED

RULES = (
    (
        "What a term is",
        "Terms partition the year with no gaps: Autumn from 1 August to 31 December, Spring to Easter Sunday, Summer from "
        "Easter Monday to 31 July. Term 0 holds the imprisonment, so it mixes days before and after it. A term counts "
        "only where the child is 5 to 18 on the day before the next school year starts. Lockdown terms do not count: "
        "Spring and Summer 2019/20 and Spring 2020/21.",
    ),
    (
        "What a window is",
        "Calendar months around the month of imprisonment. Windows have different lengths and some lie within others, so "
        "they are never compared with each other and never added up: one month's figure and seven months' figure are not "
        "a rise.",
    ),
    (
        "Which children a figure is about",
        "By term: the children of school age found on a school roll in that term whose own value is known. By window: "
        "every child whose months have been reached and whose area supplied social-care records; a child not found there "
        "counts as having no record. Unknown is never counted as no: it leaves the base.",
    ),
    (
        "The same children throughout",
        "Children come of age and leave school, so each term's figure is about the children observed then. “The same "
        "children throughout” follows those observed in every term from three before to three after. Their figures are shown "
        "with no filter, so that no child can be recognised. Where fewer than half as many children as at the imprisonment "
        "are observed, the line is drawn broken.",
    ),
    (
        "Before and after",
        "The same children, terms −3 to −1 against +1 to +3, or the six months before against the six after; the term or "
        "month of imprisonment is in neither. With it always: how many children that is, and how many gained and lost. It "
        "is a change, not an effect: children also grew older and national rates moved.",
    ),
    ("What an interval means", INTERVALS_EXPLAINED),
    (
        "Above, below, too few to tell",
        "A figure is called above or below another only where its 95% interval excludes it and the two measures match or "
        "are similar. A wide interval says “too few to tell”, never “the same”. What is not comparable never yields above "
        "or below.",
    ),
    (
        "Imprisonment is an event",
        "“Parent imprisoned” is the first recognised imprisonment. It is an event, not a state: the parent may be out "
        "again, and earlier imprisonments may be unrecorded. Recognition is force-wide from November 2021; an area's "
        "go-live governs the offer of support, not recognition.",
    ),
)
NOT_AUDITED = (
    "Each figure is protected by itself. What could be worked out from several figures together has not been audited, so "
    "this release is for simulated children only."
)
AUDITED = (
    "A figure may be hidden for itself, or because it could be worked out from others; the symbol is the same. Figures of many "
    "children are protected first, and a finer one is shown only where it gives none of them away. The whole release was then "
    "attacked as a person with every figure in it could: no hidden number of children could be worked out to within the smallest "
    "number that is shown. Where none or all of a group is shown, the same is known of every part of it."
)
NOT_A_PREDICTION = (
    "Nothing here predicts or decides anything about a child. A change is not an effect: children also grew older and "
    "national rates moved. Imprisonment is an event, not a state: the parent may be out again."
)
