"""The labelled pairs: is it one story? Measured within each language, with a floor.

Words and thresholds were found on gold/pairs/dev; gold/pairs/heldout is scored and never read.
"""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from metrics.stories import StoryIndex

PAIRS = Path(__file__).with_name("gold") / "pairs"
LANGUAGES = ("en", "ru", "hy", "az", "tr", "fr")
FLOOR = 0.95  # pairwise F1 of one language, and of all


def joined(tagger, pair):
    """Whether the later of two articles joins the story of the earlier."""
    index, stories = StoryIndex(), set()
    for number, one in enumerate(sorted((pair["a"], pair["b"]), key=lambda one: one["seen"])):
        sketch = tagger.sketcher.sketch(one["title"], one["text"], pair["lang"], one["outlet"])
        stories.add(index.assign(number, datetime.fromisoformat(one["seen"]), one["family"], sketch).story)
    return len(stories) == 1


def counted(tagger, half, language):
    """(kind, the same, joined) → pairs."""
    lines = (PAIRS / half / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = [json.loads(line) for line in lines]
    return Counter((pair["kind"], pair["same"], joined(tagger, pair)) for pair in pairs)


def f1(counts):
    right = sum(n for (_, same, one), n in counts.items() if same and one)
    wrong = sum(n for (_, same, one), n in counts.items() if same != one)
    return 2 * right / (2 * right + wrong)


@pytest.mark.parametrize("half", ["dev", "heldout"])
def test_pairs_are_told_apart_within_every_language(tagger, half):
    by_language = {language: counted(tagger, half, language) for language in LANGUAGES}
    whole = sum(by_language.values(), Counter())
    print(f"\n{half}: {whole.total()} pairs, F1 {f1(whole):.3f}")
    print("  " + ", ".join(f"{language} {f1(counts):.3f}" for language, counts in by_language.items()))
    for kind, same in sorted({(kind, same) for kind, same, _ in whole}):
        yes, no = whole[kind, same, True], whole[kind, same, False]
        print(f"  {kind:12} {'one story' if same else 'two':10} right {yes if same else no:3} of {yes + no:3}")
    assert f1(whole) >= FLOOR
    assert min(map(f1, by_language.values())) >= FLOOR
