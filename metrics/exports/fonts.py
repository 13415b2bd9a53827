"""The typeface of pictures and of the PDF: packaged, for both renderers drop text whose font they do not find."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import font_source_sans_pro
import vl_convert


def directory() -> Path:
    """Where the typeface's files are."""
    return Path(font_source_sans_pro.__file__).parent / "files"


@cache
def register() -> None:
    """Make the typeface known to whatever draws charts, once a process."""
    vl_convert.register_font_directory(str(directory()))
