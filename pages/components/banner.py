"""What every page says whatever is chosen: that the data is synthetic, what is shown in words, and when it is from."""

from __future__ import annotations

from metrics.presentation.extracts import NOTHING_SUPPLIED, SYNTHETIC, last_days, long_day
from metrics.presentation.method import NOT_A_PREDICTION
from metrics.presentation.sentences import of_how_many
from pages.access import Reader
from pages.components import markup, signing_in
from pages.components.view import View


def synthetic() -> None:
    """The banner; a page has no way to leave it out."""
    with markup.place("synthetic"):
        markup.put(markup.text("p", SYNTHETIC))


def masthead(reader: Reader) -> None:
    """The name of the service, and who is signed in."""
    name = markup.text("p", "Children with a parent in prison")
    with markup.place("masthead"):
        markup.put(markup.element("header", name, markup.text("span", "Operation Paramount")))
        signing_in.who(reader)


def refused(sentence: str) -> None:
    """A page on which there is nothing to serve."""
    markup.put(markup.text("h1", "There is nothing to show"), markup.text("p", sentence, class_="lead", role="alert"))


def in_words(view: View) -> None:
    """The cut in words, how many children it holds, the data's date and the rule of disclosure."""
    release = view.release
    n = of_how_many(view.cut.figure("recognised"), view.filters.period)
    days = release.observed_to.values()
    facts = (n, f"data to {long_day(max(days))}" if days else NOTHING_SUPPLIED, f"disclosure policy: {release.policy}")
    markup.put(
        markup.text("p", view.filters.words(release.lattice), class_="in-words"),
        markup.text("p", " · ".join(facts), class_="facts"),
    )


def foot(view: View) -> None:
    """For whom the figures are, what they rest on and what they are not for."""
    release = view.release
    dates = last_days(release.observed_to)
    audience = markup.element("p", markup.text("strong", f"{release.audience_words}.")) if release.audience_words else ""
    made = f"Release {release.version}, made {long_day(release.built_at.date())}. {dates[0].upper()}{dates[1:]}."
    markup.put(
        markup.element(
            "footer",
            audience,
            markup.text("p", release.policy_words),
            markup.text("p", NOT_A_PREDICTION),
            markup.text("p", made),
            class_="foot",
        )
    )
