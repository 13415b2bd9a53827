"""The release commands: python -m metrics release | rollback | audit | review | show | report | export."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from data import progress
from data.engine import Setting
from data.errors import DataError, disk_error
from data.versions import POINTER
from metrics.catalogue import find
from metrics.disclosure.policy import DEFAULT, Policy, PolicyError, load_policy
from metrics.figure import Figure
from metrics.filters import ALL, DIMENSIONS, Filters
from metrics.formats import FORMATS, ExportError
from metrics.indicator import BASES, Basis, Indicator, IndicatorError
from metrics.lattice import Lattice
from metrics.release import Release, ReleaseError

STORE_VARIABLE, RELEASE_VARIABLE = "COHORT_STORE", "RELEASE"
_SYMBOL_WORDS = {"c": "[c] suppressed", "z": "[z] cannot exist", "x": "[x] not supplied"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused with one sentence on standard error, 2 usage."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    optional = "store" if chosen.command == "audit" else "out" if getattr(chosen, "dry_run", False) else ""
    for name, variable in (("store", STORE_VARIABLE), ("out", RELEASE_VARIABLE), ("release", RELEASE_VARIABLE)):
        if name != optional and getattr(chosen, name, "") is None:
            parser.error(f"name the directory with --{name} or {variable}")
    try:
        return _COMMANDS[chosen.command](chosen)
    except (DataError, ExportError, IndicatorError, PolicyError, ReleaseError) as refused:
        print(refused, file=sys.stderr)
        return 1
    except OSError as error:
        print(disk_error(error, f"running {chosen.command}", Path(error.filename or ".")), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped: what was live before is still live.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m metrics", description="From a cohort store to a release, and its figures.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    release = commands.add_parser("release", help="compile the cohort store into a release and make it live")
    _add_directory(release, "--store", STORE_VARIABLE, "the cohort store")
    _add_directory(release, "--out", RELEASE_VARIABLE, "where releases are kept")
    release.add_argument("--policy", default=DEFAULT, metavar="NAME|FILE", help=f"what to hide (default {DEFAULT})")
    release.add_argument(
        "--dry-run", action="store_true", help="release nothing: print what the policy would show, and why not more"
    )
    release.add_argument("--csv", type=Path, metavar="FILE", help="with --dry-run: write its table to a CSV file as well")
    Setting.add_arguments(release)
    back = commands.add_parser("rollback", help="make an earlier release live again, and remove what was released after it")
    _add_directory(back, "--release", RELEASE_VARIABLE, "where releases are kept")
    back.add_argument("--to", metavar="VERSION", help="which (default: the one before, for the same readers)")
    back.add_argument("--keep", action="store_true", help="remove nothing: links to the later releases still open them")
    audit = commands.add_parser("audit", help="attack a release; ends with 1 where a hidden figure falls")
    _add_directory(audit, "--release", RELEASE_VARIABLE, "where releases are kept, or one release")
    audit.add_argument("--store", type=Path, metavar="DIR", help="the cohort store, for every release ever made of it")
    review = commands.add_parser("review", help="list what is past its review; ends with 1 where anything is")
    _add_directory(review, "--release", RELEASE_VARIABLE, "where releases are kept, or one release")
    review.add_argument(
        "--on", type=date.fromisoformat, default=date.today(), metavar="YYYY-MM-DD", help="the day to look from (default: today)"
    )
    show = commands.add_parser("show", help="print an indicator of a release")
    show.add_argument("indicator", metavar="INDICATOR", help="its id, such as fsm_received")
    _add_directory(show, "--release", RELEASE_VARIABLE, "where releases are kept")
    _add_filters(show)
    show.add_argument("--basis", default=BASES[0], choices=BASES, help=f"whom it is of (default {BASES[0]})")
    _add_takeaways(commands)
    return parser


def _add_takeaways(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = commands.add_parser("report", help="write the slides or the report of some children to a file")
    _add_directory(report, "--release", RELEASE_VARIABLE, "where releases are kept, or one release")
    _add_filters(report)
    report.add_argument("--each-area", action="store_true", help="a zip of one file for each authority, and for all together")
    report.add_argument("--format", required=True, choices=FORMATS, help="pptx: the slides; docx, pdf or html: the report")
    report.add_argument("--out", required=True, type=Path, metavar="FILE", help="the file to write")
    export = commands.add_parser("export", help="write open data, from a release under the policy publication only")
    _add_directory(export, "--release", RELEASE_VARIABLE, "where releases are kept, or one release")
    export.add_argument("--out", required=True, type=Path, metavar="DIR", help="the directory to write to")


def _add_filters(command: argparse.ArgumentParser) -> None:
    command.add_argument("--area", default=ALL, help="a code or a name")
    command.add_argument("--age", default=ALL, help="an age band, such as 5-11")
    command.add_argument("--sex", default=ALL, help="F, M or U")
    command.add_argument("--period", default=ALL, help="a year or a quarter, such as 2022 or 2022Q3")


def _add_directory(command: argparse.ArgumentParser, flag: str, variable: str, what: str) -> None:
    named = os.environ.get(variable)
    default = Path(named) if named else None
    command.add_argument(flag, type=Path, default=default, metavar="DIR", help=f"{what} (default: {variable})")


def _release(chosen: argparse.Namespace) -> int:
    from metrics.compile import compile_release

    if chosen.dry_run:
        _dry_run(chosen)
        return 0
    with progress.shown() as shown:
        version = compile_release(chosen.store, chosen.out, chosen.policy, shown, Setting.of(chosen))
    print(f"Release {version} is live in {chosen.out}.")
    return 0


def _dry_run(chosen: argparse.Namespace) -> None:
    """Print the sheet of a policy against the live release's, or the default's where there is none."""
    from metrics.compile.preview import preview
    from metrics.compile.what_if import as_csv, written

    proposed, in_force = load_policy(chosen.policy), _policy_in_force(chosen.out)
    with progress.shown() as shown:
        then, now = (preview(chosen.store, policy, shown) for policy in (proposed, in_force))
    print(written(then, now), end="")
    if chosen.csv is not None:
        chosen.csv.write_text(as_csv(then, now), encoding="utf-8")


def _policy_in_force(out: Path | None) -> Policy:
    if out is None or not (out / POINTER).exists():
        return load_policy(DEFAULT)
    release = Release.open(out)
    try:
        return Policy.from_json(release.manifest["policy"])
    except KeyError as missing:
        raise PolicyError(
            f"The policy of the live release in {out} does not say {missing.args[0]}, as one of an older program may not: "
            f"name no --out, to be set against {DEFAULT}."
        ) from None


def _rollback(chosen: argparse.Namespace) -> int:
    from metrics.rollback import roll_back

    done = roll_back(chosen.release, chosen.to, keep=chosen.keep)
    live = f"Release {done.live.version}, made on {done.live.built_at:%Y-%m-%d} under the policy {done.live.policy},"
    print(f"{live} is live in {chosen.release} again.")
    if done.removed:
        print(f"Removed, so that no link opens it: {', '.join(done.removed)}.")
    print("What was shown stays known: the ledger keeps it, and every later release is compared with it.")
    return 0


def _audit(chosen: argparse.Namespace) -> int:
    """Attack a release by itself, and beside every other that was made of the store; 1 where anything falls."""
    from metrics.disclosure import increments, ledger
    from metrics.disclosure.audit import audit
    from metrics.disclosure.edition import Edition
    from metrics.disclosure.verdict import verdict

    edition = Edition.at(Release.open(chosen.release).directory)
    kept = ledger.read(chosen.store) if chosen.store is not None else ()
    others = [one for one in kept if one.version != edition.version and not one.policy.hides_nothing]
    increments.check(edition, others)
    with progress.shown() as shown:
        found = audit(edition, shown)
    print("\n".join(verdict(edition, found, len(others))))
    return 1 if found.fallen else 0


def _review(chosen: argparse.Namespace) -> int:
    """Print the questions of a release, and its policy, that were to be looked at again before a day; 1 where there are any."""
    from metrics.presentation import protocol
    from metrics.presentation.extracts import long_day

    release = Release.open(chosen.release)
    if not release.protocol.recorded:
        raise ReleaseError(f"{protocol.NOT_RECORDED} Make it again with `python -m metrics release`.")
    day, past = long_day(chosen.on), protocol.review(release.protocol, chosen.on)
    if past:
        print("\n".join((f"Past its review on {day}, and due by:", *past)))
        return 1
    print(f"Nothing is past its review on {day}. What is due first: {protocol.next_review(release.protocol)}")
    return 0


def _show(chosen: argparse.Namespace) -> int:
    indicator, release = find(chosen.indicator), Release.open(chosen.release)
    basis: Basis = chosen.basis
    if basis not in indicator.bases:
        raise IndicatorError(f"{indicator.title} is not shown on the basis {basis}: choose {indicator.bases[0]}.")
    filters = _filters(release.lattice, chosen)
    figures = release.cut(filters).series(indicator.id, basis)
    print("\n".join(_table(release, indicator, filters, figures)))
    return 0


def _report(chosen: argparse.Namespace) -> int:
    """Write one file, whole or not at all; a zip of one an authority where each is asked for."""
    from metrics.exports import each_area, make, place

    release = Release.open(chosen.release)
    filters = _filters(release.lattice, chosen)
    with progress.shown() as shown:
        made = (each_area if chosen.each_area else make)(release, filters, chosen.format, progress=shown)
    place(chosen.out, made)
    print(f"{chosen.out} is written: {filters.words(release.lattice)}, release {release.version}.")
    return 0


def _export(chosen: argparse.Namespace) -> int:
    from metrics.exports import export

    with progress.shown() as shown:
        written = export(Release.open(chosen.release), chosen.out, shown)
    print("\n".join(f"{path} is written." for path in written))
    return 0


def _filters(lattice: Lattice, chosen: argparse.Namespace) -> Filters:
    """The cut that the flags name, an area by code or name; `ReleaseError` lists what there is."""
    by_name = {area.name.casefold(): area.code for area in lattice.areas}
    filters = Filters(by_name.get(chosen.area.casefold(), chosen.area), chosen.age, chosen.sex, chosen.period)
    for dimension in DIMENSIONS:
        value, known = getattr(filters, dimension), lattice.values(dimension)
        if value not in known:
            words = [area.name for area in lattice.areas] if dimension == "area" else known
            what = dimension.replace("_", " ")
            raise ReleaseError(f"This release has no {what} {value}: choose one of {', '.join(words)}.")
    return filters


def _table(release: Release, indicator: Indicator, filters: Filters, figures: Iterable[Figure]) -> list[str]:
    area = release.lattice.area(filters.area)
    chosen = (area.name if area else filters.area, *(getattr(filters, d) for d in filters.chosen if d != "area"))
    rows = [("time", "k", "of n", "percent", "95% interval", "England"), *(_row(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    heading = f"{indicator.title}: {', '.join(chosen)}"
    foot = [release.policy_words, *([f"{release.audience_words}."] if release.audience_words else [])]
    return [*(["SYNTHETIC: not real children"] if release.synthetic else []), heading, *lines, *foot]


def _row(figure: Figure) -> tuple[str, ...]:
    if figure.symbol is not None:
        return (figure.time, "", "", "", _SYMBOL_WORDS[figure.symbol], "")
    interval = "" if figure.low is None else f"{_percent(figure.low)} to {_percent(figure.high)}"
    return (figure.time, _whole(figure.count), _whole(figure.n), _percent(figure.value), interval, _percent(figure.expected))


def _whole(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _percent(number: float | None) -> str:
    from metrics.presentation.numbers import one_decimal

    return "" if number is None else one_decimal(number)


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "release": _release,
    "rollback": _rollback,
    "audit": _audit,
    "review": _review,
    "show": _show,
    "report": _report,
    "export": _export,
}

if __name__ == "__main__":
    sys.exit(main())
