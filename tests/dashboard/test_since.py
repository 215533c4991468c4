"""What changed since the last summary, and who told a story first: against a plain reading of the same archive."""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from feeds.archive import Archive, open_archive
from feeds.monitor import Monitor
from feeds.sources import read_outlets, read_sources
from metrics import store
from metrics.attribution import Attribution
from metrics.store import StoryQuery
from metrics.store.arriving import first_tellers, last_issue, new_stories
from tests.dashboard.conftest import TODAY
from tests.dashboard.test_pages import html_of, opened  # noqa: F401  opened is a fixture

MIDNIGHT = datetime(2031, 12, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def attribution(demo: Monitor) -> Attribution:
    return Attribution(read_sources(demo), read_outlets(demo))


def read_plainly(archive: Archive, attribution: Attribution) -> list[tuple[datetime, set[str], list[str]]]:
    """Of every relevant story: when its first article was seen, what its first-seen article reports, its outlets."""
    lines, _ = store.stories(archive, attribution, StoryQuery(), limit=10_000)
    found = []
    for line in lines:
        members = store.copies(archive, attribution, line.story)
        first = min(members, key=lambda one: (one.seen, one.article))
        told = {one.indicator for one in first.evidence if one.stance == "reported"}
        found.append((datetime.fromisoformat(first.seen), told, [one.outlet for one in members]))
    return found


@pytest.mark.parametrize("days_ago", [0, 6, 40])
def test_new_stories_are_those_whose_first_article_came_since(
    filled_archive: str, attribution: Attribution, days_ago: int
) -> None:
    since = MIDNIGHT - timedelta(days=days_ago)
    with open_archive(filled_archive, read_only=True) as archive:
        new = [told for seen, told, _ in read_plainly(archive, attribution) if seen >= since]
        found = new_stories(archive, since)
    assert found.stories == len(new) > 0
    assert found.by_indicator == Counter(key for told in new for key in told)


def test_a_copy_is_no_second_teller(filled_archive: str, attribution: Attribution) -> None:
    first, last = TODAY - timedelta(days=40), TODAY
    expected: defaultdict[str, set[str]] = defaultdict(set)
    with open_archive(filled_archive, read_only=True) as archive:
        lines, _ = store.stories(archive, attribution, StoryQuery(first=first, last=last), limit=10_000)
        for line in lines:
            for one in line.evidence:
                if one.stance == "reported":
                    expected[one.indicator].add(line.outlet)
        found = first_tellers(archive, attribution, first=first, last=last)
    assert found == {key: len(outlets) for key, outlets in expected.items()}
    assert found["gas"] == 1, "two outlets carry the same text on gas; one of them was first"


def test_an_archive_that_nobody_tagged_has_nothing_new(empty_archive: str, attribution: Attribution) -> None:
    with open_archive(empty_archive, read_only=True) as archive:
        assert last_issue(archive) is None
        assert new_stories(archive, MIDNIGHT).stories == 0
        assert first_tellers(archive, attribution, first=TODAY, last=TODAY) == {}


def test_situation_says_what_changed_and_opens_the_stories(
    opened: Callable[..., AppTest],  # noqa: F811
    filled_archive: str,
    attribution: Attribution,
) -> None:
    app = opened(filled_archive, "situation")
    assert not app.exception
    shown = unescape(html_of(app))
    with open_archive(filled_archive, read_only=True) as archive:
        new = new_stories(archive, MIDNIGHT - timedelta(hours=2))
    assert "Since yesterday ended (1 Dec 2031, 00:00)" in shown
    assert f"{new.stories} new stories (" in shown
    assert "no alert opened" in shown
    assert 'coverage?about=Food&says=reported&since=2031-12-01&until=2031-12-01"' in shown
    assert "first told by 1 publisher" in shown


def test_an_issue_that_was_handed_out_is_what_is_compared_with(
    opened: Callable[..., AppTest],  # noqa: F811
    filled_archive: str,
    tmp_path: Path,
) -> None:
    shutil.copy(filled_archive.removeprefix("sqlite:///"), tmp_path / "a.db")
    url = f"sqlite:///{tmp_path}/a.db"
    as_of = MIDNIGHT - timedelta(days=3)
    with open_archive(url) as archive:
        store.record_issue(
            archive, day=as_of.date(), as_of=as_of, rules_version="r", format="md", sha256="0" * 64, made=as_of
        )
        assert last_issue(archive) == as_of
    assert "Since the last summary that was handed out (28 Nov 2031" in html_of(opened(url, "situation"))
