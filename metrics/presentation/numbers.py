"""Figures as text: percentages, k of n, natural frequencies, and the names of terms, windows, periods and breakdowns."""

from __future__ import annotations

from math import floor

from metrics.figure import Figure
from metrics.filters import ALL, SEX_WORDS

MINUS = "\N{MINUS SIGN}"
EN_DASH = "\N{EN DASH}"
FRACTION_DENOMINATORS = (2, 3, 4, 5, 6, 7, 8, 9, 10)
FRACTION_TOLERANCE_POINTS = 1.0
FRACTION_TOLERANCE_RELATIVE = 0.05

_COUNTING = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

WINDOW_NAMES = {
    "b6": "the six months before",
    "m-1": "the month before",
    "m0": "the month of imprisonment",
    "m+1": "the month after",
    "w3": "that month and the three after",
    "w6": "that month and the six after",
    "a6": "the six months after",
    "before": "the month before or the month of",
    "window": "the month before to six months after",
}
WINDOW_MONTHS = {"b6": 6, "m-1": 1, "m0": 1, "m+1": 1, "w3": 4, "w6": 7, "a6": 6, "before": 2, "window": 8}
AGE_BAND_NAMES = {"0-4": "aged 0 to 4", "5-11": "aged 5 to 11", "12-17": "aged 12 to 17"}


def one_decimal(value: float) -> str:
    """`66.3`, halves away from zero as the study printed them; never `-0.0`. An integer, which was rounded before, has none."""
    return str(value) if isinstance(value, int) else f"{floor(value * 10 + 0.5 + 1e-9) / 10:.1f}"


def percent(value: float) -> str:
    """A percentage 0-100 to one decimal, a whole one as such: `66.3%`, `66%`."""
    return f"{one_decimal(value)}%"


def known(figure: Figure) -> float:
    """The value of a figure that is shown, in percent."""
    assert figure.value is not None, "a shown figure has a value"
    return figure.value


def share(figure: Figure) -> float:
    """The share that a shown figure is, in percent, however its value is rounded; the value of a mean."""
    return 100 * figure.count / figure.n if figure.count is not None and figure.n else known(figure)


def thousands(number: int) -> str:
    """`1,180`."""
    return f"{number:,}"


def k_of_n(count: int | None, n: int) -> str:
    """`122 of 184`; a mean has no count, so `184` alone."""
    return thousands(n) if count is None else f"{thousands(count)} of {thousands(n)}"


def children(number: int) -> str:
    """`1 child`, `184 children`."""
    return f"{thousands(number)} {'child' if number == 1 else 'children'}"


def families(number: int) -> str:
    """`1 family`, `120 families`."""
    return f"{thousands(number)} {'family' if number == 1 else 'families'}"


def base(figure: Figure) -> str:
    """`122 of 184 children`; `184 children` for a mean. The figure must be shown."""
    assert figure.n is not None, "a shown figure has a base"
    if figure.count is None:
        return children(figure.n)
    return f"{thousands(figure.count)} of {children(figure.n)}"


def fraction(value: float) -> str:
    """A percentage as a natural frequency: `2 in 3`, `1 in 23`; `54 in 100` where no simpler one is faithful.

    Faithful is within one percentage point and within a twentieth of the value and of its complement.
    """
    whole = round(value)
    if value <= 0 or value >= 100:
        return "none" if value <= 0 else "all"
    for denominator in FRACTION_DENOMINATORS:
        numerator = round(value / 100 * denominator)
        if 0 < numerator < denominator and _faithful(100 * numerator / denominator, value):
            return f"{numerator} in {denominator}"
    if value < 0.1:
        return "fewer than 1 in 1,000"
    if value < 10:
        return f"1 in {thousands(round(100 / value))}"
    return f"{whole} in 100" if whole < 100 else "more than 99 in 100"


def _faithful(simple: float, value: float) -> bool:
    off = abs(simple - value)
    return off <= FRACTION_TOLERANCE_POINTS and off <= FRACTION_TOLERANCE_RELATIVE * min(value, 100 - value)


def counted(number: int) -> str:
    """`three`, and digits above twelve."""
    return _COUNTING[number] if 0 <= number < len(_COUNTING) else thousands(number)


def signed(term: int) -> str:
    """A relative term as an axis prints it: `−3`, `0`, `+3`."""
    return "0" if term == 0 else f"{MINUS if term < 0 else '+'}{abs(term)}"


def term_name(term: int | str) -> str:
    """A relative term in words: `three terms before`, `the term of imprisonment`, `one term after`."""
    term = int(term)
    if term == 0:
        return "the term of imprisonment"
    return f"{counted(abs(term))} {'term' if abs(term) == 1 else 'terms'} {'before' if term < 0 else 'after'}"


def window_name(code: str) -> str:
    """A window or span in words: `the month before`."""
    return WINDOW_NAMES[code]


def window_label(code: str) -> str:
    """A window with its length, which says why windows are not to be compared: `The month before (1 month)`."""
    name, months = WINDOW_NAMES[code], WINDOW_MONTHS[code]
    return f"{name[0].upper()}{name[1:]} ({months} {'month' if months == 1 else 'months'})"


def time_name(code: str) -> str:
    """When a figure is of, in words; empty where an indicator has no time."""
    if code == ALL:
        return ""
    return WINDOW_NAMES[code] if code in WINDOW_NAMES else term_name(code)


def period_name(code: str) -> str:
    """`2022`; `July to September 2022` for `2022Q3`; `the whole period` for all."""
    if code == ALL:
        return "the whole period"
    year, quarter, number = code.partition("Q")
    if not quarter:
        return year
    return f"{('January to March', 'April to June', 'July to September', 'October to December')[int(number) - 1]} {year}"


def age_band_name(code: str) -> str:
    """`aged 5 to 11`; `of all ages` for all."""
    return "of all ages" if code == ALL else AGE_BAND_NAMES.get(code, f"aged {code.replace('-', ' to ')}")


def sex_name(code: str) -> str:
    """`girls`; `girls and boys` for all."""
    return "girls and boys" if code == ALL else SEX_WORDS[code]


def interval_text(figure: Figure) -> str:
    """`59.2% to 72.7%`; empty where there is no interval."""
    return "" if figure.low is None or figure.high is None else f"{percent(figure.low)} to {percent(figure.high)}"
