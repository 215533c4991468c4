"""`python -m metrics update`, `daily` and `compare`. Asks, prints; counts nothing itself."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from feeds.archive import Archive, open_archive, role
from feeds.errors import HouseError
from feeds.fetch import Fetcher
from feeds.fulltext import LARGEST_PAGE
from feeds.lists import Lists
from feeds.log import LOG, add_log_options, set_up
from feeds.model import PageAttempt
from feeds.monitor import Monitor
from feeds.options import DONE, add_options, archive_url, monitor_of
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.compare import Comparison, Example, Row, compared
from metrics.lexicon import read_lexicon
from metrics.pages import Pages, in_words
from metrics.tag import Tagger
from metrics.update import Updated, update

WATCH_SECONDS = 2.0  # between looks for new articles
OTHERS = 2_000  # articles: enough to see a word that suddenly makes much relevant
FULLTEXT_DAYS = 7  # what is older has been counted and read; its page may say something else by now
LOOK_AGAIN = timedelta(minutes=1)  # for pages that did not answer before
MOST_PROCESSES = 256  # each takes a tenth of a gigabyte
Clock = Callable[[], datetime]


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `update` and `compare`."""
    one = subparsers.add_parser("update", help="tag what is new, count the days it touches")
    add_options(one)
    one.add_argument("--all", action="store_true", help="tag everything again beside the present tags, then switch")
    one.add_argument(
        "--stories",
        action="store_true",
        help="find all stories anew, after an edit of stories.yaml; tags everything too",
    )
    one.add_argument("--watch", action="store_true", help="for ever, as articles come")
    one.add_argument(
        "--processes", type=int, metavar="N", help="that read texts (default: all processors; one for few articles)"
    )
    one.add_argument("--no-fulltext", action="store_true", help="fetch no page, also where a source asks for full text")
    one.add_argument(
        "--fulltext-days", type=float, default=FULLTEXT_DAYS, metavar="N",
        help=f"pages of articles first told in the last N days (default: {FULLTEXT_DAYS})",
    )  # fmt: skip
    one.add_argument("--allow-local", action="store_true", help="pages of private and loopback addresses too")
    one.add_argument("--proxy", metavar="URL", default="", help="ask for pages through this proxy (default: none)")
    add_log_options(one)
    one.set_defaults(run=_run_update)
    two = subparsers.add_parser("compare", help="what edited words would change in the archive; stores nothing")
    add_options(two)
    two.add_argument(
        "--limit",
        type=int,
        default=OTHERS,
        metavar="N",
        help=f"read so many of the articles that are not relevant now, evenly over time (default: {OTHERS})",
    )
    two.add_argument("--all", action="store_true", help="read all of them")
    two.add_argument("--json", action="store_true", help="the same as JSON")
    two.set_defaults(run=_run_compare)


def _run_update(args: argparse.Namespace, *, clock: Clock, stop: threading.Event) -> int:
    if args.processes is not None and not 1 <= args.processes <= MOST_PROCESSES:
        raise HouseError(f"--processes {args.processes}: not between 1 and {MOST_PROCESSES}")
    if not args.fulltext_days > 0:
        raise HouseError(f"--fulltext-days {args.fulltext_days:g}: give more than 0 days")
    monitor = monitor_of(args)
    tagger = Tagger(monitor, read_lexicon(monitor))
    lists = _lists(monitor)
    attribution = lists()
    url = archive_url(args, monitor)
    set_up(as_json=args.log_json, verbose=args.verbose)
    with open_archive(url) as archive, role(archive, "tagger"), _page_fetcher(args, stop) as fetcher:
        asking = [] if args.no_fulltext else tuple(attribution.sources.values())
        pages = Pages(archive, tagger, asking, fetcher.fetch, args.fulltext_days)
        if args.watch:
            _watch(archive, monitor, tagger, lists, pages, clock=clock, stop=stop)
            return DONE
        options = {
            "everything": args.all,
            "stories": args.stories,
            "processes": args.processes,
            "progress": progress_bar(),
        }
        print(_said(update(archive, monitor, tagger, attribution, now=clock(), **options)))
        if attempts := pages.read(clock, patient=True):
            _say_attempts(attempts)
            print(_said(update(archive, monitor, tagger, attribution, now=clock(), processes=args.processes)))
    return DONE


def _lists(monitor: Monitor) -> Lists[Attribution]:
    """Who publishes, read again when the files change."""

    def read() -> Attribution:
        return Attribution(read_sources(monitor), read_outlets(monitor))

    return Lists(monitor, read, lambda error: LOG.warning(f"{error}; going on with the sources as they were"))


def _page_fetcher(args: argparse.Namespace, stop: threading.Event) -> Fetcher:
    return Fetcher(allow_local=args.allow_local, proxy=args.proxy, largest_bytes=LARGEST_PAGE, stop=stop)


def _say_attempts(attempts: Sequence[PageAttempt]) -> None:
    print(in_words(attempts), flush=True)
    for one in attempts:
        if one.error and one.outcome != "nothing-more":
            print(f"article {one.article}: {one.outcome}: {one.error}", file=sys.stderr, flush=True)


def _log_attempts(attempts: Sequence[PageAttempt]) -> None:
    for one in attempts:
        words = one.error or f"article {one.article}: page read"
        LOG.debug(words, extra={"fields": {"event": "page"} | asdict(one) | {"at": one.at.isoformat()}})


def _watch(
    archive: Archive,
    monitor: Monitor,
    tagger: Tagger,
    lists: Lists[Attribution],
    pages: Pages,
    *,
    clock: Clock,
    stop: threading.Event,
) -> None:
    """Tag what comes; between, read one page of each site at a time: no article waits long for pages of others.

    When somebody has edited the list of sources, all days are counted again by it.
    """
    seen: tuple[tuple[int, int], Attribution] | None = None
    looked = clock() - LOOK_AGAIN
    while not stop.is_set():
        attribution = lists()
        arrived = archive.arrived(), attribution  # before the update: what comes meanwhile is for the next round
        if pages.sources:
            pages = replace(pages, sources=tuple(attribution.sources.values()))
        if arrived != seen:
            done = update(archive, monitor, tagger, attribution, now=clock())
            seen = arrived
            if done.tagged:
                LOG.debug(_said(done), extra={"fields": {"event": "update"} | asdict(done)})
            looked = clock() - LOOK_AGAIN
        if clock() - looked >= LOOK_AGAIN:
            looked = clock()
            if attempts := pages.read(clock, patient=False):
                _log_attempts(attempts)
                looked -= LOOK_AGAIN  # there may be more of the same site
        stop.wait(WATCH_SECONDS)


def _said(done: Updated) -> str:
    switched = f", switched to rules {done.rules_version}" if done.switched else ""
    return f"{done.tagged} articles tagged, {done.days} days counted{switched}"


def progress_bar() -> Callable[[int, int], None]:
    """What prints (articles done, in all) on one line of a terminal; nothing where standard error is none."""
    if not sys.stderr.isatty():
        return lambda done, total: None
    return lambda done, total: print(
        f"\r{done} of {total} articles, {100 * done // max(1, total)} %",
        end="" if done < total else "\n",
        file=sys.stderr,
        flush=True,
    )


def _run_compare(args: argparse.Namespace, **_: object) -> int:
    if args.limit < 0:
        raise HouseError(f"--limit {args.limit}: give 0 or more articles")
    monitor = monitor_of(args)
    tagger = Tagger(monitor, read_lexicon(monitor))
    attribution = Attribution(read_sources(monitor), read_outlets(monitor))
    with open_archive(archive_url(args, monitor), read_only=True) as archive:
        others = None if args.all else args.limit
        found = compared(archive, tagger, attribution, others=others, progress=progress_bar())
    print(_compared_json(found) if args.json else "\n".join(_compared_lines(found)))
    return DONE


def _compared_json(found: Comparison) -> str:
    def row(one: Row) -> dict[str, object]:
        day = {"day": one.day.isoformat()} if one.day else {}
        return {"indicator": one.indicator, **day, "old": one.old, "new": one.new, "difference": one.difference}

    return json.dumps(
        {
            "old_rules": found.old_rules,
            "new_rules": found.new_rules,
            "relevant_before": found.chosen.before,
            "others_read": found.chosen.others,
            "others": found.chosen.others_in_all,
            "sums": [row(one) for one in found.sums],
            "days": [row(one) for one in found.days],
            "examples": [asdict(one) for one in found.examples],
        },
        ensure_ascii=False,
        indent=1,
    )


def _compared_lines(found: Comparison) -> Iterator[str]:
    chosen = found.chosen
    yield (
        f"rules {found.old_rules} → {found.new_rules}: {chosen.before} relevant articles read again,"
        f" and {chosen.others} of {chosen.others_in_all} others; stories with reported evidence:"
    )
    yield f"{'indicator':14} {'day':10} {'old':>7} {'new':>7} {'difference':>10}"
    for one in (*found.sums, *found.days):
        yield f"{one.indicator:14} {one.day or 'all':<10} {one.old:7} {one.new:7} {one.difference:+10}"
    if not found.days:
        yield "no day differs"
    for example in found.examples:
        yield from _example_lines(example)


def _example_lines(one: Example) -> Iterator[str]:
    yield f"{'+' if one.gained else '-'} {one.indicator}: article {one.article}, {one.title}"
    yield f"    {' '.join(one.sentence.split())}"
    yield f"    {one.rule}"
    yield f"    {'before' if one.gained else 'now'}: {one.instead or 'nothing'}"
