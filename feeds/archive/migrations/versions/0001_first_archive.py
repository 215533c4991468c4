"""The first archive: articles, versions, ledger; derived tables; records; full-text search."""

import sqlalchemy as sa
from alembic import op

from feeds.archive.schema import Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False, comment="the archive's number; grows"),
        sa.Column("source", sa.String(length=80), nullable=False, comment="Source.key"),
        sa.Column(
            "guid",
            sa.Text(),
            nullable=False,
            comment="unique within the source: guid:…, link:… or title:…, see feeds/identity.py",
        ),
        sa.Column(
            "link",
            sa.Text(),
            nullable=True,
            comment="normalised address that finds the article again; NULL: none, or not unique in its feed",
        ),
        sa.Column(
            "url",
            sa.Text(),
            nullable=False,
            comment="address as published, absolute http(s); empty: the feed gives none",
        ),
        sa.Column("title", sa.Text(), nullable=False, comment="plain text, NFC; empty: the feed gives none"),
        sa.Column(
            "text", sa.Text(), nullable=False, comment="plain text of content or summary; empty: the feed gives neither"
        ),
        sa.Column(
            "folded", sa.Text(), nullable=False, comment="title and text, folded and without marks: what search reads"
        ),
        sa.Column(
            "language",
            sa.String(length=8),
            nullable=False,
            comment="as feed or source says; empty: they do not; tags.language is the detected one",
        ),
        sa.Column(
            "outlet",
            sa.Text(),
            nullable=False,
            comment="outlet named by the item itself; empty: the source's default outlet",
        ),
        sa.Column(
            "published", Moment(), nullable=True, comment="UTC, the source's word; NULL: no date, or one we cannot read"
        ),
        sa.Column("seen", Moment(), nullable=False, comment="UTC, our first poll of it"),
        sa.Column(
            "first_time",
            Moment(),
            nullable=False,
            comment="UTC, published clamped into [previous success, seen]; smallest is a story's origin",
        ),
        sa.Column(
            "day",
            sa.Date(),
            nullable=True,
            comment="counting day in the monitor's zone; NULL: stored and searchable, not counted",
        ),
        sa.Column(
            "late", sa.Boolean(), nullable=False, comment="published more than 7 days before seen: out of alerts"
        ),
        sa.Column("backfill", sa.Boolean(), nullable=False, comment="loaded from a file or an archive, not polled"),
        sa.Column(
            "hash",
            sa.LargeBinary(length=16),
            nullable=False,
            comment="blake2 of title, text and url: a change makes a new version",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="current version, from 1"),
        sa.Column("version_id", sa.Integer(), nullable=False, comment="article_versions.id of the current version"),
        sa.Column(
            "changed",
            Moment(),
            nullable=True,
            comment="UTC, when the current version was first seen; NULL: still the first version",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("source", "guid", name=op.f("uq_articles_source_guid")),
        comment="One item as its source published it, in its current version.",
        info={"kind": "archive"},
    )
    op.create_index(op.f("ix_articles_day"), "articles", ["day"], unique=False)
    op.create_index(op.f("ix_articles_seen"), "articles", ["seen"], unique=False)
    op.create_index(op.f("ix_articles_source_link"), "articles", ["source", "link"], unique=False)
    op.create_index(op.f("ix_articles_version_id"), "articles", ["version_id"], unique=False)
    op.create_table(
        "issues",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False, comment="the issue's number"),
        sa.Column("day", sa.Date(), nullable=False, comment="the day summarised"),
        sa.Column("as_of", Moment(), nullable=False, comment="UTC; articles seen up to then"),
        sa.Column("rules_version", sa.String(length=16), nullable=False, comment="rules the issue was made with"),
        sa.Column("format", sa.String(length=10), nullable=False, comment="md, html, json, csv"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="of the bytes handed out"),
        sa.Column("made", Moment(), nullable=False, comment="UTC"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issues")),
        comment="Daily summaries that were handed out.",
        info={"kind": "records"},
    )
    op.create_table(
        "polls",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False, comment="grows"),
        sa.Column("source", sa.String(length=80), nullable=False, comment="Source.key"),
        sa.Column("at", Moment(), nullable=False, comment="UTC, when the poll started"),
        sa.Column(
            "outcome",
            sa.String(length=20),
            nullable=False,
            comment="ok, not-modified, unreachable, refused, unreadable",
        ),
        sa.Column("status", sa.Integer(), nullable=True, comment="HTTP status; NULL: no answer"),
        sa.Column("seconds", sa.Float(), nullable=False, comment="wall time of the fetch"),
        sa.Column("bytes", sa.Integer(), nullable=False, comment="bytes of the decoded body"),
        sa.Column("items_seen", sa.Integer(), nullable=False, comment="items in the feed"),
        sa.Column("items_new", sa.Integer(), nullable=False, comment="items stored as new articles"),
        sa.Column("items_updated", sa.Integer(), nullable=False, comment="items stored as a new version"),
        sa.Column("items_known", sa.Integer(), nullable=False, comment="items already stored, unchanged"),
        sa.Column(
            "dropped",
            sa.JSON(),
            nullable=False,
            comment="items not stored, by reason (feeds/model.py DROP_REASONS); {} : none",
        ),
        sa.Column("error", sa.Text(), nullable=True, comment="one sentence for a person; NULL: it succeeded"),
        sa.Column(
            "overlaps",
            sa.Boolean(),
            nullable=True,
            comment="an item stored before is still in the feed; NULL: cannot be told",
        ),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was polled then"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
        comment="The ledger: one row a poll. items_seen = items_new + items_updated + items_known + sum of dropped.",
        info={"kind": "archive"},
    )
    op.create_index(op.f("ix_polls_at"), "polls", ["at"], unique=False)
    op.create_index(op.f("ix_polls_source_at"), "polls", ["source", "at"], unique=False)
    op.create_table(
        "rules",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False, comment="grows"),
        sa.Column(
            "version",
            sa.String(length=16),
            nullable=False,
            comment="hash of the monitor's rules and the tagger's code version",
        ),
        sa.Column(
            "sources_hash",
            sa.String(length=16),
            nullable=False,
            comment="hash of sources and outlets (side, family, scope) at the last full count",
        ),
        sa.Column("mark", sa.Integer(), nullable=False, comment="article_versions.id up to which articles are tagged"),
        sa.Column(
            "counted",
            sa.Integer(),
            nullable=False,
            comment="grows with every finished count: pages look again when it does",
        ),
        sa.Column("is_current", sa.Boolean(), nullable=False, comment="the version pages and exports read"),
        sa.Column("built", Moment(), nullable=False, comment="UTC, when it was started"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        comment="One row a rules_version that tags were built with; readers use the current one.",
        info={"kind": "derived"},
    )
    op.create_table(
        "source_days",
        sa.Column("source", sa.String(length=80), nullable=False, comment="Source.key"),
        sa.Column("day", sa.Date(), nullable=False, comment="calendar day in the monitor's zone"),
        sa.Column("polls", sa.Integer(), nullable=False, comment="polls made that day"),
        sa.Column("answered", sa.Integer(), nullable=False, comment="polls that succeeded that day"),
        sa.Column(
            "overlapped",
            sa.Boolean(),
            nullable=True,
            comment="the first success after a silence still held an item from before it; NULL: cannot be told",
        ),
        sa.PrimaryKeyConstraint("source", "day", name=op.f("pk_source_days")),
        comment="What one source showed us on one day.",
        info={"kind": "derived"},
    )
    op.create_table(
        "sources",
        sa.Column("key", sa.String(length=80), nullable=False, comment="Source.key; never reused"),
        sa.Column("etag", sa.Text(), nullable=True, comment="validator of the last good answer; NULL: none given"),
        sa.Column(
            "last_modified", sa.Text(), nullable=True, comment="validator of the last good answer; NULL: none given"
        ),
        sa.Column(
            "body_hash", sa.String(length=64), nullable=True, comment="blake2 of the last good body; NULL: none yet"
        ),
        sa.Column("polls", sa.Integer(), nullable=False, comment="polls ever made"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="failed polls in a row; 0 after a success"),
        sa.Column("last_poll", Moment(), nullable=True, comment="UTC; NULL: never polled (loaded from files only)"),
        sa.Column(
            "last_success", Moment(), nullable=True, comment="UTC; 200 and parsed, or 304 after such; NULL: never"
        ),
        sa.Column("first_success", Moment(), nullable=True, comment="UTC; NULL: never"),
        sa.Column(
            "last_new", Moment(), nullable=True, comment="UTC; last poll that brought a new article; NULL: never"
        ),
        sa.Column(
            "last_outcome",
            sa.String(length=20),
            nullable=True,
            comment="ok, not-modified, unreachable, refused, unreadable; NULL: never polled",
        ),
        sa.Column(
            "last_error", sa.Text(), nullable=True, comment="one sentence for a person; NULL: the last poll succeeded"
        ),
        sa.Column("moved_to", sa.Text(), nullable=True, comment="address of a permanent redirect; NULL: has not moved"),
        sa.Column("next_poll", Moment(), nullable=True, comment="UTC; when it is due; NULL: at once"),
        sa.Column("next_reason", sa.Text(), nullable=True, comment="why then, in words; NULL: never polled"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sources")),
        comment="What the poller remembers of a source between polls; one row a source ever polled.",
        info={"kind": "archive"},
    )
    op.create_table(
        "article_versions",
        sa.Column(
            "id",
            sa.Integer(),
            autoincrement=True,
            nullable=False,
            comment="grows with every stored version: what the tagger has read up to",
        ),
        sa.Column("article", sa.Integer(), nullable=False, comment="articles.id"),
        sa.Column("version", sa.Integer(), nullable=False, comment="from 1"),
        sa.Column("seen", Moment(), nullable=False, comment="UTC, when this version was first seen"),
        sa.Column(
            "title", sa.Text(), nullable=True, comment="plain text; NULL: this is the current version, read articles"
        ),
        sa.Column(
            "text", sa.Text(), nullable=True, comment="plain text; NULL: this is the current version, read articles"
        ),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_article_versions_article")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_versions")),
        comment="Every version of every article; the text of the current one stands in articles.",
        info={"kind": "archive"},
    )
    op.create_index(
        op.f("ix_article_versions_article_version"), "article_versions", ["article", "version"], unique=True
    )
    op.create_table(
        "daily",
        sa.Column("rules", sa.Integer(), nullable=False, comment="rules.id"),
        sa.Column("indicator", sa.String(length=40), nullable=False, comment="key of the indicator"),
        sa.Column("stance", sa.String(length=10), nullable=False, comment="reported, eased, denied, feared, past"),
        sa.Column("day", sa.Date(), nullable=False, comment="counting day of the story's origin"),
        sa.Column(
            "occurrence",
            sa.String(length=10),
            nullable=False,
            comment="new, ongoing, demand; none: stance is not reported; *: any",
        ),
        sa.Column("people", sa.String(length=60), nullable=False, comment="key of the people; *: any"),
        sa.Column("language", sa.String(length=8), nullable=False, comment="of the origin; empty: could not be told"),
        sa.Column("side", sa.String(length=40), nullable=False, comment="of the origin's outlet"),
        sa.Column("articles", sa.Integer(), nullable=False, comment="articles of these stories that carry the label"),
        sa.Column("stories", sa.Integer(), nullable=False, comment="stories; adds up over days, languages, sides"),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_daily_rules")),
        sa.PrimaryKeyConstraint(
            "rules", "indicator", "stance", "day", "occurrence", "people", "language", "side", name=op.f("pk_daily")
        ),
        comment="Distinct stories per day, indicator, stance, occurrence, people, language and side. A * stands for"
        " all of them together, each story once:"
        " a story can carry several occurrences and peoples, so they never add up.",
        info={"kind": "derived"},
    )
    op.create_index(op.f("ix_daily_rules_day"), "daily", ["rules", "day"], unique=False)
    op.create_table(
        "daily_observed",
        sa.Column("rules", sa.Integer(), nullable=False, comment="rules.id"),
        sa.Column("day", sa.Date(), nullable=False, comment="calendar day in the monitor's zone"),
        sa.Column("language", sa.String(length=8), nullable=False, comment="language of the source"),
        sa.Column("side", sa.String(length=40), nullable=False, comment="side of the source's outlet"),
        sa.Column("usual", sa.Float(), nullable=False, comment="relevant articles our sources would normally bring"),
        sa.Column("usual_seen", sa.Float(), nullable=False, comment="of usual: from sources we could see"),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_daily_observed_rules")),
        sa.PrimaryKeyConstraint("rules", "day", "language", "side", name=op.f("pk_daily_observed")),
        comment="Observability per day, language and side: usual_seen divided by usual, never stored as a ratio.",
        info={"kind": "derived"},
    )
    op.create_table(
        "daily_rollup",
        sa.Column("rules", sa.Integer(), nullable=False, comment="rules.id"),
        sa.Column("indicator", sa.String(length=40), nullable=False, comment="key of the indicator"),
        sa.Column("stance", sa.String(length=10), nullable=False, comment="reported, eased, denied, feared, past"),
        sa.Column("day", sa.Date(), nullable=False, comment="counting day"),
        sa.Column("articles", sa.Integer(), nullable=False, comment="articles of these stories that carry the label"),
        sa.Column("stories", sa.Integer(), nullable=False, comment="distinct stories"),
        sa.Column(
            "late", sa.Integer(), nullable=False, comment="of the stories: published more than 7 days before seen"
        ),
        sa.Column("backfill", sa.Integer(), nullable=False, comment="of the stories: loaded from a file or an archive"),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_daily_rollup_rules")),
        sa.PrimaryKeyConstraint("rules", "indicator", "stance", "day", name=op.f("pk_daily_rollup")),
        comment="Stories and articles per day, indicator and stance: what charts read.",
        info={"kind": "derived"},
    )
    op.create_table(
        "daily_totals",
        sa.Column("rules", sa.Integer(), nullable=False, comment="rules.id"),
        sa.Column("day", sa.Date(), nullable=False, comment="counting day"),
        sa.Column("language", sa.String(length=8), nullable=False, comment="of the origin"),
        sa.Column("side", sa.String(length=40), nullable=False, comment="of the origin's outlet"),
        sa.Column("total_stories", sa.Integer(), nullable=False, comment="all stories"),
        sa.Column("relevant_stories", sa.Integer(), nullable=False, comment="stories about the crisis"),
        sa.Column("context_stories", sa.Integer(), nullable=False, comment="stories about the peace process only"),
        sa.Column("backfill", sa.Integer(), nullable=False, comment="of all stories: loaded from a file or an archive"),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_daily_totals_rules")),
        sa.PrimaryKeyConstraint("rules", "day", "language", "side", name=op.f("pk_daily_totals")),
        comment="Denominators per day, language and side of the origin; only full and section sources.",
        info={"kind": "derived"},
    )
    op.create_table(
        "evidence",
        sa.Column("rules", sa.Integer(), nullable=False, comment="rules.id"),
        sa.Column("article", sa.Integer(), nullable=False, comment="articles.id"),
        sa.Column("n", sa.Integer(), nullable=False, comment="from 0, in order of the text"),
        sa.Column("indicator", sa.String(length=40), nullable=False, comment="key of the indicator"),
        sa.Column("stance", sa.String(length=10), nullable=False, comment="reported, eased, denied, feared, past"),
        sa.Column(
            "occurrence",
            sa.String(length=10),
            nullable=True,
            comment="new, ongoing, demand; NULL: stance is not reported",
        ),
        sa.Column(
            "people",
            sa.String(length=60),
            nullable=False,
            comment="key of the people it happens to; unstated: the sentence does not say",
        ),
        sa.Column("sentence", sa.Text(), nullable=False, comment="verbatim slice of title + newline + text"),
        sa.Column("start", sa.Integer(), nullable=False, comment="code points into title + newline + text"),
        sa.Column("end", sa.Integer(), nullable=False, comment="code points, half-open"),
        sa.Column("term", sa.Text(), nullable=False, comment="the words that matched, verbatim"),
        sa.Column("term_start", sa.Integer(), nullable=False, comment="code points into title + newline + text"),
        sa.Column("term_end", sa.Integer(), nullable=False, comment="code points, half-open"),
        sa.Column("rule", sa.Text(), nullable=False, comment="the entry that matched and the stance rule"),
        sa.Column("speaker_name", sa.Text(), nullable=True, comment="as the sentence names them; NULL: nobody named"),
        sa.Column(
            "speaker_side", sa.String(length=40), nullable=True, comment="side of the speaker; NULL: nobody named"
        ),
        sa.Column("place", sa.String(length=60), nullable=True, comment="places.yaml id; NULL: no place named"),
        sa.Column("place_name", sa.Text(), nullable=True, comment="both names; NULL: no place named"),
        sa.Column(
            "place_zone",
            sa.String(length=20),
            nullable=True,
            comment="core, adjacent, host, capital, outside; NULL: no place named",
        ),
        sa.Column(
            "added_later",
            sa.Boolean(),
            nullable=False,
            comment="first appears more than 48 h after the article: shown, not counted",
        ),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_evidence_article")),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_evidence_rules")),
        sa.PrimaryKeyConstraint("rules", "article", "n", name=op.f("pk_evidence")),
        comment="One sentence of one article that says something about one indicator.",
        info={"kind": "derived"},
    )
    op.create_index(
        op.f("ix_evidence_rules_indicator_stance"), "evidence", ["rules", "indicator", "stance"], unique=False
    )
    op.create_table(
        "figures",
        sa.Column("rules", sa.Integer(), nullable=False, comment="rules.id"),
        sa.Column("article", sa.Integer(), nullable=False, comment="articles.id"),
        sa.Column("n", sa.Integer(), nullable=False, comment="from 0"),
        sa.Column("value", sa.Float(), nullable=False, comment="in `unit`"),
        sa.Column("unit", sa.String(length=40), nullable=False, comment="people, families, trucks, tonnes …"),
        sa.Column("subject", sa.String(length=60), nullable=False, comment="what is counted"),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="total, increment, rate"),
        sa.Column(
            "people",
            sa.String(length=60),
            nullable=False,
            comment="key of the people; unstated: the sentence does not say",
        ),
        sa.Column("claimant", sa.Text(), nullable=False, comment="who says so; empty: nobody named"),
        sa.Column("as_of", sa.Text(), nullable=False, comment="date the claim gives; empty: none"),
        sa.Column("sentence", sa.Text(), nullable=False, comment="verbatim"),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_figures_article")),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_figures_rules")),
        sa.PrimaryKeyConstraint("rules", "article", "n", name=op.f("pk_figures")),
        comment="Claimed numbers; never averaged, never merged.",
        info={"kind": "derived"},
    )
    op.create_table(
        "stale_days",
        sa.Column("rules", sa.Integer(), nullable=False, comment="rules.id"),
        sa.Column("day", sa.Date(), nullable=False, comment="counting day"),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_stale_days_rules")),
        sa.PrimaryKeyConstraint("rules", "day", name=op.f("pk_stale_days")),
        comment="Days touched by a change and not yet recounted.",
        info={"kind": "derived"},
    )
    op.create_table(
        "story_members",
        sa.Column("article", sa.Integer(), nullable=False, comment="articles.id"),
        sa.Column("story", sa.Integer(), nullable=False, comment="articles.id of the story's first-seen member"),
        sa.Column(
            "seen",
            Moment(),
            nullable=False,
            comment="UTC, as articles.seen: the index in memory holds the last ten days",
        ),
        sa.Column(
            "title_key",
            sa.String(length=32),
            nullable=False,
            comment="hash of the folded title; empty: too short to tell copies by",
        ),
        sa.Column(
            "sketch",
            sa.LargeBinary(length=64),
            nullable=False,
            comment="bottom-16 sketch of word 4-grams, 16 x 4 bytes; empty: too short",
        ),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_story_members_article")),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_story_members")),
        comment="Which story an article belongs to. Depends on text alone, survives new rules.",
        info={"kind": "derived"},
    )
    op.create_index(op.f("ix_story_members_seen"), "story_members", ["seen"], unique=False)
    op.create_index(op.f("ix_story_members_story"), "story_members", ["story"], unique=False)
    op.create_table(
        "tags",
        sa.Column("rules", sa.Integer(), nullable=False, comment="rules.id"),
        sa.Column("article", sa.Integer(), nullable=False, comment="articles.id"),
        sa.Column("version", sa.Integer(), nullable=False, comment="version of the article that was read"),
        sa.Column("language", sa.String(length=8), nullable=False, comment="detected; empty: could not be told"),
        sa.Column("relevant", sa.Boolean(), nullable=False, comment="about the monitored crisis"),
        sa.Column(
            "context",
            sa.Boolean(),
            nullable=False,
            comment="about the peace process or politics without anything humanitarian",
        ),
        sa.ForeignKeyConstraint(["article"], ["articles.id"], name=op.f("fk_tags_article")),
        sa.ForeignKeyConstraint(["rules"], ["rules.id"], name=op.f("fk_tags_rules")),
        sa.PrimaryKeyConstraint("rules", "article", name=op.f("pk_tags")),
        comment="What the tagger says of an article as a whole.",
        info={"kind": "derived"},
    )
    op.create_index(op.f("ix_tags_article"), "tags", ["article"], unique=False)
    _full_text_search()


def _full_text_search() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE INDEX ix_articles_folded ON articles USING gin (to_tsvector('simple', folded))")
        return
    # External content: the folded text stands once, in articles; triggers keep the index in the same transaction.
    op.execute(
        "CREATE VIRTUAL TABLE articles_fts USING fts5("
        "folded, content='articles', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    insert = "INSERT INTO articles_fts (rowid, folded) VALUES (new.id, new.folded);"
    delete = "INSERT INTO articles_fts (articles_fts, rowid, folded) VALUES ('delete', old.id, old.folded);"
    op.execute(f"CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN {insert} END")
    op.execute(f"CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN {delete} END")
    op.execute(f"CREATE TRIGGER articles_fts_update AFTER UPDATE OF folded ON articles BEGIN {delete} {insert} END")
