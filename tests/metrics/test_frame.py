"""Tables in, tables out: what a cluster runs over partitions."""

from datetime import date

import pandas as pd
import pytest

from metrics.frame import tag_frame
from metrics.model import Text


def test_a_table_is_tagged_row_by_row_like_texts(tagger):
    articles = pd.DataFrame(
        {
            "id": [1, 2],
            "title": ["Stepanakert without gas", "Budget talks go on"],
            "text": ["Gas was cut on Monday, the mayor's office said.", "Nothing else."],
            "published": [date(2023, 1, 10), None],
        }
    )
    tags, evidence = tag_frame(articles, tagger)
    assert tags["relevant"].tolist() == [True, False]
    alone = tagger.tag(Text("1", *articles.loc[0, ["title", "text"]], published=date(2023, 1, 10))).evidence
    assert evidence["sentence"].tolist() == [one.sentence for one in alone]
    assert evidence["speaker_side"].tolist() == [one.speaker.side if one.speaker else None for one in alone]
    assert evidence["place_name"].tolist() == [one.place.name if one.place else None for one in alone]
    assert set(evidence["id"]) == {"1"}


def test_an_empty_table_has_the_same_columns(tagger):
    empty = pd.DataFrame({"id": [], "title": [], "text": []})
    tags, evidence = tag_frame(empty, tagger)
    assert tags.empty
    assert "indicator" in evidence.columns


def test_a_missing_column_is_named(tagger):
    with pytest.raises(KeyError, match="text"):
        tag_frame(pd.DataFrame({"id": [1], "title": ["x"]}), tagger)
