"""Stories, their copies and events, and what stands in one article."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast

import streamlit as st

from dashboard.data.days import WEEK, days_key
from dashboard.data.keeping import Kept
from dashboard.data.watching import KEPT, archive, chosen_language, key, watched
from feeds.evidence import Edit, edits_of
from feeds.lists import stamp
from metrics import store
from metrics.explain import Explanation, article_text, explanation
from metrics.groups import APART
from metrics.model import StoryLine
from metrics.store import StoryQuery
from metrics.store.story_tables import EventGroup, Reading, event_groups, reading_of
from metrics.tag import Tagger

Drawn = TypeVar("Drawn")
DRAWN = 1_000  # stories kept as HTML: fifty pages of them, a few MB


def stories(
    wanted: StoryQuery, *, limit: int = 20, offset: int = 0, older: int | None = None
) -> tuple[list[StoryLine], int]:
    """Newest first, and how many there are: see `story_count`. older : than this article, if it is there."""
    return _stories(key(), wanted, limit, offset, older)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _stories(key: str, wanted: StoryQuery, limit: int, offset: int, older: int | None) -> tuple[list[StoryLine], int]:
    lines = store.newest(archive(), watched().attribution, wanted, limit=limit, offset=offset, older_than=older)
    return lines, _story_count(key, wanted, older)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _story_count(key: str, wanted: StoryQuery, older: int | None) -> int:
    return store.story_count(archive(), watched().attribution, wanted, older_than=older)


def story_count(wanted: StoryQuery, *, older: int | None = None) -> int:
    """How many there are; one more than MOST_COUNTED: more than that."""
    return _story_count(key(), wanted, older)


_drawn: Kept[Any] = Kept(DRAWN)


def drawn(line: StoryLine, how: str, draw: Callable[[], Drawn]) -> Drawn:
    """A story as HTML, drawn once per state of the archive and language; what stands around it is of that state too.

    how : names the way in which `draw` does it.
    """
    return cast(Drawn, _drawn.get((key(), chosen_language(), line, how), draw))


def members(story: int) -> list[StoryLine]:
    """All articles of a story in order of appearance; none: there is no such story."""
    return _copies(key(), story)


def articles_below(wanted: StoryQuery, *, below: int | None, limit: int) -> list[StoryLine]:
    """A stretch of all articles, the last stored first; not kept: who reads on never asks for it again."""
    return store.articles_below(archive(), watched().attribution, wanted, below=below, limit=limit)


def copies(line: StoryLine) -> list[StoryLine]:
    """All articles of the story in order of appearance; none when it has no copy."""
    return _copies(key(), line.story) if line.articles > 1 else []


@st.cache_resource(max_entries=4 * KEPT, show_spinner=False)
def _copies(key: str, story: int) -> list[StoryLine]:
    return store.copies(archive(), watched().attribution, story)


def event(line: StoryLine) -> EventGroup | None:
    """The stories about the event of this one, itself among them; None: not counted on any day, or not relevant."""
    if line.day is None:
        return None
    return _events_of(line.day - timedelta(days=line.day.weekday())).get(line.story)


def _events_of(monday: date) -> dict[int, EventGroup]:
    return _events(days_key(monday - APART, monday + WEEK + APART), monday)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _events(key: str, monday: date) -> dict[int, EventGroup]:
    """Story → its event group, of one week: a page of stories needs a few."""
    groups = event_groups(archive(), reading(), first=monday, last=monday + WEEK)
    return {story.id: group for group in groups for story in group.stories}


def reading() -> Reading:
    return _reading(os.environ.get("MONITOR", ""), stamp(watched().monitor))


@st.cache_resource(max_entries=8, show_spinner=False)
def _reading(folder: str, lists: tuple[int, ...]) -> Reading:
    return reading_of(watched().lexicon, watched().attribution)


def traces(article: int) -> tuple[tuple[Edit, ...], datetime | None]:
    """What its source changed after publication, oldest first, and when it left its feed early (None: not noticed)."""
    return _traces(key(), article)


@st.cache_resource(max_entries=4 * KEPT, show_spinner=False)
def _traces(key: str, article: int) -> tuple[tuple[Edit, ...], datetime | None]:
    return edits_of(archive().history(article)), archive().gone(article)


def whole_text(article: int) -> str:
    """Title, newline and text of an article as it stands; "" when it is gone."""
    found = archive().article(article)
    return f"{found.title}\n{found.text}" if found is not None else ""


def why(article: int) -> Explanation | None:
    """Every term in an article, kept or dropped, and the rule, by the present words; None: it is gone."""
    return _why(key(), article)


@st.cache_resource(max_entries=KEPT, show_spinner="Reading the article …")
def _why(key: str, article: int) -> Explanation | None:
    found = archive().article(article)
    return explanation(article_text(found, watched().monitor), tagger()) if found is not None else None


def tagger() -> Tagger:
    return _tagger_of(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _tagger_of(folder: str) -> Tagger:
    """Compiled per language when it is first asked; a second or two each."""
    return Tagger(watched().monitor, watched().lexicon)
