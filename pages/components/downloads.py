"""The files to take away, made behind the page while it stays in use; each says what it is of, of how many, and from what."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from hashlib import sha256

import streamlit as st

from metrics import ALL, Filters, exports
from metrics.presentation import ALL_SLIDES, SLIDES
from metrics.presentation.slides import NAMES
from pages.access import Offered, offer
from pages.components import board_run, choice, jobs, link, markup, panel, permalink
from pages.components.choice import Choice
from pages.components.jobs import Job
from pages.components.view import View

FORMAT = Choice(
    "format",
    "File",
    {
        "pptx": "Slides (PowerPoint)",
        "docx": "Report (Word)",
        "pdf": "Report (PDF)",
        "html": "Report (web page)",
        "png": "Figure (PNG)",
        "svg": "Figure (SVG)",
    },
)
SCOPE = Choice("for", "For", {"these": "These children", "each": "All areas, a file each (zip)"})
PICTURES = ("png", "svg")
FIGURE = "slide"
"""The URL's key for one figure: the board's own."""
EVERY_SECONDS = 0.5
FULL = "Two of your files are being made. Another can be begun when one of them is there."
SPENT = f"You have begun {jobs.MOST_AN_HOUR} files within an hour. Another can be begun when the first of them is an hour old."


def choose(view: View) -> None:
    """What file, of whom; and one button, after which it is made while the page stays in use."""
    panel.section("Slides, report and figures", "Made in the background: the page can be used meanwhile.")
    format = choice.choose(FORMAT)
    picture = format in PICTURES
    alone = sum(area.kind != "district" for area in view.release.lattice.areas) == 1
    scope = choice.choose(SCOPE, disabled=picture or alone)
    id = _figure() if picture else ""
    facts = _facts(view, scope == "each")
    markup.put(markup.element("ul", *(markup.text("li", fact) for fact in (*facts.facts, facts.footer) if fact), class_="notes"))
    args = (view, format, scope == "each", id)
    st.button("Make the file", key="make-file", type="primary", on_click=_begin, args=args, disabled=jobs.full() or jobs.spent())
    _files()


def _begin(view: View, format: str, each: bool, id: str) -> None:
    release, filters = view.release, view.filters
    ids = _slides()
    facts = _facts(view, each).facts
    if id:
        file = _offered(view, filters, format, id)
        jobs.start(file, exports.MIME[format], facts, lambda progress: exports.picture(release, filters, id, _picture(format)))
    elif each:
        file = _offered(view, filters.but(area=ALL), f"{format}.zip", f"all areas {_chosen(format, ids)}")
        work = partial(exports.each_area, release, filters, _document(format), ids)
        jobs.start(file, exports.MIME["zip"], facts, lambda progress: work(progress=progress))
    else:
        file = _offered(view, filters, format, f"{'slides' if format == 'pptx' else 'report'} {_chosen(format, ids)}")
        work = partial(exports.make, release, filters, _document(format), ids)
        jobs.start(file, exports.MIME[format], facts, lambda progress: work(progress=progress))


def _offered(view: View, filters: Filters, format: str, what: str) -> Offered:
    """A file by the name that says what it is of, and what the access log says when it is taken."""
    release = view.release
    return offer(exports.name(release, filters, format, what), release.lattice.settled(filters).query(), release.version)


def _facts(view: View, each: bool) -> exports.Stamp:
    """What the file will state of itself; of all areas together where it is one of each."""
    return exports.stamp(view.release, view.filters.but(area=ALL) if each else view.filters)


def _document(format: str) -> exports.Format:
    return next(one for one in exports.FORMATS if one == format)


def _picture(format: str) -> exports.PictureFormat:
    return "png" if format == "png" else "svg"


def _slides() -> tuple[str, ...]:
    """The slides chosen on the board, in their order; its declared run where none is."""
    asked = link.asked().get(board_run.CHOSEN, "").split(",")
    return tuple(id for id in dict.fromkeys(asked) if id in ALL_SLIDES) or SLIDES


def _chosen(format: str, ids: tuple[str, ...]) -> str:
    """Letters that tell one choice of slides from another; none for the declared run, and for reports, which have their own."""
    if format != "pptx" or ids == SLIDES:
        return ""
    return "".join(chr(ord("a") + byte % 26) for byte in sha256(",".join(ids).encode()).digest()[:6])


def _figure() -> str:
    """One figure, as the URL has it."""
    asked = link.asked().get(FIGURE, SLIDES[0])
    widget = "choice-figure"
    st.session_state[widget] = asked if asked in ALL_SLIDES else SLIDES[0]
    id: str = st.selectbox(
        "Figure",
        ALL_SLIDES,
        format_func=NAMES.__getitem__,
        key=widget,
        on_change=lambda: link.write_choices({FIGURE: st.session_state[widget]}),
    )
    return id


def _files() -> None:
    """The files made and under way; looked at again and again only while one is under way."""
    shown = st.fragment(_listed, run_every=EVERY_SECONDS if jobs.under_way() else None)
    shown(jobs.under_way())


def _listed(under_way: int) -> None:
    """`under_way`: how many were when the page was drawn; with fewer it is drawn again, for its buttons may be used again."""
    if jobs.full():
        markup.put(markup.text("p", FULL, class_="notice", role="status"))
    elif jobs.spent():
        markup.put(markup.text("p", SPENT, class_="notice", role="status"))
    for job in reversed(jobs.all_mine().values()):
        _one(job)
    if jobs.under_way() < under_way:
        st.rerun()


def _one(job: Job) -> None:
    with markup.place(f"file-{job.name.replace('.', '-')}"):
        if job.running:
            st.progress(job.share, text=f"{job.what}: {job.name}")
        elif job.problem:
            markup.put(markup.text("p", f"{job.name}: {job.problem}", class_="notice", role="status"))
        elif job.content is not None:
            st.download_button(f"Download {job.name}", job.content, job.name, job.mime, key=f"take-{job.name}", on_click="ignore")
            markup.put(markup.text("p", job.facts[0], class_="subtitle"))


def address(view: View) -> None:
    """The permanent address of one figure of this release."""
    panel.section(
        "Link to a figure",
        "Opens the same figure of the same release for as long as the release is kept, and says when there is a newer one.",
    )
    id = st.selectbox("Figure to link to", ALL_SLIDES, format_func=NAMES.__getitem__, key="figure-to-link")
    st.code(permalink.address(view, id), language=None, wrap_lines=True)


def open_data(view: View) -> None:
    """The open data of the whole release, or why there are none."""
    panel.section(
        "Open data", "Every figure of the whole release as DfE's Explore Education Statistics has them: data and metadata as CSV."
    )
    try:
        exports.check(view.release)
    except exports.ExportError as refused:
        markup.put(markup.text("p", str(refused), class_="notice"))
        return
    release = view.release
    file = _offered(view, Filters(), "zip", "open data")
    facts = exports.stamp(release, Filters()).facts

    def begin() -> None:
        jobs.start(file, exports.MIME["zip"], facts, lambda progress: _zipped(exports.open_data(release, progress)))

    st.button("Make the open data", key="make-open-data", on_click=begin, disabled=jobs.full() or jobs.spent())


def _zipped(contents: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in contents.items():
            folder.writestr(name, content)
    return made.getvalue()
