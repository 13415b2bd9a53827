"""What every file says of itself: of whom, how many, under which policy, from which data, and when it was made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from metrics.cut import Cut
from metrics.filters import Filters
from metrics.presentation.extracts import SYNTHETIC, last_days, long_day
from metrics.presentation.protocol import purpose
from metrics.presentation.sentences import of_how_many
from metrics.release import Release


@dataclass(frozen=True)
class Stamp:
    """The facts a file carries, in words; `synthetic` is empty where the children are real. No figure but the headcount."""

    filters: str
    n: str
    policy: str
    policy_words: str
    audience: str
    release_version: str
    cohort_version: str
    data_to: str
    made: str
    synthetic: str
    purpose: str

    @property
    def facts(self) -> tuple[str, ...]:
        """What is shown, of how many, and from what, in the order they are read."""
        return (
            f"Children: {self.filters} ({self.n})",
            f"Disclosure policy: {self.policy}. {self.policy_words}",
            f"Release {self.release_version} of {self.made}, from cohort {self.cohort_version}. {self.data_to}",
        )

    @property
    def footer(self) -> str:
        """The policy's sentence for whoever sees the page; first that nobody in it is real, where that is so."""
        audience = f"{self.audience}." if self.audience else ""
        return " ".join(filter(None, (self.synthetic, audience)))

    @property
    def line(self) -> str:
        """Everything in one line, for the foot of a picture or a page."""
        return f"{self.filters} · {self.n} · policy {self.policy} · cohort {self.cohort_version} · {self.made}"


def stamp(release: Release, filters: Filters, cut: Cut | None = None) -> Stamp:
    """The facts of one cut of a release; `ReleaseError` where the release does not hold it."""
    headcount = (cut or release.cut(filters)).figure("recognised")
    return Stamp(
        filters=filters.words(release.lattice),
        n=of_how_many(headcount, filters.period),
        policy=release.policy,
        policy_words=release.policy_words,
        audience=release.audience_words,
        release_version=release.version,
        cohort_version=release.cohort_version,
        data_to=_data_to(release),
        made=long_day(release.built_at.date()),
        synthetic=SYNTHETIC if release.synthetic else "",
        purpose=purpose(release.protocol),
    )


def last_day(release: Release) -> date:
    """The last day any extract covers."""
    return max(release.observed_to.values())


def _data_to(release: Release) -> str:
    """The last day of the data; source by source where they differ."""
    if len(set(release.observed_to.values())) == 1:
        return f"Data to {long_day(last_day(release))}."
    return f"Data: {last_days(release.observed_to)}."
