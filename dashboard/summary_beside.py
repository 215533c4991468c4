"""Two issues of the summary beside each other: the numbers of each, never their difference. Pure.

Days that were not seen have no number: a lower one would read as a decline.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from metrics.summary import SEEN_STATES, Summary


def beside(now: Summary, before: Summary) -> pd.DataFrame:
    """One row a number; columns: what, the issue, the issue before. Texts, in the language of `now`."""
    mine, theirs = dict(_numbers(now)), dict(_numbers(before))
    rows = [(name, mine.get(name, "–"), theirs.get(name, "–")) for name in dict.fromkeys([*mine, *theirs])]
    words = now.words
    heads = [words.range(one.first, one.day) for one in (now, before)]
    return pd.DataFrame(rows, columns=[words.headings["beside"], *heads])


def _numbers(summary: Summary) -> Iterator[tuple[str, str]]:
    words, coverage = summary.words, summary.coverage
    yield words.facts["day" if summary.first == summary.day else "days"], words.states[summary.state]
    answered = words.phrase("answered", answered=coverage.answered, asked=coverage.asked)
    yield words.facts["sources"], answered
    yield words.facts["articles"], words.number(coverage.articles)
    if summary.state not in SEEN_STATES:
        return
    opened = sum(one.turn == "opened" for one in summary.alerts)
    yield words.phrase("alerts_opened"), words.number(opened)
    for section in summary.sections:
        for stance, number in section.by_stance:
            yield f"{section.label}: {words.stances[stance]}", words.number(number)
