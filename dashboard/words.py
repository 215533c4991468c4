"""Labels, units and sentences of the pages, in English; the one place where the interface speaks. Pure.

Neutral by rule: no word here takes a side, nothing ranks suffering, and "none seen in our sources" is never "none".
Numbers carry units, dates are unambiguous ("12 Aug 2023").
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

import pandas as pd

from feeds.monitor import Monitor
from feeds.standing import Standing
from metrics.alert_words import DAY
from metrics.appearance import Appearance
from metrics.calibration import Line
from metrics.detect_model import Rule
from metrics.detect_table import NewBaseline
from metrics.places import Placed
from metrics.reader_labels import FIRST, ReaderLabels, reader_languages

Names = Mapping[str, str]
STANCES = {
    "reported": "reported",
    "eased": "eased",
    "denied": "denied",
    "feared": "feared",
    "past": "past",
}
STANCE_HELP = {
    "reported": "The sentence states a shortage, a restriction or a harm.",
    "eased": "It states supply, release, return or repair.",
    "denied": "It denies the shortage or harm. A denial does not make a report false, nor a report a denial.",
    "feared": "It speaks of a risk, a forecast or a threat.",
    "past": "It is about something over, a background or an anniversary.",
}
STANCE_SIGN = {"reported": "●", "eased": "▲", "denied": "✕", "feared": "◇", "past": "○"}
OCCURRENCES = {"new": "new", "ongoing": "ongoing", "demand": "demand"}
OCCURRENCE_HELP = {
    "new": "it happened or was announced now",
    "ongoing": "a lasting state, however old",
    "demand": "a call that presupposes it",
}
OUTCOMES = {
    "ok": "answered",
    "not-modified": "answered, nothing new",
    "unreachable": "no answer",
    "refused": "refused",
    "blocked": "refuses us",
    "unreadable": "answered without a feed",
    "": "not asked yet",
}
CONDITION_HELP = {  # the words of `python -m feeds doctor`, worst first
    "broken": "cannot be read: several failures in a row, or no success for a day",
    "blocked": "refuses us in particular",
    "suspect": "answers, but without articles for twice its longest gap, or says “not changed” whatever is asked",
    "quiet": "answers, but brings so much less than usual that chance explains it less than once in a hundred",
    "new": "observed too short to say what is usual",
    "answers": "answers, and brings what it usually brings",
}
CONDITION_SIGN = {"broken": "✕", "blocked": "⊘", "suspect": "?", "quiet": "▽", "new": "◇", "answers": "●"}
ANY_CONDITION, IN_TROUBLE = "any", "in trouble"
SCOPES = {"full": "all it publishes", "section": "one section", "query": "a topic search"}
PLACE_ZONES = {
    "core": "the area watched",
    "adjacent": "around it",
    "host": "where displaced people live",
    "capital": "capital",
    "outside": "elsewhere",
}
PLACES_NOTE = (
    "A place is the one a sentence names as where it happened (else its paragraph, else the title), not where the "
    "story was written. A story that names several places counts once at each, so these numbers do not add up; the "
    "area of a circle is its number of stories. Where displaced people live now nothing is shown finer than a "
    "province. A pale mark is a place that none of the stories seen names: none seen is not none."
)
SIDES_NOTE = (
    "Each side by what its publishers print, all on one scale: reports above the line, denials below it and crossed. "
    "A denial does not make a report false, nor a report a denial; a story can do both. Hatched: the sources of that "
    "side were not seen."
)
BESIDE_CAPTION = "Stories that report and that deny it, newest first; on what is not listed none was seen"
LAYERS_NOTE = "Layers are schematic: points of centres, no boundary is drawn, and neither layer stands above the other."
PERIODS = {"D": "day", "W": "week", "M": "month", "7D": "day", "28D": "day"}
NO_EVIDENCE = "no sentence about any of the indicators"
NONE_SEEN = "None seen in our sources"
CLAIMED_BY = "Claimed by"
OLDER = "Older stories"
NEWEST_AGAIN = "The newest again"
WHAT_CHANGED = "What was changed"
WHOLE_STORY = "whole story"
ALL_STORIES = "← All stories"
NO_SUCH_STORY = "The address names a story that is not in this archive; all stories are shown."
SENTENCES = "What it says"
COPIES = "Who carried it, in order of appearance"
VERSIONS = "What was changed after publication"
OTHER_STORIES = "Other stories about the same event"
NOT_CHANGED = "No change of any of these articles was seen."
PUBLISHED_BY = "First published by"
SAID_BY = "Named as saying it:"
NOBODY_NAMED = "Its sentences name nobody who says it: the newsroom's own voice."
NOT_CREDITED = "Its text credits no agency and no other outlet."
ORIGINS_HELP = "Origins only: every story once, by its first matching article. Every article: its copies too."
KEYS = "Keys: j and k go to the next and the previous story, o opens its article, / goes to the search box."
KEYS_SWITCH = "Single-letter keys"
KEYS_KEY = "keys"  # of the address
KEYS_HELP = f"{KEYS} Turn them off if you speak to your computer, or press keys by accident."
FEEDBACK = "For editors: wrong, or a note"
FEEDBACK_RIGHT = "What is right"
FEEDBACK_WHICH = "Which tag of the sentence"
FEEDBACK_SAY = "Note"
FEEDBACK_BY = "Your name, kept with it"
FEEDBACK_NOTE = "Note by"
FEEDBACK_WRONG = "Called wrong by"
FEEDBACK_WRONG_HELP = "Keeps the article with what is right as a labelled case; counts change when words or rules do."
FEEDBACK_NOTE_HELP = "Keeps the note; it says nothing about the tag."
APPEARED_NOTE = (
    "Appeared: the time its publisher gives, but not before our last look at which it was not there yet, and not after "
    "the first at which it was. First seen: that look. An outlet first by less than the time between two looks need "
    "not have been first."
)
WHY = "Why?"
WHY_HERE = "Words in this sentence"
WHY_ELSEWHERE = "Words elsewhere in the article"
WHY_ARTICLE = "Words in the article"
WHY_SIGNS = "By these words the article is about the crisis, or about something else"
WHY_NOTHING = "No word of any indicator stands in it."
WHY_GONE = "The article is no longer in the archive."
WHY_OTHER_RULES = (
    "The words have changed since the counts were made; this is how the article reads by the present ones."
)
WHY_STORED = "In the counts it stands by this rule:"
DROPPED = "not counted"
BY_HELP = "“7 days” and “28 days” draw for every day the sum of the days to it."
MEASURE_HELP = (
    "“per usual day” divides by what could be seen: half the sources down for a day is half a usual day, and a Sunday "
    "is less of one than a Tuesday where Sundays bring less. Share and rate are drawn with a 95 % interval."
)
COMPARED_NOTE = (
    "Of the sources that were there throughout. The same number of days before, so each weekday stands against itself. "
    "Intervals (95 %) are as if stories came independently; they come in bursts, so the true ones are wider."
)
COUNTS_NOTE = (
    "These are counts of news stories that report something, not measurements of the thing itself. "
    "A rise can mean more of it, more attention to it, or more sources; a hatched day was not seen and is not a zero. "
    "A story is counted once, however many outlets carried it, on the day of its first appearance."
)
CREDITED = "Its text says it has this from"
CLAIMS_NOTE = (
    "Numbers as somebody claims them, each with who says so; copies of one text make one claim. They are never added"
    " up, averaged or checked by us, and totals, increments and rates share no chart."
)


def claims_drawn(claims: int, points: int, *, is_cut: bool) -> str:
    """Why a chart has fewer points than there are claims."""
    newest = f"The newest {points:,} points are drawn, of {claims:,} claims" if is_cut else f"{claims:,} claims"
    joined = "; equal numbers" if is_cut else f" stand in {points:,} points: equal numbers"
    return f"{newest}{joined} of one day and side are one point. The file has every claim."


REPORTS_NOTE = (
    "Independent reports: the distinct families among the stories about one event, in any language, on the event's"
    " first day. A text that credits an agency is that agency's report; outlets of one house are one voice."
)
REPORTS_NOT_SPLIT = (
    "Independent reports are of whole events and of all sources, so they are drawn in one line, by stance or by place; "
    "stories are shown."
)
LANGUAGE_KEY = "lang"  # of the address
LANGUAGE_CHOICE = "Labels in"
LANGUAGE_HELP = (
    "The language of the names of indicators, sides and peoples, and of the line of tags beside a quote. Quotes stay "
    "as published; the rest of the page is in English."
)
EMPTY = (
    "**Nothing in the archive yet.** Start with `make run`: the poller asks every source and the first articles appear "
    "here by themselves within a minute or two. `python -m feeds poll --once` asks every source once. "
    "`make demo` shows the same pages on an invented country."
)
EMPTY_YET = (
    "**Nothing in the archive yet.** The poller is asking every source; the first articles appear here by themselves "
    "within a minute or two."
)
UNTAGGED = (
    "**Articles are stored, but not yet read for what they say.** The tagger runs beside the dashboard; "
    "`python -m metrics update` runs it once."
)
BEGINNING = "The first round"
ANSWERED = "Sources that have answered"
NOT_ANSWERED = "Sources that have not answered yet"
LEARNING = (
    "Counts can be used from the first article on. Levels say “learning” for the first weeks: what is usual is not "
    "known before 56 days were seen."
)
BACK_TO, WALK_BACK = "Back to", "Bring history in"
WALKING, WALKED = "History is being brought in", "The walk back has ended"
ONE_SOURCE = "One source"
PICK_SOURCE = "Pick a source: its last polls, what became of its items, and why it is asked when."
NEVER_ASKED = "It has not been asked yet."
DROPPED_ITEMS = "Items that did not become articles"
NOTHING_DROPPED = "Nothing was dropped."
EXPORT_OPML = "Download all sources as OPML"
EDIT_SOURCES = "Edit the list of sources"
EDIT_NOTE = (
    "What you do here is written into sources.yaml, as the commands “feeds add”, “retire” and “import” do; comments "
    "and order stay. The poller takes it up by itself."
)
WORKING = "Working …"
ADD_SOURCE, RETIRE_SOURCE, IMPORT_SOURCES = "Test and add a source", "Retire a source", "Import a list (OPML)"
FEED_ADDRESS = "Address of the feed"
FEED_OUTLET = "Outlet: its name or key (empty: the feed's own title)"
FEED_LANGUAGES = "Languages (empty: as the feed says)"
RETIRE_REASON = "Why; kept with it and shown"
OPML_FILE = "OPML file"
TEST, ADD, RETIRE, IMPORT = "Test", "Add", "Retire", "Import"
NO_ADDRESS = "Give an address that begins with http:// or https://"
NO_SOURCE, NO_REASON, NO_FILE = "Pick a source.", "Say why: the reason is kept with the source.", "Pick a file."
NEWEST_ITEMS = "Items, as the feed has them"
YES_NO = ("true", "false")  # as an address says whether something is opened
START = "`make run` starts both; what is shown is as old as that."
INVENTED = "INVENTED: every place, outlet, side and article on these pages is made up for demonstration."


@dataclass(frozen=True, slots=True)
class Labels:
    """What keys are called on the pages, those of tags in the reader's language.

    reader : all that tags are called in that language. address : what a link to another page of ours must carry so that
    it speaks it too; empty in English.
    """

    indicators: Mapping[str, str]
    sides: Mapping[str, str]
    languages: Mapping[str, str]
    peoples: Mapping[str, str]
    controls: Mapping[str, str]
    zone: timezone
    reader: ReaderLabels
    address: Mapping[str, str]

    def indicator(self, key: str) -> str:
        return self.indicators.get(key, key.replace("-", " ").capitalize())

    def side(self, key: str) -> str:
        return self.sides.get(key, key)

    def language(self, key: str) -> str:
        return self.languages.get(key, key or "language not known")

    def people(self, key: str) -> str:
        return self.peoples.get(key, key)


def labels_of(monitor: Monitor, reader: ReaderLabels) -> Labels:
    """The labels of a monitor in the reader's language; interface words, languages and controls stay English."""
    return Labels(
        indicators=reader.indicators,
        sides=reader.sides,
        languages=dict(monitor.language_labels),
        peoples=reader.peoples,
        controls={control.key: control.label for control in monitor.controls},
        zone=monitor.zone,
        reader=reader,
        address={} if reader.language == FIRST else {LANGUAGE_KEY: reader_languages(monitor)[reader.language]},
    )


def number(count: float, one: str, many: str) -> str:
    """
    >>> number(1, "story", "stories"), number(1200, "story", "stories")
    ('1 story', '1,200 stories')
    """
    return f"{count:,.0f} {one if count == 1 else many}"


def brought(count: int, expected: float | None) -> str:
    """
    >>> brought(3, 31.2), brought(3, None)
    ('3 of about 31', '3')
    """
    return f"{count:,}" if expected is None else f"{count:,} of about {expected:,.0f}"


def why_head(verdict: str, language: str) -> str:
    """What the article as a whole was taken for."""
    taken = {
        "relevant": "about what is watched",
        "context": "about politics and talks, without anything humanitarian",
    }.get(verdict, "not about what is watched")
    return f"Read as {language}; {taken}."


def later(by: timedelta) -> str:
    """How much later than the first; two units at most.

    >>> [later(timedelta(seconds=s)) for s in (0, 40, 60 * 12, 3600 * 3 + 60 * 20, 86400 * 2)]
    ['at the same time', 'less than a minute', '12 minutes', '3 hours 20 minutes', '2 days']
    """
    minutes = int(by.total_seconds() // 60)
    if not minutes:
        return "less than a minute" if by else "at the same time"
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [number(days, "day", "days")] * bool(days) + [number(hours, "hour", "hours")] * bool(hours)
    parts += [number(rest, "minute", "minutes")] * bool(rest and not days)
    return " ".join(parts)


def feedback_kept(id: str) -> str:
    return (
        f"Kept as {id}. `python -m metrics evaluate` with the file of feedback tells how the tagger does on such cases."
    )


def reports_of_event(count: int) -> str:
    return f"{number(count, 'independent report', 'independent reports')} of the event"


def copies_said(found: Sequence[Appearance], zone: timezone) -> str:
    """Who was first, and how long the others took."""
    first, last = found[0], found[-1]
    said = f"{first.line.outlet} on {a_moment(first.appeared, zone)} ({zone_name(zone)})"
    if len(found) == 1:
        return f"{said}; nobody else among our sources carried it"
    return f"{said}, first of {number(len(found), 'article', 'articles')}; the last {later(last.later)} later"


def stories(count: float) -> str:
    return number(count, "story", "stories")


def stories_counted(count: int, most: int, *, origins_only: bool = True) -> str:
    """
    >>> stories_counted(20, 2000), stories_counted(2001, 2000)
    ('20 stories', 'More than 2,000 stories (choose dates to reach the older ones)')
    """
    told = stories if origins_only else lambda some: number(some, "article", "articles")
    return told(count) if count <= most else f"More than {told(most)} (choose dates to reach the older ones)"


def a_day(day: date | None) -> str:
    return "no date" if day is None else f"{day:{DAY}}"


def a_range(first: date, last: date) -> str:
    """
    >>> a_range(date(2023, 8, 1), date(2023, 8, 12)), a_range(date(2023, 8, 1), date(2023, 8, 1))
    ('1 Aug 2023 to 12 Aug 2023', '1 Aug 2023')
    """
    return a_day(first) if first == last else f"{a_day(first)} to {a_day(last)}"


def a_moment(moment: datetime | None, zone: timezone) -> str:
    """Day and minute in the monitor's zone."""
    if moment is None:
        return "never"
    local = moment.astimezone(zone)
    return f"{a_day(local.date())}, {local:%H:%M}"


def changed_after(times: int, last: datetime, zone: timezone) -> str:
    """
    >>> from datetime import UTC
    >>> changed_after(2, datetime(2026, 1, 2, 3, 4, tzinfo=UTC), timezone.utc)
    'Changed after publication 2 times, last seen 2 Jan 2026, 03:04'
    """
    return f"Changed after publication {'once' if times == 1 else f'{times} times'}, last seen {a_moment(last, zone)}"


def gone_since(moment: datetime, zone: timezone) -> str:
    return f"Gone from its feed since {a_moment(moment, zone)}, while older articles were still in it"


def standing(one: Standing | None, zone: timezone) -> list[str]:
    """What poller and tagger leave undone, a sentence each; none while both work."""
    if one is None:
        return []
    polled, waiting = a_moment(one.polled, zone), a_moment(one.waiting, zone)
    last = f"last asked: {polled}" if one.polled else "none was ever asked"
    behind = f" Articles wait since {waiting}." if one.waiting else " What came so far has been read."
    said = {
        ("poller", "stopped"): f"**No poller runs**: no source is asked ({last}). {START}",
        ("poller", "stale"): f"**The poller stands still**: sources are due, and none is asked ({last}). {START}",
        ("tagger", "stopped"): f"**No tagger runs**: new articles are stored, but not read.{behind} {START}",
        ("tagger", "stale"): f"**The tagger is behind**: articles wait to be read since {waiting}.",
    }
    states = [("poller", one.poller), ("tagger", one.tagger)]
    return [said[state] for state in states if state in said]


def begun(answered: int, asked: int, total: int, stored: int, relevant: int) -> str:
    """
    >>> begun(23, 25, 60, 310, 4)
    '23 of 60 sources answered (25 asked so far), 310 articles stored, 4 relevant.'
    """
    so_far = f" ({asked:,} asked so far)" if asked < total else ""
    answers = f"{answered:,} of {number(total, 'source', 'sources')} answered{so_far}"
    return f"{answers}, {number(stored, 'article', 'articles')} stored, {relevant:,} relevant."


def backfill_offer(day: date) -> str:
    """HTML: what a person can type."""
    return (
        "A feed holds the news of hours or days. What came before can be brought in, as far as each site goes back, "
        f"and is marked as history: <code>python -m feeds backfill --since {day.isoformat()}</code>"
    )


def tested(items: int, format: str, language: str) -> str:
    """
    >>> tested(1, "rss20", "en")
    'answers with 1 item (rss20, says it is in en). Nothing was stored.'
    """
    says = f", says it is in {language}" if language else ""
    return f"answers with {number(items, 'item', 'items')} ({format}{says}). Nothing was stored."


def since_summary(moment: str, *, was_issued: bool) -> str:
    return (
        f"Since the last summary that was handed out ({moment})" if was_issued else f"Since yesterday ended ({moment})"
    )


def first_told(publishers: int) -> str:
    """
    >>> first_told(1)
    'first told by 1 publisher'
    """
    return f"first told by {number(publishers, 'publisher', 'publishers')}"


def zone_name(zone: timezone) -> str:
    """
    >>> from datetime import timedelta
    >>> zone_name(timezone(timedelta(hours=4))), zone_name(timezone.utc)
    ('UTC+4', 'UTC')
    """
    hours = (zone.utcoffset(None).total_seconds()) / 3600
    return "UTC" if hours == 0 else f"UTC{hours:+g}"


def a_share(value: float | None) -> str:
    """A share with as many digits as it deserves; "" when it is unknown."""
    if value is None or math.isnan(value):
        return ""
    return f"{value:.0%}" if value >= 0.1 or value == 0 else f"{value:.1%}"


def a_rate(value: float) -> str:
    """A rate between 0 and 1 with two digits; a dash when there was nothing to judge."""
    return "–" if math.isnan(value) else f"{value:.2f}"


def share_sentence(share: float | None, low: float | None, high: float | None) -> str:
    if not a_share(share):
        return "no relevant stories to compare with"
    span = f" ({a_share(low)} to {a_share(high)})" if a_share(low) and a_share(high) else ""
    return f"{a_share(share)} of relevant stories{span}"


def change(week: float, usual: float | None) -> str:
    """The last 7 days against a usual 7 days of the 28 before, in words.

    usual : stories per 7 seen days in the 28 days before; None when too little of them was seen.

    >>> change(7, 5.0), change(5, 5.4), change(0, 3.0), change(4, None)
    ('2 more than usual', 'about the same as usual', '3 fewer than usual', 'nothing to compare yet')
    """
    if usual is None or math.isnan(usual):
        return "nothing to compare yet"
    if week == usual == 0:
        return "none seen in the 28 days before either"
    difference = week - usual
    if abs(difference) < max(1.0, 0.15 * usual):
        return "about the same as usual"
    return f"{abs(difference):.0f} {'more' if difference > 0 else 'fewer'} than usual"


def change_chance(low: float | None, high: float | None) -> str:
    """Beside a change: whether stories that come as they usually do could make it.

    >>> change_chance(0.8, 3.1), change_chance(1.4, 6.0), change_chance(None, None)
    (' (may be chance)', '', '')
    """
    return " (may be chance)" if low is not None and high is not None and low <= 1 <= high else ""


def change_sign(week: float, usual: float | None) -> str:
    """An arrow beside the words; never the only carrier."""
    words = change(week, usual)
    return "↑" if "more" in words else "↓" if "fewer" in words else "→" if "same" in words else ""


def a_per_day(value: float | None) -> str:
    """Stories a usual day, with as many digits as they deserve; a dash when it is unknown."""
    return "–" if value is None else f"{value:.1f}" if value >= 0.95 or value == 0 else f"{value:.2f}"


def times_as_many(ratio: float | None, interval: tuple[float, float] | None, *, may_be_chance: bool | None) -> str:
    """The rate of some days against that of as many before, in words.

    >>> times_as_many(2.0, (1.2, 3.4), may_be_chance=False), times_as_many(None, None, may_be_chance=None)
    ('2.0 times as many (1.2 to 3.4)', 'nothing to compare')
    >>> times_as_many(1.1, (0.7, 1.8), may_be_chance=True), times_as_many(None, (2.1, math.inf), may_be_chance=False)
    ('1.1 times as many (0.7 to 1.8): may be chance', 'none before')
    """
    if interval is None:
        return "nothing to compare"
    chance = ": may be chance" if may_be_chance else ""
    if ratio is None:
        return f"none before{chance}"
    return f"{ratio:.1f} times as many ({interval[0]:.1f} to {interval[1]:.1f}){chance}"


def weekdays(factors: Sequence[float]) -> str:
    """
    >>> weekdays([1.2, 1.1, 1.1, 1.0, 1.0, 0.9, 0.7])
    'Mon 1.2, Tue 1.1, Wed 1.1, Thu 1.0, Fri 1.0, Sat 0.9, Sun 0.7'
    """
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return ", ".join(f"{name} {factor:.1f}" for name, factor in zip(names, factors, strict=True))


def usual(value: float | None) -> str:
    if value is None or math.isnan(value):
        return ""
    return "usually none" if value == 0 else f"usually {value:.0f} a week" if value >= 1.5 else (
        "usually about 1 a week" if value >= 0.75 else "usually less than 1 a week"
    )  # fmt: skip


def spark_alt(label: str, values: Sequence[float | None], states: Sequence[str]) -> str:
    """What the small picture on a card shows, in words."""
    seen = [value for value, state in zip(values, states, strict=True) if value is not None and state != "unseen"]
    unseen = sum(state == "unseen" for state in states)
    gap = f"; {number(unseen, 'day', 'days')} not seen" if unseen else ""
    if not seen:
        return f"{label}: no day of the last {len(states)} was seen"
    return f"{label}: stories a day over {len(states)} days, from {min(seen):.0f} to {max(seen):.0f}{gap}"


def of_one_event(count: int, reports: int) -> str:
    """
    >>> of_one_event(4, 1)
    '4 stories about this event, 1 independent report'
    """
    return f"{stories(count)} about this event, {number(reports, 'independent report', 'independent reports')}"


def counted_as(measure: str, count: float) -> str:
    """ "3 articles", "1 independent report"; a share is told by the stories it is of."""
    names = {"articles": ("article", "articles"), "reports": ("independent report", "independent reports")}
    return number(count, *names.get(measure, ("story", "stories")))


def trend_alt(
    table: pd.DataFrame, days: pd.DataFrame, label: str, what: str, measure: str = "count", within: str = ""
) -> str:
    """The finding of the chart in one sentence, for those who do not see it. within : "7 days" of trailing sums."""
    if table.empty:
        return f"{label}, {what}: no day in this range"
    drawn = table[measure if measure in ("articles", "reports") else "count"]
    total = drawn.sum()
    unseen = 0 if days.empty else int((days["state"] == "unseen").sum())
    most = int(drawn.fillna(-1).to_numpy().argmax())
    top = f", most on {a_day(table['date'].iloc[most])} ({drawn.iloc[most]:.0f})" if total else ""
    gap = f"; {number(unseen, 'day', 'days')} not seen" if unseen else ""
    span = a_range(table["date"].iloc[0], table["date"].iloc[-1])
    if within:
        highest = f"{counted_as(measure, drawn.iloc[most])} in {within} at most, to {a_day(table['date'].iloc[most])}"
        return f"{label}, {what}, {span}: {highest if total else 'none seen in our sources'}{gap}"
    return f"{label}, {what}, {span}: {counted_as(measure, total) if total else 'none seen in our sources'}{top}{gap}"


def sides_alt(label: str, first: date, last: date, sums: Sequence[tuple[str, int, int]]) -> str:
    """
    >>> sides_alt("Food", date(2023, 8, 1), date(2023, 8, 1), [("A", 2, 0), ("B", 0, 1)])
    'Food as each side tells it, 1 Aug 2023: A 2 reported, 0 denied; B 0 reported, 1 denied'
    """
    told = "; ".join(f"{side} {reported:,} reported, {denied:,} denied" for side, reported, denied in sums)
    return f"{label} as each side tells it, {a_range(first, last)}: {told}"


def one_bloc(alone: int, events: int, label: str) -> str:
    """
    >>> one_bloc(0, 0, "Food")
    'None seen in our sources: no event of these days that a story reports under Food.'
    """
    if not events:
        return f"{NONE_SEEN}: no event of these days that a story reports under {label}."
    return (
        f"Of {number(events, 'event', 'events')} reported under {label} in these days, {alone:,} by publishers of one "
        "bloc alone, as far as our sources show. Sides of one bloc do not corroborate each other. An event that a "
        "publisher of unknown side reports too is under no bloc. Told by one bloc does not mean untrue."
    )


def placed(found: Placed) -> str:
    """
    >>> placed(Placed({"a": 2, "b": 1}, 4, 2, 28, 26))
    '4 stories, of which 2 name no place; 2 places named; 26 of 28 days seen'
    """
    if not found.total:
        return f"{NONE_SEEN.lower()}; {found.seen} of {number(found.days, 'day', 'days')} seen"
    without = f", of which {found.nowhere:,} name{'s' if found.nowhere == 1 else ''} no place" if found.nowhere else ""
    places = number(len(found.stories), "place", "places")
    return f"{stories(found.total)}{without}; {places} named; {found.seen} of {number(found.days, 'day', 'days')} seen"


def places_alt(found: Placed, names: Mapping[str, str], what: str, first: date, last: date) -> str:
    """The finding of a map in words. names : of the places it shows."""
    here = sorted(((count, names[key]) for key, count in found.stories.items() if key in names), reverse=True)
    most = listed(f"{name} ({stories(count)})" for count, name in here[:3])
    said = f"most at {most}; {len(here)} of {len(names)} places named" if here else f"{NONE_SEEN.lower()} at any place"
    return f"Map, {what}, {a_range(first, last)}: {said}; {found.seen} of {number(found.days, 'day', 'days')} seen"


def sources_changed(added: int, gone: int) -> str:
    """
    >>> sources_changed(2, 1), sources_changed(0, 1)
    ('sources changed: +2 −1', 'sources changed: −1')
    """
    parts = [f"+{added}"] * bool(added) + [f"−{gone}"] * bool(gone)
    return f"sources changed: {' '.join(parts)}"


def changed_in_range(changes: Sequence[tuple[date, int, int]], most: int = 4) -> str:
    """
    >>> changed_in_range([(date(2023, 8, 1), 2, 1)])
    '◆ Sources changed: 1 Aug 2023 +2 −1. The same sources throughout: switch “Sources”.'
    """
    shown = [
        f"{a_day(day)} {sources_changed(added, gone).removeprefix('sources changed: ')}"
        for day, added, gone in changes[-most:]
    ]
    more = [f"and {number(len(changes) - most, 'earlier change', 'earlier changes')}"] if len(changes) > most else []
    return f"◆ Sources changed: {'; '.join([*shown, *more])}. The same sources throughout: switch “Sources”."


def changed_before(changes: Sequence[tuple[date, int, int]]) -> str:
    """
    >>> changed_before([(date(2023, 8, 1), 0, 1)])
    '┆ Sources changed: 1 Aug 2023 −1. More and fewer than usual are of the sources that were there throughout.'
    """
    shown = "; ".join(
        f"{a_day(day)} {sources_changed(added, gone).removeprefix('sources changed: ')}" for day, added, gone in changes
    )
    return f"┆ Sources changed: {shown}. More and fewer than usual are of the sources that were there throughout."


def claimed_by(side: str) -> str:
    return f"claimed by {side}"


def fixed_panel(sources: int) -> str:
    return (
        f"Only the {number(sources, 'source', 'sources')} that were there throughout the range; "
        "one added or lost on the way changes nothing here."
    )


def listed(items: Iterable[str], last: str = "and") -> str:
    """
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    all_of = list(items)
    return all_of[0] if len(all_of) == 1 else f"{', '.join(all_of[:-1])} {last} {all_of[-1]}" if all_of else ""


def runs(spans: Sequence[tuple[date, date]], most: int = 4) -> str:
    """Spans of unseen days as words."""
    shown = [a_range(first, last) for first, last in spans[:most]]
    more = len(spans) - most
    return "; ".join([*shown, f"and {number(more, 'more time', 'more times')}"] if more > 0 else shown)


WHAT_IS_COUNTED = """
**A story is counted, not an article.** Copies and light rewrites of one text are one story. It counts once, on the
day, in the language and for the side of the article that appeared first; how many outlets carried it stands beside it.

**A sentence is the evidence.** A story is counted under an indicator only if at least one sentence of it says something
about it. Every number on these pages opens to those sentences, the words that matched and the rule that matched them.

**Missing is not zero.** A day on which our sources did not answer is drawn hatched and left out of every sum. The band
under each chart says what share of their usual flow our sources could show us that day.

**The day** is the one the publisher gives, in the monitor's own time zone ({zone}). An article dated more than seven
days before we saw it is counted on its day and marked late. An article without a date counts on the day we first saw
it; on the first visit to a source, or after a gap longer than the source's window, it is stored, not counted.

**An edited article** counts once, on the day of its first version. Evidence that first appears more than 48 hours later
is shown as "added later" and not counted.

**Share** is stories under the indicator divided by relevant stories of the same days. **Usual** is the rate of the
28 days before the last 7, seen days only.
"""
LIMITS = """
- The pages show what is *reported*, by sources that can be read by a program. What nobody reports, or only on air,
  on paper or behind a login, is not here.
- Attention moves. More stories can mean more attention and not more of the thing; fewer stories can mean that observers
  left. The table of observers below says who could see for themselves, and when.
- The words were written by people who are not native readers of every language. The evaluation table says how well each
  language does on labelled cases; languages that do worse are missed more often.
- Nothing here says who is right. A denial stands beside a report; neither is netted against the other, and stories
  about one group of people are never netted against stories about another.
- Counts add up over days, languages and sides. They do not add up over indicators, stances or groups of people, since
  one story can carry several.
"""
WORDS_OF, WORDS_IN = "Words of the indicator", "in"
WORD_LISTS = {
    "terms": "topic: says nothing alone, counts with a sign of harm or relief in its clause",
    "strong": "reported, by itself",
    "ongoing": "reported as lasting, by itself",
    "demand": "demanded, which presupposes the lack",
    "harm": "sign of harm, for this indicator only",
    "relief": "sign of relief, for this indicator only",
    "eased": "eased, by itself",
    "denied": "denied, by itself",
    "feared": "feared, by itself",
    "past": "past, by itself",
    "exclude": "means something else: what it touches is dropped",
}
WORDS_NOTE = (
    "A star stands for any ending; .. for at most five words; && for anywhere in the sentence. Words alone decide "
    "nothing: clause, negation, time and who speaks do too, and `python -m metrics explain ID` shows how. Edited in "
    "`indicators/` of the monitor."
)
CITING = (
    "Name what was counted, until when, and by which rules: the rules version tells one state of the words from "
    "another. Quote a report by its outlet and link, not by this monitor. For a figure that others must be able to "
    "check, take the link of the view (it holds dates and choices) or `python -m dashboard export`, which writes "
    "citation and licence beside the data."
)
EVALUATION = (
    "Labelled cases were read by the same rules as every article. **Precision**: of what was found, how much is right. "
    "**Recall**: of what there was, how much was found. **F1** weighs both. **The held-out cases** were written by "
    "somebody who had not seen the rules, and no rule was made for them: believe those. All others were read while the "
    "rules were written, so their figures are too good."
)
MEASURE = "Measure now"
MEASURE_NOTE = (
    "Reading all labelled cases by the present rules takes a few seconds, at the first time half a minute; "
    "the result is kept until the rules change."
)
DETECTOR_COLUMNS = (
    "False alerts a year",
    "On the worst background",
    "Tripling, in 14 days",
    "Fivefold for 3 days",
    "Slow rise",
    "Still in alarm",
    "Second event",
    "False declines a year",
    "Fall to a fifth",
)
DETECTOR_OURS = "This monitor"
AS_PUBLISHED, MADE_EQUAL = "as published", "with about as many false alerts as ours"
DETECTOR_NOTE = (
    "With 95 % intervals. *False alerts* and *false declines*: episodes a year on one series in which nothing "
    "happened. *Worst background*: of Poisson, overdispersed, mostly zeros, and waves of attention. *Tripling*, "
    "*fivefold*, *slow rise* (to four times in 42 days), *second event* (25 days after a tenfold spike), *fall*: share "
    "that was found in 14, 3, 42, 14 and 28 days; a rule that often alarms finds some by luck. *Still in alarm*: share "
    "of the days 60 to 120 of a crisis that lasts. For declines, an outage was written as zeros. A dash: the rule has "
    "none. Made by `{command}`."
)


def detector(ours: Line, rule: Rule) -> str:
    """What the detector does and how far it can be trusted. ours : its line of the comparison."""
    return (
        "Stories of the last 1, 3, 7 and 14 days are held against what the "
        f"{rule.baseline_days} observed days before would bring, by weekday and by how much of our sources could be "
        "seen. How unlikely the most unusual of the four is makes a score: from "
        f"{rule.watch:g} a day is a *watch*, from {rule.alert:g} an *alert*, if there are at least {rule.stories} "
        f"stories by {rule.families} publishers in a week that could be seen well. Days in alarm do not become the new "
        f"usual before {rule.censored} days are over.\n\n"
        f"Expect **about {ours.false_alerts.value:.1f} false alerts a year** on each series, and up to "
        f"{ours.worst.value:.1f} where attention comes in waves or stories are rare. A tripling is found within two "
        f"weeks in {100 * ours.shift.value:.0f} of 100 cases; a fivefold rise of three days is missed in "
        f"{100 * (1 - ours.spike.value):.0f} of 100. These figures come from invented series, not from real feeds; the "
        "log of confirmed and dismissed alerts is the better measure once there is one. The score is an index, not a "
        "probability."
    )


def drafted_labels(own_name: str) -> str:
    """
    >>> drafted_labels("Русский")
    'Labels in Русский are drafts made with the help of a machine: no native reader has signed them yet.'
    """
    return f"Labels in {own_name} are drafts made with the help of a machine: no native reader has signed them yet."


UNREAD_LANGUAGES = ("hy", "az")  # whose words no native reader has gone through yet: docs/monitor-files.md


def native_reader(languages: Sequence[str], names: Mapping[str, str]) -> str:
    """Which languages still need one; "" where none of ours does.

    >>> native_reader(["en", "az"], {"az": "Azerbaijani"})
    'The Azerbaijani part needs a native reader: its words were written by people who are none.'
    """
    lacking = [names.get(key, key) for key in UNREAD_LANGUAGES if key in languages]
    if not lacking:
        return ""
    if len(lacking) == 1:
        return f"The {lacking[0]} part needs a native reader: its words were written by people who are none."
    return f"The {listed(lacking)} parts need a native reader: their words were written by people who are none."


def last_audit(day: date | None, articles: int, readers: int) -> str:
    """
    >>> last_audit(None, 0, 0)
    'Last audit of collected articles by readers: none yet.'
    >>> last_audit(date(2026, 3, 1), 200, 2)
    'Last audit of collected articles by readers: 1 Mar 2026, 200 articles, 2 readers.'
    """
    said = (
        "none yet"
        if day is None
        else f"{a_day(day)}, {number(articles, 'article', 'articles')}, {number(readers, 'reader', 'readers')}"
    )
    return f"Last audit of collected articles by readers: {said}."


JUDGED_NOTE = (
    "Counts of this table are what the detector reads: stories told as new or lasting, none of mere demands, none seen "
    "more than a week late, of sources known for at least 56 days. So they can be lower than the line of the chart. "
    "watch_from and alert_from: the fewest stories of one day alone that would be unusual; the score also looks at 3, "
    "7 and 14 days. held says why a high score is no alert. Empty: not seen, or still learning."
)


def new_baseline(one: NewBaseline) -> str:
    """
    >>> new_baseline(NewBaseline(date(2023, 8, 2), date(2023, 4, 17), 4.1, 0.8))[:73]
    'New baseline from 2 Aug 2023: in alarm for so long that the days since 17'
    """
    return (
        f"New baseline from {a_day(one.day)}: in alarm for so long that the days since {a_day(one.since)} are what is "
        f"usual; {one.expected:.1f} stories a day are expected, before it {one.before:.1f}."
    )


def expected_note(states: Sequence[str]) -> str:
    """The band and the stars in words.

    >>> expected_note(["learning", "quiet", "alert"])
    'The grey columns reach to what would be unusual on one day; the dots are what was expected. Strip: 1 day in alert.'
    >>> expected_note(["learning"])
    'The detector is still learning what is usual: it needs 56 days that we saw, at least 21 days ago.'
    """
    if not set(states) - {"learning", "unseen"}:
        return "The detector is still learning what is usual: it needs 56 days that we saw, at least 21 days ago."
    alert, watch, decline = (states.count(state) for state in ("alert", "watch", "decline"))
    said = [f"{number(alert, 'day', 'days')} in alert"] if alert else []
    said += [f"{number(watch, 'day', 'days')} to watch"] if watch else []
    said += [f"{number(decline, 'day', 'days')} with fewer than usual"] if decline else []
    band = "The grey columns reach to what would be unusual on one day; the dots are what was expected."
    return f"{band} {'Strip: ' + ', '.join(said) if said else 'No day is unusual'}."


# Daily summary -------------------------------------------------------------------------------------------------------

ISSUE_OF = "Issue of"
ISSUES = {"one day": 1, "seven days": 7}  # label → days
ISSUE_BEFORE, ISSUE_AFTER = "The one before", "The one after"
BESIDE_BEFORE = "Beside the issue before"
MAIL_PREVIEW = "The mail as readers get it"
MAIL_FILE = "File"
RELEASE_BY = "Your name"
RELEASES = {"release": "Release this issue", "withdraw": "Do not send it"}  # as in dashboard/commands_send.py
OUTBOX_STATES = {
    "draft": "waiting for a person to release them", "waiting": "to be sent", "sent": "sent", "dead": "given up",
    "withdrawn": "withdrawn",
}  # fmt: skip


def issue_sent(states: Mapping[str, int]) -> str:
    """Messages of one issue by state."""
    told = [f"{states[key]} {label}" for key, label in OUTBOX_STATES.items() if states.get(key)]
    return f"Messages of this issue: {', '.join(told)}."


def issue_dead(messages: int) -> str:
    told = number(messages, "message was", "messages were")
    return f"{told} not delivered and given up; `python -m dashboard outbox retry` tries again."


def issue_decided(messages: int) -> str:
    return f"{number(messages, 'message', 'messages')} changed; what is released is sent within a minute."
