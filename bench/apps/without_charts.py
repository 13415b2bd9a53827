"""The dashboard with every chart left out, so that what the charts cost can be told from the rest."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def draw_nothing(*_: object, **__: object) -> None:
    """Stand in for a chart."""


setattr(DeltaGenerator, "vega_lite_chart", draw_nothing)  # noqa: B010
setattr(st, "vega_lite_chart", draw_nothing)  # noqa: B010

app = st.App("../../pages/main.py")
