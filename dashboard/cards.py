"""Cards of the Situation page: numbers become words and a small picture. Pure: counts nothing anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard import charts, pieces, words
from feeds.monitor import Monitor
from metrics.trend import Card

WEEK = 7


def board(
    cards: Sequence[Card],
    monitor: Monitor,
    labels: words.Labels,
    peoples: Mapping[str, Mapping[str, int]],
    palette: charts.Palette,
    access: str = "",
) -> list[tuple[str, list[pieces.CardWords]]]:
    """Active indicators under their sectors, in the monitor's order.

    access : who could observe on the ground in these days; stands on every card on which none is seen.
    """
    active = {card.indicator: card for card in cards if card.active}
    return [
        (
            sector.label,
            [
                card_words(active[key], monitor, labels, peoples.get(key, {}), palette, access)
                for key in sector.indicators
                if key in active
            ],
        )
        for sector in monitor.sectors
    ]


def card_words(
    card: Card,
    monitor: Monitor,
    labels: words.Labels,
    peoples: Mapping[str, int],
    palette: charts.Palette,
    access: str = "",
) -> pieces.CardWords:
    """One card in words. peoples : people → stories of the 7 days; not netted, not added."""
    label = labels.indicator(card.indicator)
    rate = None if not card.seen_days_7 or card.stories_7 is None else card.stories_7 * WEEK / card.seen_days_7
    usual = card.before_28 if card.change is not None or card.before_28 == 0 else None
    value, unit = _value(card)
    return pieces.CardWords(
        key=card.indicator,
        label=label,
        value=value,
        unit=unit,
        change=words.change(rate, usual) if rate is not None else "",
        sign=words.change_sign(rate, usual) if rate is not None else "",
        usual=words.usual(usual) if rate or (rate is not None and usual) else "",
        share=words.share_sentence(card.share_7, card.share_low, card.share_high) if card.stories_7 else "",
        gaps=_gaps(card),
        notes=(*([access] if access and card.stories_7 == 0 else []), *_notes(card, monitor, labels, peoples)),
        sides=_sides(card, labels),
        spark=charts.sparkline(card.spark, card.spark_states, palette, is_open=True),
        alt=words.spark_alt(label, card.spark, card.spark_states),
    )


def _value(card: Card) -> tuple[str, str]:
    if card.stories_7 is None:
        return "Not seen", "our sources did not answer in these 7 days"
    if card.stories_7 == 0:
        return "None seen", "in our sources in 7 days"
    return f"{card.stories_7:,}", "story in 7 days" if card.stories_7 == 1 else "stories in 7 days"


def _gaps(card: Card) -> str:
    missing = WEEK - card.seen_days_7
    return f"{words.number(missing, 'day', 'days')} of the 7 not seen" if 0 < missing < WEEK else ""


def _sides(card: Card, labels: words.Labels) -> str:
    """In the monitor's order of sides, whatever their numbers."""
    shown = pieces.counted({key: card.sides_7.get(key, 0) for key in labels.sides}, labels.sides)
    return f"published by: {shown}" if shown else ""


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
