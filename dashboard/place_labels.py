"""Where the names of places stand on a map, so that none is written over another. Pure: numbers in, numbers out.

Reckoned for a narrow screen: circles and labels keep their size, so that on a wider one they only move apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from metrics.places import Spot

WIDEST = 46.0  # pixels across the circle of the place with most stories; areas are proportional
SMALL = 14.0  # a label may stand over circles below that
LEAST = 5.0  # a circle of one story must still be seen
NARROW = 300.0  # pixels of a map on a telephone: labels that fit there fit everywhere
LETTER, LINE = 7.0, 17.0  # pixels of a letter and of a line of a label
GAP = 4.0  # pixels between a circle and its label
EDGES = {"l": 44, "r": 6, "t": 40, "b": 26}  # pixels around a map: ticks, legend
THE_OTHER_MAP = "the map above"
MOST_LABELS = 12
KM_A_DEGREE = 111.32
SIDES = ("middle right", "middle left", "top center", "bottom center")


class Box(NamedTuple):
    """Left, bottom, right, top in pixels."""

    x0: float
    y0: float
    x1: float
    y1: float

    def holds(self, other: Box) -> bool:
        return self.x0 <= other.x0 and other.x1 <= self.x1 and self.y0 <= other.y0 and other.y1 <= self.y1

    def meets(self, other: Box) -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world that a map shows, in degrees, with room at its edges."""

    west: float
    east: float
    south: float
    north: float

    @property
    def squeeze(self) -> float:
        """A degree of longitude in degrees of latitude, in the middle."""
        return math.cos(math.radians((self.south + self.north) / 2))

    @property
    def wide(self) -> float:
        """From west to east, in degrees of latitude."""
        return (self.east - self.west) * self.squeeze

    @property
    def high(self) -> float:
        return self.north - self.south


@dataclass(frozen=True, slots=True)
class Sheet:
    """A frame on the narrowest screen, in pixels from its south-western corner; it may be higher or wider than that.

    height : pixels of the whole picture. What does not meet here meets on no wider screen: circles and labels keep
    their size, and only move apart.
    """

    frame: Frame
    height: int

    @property
    def pixels(self) -> float:
        """Of a degree of latitude."""
        return min(NARROW / self.frame.wide, self._room / self.frame.high)

    @property
    def _room(self) -> float:
        return self.height - EDGES["t"] - EDGES["b"]

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self.frame.west) * self.frame.squeeze * self.pixels, (lat - self.frame.south) * self.pixels

    @property
    def edge(self) -> Box:
        """The picture's own edges: the frame stands in its middle."""
        across, up = self.frame.wide * self.pixels, self.frame.high * self.pixels
        side, above = (NARROW - across) / 2, (self._room - up) / 2
        return Box(-side, -above, across + side, up + above)


def frame_of(places: Sequence[Spot]) -> Frame | None:
    """Around all places whose point is known; None: there is none."""
    known = [(one.lon, one.lat) for one in places if one.lon is not None and one.lat is not None]
    if not known:
        return None
    lons, lats = zip(*known, strict=True)
    room = 0.15 * max(max(lons) - min(lons), max(lats) - min(lats), 0.1)
    return Frame(min(lons) - room, max(lons) + room, min(lats) - room, max(lats) + room)


def width_of(stories: int, most: int) -> float:
    """Pixels across a circle.

    >>> width_of(100, 100), width_of(25, 100), width_of(1, 100_000)
    (46.0, 23.0, 5.0)
    """
    return max(WIDEST * math.sqrt(stories / max(most, 1)), LEAST)


def label_lines(one: Spot, count: int) -> list[str]:
    """A name of two parts takes two lines."""
    first, _, second = escape(one.name).partition(" / ")
    return [f"{first} /", f"{second} <b>{count:,}</b>"] if second else [f"{first} <b>{count:,}</b>"]


def labelled(
    named: Sequence[Spot], stories: Mapping[str, int], most: int, sheet: Sheet, inset: Frame | None = None
) -> dict[str, str]:
    """Place id → where its label stands; the places with most stories choose first, and nothing is written over.

    inset : the part that another map shows; its words and the bar of the scale are not written over either.
    """
    circles = {one.id: _circle(one, stories[one.id], most, sheet) for one in named}
    taken = [_bar(sheet), *([_words_of(inset, sheet)] if inset else [])]
    chosen: dict[str, str] = {}
    for one in named[:MOST_LABELS]:
        own = circles[one.id]
        others = [box for box in circles.values() if box.x1 - box.x0 > SMALL and not box.meets(own)]
        for side in SIDES:
            box = _text(own, label_lines(one, stories[one.id]), side)
            if sheet.edge.holds(box) and not any(box.meets(other) for other in (*taken, *others)):
                taken.append(box)
                chosen[one.id] = side
                break
    return chosen


def _circle(one: Spot, count: int, most: int, sheet: Sheet) -> Box:
    assert one.lon is not None
    assert one.lat is not None
    x, y = sheet.at(one.lon, one.lat)
    half = width_of(count, most) / 2
    return Box(x - half, y - half, x + half, y + half)


def _words_of(inset: Frame, sheet: Sheet) -> Box:
    """What stands below the frame of the other map."""
    x, y = sheet.at((inset.west + inset.east) / 2, inset.south)
    half = LETTER * len(THE_OTHER_MAP) / 2
    return Box(x - half, y - LINE - GAP, x + half, y)


def _bar(sheet: Sheet) -> Box:
    """The bar of the scale and its words, down on the right."""
    frame, long = sheet.frame, scale_km(sheet.frame) / KM_A_DEGREE * sheet.pixels
    x1, y = sheet.at(*bar_end(frame))
    half = max(long, LETTER * 6) / 2
    return Box(x1 - long / 2 - half, y - GAP, x1 - long / 2 + half, y + LINE + GAP)


def bar_end(frame: Frame) -> tuple[float, float]:
    """Where the bar of the scale ends: longitude, latitude."""
    return frame.east - 0.02 * (frame.east - frame.west), frame.south + 0.04 * frame.high


def _text(circle: Box, lines: Sequence[str], side: str) -> Box:
    wide = LETTER * max(len(line.replace("<b>", "").replace("</b>", "")) for line in lines)
    high = LINE * len(lines)
    x, y = (circle.x0 + circle.x1) / 2, (circle.y0 + circle.y1) / 2
    return {
        "middle right": Box(circle.x1, y - high / 2, circle.x1 + GAP + wide, y + high / 2),
        "middle left": Box(circle.x0 - GAP - wide, y - high / 2, circle.x0, y + high / 2),
        "top center": Box(x - wide / 2, circle.y1, x + wide / 2, circle.y1 + GAP + high),
        "bottom center": Box(x - wide / 2, circle.y0 - GAP - high, x + wide / 2, circle.y0),
    }[side]


def scale_km(frame: Frame) -> int:
    """A round length that takes about a fifth of the map's width.

    >>> scale_km(Frame(46, 47, 39, 40))
    20
    """
    fifth = (frame.east - frame.west) * frame.squeeze * KM_A_DEGREE / 5
    return max((n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500) if n <= fifth * 1.2), default=1)
