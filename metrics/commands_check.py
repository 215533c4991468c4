"""`python -m metrics sample`, `audit` and `check`: how far to trust tags and words. Asks, prints; judges nothing."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from feeds.archive import Archive, open_archive
from feeds.errors import DataFileError, HouseError
from feeds.monitor import Monitor
from feeds.options import DONE, IN_PART, add_options, archive_url, monitor_of
from feeds.sources import read_outlets, read_sources
from metrics.attribution import Attribution
from metrics.audit import Audit, Measured, Rate, as_plain, audited, read_labels
from metrics.cases import Case, read_cases
from metrics.check import Finding, findings, repeated
from metrics.coverage import Coverage, coverage
from metrics.entries import entries_of, repeated_of
from metrics.lexicon import read_lexicon
from metrics.model import Text
from metrics.sample import SIZE, as_line, drawn, form, read_key, strata
from metrics.store.audits import current_version, drawable, record_audit
from metrics.tag import Tagger

Clock = Callable[[], datetime]
SEED = 1
DEV = "dev"  # folder of the gold cases that words may be written against


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `sample`, `audit` and `check`."""
    one = subparsers.add_parser("sample", help="a blind, stratified sample of collected articles for readers to label")
    add_options(one)
    one.add_argument("--size", type=int, default=SIZE, metavar="N", help=f"articles (default: {SIZE})")
    one.add_argument("--seed", type=int, default=SEED, metavar="S", help=f"of chance (default: {SEED})")
    one.add_argument("--out", required=True, metavar="FILE", help="JSONL to write; the key goes to FILE.key.jsonl")
    one.set_defaults(run=_run_sample)
    two = subparsers.add_parser("audit", help="what readers labelled, against the tagger: agreement, rates, intervals")
    add_options(two)
    two.add_argument("readers", nargs="+", metavar="READER", help="the labelled file of one reader, or of two")
    two.add_argument("--key", required=True, metavar="FILE", help="the key that `metrics sample` wrote beside it")
    two.add_argument("--record", action="store_true", help="keep the audit in the archive; the Method page shows it")
    two.set_defaults(run=_run_audit)
    three = subparsers.add_parser(
        "check", help="words that are unsafe, superfluous, dead, twice in one list or untested"
    )
    add_options(three)
    three.add_argument("cases", nargs="*", metavar="FILE", help="more labelled cases (JSONL, or a folder of such)")
    three.add_argument("--coverage", action="store_true", help="only report which words the labelled cases exercise")
    three.add_argument("--json", action="store_true", help="the same as JSON")
    three.set_defaults(run=_run_check)


# sample --------------------------------------------------------------------------------------------------------------


def _run_sample(args: argparse.Namespace, **_: object) -> int:
    monitor = monitor_of(args)
    out = Path(args.out)
    key = Path(f"{args.out}.key.jsonl")
    for file in (out, key):
        if file.exists():
            raise HouseError(f"--out {file}: exists already and may hold labels; choose another name")
    with open_archive(archive_url(args, monitor), read_only=True) as archive:
        forms, picked = _sample(archive, monitor, size=args.size, seed=args.seed)
    _write(out, forms)
    _write(key, picked)
    print(f"{out}: {len(forms)} articles to label, as docs/labelling.md says; a copy for each reader")
    print(f"{key}: their strata; for `metrics audit --key`, not for the readers")
    return DONE


def _sample(archive: Archive, monitor: Monitor, *, size: int, seed: int) -> tuple[list[str], list[str]]:
    """Lines of the labelling file and of its key."""
    attribution = Attribution(read_sources(monitor), read_outlets(monitor))
    listed = drawable(archive)
    languages = {one.article: one.language for one in listed}
    picked = drawn(strata(listed), size=size, seed=seed, rules_version=current_version(archive))
    if not picked:
        raise HouseError("no article in the archive yet; start `make run` or `python -m feeds poll --once`")
    texts = {one.id: one for one in archive.articles([one.article for one in picked])}
    forms = [
        form(
            one, article, language=languages[one.article],
            side=attribution.outlet(article.source, article.outlet).side,
            published=monitor.day_of(article.published) if article.published else None,
        )
        for one in picked
        if (article := texts.get(one.article)) is not None
    ]  # fmt: skip
    return [as_line(one) for one in forms], [as_line(one) for one in picked]


def _write(path: Path, lines: Sequence[str]) -> None:
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise HouseError(f"--out {path}: cannot be written: {error.strerror}") from None


# audit ---------------------------------------------------------------------------------------------------------------


def _run_audit(args: argparse.Namespace, *, clock: Clock, **_: object) -> int:
    monitor = monitor_of(args)
    if len(args.readers) > 2:
        raise HouseError(f"audit: {len(args.readers)} readers; one or two")
    key = read_key(Path(args.key))
    readings = [read_labels(Path(file), key, monitor.indicator_keys) for file in args.readers]
    tagger = Tagger(monitor, read_lexicon(monitor))
    tagged = {case.id: tagger.tag(_text(case)) for case in readings[0].values()}
    done = audited(readings, tagged, key, monitor.indicator_keys, rules_version=tagger.lexicon.rules_version)
    print("\n".join(_audit_lines(done)))
    if args.record:
        url = archive_url(args, monitor)
        open_archive(url, read_only=True).close()  # an audit is of articles that are there: never make a new archive
        with open_archive(url) as archive:
            record_audit(
                archive, at=clock(), rules_version=done.rules_version, items=done.items, readers=done.readers,
                result=as_plain(done),
            )  # fmt: skip
        print("recorded; the Method page shows its date and size")
    return DONE


def _text(case: Case) -> Text:
    return Text(case.id, case.title, case.text, language=case.lang, published=case.published)


def _audit_lines(done: Audit) -> Iterable[str]:
    readers = "1 reader" if done.readers == 1 else f"{done.readers} readers"
    yield f"Audit of {done.items} articles by {readers}, rules {done.rules_version}; weighted by stratum"
    if done.strata_read < done.strata_drawn:
        yield f"Only {done.strata_read} of {done.strata_drawn} strata were read: the figures speak of these alone"
    if done.agreement is not None:
        one = done.agreement
        yield (
            f"Krippendorff's alpha: relevance {_two(one.relevance)}, indicator {_two(one.indicator)}, "
            f"stance {_two(one.stance)}"
        )
        listed = ", ".join(f"{key} {_two(value)}" for key, value in one.by_indicator.items())
        if listed:
            yield f"  by indicator: {listed}"
    heads = ("precision", "recall", "specificity", "raw share", "corrected")
    yield f"{'':<24}{''.join(f'{head:>22}' for head in heads)}  items"
    for measured in done.measured:
        rates = (
            measured.precision, measured.recall, measured.specificity, measured.raw, measured.corrected
        )  # fmt: skip
        yield f"{_name(measured):<24}{''.join(f'{_rate(rate):>22}' for rate in rates)}  {measured.raw.items}"


def _name(measured: Measured) -> str:
    if not measured.indicator:
        return f"any {measured.stance}" if measured.stance else "relevant"
    return f"{measured.indicator} {measured.stance}" if measured.stance else measured.indicator


def _rate(rate: Rate) -> str:
    if math.isnan(rate.value):
        return "–"
    return f"{_two(rate.value)} ({_two(rate.low)} to {_two(rate.high)})"


def _two(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


# check ---------------------------------------------------------------------------------------------------------------


def _run_check(args: argparse.Namespace, **_: object) -> int:
    """Exit status 1 when a word is unsafe, superfluous, dead or twice in a list; untested ones are only reported."""
    monitor = monitor_of(args)
    read_lexicon(monitor)  # says what is not well formed
    entries = entries_of(monitor)
    found = [] if args.coverage else [*findings(entries), *repeated(repeated_of(monitor))]
    report = coverage(entries, _cases(monitor, args.cases))
    if args.json:
        plain: dict[str, object] = {"findings": [one.plain for one in found]}
        plain |= report.plain(words=args.coverage)
        print(json.dumps(plain, ensure_ascii=False, indent=1))
    else:
        print("\n".join([*_finding_lines(found, checked=not args.coverage), *_coverage_lines(report, args.coverage)]))
    return IN_PART if found else DONE


def _cases(monitor: Monitor, files: Sequence[str]) -> list[Case]:
    """Cases that words may be written against: those of the monitor, held-out ones aside, and those given."""
    own = monitor.gold_folder / DEV if monitor.gold_folder else None
    folders = [own] if own is not None and own.is_dir() else []
    paths = [*folders, *map(Path, files)]
    if missing := [path for path in paths if not path.exists()]:
        raise DataFileError(f"{missing[0]}:1: cannot be read: no such file or folder")
    return [item for path in paths for item in read_cases(path) if isinstance(item, Case)]


def _finding_lines(found: Sequence[Finding], *, checked: bool) -> Iterable[str]:
    yield from (str(one) for one in found)
    if checked:
        yield f"{len(found)} finding{'' if len(found) == 1 else 's'}"


def _coverage_lines(report: Coverage, words: bool) -> Iterable[str]:
    if not report.cases:
        yield "no labelled cases: name some, or let `gold` in monitor.yaml lead to them"
        return
    yield f"{report.cases} labelled cases exercise {report.hit} of {report.all} patterns"
    if words:
        for group in report.groups:
            yield f"  {group.language} {group.indicator:<14}{group.hit:>5} of {group.all:>5}"
        yield from (f"{one.at}: {one.where}: {one.pattern!r}: no case exercises it" for one in report.never)
    for gap in report.gaps:
        yield f"{gap.language} {gap.indicator}: no {gap.lacks} case"
