"""The OpenMetrics 1.0 text format, and what of the poller stands in it. Pure: values in, text out.

Format: https://prometheus.io/docs/specs/om/open_metrics_spec/ — every family has a type, a unit where it has one, a
help text, its samples together, and the last line is `# EOF`. What is not known has no sample, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from feeds.model import Source, SourceState

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
Kind = Literal["counter", "gauge", "info"]
SUFFIX: dict[Kind, str] = {"counter": "_total", "gauge": "", "info": "_info"}


@dataclass(frozen=True, slots=True)
class Sample:
    value: float
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """One metric. `name` ends with `unit` where there is one, and has neither _total nor _info."""

    name: str
    kind: Kind
    help: str
    samples: tuple[Sample, ...]
    unit: str = ""


def exposition(families: Iterable[Family]) -> str:
    """The whole answer to a scrape.

    >>> print(exposition([Family("a_bytes", "gauge", "Size.", (Sample(5),), "bytes")]), end="")
    # TYPE a_bytes gauge
    # UNIT a_bytes bytes
    # HELP a_bytes Size.
    a_bytes 5
    # EOF
    """
    lines: list[str] = []
    for one in families:
        lines.append(f"# TYPE {one.name} {one.kind}")
        lines += [f"# UNIT {one.name} {one.unit}"] if one.unit else []
        lines.append(f"# HELP {one.name} {_escaped(one.help)}")
        lines += [f"{one.name}{SUFFIX[one.kind]}{_labels(sample)} {_number(sample.value)}" for sample in one.samples]
    return "\n".join([*lines, "# EOF", ""])


def _labels(sample: Sample) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels)
    return f"{{{pairs}}}" if pairs else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3f}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the archive and the poller say now."""

    polls: Mapping[str, int]  # outcome → since the archive was made
    items: Mapping[str, int]  # new, updated, known → the same
    dropped: Mapping[str, int]  # reason → the same
    sources: tuple[Source, ...]
    states: Mapping[str, SourceState]
    due: int  # sources
    waiting: int  # versions the tagger has not read
    articles: int
    archive_bytes: int
    versions: Mapping[str, str]  # program → version
    round_seconds: float | None = None  # None: no round yet, or this is not the poller


def families(reading: Reading, now: datetime) -> tuple[Family, ...]:
    """All metrics, always in the same order."""
    polled = [one for one in reading.sources if one.is_polled]
    lags = {one.key: _lag(reading.states.get(one.key), now) for one in polled}
    known = {key: lag for key, lag in lags.items() if lag is not None}
    last = max((state.last_poll for state in reading.states.values() if state.last_poll), default=None)
    return (
        Family("monitor_build", "info", "What runs here.", (Sample(1, tuple(sorted(reading.versions.items()))),)),
        Family("monitor_polls", "counter", "Polls since the archive was made.", _by("outcome", reading.polls)),
        Family("monitor_articles", "counter", "Items seen in feeds, by what became of them.", _items(reading)),
        Family("monitor_sources", "gauge", "Sources of the monitor.", _by("state", _kinds(reading, lags))),
        Family("monitor_sources_due", "gauge", "Sources that should have been asked by now.", (Sample(reading.due),)),
        Family("monitor_versions_waiting", "gauge", "Versions of articles not tagged yet.", (Sample(reading.waiting),)),
        Family(
            "monitor_source_lag_seconds", "gauge", "Since the source last answered with a feed.",
            _by("source", known), "seconds",
        ),
        Family(
            "monitor_worst_lag_seconds", "gauge", "Of the polled source that has been silent longest.",
            _one(max(known.values(), default=None)), "seconds",
        ),
        Family(
            "monitor_last_poll_age_seconds", "gauge", "Since any source was polled.",
            _one((now - last).total_seconds() if last else None), "seconds",
        ),
        Family(
            "monitor_round_seconds", "gauge", "Of the poller's last round.", _one(reading.round_seconds), "seconds"
        ),
        Family("monitor_stored_articles", "gauge", "Articles in the archive.", (Sample(reading.articles),)),
        Family("monitor_archive_bytes", "gauge", "Size of the archive.", (Sample(reading.archive_bytes),), "bytes"),
    )  # fmt: skip


def _lag(state: SourceState | None, now: datetime) -> float | None:
    if state is None or state.last_success is None:
        return None
    return max(0.0, (now - state.last_success).total_seconds())


def _by(label: str, values: Mapping[str, float]) -> tuple[Sample, ...]:
    return tuple(Sample(value, ((label, key),)) for key, value in sorted(values.items()))


def _one(value: float | None) -> tuple[Sample, ...]:
    return () if value is None else (Sample(value),)


def _items(reading: Reading) -> tuple[Sample, ...]:
    dropped = [
        Sample(times, (("outcome", "dropped"), ("reason", reason))) for reason, times in sorted(reading.dropped.items())
    ]
    return (*_by("outcome", reading.items), *dropped)


def _kinds(reading: Reading, lags: Mapping[str, float | None]) -> dict[str, int]:
    """never-answered stands inside polled."""
    return {
        "polled": len(lags),
        "never-answered": sum(lag is None for lag in lags.values()),
        "failing": sum(bool(state.failures) for key, state in reading.states.items() if key in lags),
        "off": sum(not one.is_polled for one in reading.sources),
    }
