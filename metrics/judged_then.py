"""Alerts and levels as they stood: judged anew from what had been seen and decided by then, stored nowhere.

Asks the store; no clock, no SQL. Of all that the last update knew it gives what that update stored; a test looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feeds.archive import Archive
from feeds.monitor import Monitor
from metrics import calibration, store
from metrics.alert import AlarmDay, Alert, alerts_of, detector_of
from metrics.attribution import Attribution
from metrics.judging import complete, days_dismissed, known_of, levels_of_alarms, rows_of
from metrics.level_rows import JOIN_DAYS
from metrics.levels import FARTHEST
from metrics.lexicon import Lexicon
from metrics.observe import HISTORY_DAYS
from metrics.series import series_of
from metrics.since_then import first_moved
from metrics.situation import Level, Reads, first_day_of_run, levels_to
from metrics.stood import as_they_stood
from metrics.store import alerts as stored
from metrics.store.alerts import StoredDecision
from metrics.store.telling import EditedSince, Moment, edited_since
from metrics.tag import Tagger
from metrics.watching import judged, keys_of, material


@dataclass(frozen=True, slots=True)
class JudgedThen:
    """Of the days to `last`. decisions : made by then, oldest first. levels : of the days asked for."""

    last: date
    alerts: tuple[Alert, ...]
    decisions: tuple[StoredDecision, ...]
    levels: dict[date, tuple[Level, ...]]


def judged_then(
    archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, *,
    last: date, as_of: datetime, levels_on: Sequence[date], read: Reads | None = None,
) -> JudgedThen | None:  # fmt: skip
    """None: nothing was polled or tagged by then. read : for who keeps what was read of days that do not change."""
    rules = store.current_rules(archive)
    if rules is None:
        return None
    has_its_words = rules.version == lexicon.rules_version
    moment = (
        _moment(archive, monitor, lexicon, attribution, last, as_of) if has_its_words else Moment(monitor, as_of, None)
    )
    keys, rule = keys_of(monitor), calibration.rule()
    detector, since = detector_of(rule, JOIN_DAYS, keys), None
    begun = store.first_polled(archive)
    if begun is not None and begun <= last:
        since = first_moved(archive, attribution, moment, first=begun, last=last, detector=detector)
    found = material(archive, monitor, lexicon, attribution, last=last, since=since, moment=moment, read=read)
    if found is None:
        return None
    dismissed = days_dismissed(archive, found, series_of(keys), until=as_of)
    known = known_of(archive, rules.id, found, series_of(keys), since, rule) if since is not None else None
    rows = rows_of(judged(found, keys, rule, known=known, dismissed=dismissed), since or found.first)
    before = [one for one in stored.alarm_days(archive) if since is not None and one.day < since]
    rows["level"] = levels_of_alarms(
        archive, monitor, lexicon, attribution, rows, before, last=last, moment=moment, read=read
    )
    alarms = before + [stored.alarm_day(row) for row in rows[rows["state"] == "alert"].itertuples()]
    made = alerts_of(alarms, threshold=rule.alert, rules_version=rules.version, detector=detector)
    alerts = tuple(complete(archive, attribution, found, made, since or found.first, moment))
    decided = tuple(one for one in stored.decisions(archive) if one.at <= as_of)
    run = levels_to(
        archive, monitor, lexicon, attribution, last=last, alerts=_alarms(alarms, alerts, decided), moment=moment,
        read=read,
    )  # fmt: skip
    shown = {day: tuple(run.on(day)) for day in levels_on if run.first <= day}
    return JudgedThen(last, alerts, decided, shown)


def _moment(
    archive: Archive, monitor: Monitor, lexicon: Lexicon, attribution: Attribution, last: date, as_of: datetime
) -> Moment:
    """With every article edited since that levels or the detector read, as far back as either looks."""
    first = min(store.first_polled(archive) or last, first_day_of_run(last) - timedelta(days=FARTHEST))
    edited = edited_since(archive, first=first - timedelta(days=2 * HISTORY_DAYS), last=last, as_of=as_of)
    if not edited:
        return Moment(monitor, as_of, {})
    read = as_they_stood(archive, Tagger(monitor, lexicon), attribution, edited, as_of=as_of)
    return Moment(
        monitor,
        as_of,
        {
            article: EditedSince(
                one.tagged.language, one.tagged.relevant, one.tagged.context, one.counted, one.credit or None
            )
            for article, one in read.items()
        },
    )


def _alarms(
    days: Sequence[AlarmDay], alerts: Sequence[Alert], decided: Sequence[StoredDecision]
) -> list[tuple[str, str, date]]:
    """(indicator, people, day) in alarm as reported, without those of alerts that were dismissed by then."""
    last = {one.decision.alert: one.decision.action for one in decided}
    out = [one for one in alerts if last.get(one.id) == "dismissed"]
    return [
        (one.series.indicator, one.series.people, one.day)
        for one in days
        if one.series.stance == "reported"
        and not any(one.series == alert.series and alert.opened <= one.day <= alert.last_alarm for alert in out)
    ]
