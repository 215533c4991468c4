"""Days in alarm → alerts: one a run of days, with every parameter of its first day and the stories behind it. Pure.

An alert says that more is told of an indicator than the days before make likely, by several publishers, on days we
could see well. It says nothing of why, and nothing of how bad things are. Its id is made of what is counted and its
first day, and all else of the archive's days, so the same archive and decisions give the same alerts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Literal

import numpy as np

from metrics.detect_model import Rule
from metrics.episodes import JOIN, REFRACTORY, episodes
from metrics.series import Series

ENDED_DAYS = 14  # without alarm: an alert nobody decided about closes by itself

Action = Literal["acknowledged", "dismissed", "closed", "reopened"]
State = Literal["open", "acknowledged", "dismissed", "closed", "superseded"]
ACTIONS: tuple[Action, ...] = ("acknowledged", "dismissed", "closed", "reopened")
STATES: tuple[State, ...] = ("open", "acknowledged", "dismissed", "closed", "superseded")


@dataclass(frozen=True, slots=True)
class AlarmDay:
    """One day of one series in alarm, as stored. Units as in detect_model.Scan; window in days.

    level : of reporting, 0 to 4; None: none, or not of reports.
    """

    series: Series
    day: date
    window: int
    observed: float
    expected: float
    score: float
    exposure: float
    observability: float
    families: int
    baseline_days: int
    dispersion: float
    new_baseline_since: date | None
    level: int | None = None

    @property
    def since(self) -> date:
        """First day of the window."""
        return self.day - timedelta(days=self.window - 1)


@dataclass(frozen=True, slots=True)
class Alert:
    """A run of days in alarm. window to new_baseline_since and level are of the first of them, stories of all.

    window : days. observed, expected : stories in the window. threshold : score from which on a day is an alert.
    exposure : relevant articles the sources that count usually bring a day, as far as they were seen; observability :
    the share seen. families : publisher families in 7 days. stories : ids of what was told from the first day of its
    window to its last day in alarm; sides : of those who first told it. previous : id of the alert before it of the
    same series.
    """

    id: str
    indicator: str
    stance: str
    people: str  # "" all together
    opened: date
    last_alarm: date
    alarm_days: int
    window: int
    observed: float
    expected: float
    score: float
    threshold: float
    exposure: float
    observability: float
    families: int
    sides: tuple[str, ...]
    baseline_days: int
    dispersion: float
    new_baseline_since: date | None
    stories: tuple[int, ...]
    previous: str | None
    rules_version: str
    detector: str
    level: int | None = None

    @property
    def series(self) -> Series:
        return Series(self.indicator, self.stance, self.people)

    @property
    def since(self) -> date:
        """First day of the window of its first day."""
        return self.opened - timedelta(days=self.window - 1)


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about an alert. first_day, last_day : the days decided about, as known then."""

    alert: str
    action: Action
    reason: str
    by: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Told:
    """A story with a label: the day and side of its first article among the sources that count."""

    story: int
    day: date
    side: str


def id_of(series: Series, opened: date) -> str:
    """
    >>> id_of(Series("food", "reported", ""), date(2023, 1, 10))
    'food-reported-2023-01-10'
    """
    return "-".join(part for part in (series.indicator, series.people, series.stance, opened.isoformat()) if part)


def detector_of(rule: Rule, *parameters: object) -> str:
    """Changes when any parameter of the detector does."""
    said = repr((sorted(asdict(rule).items()), JOIN, REFRACTORY, parameters))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def alerts_of(days: Iterable[AlarmDay], *, threshold: float, rules_version: str, detector: str) -> list[Alert]:
    """By series and first day. Stories and sides are not known yet: `with_stories`."""
    found = []
    for series, mine in groupby(sorted(days, key=lambda one: (one.series, one.day)), key=lambda one: one.series):
        runs = _runs(list(mine))
        made = [_alert(series, run, threshold, rules_version, detector) for run in runs]
        found += [made[0], *(replace(one, previous=before.id) for before, one in pairwise(made))]
    return found


def _runs(days: Sequence[AlarmDay]) -> list[list[AlarmDay]]:
    """Episodes, as metrics.episodes cuts them: one that begins too soon after another goes on with it, unless its level
    is above all that the other had.
    """
    first = days[0].day
    places = [(one.day - first).days for one in days]
    alarms = np.zeros((places[-1] + 1, 1), bool)
    level = np.zeros(alarms.shape)
    alarms[places, 0] = True
    level[places, 0] = _filled([one.level for one in days])
    number = episodes(alarms, level=level).number[places, 0].tolist()
    return [[one for _, one in some] for _, some in groupby(zip(number, days, strict=True), key=lambda pair: pair[0])]


def _filled(levels: Sequence[int | None]) -> list[int]:
    """A day without a level has that of the next that has one: that it becomes known is no rise."""
    done, following = [], next((one for one in reversed(levels) if one is not None), 0)
    for one in reversed(levels):
        following = following if one is None else one
        done.append(following)
    return done[::-1]


def _alert(series: Series, run: Sequence[AlarmDay], threshold: float, rules_version: str, detector: str) -> Alert:
    first = run[0]
    return Alert(
        id=id_of(series, first.day),
        indicator=series.indicator,
        stance=series.stance,
        people=series.people,
        opened=first.day,
        last_alarm=run[-1].day,
        alarm_days=len(run),
        window=first.window,
        observed=first.observed,
        expected=first.expected,
        score=first.score,
        threshold=threshold,
        exposure=first.exposure,
        observability=first.observability,
        families=first.families,
        sides=(),
        baseline_days=first.baseline_days,
        dispersion=first.dispersion,
        new_baseline_since=first.new_baseline_since,
        stories=(),
        previous=None,
        rules_version=rules_version,
        detector=detector,
        level=first.level,
    )


def with_stories(alert: Alert, told: Iterable[Told]) -> Alert:
    """told : stories of its series; those outside its days are left out."""
    mine = [one for one in told if alert.since <= one.day <= alert.last_alarm]
    sides = tuple(sorted({one.side for one in mine}))
    return replace(alert, stories=tuple(sorted({one.story for one in mine})), sides=sides)


def state_of(alert: Alert, decided: Decision | None, *, superseded: bool, last_day: date) -> State:
    """decided : the last decision about it. last_day : that the detector has judged."""
    if superseded:
        return "superseded"
    if decided is not None and decided.action in ("dismissed", "closed"):
        return "dismissed" if decided.action == "dismissed" else "closed"
    if (last_day - alert.last_alarm).days > ENDED_DAYS and (decided is None or decided.action != "reopened"):
        return "closed"
    return "acknowledged" if decided is not None and decided.action == "acknowledged" else "open"


def why_not(action: Action, state: State) -> str | None:
    """What speaks against deciding so about an alert in this state; None: nothing."""
    if state == "superseded":
        return "it no longer arises, so there is nothing to decide"
    if action == "reopened" and state in ("open", "acknowledged"):
        return f"it is {state} already"
    if action != "reopened" and state == action:
        return f"it is {state} already"
    return None


def why_superseded(alert: Alert, *, rules_version: str, detector: str) -> str:
    """One sentence."""
    if alert.rules_version != rules_version:
        return f"The words changed (rules {alert.rules_version} to {rules_version}), and with them it does not arise."
    if alert.detector != detector:
        return "The parameters of the detector changed, and with them it does not arise."
    return "Its days were counted again, after late articles, edits, sources or a decision, and it does not arise."
