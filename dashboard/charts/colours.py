"""The colours of both themes, and what tells series apart for who sees no colours."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme. Every `series` colour has at least 3:1 against `ground`, every text colour 4.5:1."""

    ground: str
    ink: str
    soft: str  # secondary text
    grid: str
    hatch: str
    pale: str  # a partly seen day
    seen: str  # a seen day in the observability band
    event: str
    mark: str  # behind a matched term; carries `ink`
    card: str
    link: str
    series: tuple[str, ...]


LIGHT = Palette(
    ground="#ffffff", ink="#111111", soft="#4a5361", grid="#e3e7ed", hatch="#8b94a3", pale="#b9c6d8", seen="#5b7da6",
    event="#5d6673", mark="#ffe08a", card="#f2f4f7", link="#0b5cad",
    series=("#0b5cad", "#b35900", "#00795c", "#a0348a", "#5b5b5b", "#846800", "#c0203a", "#007a99", "#6b4fbb"),
)  # fmt: skip
DARK = Palette(
    ground="#10151c", ink="#f2f4f7", soft="#b3bcc9", grid="#2a3441", hatch="#8791a0", pale="#4d6380", seen="#7ea6d6",
    event="#a9b3c0", mark="#6b5300", card="#1b232e", link="#8ec5ff",
    series=("#6cb2ff", "#ffab5e", "#3fd1a6", "#f08fd8", "#c2c8d0", "#e0c040", "#ff8a8a", "#5fd3f0", "#b5a1ff"),
)  # fmt: skip
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "cross", "star", "triangle-down", "pentagon")


def palette(theme: str | None) -> Palette:
    """The palette of a theme's name; anything but "dark" is light."""
    return DARK if theme == "dark" else LIGHT


def both(light: str, dark: str) -> str:
    """A colour in CSS that goes with the scheme of the page."""
    return f"light-dark({light},{dark})"


def rgb(colour: str) -> str:
    """
    >>> rgb("#0b5cad")
    '11,92,173'
    """
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
