"""Tagged texts as lines for machines and people: the contract of `metrics tag`, and why a term counted or not. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from feeds.model import Article
from feeds.monitor import Monitor
from metrics.model import Evidence, Figure, Hit, Sign, Tagged, Text
from metrics.tag import Tagger


class BadLine(Exception):
    """A line that is no article; its text says why."""


_TEXT_FIELDS = ("id", "title", "text", "lang", "outlet", "published")


def text_of(line: str, monitor: Monitor) -> Text:
    """One JSONL line as a text. Raises BadLine."""
    try:
        value = json.loads(line)
    except ValueError as error:
        raise BadLine(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadLine("not a JSON object")
    fields = {name: value.get(name) for name in _TEXT_FIELDS}
    if isinstance(fields["id"], bool) or not isinstance(fields["id"], str | int):
        raise BadLine("id: missing; give every article a string or a number")
    for name in _TEXT_FIELDS[1:]:
        if fields[name] is not None and not isinstance(fields[name], str):
            raise BadLine(f"{name}: must be a string")
    if fields["title"] is None and fields["text"] is None:
        raise BadLine("title and text: both missing")
    clean = {name: _valid(name, str(fields[name] or "")) for name in _TEXT_FIELDS[1:]}
    published = _day(clean["published"], monitor)
    return Text(str(fields["id"]), clean["title"], clean["text"], clean["lang"], clean["outlet"], published)


def _valid(name: str, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadLine(f"{name}: half of a surrogate pair is no text") from None
    return text


def _day(text: str, monitor: Monitor) -> date | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadLine(f"published: {text!r} is no ISO date such as 2026-01-31 or 2026-01-31T08:00:00Z") from None
    return monitor.day_of(moment) if moment.tzinfo else moment.date()


def as_json(tagged: Tagged) -> str:
    """One line of `metrics tag`: fields and their order are a contract."""
    return json.dumps(
        {
            "id": tagged.id,
            "lang": tagged.language,
            "relevant": tagged.relevant,
            "context": tagged.context,
            "evidence": [_public(item) for item in tagged.evidence],
            "figures": [asdict(figure) for figure in tagged.figures],
        },
        ensure_ascii=False,
    )


def _public(item: Evidence) -> dict[str, object]:
    fields = asdict(item)
    del fields["fingerprint"]  # says nothing to a reader, and changes with the way sentences are folded
    return fields


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the tagger says of one text, and of every term in it, in order of the text."""

    id: str
    title: str
    language: str  # "" could not be told
    verdict: str  # relevant, context, not relevant
    rules_version: str
    hits: tuple[Hit, ...]
    figures: tuple[Figure, ...] = ()
    signs: tuple[Sign, ...] = ()  # by which it is about the crisis or about something else


def article_text(article: Article, monitor: Monitor) -> Text:
    """An article of the archive as the tagger reads it."""
    published = monitor.day_of(article.published) if article.published else None
    return Text(str(article.id), article.title, article.text, article.language, article.outlet, published)


def explanation(text: Text, tagger: Tagger) -> Explanation:
    tagged = tagger.tag(text)
    verdict = "relevant" if tagged.relevant else "context" if tagged.context else "not relevant"
    version = tagger.lexicon.rules_version
    hits, signs = tagger.hits(text), tagger.signs(text)
    return Explanation(text.id, text.title, tagged.language, verdict, version, hits, tagged.figures, signs)


def explained(one: Explanation) -> list[str]:
    """Lines for a person: the verdict and its signs, then every term found, kept or dropped, and the rule."""
    lines = [f"{one.id}: {one.title}", f"language {one.language or 'unknown'}; {one.verdict}"]
    lines += [f"{sign.start:>6}  sign of {sign.subject}: {sign.term!r}: {sign.rule}" for sign in one.signs]
    for hit in one.hits:
        state = f"kept    {hit.stance}" if hit.kept else "dropped"
        lines.append(f"{hit.start:>6}  {state:<17}  {hit.indicator:<12}  {hit.term!r}: {hit.rule}")
    if not one.hits:
        lines.append("no term of the lexicon in it")
    lines.extend(_figure_line(figure) for figure in one.figures)
    return lines


def _figure_line(figure: Figure) -> str:
    high = "" if figure.high is None else f"–{figure.high:g}"
    value = f"{figure.bound} {figure.value:.12g}{high} {figure.unit}".strip()
    who = figure.claimant or "nobody named"
    return f"{figure.start:>6}  figure  {figure.subject}, {figure.kind}: {value}; {who}: {figure.rule}"


def explained_json(one: Explanation) -> str:
    """The same as one JSON object. Offsets are half-open, in code points of title + newline + text."""
    return json.dumps(asdict(one), ensure_ascii=False, indent=1)
