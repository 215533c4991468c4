"""Values become pieces of HTML: the only place where text from feeds meets markup. Pure: no Streamlit, no clock.

Feed text is hostile. Every string is escaped by `plain` (text and attribute values alike), direction marks are
isolated, links are http(s) only and open in a new tab without a referrer. Nothing from a feed becomes a class,
a style or a file name. One module a subject; `text` is what all of them escape with.
"""

from __future__ import annotations

from dashboard.pieces.alarms import AlertWords, alerts, alerts_before
from dashboard.pieces.board import CardWords, LevelWords, board
from dashboard.pieces.copies import EventLine, event_of, event_others
from dashboard.pieces.edits import traces
from dashboard.pieces.frame import foot, head
from dashboard.pieces.issue import summary_body
from dashboard.pieces.sentences import evidence, marked, side
from dashboard.pieces.stories import EvidenceLine, StoryParts, Times, alone, more_evidence, story, story_parts
from dashboard.pieces.tables import rows, strip
from dashboard.pieces.text import (
    LONGEST_SENTENCE,
    LONGEST_TITLE,
    clipped,
    counted,
    foreign,
    link,
    plain,
    within,
)
from dashboard.pieces.why import MOST_HITS, explanation

__all__ = [
    "LONGEST_SENTENCE",
    "LONGEST_TITLE",
    "MOST_HITS",
    "AlertWords",
    "CardWords",
    "EventLine",
    "EvidenceLine",
    "LevelWords",
    "StoryParts",
    "Times",
    "alerts",
    "alerts_before",
    "alone",
    "board",
    "clipped",
    "counted",
    "event_of",
    "event_others",
    "evidence",
    "explanation",
    "foot",
    "foreign",
    "head",
    "link",
    "marked",
    "more_evidence",
    "plain",
    "rows",
    "side",
    "story",
    "story_parts",
    "strip",
    "summary_body",
    "traces",
    "within",
]
