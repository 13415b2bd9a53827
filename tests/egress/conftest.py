"""A release of recognisable children, and what its pages say whatever the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from metrics import Filters, Release
from metrics.compile import compile_release
from pages.components import board_follow, board_run
from tests import builders
from tests.conftest import fingerprint, make_once
from tests.egress import releases
from tests.egress.capture import MAIN, Sent, read, visit
from tests.egress.judge import Known, known, wrong
from tests.egress.released import Released, catalogue_words, facts_of
from tests.egress.releases import MARK, mute, recognisable_children

PAGES = tuple(sorted(path.stem for path in MAIN.parent.glob("*.py") if path.stem not in ("__init__", MAIN.stem)))
WITHOUT_FIGURES = [*((page, {}) for page in PAGES), ("education", {"look": "change"}), ("education", {"basis": "followed"})]
WITHOUT_FIGURES += [("board", {"board": "overview"})]
"""How a page is drawn with nothing shown, for its own words: those that are there whatever the figures."""
MADE_BY = (Path(releases.__file__), Path(builders.__file__))
"""The release is made again when these change, or any code of the project."""


@dataclass(frozen=True)
class House:
    """A release, what it shows, and what needs no figure: `own` is each page drawn with nothing shown."""

    root: Path
    released: Released
    own: list[Sent]
    known: Known

    def wrong(self, page: str, query: Mapping[str, str], sent: Sent | None = None) -> list[str]:
        """What a page sends that may not leave, a line each; `RELEASE` must name this release."""
        cut, _ = Filters.read(query, Release.open(self.root).lattice)
        sent = sent or read(visit(page, **query))
        marked = [f"an identifier of the cohort: {MARK}"] if MARK.encode() in sent.raw else []
        linked = [f"a link to {url!r}, which was not asked for" for url in _links(sent) if not _was_asked(url, query)]
        return [*marked, *linked, *wrong(sent, facts_of(self.released, page, cut), self.known)]


def _links(sent: Sent) -> list[str]:
    return [text for where, text in sent.texts if where.endswith(".link_button.url")]


def _was_asked(url: str, query: Mapping[str, str]) -> bool:
    """Whether a link says what the address says, but for the notes and the key of the window they follow, which has no digit."""
    said = dict(parse_qsl(url.removeprefix("?"), keep_blank_values=True))
    ours = {board_run.LOOK: "notes", board_follow.KEY: said.get(board_follow.KEY, "")}
    return url.startswith("?") and said.items() <= ({**query, **ours}).items() and not re.search(r"\d", ours[board_follow.KEY])


@pytest.fixture(scope="package")
def house(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The release, with `RELEASE` naming it."""
    root = make_once(demonstration / f"recognisable-{fingerprint(MADE_BY)}", _release) / "release"
    released = Released.at(root)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("RELEASE", str(mute(root, tmp_path_factory.mktemp("egress") / "muted")))
        own = [read(visit(page, **query)) for page, query in WITHOUT_FIGURES]
        patched.setenv("RELEASE", str(root))
        yield House(root, released, own, known(own, (*released.words(), *catalogue_words())))


def _release(place: Path) -> None:
    compile_release(recognisable_children(place / "cohort"), place / "release", policy="partners")
