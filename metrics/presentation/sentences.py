"""Figures in words, under the rules of measurement.

A rate has its n. `above` and `below` are said only where the interval excludes a comparator that fits; a wide interval
is "too few to tell", never "the same"; windows of different length are never compared; a change is not an effect.
"""

from __future__ import annotations

from collections.abc import Sequence

from metrics.figure import Comparator, Figure, Pair
from metrics.filters import ALL, period_words
from metrics.indicator import Basis, Headcount, Indicator, Mean, Pooled, RelativeTerms
from metrics.presentation.comparators import drawn, name, note, verdict
from metrics.presentation.comparison import rates
from metrics.presentation.numbers import (
    base,
    children,
    counted,
    fraction,
    interval_text,
    percent,
    term_name,
    thousands,
    time_name,
)
from metrics.presentation.scales import thin_terms
from metrics.presentation.symbols import NO_FIGURE, SHORT, reason

N_HIDDEN = "number of children hidden"
INTERVALS_EXPLAINED = (
    "These are all the children who were recognised, not a sample. The interval says how far a figure like this one could "
    "move by chance alone if the same circumstances gave another such group of children: the fewer the children, the wider "
    "it is. Brothers and sisters share a home, so they count for less than unrelated children. Where the interval reaches "
    "over another figure, there are too few children to tell the two apart."
)
WARNING = "A change, not an effect: children also grew older and national rates moved."
SIGNIFICANT = 0.05  # the two-sided 5% that goes with 95% intervals
SPANS = {
    "any": ("in any of the three terms before", "in any of the three terms after"),
    "pooled": ("over the three terms before", "over the three terms after"),
    "window": ("in the six months before", "in the six months after"),
}
NOT_A_FORECAST = "Nothing here predicts or decides anything about a child."


def headline(indicator: Indicator, figure: Figure | None) -> str:
    """`2 in 3 children (66.3%, 122 of 184), the term of imprisonment`; where there is no figure, when and why not."""
    if figure is None:
        return unavailable(None)
    when = time_name(figure.time)
    if not figure.shown:
        what, _, why = unavailable(figure.symbol).partition(": ")
        return f"{what} for {when}: {why}" if when else f"{what}: {why}"
    return f"{amount(indicator, figure)}{', ' + when if when else ''}."


def amount(indicator: Indicator, figure: Figure) -> str:
    """A shown figure with its base: `2 in 3 children (66.3%, 122 of 184)`, `79.9% on average (184 children)`, `225 children`."""
    assert figure.value is not None and figure.n is not None, "a shown figure has a value and a base"
    if isinstance(indicator.measure, Headcount):
        return thousands(figure.n) + (" families" if indicator.id == "families" else " children")
    if isinstance(indicator.measure, Mean):
        return f"{percent(figure.value)} on average ({children(figure.n)})"
    if isinstance(indicator.measure, Pooled):
        return f"{percent(figure.value)} of their sessions ({children(figure.n)})"
    k_of_n = base(figure).removesuffix(" children").removesuffix(" child")
    return f"{simply(figure.value)} ({percent(figure.value)}, {k_of_n})"


def simply(value: float) -> str:
    """A share of children as a natural frequency: `2 in 3 children`, `all children`, `no children`."""
    words = fraction(value)
    return {"all": "All children", "none": "No children"}.get(words, f"{words} children")


def interval(figure: Figure) -> str:
    """The interval of a figure in one sentence; empty where the figure is not shown or has none."""
    if not figure.shown:
        return ""
    bounds = interval_text(figure)
    return f"95% interval: {bounds}." if bounds else ""


def unavailable(symbol: str | None) -> str:
    """Why there is no figure, in one sentence."""
    return reason(symbol)


def limit(indicator: Indicator, basis: Basis = "observed") -> str:
    """With how many filters an indicator is shown on one basis; empty where with as many as the release holds."""
    most = indicator.most_filters_on(basis)
    if most is None:
        return ""
    filters = f"{counted(most)} {'filter' if most == 1 else 'filters'} at most" if most else "no filter"
    return f"Shown with {filters}, so that no child can be recognised."


def of_how_many(recognised: Figure | None, period: str) -> str:
    """How many children a cut is of: `225 children`, in a period `75 recognised in 2021`.

    A child may be recognised in a later period than that of the imprisonment, by which figures of school and social care go.
    """
    if recognised is None or recognised.n is None:
        return N_HIDDEN
    return children(recognised.n) if period == ALL else f"{thousands(recognised.n)} recognised in {period_words(period)}"


def comparator_note(comparator: Comparator) -> str:
    """A comparator's population, period, value, source and fit."""
    return note(comparator)


def against(indicator: Indicator, figure: Figure | None, comparator: Comparator) -> str:
    """One figure against one comparator, in one sentence that claims no more than the interval and the fit allow."""
    them = f"{name(comparator)} ({percent(comparator.value)}, {comparator.period})"
    likeness = "" if comparator.fit == "matched" else " The measures are similar, not the same."
    match verdict(figure, comparator):
        case "not_comparable":
            return f"Not comparable with {name(comparator)}: {lowered(comparator.reason or 'the measures differ.')}"
        case "above":
            return f"Above {them}: the interval excludes it.{likeness}"
        case "below":
            return f"Below {them}: the interval excludes it.{likeness}"
        case "too_few":
            return f"Too few children to tell from {them}: the interval reaches over it.{likeness}"
        case _:
            return f"No comparison with {them}: {_no_interval(figure)}"


def _no_interval(figure: Figure | None) -> str:
    if figure is None or not figure.shown:
        return lowered(unavailable(figure.symbol if figure else None))
    return "the figure has no interval, for there are too few children."


def lowered(sentence: str) -> str:
    """A sentence to follow a colon; an abbreviation keeps its capitals."""
    return sentence if sentence[:2].isupper() else sentence[0].lower() + sentence[1:]


def completeness(series: Sequence[Figure], first: int | None = None, last: int | None = None) -> str:
    """Which terms are shown and with how many children, which are not and why, and where the line is broken."""
    within = [f for f in series if (first is None or int(f.time) >= first) and (last is None or int(f.time) <= last)]
    shown = [f for f in within if f.shown]
    if not shown:
        return "No term can be shown."
    bases = [f.n for f in shown if f.n is not None]
    parts = [f"{len(shown)} of {len(within)} terms shown, of {_range(min(bases), max(bases))}."]
    for symbol, word in SHORT.items():
        times = [f.time for f in within if f.symbol == symbol]
        if times:
            parts.append(f"{word[0].upper()}{word[1:]}: {_listed([term_name(t) for t in times])}.")
    thin = [f.time for f in within if f.time in thin_terms(series)]
    if thin:
        where = _listed([term_name(time) for time in thin])
        parts.append(f"The line is broken where under half as many children were observed as at the imprisonment: {where}.")
    return " ".join(parts)


def _range(low: int, high: int) -> str:
    return children(low) if low == high else f"{thousands(low)} to {children(high)}"


def _listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; long lists by their number."""
    if len(words) > 6:
        return f"{len(words)} terms"
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def describe_series(indicator: Indicator, series: Sequence[Figure], comparators: Sequence[Comparator] = ()) -> str:
    """What a chart shows, in full and in order of time, for those who do not see it."""
    what = "line" if isinstance(indicator.time, RelativeTerms) else "bars"
    parts = [f"{indicator.title}: {what} of {len(series)} {'terms' if what == 'line' else 'windows'}."]
    parts += [f"{_when(f)}: {_said(f)}." for f in series]
    parts += [f"Drawn beside it: {name(c)}, {percent(c.value)}." for c in drawn(comparators)] if what == "line" else []
    if what == "bars":
        parts.append("The windows differ in length, so they are not to be compared with one another.")
    return " ".join(parts)


def describe_figures(title: str, figures: Sequence[tuple[str, Figure | None]], *, counts: bool = False) -> str:
    """What a chart of labelled figures shows, in full and in order, for those who do not see it; headcounts as counts."""
    said = (_counted(f) if counts else _said(f) if f is not None else NO_FIGURE.rstrip(".") for _, f in figures)
    return " ".join([f"{title}.", *(f"{label}: {words}." for (label, _), words in zip(figures, said, strict=True))])


def describe_pairs(pairs: Sequence[tuple[Indicator, Pair | None]]) -> str:
    """What a chart of before and after shows, in full; the warning once, at the end."""
    told = [f"{indicator.title}: {change(indicator, pair).removesuffix(WARNING).strip()}" for indicator, pair in pairs]
    return " ".join([*told, WARNING])


def _when(figure: Figure) -> str:
    words = time_name(figure.time) or "all"
    return words[0].upper() + words[1:]


def _said(figure: Figure) -> str:
    if not figure.shown or figure.value is None:
        return SHORT.get(figure.symbol or "", NO_FIGURE.rstrip("."))
    bounds = interval_text(figure)
    return f"{percent(figure.value)}, {base(figure)}{', interval ' + bounds if bounds else ''}"


def _counted(figure: Figure | None) -> str:
    if figure is None or figure.count is None:
        return SHORT.get((figure.symbol if figure is not None else None) or "", NO_FIGURE.rstrip("."))
    return children(figure.count)


def change(indicator: Indicator, pair: Pair | None) -> str:
    """The same children before and after; the reason where the pair is not shown. Ends with the fixed warning.

    Never "the same": where chance could explain the difference there are too few children to tell.
    """
    if pair is None or not pair.shown or pair.n_both is None:
        return reason(pair.symbol if pair else None)
    before, after = rates(pair)
    first, then = SPANS[pair.kind or indicator.change or "any"]
    sentence = (
        f"Of the same {children(pair.n_both)}: {_share(pair.before_count, before)} {first} "
        f"and {_share(pair.after_count, after)} {then}."
    )
    return " ".join(filter(None, (sentence, _moved(pair), _clear(pair, before, after), WARNING)))


def _share(count: int | None, value: float) -> str:
    return percent(value) if count is None else f"{percent(value)} ({thousands(count)})"


def _moved(pair: Pair) -> str:
    if pair.gained is None or pair.lost is None:
        return ""
    return (
        f"{thousands(pair.gained)} {_was(pair.gained)} counted after and not before, {thousands(pair.lost)} before and not after."
    )


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def _clear(pair: Pair, before: float, after: float) -> str:
    """Whether the change is more than chance would make, as a sentence; empty where no test was made."""
    if pair.p_value is None:
        return ""
    if pair.p_value >= SIGNIFICANT:
        return "Too few children to tell whether that is more than chance."
    return f"{'Higher' if after > before else 'Lower'} afterwards, by more than chance alone would make."
