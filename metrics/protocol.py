"""The study protocol: which question each figure answers, who agreed it, and until when that stands. No input or output.

The partnership runs its research by staged decisions: nothing is designed, run or published before the stage in front of it
was decided. What nobody has agreed says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, get_args

Stage = Literal["question", "evidence", "data", "design", "feasibility", "run", "publish"]
STAGES: tuple[Stage, ...] = get_args(Stage)
"""The staged decisions in order; the first is what to ask, the last what to publish."""
PROPOSED = "Proposed; not yet agreed by the partnership"


@dataclass(frozen=True)
class Question:
    """What is asked, on whose word, of which data, and by when it is looked at again.

    `agreed_by` and `agreed_on`, in words, name who agreed it and when; null where it is this software's proposal alone.
    `stage` is the last of the staged decisions taken on it, null for the purpose of a whole release. `evidence` is what was
    known before. After `review_on` it is past its review.
    """

    id: str
    words: str
    data_used: str
    limits: str
    review_on: date
    stage: Stage | None = "question"
    evidence: str = ""
    agreed_by: str | None = None
    agreed_on: str | None = None

    def __post_init__(self) -> None:
        """Nobody's agreement has no day, and takes no decision after the first; ValueError says what is wrong."""
        words = (self.id, self.words, self.data_used, self.limits, self.evidence, self.agreed_by or "", self.agreed_on or "")
        if not all(isinstance(said, str) for said in words):
            raise ValueError("A question says something in anything but words.")
        if self.stage not in (None, *STAGES):
            raise ValueError(f"Question {self.id}: its stage {self.stage} is none of {', '.join(STAGES)}.")
        if self.agreed_by is None and self.agreed_on is not None:
            raise ValueError(f"Question {self.id} was agreed on a day and by nobody: say who agreed it.")
        if self.agreed_by is None and self.stage not in (None, STAGES[0]):
            raise ValueError(f"Question {self.id}: nobody agreed it, so it is at no stage after {STAGES[0]}.")

    @property
    def agreed(self) -> str:
        """Who agreed it and when, or that nobody has."""
        if self.agreed_by is None:
            return PROPOSED
        return f"{self.agreed_by}, {self.agreed_on}" if self.agreed_on else self.agreed_by

    def is_past_review(self, day: date) -> bool:
        """Whether its review was due before that day."""
        return self.review_on < day

    def to_json(self) -> dict[str, Any]:
        """The form a release manifest keeps."""
        return asdict(self) | {"review_on": self.review_on.isoformat()}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Question:
        """The question a manifest records; raises KeyError, TypeError or ValueError where it is not one."""
        return cls(**{**form, "review_on": date.fromisoformat(form["review_on"])})


@dataclass(frozen=True)
class Protocol:
    """The protocol of one release.

    `release` is why there is such a release, as its policy says. `asked` are the questions in order, each with the titles of
    the indicators that answer it. Null and empty where the release was made before they were recorded.
    """

    release: Question | None
    asked: tuple[tuple[Question, Sequence[str]], ...]

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Protocol:
        """That of a release's manifest; raises KeyError, TypeError or ValueError where it is not one."""
        questions = (Question.from_json(form) for form in manifest.get("questions") or ())
        titles = [(one.get("question"), str(one["title"])) for one in manifest.get("indicators") or ()]
        asked = ((one, tuple(title for named, title in titles if named == one.id)) for one in questions)
        return cls(_purpose(manifest["policy"]), tuple(pair for pair in asked if pair[1]))

    @property
    def recorded(self) -> bool:
        """Whether the release says what it was made to answer."""
        return self.release is not None and bool(self.asked)


def _purpose(policy: Mapping[str, Any]) -> Question | None:
    """Why a release under a policy is made; null where the policy was recorded without."""
    if not policy.get("question"):
        return None
    return Question(
        id=policy["name"],
        words=policy["question"],
        data_used=policy["data_used"],
        limits=policy["limits"],
        review_on=date.fromisoformat(policy["review_on"]),
        stage=None,
        agreed_by=policy["agreed_by"],
    )
