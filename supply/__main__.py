"""What the project is made of: python -m supply audit | bill."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from supply import audit
from supply.bill import BILL, BillError, bill
from supply.lock import PROJECT, LockError

REQUIRED = "AUDIT_REQUIRED"
"""Set to 1, the variable makes an audit that could not be made a failure."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 a known fault or a refusal, 2 usage."""
    parser = argparse.ArgumentParser(prog="python -m supply", description="What the project is made of.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser(
        "audit", help=f"look every package up among the known faults; {REQUIRED}=1 fails where that cannot be done"
    )
    commands.add_parser("bill", help="write the software bill of materials")
    chosen = parser.parse_args(arguments)
    try:
        return {"audit": _audit, "bill": _bill}[chosen.command]()
    except (BillError, LockError) as refused:
        print(refused, file=sys.stderr)
        return 1


def _audit() -> int:
    told = audit.audit(audit.LISTS)
    if told.found or told.asked:
        print("\n".join(told.found) or f"Audited: {told.asked} packages, no known fault.")
    if told.unasked:
        print(f"Not audited: the advisory service could not be reached, or does not know {', '.join(told.unasked)}.")
    required = os.environ.get(REQUIRED) == "1"
    return 1 if told.found or (required and told.unasked) else 0


def _bill() -> int:
    BILL.write_text(bill(), encoding="utf-8")
    print(f"{BILL.relative_to(PROJECT)} is written.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
