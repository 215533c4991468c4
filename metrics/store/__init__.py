"""SQL of derived tables (rebuildable from articles) and of records (never dropped). One function a question."""

from metrics.store.building import Rules, current_rules, drop_others, forget_stories, prepare_rules, rules_at, switch_to
from metrics.store.counting import recount, stale_days
from metrics.store.listing import articles_below
from metrics.store.observing import mark_all_stale, observe
from metrics.store.pages import pages_wanted
from metrics.store.paging import MOST_COUNTED, newest, stories, story_count
from metrics.store.panel import Everything, Panel, changes_of_sources, first_polled
from metrics.store.phrases import told_in_words
from metrics.store.placing import told_of_places
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
    totals,
)
from metrics.store.tagging import TaggedArticle, carriers_of, members_between, save_tagged, stories_of
from metrics.store.told import Counts, Told
from metrics.store.vintage import TagsThen, Vintage

__all__ = [
    "BREAKDOWNS",
    "MOST_COUNTED",
    "Counts",
    "DayCounts",
    "Everything",
    "Panel",
    "Rules",
    "StoryQuery",
    "TaggedArticle",
    "TagsThen",
    "Told",
    "Vintage",
    "articles_below",
    "carriers_of",
    "changed_days",
    "changes_of_sources",
    "copies",
    "current_rules",
    "daily_rows",
    "day_counts",
    "drop_others",
    "evidence_of",
    "first_polled",
    "forget_stories",
    "mark_all_stale",
    "members_between",
    "newest",
    "observe",
    "observed",
    "pages_wanted",
    "prepare_rules",
    "record_issue",
    "recount",
    "rollup",
    "rules_at",
    "save_tagged",
    "stale_days",
    "stories",
    "stories_of",
    "story_count",
    "switch_to",
    "told_in_words",
    "told_of_places",
    "totals",
]
