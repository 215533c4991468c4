"""Levels 0 to 4: how much is reported of an indicator, and by how many who do not depend on each other. Pure: no clock.

A reporting level. It says nothing of how severe things are on the ground, and is no IPC phase.

One day after the other, all series at once. Windows are of 7 and 14 *usual* days: a day on which we saw half counts for
half, so that an outage neither lowers a level nor, caught up, raises one. Sources count from their 56th day on, all of
a story's articles of such sources together; what they bring is held against the same sources' own days before.

The rules were set beforehand, and not fitted to events. Leaving the days of an episode out of its own baseline is the
repair that metrics.detect makes too: otherwise a lasting crisis becomes the usual within weeks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NO_DATA = -1
REPORTED, FEARED, EASED, DENIED = range(4)  # stances, as `Rows.stance` has them
STANCES = ("reported", "feared", "eased", "denied")

WEEK, FORTNIGHT = 7, 14  # usual days
WIDEST = 28  # calendar days in which a window looks for its usual days
WELL_SEEN, MOST_UNSEEN = 0.7, 4  # no data where more than 4 of 14 days were seen less well than this
REPEATED, PUBLISHERS = 3, 2  # stories in 7 days, from so many
ELEVATED, SIDES = 5, 2  # stories in 7 days; sides, or one institution
MORE, MUCH_MORE, BOUND = 2.0, 4.0, 0.05  # times the usual; its lower 90 % bound lies above 1
DAYS_OF_TEN, SIDES_SUSTAINED = 7, 3
YEAR, YEAR_KNOWN, TOP = 365, 300, 0.10
GAP, BASELINE, FARTHEST, KNOWN, LEAST = 21, 84, 180, 56, 14  # days of the baseline, as the detector has them
CENSORED = 120  # after so many days of an episode the baseline learns again
HOLD = 5  # days below a level before it steps down
LEAST_SEEN = 0.5


@dataclass(frozen=True, slots=True)
class Rows:
    """One row an article of a story and label; by story, and within it in order of appearance. All of one length.

    day : place in the days of the run; negative: before it. source, voice, bloc, series : numbers; bloc −1: not known.
    stance : place in STANCES. institution : published by one that can look for itself (the UN, the ICRC, a court).
    """

    story: Ints
    day: Ints
    source: Ints
    voice: Ints
    bloc: Ints
    institution: Bools
    series: Ints
    stance: Ints

    def of(self, chosen: Bools | Ints) -> Rows:
        return Rows(**{name: getattr(self, name)[chosen] for name in Rows.__slots__})


@dataclass(frozen=True, slots=True)
class Sources:
    """What each source showed. All of shape (sources, days). panel : counts in levels on that day.

    weight : relevant articles it usually brings. seen : could we see it.
    """

    seen: Bools
    weight: Floats
    panel: Bools


@dataclass(frozen=True, slots=True)
class Run:
    """Levels of some series over consecutive days; every array is of shape (series, days), NaN where not known.

    level : −1 no data. rule : what the day's own counts give, without the hold. learning : fewer than 56 days to
    compare with. Counts are distinct stories in 7 usual days, `told` of 14, reported or feared; baseline in stories a
    usual day; days_elevated of the last 10; held : days in a row below the level that is still shown.
    """

    level: Ints
    rule: Ints
    learning: Bools
    reported: Floats
    told: Floats
    eased: Floats
    denied: Floats
    voices: Floats
    blocs: Floats
    institutions: Bools
    alert: Bools
    baseline: Floats
    ratio: Floats
    surely_more: Bools
    days_elevated: Floats
    held: Floats
    unseen: Floats  # of the last 14 days, seen less than 70 %


def run(rows: Rows, sources: Sources, *, series: int, alert: Bools | None = None) -> Run:
    """One level a series and day. alert : shape (series, days), from the detector; None: none.

    A day's level depends on the days to it, never on later ones.
    """
    days = sources.seen.shape[1]
    done = _empty(series, days)
    if alert is not None:
        done.alert[:] = alert
    state = _State(np.zeros((series, days), bool), np.zeros(series, np.int64))
    counted: _Counted | None = None
    before: Bools | None = None
    for day in range(days):
        panel = sources.panel[:, day]
        if counted is None or before is None or not np.array_equal(panel, before):
            counted, before = _count(rows, panel, series, days), panel
        _one_day(done, counted, _exposure(sources, panel, day), state, day)
    return done


def _empty(series: int, days: int) -> Run:
    shape = (series, days)
    unknown = {name: np.full(shape, np.nan) for name in Run.__slots__}
    whole: dict[str, Ints] = {name: np.full(shape, NO_DATA, np.int64) for name in ("level", "rule")}
    marks = {name: np.zeros(shape, bool) for name in ("learning", "institutions", "alert", "surely_more")}
    return Run(**{**unknown, **whole, **marks})


@dataclass(slots=True)
class _State:
    """What one day hands to the next. censored : days of an episode, out of later baselines."""

    censored: Bools
    episode: Ints  # days that the present one has lasted


# Counts --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Counted:
    """Stories of one panel. n : (stances, series, days); told : reported or feared, each story once.

    last_* : for each (series, key) pair the last day up to each day on which it reported; −1: never.
    """

    n: Floats
    told: Floats
    voices: tuple[Ints, Ints]
    blocs: tuple[Ints, Ints]
    institutions: tuple[Ints, Ints]


def _count(rows: Rows, panel: Bools, series: int, days: int) -> _Counted:
    """A story has the day, voice and bloc of its first article in the panel, and the labels of all of them."""
    mine = rows.of(panel[rows.source] if len(panel) else np.zeros(len(rows.story), bool))
    _, first, inverse = np.unique(mine.story, return_index=True, return_inverse=True)
    day, voice, bloc = (column[first][inverse] for column in (mine.day, mine.voice, mine.bloc))
    institution = mine.institution[first][inverse]
    inside = (day >= 0) & (day < days)
    one = _once(inverse, mine.series * len(STANCES) + mine.stance) & inside
    n = np.zeros((len(STANCES), series, days))
    np.add.at(n, (mine.stance[one], mine.series[one], day[one]), 1)
    either = inside & (mine.stance <= FEARED)
    told = np.zeros((series, days))
    np.add.at(told, _places(mine.series, day, either, inverse), 1)
    said = one & (mine.stance == REPORTED)
    named, sent = said & (bloc >= 0), said & institution
    return _Counted(
        n,
        told,
        _last(mine.series[said], voice[said], day[said], days),
        _last(mine.series[named], bloc[named], day[named], days),
        _last(mine.series[sent], np.zeros_like(day[sent]), day[sent], days),
    )


def _once(story: Ints, key: Ints) -> Bools:
    """True at the first row of every (story, key)."""
    _, first = np.unique(_pair(story, key), return_index=True)
    once = np.zeros(len(story), bool)
    once[first] = True
    return once


def _places(series: Ints, day: Ints, chosen: Bools, story: Ints) -> tuple[Ints, Ints]:
    """(series, day) of the chosen rows, each story once a series."""
    kept = np.flatnonzero(chosen)
    kept = kept[_once(story[kept], series[kept])]
    return series[kept], day[kept]


def _last(series: Ints, key: Ints, day: Ints, days: int) -> tuple[Ints, Ints]:
    """(series of each pair, shape (pairs, days): the last day up to each day on which the pair occurred)."""
    pairs, first, inverse = np.unique(_pair(series, key), return_index=True, return_inverse=True)
    last = np.full((len(pairs), days), -1, np.int64)
    last[inverse, day] = day
    return series[first], np.maximum.accumulate(last, axis=1)


def _pair(left: Ints, right: Ints) -> Ints:
    """One number for two, none of them negative, in their order: sorted many times faster than pairs."""
    return left * (int(right.max(initial=0)) + 1) + right


def _since(pairs: tuple[Ints, Ints], begin: int, day: int, series: int) -> Floats:
    """Distinct keys a series that occurred from `begin` to `day`."""
    owner, last = pairs
    return np.bincount(owner[last[:, day] >= begin], minlength=series).astype(float)


def _exposure(sources: Sources, panel: Bools, day: int) -> Floats:
    """For each day to `day`: how much of what the panel brings now could be seen then, 0 to 1."""
    weight = np.where(panel, sources.weight[:, day], 0.0)
    total = weight.sum()
    return weight @ sources.seen[:, : day + 1] / total if total > 0 else np.zeros(day + 1)


def _window(exposure: Floats, usual_days: int) -> int:
    """First day of the shortest window to the last day that holds so many usual days, among the last 28."""
    begin = max(0, len(exposure) - WIDEST)
    backwards = np.cumsum(exposure[begin:][::-1])
    reached = np.flatnonzero(backwards >= usual_days - 0.5)
    return len(exposure) - 1 - int(reached[0]) if len(reached) else begin


# One day -------------------------------------------------------------------------------------------------------------


def _one_day(done: Run, counted: _Counted, exposure: Floats, state: _State, day: int) -> None:
    series = done.level.shape[0]
    last = exposure[max(0, day - FORTNIGHT + 1) :]
    unseen = FORTNIGHT - int((last >= WELL_SEEN).sum())
    done.unseen[:, day] = unseen
    if unseen > MOST_UNSEEN:
        state.episode[:] = 0
        return
    visible = exposure >= LEAST_SEEN
    exposure = np.where(visible, exposure, 0.0)  # a day not seen is in no sum, whatever came through
    week, fortnight = _window(exposure, WEEK), _window(exposure, FORTNIGHT)
    in_week = counted.n[:, :, week : day + 1] @ visible[week:].astype(float)
    done.reported[:, day], done.eased[:, day], done.denied[:, day] = in_week[[REPORTED, EASED, DENIED]]
    done.told[:, day] = counted.told[:, fortnight : day + 1] @ visible[fortnight:].astype(float)
    done.voices[:, day] = _since(counted.voices, week, day, series)
    done.blocs[:, day] = _since(counted.blocs, week, day, series)
    done.institutions[:, day] = _since(counted.institutions, week, day, series) > 0
    _compare(done, counted.n[REPORTED], exposure, visible, float(exposure[week:].sum()), state, day)
    done.rule[:, day] = _rule(done, day)
    _hold(done, day)
    is_episode = done.level[:, day] >= 3
    state.episode[:] = np.where(is_episode, state.episode + 1, 0)
    state.censored[:, day] = (is_episode & (state.episode <= CENSORED)) | done.alert[:, day]


def _compare(
    done: Run, reported: Floats, exposure: Floats, visible: Bools, week: float, state: _State, day: int
) -> None:
    """The week against the last 84 days that were seen and in no episode, within 180, ending 21 days before."""
    begin, end = max(0, day - FARTHEST), max(0, day - GAP + 1)
    usable = visible[begin:end] & ~state.censored[:, begin:end]
    usable &= np.cumsum(usable[:, ::-1], axis=1)[:, ::-1] <= BASELINE
    known = usable.sum(axis=1)
    stories = (reported[:, begin:end] * usable).sum(axis=1)
    shown = usable.astype(float) @ exposure[begin:end]
    done.learning[:, day] = known < KNOWN
    enough = known >= LEAST
    now = done.reported[:, day]
    with np.errstate(divide="ignore", invalid="ignore"):
        done.baseline[:, day] = np.where(enough, stories / shown, np.nan)
        done.ratio[:, day] = np.where(enough, (now / week) / (stories / shown), np.nan)
    done.surely_more[:, day] = enough & _surely_more(now, week, stories, shown)


def _surely_more(now: Floats, week: float, before: Floats, shown: Floats) -> Bools:
    """Is the ratio of two rates surely above 1? Jeffreys: the 5 % quantile of the share of all stories that are now's.

    Given all stories, those of now are binomial with share week ÷ (week + shown) if the rates are equal.
    """
    from scipy.special import betainc  # half a second of import: only who asks for a level waits for it

    equal = week / np.maximum(week + shown, 1e-9)
    surely: Bools = np.asarray(betainc(now + 0.5, before + 0.5, equal) < BOUND)
    return surely


def _rule(done: Run, day: int) -> Ints:
    """What the counts of this day give; the table in tests/metrics/test_levels.py is the specification."""
    reported, ratio = done.reported[:, day], done.ratio[:, day]
    more = (np.nan_to_num(ratio, nan=0.0, posinf=np.inf) >= MORE) & done.surely_more[:, day]
    several = (done.blocs[:, day] >= SIDES) | done.institutions[:, day]
    one = done.told[:, day] >= 1
    two = one & (reported >= REPEATED) & (done.voices[:, day] >= PUBLISHERS)
    three = two & (more | done.alert[:, day]) & (reported >= ELEVATED) & several
    done.days_elevated[:, day] = (done.rule[:, max(0, day - 9) : day] >= 3).sum(axis=1) + three
    others = done.blocs[:, day] - done.institutions[:, day]  # an institution stands for a side of its own
    independent = (done.blocs[:, day] >= SIDES_SUSTAINED) | (done.institutions[:, day] & (others >= 1))
    four = three & (done.days_elevated[:, day] >= DAYS_OF_TEN) & independent & _is_high(done, day)
    return one.astype(np.int64) + two + three + four


def _is_high(done: Run, day: int) -> Bools:
    """In the top tenth of the past year; until a year is known: four times the usual."""
    past = done.reported[:, max(0, day - YEAR) : day]
    known = np.isfinite(past).sum(axis=1)
    with np.errstate(invalid="ignore"):
        as_high = (past >= done.reported[:, [day]]).sum(axis=1)
    much = np.nan_to_num(done.ratio[:, day], nan=0.0, posinf=np.inf) >= MUCH_MORE
    return np.where(known >= YEAR_KNOWN, as_high <= TOP * known, much)


def _hold(done: Run, day: int) -> None:
    """A level rises at once, and steps down after five days with data below it: the most of the last five.

    Days without data do not count towards the five; what is older than 14 days is forgotten.
    """
    past = done.rule[:, max(0, day - FORTNIGHT + 1) : day + 1]
    with_data = past[:, past[0] != NO_DATA] if len(past) else past
    done.level[:, day] = with_data[:, -HOLD:].max(axis=1)
    below = with_data[:, ::-1] < done.level[:, [day]]
    done.held[:, day] = np.cumprod(below, axis=1).sum(axis=1)


# Badges --------------------------------------------------------------------------------------------------------------


def badges(done: Run, *, at: int, day: int) -> tuple[str, ...]:
    """Of one series on one day: no-data, learning, disputed, single-side."""
    if done.level[at, day] == NO_DATA:
        return ("no-data",)
    reported, denied = done.reported[at, day], done.denied[at, day]
    found = {
        "learning": bool(done.learning[at, day]),
        "disputed": denied > 0 and denied >= 0.25 * (reported + denied),
        "single-side": reported > 1 and done.blocs[at, day] == 1,
    }
    return tuple(name for name, holds in found.items() if holds)


def is_eased(done: Run, *, at: int, day: int) -> bool:
    """At least as many stories say that it eased as report it."""
    return bool(done.eased[at, day] > 0 and done.eased[at, day] >= done.reported[at, day])
