"""What the pages may use: open a release, choose a cut of it, and the catalogue of what it holds. Never the compiler."""

from metrics.area import Area
from metrics.audience import EVERYTHING, ROLE_WORDS, Audience, Beside, Role
from metrics.catalogue import INDICATORS, find, question_of
from metrics.cut import Cut, Wanted
from metrics.figure import Comparator, Figure, Pair, QualityCount
from metrics.filters import ALL, DIMENSIONS, SEX_WORDS, URL_KEYS, Dimension, Filters
from metrics.indicator import BASES, Basis, Indicator
from metrics.lattice import Lattice, Options
from metrics.live_release import ReleaseSource
from metrics.protocol import Question
from metrics.release import Release, ReleaseError

__all__ = [
    "ALL",
    "BASES",
    "DIMENSIONS",
    "EVERYTHING",
    "INDICATORS",
    "ROLE_WORDS",
    "SEX_WORDS",
    "URL_KEYS",
    "Area",
    "Audience",
    "Basis",
    "Beside",
    "Comparator",
    "Cut",
    "Dimension",
    "Figure",
    "Filters",
    "Indicator",
    "Lattice",
    "Options",
    "Pair",
    "QualityCount",
    "Question",
    "Release",
    "ReleaseError",
    "ReleaseSource",
    "Role",
    "Wanted",
    "find",
    "question_of",
]
