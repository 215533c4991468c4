"""`python -m dashboard summary`: a day or a range of days in any format, to a file or standard output. Reads only.

Asks metrics.summary, renders, writes. The clock comes in as `now`; an invented monitor brings its own.
Exit status: 0 written; 1 written, but not complete: articles wait for the tagger; 2 wrong usage or nothing to read.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from dashboard.export import FORMATS, render
from feeds.archive import Archive, open_archive
from feeds.errors import HouseError
from feeds.monitor import Monitor
from feeds.options import DONE, IN_PART, add_options, archive_url, monitor_of, write_whole
from feeds.options import run as plainly
from feeds.sources import read_outlets, read_sources
from metrics.lexicon import read_lexicon
from metrics.store.asof import seen_after
from metrics.summary import LANGUAGES, Summary, default_as_of, summary_of

MOST_DAYS = 366


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("summary", help="write the summary of a day or a range of days")
    add_options(parser)
    parser.add_argument("--day", default="yesterday", metavar="D", help="YYYY-MM-DD, yesterday (default) or today")
    parser.add_argument("--from", dest="first", metavar="D", help="first day of a range; --to (or --day) is its last")
    parser.add_argument("--to", dest="last", metavar="D", help="last day of a range; default: yesterday")
    parser.add_argument("--week", action="store_true", help="the 7 days to --to (or --day)")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="of headings and fixed sentences; default: en")
    parser.add_argument("--format", choices=FORMATS, default="md", help="default: md")
    parser.add_argument("--out", default="-", metavar="PATH", help="file to write; -: standard output (default)")
    parser.add_argument(
        "--as-of",
        metavar="T",
        help="use only articles seen by T: YYYY-MM-DDTHH:MM[+HH:MM] (without offset: the monitor's zone) or now;"
        " default: the end of the day, so that the same call later gives the same bytes",
    )
    parser.add_argument("--show-persons", action="store_true", help="with the names of private persons")
    parser.add_argument("--send", action="store_true", help="send the issue of --day by all channels, as `send --day`")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, *, now: datetime) -> int:
    """Exit status; errors are one line on stderr."""
    return plainly(lambda: _summary(args, now=now))


def _summary(args: argparse.Namespace, *, now: datetime) -> int:
    monitor = monitor_of(args)
    now = monitor.now or now
    first, day = days_of(args, monitor, now=now)
    if args.send:
        return _send(args, first, day, now=now)
    as_of = as_of_moment(args.as_of, day, monitor, now=now)
    lexicon, sources, outlets = read_lexicon(monitor), read_sources(monitor), read_outlets(monitor)
    with open_archive(archive_url(args, monitor), read_only=True) as archive:
        summary = summary_of(
            archive, monitor, lexicon, sources, outlets, day=day, as_of=as_of, first=first,
            lang=args.lang, show_persons=args.show_persons,
        )  # fmt: skip
        _write(args.out, render(summary, args.format))
        return _remarks(archive, summary)


def _send(args: argparse.Namespace, first: date, day: date, *, now: datetime) -> int:
    """As `send --day`: what is sent is an issue of one whole day in the formats of the channels."""
    from dashboard import commands_send  # who only writes does not pay for it

    if first != day or args.out != "-" or args.as_of or args.show_persons:
        raise HouseError("--send: sends the issue of one day as monitor.yaml says; leave out --from, --week, --out,"
                         " --as-of and --show-persons")  # fmt: skip
    more = {"day": day.isoformat(), "watch": False, "review": False, "allow_local": False}
    return commands_send.send(argparse.Namespace(**{**vars(args), **more}), now=now)


def days_of(args: argparse.Namespace, monitor: Monitor, *, now: datetime) -> tuple[date, date]:
    """First and last day of the issue. Raises HouseError for a range that is none, or too long to compare."""
    day = day_of(args.last or args.day, monitor, now=now, option="--to" if args.last else "--day")
    if args.week and args.first:
        raise HouseError("--week and --from: give one of them; --week is the 7 days to --to")
    if args.week:
        return day - timedelta(days=6), day
    first = day_of(args.first, monitor, now=now, option="--from") if args.first else day
    if first > day:
        raise HouseError(f"--from {first}: lies after {day}, the last day; give the earlier day first")
    if (day - first).days >= MOST_DAYS:
        raise HouseError(f"--from {first}: {(day - first).days + 1} days; a summary holds at most {MOST_DAYS}")
    return first, day


def day_of(text: str, monitor: Monitor, *, now: datetime, option: str = "--day") -> date:
    """Raises HouseError for what is no day, or a day that has not begun."""
    today = monitor.day_of(now)
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        day = named[text] if text in named else date.fromisoformat(text)
    except ValueError:
        raise HouseError(f"{option} {text}: not a day; write YYYY-MM-DD, yesterday or today") from None
    if day > today:
        raise HouseError(f"{option} {text}: has not begun; today is {today.isoformat()} in the monitor's zone")
    return day


def as_of_moment(text: str | None, day: date, monitor: Monitor, *, now: datetime) -> datetime:
    """Aware UTC. Raises HouseError for what is no time, lies before the day, or in the future."""
    if text is None:
        return default_as_of(monitor, day, now=now)
    try:
        moment = now if text == "now" else datetime.fromisoformat(text)
    except ValueError:
        raise HouseError(f"--as-of {text}: not a time; write YYYY-MM-DDTHH:MM[+HH:MM] or now") from None
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=monitor.zone)).astimezone(UTC).replace(microsecond=0)
    if moment > now:
        raise HouseError(f"--as-of {text}: lies in the future; what has not been seen cannot be summarised")
    if monitor.day_of(moment) < day:
        raise HouseError(f"--as-of {text}: lies before {day.isoformat()} begins in the monitor's zone")
    return moment


def _write(out: str, body: bytes) -> None:
    """The whole file or none of it. Raises HouseError when it cannot be written."""
    if out == "-":
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    path = Path(out)
    try:
        write_whole(path.resolve(), body) if path.is_file() or not path.exists() else path.write_bytes(body)
    except OSError as error:
        raise HouseError(f"--out {out}: cannot be written: {error.strerror}; choose another path") from None


def _remarks(archive: Archive, summary: Summary) -> int:
    """What stands outside the bytes, on stderr: articles of the day that came later, articles not tagged yet."""
    later = seen_after(archive, day=summary.day, as_of=summary.as_of)
    if later:
        print(
            f"{later} relevant article(s) of {summary.day.isoformat()} were seen after the as-of and do not enter;"
            " --as-of now includes them",
            file=sys.stderr,
        )
    waiting = summary.not_seen.untagged
    if waiting:
        print(f"not complete: {waiting} articles wait for the tagger; run `python -m metrics update`", file=sys.stderr)
    return IN_PART if waiting else DONE
