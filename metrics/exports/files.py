"""The files that a reader takes away, by format: a deck, a report, a picture, or one for each authority in a zip."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from data.progress import Progress, silent
from metrics.exports import deck as slides_of
from metrics.exports.blocks import Document
from metrics.exports.pictures import png, svg
from metrics.exports.report import report
from metrics.exports.report_html import Drawn, html
from metrics.exports.report_pdf import pdf
from metrics.exports.report_word import word
from metrics.exports.stamp import stamp
from metrics.filters import Filters
from metrics.formats import Format
from metrics.presentation.slides import SLIDES, deck, slide
from metrics.release import Release

PictureFormat = Literal["png", "svg"]
MIME: Mapping[str, str] = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html",
    "png": "image/png",
    "svg": "image/svg+xml",
    "zip": "application/zip",
}
_REPORTS: Mapping[str, Callable[[Document, Drawn], bytes]] = {"docx": word, "pdf": pdf, "html": html}


def make(release: Release, filters: Filters, format: Format, ids: Sequence[str] = SLIDES, progress: Progress = silent) -> bytes:
    """One file of one cut: the deck of the slides named, or the report, which has its own.

    Raises `ReleaseError` for a cut that the release does not hold, `SlideError` for a slide that there is not, `ExportError`.
    """
    if format == "pptx":
        progress("Making the slides", 0, 2)
        run = deck(release, filters, ids)
        progress("Making the slides", 1, 2)
        made = slides_of.pptx(run, stamp(release, filters))
        progress("Making the slides", 2, 2)
        return made
    document = report(release, filters)
    total = len(document.pictures)
    progress("Drawing the figures", 0, total)
    return _REPORTS[format](document, lambda done: progress("Drawing the figures", done, total))


def picture(release: Release, filters: Filters, id: str, format: PictureFormat) -> bytes:
    """One figure of one cut as a picture; raises as `make` does, `ExportError` where nothing of it may be shown."""
    one, facts = slide(release, filters, id), stamp(release, filters)
    return png(one, facts) if format == "png" else svg(one, facts).encode()


def each_area(
    release: Release, filters: Filters, format: Format, ids: Sequence[str] = SLIDES, progress: Progress = silent
) -> bytes:
    """A zip of the same file for the whole and for each authority, the other filters held; what is not held is left out."""
    cuts = [filters.but(area=area.code) for area in release.lattice.areas if area.kind != "district"]
    cuts = [cut for cut in cuts if release.lattice.holds(cut)]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as folder:
        for done, cut in enumerate(cuts):
            progress("Making a file for each area", done, len(cuts))
            folder.writestr(name(release, cut, format), make(release, cut, format, ids))
        progress("Making a file for each area", len(cuts), len(cuts))
    return made.getvalue()


def name(release: Release, filters: Filters, format: str, what: str = "") -> str:
    """The name of a file: whether it is synthetic, what it is, of whom, of which release."""
    words = f"{what or 'children with a parent in prison'} {filters.words(release.lattice)}"
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return f"{'synthetic-' if release.synthetic else ''}{plain}-{release.version}.{format}"
