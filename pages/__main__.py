"""The dashboard's own commands: python -m pages log | expire."""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from pages.record import FILTERS, KINDS, Damaged, Event, RecordError, month_of, now, read

LOG_VARIABLE = "ACCESS_LOG"
MONTHS_KEPT = 24
COLUMNS = ("at", "who", "name", "role", "event", "page", "file", *FILTERS, "release")
_HERE = "this machine"
"""Who looks where nobody signs in."""
_FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet takes a cell for a formula by."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused with one sentence on standard error, 2 usage."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.log is None:
        parser.error(f"name the access log's folder with --log or {LOG_VARIABLE}")
    try:
        return _COMMANDS[chosen.command](chosen)
    except RecordError as refused:
        print(refused, file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pages", description="The access log of the dashboard.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    asking = commands.add_parser("log", help="say who signed in, looked at what and downloaded what")
    expiring = commands.add_parser("expire", help="delete the months that have been kept for as long as they may be")
    for command in (asking, expiring):
        command.add_argument("--log", type=Path, default=_log(), metavar="DIR", help=f"default: {LOG_VARIABLE}")
    asking.add_argument("--month", type=_month, metavar="YYYY-MM", help="in that month, by UTC (default: all there are)")
    asking.add_argument("--event", choices=KINDS, help="of that kind alone")
    asking.add_argument("--who", metavar="WHO", help="by that reader alone: the name, or the provider's subject")
    asking.add_argument("--page", metavar="PAGE", help="looks at that page alone, such as social_care")
    asking.add_argument(
        "--format",
        choices=("table", "csv", "json"),
        help="default: a table on a terminal, csv elsewhere; json is the log's lines",
    )
    expiring.add_argument(
        "--months", type=_count, default=MONTHS_KEPT, metavar="N", help=f"whole months to keep (default: {MONTHS_KEPT})"
    )
    expiring.add_argument("--dry-run", action="store_true", help="delete nothing: say what would be")
    return parser


def _log() -> Path | None:
    folder = os.environ.get(LOG_VARIABLE)
    return Path(folder) if folder else None


def _month(text: str) -> str:
    try:
        return date.fromisoformat(f"{text}-01").strftime("%Y-%m")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a month: use one such as 2026-05") from None


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise argparse.ArgumentTypeError(f"{text} is not a number of months: 1 or more")
    return int(text)


def _ask(chosen: argparse.Namespace) -> int:
    _FORMATS[chosen.format or ("table" if sys.stdout.isatty() else "csv")](_asked(chosen))
    return 0


def _asked(chosen: argparse.Namespace) -> Iterator[Event]:
    """What is asked for; each line that cannot be read is told of on standard error, for it may be one of them."""
    for one in read(chosen.log, chosen.month):
        if isinstance(one, Damaged):
            print(one.sentence, file=sys.stderr)
        elif _is_asked(one, chosen):
            yield one


def _is_asked(event: Event, chosen: argparse.Namespace) -> bool:
    people = (_HERE,) if event.who is None else (event.who.casefold(), event.name.casefold())
    return (
        chosen.event in (None, event.event)
        and chosen.page in (None, event.page)
        and (chosen.who is None or chosen.who.casefold() in people)
    )


def _cells(event: Event) -> dict[str, str]:
    said = {name: getattr(event, name) for name in COLUMNS if name not in FILTERS}
    at = event.at.strftime("%Y-%m-%d %H:%M:%S")
    return said | dict(event.filters) | {"at": at, "who": _HERE if event.who is None else event.who}


def _as_table(events: Iterator[Event]) -> None:
    rows = [("time (UTC)", "who", "event", "what", "filters", "release"), *map(_row, events)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(f"{len(rows) - 1:,} in all.")


def _row(event: Event) -> tuple[str, ...]:
    """One event for a terminal, which must not obey what a name contains."""
    cells = _cells(event)
    what = event.file or event.page or event.role
    filters = ", ".join(f"{key} {event.filters[key]}" for key in FILTERS if key in event.filters)
    row = (cells["at"], event.name or cells["who"], event.event, what, filters, event.release)
    return tuple("".join(letter if letter.isprintable() else "?" for letter in cell) for cell in row)


def _as_csv(events: Iterator[Event]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for event in events:
        cells = _cells(event)
        writer.writerow([f"'{text}" if (text := cells.get(name, "")).startswith(_FORMULA) else text for name in COLUMNS])


def _as_json(events: Iterator[Event]) -> None:
    for event in events:
        sys.stdout.write(event.line())


def _expire(chosen: argparse.Namespace) -> int:
    """Delete whole months, the current one and so many before it kept."""
    oldest = _number(now().strftime("%Y-%m")) - chosen.months
    past = [path for path in _files(chosen.log) if _number(month_of(path) or "") < oldest]
    for path in past:
        if not chosen.dry_run:
            path.unlink(missing_ok=True)
        print(f"{path} {'would be' if chosen.dry_run else 'is'} deleted: kept for {chosen.months} months.")
    if not past:
        print(f"Nothing in {chosen.log} is older than {chosen.months} months.")
    return 0


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in sorted(folder.iterdir()) if month_of(path) is not None]
    except OSError as error:
        raise RecordError(f"The access log in {folder} cannot be read ({error.strerror}): name its folder with --log.") from error


def _number(month: str) -> int:
    year, _, of_year = month.partition("-")
    return int(year) * 12 + int(of_year) - 1


_FORMATS: dict[str, Callable[[Iterator[Event]], None]] = {"table": _as_table, "csv": _as_csv, "json": _as_json}
_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"log": _ask, "expire": _expire}

if __name__ == "__main__":
    sys.exit(main())
