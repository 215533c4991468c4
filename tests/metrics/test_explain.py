"""`metrics explain`: the same for people, machines and pages."""

import json
from datetime import UTC, datetime
from pathlib import Path

from metrics.__main__ import main
from metrics.explain import article_text, explained, explanation

MONITOR = Path(__file__).resolve().parents[2] / "monitors" / "karabakh"
NOON = datetime(2023, 1, 10, 8, tzinfo=UTC)
TEXT = "Shops in Stepanakert ran out of bread on Monday, residents said. Talks were starved of attention."


def _run(*argv):
    return main(["explain", *map(str, argv)], clock=lambda: datetime(2023, 2, 1, tzinfo=UTC))


def test_an_article_of_the_archive_is_explained_as_json_with_every_hit(newsroom, source, capsys):
    room = newsroom(source("first"))
    room.poll("first", NOON, ("a", "Bread runs out", TEXT, NOON))
    url = str(room.archive.engine.url)
    assert _run("--monitor", MONITOR, "--archive", url, "1", "--json") == 0
    plain = json.loads(capsys.readouterr().out)
    assert (plain["id"], plain["language"], plain["verdict"]) == ("1", "en", "relevant")
    assert plain["rules_version"] == room.tagger.lexicon.rules_version
    whole = f"Bread runs out\n{TEXT}"
    assert plain["hits"]
    assert all(whole[hit["start"] : hit["end"]] == hit["term"] for hit in plain["hits"])
    assert {hit["kept"] for hit in plain["hits"]} == {True, False}


def test_lines_and_json_tell_the_same_and_agree_with_the_tags(newsroom, source, capsys):
    room = newsroom(source("first"))
    room.poll("first", NOON, ("a", "Bread runs out", TEXT, NOON))
    text = article_text(room.archive.article(1), room.monitor)
    one = explanation(text, room.tagger)
    evidence = room.tagger.tag(text).evidence
    assert {(hit.indicator, hit.stance) for hit in one.hits if hit.kept} == {
        (each.indicator, each.stance) for each in evidence
    }
    lines = explained(one)
    assert len(lines) == 2 + len(one.hits)
    assert lines[1] == "language en; relevant"
    assert str(text.published) == "2023-01-10"
