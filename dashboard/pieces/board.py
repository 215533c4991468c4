"""The cards of Situation under the headings of their sectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard import charts
from dashboard.pieces.text import plain, within


@dataclass(frozen=True, slots=True)
class LevelWords:
    """How much is reported, in words: "2", its name, its badges with what they mean, why, and of each people apart."""

    sign: str
    name: str
    badges: tuple[tuple[str, str], ...]
    why: str
    peoples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardWords:
    """One card of the Situation page, in words; `spark` is an SVG."""

    key: str
    label: str
    value: str
    unit: str
    change: str
    sign: str
    usual: str
    share: str
    gaps: str  # "" when all seven days were seen
    notes: tuple[str, ...]  # eased, denied, peoples, one side only
    sides: str
    spark: str
    alt: str
    level: LevelWords | None = None
    address: Mapping[str, str] = field(default_factory=dict)  # what its link carries besides


def card(item: CardWords) -> str:
    """One indicator: what was seen in seven days, against what is usual, and the last 28 days as a picture."""
    notes = "".join(f"<li>{plain(note)}</li>" for note in item.notes)
    gaps = f'<div class="m-gap">▨ {plain(item.gaps)}</div>' if item.gaps else ""
    size = "m-number" if item.value[0].isdigit() else "m-number m-none"
    sign = f'<span aria-hidden="true">{item.sign}</span> ' if item.sign else ""
    sides = f'<div class="m-share">{plain(item.sides)}</div>' if item.sides else ""
    listed = f'<ul class="m-notes">{notes}</ul>' if notes else ""
    return (
        f'<article class="m-card"><h3>{within("trends", plain(item.label), indicator=item.label, **item.address)}</h3>'
        f"{_level(item.level) if item.level else ''}"
        f'<div class="{size}"><b>{plain(item.value)}</b> <span>{plain(item.unit)}</span></div>'
        f'<div class="m-change">{sign}{plain(item.change)}{_aside(item.usual)}</div>{gaps}'
        f'<img class="m-spark" alt="{plain(item.alt)}" src="{charts.data_uri(item.spark)}">'
        f'<div class="m-share">{plain(item.share)}</div>{sides}{listed}</article>'
    )


def _level(item: LevelWords) -> str:
    """The level as a number and a name; its reason opens in place."""
    badges = "".join(f' <span class="m-badge" title="{plain(why)}">{plain(badge)}</span>' for badge, why in item.badges)
    peoples = "".join(f"<li>{plain(one)}</li>" for one in item.peoples)
    listed = f'<ul class="m-notes">{peoples}</ul>' if peoples else ""
    return (
        f'<details class="m-level"><summary><b class="m-step">{plain(item.sign)}</b> {plain(item.name)}'
        f"{badges}</summary><p>{plain(item.why)}</p>{listed}</details>"
    )


def _aside(text: str) -> str:
    return f' <span class="m-aside">({plain(text)})</span>' if text else ""


def board(sectors: Sequence[tuple[str, Sequence[CardWords]]]) -> str:
    """Cards under the headings of their sectors, in the monitor's order, an order that ranks nothing."""
    parts = [
        f'<section class="m-sector" style="--n:{len(cards)}"><h2>{plain(label)}</h2>'
        f'<div class="m-cards">{"".join(card(item) for item in cards)}</div></section>'
        for label, cards in sectors
        if cards
    ]
    return f'<div class="m-board">{"".join(parts)}</div>'
