"""The study's findings as live sentences, and what differs from England, for the children chosen."""

from __future__ import annotations

from collections.abc import Sequence

from metrics import INDICATORS, Indicator, find, presentation
from metrics.presentation import Finding
from pages.components import markup, nearest, panel, table
from pages.components.panel import Panel
from pages.components.view import View

TOPICS = {"children": "The children", "education": "School", "social_care": "Social care"}
COMPARED = tuple(one for one in INDICATORS if one.comparator is not None)
CHARTED = tuple(one for one in COMPARED if one.id not in ("attendance_sessions", "suspended"))
CLEARLY = "Clearly different"
TOO_FEW = "Too few children to tell"
NOT_COMPARABLE = "Not comparable"


def key(view: View) -> None:
    """The findings by topic; what the study printed stands beside ours where the children are the study's."""
    found = presentation.key_findings(view.cut, view.comparators, view.filters)
    panel.section("Key findings")
    columns = (_topic(name, [one for one in found if one.topic == topic]) for topic, name in TOPICS.items())
    markup.put(markup.element("div", *columns, class_="topics"))


def _topic(name: str, found: Sequence[Finding]) -> str:
    return markup.element("div", markup.text("h3", name), markup.element("ul", *map(_finding, found), class_="findings"))


def _finding(finding: Finding) -> str:
    published = markup.text("span", finding.published, class_="published") if finding.published else ""
    return markup.element("li", markup.text("strong", finding.title), markup.text("p", finding.sentence), published)


def against_england(view: View) -> None:
    """The chart beside England and its children in need, then in words: clearly different, too few, not comparable."""
    panel.section(
        "Beside England, and beside England's children in need",
        "Children in need in England answer the question whether this is only poverty and need. "
        "Above or below is said only where the interval excludes the other figure.",
    )
    panel.alone(("england", lambda: _chart(view)))
    said = presentation.differences(view.cut, view.comparators, COMPARED)
    lists = ((CLEARLY, said.clear), (TOO_FEW, said.too_few), (NOT_COMPARABLE, said.not_comparable))
    markup.put(markup.element("div", *(_listed(title, sentences) for title, sentences in lists if sentences), class_="topics"))


def _listed(title: str, sentences: Sequence[str]) -> str:
    listed = markup.element("ul", *(markup.text("li", sentence) for sentence in sentences), class_="findings quiet")
    return markup.element("div", markup.text("h3", title), listed)


def _chart(view: View) -> None:
    figures = {one.id: view.cut.figure(one.id) for one in CHARTED}
    beside = {one.id: view.comparators(one.id) for one in CHARTED}
    chart = presentation.against_england(CHARTED)
    if not any(figure and figure.shown for figure in figures.values()):
        panel.head(chart.title, chart.subtitle, "")
        nearest.offer(view, [figure for figure in figures.values() if figure], "england")
        return
    listed = [(find(id).title, figure) for id, figure in figures.items()]
    panel.show(
        Panel(
            key="england",
            chart=chart,
            data=presentation.against_england_data(CHARTED, figures, beside),
            says="",
            details=lambda: (
                table.html(presentation.figures_table(chart.title, listed, "Indicator")),
                *(_beside(one, view) for one in CHARTED),
            ),
        )
    )


def _beside(indicator: Indicator, view: View) -> str:
    return markup.text("h4", indicator.title) + table.html(
        presentation.comparators_table(presentation.standing(view.comparators(indicator.id)))
    )
