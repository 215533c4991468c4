"""The days around an issue as numbers for its chart: stories about the subject, day by day. Pure, nothing is drawn."""

from __future__ import annotations

from collections import Counter

from metrics.summary_model import SEEN_STATES, ChartDay, Material


def chart_days(material: Material) -> tuple[ChartDay, ...]:
    """Every day compared, oldest first. A day that was not seen has no number, which is not 0."""
    told = Counter(story.day for story in material.stories)
    return tuple(
        ChartDay(one.day, one.state, told[one.day] if one.state in SEEN_STATES else None) for one in material.days
    )
