"""Everything that can silently make us blind, looked at: archive, data files, clock, certificates, every source.

Asks and judges; prints nothing, changes nothing, touches no network. How a source is, is judged in feeds/health.py.
"""

from __future__ import annotations

import os
import ssl
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import certifi

from feeds.archive import Archive, open_archive, soundness
from feeds.archive.connect import sqlite_file
from feeds.archive.soundness import Finding
from feeds.archive.yields import HOUR_COLUMNS
from feeds.errors import ArchiveError
from feeds.health import GAP_DAYS, HISTORY_DAYS, WORDS, Condition, conditions
from feeds.model import Source, SourceState
from feeds.monitor import Monitor
from feeds.schedule import GONE
from feeds.sources import read_outlets

if TYPE_CHECKING:
    import pandas as pd

LEAST_FREE_BYTES = 200_000_000
LOSS_DAYS = 28  # how far back lost windows are told
CLOCK_ANSWERS = 50  # of which the middle one says how far our clock is from those of the servers
CLOCK_MINUTES = 5.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A source with what the archive knows of it and how it is."""

    source: Source
    state: SourceState
    condition: Condition


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. notes: (source key, sentence) of what a person should do or know about single sources."""

    findings: tuple[Finding, ...]
    sources: tuple[Seen, ...]  # worst first
    notes: tuple[tuple[str, str], ...]

    @property
    def is_sound(self) -> bool:
        return not any(one.problem for one in self.findings)

    @property
    def has_broken(self) -> bool:
        return any(one.condition.word == "broken" for one in self.sources)


def examine(monitor: Monitor, sources: Sequence[Source], url: str, *, now: datetime) -> Report:
    """Look at everything. An archive that cannot be opened is a finding, not an error."""
    files = [_data_files(monitor, sources), _certificates()]
    try:
        with open_archive(url, read_only=True) as archive:
            findings = [*_archive(archive, url, now), *files]
            seen = look(archive, sources, zone=monitor.zone, now=now)
            return Report(tuple(findings), seen, notes(archive, seen, zone=monitor.zone, now=now))
    except ArchiveError as error:
        seen = unlooked(sources, zone=monitor.zone, now=now)
        return Report((Finding("archive", "", str(error)), *files), seen, ())


# sources -------------------------------------------------------------------------------------------------------------


def look(
    archive: Archive, sources: Iterable[Source], *, zone: timezone, now: datetime, past: pd.DataFrame | None = None
) -> tuple[Seen, ...]:
    """Every source with its condition, worst first. past : `past_hours` of today, when somebody has kept them."""
    import pandas as pd  # a poller, started by the same command, can do without its 65 MB

    sources = list(sources)
    states = archive.states()
    before = past_hours(archive, now) if past is None else past
    hours = pd.concat([before, archive.hourly_polls(_midnight(now), now + timedelta(days=1))], ignore_index=True)
    days = archive.article_days(now.date() - timedelta(days=GAP_DAYS))
    judged = conditions(sources, states, hours, days, zone=zone, now=now)
    seen = [Seen(one, states.get(one.key) or SourceState(one.key), judged[one.key]) for one in sources]
    return tuple(sorted(seen, key=lambda one: (WORDS.index(one.condition.word), one.source.key)))


def past_hours(archive: Archive, now: datetime) -> pd.DataFrame:
    """The hourly table up to the last midnight (UTC): the same all day, and the larger part of the work."""
    return archive.hourly_polls(_midnight(now) - timedelta(days=HISTORY_DAYS), _midnight(now))


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)


def unlooked(sources: Iterable[Source], *, zone: timezone, now: datetime) -> tuple[Seen, ...]:
    """What can be said without an archive: who is retired, who switched off, and that nobody has been asked."""
    import pandas as pd

    sources = list(sources)
    judged = conditions(sources, {}, pd.DataFrame(columns=list(HOUR_COLUMNS)), {}, zone=zone, now=now)
    return tuple(Seen(one, SourceState(one.key), judged[one.key]) for one in sources)


def notes(archive: Archive, seen: Sequence[Seen], *, zone: timezone, now: datetime) -> tuple[tuple[str, str], ...]:
    """(source key, sentence): moves, farewells, lost windows, mirrors that stand in: what a condition does not say."""
    return tuple(_notes(archive, seen, zone, now))


def _notes(archive: Archive, seen: Sequence[Seen], zone: timezone, now: datetime) -> Iterable[tuple[str, str]]:
    losses = archive.last_losses(now - timedelta(days=LOSS_DAYS))
    for one in seen:
        if not one.source.is_polled:
            continue
        key, state = one.source.key, one.state
        last = next(iter(archive.polls(source=key, limit=1)), None) if state.failures or one.source.mirrors else None
        if state.moved_to and state.moved_to != one.source.url:
            yield key, f"moved for good; write `url: {state.moved_to}` into sources.yaml"
        if last is not None and last.status == GONE:
            yield key, "gone (410): asked daily; write `retired: why` into sources.yaml when nobody expects it back"
        if last is not None and last.address and not last.error:
            yield key, f"answered by {last.address}, not by its own address"
        if key in losses:
            times, at = losses[key]
            when = f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
            yield key, f"items may be lost: {times} times in {LOSS_DAYS} days nothing of before was left, last {when}"


# the rest ------------------------------------------------------------------------------------------------------------


def _archive(archive: Archive, url: str, now: datetime) -> list[Finding]:
    found = [soundness.whole(archive), soundness.version(archive)]
    file = sqlite_file(url)
    if file is not None:
        found += [soundness.write_lock(file), soundness.room(file, least_bytes=LEAST_FREE_BYTES)]
    return [*found, _clock(archive, now)]


def _clock(archive: Archive, now: datetime) -> Finding:
    """Our clock against the newest poll in the ledger and against what servers say."""
    newest = next(iter(archive.polls(limit=1)), None)
    ahead = (newest.at - now).total_seconds() / 60 if newest is not None else 0.0
    if ahead > CLOCK_MINUTES:
        return Finding("clock", "", f"the newest poll lies {ahead:.0f} minutes in the future; set this machine's clock")
    off = [minutes for minutes in map(_minutes_off, archive.server_clocks(CLOCK_ANSWERS)) if minutes is not None]
    if not off:
        return Finding("clock", "plausible; no server's clock to compare with yet")
    middle = statistics.median(off)
    told = f"{abs(middle):.1f} minutes {'behind' if middle > 0 else 'ahead of'} those of servers"
    return Finding("clock", told, f"{told}; set this machine's clock" if abs(middle) > CLOCK_MINUTES else "")


def _minutes_off(pair: tuple[datetime, str]) -> float | None:
    at, said = pair
    try:
        return (parsedate_to_datetime(said).astimezone(UTC) - at).total_seconds() / 60
    except (ValueError, OverflowError):
        return None


def _certificates() -> Finding:
    """The file that pollers check servers against."""
    file = os.environ.get("SSL_CERT_FILE") or certifi.where()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(file)
    except (OSError, ssl.SSLError) as error:
        why = error.strerror or "no certificates in it"
        return Finding("certificates", "", f"{file}: {why}; no https feed can be read; check SSL_CERT_FILE")
    return Finding("certificates", f"{context.cert_store_stats()['x509_ca']} authorities in {Path(file)}")


def _data_files(monitor: Monitor, sources: Sequence[Source]) -> Finding:
    """They have been read to get here; a broken one is said before anything is looked at."""
    polled = sum(source.is_polled for source in sources)
    outlets = len(read_outlets(monitor).all)
    return Finding(
        "data files", f"{monitor.folder}: {len(sources)} sources, {polled} of them polled, {outlets} outlets"
    )
