"""`poll` and `check`: the commands that bring articles in. Ask and print; decide nothing."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from feeds.archive import open_archive, role
from feeds.characters import one_line
from feeds.errors import ArchiveError, DataFileError, FeedError, Unreadable
from feeds.fetch import Fetched, Fetcher, Request
from feeds.keeping import Keeping
from feeds.listen import metrics_served
from feeds.lists import Lists
from feeds.log import LOG, PollLog, add_log_options, in_words, set_up
from feeds.meter import Meter
from feeds.model import ParsedFeed, Poll, Source
from feeds.monitor import Monitor
from feeds.options import (
    DONE,
    EVIDENCE_DAYS,
    IN_PART,
    add_options,
    archive_url,
    days,
    keep_evidence_of,
    monitor_of,
    vantage_of,
)
from feeds.parse import parse
from feeds.poll import outcome_of, poll_for_ever, poll_round
from feeds.sources import read_sources

Clock = Callable[[], datetime]
GARBAGE_AFTER = 100_000  # objects; a transaction of articles makes twenty thousand, and no garbage
SHOWN_ITEMS = 5


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `poll` and `check`."""
    one = subparsers.add_parser("poll", help="ask the sources that are due and store what is new, for ever or once")
    add_options(one)
    one.add_argument("--once", action="store_true", help="ask every source now, then end")
    one.add_argument(
        "--source", metavar="KEY", nargs="+", default=[], help="only these, also when they are switched off or retired"
    )
    add_network_options(one)
    one.add_argument(
        "--vantage", metavar="TEXT", help="where this poller runs, kept with every poll (default: $MONITOR_VANTAGE)"
    )
    one.add_argument(
        "--keep-evidence", metavar="DAYS", type=days, help="how long the bytes of answers that brought something are"
        f" kept (default: $MONITOR_KEEP_EVIDENCE, else {EVIDENCE_DAYS}); 0: never",
    )  # fmt: skip
    one.add_argument(
        "--metrics-port", type=int, metavar="N", help="answer http://127.0.0.1:N/metrics in the OpenMetrics format"
    )
    add_log_options(one)
    one.add_argument("--json", action="store_true", help="one JSON object a poll on standard output")
    one.set_defaults(run=_run_poll, stops_by_itself=True)
    two = subparsers.add_parser("check", help="fetch and read one feed, say all that is odd about it, store nothing")
    two.add_argument("url", metavar="URL")
    add_network_options(two)
    two.add_argument("--json", action="store_true", help="everything as one JSON object")
    two.set_defaults(run=_run_check)


def add_network_options(parser: argparse.ArgumentParser) -> None:
    """--allow-local and --proxy, the same for every command that asks."""
    parser.add_argument("--allow-local", action="store_true", help="private and loopback addresses may be asked")
    parser.add_argument("--proxy", metavar="URL", default="", help="ask through this proxy (default: none)")


# poll ----------------------------------------------------------------------------------------------------------------


def _run_poll(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    gc.freeze()  # what is loaded by now stays; looking through it again and again took a tenth of a round
    gc.set_threshold(GARBAGE_AFTER, 20, 50)
    monitor, url = monitor_of(args), archive_url(args, monitor_of(args))
    sources = _watched(monitor, args.source)  # a broken file is said before anything is opened
    vantage, keeping = vantage_of(args), Keeping(keep_evidence_of(args))
    set_up(as_json=args.log_json, verbose=args.verbose)
    with (
        open_archive(url) as archive,
        role(archive, "poller"),
        Fetcher(allow_local=args.allow_local, proxy=args.proxy, stop=stop) as fetcher,
    ):
        if not args.once:
            meter = Meter(archive, sources, clock)
            log = PollLog(archive.states().values())
            with metrics_served(args.metrics_port, meter.text):
                poll_for_ever(
                    archive, sources, fetch=fetcher.fetch, clock=clock, stop=stop,
                    utc_offset_hours=monitor.utc_offset_hours, on_polls=_say_json if args.json else log,
                    on_resting=lambda source, error: LOG.debug(f"{source.key}: {error}"),
                    vantage=vantage, keeping=keeping, on_trouble=_say_trouble(), on_round=meter.took,
                )  # fmt: skip
            return DONE
        wanted = [source for source in sources() if source.is_polled]
        polls = poll_round(
            archive, wanted, fetch=fetcher.fetch, clock=clock,
            utc_offset_hours=monitor.utc_offset_hours, asked_by_hand=True,
            on_polls=_say_json if args.json else PollLog() if args.log_json else _say,
            on_resting=lambda source, error: LOG.info(f"{source.key}: {error}"), vantage=vantage, keeping=keeping,
        )  # fmt: skip
        keeping.sweep_if_due(archive, clock())
    failed = [poll for poll in polls if poll.error]
    LOG.info(_total(polls, len(wanted)))
    return IN_PART if failed or len(polls) < len(wanted) else DONE


def _watched(monitor: Monitor, keys: Sequence[str]) -> Lists[tuple[Source, ...]]:
    """The monitor's sources, read again when the files change; a broken edit is said once and the old list kept.

    Raises DataFileError.
    """
    return Lists(
        monitor,
        lambda: chosen(read_sources(monitor), keys, monitor),
        lambda error: LOG.warning(f"{error}; going on with the sources as they were"),
    )


def chosen(sources: Sequence[Source], keys: Sequence[str], monitor: Monitor) -> tuple[Source, ...]:
    """All sources, or those that were named: naming one switches it on. Raises DataFileError for an unknown key."""
    if not keys:
        return tuple(sources)
    by_key = {source.key: source for source in sources}
    if unknown := [key for key in keys if key not in by_key]:
        where = monitor.folder / "sources.yaml"
        raise DataFileError(f'{where}:1: no source "{unknown[0]}"; `python -m feeds sources` lists them all')
    return tuple(by_key[key].switched_on() for key in dict.fromkeys(keys))


def _say(polls: Sequence[Poll]) -> None:
    """What a person asked for by hand: every poll, those that failed on stderr."""
    for poll in polls:
        if poll.outcome != "not-modified":
            stream = sys.stderr if poll.error else sys.stdout
            print(one_line(in_words(poll)), file=stream, flush=True)


def _say_trouble() -> Callable[[ArchiveError], None]:
    """One line a trouble, not one a minute for as long as it lasts."""
    said: list[str] = []

    def say(error: ArchiveError) -> None:
        if said != [str(error)]:
            said[:] = [str(error)]
            LOG.error(f"{error}; polling goes on, nothing new is stored until then")

    return say


def _say_json(polls: Sequence[Poll]) -> None:
    for poll in polls:
        print(json.dumps(asdict(poll) | {"at": poll.at.isoformat()}, ensure_ascii=False), flush=True)


def _total(polls: Sequence[Poll], asked: int) -> str:
    answered = sum(not poll.error for poll in polls)
    new = sum(poll.new for poll in polls)
    return f"{answered} of {asked} sources answered, {new} new articles"


# check ---------------------------------------------------------------------------------------------------------------


def _run_check(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    answer, feed = fetched_feed(args.url, allow_local=args.allow_local, proxy=args.proxy, stop=stop)
    if isinstance(answer, FeedError):
        if args.json:
            value = {"url": args.url, "outcome": outcome_of(answer), "error": str(answer)}
            print(json.dumps(value, ensure_ascii=False))
        else:
            print(answer, file=sys.stderr)
        return IN_PART
    assert feed is not None
    print(_as_json(answer, feed) if args.json else "\n".join(_described(answer, feed)))
    return DONE


def fetched_feed(
    url: str, *, allow_local: bool, proxy: str, stop: threading.Event
) -> tuple[Fetched | FeedError, ParsedFeed | None]:
    """One feed, fetched and read; the error, and no feed, when either fails."""
    with Fetcher(allow_local=allow_local, proxy=proxy, spacing_seconds=0, stop=stop) as fetcher:
        answers = [answer for _, answer in fetcher.fetch([Request(url, url)])]
    if not answers:
        raise KeyboardInterrupt  # stopped before the answer came
    answer = answers[0]
    if isinstance(answer, FeedError):
        return answer, None
    try:
        return answer, parse(url, answer.body, content_type=answer.content_type, url=answer.url)
    except Unreadable as error:
        return error, None


def _described(answer: Fetched, feed: ParsedFeed) -> list[str]:
    every = f", asks to be read every {feed.every_minutes:g} minutes" if feed.every_minutes else ""
    validators = [name for name, value in (("ETag", answer.etag), ("Last-Modified", answer.last_modified)) if value]
    conditional = f"conditional by {' and '.join(validators)}" if validators else "without ETag or Last-Modified"
    lines = [
        f"{feed.title or 'no title'} ({feed.format}, {feed.language or 'no language'}): {len(feed.items)} items{every}",
        f"{len(answer.body):,} bytes in {answer.seconds:.1f} s, {conditional}",
    ]
    lines += [f"moved for good to {answer.moved_to}"] if answer.moved_to else []
    lines += [f"odd: {sentence}" for sentence in feed.odd]
    for item in feed.items[:SHOWN_ITEMS]:
        when = item.published.isoformat() if item.published else "no date"
        lines.append(f"- {when} {item.title or item.text[:80] or item.url} [{len(item.text)} characters]")
    return [one_line(line) for line in lines]


def _as_json(answer: Fetched, feed: ParsedFeed) -> str:
    items = [
        asdict(item)
        | {
            "published": item.published.isoformat() if item.published else None,
            "updated": item.updated.isoformat() if item.updated else None,
        }
        for item in feed.items
    ]
    value = {
        "url": answer.url, "outcome": "ok", "status": answer.status, "moved_to": answer.moved_to, "title": feed.title,
        "format": feed.format, "language": feed.language, "every_minutes": feed.every_minutes, "odd": feed.odd,
        "dropped": feed.dropped, "items": items,
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False, indent=1)
