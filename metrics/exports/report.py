"""The report: the structure of the study published in 2025, live for any filters of any release.

Key findings, method, every figure with its table and words, what it means and does not, approach, how to cite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from metrics.catalogue import INDICATORS
from metrics.cut import Cut
from metrics.exports import report_words as words
from metrics.exports.blocks import Block, Bullets, Document, Heading, Listing, Paragraph, Picture
from metrics.exports.figure_tables import table
from metrics.exports.stamp import Stamp, stamp
from metrics.figure import Comparator
from metrics.filters import Filters
from metrics.presentation.comparators import note, standing
from metrics.presentation.findings import differences, key_findings
from metrics.presentation.method import AUDITED, NOT_A_PREDICTION, NOT_AUDITED, RULES
from metrics.presentation.population import population_note, population_of
from metrics.presentation.protocol import NOT_RECORDED, STAGED, facts_of, in_words
from metrics.presentation.slides import Slide, deck
from metrics.presentation.symbols import REASONS, bracketed
from metrics.presentation.tables import comparators_table
from metrics.release import Release

TITLE = "Children with a parent in prison"
SUBTITLE = "What schools and children's social care knew around the imprisonment"
SECTIONS = {
    "Who was recognised": ("recognised", "recognised_quarters"),
    "Findings: education": (
        *("fsm_received", "fsm_received_since_0", "fsm_eligible", "sen_support", "ehcp", "suspended"),
        *("attendance_mean", "missed_under_10", "missed_under_50", "severely_absent", "school_change"),
    ),
    "Findings: social care": ("statutory", "early_help", "mash_referral", "any_active", "none_active", "care_change"),
    "Beside England": ("england",),
    "The offer of support": ("offer", "waits", "missed"),
}
"""The chapters of figures, and the slides that each is made of."""
TOPICS = {"children": "The children", "education": "Education", "social_care": "Social care"}


def report(release: Release, filters: Filters) -> Document:
    """The report on one cut of a release; `ReleaseError` where the release does not hold it."""
    cut = release.cut(filters)
    facts = stamp(release, filters, cut)
    slides = iter(deck(release, filters, tuple(id for ids in SECTIONS.values() for id in ids)))
    blocks: list[Block] = [*_opening(release, facts), *_findings(release, cut), *_method(release, facts)]
    beside = _beside(release, filters)
    number = 1
    for heading, ids in SECTIONS.items():
        blocks.append(Heading(heading))
        blocks += [Paragraph(lead) for lead in words.LEADS.get(heading, ())]
        for _ in ids:
            blocks += _figure(number, next(slides), beside)
            number += 1
    blocks += [
        *_meaning(release, cut),
        *_comparators(beside, population_of(release, filters)),
        *_approach(release),
        *_reference(release, facts),
    ]
    return Document(TITLE, SUBTITLE, facts, tuple(blocks))


def _opening(release: Release, facts: Stamp) -> Iterator[Block]:
    yield Heading("Introduction")
    if facts.synthetic:
        yield Paragraph(facts.synthetic, "strong")
    yield from (Paragraph(one) for one in words.INTRODUCTION)
    yield Paragraph(words.whom(release, facts), "strong")
    yield Paragraph(words.NO_FUTURE)
    yield Bullets(tuple(("", fact) for fact in facts.facts))


def _findings(release: Release, cut: Cut) -> Iterator[Block]:
    """The study's findings as they are for these children; what the study printed stands beside them for its own."""
    found = key_findings(cut, lambda id: release.comparators(id, cut.filters.area), cut.filters)
    yield Heading("Key findings")
    for topic, name in TOPICS.items():
        yield Heading(name, 2)
        items = (one for one in found if one.topic == topic)
        yield Bullets(
            tuple(
                (f"{one.title}.", " ".join(filter(None, (one.sentence, *one.against, _printed(one.published))))) for one in items
            )
        )


def _printed(published: str | None) -> str:
    return f"{published}." if published else ""


def _method(release: Release, facts: Stamp) -> Iterator[Block]:
    yield Heading("Methodology")
    yield from (Paragraph(one) for one in words.METHOD)
    yield from _asked(release)
    yield from _ruled(RULES)
    yield Heading("How children are protected", 2)
    yield Paragraph(f"This release follows the policy “{release.policy}”. {facts.policy_words}")
    yield Paragraph(AUDITED if release.audited else NOT_AUDITED)
    yield Bullets(tuple((bracketed(symbol), reason) for symbol, reason in REASONS.items()))


def _asked(release: Release) -> Iterator[Block]:
    """The study protocol of the release: its purpose, then each question with what a board wants to know of it."""
    protocol = release.protocol
    yield Heading("What is asked, and who agreed it", 2)
    if protocol.release is None:
        yield Paragraph(NOT_RECORDED)
        return
    yield Paragraph(STAGED)
    for question, answered_by in ((protocol.release, ()), *protocol.asked):
        yield Heading(in_words(question), 3)
        yield Bullets(tuple((f"{name}:", said) for name, said in facts_of(question, answered_by)))


def _ruled(rules: Iterable[tuple[str, str]]) -> Iterator[Block]:
    for title, rule in rules:
        yield Heading(title, 2)
        yield Paragraph(rule)


def _figure(number: int, slide: Slide, beside: Mapping[str, Sequence[Comparator]]) -> Iterator[Block]:
    """The finding as its heading, then what must stand beside it, the picture, and its figures as a table.

    What stands beside it is told in full in a chapter of its own.
    """
    yield Heading(slide.title, 2)
    said = tuple(filter(None, (slide.says, slide.n_words, slide.comparator_words)))
    once = {*words.SAID_ONCE, *(note(one) for listed in beside.values() for one in listed)}
    notes = tuple(one for one in slide.notes if one not in once)
    yield Picture(number, slide, said, table(slide))
    yield Paragraph(" ".join((*notes, slide.source)), "note")


def _meaning(release: Release, cut: Cut) -> Iterator[Block]:
    """What may be said and what may not: what differs clearly, what cannot be told, what nothing here says."""
    compared = tuple(one for one in INDICATORS if one.comparator is not None)
    said = differences(cut, lambda id: release.comparators(id, cut.filters.area), compared)
    yield Heading("What this means, and what it does not")
    yield from (Paragraph(one) for one in words.MEANS)
    lists = {"Clearly different": said.clear, "Too few children to tell": said.too_few, "Not comparable": said.not_comparable}
    for title, sentences in lists.items():
        if sentences:
            yield Heading(title, 2)
            yield Bullets(tuple(("", sentence) for sentence in sentences))
    yield Heading("What it does not mean", 2)
    yield Bullets(tuple(("", one) for one in (NOT_A_PREDICTION, *words.DOES_NOT_MEAN)))


def _beside(release: Release, filters: Filters) -> dict[str, tuple[Comparator, ...]]:
    """What stands beside the figures of the cut, by the title of the indicator; those with nothing beside them are left out."""
    found = {one.title: standing(release.comparators(one.id, filters.area)) for one in INDICATORS}
    return {title: listed for title, listed in found.items() if listed}


def _comparators(beside: Mapping[str, Sequence[Comparator]], living: Comparator | None) -> Iterator[Block]:
    yield Heading("What stands beside the figures")
    yield Paragraph(words.COMPARATORS)
    for title, listed in beside.items():
        yield Listing(replace(comparators_table(listed), caption=title))
    if living is not None:
        yield Paragraph(f"Children per 10,000: {population_note(living)}")


def _approach(release: Release) -> Iterator[Block]:
    yield Heading("Our approach")
    yield from (Paragraph(one) for one in words.APPROACH)
    notes = [one.sentence for one in release.extracts.notes]
    if notes:
        yield Heading("What the extracts lack", 2)
        yield Bullets(tuple(("", one) for one in dict.fromkeys(notes)))


def _reference(release: Release, facts: Stamp) -> Iterator[Block]:
    yield Heading("How to cite")
    yield Paragraph(words.citation(release, facts))
    yield Paragraph(words.STUDY)
    yield Heading("Acknowledgements", 2)
    yield Paragraph(words.ACKNOWLEDGEMENTS)
