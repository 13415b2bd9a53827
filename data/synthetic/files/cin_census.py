"""The children-in-need census as DfE's XML: one file a year to 31 March, each with all that was open in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path

from lxml import etree

from data.synthetic.files.authority import Span
from data.synthetic.files.caseload import Case, Caseload, Known, overlapping

_SEX_SINCE = 2025
"""The first census with Sex; GenderCurrent before it."""
_GENDER = {"M": "1", "F": "2", "U": "0"}
_EVERY = 30
"""One referral in so many stands twice."""


def years(covered: Span) -> Iterable[tuple[int, date, date]]:
    """The years to 31 March that hold a day covered: the year it ends in, its first day and its last day covered."""
    first, last = covered
    for year in range(first.year + (first.month > 3), last.year + (last.month > 3) + 1):
        yield year, date(year - 1, 4, 1), min(date(year, 3, 31), last)


def write_cin_census(folder: Path, held: Caseload) -> None:
    """Write a census a year into `cin_census` in the authority's folder; the last one runs to the last day covered."""
    directory = folder / "cin_census"
    directory.mkdir(parents=True, exist_ok=True)
    for year, first, last in years(held.covered):
        plans = _by_child(overlapping(held.cases["cp"], first, last))
        spells = sorted(overlapping(held.cases["spell"], first, last), key=lambda one: (one.who.la_child_id, one.start))
        with (directory / f"cin_census_{year}.xml").open("wb") as file, etree.xmlfile(file, encoding="utf-8") as xml:
            xml.write_declaration()
            with xml.element("Message"):
                xml.write(_header(year), pretty_print=True)
                with xml.element("Children"):
                    for who, theirs in groupby(spells, key=lambda one: one.who):
                        xml.write(_child(year, who, list(theirs), plans.get(who, [])), pretty_print=True)


def _by_child(cases: Iterable[Case]) -> dict[Known, list[Case]]:
    found: dict[Known, list[Case]] = {}
    for case in cases:
        found.setdefault(case.who, []).append(case)
    return found


def _header(year: int) -> etree._Element:
    header = etree.Element("Header")
    _add(etree.SubElement(header, "CollectionDetails"), {"Collection": "CIN", "Year": year, "ReferenceDate": date(year, 3, 31)})
    source = {"SourceLevel": "L", "LEA": "999", "SoftwareCode": "Local Authority", "SerialNo": "001"}
    _add(etree.SubElement(header, "Source"), source)
    levels = etree.SubElement(etree.SubElement(header, "Content"), "CBDSLevels")
    _add(levels, {"CBDSLevel": "Child"})
    return header


def _child(year: int, who: Known, spells: list[Case], plans: list[Case]) -> etree._Element:
    child = etree.Element("Child")
    sex = {"Sex": who.sex} if year >= _SEX_SINCE else {"GenderCurrent": _GENDER[who.sex]}
    upn = {"UPN": who.upn} if who.upn else {"UPNunknown": "UN4"}
    born = "ExpectedPersonBirthDate" if who.born > spells[0].start else "PersonBirthDate"
    identifiers = {"LAchildID": who.la_child_id, **upn, born: who.born, **sex}
    _add(etree.SubElement(child, "ChildIdentifiers"), identifiers)
    characteristics = etree.SubElement(child, "ChildCharacteristics")
    _add(characteristics, {"Ethnicity": "NOBT"})
    _add(etree.SubElement(characteristics, "Disabilities"), {"Disability": "NONE"})
    for place, spell in enumerate(spells):
        inside = [plan for plan in plans if plan.start >= spell.start and (spell.end is None or plan.start <= spell.end)]
        for _ in range(2 if (int(who.la_child_id) + place) % _EVERY == 0 else 1):
            child.append(_details(spell, inside))
    return child


def _details(spell: Case, plans: list[Case]) -> etree._Element:
    details = etree.Element("CINdetails")
    _add(details, {"CINreferralDate": spell.start, "ReferralSource": "1A", "PrimaryNeedCode": "N4"})
    if spell.end:
        _add(details, {"CINclosureDate": spell.end, "ReasonForClosure": "RC1"})
    assessment = {"AssessmentActualStartDate": spell.start, "AssessmentAuthorisationDate": spell.end}
    _add(etree.SubElement(details, "Assessments"), assessment)
    _add(details, {"ReferralNFA": "0"})
    for plan in plans:
        dates = {"CPPstartDate": plan.start, "CPPendDate": plan.end}
        _add(etree.SubElement(details, "ChildProtectionPlans"), {**dates, "InitialCategoryOfAbuse": "NEG"})
    return details


def _add(element: etree._Element, texts: Mapping[str, object]) -> None:
    """Add an element for each text; none for what is null."""
    for name, text in texts.items():
        if text is not None:
            etree.SubElement(element, name).text = str(text)
