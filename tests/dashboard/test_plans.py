"""How SQLite answers what pages ask: along the key that leads to few rows, however large the archive.

Whether it does depends on what the archive has learnt of its own sizes, so this archive is one that the tagger left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from feeds.archive import Archive, open_archive
from feeds.monitor import Monitor
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.store import StoryQuery, copies, stories

Asks = Callable[[Archive, Attribution], object]
BY_LABEL = StoryQuery(indicator="food", stance="reported")
QUESTIONS: dict[str, tuple[Asks, str]] = {
    "stories of an indicator": (
        lambda archive, who: stories(archive, who, BY_LABEL),
        "SEARCH evidence USING INDEX sqlite_autoindex_evidence_1 (rules=? AND article=?)",
    ),
    "copies of a story": (
        lambda archive, who: copies(archive, who, 1),
        "SEARCH story_members USING COVERING INDEX ix_story_members_story (story=?)",
    ),
}


@pytest.mark.parametrize(("ask", "step"), QUESTIONS.values(), ids=QUESTIONS)
def test_the_key_with_few_rows_is_taken(filled_archive: str, demo: Monitor, ask: Asks, step: str) -> None:
    who = Attribution(read_sources(demo), read_outlets(demo))
    with open_archive(filled_archive, read_only=True) as archive:
        asked: list[tuple[str, Any]] = []
        event.listen(archive.engine, "before_cursor_execute", lambda *said: asked.append(said[2:4]))
        ask(archive, who)
        query, values = next(one for one in asked if "FROM articles JOIN story_members" in one[0])
        with archive.reading() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all()
    steps = [str(row[-1]) for row in plan]
    assert step in steps, steps
