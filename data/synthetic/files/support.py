"""The offer of support as the force and the charity keep it: a row a child, dates of the steps, words for what came of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.synthetic.files.tabular import days, write_csv

STEPS = ("champion_notified", "offer_made", "visit", "referral", "supported")
WORDS = {
    "accepted": ("accepted", "Accepted"),
    "declined": ("declined", "Declined"),
    "no_contact": ("no contact", "No contact", "no_contact"),
    "not_suitable": ("not suitable", "Not suitable", "not_suitable"),
    "pending": ("pending", "Pending"),
}
"""How people write each outcome."""


def write_support(out: Path, offers: pa.Table, rng: np.random.Generator) -> None:
    """Write the offers, rows of the table of records, as `support.csv`; what is undecided or has not come about is blank."""
    chances = rng.integers(0, 1 << 16, offers.num_rows).tolist()
    outcomes = zip(offers["outcome"].to_pylist(), chances, strict=True)
    steps = {name: days(offers[name], "%d/%m/%Y") for name in STEPS}
    columns = {
        "child_ref": offers["child_ref"],
        "suitable": pc.if_else(offers["suitable"], "yes", "no"),
        **{name: steps[name] for name in STEPS[:3]},
        "outcome": pa.array([WORDS[code][chance % len(WORDS[code])] for code, chance in outcomes], pa.string()),
        **{name: steps[name] for name in STEPS[3:]},
    }
    write_csv(out / "support.csv", columns, newline="\r\n")
