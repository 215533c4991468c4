"""A level in words: its name, its badges, and one sentence why it is what it is. Pure."""

from __future__ import annotations

from metrics.levels import (
    DAYS_OF_TEN,
    ELEVATED,
    HOLD,
    MORE,
    PUBLISHERS,
    REPEATED,
    SIDES,
)
from metrics.situation import Level

NAMES = {
    None: "no data",
    0: "none seen in our sources",
    1: "isolated reports",
    2: "repeated reports",
    3: "elevated",
    4: "sustained, several independent reports",
}
BADGES = {
    "no-data": "no data",
    "learning": "learning",
    "disputed": "disputed",
    "single-side": "one side only",
    "sources": "sources changed",
    "history": "from history files",
}
BADGE_HELP = {
    "no-data": "on more than 4 of the last 14 days our sources showed less than 70 % of what they usually do",
    "learning": "fewer than 56 days to compare with: the level may still move for that reason alone",
    "disputed": "at least a quarter of the stories that report or deny it deny it",
    "single-side": "only one side, or sides of one bloc, report it",
    "sources": "the level changed with the set of sources, not with what they report",
    "history": "it rests on articles loaded from files; which sources they hold was not observed",
}
REPORTING = "A level of reporting: it says how much is reported and by whom, not how severe things are."


def name(level: int | None) -> str:
    return NAMES[level]


def why(one: Level) -> str:
    """One sentence with the figures that make the level what it is, and what the next would need."""
    if one.level is None:
        return f"{one.unseen_14} of the last 14 days were not seen well enough to say anything."
    said = [_counts(one), *_next(one), *_held(one), *_scope(one)]
    return "; ".join(said) + "."


def _counts(one: Level) -> str:
    if not one.told_14:
        return "No story that reports or fears it in the last 14 days seen"
    if not one.reported_7:
        return f"{_stories(one.told_14)} in 14 days that report or fear it, none that reports it in 7"
    sides = f" of {_count(one.sides_7, 'side', 'sides')}" if one.sides_7 else ""
    publishers = _count(one.publishers_7, "publisher", "publishers")
    return f"{_stories(one.reported_7)} in 7 days from {publishers}{sides}{_against(one)}"


def _against(one: Level) -> str:
    if one.usual_7 is None:
        return ", too few days before to compare with"
    if one.ratio is None:
        return ", usually none"
    return f", {one.ratio:.1f} times the usual {one.usual_7:.1f} a week"


def _next(one: Level) -> list[str]:
    """What is missing for the level above what the day's own counts give."""
    if one.rule == 1 and one.reported_7:
        return [f"level 2 needs {REPEATED} in 7 days from {PUBLISHERS} publishers"]
    if one.rule == 2:
        return [f"level 3 needs {_listed(_missing(one))}"]
    if one.rule == 3:
        return [f"above the usual on {one.days_elevated} of 10 days, level 4 needs {DAYS_OF_TEN} and more sides"]
    if one.rule == 4:
        return [f"above the usual on {one.days_elevated} of the last 10 days"]
    return []


def _missing(one: Level) -> list[str]:
    return [
        *([f"{ELEVATED} stories"] if one.reported_7 < ELEVATED else []),
        *([f"{SIDES} sides or an institution"] if one.sides_7 < SIDES and not one.institution else []),
        *(
            [f"{MORE:.0f} times the usual, beyond chance"]
            if not one.alert and not ((one.ratio or 0) >= MORE and one.surely_more)
            else []
        ),
    ]


def _held(one: Level) -> list[str]:
    if one.rule is None or one.level is None or one.rule >= one.level:
        return []
    return [f"held at {one.level}: below it for {_count(one.days_below, 'day', 'days')}, it steps down after {HOLD}"]


def _scope(one: Level) -> list[str]:
    if "sources" not in one.badges:
        return []
    parts = [f"+{one.new_sources}"] * bool(one.new_sources) + [f"−{one.lost_sources}"] * bool(one.lost_sources)
    without = f", level {one.without_new} without the new ones" if one.without_new not in (None, one.level) else ""
    return [f"the sources changed in the last 28 days ({' '.join(parts)}{without})"]


def _stories(count: int) -> str:
    return _count(count, "story", "stories")


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _listed(parts: list[str]) -> str:
    return " and ".join(parts) if parts else "more"
