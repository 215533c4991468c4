"""What a long-running poller says: nothing for ordinary polls, one line when a source changes condition.

`-v` says every poll; `--log-json` writes every poll and every other message as one JSON object a line, on stderr as all
logs. Built on the standard logging. No clock of its own: a record carries the time logging gives it.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from feeds.characters import STEERS, one_line
from feeds.model import Poll, SourceState

LOG = logging.getLogger("monitor")
GOOD = ("ok", "not-modified")


def add_log_options(parser: argparse.ArgumentParser) -> None:
    """-v and --log-json, the same for every program that runs for long."""
    parser.add_argument("-v", "--verbose", action="store_true", help="say every poll, not only what changes")
    parser.add_argument("--log-json", action="store_true", help="log on stderr, one JSON object a line, every poll")


class PlainLines(logging.Formatter):
    """One line a message, whatever a server says in it: nobody writes a line of their own into our log."""

    def format(self, record: logging.LogRecord) -> str:
        return one_line(record.getMessage())


class JsonLines(logging.Formatter):
    """One object a line: time, level, message, and the fields given in `extra={"fields": {…}}`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", {})
        head = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        text = json.dumps(head | dict(fields), ensure_ascii=False, default=str)
        return STEERS.sub(lambda found: "".join(f"\\u{ord(one):04x}" for one in found[0]), text)


def set_up(*, as_json: bool, verbose: bool) -> None:
    """Once a process: where messages go and which. JSON has every poll, whatever `verbose` says."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    LOG.handlers[:] = [handler]
    LOG.setLevel(logging.DEBUG if verbose or as_json else logging.INFO)
    LOG.propagate = False


class PollLog:
    """Tells of polls: ordinary ones at level debug, changes of condition at info (better) or warning (worse)."""

    def __init__(self, states: Iterable[SourceState] = ()) -> None:
        self._condition = {one.key: _condition(one.last_outcome) for one in states if one.last_outcome}

    def __call__(self, polls: Sequence[Poll]) -> None:
        for poll in polls:
            before = self._condition.get(poll.source, "answers")
            self._condition[poll.source] = now = _condition(poll.outcome)
            LOG.log(_level(before, now), in_words(poll, before, now), extra={"fields": _fields(poll)})


def _condition(outcome: str) -> str:
    return "answers" if outcome in GOOD else outcome


def _level(before: str, now: str) -> int:
    if before == now:
        return logging.DEBUG
    return logging.INFO if now == "answers" else logging.WARNING


def in_words(poll: Poll, before: str = "", now: str = "") -> str:
    """One poll as one line; `before` and `now`: its source's condition, where that is known."""
    if poll.error:
        return f"{poll.source}: {poll.outcome}: {poll.error}"
    dropped = sum(poll.dropped.values())
    rest = f", {dropped} dropped" if dropped else ""
    counts = f"{poll.new} new, {poll.updated} updated, {poll.known} known{rest}"
    what = "not modified" if poll.outcome == "not-modified" else counts
    return f"{poll.source}: {f'answers again ({before} before), ' if before != now else ''}{what}"


def _fields(poll: Poll) -> dict[str, object]:
    return {"event": "poll"} | asdict(poll) | {"at": poll.at.isoformat()}
