"""What the pages ask, answered once per change of the archive: one module a subject.

Reads only, but for decisions about alerts where the server was started with --edit. Answers are shared between sessions
and must not be changed by who reads them.
"""

from __future__ import annotations

from dashboard.data.claiming import (
    claims,
    figure_subjects,
    figure_units,
    masked,
    masker,
)
from dashboard.data.deciding import (
    decide_alert,
    decide_issue,
    letter,
    letters,
    may_decide,
    notes_on,
    record_feedback,
)
from dashboard.data.method import (
    case_files,
    evaluation,
    last_audit,
    measure,
    summary,
    summary_html,
)
from dashboard.data.overview import (
    alerts,
    arrived,
    article_count,
    cards,
    counted_under,
    day_counts,
    expected,
    first_tellers,
    is_tagged,
    last_summary,
    levels,
    levels_on,
    month,
    new_stories,
    peoples,
)
from dashboard.data.placing import (
    map_file,
    place_names,
    placed,
    spots,
    told_of_places,
)
from dashboard.data.polling import (
    add_source,
    check_feed,
    dropped,
    import_sources,
    in_panel,
    last_polls,
    opml,
    retire_source,
    seen_sources,
    source_notes,
)
from dashboard.data.telling import (
    articles_below,
    copies,
    drawn,
    event,
    members,
    reading,
    stories,
    story_count,
    traces,
    whole_text,
    why,
)
from dashboard.data.trends import (
    access,
    compared,
    counts,
    daily,
    figure,
    in_periods,
    loaded_days,
    observed,
    observers,
    panel_sources,
    reported_events,
    revised,
    source_changes,
    span,
)
from dashboard.data.watching import (
    archive,
    begin,
    is_shown,
    key,
    labels_in,
    languages,
    now,
    pinned,
    today,
    watched,
)
from dashboard.data.working import (
    UNLOOKED,
    Gone,
    backfill_running,
    first_round,
    is_polled,
    last_poll,
    standing,
    start_backfill,
)
