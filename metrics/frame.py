"""A table of articles → tables of tags and evidence: what a cluster or a notebook runs over partitions. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, astuple, fields
from datetime import date
from typing import NamedTuple

import pandas as pd

from metrics.model import Evidence, Figure, Tagged, Text
from metrics.tag import Tagger

_TAGS = ["id", "language", "relevant", "context"]
_EVIDENCE = ["id", *(field.name for field in fields(Evidence) if field.name not in ("speaker", "place"))]
_MORE = ["speaker_name", "speaker_side", "place", "place_name", "place_zone"]


class Tables(NamedTuple):
    """tags: one row an article (id, language, relevant, context). evidence, figures: one row a piece, id first."""

    tags: pd.DataFrame
    evidence: pd.DataFrame
    figures: pd.DataFrame


def tag_frame(articles: pd.DataFrame, tagger: Tagger) -> Tables:
    """Tag every row, in order.

    articles : columns id, title, text, and where known language ("" or missing: detected), outlet, published (date).
    Raises KeyError for a missing column.
    """
    tagged = [tagger.tag(text) for text in _texts(articles)]
    tags = pd.DataFrame([(one.id, one.language, one.relevant, one.context) for one in tagged], columns=_TAGS)
    evidence = pd.DataFrame(list(_rows(tagged)), columns=[*_EVIDENCE, *_MORE])
    rows = [(one.id, *astuple(figure)) for one in tagged for figure in one.figures]
    return Tables(tags, evidence, pd.DataFrame(rows, columns=["id", *(field.name for field in fields(Figure))]))


def _texts(articles: pd.DataFrame) -> Iterator[Text]:
    names = [name for name in ("language", "outlet", "published") if name in articles.columns]
    for row in articles[["id", "title", "text", *names]].itertuples(index=False):
        values = {name: value for name, value in zip(names, row[3:], strict=True) if not pd.isna(value)}
        published = values.get("published")
        yield Text(
            str(row[0]),
            row[1],
            row[2],
            language=str(values.get("language", "")),
            outlet=str(values.get("outlet", "")),
            published=published if isinstance(published, date) else None,
        )


def _rows(tagged: list[Tagged]) -> Iterator[list[object]]:
    for one in tagged:
        for evidence in one.evidence:
            values = asdict(evidence)
            speaker, place = values.pop("speaker") or {}, values.pop("place") or {}
            more = [speaker.get("name"), speaker.get("side"), place.get("id"), place.get("name"), place.get("zone")]
            yield [one.id, *(values[name] for name in _EVIDENCE[1:]), *more]
