"""What turned since the issue before: alerts, levels of reporting, numbers of earlier issues. Pure: compares, words it.

Of days that were not seen nothing is concluded: then only what people decided is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from metrics.alert import ENDED_DAYS, Alert, State, state_of
from metrics.judged_then import JudgedThen
from metrics.model import UNSTATED
from metrics.revision_words import MANY, Changed, since_first_counted
from metrics.situation import Level
from metrics.summary_changes import label_of, people_label
from metrics.summary_model import (
    AlertNote,
    AlertTurn,
    Change,
    Correction,
    LevelMove,
    Material,
    Sentence,
)
from metrics.summary_words import Words, listed

BY_PEOPLE: Mapping[State, AlertTurn] = {"acknowledged": "acknowledged", "dismissed": "dismissed", "closed": "closed"}
TURNS: tuple[AlertTurn, ...] = ("opened", "reopened", "acknowledged", "dismissed", "closed", "ended", "gone")


# Alerts --------------------------------------------------------------------------------------------------------------


def alert_notes(material: Material, *, is_seen: bool) -> tuple[AlertNote, ...]:
    """Opened first, then what was decided, then what ended; each in order of its first day."""
    now, before = material.judged, material.judged_before
    if now is None:
        return ()
    known, were = _states(now), _states(before) if before else {}
    listed_now = {one.id: one for one in now.alerts}
    found = [
        _note(material, one, turn)
        for one in now.alerts
        if (turn := _turn(were.get(one.id), known[one.id], is_decided=_decided(now, before, one.id))) is not None
    ]
    gone = [one for one in (before.alerts if before else ()) if one.id not in listed_now]
    found += [_note(material, one, "gone") for one in gone if were[one.id] not in ("closed", "dismissed")]
    told = [one for one in found if is_seen or one.turn not in ("opened", "ended", "gone")]
    return tuple(sorted(told, key=lambda one: (TURNS.index(one.turn), one.day, one.id)))


def _states(judged: JudgedThen) -> dict[str, State]:
    decided = {one.decision.alert: one.decision for one in judged.decisions}
    return {one.id: state_of(one, decided.get(one.id), superseded=False, last_day=judged.last) for one in judged.alerts}


def _decided(now: JudgedThen, before: JudgedThen | None, alert: str) -> bool:
    """Did somebody decide about it since the issue before?"""
    known = len([one for one in (before.decisions if before else ()) if one.decision.alert == alert])
    return len([one for one in now.decisions if one.decision.alert == alert]) > known


def _turn(before: State | None, now: State, *, is_decided: bool) -> AlertTurn | None:
    if before is None:
        return "opened" if now in ("open", "acknowledged") else None  # of an old one nothing is news
    if before == now:
        return None
    if now == "open":
        return "reopened"
    return BY_PEOPLE[now] if is_decided or now != "closed" else "ended"


def _note(material: Material, alert: Alert, turn: AlertTurn) -> AlertNote:
    label = _alert_label(material, alert)
    return AlertNote(
        id=alert.id,
        turn=turn,
        indicator=alert.indicator,
        stance=alert.stance,
        people=alert.people,
        label=label,
        day=alert.opened,
        sentence=Sentence(_alert_text(material.words, alert, turn, label), alert.stories),
    )


def _alert_label(material: Material, alert: Alert) -> str:
    of = f" ({people_label(material, alert.people)})" if alert.people else ""
    return f"{label_of(material, alert.indicator)}{of}: {material.words.stances[alert.stance]}"


def _alert_text(words: Words, alert: Alert, turn: AlertTurn, label: str) -> str:
    return words.say(
        f"alert_{turn}",
        label=label,
        day=alert.opened.isoformat(),
        last=alert.last_alarm.isoformat(),
        stories=words.stories(round(alert.observed)),
        window=words.count("days", alert.window),
        expected=words.rate(alert.expected),
        baseline=words.count("days", alert.baseline_days),
        publishers=words.publishers(alert.families),
        sides=words.count("sides", len(alert.sides)),
        quiet=ENDED_DAYS,
        alarm_days=words.count("days", alert.alarm_days),
        told=words.stories(len(alert.stories)),
    )


# Levels --------------------------------------------------------------------------------------------------------------


def level_moves(
    material: Material, active: Sequence[str], first: date, day: date, *, is_seen: bool
) -> tuple[LevelMove, ...]:
    """Of all peoples together, and of each where the monitor splits an indicator: in sector order."""
    before, now = _levels(material, first, day)
    found = [
        _move(material, one, before[key].level)
        for key, one in now.items()
        if key[0] in active and key in before and before[key].level != one.level
    ]
    return tuple(one for one in found if one is not None) if is_seen else ()


def _levels(
    material: Material, first: date, day: date
) -> tuple[dict[tuple[str, str], Level], dict[tuple[str, str], Level]]:
    """As the issue before had them, and now."""
    then = material.judged_before.levels.get(first - timedelta(days=1), ()) if material.judged_before else ()
    now = material.judged.levels.get(day, ()) if material.judged else ()
    return {(one.indicator, one.people): one for one in then}, {(one.indicator, one.people): one for one in now}


def _move(material: Material, now: Level, before: int | None) -> LevelMove | None:
    if now.people == UNSTATED:
        return None
    label = label_of(material, now.indicator) + (f" ({people_label(material, now.people)})" if now.people else "")
    text = material.words.say(
        "level_move",
        label=label,
        before=_named(material.words, before),
        now=_named(material.words, now.level),
        why=_why(material.words, now),
    )
    return LevelMove(now.indicator, now.people, label, before, now.level, Sentence(text, _behind(material, now)))


def _named(words: Words, level: int | None) -> str:
    return words.levels["none"] if level is None else f"{level} ({words.levels[str(level)]})"


def _why(words: Words, now: Level) -> str:
    if now.level is None:
        return words.say("level_unseen", days=now.unseen_14)
    if not now.reported_7:
        return words.say("level_told", stories=words.stories(now.told_14))
    counts = {
        "stories": words.stories(now.reported_7),
        "publishers": words.publishers(now.publishers_7),
        "sides": words.count("sides", now.sides_7),
    }
    return words.say("level_counts", **counts, against=_against(words, now))


def _against(words: Words, now: Level) -> str:
    if now.usual_7 is None:
        return words.say("level_unknown")
    if now.ratio is None:
        return words.say("level_usually_none")
    return words.say("level_usual", times=words.times(now.ratio), usual=words.rate(now.usual_7))


def _behind(material: Material, level: Level) -> tuple[int, ...]:
    """The stories of the last 7 days that report it."""
    since = level.day - timedelta(days=6)
    mine = [
        one
        for one in material.stories
        if one.day is not None and since <= one.day <= level.day and one.says(level.indicator, "reported", level.people)
    ]
    return tuple(sorted(one.article for one in mine))


# What did not turn ---------------------------------------------------------------------------------------------------


def unchanged(
    material: Material, active: Sequence[str], first: date, day: date,
    changes: Sequence[Change], notes: Sequence[AlertNote], *, is_seen: bool,
) -> tuple[Sentence, Sentence] | tuple[None, None]:  # fmt: skip
    """One line with numbers, and the same by name: what is told as before, alerts still open, levels as before.

    None of days that were not seen.
    """
    words, same = material.words, [change for change in changes if change.direction == "same"]
    open_alerts, levels = _still_open(material, notes), _same_levels(material, active, first, day)
    if not is_seen or not (same or open_alerts or levels):
        return None, None
    as_before = sum(len(labels) for labels in levels.values())
    numbers = {"changes": len(same), "alerts": len(open_alerts), "levels": as_before}
    behind = {article for one in same for article in one.sentence.articles}
    behind |= {article for one in open_alerts for article in one.stories}
    ids = tuple(sorted(behind))
    short = words.say("unchanged", **{name: words.number(number) for name, number in numbers.items()})
    return Sentence(short, ids), Sentence(_by_name(material, same, open_alerts, levels), ids)


def _by_name(
    material: Material, same: Sequence[Change], open_alerts: Sequence[Alert], levels: Mapping[int, Sequence[str]]
) -> str:
    words = material.words
    told = listed([f"{one.label} ({words.number(one.week)})" for one in same])
    as_before = [f"{_named(words, level)}: {listed(levels[level])}" for level in sorted(levels, reverse=True)]
    parts = [
        words.say("same_changes", labels=told) if same else "",
        words.say("same_alerts", labels=listed([_since(material, one) for one in open_alerts])) if open_alerts else "",
        words.say("same_levels", levels="; ".join(as_before)) if as_before else "",
    ]
    return " ".join(part for part in parts if part)


def _still_open(material: Material, notes: Sequence[AlertNote]) -> list[Alert]:
    if material.judged is None:
        return []
    states, told = _states(material.judged), {one.id for one in notes}
    found = [one for one in material.judged.alerts if states[one.id] in ("open", "acknowledged") and one.id not in told]
    return sorted(found, key=lambda one: (one.opened, one.id))


def _since(material: Material, alert: Alert) -> str:
    since = material.words.phrase("since", since=alert.opened.isoformat())
    return f"{_alert_label(material, alert)} ({since})"


def _same_levels(material: Material, active: Sequence[str], first: date, day: date) -> dict[int, list[str]]:
    """Level → labels of the indicators that keep it; of all peoples together, and where there are data."""
    before, now = _levels(material, first, day)
    same: dict[int, list[str]] = {}
    for key, one in now.items():
        is_same = key in before and before[key].level == one.level
        if is_same and one.level is not None and key[0] in active and not key[1]:
            same.setdefault(one.level, []).append(label_of(material, key[0]))
    return same


# Corrections ---------------------------------------------------------------------------------------------------------


def corrections(material: Material) -> tuple[Correction, ...]:
    """One a number of an earlier issue, by its day."""
    return tuple(_correction(material, one) for one in since_first_counted(material.revisions))


def _correction(material: Material, one: Changed) -> Correction:
    words, people = material.words, "" if one.people == MANY else one.people
    label = label_of(material, one.indicator) + (f" ({people_label(material, people)})" if people else "")
    text = words.say(
        "correction",
        day=one.day.isoformat(),
        label=f"{label}: {words.stances[one.stance]}",
        first=_number(words, one.first),
        now=_number(words, one.now),
        why="; ".join(words.reasons[reason] for reason in one.reasons),
    )
    return Correction(
        one.day, one.indicator, one.stance, people, label, one.first, one.now, one.reasons,
        Sentence(text, one.articles),
    )  # fmt: skip


def _number(words: Words, stories: int | None) -> str:
    return words.phrase("not_seen") if stories is None else words.number(stories)
