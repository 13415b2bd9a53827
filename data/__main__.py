"""The data commands: python -m data synthesise | check | match | build | worklist | reconcile | forget | held | expire."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from data import json_text, progress, reference
from data.build import build, check
from data.build.extracts import REJECTED
from data.cohort import CohortStore, Input, Note, Rejection
from data.engine import Setting
from data.errors import DataError, disk_error
from data.partnership import PARTNERSHIP

STORE_VARIABLE = "COHORT_STORE"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused with one sentence on standard error, 2 usage."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.command in ("build", "forget") and chosen.store is None:
        parser.error(f"name the cohort store with --store or {STORE_VARIABLE}")
    try:
        with progress.shown() as shown:
            _COMMANDS[chosen.command](chosen, shown)
    except DataError as refused:
        print(refused, file=sys.stderr)
        return 1
    except OSError as error:
        print(disk_error(error, f"running {chosen.command}", Path(error.filename or ".")), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped: what was live before is still live.", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description="From the partners' extracts to a cohort store.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    _synthesise_arguments(commands.add_parser("synthesise", help="write the extracts of a fake partnership"))
    checking = commands.add_parser("check", help="say which rows would be left out, and why; build nothing")
    matching = commands.add_parser("match", help="link the recognised children with the registers, where the registers are")
    building = commands.add_parser("build", help="derive the cohort store and make it live")
    listing = commands.add_parser("worklist", help="write a month's new children, for the officers who make contact")
    reconciling = commands.add_parser(
        "reconcile", help="write the children behind a figure, and what changed since the last build"
    )
    reconciling.add_argument("indicator", help="the indicator's id, such as fsm_received")
    forgetting = commands.add_parser("forget", help="take children out of the store, and out of every later build")
    holding = commands.add_parser("held", help="list what has a child in it: since when, until when, on which disk")
    expiring = commands.add_parser("expire", help="delete what has been held for as long as it may be")
    for command in (checking, matching, building, listing, reconciling, forgetting, holding, expiring):
        command.add_argument("--extracts", type=Path, required=True, metavar="DIR", help="the partners' extracts")
    for command in (checking, matching, building, listing, reconciling):
        command.add_argument("--area", metavar="CODE", help=_AREA_HELP[command is reconciling])
    for command in (checking, building):
        command.add_argument(
            "--rejected", type=Path, metavar="DIR", help="where to write rejected rows (build: the extracts' own rejected/)"
        )
    for command in (building, reconciling, forgetting, holding, expiring):
        command.add_argument("--store", type=Path, default=_store(), metavar="DIR", help=f"default: {STORE_VARIABLE}")
    Setting.add_arguments(building)
    for command in (matching, listing):
        command.add_argument(
            "--store",
            type=Path,
            default=_store(),
            metavar="DIR",
            help=f"leave out who is forgotten there (default: {STORE_VARIABLE})",
        )
    for command in (holding, expiring):
        command.add_argument(
            "--also",
            type=Path,
            action="append",
            default=[],
            metavar="DIR",
            help="another folder with lists or hand-overs; as often as needed",
        )
    expiring.add_argument("--dry-run", action="store_true", help="delete nothing: say what would be")
    forgetting.add_argument(
        "--from", type=Path, dest="source", metavar="FILE", help="a file with a child_ref a line (default: standard input)"
    )
    matching.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write crosswalk, records and review")
    listing.add_argument("--month", type=_month, required=True, metavar="YYYY-MM", help="the month of recognition")
    for command in (listing, reconciling):
        command.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write, readable by you alone")
    _reconcile_arguments(reconciling)
    return parser


_AREA_HELP = {False: "whose the files are that lie directly in the folder", True: "the area of the figure (default: all)"}


def _synthesise_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write them")
    command.add_argument("--children", type=_count, metavar="N", help="a national one of N children; without it, Thames Valley")
    command.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed gives the same lives (default 1)")
    command.add_argument(
        "--truth-only", action="store_true", help="the records a build derives from, without partners' files: for large N"
    )


def _reconcile_arguments(command: argparse.ArgumentParser) -> None:
    for name, words in (("age-band", "0-4, 5-11 or 12-17"), ("sex", "F, M or U"), ("period", "2022 or 2022Q3")):
        command.add_argument(f"--{name}", default="all", metavar="CODE", help=f"{words} (default: all)")
    command.add_argument("--time", metavar="CODE", help="a relative term, window or span (default: the indicator's headline)")
    command.add_argument("--basis", default="observed", choices=("observed", "followed"), help="default: observed")


def _store() -> Path | None:
    store = os.environ.get(STORE_VARIABLE)
    return Path(store) if store else None


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of children: 1 or more")
    return number


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a month: use one such as 2024-11") from None


def _synthesise(chosen: argparse.Namespace, shown: progress.Progress) -> None:
    from data.synthetic import synthesise

    _refuse_to_overwrite(chosen.out)
    synthesise(chosen.out, children=chosen.children, seed=chosen.seed, progress=shown, truth_only=chosen.truth_only)
    print(f"Extracts of a fake partnership are in {chosen.out}.")


def _refuse_to_overwrite(out: Path) -> None:
    """Never write fake records over a partnership's own."""
    try:
        synthetic = json_text.parse((out / PARTNERSHIP).read_text(encoding="utf-8"))["synthetic"]
    except FileNotFoundError:
        synthetic = True
    except (ValueError, KeyError, TypeError):
        synthetic = False
    if synthetic is not True:
        raise DataError(f"{out} holds extracts that are not marked synthetic: name another folder with --out.")


def _check(chosen: argparse.Namespace, shown: progress.Progress) -> None:
    checked = check(chosen.extracts, shown, area=chosen.area, rejected=chosen.rejected)
    _report(checked.rejected, checked.inputs, checked.notes, "Rows that would be left out")


def _match(chosen: argparse.Namespace, shown: progress.Progress) -> None:
    from data.handover import hand_over

    for sentence in hand_over(chosen.extracts, chosen.out, shown, area=chosen.area, store=chosen.store):
        print(sentence)


def _build(chosen: argparse.Namespace, shown: progress.Progress) -> None:
    rejected = chosen.rejected or chosen.extracts / REJECTED
    version = build(chosen.extracts, chosen.store, shown, area=chosen.area, rejected=rejected, engine=Setting.of(chosen))
    manifest = CohortStore.open(chosen.store).manifest
    _report(manifest.rejected, manifest.inputs, manifest.notes, "Rows left out")
    print(f"Cohort store {version} is live in {chosen.store}. Children: {manifest.rows['children']:,}.")
    if not manifest.synthetic:
        from data import volume

        print(volume.sentence(chosen.store))


def _worklist(chosen: argparse.Namespace, shown: progress.Progress) -> None:
    from data.worklist import write_worklist

    print(write_worklist(chosen.extracts, chosen.month, chosen.out, shown, area=chosen.area, store=chosen.store))


def _reconcile(chosen: argparse.Namespace, shown: progress.Progress) -> None:
    from data.reconcile import Asked, reconcile

    asked = Asked(chosen.indicator, chosen.area or "all", chosen.age_band, chosen.sex, chosen.period, chosen.time, chosen.basis)
    print(reconcile(asked, chosen.extracts, chosen.out, chosen.store, shown))


def _forget(chosen: argparse.Namespace, shown: progress.Progress) -> None:
    from data.erasure import forget, references

    print(forget(chosen.extracts, chosen.store, references(chosen.source), shown))
    print(
        "Extracts, crosswalks, lists and backups are not reached: docs/monthly.md says what else to do, and what it means for the"
        " next release."
    )


def _held(chosen: argparse.Namespace, _: progress.Progress) -> None:
    from data import volume
    from data.held import held, lines

    print("\n".join(lines(held(chosen.extracts, chosen.store, chosen.also))))
    for folder in (chosen.extracts, *([chosen.store] if chosen.store else []), *chosen.also):
        print(volume.sentence(folder))


def _expire(chosen: argparse.Namespace, _: progress.Progress) -> None:
    from data.held import expire

    print("\n".join(expire(chosen.extracts, chosen.store, chosen.also, date.today(), dry_run=chosen.dry_run)))


_COMMANDS: dict[str, Callable[[argparse.Namespace, progress.Progress], None]] = {
    "synthesise": _synthesise,
    "check": _check,
    "match": _match,
    "build": _build,
    "worklist": _worklist,
    "reconcile": _reconcile,
    "forget": _forget,
    "held": _held,
    "expire": _expire,
}


def _report(rejected: Sequence[Rejection], inputs: Mapping[str, Input], notes: Sequence[Note], heading: str) -> None:
    """Rows left out by kind of file and area, not by file: a census has nine a term."""
    rows, files = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in rejected:
        file = inputs.get(one.file)
        kind = f"{file.area_code}/{file.kind}" if file and file.area_code != "all" else one.file
        rows[kind, one.reason] += one.rows
        files[kind, one.reason] += 1
    for (kind, reason), number in sorted(rows.items()):
        in_files = f" (in {files[kind, reason]:,} files)" if files[kind, reason] > 1 else ""
        print(f"{kind}: {number:,} × {reason}{in_files}")
    areas = reference.areas()
    for note in notes:
        print(f"{areas[note.area_code].name}: {note.sentence}" if note.area_code in areas else note.sentence)
    print(f"{heading}: {sum(rows.values()):,}.")


if __name__ == "__main__":
    sys.exit(main())
