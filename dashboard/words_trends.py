"""Words of Trends: controls, notes and sentences; the rest stands in `words`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timezone

from dashboard.words import a_moment, a_range, listed, number, zone_name

NO_INDICATOR = "none, only words"
BESIDE = "Beside it"
SEARCHED = "Or any words"
SEARCHED_HELP = (
    "Draws the stories that have these words, over the same denominators as the indicators. Searched as on Coverage: "
    'all words must occur, folded, in any language; "in quotes" side by side; a minus before a word leaves out what '
    "has it; gas* takes any ending. Words know no stance: a denial has them too."
)
AGAINST = {"nothing": "", "the days before": "before", "a year before": "year", "days from …": "chosen"}
AGAINST_LABEL = "Compare with"
AGAINST_HELP = (
    "As many days of another time, drawn thin and dotted under the days shown, and in a table with both dates."
)
SLIDER = "Days shown"
PICTURE = "Picture as"
PICTURE_HELP = "The camera on the chart saves what you see, with its source line, as a file of this kind."
PERMALINK = "Link to this view"
PERMALINK_NOTE = (
    "It opens these days, lines and choices again, also tomorrow. Counts may have changed by then: articles arrive "
    "late and are edited; the table says as of when."
)
STACK_NOTE = "Stacked: a story with two stances stands in the column twice, so its height is not a number of stories."
PLACES_NOTE = (
    "A story that names several places is in several lines. Where displaced people live now nothing is shown finer "
    "than a province. Drawn are the places named most; the table has all."
)
SEVERAL_NOTE = "Lines are not added up: one story can be about several of these."
WORDS_NOT_SPLIT = "Words can be drawn in one line, by side or by language; one line is shown."
NOTHING_CHOSEN = "Choose an indicator, or type words to search for."
NO_COMPARISON = "Another period is drawn where every indicator is one line."
TALKS = "Politics and talks, apart"
TALKS_NOTE = (
    "Stories about politics and peace talks without anything humanitarian. They are stored and can be searched, but "
    "are in no other number of this page and in no denominator. A story is counted once, on its first day."
)
STORIES_BESIDE = "Stories behind the chart"
NEW_BASELINE = "new baseline"


def picture_title(name: str, drawn: str, first: date, last: date) -> str:
    """
    >>> picture_title("Food, reported", "stories a day", date(2023, 8, 1), date(2023, 8, 12))
    'Food, reported: stories a day, 1 Aug 2023 to 12 Aug 2023'
    """
    return f"{name}: {drawn}, {a_range(first, last)}"


def source_line(title: str, now: datetime, zone: timezone, rules: str, *, invented: bool) -> str:
    """What stands under every picture, so that it can be quoted."""
    mark = "INVENTED DATA. " if invented else ""
    counted = f", counted by rules {rules[:8]}" if rules else ""
    return (
        f"{mark}Reported in our sources, not events: counts of news stories. Hatched days were not seen. "
        f"{title}, as of {a_moment(now, zone)} {zone_name(zone)}{counted}."
    )


def compared(name: str, other: tuple[date, date], unseen: int) -> str:
    """
    >>> compared("the days before", (date(2023, 8, 1), date(2023, 8, 7)), 2)
    'Compared with the days before, 1 Aug 2023 to 7 Aug 2023 (dotted); 2 days of it were not seen and are gaps.'
    """
    gap = f"; {number(unseen, 'day', 'days')} of it were not seen and are gaps" if unseen else ""
    return f"Compared with {name}, {a_range(*other)} (dotted){gap}."


def loaded(package: str, days: Sequence[date]) -> str:
    """What stands under a chart that shows days of a data package, whose name is somebody else's text.

    >>> loaded("demo-2031[x](y)", [date(2031, 9, 25), date(2031, 9, 26)])[:79]
    'Days loaded from a package: 2 days, 25 Sep 2031 to 26 Sep 2031 (demo-2031xy). T'
    """
    name = re.sub(r"[^\w.-]", "", package)[:80]
    return (
        f"Days loaded from a package: {number(len(days), 'day', 'days')}, {a_range(days[0], days[-1])} ({name}). They "
        "are counted as they were there and never again here; their articles are not in this archive."
    )


LOADED_ONLY = (
    "**This archive holds counts that were loaded from a data package, and no articles.** Trends shows the counts. "
    "Stories, places, figures, levels and summaries are made of articles, and those of these days are where the "
    "package came from."
)
LOADED_SILENT = "What stories say on those days is not known here; Trends has their counts."
LOADED_ISSUE = "Of days whose articles are not here no summary can be written."


def odd_address(odd: Sequence[tuple[str, str]]) -> str:
    """
    >>> odd_address([("indicator", "nonsense")])
    'This address asks for what is not here: indicator “nonsense”. The default is shown instead.'
    """
    said = listed([f"{key} “{value[:60]}”" for key, value in odd])
    which = "The default is" if len(odd) == 1 else "Defaults are"
    return f"This address asks for what is not here: {said}. {which} shown instead."


def as_typed(text: str) -> str:
    """Text that Markdown shows as it is: an address and a search are anybody's.

    >>> as_typed("[x](y)")
    '\\\\[x\\\\]\\\\(y\\\\)'
    """
    return "".join(f"\\{one}" if one in "\\`*_{}[]()<>#+-.!|$:~^=" else one for one in text)
