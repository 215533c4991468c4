"""Who was first and how much later the others; which paragraph a sentence stands in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from metrics.appearance import appearances, paragraph_of
from metrics.model import StoryLine


def line(article: int, appeared: str, seen: str) -> StoryLine:
    return StoryLine(
        1, article, "", "", f"outlet {article}", "", "", None, seen, (), "", None, "", "", "", "", "", 3, 3,
        appeared=appeared,
    )  # fmt: skip


def test_the_first_is_who_appeared_first_not_who_was_seen_first() -> None:
    seen_first = line(1, "2031-03-02T08:50:00Z", "2031-03-02T09:00:00Z")
    first = line(2, "2031-03-02T08:24:00Z", "2031-03-02T11:00:00Z")
    last = line(3, "2031-03-04T09:25:00Z", "2031-03-04T09:30:00Z")
    found = appearances([seen_first, last, first])
    assert [one.line.article for one in found] == [2, 1, 3]
    assert [one.later for one in found] == [
        timedelta(),
        timedelta(minutes=26),
        timedelta(days=2, hours=1, minutes=1),
    ]
    assert appearances([]) == ()


PARAGRAPHS = {
    "the title": ("Head line\nBody.", 0, 4, "Head line"),
    "in the middle": ("T\nOne. Two. Three.\nEnd", 7, 11, "One. Two. Three."),
    "the last": ("T\nOne.\nTwo. Three.", 7, 11, "Two. Three."),
    "a sentence over two lines": ("T\nOne\ntwo.\nEnd", 2, 10, "One\ntwo."),
}


@pytest.mark.parametrize(("whole", "start", "end", "paragraph"), PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_the_paragraph_of_a_sentence(whole: str, start: int, end: int, paragraph: str) -> None:
    first, last = paragraph_of(whole, start, end)
    assert whole[first:last] == paragraph
