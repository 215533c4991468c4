CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
;

CREATE TABLE articles (
	id INTEGER NOT NULL, 
	source VARCHAR(80) NOT NULL, 
	guid TEXT NOT NULL, 
	link TEXT, 
	url TEXT NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, 
	folded TEXT NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	outlet TEXT NOT NULL, 
	published VARCHAR(20), 
	seen VARCHAR(20) NOT NULL, 
	first_time VARCHAR(20) NOT NULL, 
	day DATE, 
	late BOOLEAN NOT NULL, 
	backfill BOOLEAN NOT NULL, 
	hash BLOB NOT NULL, 
	version INTEGER NOT NULL, 
	version_id INTEGER NOT NULL, 
	changed VARCHAR(20), gone VARCHAR(20), 
	CONSTRAINT pk_articles PRIMARY KEY (id), 
	CONSTRAINT uq_articles_source_guid UNIQUE (source, guid)
)
;

CREATE INDEX ix_articles_day ON articles (day)
;

CREATE INDEX ix_articles_seen ON articles (seen)
;

CREATE INDEX ix_articles_source_link ON articles (source, link)
;

CREATE INDEX ix_articles_version_id ON articles (version_id)
;

CREATE TABLE issues (
	id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	as_of VARCHAR(20) NOT NULL, 
	rules_version VARCHAR(16) NOT NULL, 
	format VARCHAR(10) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	made VARCHAR(20) NOT NULL, 
	CONSTRAINT pk_issues PRIMARY KEY (id)
)
;

CREATE TABLE polls (
	id INTEGER NOT NULL, 
	source VARCHAR(80) NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	outcome VARCHAR(20) NOT NULL, 
	status INTEGER, 
	seconds FLOAT NOT NULL, 
	bytes INTEGER NOT NULL, 
	items_seen INTEGER NOT NULL, 
	items_new INTEGER NOT NULL, 
	items_updated INTEGER NOT NULL, 
	items_known INTEGER NOT NULL, 
	dropped JSON NOT NULL, 
	error TEXT, 
	overlaps BOOLEAN, 
	reason TEXT NOT NULL, address TEXT, vantage TEXT, 
	CONSTRAINT pk_polls PRIMARY KEY (id)
)
;

CREATE INDEX ix_polls_at ON polls (at)
;

CREATE INDEX ix_polls_source_at ON polls (source, at)
;

CREATE TABLE rules (
	id INTEGER NOT NULL, 
	version VARCHAR(16) NOT NULL, 
	sources_hash VARCHAR(16) NOT NULL, 
	mark INTEGER NOT NULL, 
	counted INTEGER NOT NULL, 
	is_current BOOLEAN NOT NULL, 
	built VARCHAR(20) NOT NULL, judged_before DATE, detector VARCHAR(16), known INTEGER, until VARCHAR(20), known_sources VARCHAR(16), 
	CONSTRAINT pk_rules PRIMARY KEY (id)
)
;

CREATE TABLE source_days (
	source VARCHAR(80) NOT NULL, 
	day DATE NOT NULL, 
	polls INTEGER NOT NULL, 
	answered INTEGER NOT NULL, 
	overlapped BOOLEAN, 
	CONSTRAINT pk_source_days PRIMARY KEY (source, day)
)
;

CREATE TABLE sources (
	"key" VARCHAR(80) NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	body_hash VARCHAR(64), 
	polls INTEGER NOT NULL, 
	failures INTEGER NOT NULL, 
	last_poll VARCHAR(20), 
	last_success VARCHAR(20), 
	first_success VARCHAR(20), 
	last_new VARCHAR(20), 
	last_outcome VARCHAR(20), 
	last_error TEXT, 
	moved_to TEXT, 
	next_poll VARCHAR(20), 
	next_reason TEXT, rhythm JSON, holding JSON, 
	CONSTRAINT pk_sources PRIMARY KEY ("key")
)
;

CREATE TABLE article_versions (
	id INTEGER NOT NULL, 
	article INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	seen VARCHAR(20) NOT NULL, 
	title TEXT, 
	text TEXT, url TEXT, published VARCHAR(20), kind VARCHAR(8) DEFAULT 'feed' NOT NULL, body INTEGER, 
	CONSTRAINT pk_article_versions PRIMARY KEY (id), 
	CONSTRAINT fk_article_versions_article FOREIGN KEY(article) REFERENCES articles (id)
)
;

CREATE UNIQUE INDEX ix_article_versions_article_version ON article_versions (article, version)
;

CREATE TABLE daily (
	rules INTEGER NOT NULL, 
	indicator VARCHAR(40) NOT NULL, 
	stance VARCHAR(10) NOT NULL, 
	day DATE NOT NULL, 
	occurrence VARCHAR(10) NOT NULL, 
	people VARCHAR(60) NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	side VARCHAR(40) NOT NULL, 
	articles INTEGER NOT NULL, 
	stories INTEGER NOT NULL, 
	CONSTRAINT pk_daily PRIMARY KEY (rules, indicator, stance, day, occurrence, people, language, side), 
	CONSTRAINT fk_daily_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

CREATE INDEX ix_daily_rules_day ON daily (rules, day)
;

CREATE TABLE daily_observed (
	rules INTEGER NOT NULL, 
	day DATE NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	side VARCHAR(40) NOT NULL, 
	usual FLOAT NOT NULL, 
	usual_seen FLOAT NOT NULL, 
	CONSTRAINT pk_daily_observed PRIMARY KEY (rules, day, language, side), 
	CONSTRAINT fk_daily_observed_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

CREATE TABLE daily_rollup (
	rules INTEGER NOT NULL, 
	indicator VARCHAR(40) NOT NULL, 
	stance VARCHAR(10) NOT NULL, 
	day DATE NOT NULL, 
	articles INTEGER NOT NULL, 
	stories INTEGER NOT NULL, 
	late INTEGER NOT NULL, 
	backfill INTEGER NOT NULL, 
	CONSTRAINT pk_daily_rollup PRIMARY KEY (rules, indicator, stance, day), 
	CONSTRAINT fk_daily_rollup_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

CREATE TABLE daily_totals (
	rules INTEGER NOT NULL, 
	day DATE NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	side VARCHAR(40) NOT NULL, 
	total_stories INTEGER NOT NULL, 
	relevant_stories INTEGER NOT NULL, 
	context_stories INTEGER NOT NULL, 
	backfill INTEGER NOT NULL, 
	CONSTRAINT pk_daily_totals PRIMARY KEY (rules, day, language, side), 
	CONSTRAINT fk_daily_totals_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

CREATE TABLE evidence (
	rules INTEGER NOT NULL, 
	article INTEGER NOT NULL, 
	n INTEGER NOT NULL, 
	indicator VARCHAR(40) NOT NULL, 
	stance VARCHAR(10) NOT NULL, 
	occurrence VARCHAR(10), 
	people VARCHAR(60) NOT NULL, 
	sentence TEXT NOT NULL, 
	start INTEGER NOT NULL, 
	"end" INTEGER NOT NULL, 
	term TEXT NOT NULL, 
	term_start INTEGER NOT NULL, 
	term_end INTEGER NOT NULL, 
	rule TEXT NOT NULL, 
	speaker_name TEXT, 
	speaker_side VARCHAR(40), 
	place VARCHAR(60), 
	place_name TEXT, 
	place_zone VARCHAR(20), 
	added_later BOOLEAN NOT NULL, 
	CONSTRAINT pk_evidence PRIMARY KEY (rules, article, n), 
	CONSTRAINT fk_evidence_article FOREIGN KEY(article) REFERENCES articles (id), 
	CONSTRAINT fk_evidence_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

CREATE INDEX ix_evidence_rules_indicator_stance ON evidence (rules, indicator, stance)
;

CREATE TABLE figures (
	rules INTEGER NOT NULL, 
	article INTEGER NOT NULL, 
	n INTEGER NOT NULL, 
	value FLOAT NOT NULL, 
	unit VARCHAR(40) NOT NULL, 
	subject VARCHAR(60) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	people VARCHAR(60) NOT NULL, 
	claimant TEXT NOT NULL, 
	as_of TEXT NOT NULL, 
	sentence TEXT NOT NULL, high FLOAT, bound VARCHAR(10) DEFAULT '' NOT NULL, claimant_side VARCHAR(40) DEFAULT '' NOT NULL, start INTEGER DEFAULT '0' NOT NULL, "end" INTEGER DEFAULT '0' NOT NULL, rule TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_figures PRIMARY KEY (rules, article, n), 
	CONSTRAINT fk_figures_article FOREIGN KEY(article) REFERENCES articles (id), 
	CONSTRAINT fk_figures_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

CREATE TABLE stale_days (
	rules INTEGER NOT NULL, 
	day DATE NOT NULL, 
	CONSTRAINT pk_stale_days PRIMARY KEY (rules, day), 
	CONSTRAINT fk_stale_days_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

CREATE TABLE tags (
	rules INTEGER NOT NULL, 
	article INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	language VARCHAR(8) NOT NULL, 
	relevant BOOLEAN NOT NULL, 
	context BOOLEAN NOT NULL, 
	CONSTRAINT pk_tags PRIMARY KEY (rules, article), 
	CONSTRAINT fk_tags_article FOREIGN KEY(article) REFERENCES articles (id), 
	CONSTRAINT fk_tags_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

CREATE INDEX ix_tags_article ON tags (article)
;

CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN INSERT INTO articles_fts (articles_fts, rowid, folded) VALUES ('delete', old.id, old.folded); END
;

CREATE TRIGGER articles_fts_update AFTER UPDATE OF folded ON articles BEGIN INSERT INTO articles_fts (articles_fts, rowid, folded) VALUES ('delete', old.id, old.folded); INSERT INTO articles_fts (rowid, folded) VALUES (new.id, new.folded); END
;

CREATE TABLE first_carriers (
	rules INTEGER NOT NULL, 
	fingerprint BIGINT NOT NULL, 
	source VARCHAR(80) NOT NULL, 
	article INTEGER NOT NULL, 
	story INTEGER NOT NULL, 
	CONSTRAINT pk_first_carriers PRIMARY KEY (rules, fingerprint, source), 
	CONSTRAINT fk_first_carriers_article FOREIGN KEY(article) REFERENCES articles (id), 
	CONSTRAINT fk_first_carriers_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

CREATE TABLE audits (
	id INTEGER NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	rules_version VARCHAR(16) NOT NULL, 
	items INTEGER NOT NULL, 
	readers INTEGER NOT NULL, 
	result JSON NOT NULL, 
	CONSTRAINT pk_audits PRIMARY KEY (id)
)
;

CREATE TABLE bodies (
	id INTEGER NOT NULL, 
	source VARCHAR(80) NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	url TEXT NOT NULL, 
	status INTEGER NOT NULL, 
	headers JSON NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size INTEGER NOT NULL, 
	content BLOB, 
	CONSTRAINT pk_bodies PRIMARY KEY (id)
)
;

CREATE INDEX ix_bodies_source_at ON bodies (source, at)
;

CREATE INDEX ix_bodies_kept ON bodies (at) WHERE content IS NOT NULL
;

CREATE TABLE pages (
	article INTEGER NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	outcome VARCHAR(20) NOT NULL, 
	version INTEGER NOT NULL, 
	error TEXT, 
	CONSTRAINT pk_pages PRIMARY KEY (article), 
	CONSTRAINT fk_pages_article FOREIGN KEY(article) REFERENCES articles (id)
)
;

CREATE TABLE backfills (
	id INTEGER NOT NULL, 
	source VARCHAR(80) NOT NULL, 
	started VARCHAR(20) NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	since VARCHAR(20) NOT NULL, 
	way VARCHAR(12) NOT NULL, 
	url TEXT NOT NULL, 
	next TEXT, 
	digest VARCHAR(32) NOT NULL, 
	oldest VARCHAR(20), 
	items_seen INTEGER NOT NULL, 
	items_new INTEGER NOT NULL, 
	items_known INTEGER NOT NULL, 
	dropped JSON NOT NULL, 
	ended TEXT, 
	CONSTRAINT pk_backfills PRIMARY KEY (id)
)
;

CREATE INDEX ix_backfills_source_started ON backfills (source, started)
;

CREATE VIRTUAL TABLE articles_fts USING fts5(folded, content='articles', content_rowid='id', tokenize='ascii', columnsize=0)
;

CREATE TABLE credits (
	rules INTEGER NOT NULL, 
	article INTEGER NOT NULL, 
	agency VARCHAR(80) NOT NULL, 
	start INTEGER NOT NULL, 
	"end" INTEGER NOT NULL, 
	rule VARCHAR(20) NOT NULL, 
	CONSTRAINT pk_credits PRIMARY KEY (rules, article), 
	CONSTRAINT fk_credits_rules FOREIGN KEY(rules) REFERENCES rules (id), 
	CONSTRAINT fk_credits_article FOREIGN KEY(article) REFERENCES articles (id)
)
;

CREATE TABLE story_members (
	article INTEGER NOT NULL, 
	story INTEGER NOT NULL, 
	first_time VARCHAR(20) NOT NULL, 
	family TEXT NOT NULL, 
	title_key VARCHAR(64) NOT NULL, 
	sketch BLOB NOT NULL, 
	CONSTRAINT pk_story_members PRIMARY KEY (article), 
	CONSTRAINT fk_story_members_article FOREIGN KEY(article) REFERENCES articles (id)
)
;

CREATE INDEX ix_story_members_story ON story_members (story)
;

CREATE INDEX ix_story_members_first_time ON story_members (first_time)
;

CREATE TABLE judged_days (
	rules INTEGER NOT NULL, 
	indicator VARCHAR(40) NOT NULL, 
	stance VARCHAR(10) NOT NULL, 
	people VARCHAR(60) NOT NULL, 
	day DATE NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	held VARCHAR(60) NOT NULL, 
	count FLOAT, 
	expected FLOAT, 
	watch_from FLOAT, 
	alert_from FLOAT, 
	score FLOAT, 
	window INTEGER NOT NULL, 
	window_count FLOAT, 
	window_expected FLOAT, 
	exposure FLOAT, 
	observability FLOAT, 
	families FLOAT, 
	baseline_days INTEGER NOT NULL, 
	dispersion FLOAT, 
	new_baseline_since DATE, 
	level INTEGER, 
	CONSTRAINT pk_judged_days PRIMARY KEY (rules, indicator, stance, people, day), 
	CONSTRAINT fk_judged_days_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

CREATE INDEX ix_judged_days_rules_day ON judged_days (rules, day)
;

CREATE INDEX ix_judged_days_rules_state_day ON judged_days (rules, state, day)
;

CREATE TABLE alerts (
	id VARCHAR(160) NOT NULL, 
	indicator VARCHAR(40) NOT NULL, 
	stance VARCHAR(10) NOT NULL, 
	people VARCHAR(60) NOT NULL, 
	opened DATE NOT NULL, 
	last_alarm DATE NOT NULL, 
	alarm_days INTEGER NOT NULL, 
	window INTEGER NOT NULL, 
	observed FLOAT NOT NULL, 
	expected FLOAT NOT NULL, 
	score FLOAT NOT NULL, 
	threshold FLOAT NOT NULL, 
	exposure FLOAT NOT NULL, 
	observability FLOAT NOT NULL, 
	families INTEGER NOT NULL, 
	sides JSON NOT NULL, 
	baseline_days INTEGER NOT NULL, 
	dispersion FLOAT NOT NULL, 
	new_baseline_since DATE, 
	stories JSON NOT NULL, 
	previous VARCHAR(160), 
	rules_version VARCHAR(16) NOT NULL, 
	detector VARCHAR(16) NOT NULL, 
	level INTEGER, 
	made VARCHAR(20) NOT NULL, 
	changed VARCHAR(20) NOT NULL, 
	superseded VARCHAR(20), 
	superseded_why TEXT NOT NULL, 
	CONSTRAINT pk_alerts PRIMARY KEY (id)
)
;

CREATE INDEX ix_alerts_indicator_opened ON alerts (indicator, opened)
;

CREATE TABLE alert_decisions (
	id INTEGER NOT NULL, 
	alert VARCHAR(160) NOT NULL, 
	action VARCHAR(12) NOT NULL, 
	reason TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	first_day DATE NOT NULL, 
	last_day DATE NOT NULL, 
	CONSTRAINT pk_alert_decisions PRIMARY KEY (id), 
	CONSTRAINT fk_alert_decisions_alert FOREIGN KEY(alert) REFERENCES alerts (id)
)
;

CREATE INDEX ix_alert_decisions_alert ON alert_decisions (alert)
;

CREATE TABLE revisions (
	id INTEGER NOT NULL, 
	day DATE NOT NULL, 
	indicator VARCHAR(40) NOT NULL, 
	stance VARCHAR(10) NOT NULL, 
	people VARCHAR(60) NOT NULL, 
	old INTEGER, 
	new INTEGER, 
	at VARCHAR(20) NOT NULL, 
	reason VARCHAR(40) NOT NULL, 
	article INTEGER, 
	story INTEGER, 
	rules_version VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_revisions PRIMARY KEY (id)
)
;

CREATE INDEX ix_revisions_day ON revisions (day)
;

CREATE TABLE rules_used (
	id INTEGER NOT NULL, 
	at VARCHAR(20) NOT NULL, 
	rules_version VARCHAR(16) NOT NULL, 
	sources_hash VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_rules_used PRIMARY KEY (id)
)
;

CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	"key" VARCHAR(32) NOT NULL, 
	message_id TEXT NOT NULL, 
	day DATE NOT NULL, 
	channel VARCHAR(40) NOT NULL, 
	recipient TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	content BLOB, 
	sha256 VARCHAR(64) NOT NULL, 
	articles JSON NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	tries INTEGER NOT NULL, 
	next_try VARCHAR(20), 
	error TEXT, 
	made VARCHAR(20) NOT NULL, 
	tried VARCHAR(20), 
	sent VARCHAR(20), 
	"by" TEXT NOT NULL, 
	CONSTRAINT pk_outbox PRIMARY KEY (id), 
	CONSTRAINT uq_outbox_key UNIQUE ("key")
)
;

CREATE INDEX ix_outbox_day ON outbox (day)
;

CREATE INDEX ix_outbox_state_next_try ON outbox (state, next_try)
;

CREATE TABLE tombstones (
	id INTEGER NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	hash VARCHAR(32) NOT NULL, 
	salt VARCHAR(32) NOT NULL, 
	shape JSON, 
	article INTEGER, 
	day DATE, 
	at VARCHAR(20) NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_tombstones PRIMARY KEY (id)
)
;

CREATE INDEX ix_tombstones_kind_hash ON tombstones (kind, hash)
;

CREATE TABLE frozen_days (
	day DATE NOT NULL, 
	rules_version VARCHAR(16) NOT NULL, 
	vintage VARCHAR(20), 
	package TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	loaded VARCHAR(20) NOT NULL, 
	CONSTRAINT pk_frozen_days PRIMARY KEY (day)
)
;

CREATE TABLE counted_days (
	rules INTEGER NOT NULL, 
	day DATE NOT NULL, 
	change INTEGER NOT NULL, 
	CONSTRAINT pk_counted_days PRIMARY KEY (rules, day), 
	CONSTRAINT fk_counted_days_rules FOREIGN KEY(rules) REFERENCES rules (id)
)
;

INSERT INTO alembic_version VALUES ('0010')
;

INSERT INTO articles_fts (articles_fts, rank) VALUES ('automerge', 16)
;

INSERT INTO articles_fts (articles_fts, rank) VALUES ('crisismerge', 64)
;

INSERT INTO articles_fts (articles_fts, rank) VALUES ('hashsize', 8388608)
;

INSERT INTO articles_fts (articles_fts, rank) VALUES ('pgsz', 8000)
;

