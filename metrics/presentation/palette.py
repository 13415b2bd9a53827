"""Colours, type and the look that every chart shares.

The palette is that of the Government Analysis Function. Text reaches a contrast of 4.5 to 1 on what it stands on,
marks that carry meaning 3 to 1 (WCAG 2.2 AA); a test computes both.
"""

from __future__ import annotations

from typing import Any

DARK_BLUE = "#12436D"
TURQUOISE = "#28A197"
PLUM = "#801650"
ORANGE = "#F46A25"
DARK_GREY = "#3D3D3D"
LAVENDER = "#A285D1"

WHITE = "#FFFFFF"
INK = "#1F1F1F"
QUIET_INK = "#505A5F"
GRID = "#E3E6E8"
INTERVAL_BAND = "#C9D6E2"
EVENT_BAND = "#EAE5DA"
COMPARATOR = "#B24A12"
COMPARATOR_IN_NEED = PLUM
UNDER_LABEL = "#F3F4F5"

FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", Arial, "Liberation Sans", "DejaVu Sans", sans-serif'
TEXT_PX = 15
SMALL_PX = 14
SMALLEST_PX = 12
VALUE_PX = 18

CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": WHITE,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": TEXT_PX,
        "titleFontSize": TEXT_PX,
        "titleFontWeight": "normal",
        "labelColor": DARK_GREY,
        "titleColor": DARK_GREY,
        "labelFont": FONT,
        "titleFont": FONT,
        "gridColor": GRID,
        "domainColor": QUIET_INK,
        "tickColor": QUIET_INK,
        "labelPadding": 6,
        "titlePadding": 10,
        "labelLimit": 400,
    },
    "legend": {
        "labelFontSize": TEXT_PX,
        "titleFontSize": TEXT_PX,
        "labelColor": INK,
        "titleColor": INK,
        "labelFont": FONT,
        "titleFont": FONT,
        "orient": "top",
        "direction": "horizontal",
        "labelLimit": 0,
        "symbolSize": 160,
        "title": None,
    },
    "text": {"font": FONT, "fontSize": TEXT_PX, "color": INK},
}


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
