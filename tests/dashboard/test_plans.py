"""How SQLite answers what pages ask: along the key that leads to few rows, however large the archive.

Whether it does depends on what the archive has learnt of its own sizes, so this archive is one that the tagger left.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event

from feeds.archive import Archive, open_archive
from feeds.monitor import Monitor
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.store import StoryQuery, copies, stories
from metrics.store.arriving import new_stories
from metrics.store.telling import told

Asks = Callable[[Archive, Attribution], object]
BY_LABEL = StoryQuery(indicator="food", stance="reported")
QUESTIONS: dict[str, tuple[Asks, int, str]] = {  # who asks, which of its queries, a step of its plan
    "stories of an indicator": (
        lambda archive, who: stories(archive, who, BY_LABEL),
        0,
        "SEARCH evidence USING INDEX sqlite_autoindex_evidence_1 (rules=? AND article=?)",
    ),
    "copies of a story": (
        lambda archive, who: copies(archive, who, 1),
        0,
        "SEARCH story_members USING COVERING INDEX ix_story_members_story (story=?)",
    ),
    "who told what in a week": (
        lambda archive, who: told(archive, first=date(2031, 11, 24), last=date(2031, 11, 30)),
        0,
        "SEARCH articles USING INDEX ix_articles_day (day>? AND day<?)",
    ),
    "what came since last night": (
        lambda archive, who: new_stories(archive, datetime(2031, 11, 30, tzinfo=UTC)),
        1,
        "SEARCH articles USING INDEX ix_articles_seen (seen>?)",
    ),
}


@pytest.mark.parametrize(("ask", "which", "step"), QUESTIONS.values(), ids=QUESTIONS)
def test_the_key_with_few_rows_is_taken(filled_archive: str, demo: Monitor, ask: Asks, which: int, step: str) -> None:
    who = Attribution(read_sources(demo), read_outlets(demo))
    with open_archive(filled_archive, read_only=True) as archive:
        asked: list[tuple[str, Any]] = []
        event.listen(archive.engine, "before_cursor_execute", lambda *said: asked.append(said[2:4]))
        ask(archive, who)
        query, values = [one for one in asked if "FROM articles JOIN story_members" in one[0]][which]
        with archive.reading() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
    steps = [str(row[-1]) for row in plan]
    assert step in steps, steps


def test_no_sample_makes_the_rows_of_the_current_rules_few(filled_archive: str) -> None:
    """Taken for few, they are all walked, ten million of them, instead of the articles of one week."""
    with open_archive(filled_archive, read_only=True) as archive, archive.reading() as connection:
        query = "SELECT stat FROM sqlite_stat1 WHERE idx = 'sqlite_autoindex_evidence_1'"
        rows, behind_rules, *_ = str(connection.exec_driver_sql(query).scalar_one()).split()
    assert int(rows) > 400  # as many as are looked at
    assert behind_rules == rows
