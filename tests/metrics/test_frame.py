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
    tags, evidence, figures = tag_frame(articles, tagger)
    assert tags["relevant"].tolist() == [True, False]
    alone = tagger.tag(Text("1", *articles.loc[0, ["title", "text"]], published=date(2023, 1, 10))).evidence
    assert evidence["sentence"].tolist() == [one.sentence for one in alone]
    assert evidence["speaker_side"].tolist() == [one.speaker.side if one.speaker else None for one in alone]
    assert evidence["place_name"].tolist() == [one.place.name if one.place else None for one in alone]
    assert set(evidence["id"]) == {"1"}
    assert figures.empty


def test_an_empty_table_has_the_same_columns(tagger):
    empty = pd.DataFrame({"id": [], "title": [], "text": []})
    tags, evidence, figures = tag_frame(empty, tagger)
    assert tags.empty
    assert "indicator" in evidence.columns
    assert {"value", "claimant_side", "rule"} <= set(figures.columns)


def test_claimed_figures_have_a_table_of_their_own(tagger):
    articles = pd.DataFrame({"id": [7], "title": ["Blast"], "text": ["In Stepanakert 68 people were killed."]})
    figures = tag_frame(articles, tagger).figures
    assert figures[["id", "value", "unit", "subject"]].to_numpy().tolist() == [["7", 68.0, "people", "killed"]]


def test_a_missing_column_is_named(tagger):
    with pytest.raises(KeyError, match="text"):
        tag_frame(pd.DataFrame({"id": [1], "title": ["x"]}), tagger)
