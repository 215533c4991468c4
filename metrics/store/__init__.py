"""SQL of derived tables (rebuildable from articles) and of records (never dropped). One function a question."""

from metrics.store.counting import recount, stale_days
from metrics.store.observing import mark_all_stale, observe
from metrics.store.questions import (
    BREAKDOWNS,
    DayCounts,
    StoryQuery,
    changed_days,
    copies,
    daily_rows,
    day_counts,
    evidence_of,
    observed,
    record_issue,
    rollup,
    stories,
    totals,
)
from metrics.store.tagging import (
    Rules,
    TaggedArticle,
    current_rules,
    known_members,
    prepare_rules,
    recent_members,
    save_tagged,
    switch_to,
)

__all__ = [
    "BREAKDOWNS",
    "DayCounts",
    "Rules",
    "StoryQuery",
    "TaggedArticle",
    "changed_days",
    "copies",
    "current_rules",
    "daily_rows",
    "day_counts",
    "evidence_of",
    "known_members",
    "mark_all_stale",
    "observe",
    "observed",
    "prepare_rules",
    "recent_members",
    "record_issue",
    "recount",
    "rollup",
    "save_tagged",
    "stale_days",
    "stories",
    "switch_to",
    "totals",
]
