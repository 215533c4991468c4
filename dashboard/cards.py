"""Cards of the Situation page: numbers become words and a small picture. Pure: counts nothing anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard import charts, pieces, words
from feeds.monitor import Monitor
from metrics import level_words
from metrics.situation import Level
from metrics.trend import Card

WEEK = 7


def board(
    cards: Sequence[Card],
    monitor: Monitor,
    labels: words.Labels,
    peoples: Mapping[str, Mapping[str, int]],
    palette: charts.Palette,
    access: str = "",
    levels: Mapping[tuple[str, str], Level] | None = None,
    *,
    by_level: bool = False,
    origins: Mapping[str, int] | None = None,
) -> list[tuple[str, list[pieces.CardWords]]]:
    """Active indicators under their sectors, in the monitor's order, or under their levels, the most reported first.

    levels : (indicator, people; "" all) → level.
    access : who could observe on the ground in these days; stands on every card on which none is seen.
    origins : indicator → publishers that were the first to tell a story of the 7 days.
    """
    shown = {
        card.indicator: card_words(
            card,
            monitor,
            labels,
            peoples.get(card.indicator, {}),
            palette,
            access,
            levels,
            origins=(origins or {}).get(card.indicator, 0),
        )
        for card in cards
        if card.active
    }
    if by_level and levels is not None:
        return _by_level(shown, monitor.indicator_keys, levels)
    return [(sector.label, [shown[key] for key in sector.indicators if key in shown]) for sector in monitor.sectors]


def _by_level(
    shown: Mapping[str, pieces.CardWords], keys: Sequence[str], levels: Mapping[tuple[str, str], Level]
) -> list[tuple[str, list[pieces.CardWords]]]:
    """Under one level in the monitor's order: no more is ranked than the level says."""
    of = {key: levels[key, ""].level for key in keys if key in shown}
    steps: tuple[int | None, ...] = (4, 3, 2, 1, 0, None)
    return [
        (f"{level_sign(step)} {level_words.name(step)}", [shown[key] for key in of if of[key] == step])
        for step in steps
    ]


def level_sign(level: int | None) -> str:
    return "–" if level is None else str(level)


def _level(indicator: str, labels: words.Labels, levels: Mapping[tuple[str, str], Level]) -> pieces.LevelWords:
    one = levels[indicator, ""]
    split = [each for (key, people), each in levels.items() if key == indicator and people]
    return pieces.LevelWords(
        sign=level_sign(one.level),
        name=level_words.name(one.level) + (" ▲ eased" if one.eased else ""),
        badges=_badges(one),
        why=level_words.why(one),
        peoples=tuple(
            f"{labels.people(each.people)}: {level_sign(each.level)}, {level_words.name(each.level)}. "
            f"{level_words.why(each)}"
            for each in split
            if each.level != 0
        ),
    )


def _badges(one: Level) -> tuple[tuple[str, str], ...]:
    shown = [badge for badge in one.badges if badge != "no-data"]  # its name says it
    return tuple((level_words.BADGES[badge], level_words.BADGE_HELP[badge]) for badge in shown)


def card_words(
    card: Card,
    monitor: Monitor,
    labels: words.Labels,
    peoples: Mapping[str, int],
    palette: charts.Palette,
    access: str = "",
    levels: Mapping[tuple[str, str], Level] | None = None,
    *,
    origins: int = 0,
) -> pieces.CardWords:
    """One card in words. peoples : people → stories of the 7 days; not netted, not added. origins : as `board` has it,
    0: not said."""
    label = labels.indicator(card.indicator)
    rate, usual = card.rate_7, card.before_28
    value, unit = _value(card)
    return pieces.CardWords(
        key=card.indicator,
        label=label,
        value=value,
        unit=unit,
        change=_change(card),
        sign=words.change_sign(rate, usual) if rate is not None else "",
        usual=words.usual(usual) if rate or (rate is not None and usual) else "",
        share=words.share_sentence(card.share_7, card.share_low, card.share_high) if card.stories_7 else "",
        gaps=_gaps(card),
        notes=(*([access] if access and card.stories_7 == 0 else []), *_notes(card, monitor, labels, peoples)),
        sides="; ".join([*([words.first_told(origins)] if origins and card.stories_7 else []), *_sides(card, labels)]),
        spark=charts.sparkline(card.spark, card.spark_states, palette, is_open=True, changed=_changed(card)),
        alt=words.spark_alt(label, card.spark, card.spark_states),
        level=_level(card.indicator, labels, levels) if levels is not None else None,
        address=labels.address,
    )


def _change(card: Card) -> str:
    if card.rate_7 is None:
        return ""
    said = words.change(card.rate_7, card.before_28)
    differs = words.change_sign(card.rate_7, card.before_28) in ("↑", "↓")
    return said + (words.change_chance(card.change_low, card.change_high) if differs else "")


def _value(card: Card) -> tuple[str, str]:
    if card.stories_7 is None:
        return "Not seen", "our sources did not answer in these 7 days"
    if card.stories_7 == 0:
        return "None seen", "in our sources in 7 days"
    return f"{card.stories_7:,}", "story in 7 days" if card.stories_7 == 1 else "stories in 7 days"


def _changed(card: Card) -> list[int]:
    """Places in the small picture of the days on which sources were added or lost."""
    return [place for day, _, _ in card.sources_changed if (place := len(card.spark) - 1 - (card.day - day).days) >= 0]


def _gaps(card: Card) -> str:
    missing = WEEK - card.seen_days_7
    return f"{words.number(missing, 'day', 'days')} of the 7 not seen" if 0 < missing < WEEK else ""


def _sides(card: Card, labels: words.Labels) -> list[str]:
    """In the monitor's order of sides, whatever their numbers."""
    shown = pieces.counted({key: card.sides_7.get(key, 0) for key in labels.sides}, labels.sides)
    return [f"published by: {shown}"] if shown else []


def _notes(card: Card, monitor: Monitor, labels: words.Labels, peoples: Mapping[str, int]) -> list[str]:
    others = {"eased": card.eased_7, "denied": card.denied_7, "feared": card.feared_7}
    notes = [
        f"{words.STANCE_SIGN[key]} {words.STANCES[key]} in {words.stories(count)}"
        for key, count in others.items()
        if count
    ]
    if monitor.indicator(card.indicator).split_by_people and card.stories_7:
        about = pieces.counted(dict(peoples), labels.peoples)
        notes.append(f"about: {about}" if about else "")
    sides = [side for side, count in card.sides_7.items() if count and side != "unknown"]
    if card.stories_7 and card.stories_7 > 1 and sides and set(sides) <= set(monitor.bloc_of(sides[0])):
        notes.append("not seen from any other side")
    return [note for note in notes if note]
