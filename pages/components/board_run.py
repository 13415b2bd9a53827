"""A run of slides: which were chosen and in which order, and which is on the screen; all of it in the URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from metrics.presentation import ALL_SLIDES, SLIDES, Slide, deck
from pages.components import link
from pages.components.view import View

CHOSEN, AT, LOOK = "slides", "slide", "board"
"""The URL's keys: the ids chosen, in order; the slide on the screen; `overview` or `notes` instead of it."""
Look = Literal["slide", "overview", "notes"]
LOOKS: tuple[Look, ...] = ("slide", "overview", "notes")


@dataclass(frozen=True)
class Run:
    """The slides chosen for one cut, hidden ones among them, and the one on the screen."""

    slides: tuple[Slide, ...]
    at: Slide
    unknown: int

    @property
    def shown(self) -> tuple[Slide, ...]:
        """The slides to step through: those with something to show, and the one on the screen if it was asked for by name."""
        return tuple(one for one in self.slides if not one.hidden or one.id == self.at.id)

    @property
    def place(self) -> int:
        """Where among `shown` the one on the screen is, from 0."""
        return next(i for i, one in enumerate(self.shown) if one.id == self.at.id)

    @property
    def left_out(self) -> tuple[Slide, ...]:
        """The slides chosen of which nothing may be shown for this cut."""
        return tuple(one for one in self.slides if one.hidden)


def read(view: View) -> Run:
    """The run that the URL asks for; what it names that does not exist is left out and counted."""
    asked = link.asked()
    ids = list(dict.fromkeys(filter(None, asked.get(CHOSEN, "").split(",")))) or list(SLIDES)
    known = [id for id in ids if id in ALL_SLIDES] or list(SLIDES)
    wanted = asked.get(AT, "")
    extra = [wanted] if wanted in ALL_SLIDES and wanted not in known else []
    slides = deck(view.release, view.filters, (*known, *extra))
    first = next((one for one in slides if not one.hidden), slides[0])
    at = next((one for one in slides if one.id == wanted), first)
    return Run(slides, at, len(ids) - len(known) if set(ids) & set(ALL_SLIDES) else len(ids))


def look() -> Look:
    """What of the run is on the screen."""
    asked = link.asked().get(LOOK, "slide")
    return next((one for one in LOOKS if one == asked), "slide")


def go(id: str, look: Look = "slide") -> None:
    """Put a slide on the screen, or its notes."""
    link.write_choices({AT: id, LOOK: "" if look == "slide" else look})


def turn(look: Look) -> None:
    """Show something else of the run."""
    link.write_choices({LOOK: "" if look == "slide" else look})


def choose(ids: Sequence[str]) -> None:
    """Put the slides chosen in the URL, in order; the declared run is left unsaid, so that it follows the catalogue."""
    link.write_choices({CHOSEN: "" if tuple(ids) in ((), SLIDES) else ",".join(ids)})


def moved(ids: Sequence[str], id: str, by: int) -> tuple[str, ...]:
    """The ids with one moved so many places later, or earlier where negative; unchanged at the ends."""
    place = ids.index(id)
    others = [one for one in ids if one != id]
    others.insert(max(0, min(place + by, len(others))), id)
    return tuple(others)
