"""Let simulated time pass over the invented feeds, polled by the real poller through servers that are a function.

feeds at a moment → Servers (bytes, 304, or an outage) → feeds.poll → archive → metrics.update.
No clock and no network: the moments are those of the invented country.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from feeds.archive import Archive
from feeds.errors import FeedError, Refused, Unreachable
from feeds.fetch import Fetched, Request
from feeds.monitor import Monitor
from feeds.poll import poll_round
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.lexicon import read_lexicon
from metrics.tag import Tagger
from metrics.update import Updated, update
from monitors.demo import plan
from monitors.demo.make_feeds import Feed, Story, feeds, newsrooms, stories, truth

# Local hours at which we poll. A real poller asks more often; these are enough to lose nothing between two rounds.
POLL_HOURS = (time(13, 0), time(21, 30))
LAST_HOUR = time(7, 30)  # on the morning after, before the fixed `now`: the evening's items are seen
CONTENT_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "rdf": "application/rdf+xml"}
ANSWER_SECONDS, NO_ANSWER_SECONDS = 0.2, 30.0  # what the ledger says that a poll took

Progress = Callable[[str, int, int], None]  # (what, done, in all)


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of the nine months is built."""

    first: date = plan.FIRST
    days: int = plan.DAYS

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)


def version(folder: Path) -> str:
    """Of the generator and all it reads: another version gives another archive."""
    files = sorted([*folder.glob("*.py"), *folder.glob("*.yaml"), *folder.glob("stories/*.yaml")])
    digest = hashlib.sha256()
    for file in files:
        if file.name not in ("build.py", "__main__.py", "__init__.py"):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"{plan.GENERATOR}-{digest.hexdigest()[:12]}"


def written_in(monitor: Monitor, span: Span) -> tuple[list[Story], dict[str, Feed]]:
    """The true stories of `span`, and of the days before it that feeds still hold; and the feeds that carry them."""
    rooms = newsrooms(monitor.folder, read_sources(monitor))
    written = stories(rooms, span.first - timedelta(days=plan.WARM_UP_DAYS), span.last)
    return written, feeds(rooms, written)


def poll_all(archive: Archive, monitor: Monitor, by_source: dict[str, Feed], span: Span, progress: Progress) -> int:
    """Every poll of `span` by the real poller, in order of time. Returns how many there were."""
    sources = [feed.source for feed in by_source.values()]
    rounds = list(_rounds(monitor, span))
    polls = 0
    for done, moment in enumerate(rounds, start=1):
        answers = poll_round(
            archive, sources, fetch=Servers(by_source, moment, monitor.day_of(moment)), clock=partial(_same, moment),
            utc_offset_hours=monitor.utc_offset_hours,
        )  # fmt: skip
        polls += len(answers)
        progress("polling", done, len(rounds))
    return polls


def _same(moment: datetime) -> datetime:
    return moment


def _rounds(monitor: Monitor, span: Span) -> Iterator[datetime]:
    """Moments of the rounds, UTC."""
    for n in range(span.days):
        for hour in POLL_HOURS:
            yield datetime.combine(span.first + timedelta(days=n), hour, monitor.zone).astimezone(UTC)
    yield datetime.combine(span.last + timedelta(days=1), LAST_HOUR, monitor.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Servers:
    """What the invented servers answer at one moment: stands where the network is in real life."""

    by_source: dict[str, Feed]
    moment: datetime
    day: date

    def __call__(
        self, requests: Sequence[Request], *, idle: Callable[[], None] | None = None
    ) -> Iterator[tuple[Request, Fetched | FeedError]]:
        for request in requests:
            yield request, self._answer(request)

    def _answer(self, request: Request) -> Fetched | FeedError:
        outage = plan.outage_of(request.key, self.day)
        if outage is not None and outage.status is None:
            return Unreachable(outage.error, seconds=NO_ANSWER_SECONDS)
        if outage is not None:
            return Refused(outage.error, status=outage.status, seconds=ANSWER_SECONDS)
        feed = self.by_source[request.key]
        etag = feed.etag(self.moment)
        if request.etag == etag:
            return Fetched(request.key, request.url, 304, b"", etag, seconds=ANSWER_SECONDS, not_modified=True)
        kind = CONTENT_TYPES[feed.style.format]
        return Fetched(
            request.key, request.url, 200, feed.body(self.moment), etag, content_type=kind, seconds=ANSWER_SECONDS
        )


def tag(archive: Archive, monitor: Monitor, *, now: datetime, progress: Progress) -> Updated:
    """Bring tags, stories and counts up to date, with the demo's own lexicon."""
    tagger = Tagger(monitor, read_lexicon(monitor))
    attribution = Attribution(read_sources(monitor), read_outlets(monitor))
    return update(
        archive, monitor, tagger, attribution, now=now, progress=lambda done, total: progress("tagging", done, total)
    )


def write_truth(file: Path, written: list[Story], span: Span) -> None:
    """date, indicator, stance, stories: what truly happened, for the test and for anyone who wants to compare."""
    counts = truth(story for story in written if span.first <= story.day <= span.last)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("date", "indicator", "stance", "stories"))
        writer.writerows((*key, number) for key, number in sorted(counts.items()))
