"""Days as the detector judged them, alerts and what people decided about them. SQL only; metrics.judging calls it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from feeds.archive import Archive
from feeds.archive.rows import insert_rows
from feeds.archive.schema import (
    AnyRow,
    alert_decisions,
    alerts,
    articles,
    judged_days,
    rules,
    source_days,
)
from metrics.alert import Action, AlarmDay, Alert, Decision, why_superseded
from metrics.series import Series
from metrics.store.observing import judge_again

CHUNK = 400
DAYS = 30  # written in one transaction of less than a tenth of a second
KEY = ("indicator", "stance", "people", "day")
JUDGED_COLUMNS = (
    "state", "held", "count", "expected", "watch_from", "alert_from", "score", "window", "window_count",
    "window_expected", "observability", "baseline_days", "new_baseline_since",
)  # fmt: skip
ALERT_COLUMNS = tuple(one.name for one in fields(Alert))


@dataclass(frozen=True, slots=True)
class Judging:
    """Where the detector stands. before : days before it are judged; None: none are. detector : made with what.

    last : the last polled day; None: none. decision : id of the last decision, 0: none.
    """

    rules: int
    rules_version: str
    before: date | None
    detector: str | None
    last: date | None
    decision: int


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An alert and when it was found. superseded : since when it no longer arises, None: it does; why."""

    alert: Alert
    made: datetime
    changed: datetime
    superseded: datetime | None
    superseded_why: str


@dataclass(frozen=True, slots=True)
class StoredDecision:
    decision: Decision
    at: datetime


def judging(archive: Archive) -> Judging | None:
    """None: nothing is tagged yet."""
    with archive.reading() as connection:
        row = connection.execute(select(rules).where(rules.c.is_current)).first()
        last = connection.execute(select(func.max(source_days.c.day))).scalar()
        newest = _newest_decision(connection)
    return Judging(row.id, row.version, row.judged_before, row.detector, last, newest) if row else None


def _newest_decision(connection: Connection) -> int:
    return int(connection.execute(select(func.max(alert_decisions.c.id))).scalar() or 0)


def known_days(archive: Archive, under: int, *, before: date, release: float) -> list[AnyRow]:
    """indicator, stance, people, day, state, score, window of days whose score keeps an alarm, or that are in alarm."""
    columns = [judged_days.c[name] for name in (*KEY, "state", "score", "window")]
    query = select(*columns).where(
        judged_days.c.rules == under,
        judged_days.c.day < before,
        or_(judged_days.c.score >= release, judged_days.c.state == "alert"),
    )
    with archive.reading() as connection:
        return list(connection.execute(query))


def save_days(archive: Archive, under: int, days: pd.DataFrame, *, since: date) -> None:
    """Judged days in place of all from `since` on, some a transaction; which days are done is said by `save_alerts`.

    days : columns of judged_days without `rules`; unknown is None or NaN.
    """
    with archive.writing() as connection:
        judge_again(connection, under, since)  # should this be cut short, they are judged again
    calendar = sorted(days["day"].unique())
    _forget_after(archive, under, calendar[-1] if calendar else since)
    for start in range(0, len(calendar), DAYS):
        some = calendar[start : start + DAYS]
        mine = days[(days["day"] >= some[0]) & (days["day"] <= some[-1])]
        rows = [{"rules": under, **row} for row in mine.to_dict("records")]
        with archive.writing() as connection:
            here = judged_days.c.day.between(some[0], some[-1])
            connection.execute(delete(judged_days).where(judged_days.c.rules == under, here))
            insert_rows(connection, judged_days, rows)


def _forget_after(archive: Archive, under: int, last: date) -> None:
    """Days that a clock running ahead had made."""
    with archive.writing() as connection:
        connection.execute(delete(judged_days).where(judged_days.c.rules == under, judged_days.c.day > last))


def alarm_days(archive: Archive) -> list[AlarmDay]:
    """Every day in alarm under the present rules."""
    query = (
        select(judged_days)
        .join(rules, rules.c.id == judged_days.c.rules)
        .where(rules.c.is_current, judged_days.c.state == "alert")
        .order_by(*(judged_days.c[name] for name in KEY))
    )
    with archive.reading() as connection:
        return [alarm_day(row) for row in connection.execute(query)]


def alarm_day(row: Any) -> AlarmDay:
    """row : columns of judged_days, by name."""
    return AlarmDay(
        series=Series(row.indicator, row.stance, row.people),
        day=row.day,
        window=row.window,
        observed=row.window_count,
        expected=row.window_expected,
        score=row.score,
        exposure=row.exposure,
        observability=row.observability,
        families=round(row.families or 0),
        baseline_days=row.baseline_days,
        dispersion=row.dispersion,
        new_baseline_since=row.new_baseline_since,
        level=row.level,
    )


# Records -------------------------------------------------------------------------------------------------------------


def stored_alerts(archive: Archive) -> list[StoredAlert]:
    """All that ever arose, newest first; of one day by id."""
    query = select(alerts).order_by(alerts.c.opened.desc(), alerts.c.id)
    with archive.reading() as connection:
        return [_stored(row) for row in connection.execute(query)]


def _stored(row: AnyRow) -> StoredAlert:
    values = {name: getattr(row, name) for name in ALERT_COLUMNS}
    alert = Alert(**(values | {"sides": tuple(row.sides), "stories": tuple(row.stories)}))
    return StoredAlert(alert, row.made, row.changed, row.superseded, row.superseded_why)


def save_alerts(
    archive: Archive, state: Judging, found: Sequence[Alert], *, now: datetime, before: date, detector: str
) -> None:
    """Bring the records up to date, and say that the days before `before` are judged: one transaction.

    What is stored and not found is superseded, never deleted. Nothing is said to be judged if somebody decided about an
    alert meanwhile: the next call looks again.
    """
    with archive.writing() as connection:
        known = {row.id: _stored(row) for row in connection.execute(select(alerts))}
        for alert in found:
            _save_alert(connection, alert, known.get(alert.id), now)
        _supersede(connection, known.values(), {one.id for one in found}, state.rules_version, detector, now)
        if _newest_decision(connection) == state.decision:
            done = update(rules).where(rules.c.id == state.rules)
            connection.execute(done.values(judged_before=before, detector=detector, counted=rules.c.counted + 1))


def _save_alert(connection: Connection, alert: Alert, known: StoredAlert | None, now: datetime) -> None:
    arises = {"superseded": None, "superseded_why": ""}
    values = asdict(alert) | {"sides": list(alert.sides), "stories": list(alert.stories)} | arises
    if known is None:
        connection.execute(insert(alerts).values(**values, made=now, changed=now))
    elif known.alert != alert or known.superseded is not None:
        connection.execute(update(alerts).where(alerts.c.id == alert.id).values(**values, changed=now))


def _supersede(
    connection: Connection,
    known: Iterable[StoredAlert],
    found: set[str],
    rules_version: str,
    detector: str,
    now: datetime,
) -> None:
    for one in known:
        if one.alert.id not in found and one.superseded is None:
            why = why_superseded(one.alert, rules_version=rules_version, detector=detector)
            gone = update(alerts).where(alerts.c.id == one.alert.id)
            connection.execute(gone.values(superseded=now, superseded_why=why, changed=now))


def decisions(archive: Archive) -> list[StoredDecision]:
    """Oldest first."""
    with archive.reading() as connection:
        rows = connection.execute(select(alert_decisions).order_by(alert_decisions.c.id)).all()
    return [
        StoredDecision(Decision(row.alert, row.action, row.reason, row.by, row.first_day, row.last_day), row.at)
        for row in rows
    ]


def decide(archive: Archive, decision: Decision, *, at: datetime, judge_from: date | None) -> None:
    """Record it. judge_from : the first day whose baseline it changes; None: it changes none."""
    with archive.writing() as connection:
        connection.execute(insert(alert_decisions).values(**asdict(decision), at=at))
        current = connection.execute(select(rules.c.id).where(rules.c.is_current)).scalar()
        if judge_from is not None and current is not None:
            judge_again(connection, current, judge_from)
        connection.execute(update(rules).values(counted=rules.c.counted + 1))  # pages look again


def last_decided(archive: Archive, action: Action, *, until: datetime | None = None) -> list[Decision]:
    """The last decisions about alerts, where they are `action`. until : made by then; None: all."""
    made = [one for one in decisions(archive) if until is None or one.at <= until]
    last = {one.decision.alert: one.decision for one in made}
    return [one for one in last.values() if one.action == action]


def levels_alarms(archive: Archive, *, first: date, last: date) -> list[tuple[str, str, date]]:
    """(indicator, people, day) of days in alarm as reported, without those of alerts that somebody dismissed."""
    out = {one.alert for one in last_decided(archive, "dismissed")}
    dismissed = [one.alert for one in stored_alerts(archive) if one.alert.id in out and one.superseded is None]
    return [
        (one.series.indicator, one.series.people, one.day)
        for one in alarm_days(archive)
        if first <= one.day <= last and one.series.stance == "reported" and not _is_of(one, dismissed)
    ]


def _is_of(day: AlarmDay, alerts: Iterable[Alert]) -> bool:
    return any(one.series == day.series and one.opened <= day.day <= one.last_alarm for one in alerts)


def headlines(archive: Archive, stories: Sequence[int]) -> list[tuple[int, str]]:
    """(story, "day, source: title" of its first-seen article), by story."""
    found: list[tuple[int, str]] = []
    with archive.reading() as connection:
        for start in range(0, len(stories), CHUNK):
            query = select(articles.c.id, articles.c.day, articles.c.source, articles.c.title)
            query = query.where(articles.c.id.in_(stories[start : start + CHUNK]))
            found += [(row.id, f"{row.day}, {row.source}: {row.title}") for row in connection.execute(query)]
    return sorted(found)


def judged_range(
    archive: Archive, *, first: date, last: date, indicator: str, stance: str, people: str = ""
) -> pd.DataFrame:
    """date and JUDGED_COLUMNS, one row a judged day of one series, oldest first; unknown is None or NaN."""
    columns = [judged_days.c[name] for name in JUDGED_COLUMNS]
    query = (
        select(judged_days.c.day, *columns)
        .join(rules, rules.c.id == judged_days.c.rules)
        .where(
            rules.c.is_current,
            judged_days.c.indicator == indicator,
            judged_days.c.stance == stance,
            judged_days.c.people == people,
            judged_days.c.day.between(first, last),
        )
        .order_by(judged_days.c.day)
    )
    with archive.reading() as connection:
        rows = connection.execute(query).all()
    return pd.DataFrame(rows, columns=["date", *JUDGED_COLUMNS])
