"""`python -m dashboard`: the server; commands that write and send summaries and open data. Reads the clock."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from feeds.log import add_log_options
from feeds.options import DONE, add_options, archive_url, monitor_of, run, vantage_of


def parser() -> argparse.ArgumentParser:
    """All commands and their options; docs and tests read it."""
    from dashboard import commands_export, commands_send, commands_summary

    top = argparse.ArgumentParser(
        prog="python -m dashboard",
        description="Serve the dashboard, or write a summary or open data, or send what is due.",
        epilog="Without a command: serve. Its options: python -m dashboard serve --help",
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_serve(commands)
    commands_summary.add_to(commands)
    commands_export.add_to(commands)
    commands_send.add_to(commands)
    return top


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = commands.add_parser(
        "serve", help="pages, /healthz and /metrics, with poller and tagger beside them (the default)"
    )
    add_options(serve)
    serve.add_argument("--port", type=int, default=8501, metavar="N", help="where pages are served (default: 8501)")
    serve.add_argument("--host", default="127.0.0.1", metavar="IP", help="who may reach them (default: this machine)")
    serve.add_argument("--no-poll", action="store_true", help="pages only: neither poller nor tagger beside the server")
    serve.add_argument(
        "--edit", action="store_true", help="who can open the pages may decide about alerts and edit sources"
    )
    serve.add_argument("--allow-local", action="store_true", help="the poller may fetch from private addresses")
    serve.add_argument("--proxy", default="", metavar="URL", help="the poller asks through this proxy (default: none)")
    serve.add_argument(
        "--vantage", metavar="TEXT", help="where the poller runs, kept with every poll (default: $MONITOR_VANTAGE)"
    )
    add_log_options(serve)
    serve.set_defaults(run=_serve)


def _serve(args: argparse.Namespace, *, now: datetime) -> int:
    from dashboard.serve import Options, serve  # a summary does not pay for the server

    monitor = monitor_of(args)
    options = Options(
        args.host, args.port, polls=not args.no_poll, allow_local=args.allow_local, proxy=args.proxy,
        vantage=vantage_of(args), log=("-v",) * args.verbose + ("--log-json",) * args.log_json, edit=args.edit,
    )  # fmt: skip
    try:
        return serve(options, monitor, archive_url(args, monitor))
    except KeyboardInterrupt:  # asked to stop before pages were served: the same answer as after
        return DONE


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(argv: Sequence[str], *, now: datetime, clock: Callable[[], datetime] | None = None) -> int:
    """Exit status 0: done, or stopped when asked; 1: in part; 2: wrong usage, data file or archive; 130: Ctrl-C."""
    signal.signal(signal.SIGTERM, _stop)
    is_serve = not argv or (argv[0].startswith("-") and argv[0] not in ("-h", "--help"))
    if is_serve:
        gc.disable()  # until pages are served: nothing of what is imported is garbage, and a start is a tenth quicker
    args = parser().parse_args(["serve", *argv] if is_serve else argv)
    args.clock = clock  # for what runs for long
    return run(lambda: int(args.run(args, now=now)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], now=datetime.now(UTC), clock=lambda: datetime.now(UTC)))
