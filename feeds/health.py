"""Is a source silent because nothing is said, or because we do not hear? Pure: no clock, no network, no SQL.

Four words for trouble, each with the evidence in one sentence:
broken   cannot be read: several failures in a row, or none but failures for a day
blocked  refuses us in particular
suspect  answers, but without articles for twice its longest gap, or with 304 whatever we ask
quiet    answers, but brings so much less than usual that chance explains it less than once in a hundred
Otherwise it answers, is new (too little history to say more), switched off, or retired.

What is usual: the rate over the last 56 observed days before the days in question, with a weekday factor shared by all
sources. An observed day is one on which the source answered, or after which an older item was still in its feed. The
count of the last 1, 2, 4, 7 and 14 days is held against it; the smallest chance, times five, decides. Counts of news
scatter more than Poisson's: the variance is taken from the source's own days and weeks (a negative binomial).
When most bring less at once (a crisis ends, a holiday), that is the news and no silence: each is then held against
that share of what is usual for it, though never against less than a fifth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, get_args

from feeds.model import Source, SourceState
from feeds.usual import DAY, SPANS, Days, Span, days_of, exposure, observed_days, shared_shares, span_of, weekday_factor

if TYPE_CHECKING:
    import pandas as pd  # a poller, started by the same command, can do without its 65 MB

Word = Literal["broken", "blocked", "suspect", "quiet", "new", "answers", "switched off", "retired"]
WORDS: tuple[Word, ...] = get_args(Word)  # worst first
TROUBLE: tuple[Word, ...] = ("broken", "blocked", "suspect", "quiet")

LEAST_DAYS = 14  # with fewer, nothing is usual yet
HISTORY_DAYS = 90  # calendar days of polls that are looked at: 56 observed ones, the spans, and some that were missed
RECENT_DAYS = 30  # before the newest poll of all, in which counts are looked for: a source silent longer is broken
GAP_DAYS = 400  # how far back the longest gap is looked for
CHANCE = 0.01
SEVERAL = 3  # failures in a row that no bad moment explains
HOUR = timedelta(hours=1)
LEAST_ARTICLE_DAYS = 5  # with fewer, the longest gap says little
NEARLY_ALL = 0.8  # of the usual: what is less is said


@dataclass(frozen=True, slots=True)
class Condition:
    """How a source is. evidence: one sentence, without the word itself.

    expected : new articles that its last 7 days should have brought, in the hours we could see; None: not known yet.
    brought : new articles they did bring.
    """

    word: Word
    evidence: str
    expected: float | None = None
    brought: int = 0

    @property
    def is_trouble(self) -> bool:
        return self.word in TROUBLE


def conditions(
    sources: Iterable[Source],
    states: Mapping[str, SourceState],
    hours: pd.DataFrame,
    article_days: Mapping[str, Sequence[tuple[date, bool]]],
    *,
    zone: timezone,
    now: datetime,
) -> dict[str, Condition]:
    """Source.key → its condition.

    hours : one row a source and hour, as Archive.hourly_polls gives them, over HISTORY_DAYS. article_days : counting
    days with articles, oldest first, over GAP_DAYS, each with whether all its articles came late.
    """
    days = days_of(hours, zone)
    since = hours["hour"].max().to_pydatetime() - RECENT_DAYS * DAY if len(hours) else now
    recent = hours[hours["hour"] >= since]
    tables = {str(key): table for key, table in recent.groupby("source", sort=False)}
    factor = weekday_factor(list(days.values()))
    looked: list[tuple[Source, SourceState, _Past]] = []
    for source in sources:
        state = states.get(source.key) or SourceState(source.key)
        past = _Past(
            days.get(source.key) or Days(), tables.get(source.key), _on_time(article_days.get(source.key, ())),
            factor, zone, since,
        )  # fmt: skip
        looked.append((source, state, past))
    spans = {source.key: _spans(state, past) if source.is_polled else {} for source, state, past in looked}
    shares = shared_shares([(source.outlet.family, spans[source.key]) for source, _, _ in looked])
    return {
        source.key: _condition(source, state, past, spans[source.key], shares, now) for source, state, past in looked
    }


@dataclass(frozen=True, slots=True)
class _Past:
    days: Days
    hours: pd.DataFrame | None
    article_days: Sequence[date]
    factor: Mapping[int, float]
    zone: timezone
    since: datetime  # `hours` begin here


def _condition(
    source: Source,
    state: SourceState,
    past: _Past,
    spans: Mapping[int, Span],
    shares: Mapping[int, float],
    now: datetime,
) -> Condition:
    if source.retired is not None:
        return Condition("retired", source.retired)
    if not source.enabled:
        return Condition("switched off", "until someone turns it on")
    if state.last_poll is None:
        return Condition("new", "not polled yet")
    week = spans.get(7)
    expected, brought = (week.expected, week.brought) if week else (None, _brought(state, past))
    word, evidence = (
        _stale(state, past) or _unread(state, past.zone, now) or _without_articles(state, past)
        or _too_few(spans, shares) or _fine(state, past, expected, brought, shares[7])
    )  # fmt: skip
    return Condition(word, evidence, expected, brought)


# broken and blocked --------------------------------------------------------------------------------------------------


def _unread(state: SourceState, zone: timezone, now: datetime) -> tuple[Word, str] | None:
    """Cannot be read. One refusal that names us is enough; anything else may be a bad moment."""
    if not state.failures:
        return None
    since = f"no success since {_moment(state.last_success, zone)}" if state.last_success else "never a success"
    what = f"{since}, {_times(state.failures)} in a row: {state.last_error or state.last_outcome}"
    if state.last_outcome == "blocked":
        return "blocked", what
    is_long = state.last_success is not None and now - state.last_success >= DAY
    return ("broken", what) if state.failures >= SEVERAL or is_long else None


# suspect -------------------------------------------------------------------------------------------------------------


def _stale(state: SourceState, past: _Past) -> tuple[Word, str] | None:
    """Asked for everything, the server still says that nothing has changed."""
    if past.hours is None or not state.failures or not int(past.hours["stale"].iloc[-1]):
        return None
    last = _moment(state.last_new, past.zone) if state.last_new else "none yet"
    return "suspect", f"304 (not changed) also to requests for everything, {_times(state.failures)}; last new: {last}"


def _without_articles(state: SourceState, past: _Past) -> tuple[Word, str] | None:
    """Silent, though answering, for twice the longest gap it had before; days we could not see are left out."""
    days = past.article_days
    if state.last_success is None or len(days) < LEAST_ARTICLE_DAYS:
        return None
    unseen = [day for day, seen in past.days.seen.items() if not seen]
    longest = max(_observed_between(one, other, unseen) for one, other in pairwise(days))
    last = max(days[-1], state.last_new.astimezone(past.zone).date()) if state.last_new else days[-1]
    silent = _observed_between(last, state.last_success.astimezone(past.zone).date(), unseen)
    if silent <= 2 * longest:
        return None
    return "suspect", (
        f"answers, but the last new article is of {last}, {silent} days before its last answer; "
        f"its longest gap until then was {longest} {'day' if longest == 1 else 'days'}"
    )


def _observed_between(one: date, other: date, unseen: Sequence[date]) -> int:
    """Days from one to the other, without those known as not seen."""
    return max(0, (other - one).days - sum(one < day <= other for day in unseen))


def _on_time(days: Sequence[tuple[date, bool]]) -> list[date]:
    """Days with articles of their own time; where these are too few, the stock of the first answer helps out."""
    on_time = [day for day, late in days if not late]
    return on_time if len(on_time) >= LEAST_ARTICLE_DAYS else [day for day, _ in days]


# quiet ---------------------------------------------------------------------------------------------------------------


def _of_all(share: float) -> str:
    """A clause; "" when all together bring what is usual, or nearly."""
    return f", while all sources bring {share:.0%} of what is usual" if share < NEARLY_ALL else ""


def _too_few(spans: Mapping[int, Span], shares: Mapping[int, float]) -> tuple[Word, str] | None:
    if not spans:
        return None
    chances = {span: one.chance(shares[span]) for span, one in spans.items()}
    span = min(chances, key=lambda one: chances[one])
    worst, chance = spans[span], min(1.0, chances[span] * len(SPANS))
    if chance >= CHANCE:
        return None
    more = f" ({worst.unseen:.0f} more not seen)" if worst.unseen >= 1 else ""
    odds = "under 0.0001" if chance < 0.0001 else f"{chance:.2g}"
    return "quiet", (
        f"{worst.brought} new article{'' if worst.brought == 1 else 's'} in {_days(worst.days)}{more}, "
        f"{worst.expected:.0f} expected, chance {odds}{_of_all(shares[span])}"
    )


def _spans(state: SourceState, past: _Past) -> dict[int, Span]:
    """Span in days → its count; all end with the hour of the last answer."""
    if past.hours is None or state.last_success is None:
        return {}
    end = state.last_success.replace(minute=0, second=0, microsecond=0) + HOUR
    ages = (end - past.hours["hour"]).dt.total_seconds() / DAY.total_seconds()
    found = {}
    for span in SPANS:
        start = end - span * DAY
        base = observed_days(past.days, start.astimezone(past.zone).date())
        if len(base) < LEAST_DAYS or start < past.since:
            continue
        brought = int(past.hours["new"][(ages > 0) & (ages <= span)].sum())
        parts = exposure(past.days, start, end, past.zone)
        found[span] = span_of(brought, past.days, base, parts, past.factor, span)
    return found


# the rest ------------------------------------------------------------------------------------------------------------


def _brought(state: SourceState, past: _Past) -> int:
    """New articles of the 7 days that end with the last answer."""
    if past.hours is None or state.last_success is None:
        return 0
    return int(past.hours["new"][past.hours["hour"] > state.last_success - 7 * DAY - HOUR].sum())


def _fine(state: SourceState, past: _Past, expected: float | None, brought: int, share: float) -> tuple[Word, str]:
    failed = f"; the last poll failed: {state.last_error or state.last_outcome}" if state.failures else ""
    if expected is None:
        observed = sum(past.days.seen.values())
        since = "never answered yet" if state.last_success is None else f"{_days(observed)} observed"
        return "new", f"{since}; {LEAST_DAYS + 8} are needed to say what is usual{failed}"
    return "answers", f"{brought} new in 7 days, {expected:.0f} expected{_of_all(share)}{failed}"


def _times(failures: int) -> str:
    return f"{failures} failure{'' if failures == 1 else 's'}"


def _days(days: float) -> str:
    shown = f"{days:.1f}".removesuffix(".0")
    return f"{shown} day{'' if shown == '1' else 's'}"


def _moment(moment: datetime | None, zone: timezone) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else "never"
