"""`python -m metrics tag`, `evaluate` and `explain`. Asks, prints; stores nothing, reads no clock."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from feeds.archive import open_archive
from feeds.errors import DataFileError, HouseError
from feeds.monitor import Monitor, bloc_names
from feeds.options import DONE, IN_PART, add_options, archive_url, monitor_of
from feeds.sources import read_outlets
from metrics.cases import Case, FigureCase, Mirror, read_cases
from metrics.evaluate import Judged, MirrorResult, Score, Share, Table, judged, mirrored, table
from metrics.evaluate_groups import as_lines, judged_set, read_sets, totals
from metrics.explain import BadLine, article_text, as_json, explained, explained_json, explanation, text_of
from metrics.figure_scores import FigureTable, figure_table, judged_figures
from metrics.lexicon import read_lexicon
from metrics.model import Evidence, Text
from metrics.tag import Tagger


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `tag`, `evaluate` and `explain`."""
    tag = subparsers.add_parser("tag", help="JSONL of articles in, JSONL of tags out; stores nothing")
    add_options(tag)
    tag.add_argument("file", nargs="?", default="-", metavar="FILE", help="JSONL (default: standard input)")
    tag.set_defaults(run=_run_tag)
    evaluate = subparsers.add_parser("evaluate", help="labelled cases → precision, recall, F1, beside a naive baseline")
    add_options(evaluate)
    evaluate.add_argument(
        "files", nargs="*", metavar="FILE", help="JSONL of labelled cases or mirror pairs, or a folder of such files"
    )
    evaluate.add_argument(
        "--groups", action="append", default=[], metavar="FILE",
        help="JSONL of labelled sets of articles, or a folder with groups.jsonl: event groups, independent reports",
    )  # fmt: skip
    evaluate.add_argument("--wrong", action="store_true", help="list the cases that are wrong, and how")
    evaluate.add_argument("--json", action="store_true", help="the same figures as JSON")
    evaluate.set_defaults(run=_run_evaluate)
    explain = subparsers.add_parser("explain", help="every term found in one article, kept or dropped, and the rule")
    add_options(explain)
    explain.add_argument("id", metavar="ID", help="of the article in the archive, or in --file")
    explain.add_argument("--file", metavar="FILE", help="take the article from this JSONL instead of the archive")
    explain.add_argument("--json", action="store_true", help="the same as one JSON object")
    explain.set_defaults(run=_run_explain)


def _tagger(args: argparse.Namespace) -> Tagger:
    monitor = monitor_of(args)
    return Tagger(monitor, read_lexicon(monitor))


def _run_tag(args: argparse.Namespace, **_: object) -> int:
    """Exit status 1 when a line was no article; the others are tagged."""
    tagger, status = _tagger(args), DONE
    with _opened(args.file) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                print(as_json(tagger.tag(text_of(line, tagger.monitor))))
            except BadLine as error:
                print(json.dumps({"line": number, "error": str(error)}, ensure_ascii=False))
                status = IN_PART
    if status == IN_PART:
        print('metrics tag: some lines were no articles; see the objects with "error"', file=sys.stderr)
    return status


@contextmanager
def _opened(file: str) -> Iterator[TextIO]:
    """The lines of a file, or of standard input for "-"; bytes that are not UTF-8 become U+FFFD."""
    if file == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdin
        return
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(Path(file).open(encoding="utf-8", errors="replace", newline="\n"))
        except OSError as error:
            raise DataFileError(f"{file}:1: cannot be read: {error.strerror}") from None
        yield stream


def _run_explain(args: argparse.Namespace, **_: object) -> int:
    tagger = _tagger(args)
    text = _from_file(args, tagger.monitor) if args.file else _from_archive(args, tagger.monitor)
    one = explanation(text, tagger)
    print(explained_json(one) if args.json else "\n".join(explained(one)))
    return DONE


def _from_file(args: argparse.Namespace, monitor: Monitor) -> Text:
    with _opened(args.file) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                text = text_of(line, monitor) if line.strip() else None
            except BadLine as error:
                print(f"{args.file}:{number}: {error}", file=sys.stderr)
                continue
            if text is not None and text.id == args.id:
                return text
    raise HouseError(f"{args.file}: no article with id {args.id!r}")


def _from_archive(args: argparse.Namespace, monitor: Monitor) -> Text:
    if not args.id.isdigit():
        raise HouseError(f"article id {args.id!r} is not a number; with --file FILE any id goes")
    with open_archive(archive_url(args, monitor), read_only=True) as archive:
        article = archive.article(int(args.id))
    if article is None:
        raise HouseError(f"no article {args.id} in the archive")
    return article_text(article, monitor)


def _run_evaluate(args: argparse.Namespace, **_: object) -> int:
    if not args.files and not args.groups:
        raise DataFileError("metrics evaluate: name a FILE of labelled cases, or one of labelled groups after --groups")
    tagger = _tagger(args)
    _print_groups(args, tagger)
    return _run_cases(args, tagger) if args.files else DONE


def _print_groups(args: argparse.Namespace, tagger: Tagger) -> None:
    """Totals only: a held-out set is scored, not read."""
    outlets = read_outlets(tagger.monitor)
    for file in args.groups:
        found = totals([judged_set(one, tagger, outlets) for one in read_sets(Path(file))])
        print(json.dumps({"file": file, **asdict(found)}) if args.json else "\n".join(as_lines(file, found)))


def _run_cases(args: argparse.Namespace, tagger: Tagger) -> int:
    items = [item for file in args.files for item in read_cases(Path(file))]
    cases = [judged(item, tagger) for item in items if isinstance(item, Case)]
    mirrors = [mirrored(item, tagger) for item in items if isinstance(item, Mirror)]
    figures = figure_table([judged_figures(item, tagger) for item in items if isinstance(item, FigureCase)])
    sets: dict[str, list[Judged]] = {}
    for case in cases:
        sets.setdefault(case.case.set_name, []).append(case)
    monitor = tagger.monitor
    blocs = bloc_names(monitor)
    tables = [table(name, members, monitor.indicator_keys, blocs) for name, members in sets.items()]
    if args.json:
        print(
            json.dumps(
                _plain({"sets": tables, "mirror": _mirror_figures(mirrors), "figures": figures}),
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        for one in tables:
            _print_table(one)
        _print_mirrors(mirrors)
        _print_figures(figures)
    if args.wrong:
        _print_wrong(cases, mirrors)
    return DONE


def _print_table(one: Table) -> None:
    print(f"Cases of {one.name}: {one.items} items")
    print(f"  {'':<24}{'P':>6}{'R':>6}{'F1':>6}  95 % interval")
    _print_score("reported labels", one.reported)
    _print_score("  naive keywords", one.baseline)
    _print_score("relevance", one.relevance)
    _print_score("  naive keywords", one.baseline_relevance)
    shares = {
        "whole items right": one.whole_items,
        "stance": one.stance,
        "people": one.people,
        "occurrence": one.occurrence,
        "speaker's side": one.speaker,
    }
    for name, share in shares.items():
        if share.seen:
            print(f"  {name:<24}{share.value:6.2f}{'':<12}  {share.low:.2f}–{share.high:.2f}  of {share.seen}")
    if not math.isnan(one.macro_f1):
        print(f"  {'mean F1 of indicators':<24}{one.macro_f1:6.2f}{'':<12}  those with 20 labels or more")
    groups = {"by language": one.by_language, "by bloc that publishes": one.by_bloc, "by indicator": one.by_indicator}
    for title, scores in groups.items():
        print(f"  {title}")
        for name, score in scores.items():
            if score.right + score.false + score.missed:
                _print_score(f"  {name}", score)


def _print_figures(one: FigureTable) -> None:
    if not one.items:
        return
    print(f"Claimed figures: {one.items} items, {one.labels} figures")
    print(f"  {'':<24}{'P':>6}{'R':>6}{'F1':>6}")
    _print_score("value, unit, subject", one.found)
    for name, score in one.by_language.items():
        _print_score(f"  {name}", score)
    _print_score("with relevance", one.whole_way)
    for name, share in one.fields.items():
        print(f"  {name.replace('_', ' '):<24}{share.value:6.2f}{'':<12}  of {share.seen}")


def _print_score(name: str, score: Score) -> None:
    interval = "" if math.isnan(score.low) else f"  {score.low:.2f}–{score.high:.2f}"
    print(f"  {name:<24}{_two(score.precision)}{_two(score.recall)}{_two(score.f1)}{interval}")


def _two(share: float) -> str:
    return "     –" if math.isnan(share) else f"{share:6.2f}"


def _print_mirrors(mirrors: Sequence[MirrorResult]) -> None:
    if mirrors:
        pairs = _mirror_figures(mirrors)
        print(
            f"Mirror pairs: {pairs['same']} of {pairs['pairs']} same on both sides, {pairs['expected']} as labelled, "
            f"{pairs['swapped']} with speaker and people swapped"
        )


def _mirror_figures(mirrors: Sequence[MirrorResult]) -> dict[str, int]:
    return {
        "pairs": len(mirrors),
        "same": sum(pair.is_same for pair in mirrors),
        "expected": sum(pair.is_expected for pair in mirrors),
        "swapped": sum(pair.is_swapped for pair in mirrors),
    }


def _print_wrong(cases: Iterable[Judged], mirrors: Iterable[MirrorResult]) -> None:
    for item in cases:
        if item.wrong:
            print(f"{item.case.id}: {item.wrong}: {item.case.title}")
    for pair in mirrors:
        if not (pair.is_same and pair.is_expected and pair.is_swapped):
            said = [_said(side.evidence) for side in (pair.a, pair.b)]
            print(f"{pair.mirror.id}: a {said[0]}, b {said[1]}: {pair.mirror.a.title}")


def _said(evidence: Iterable[Evidence]) -> list[str]:
    parts = {
        (e.indicator, e.stance, e.occurrence or "", e.people, e.speaker.side if e.speaker else "") for e in evidence
    }
    return [" ".join(filter(None, part)) for part in sorted(parts)]


def _plain(value: object) -> object:
    """For JSON: dataclasses as objects, NaN as null."""
    if isinstance(value, Score):
        rates = {"precision": value.precision, "recall": value.recall, "f1": value.f1}
        return _finite({**asdict(value), **rates})
    if isinstance(value, Share):
        return _finite({**asdict(value), "value": value.value})
    if isinstance(value, Table | FigureTable):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _finite(values: dict[str, float]) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in values.items()}
