"""The filter bar: which children a page is about. What the release does not hold together cannot be chosen."""

from __future__ import annotations

import streamlit as st

from metrics import ALL, DIMENSIONS, Dimension, Filters, Lattice
from metrics.presentation.numbers import period_name
from pages.components import link, markup

LABELS: dict[Dimension, str] = {
    "area": "Area",
    "age_band": "Age at imprisonment",
    "sex": "Sex",
    "period": "Period of imprisonment",
}
_ALL = {"age_band": "All ages", "sex": "Girls and boys", "period": "All years"}
_SEX = {"F": "Girls", "M": "Boys", "U": "Sex not recorded"}
_INDENT = "\N{EM SPACE}"


def show(lattice: Lattice, filters: Filters) -> None:
    """The four filters as the URL has them, each with what it may be set to, and a sentence for what it may not."""
    with st.container(key="filters"):
        reasons: dict[str, list[str]] = {}
        for dimension in DIMENSIONS:
            reason = _select(lattice, filters, dimension)
            if reason is not None:
                reasons.setdefault(reason, []).append(LABELS[dimension])
        clear = filters == lattice.settled(Filters())
        st.button("Clear filters", on_click=link.write_filters, args=(Filters(),), disabled=clear, width="stretch")
        if reasons:
            markup.put(
                *(
                    markup.text("p", f"{' and '.join(names)}: {_lower(reason)}", class_="reason")
                    for reason, names in reasons.items()
                )
            )


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _select(lattice: Lattice, filters: Filters, dimension: Dimension) -> str | None:
    """One filter; the reason where some or all of its values cannot be chosen now."""
    options = lattice.options(filters, dimension)
    widget = f"filter-{dimension}"
    st.session_state[widget] = getattr(filters, dimension)
    st.selectbox(
        LABELS[dimension],
        options.values,
        format_func=lambda value: name_of(lattice, dimension, value),
        key=widget,
        on_change=_changed,
        args=(lattice, dimension),
        disabled=options.disabled,
    )
    return options.reason


def name_of(lattice: Lattice, dimension: Dimension, value: str) -> str:
    """A value as the bar shows it; districts stand under their authority, quarters under their year."""
    if dimension == "area":
        area = lattice.area(value)
        assert area is not None, "an option is an area of the lattice"
        return f"{_INDENT}{area.name}" if area.kind == "district" else area.name
    if value == ALL:
        return _ALL[dimension]
    if dimension == "period":
        return f"{_INDENT}{period_name(value)}" if "Q" in value else value
    return _SEX[value] if dimension == "sex" else f"{value.replace('-', ' to ')} years"


def names(lattice: Lattice, dimension: Dimension) -> dict[str, str]:
    """Every single value of a dimension as the bar shows it, by its code."""
    return {value: name_of(lattice, dimension, value) for value in lattice.values(dimension) if value != ALL}


def _changed(lattice: Lattice, dimension: Dimension) -> None:
    filters, _ = Filters.read(link.asked(), lattice)
    link.write_filters(filters.but(**{dimension: st.session_state[f"filter-{dimension}"]}))
