"""What a file can be written as: known to a command before it loads what writes one."""

from __future__ import annotations

from typing import Literal

Format = Literal["pptx", "docx", "pdf", "html"]
FORMATS: tuple[Format, ...] = ("pptx", "docx", "pdf", "html")


class ExportError(Exception):
    """One sentence: which file cannot be made, why, and what to do."""
