"""What articles mean, as values. Offsets are half-open, in code points of `title + "\\n" + text`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Stance = Literal["reported", "eased", "denied", "feared", "past"]
Occurrence = Literal["new", "ongoing", "demand"]
STANCES: tuple[Stance, ...] = ("reported", "eased", "denied", "feared", "past")
OCCURRENCES: tuple[Occurrence, ...] = ("new", "ongoing", "demand")
Kind = Literal["total", "increment", "rate"]
Bound = Literal["", "more", "less", "about"]
UNSTATED = "unstated"  # people: the sentence does not say whom it happens to


@dataclass(frozen=True, slots=True)
class Text:
    """What the tagger reads of an article. Nothing else decides a tag: the tagger is pure."""

    id: str
    title: str
    text: str
    language: str = ""  # prior: as the feed or source says
    outlet: str = ""
    published: date | None = None  # None: relative dates stay unresolved

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    side: str


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    name: str  # both forms, as places.yaml gives them
    zone: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence of one article that says something about one indicator."""

    indicator: str
    stance: Stance
    occurrence: Occurrence | None  # None unless stance is reported
    people: str
    sentence: str
    start: int
    end: int
    term: str
    term_start: int
    term_end: int
    rule: str  # file and entry that matched, and the stance rule
    speaker: Speaker | None = None
    place: Place | None = None
    fingerprint: int = 0  # of the sentence, see metrics/repeats.py; 0: a title, or too short to tell


@dataclass(frozen=True, slots=True)
class Figure:
    """A claimed number; never merged with another. Offsets are those of the number, not of its sentence."""

    value: float  # the lower end of a range
    unit: str
    subject: str
    kind: Kind
    people: str
    claimant: str  # "": nobody named
    as_of: str  # ISO day; "" when the sentence gives none
    sentence: str
    bound: Bound = ""  # "": the number as it stands
    high: float | None = None  # the upper end of a range
    claimant_side: str = ""  # "": nobody named, the newsroom itself
    start: int = 0
    end: int = 0
    rule: str = ""  # entries of figure-words.yaml that made it a figure


@dataclass(frozen=True, slots=True)
class Credit:
    """Which agency or outlet a text has its report from. Offsets: of its name, as in Evidence."""

    agency: str  # key in outlets.yaml or credits.yaml
    family: str
    start: int
    end: int
    rule: str  # cites, reports, label, brackets, slashes, signature, dateline


@dataclass(frozen=True, slots=True)
class Tagged:
    """All that the tagger says of one text."""

    id: str
    language: str
    relevant: bool
    context: bool
    evidence: tuple[Evidence, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One term found in one text, kept or dropped, and why: what `metrics explain` prints."""

    indicator: str
    term: str
    start: int
    end: int
    kept: bool
    stance: str
    rule: str  # the entry and rule that matched, or that dropped it


@dataclass(frozen=True, slots=True)
class Sign:
    """One name or word by which a text was found to be about the crisis, or about something else."""

    subject: str  # the crisis, other crisis, history, other subject, politics
    term: str
    start: int
    end: int
    rule: str  # the entry that matched


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One story as pages and summaries show it: its origin article and one evidence sentence."""

    story: int
    article: int
    title: str
    url: str
    outlet: str
    side: str
    language: str
    day: date | None
    seen: str  # ISO, UTC
    indicators: tuple[str, ...]
    stance: str
    occurrence: str | None
    people: str
    sentence: str
    term: str
    speaker: str
    place: str
    articles: int
    outlets: int  # distinct publisher families
    evidence: tuple[Evidence, ...] = ()
    added_later: frozenset[int] = (
        frozenset()
    )  # positions in `evidence` that came more than 48 h after the first version
    published: str = ""  # ISO, UTC; "" when the source gives no readable date
    appeared: str = ""  # ISO, UTC: `published`, not before the last poll that lacked it and not after `seen`
    figures: tuple[Figure, ...] = ()
