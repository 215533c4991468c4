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
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Literal, get_args

from feeds.model import Source, SourceState

if TYPE_CHECKING:
    import pandas as pd  # a poller, started by the same command, can do without its 65 MB

Word = Literal["broken", "blocked", "suspect", "quiet", "new", "answers", "switched off", "retired"]
WORDS: tuple[Word, ...] = get_args(Word)  # worst first
TROUBLE: tuple[Word, ...] = ("broken", "blocked", "suspect", "quiet")

RATE_DAYS = 56  # observed days that make a rate
LEAST_DAYS = 14  # with fewer, nothing is usual yet
SPANS = (1, 2, 4, 7, 14)  # days whose count is held against the rate
HISTORY_DAYS = 90  # calendar days of polls that are looked at: 56 observed ones, the spans, and some that were missed
RECENT_DAYS = 30  # before the newest poll of all, in which counts are looked for: a source silent longer is broken
GAP_DAYS = 400  # how far back the longest gap is looked for
CHANCE = 0.01
SEVERAL = 3  # failures in a row that no bad moment explains
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LEAST_ARTICLE_DAYS = 5  # with fewer, the longest gap says little
LEAST_EXPECTED = 3.0  # articles of a publisher in a span: with fewer, its share of the usual says nothing
NEARLY_ALL = 0.8  # of the usual: what is less is said
LEAST_PUBLISHERS = 6  # that a shared change is told from
LEAST_SHARE = 0.2  # of the usual: however quiet the world, who brings nothing at all is looked at
FACTOR_WEIGHT = 20.0  # articles' worth of doubt about a weekday being different
SCATTER, SCATTER_WEIGHT = 1.5, 10.0  # variance over mean that is assumed, for so many days' worth


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


@dataclass(slots=True)
class Days:
    """A source's past by calendar day, from its first answer on. seen: could we see it? new: articles that came."""

    seen: dict[date, bool] = field(default_factory=dict)
    new: dict[date, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Span:
    """One count held against what is usual."""

    days: float  # observed
    unseen: float  # days left out
    brought: int
    expected: float
    scatter: float  # variance over mean of the source's counts
    total: int  # articles that the rate rests on

    def chance(self, share: float) -> float:
        """Of so few or fewer, when all bring that share of the usual."""
        mean = self.expected * share
        # The rate is itself an estimate, the less certain the fewer articles it rests on.
        variance = self.scatter * (mean + mean**2 / self.total) if self.total else mean
        return chance_of_so_few(self.brought, mean, variance)


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


def shared_shares(spans: Iterable[tuple[str, Mapping[int, Span]]]) -> dict[int, float]:
    """Span in days → the share of the usual that most publishers bring; 1.0: as much or more, or too few can tell.

    spans : (publisher family, its spans) of every source. The median: it stays where it is while fewer than half of the
    publishers fall silent. A span that too few can tell of has the share of the next longer one.
    """
    brought: dict[tuple[int, str], int] = {}
    expected: dict[tuple[int, str], float] = {}
    for family, some in spans:
        for span, one in some.items():
            brought[span, family] = brought.get((span, family), 0) + one.brought
            expected[span, family] = expected.get((span, family), 0.0) + one.expected
    shares, share = {}, 1.0
    for span in reversed(SPANS):
        ratios = [brought[key] / usual for key, usual in expected.items() if key[0] == span and usual >= LEAST_EXPECTED]
        if len(ratios) >= LEAST_PUBLISHERS:
            share = max(LEAST_SHARE, min(1.0, median(ratios)))
        shares[span] = share
    return shares


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
        base = _base(past.days, start.astimezone(past.zone).date())
        if len(base) < LEAST_DAYS or start < past.since:
            continue
        brought = int(past.hours["new"][(ages > 0) & (ages <= span)].sum())
        found[span] = _span(brought, base, _exposure(past.days, start, end, past.zone), span, past)
    return found


def _base(days: Days, before: date) -> list[date]:
    """The last 56 observed days before that day; the very first day is left out, it began with the first poll."""
    first = min(days.seen, default=before)
    return sorted(day for day, seen in days.seen.items() if seen and first < day < before)[-RATE_DAYS:]


def _exposure(days: Days, start: datetime, end: datetime, zone: timezone) -> dict[date, float]:
    """Observed day → the part of it that lies within the span."""
    found = {}
    day = start.astimezone(zone).date()
    while (begin := datetime(day.year, day.month, day.day, tzinfo=zone)) < end:
        part = (min(end, begin + DAY) - max(start, begin)) / DAY
        if days.seen.get(day, False):
            found[day] = part
        day += DAY
    return found


def _span(brought: int, base: Sequence[date], exposure: Mapping[date, float], span: int, past: _Past) -> Span:
    factor, new = past.factor, past.days.new
    total = sum(new.get(day, 0) for day in base)
    rate = total / sum(factor[day.weekday()] for day in base)
    expected = rate * sum(part * factor[day.weekday()] for day, part in exposure.items())
    scatter = max(_scatter(base, new, rate, factor, size) for size in (1, 7))
    observed = sum(exposure.values())
    return Span(observed, span - observed, brought, expected, scatter, total)


def _scatter(
    base: Sequence[date], new: Mapping[date, int], rate: float, factor: Mapping[int, float], size: int
) -> float:
    """Variance over mean of the counts of `size` observed days each; 1 when they scatter like Poisson's, or less."""
    groups = [base[at : at + size] for at in range(0, len(base) - size + 1, size)]
    squares = 0.0
    for group in groups:
        mean = rate * sum(factor[day.weekday()] for day in group)
        squares += (sum(new.get(day, 0) for day in group) - mean) ** 2 / mean if mean else 0.0
    weight = SCATTER_WEIGHT / size
    return max(1.0, (squares + weight * SCATTER) / (max(1, len(groups) - 1) + weight))


def chance_of_so_few(count: int, mean: float, variance: float) -> float:
    """Probability of at most `count` under a negative binomial; a Poisson where the variance is not above the mean.

    >>> round(chance_of_so_few(3, 31, 31), 10), round(chance_of_so_few(3, 31, 150), 4), chance_of_so_few(0, 0, 0)
    (2e-10, 0.0003, 1.0)
    """
    from scipy.special import betainc, pdtr

    if mean <= 0:
        return 1.0
    if variance <= mean * 1.000001:
        return float(pdtr(count, mean))
    return float(betainc(mean**2 / (variance - mean), count + 1, mean / variance))


def weekday_factor(all_days: Sequence[Days]) -> dict[int, float]:
    """Weekday (0 = Monday) → how much more or less than on a usual day all sources bring; the mean is 1."""
    brought, usual = dict.fromkeys(range(7), 0.0), dict.fromkeys(range(7), 0.0)
    for days in all_days:
        base = _base(days, date.max)
        rate = sum(days.new.get(day, 0) for day in base) / max(1, len(base))
        for day in base:
            brought[day.weekday()] += days.new.get(day, 0)
            usual[day.weekday()] += rate
    factor = {day: (brought[day] + FACTOR_WEIGHT) / (usual[day] + FACTOR_WEIGHT) for day in range(7)}
    mean = sum(factor.values()) / 7
    return {day: value / mean for day, value in factor.items()}


def days_of(hours: pd.DataFrame, zone: timezone) -> dict[str, Days]:
    """Source.key → its hours as days in the monitor's zone."""
    if hours.empty:
        return {}
    day = (hours["hour"] + zone.utcoffset(None)).dt.date.rename("day")
    sums = hours.groupby([hours["source"], day], sort=True)[["answered", "kept", "lost", "new"]].sum()
    rows: dict[str, dict[date, tuple[int, int, int, int]]] = {}
    for (source, when), *counts in sums.itertuples():
        rows.setdefault(str(source), {})[when] = (counts[0], counts[1], counts[2], counts[3])
    return {source: _days_of(table) for source, table in rows.items()}


def _days_of(table: Mapping[date, tuple[int, int, int, int]]) -> Days:
    answered = {day: bool(kept and not lost) for day, (n, kept, lost, _) in table.items() if n}
    return Days(_seen(answered, list(table)), {day: new for day, (_, _, _, new) in table.items()})


def _seen(answered: Mapping[date, bool], polled: Sequence[date]) -> dict[date, bool]:
    """answered: day → whether items of before were still there. Silent days between count if nothing was lost."""
    if not answered:
        return {}
    seen = dict.fromkeys(answered, True)
    for one, other in pairwise(answered):
        seen.update({one + n * DAY: answered[other] for n in range(1, (other - one).days)})
    last = max(answered)
    seen.update({last + n * DAY: False for n in range(1, (max(polled) - last).days + 1)})
    return seen


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
