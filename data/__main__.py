"""The data commands: python -m data synthesise | check | build."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from data import progress
from data.build import build, check
from data.build.records import PARTNERSHIP
from data.cohort import CohortStore, Rejection
from data.errors import DataError, disk_error

STORE_VARIABLE = "COHORT_STORE"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused with one sentence on standard error, 2 usage."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.command == "build" and chosen.store is None:
        parser.error(f"name the cohort store with --store or {STORE_VARIABLE}")
    try:
        with progress.shown() as shown:
            {"synthesise": _synthesise, "check": _check, "build": _build}[chosen.command](chosen, shown)
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
    synthesise = commands.add_parser("synthesise", help="write the extracts of a fake partnership")
    synthesise.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write them")
    synthesise.add_argument(
        "--children", type=_count, metavar="N", help="a national one of N children; without it, Thames Valley"
    )
    synthesise.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed gives the same lives (default 1)")
    checking = commands.add_parser("check", help="say which rows would be left out, and why; build nothing")
    building = commands.add_parser("build", help="derive the cohort store and make it live")
    for command in (checking, building):
        command.add_argument("--extracts", type=Path, required=True, metavar="DIR", help="the partners' extracts")
    store = os.environ.get(STORE_VARIABLE)
    building.add_argument(
        "--store", type=Path, default=Path(store) if store else None, metavar="DIR", help=f"default: {STORE_VARIABLE}"
    )
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of children: 1 or more")
    return number


def _synthesise(chosen: argparse.Namespace, shown: progress.Progress) -> None:
    from data.synthetic import synthesise

    _refuse_to_overwrite(chosen.out)
    synthesise(chosen.out, children=chosen.children, seed=chosen.seed, progress=shown)
    print(f"Extracts of a fake partnership are in {chosen.out}.")


def _refuse_to_overwrite(out: Path) -> None:
    """Never write fake records over a partnership's own."""
    try:
        synthetic = json.loads((out / PARTNERSHIP).read_text(encoding="utf-8"))["synthetic"]
    except FileNotFoundError:
        synthetic = True
    except (ValueError, KeyError, TypeError):
        synthetic = False
    if synthetic is not True:
        raise DataError(f"{out} holds extracts that are not marked synthetic: name another folder with --out.")


def _check(chosen: argparse.Namespace, shown: progress.Progress) -> None:
    _report(check(chosen.extracts, shown), "Rows that would be left out")


def _build(chosen: argparse.Namespace, shown: progress.Progress) -> None:
    version = build(chosen.extracts, chosen.store, shown)
    manifest = CohortStore.open(chosen.store).manifest
    _report(manifest.rejected, "Rows left out")
    print(f"Cohort store {version} is live in {chosen.store}. Children: {manifest.rows['children']:,}.")


def _report(rejected: Sequence[Rejection], heading: str) -> None:
    for one in rejected:
        print(f"{one.file}: {one.rows:,} × {one.reason}")
    print(f"{heading}: {sum(one.rows for one in rejected):,}.")


if __name__ == "__main__":
    sys.exit(main())
