"""`metrics explain`: the same for people, machines and pages."""

import json
from datetime import UTC, datetime
from pathlib import Path

from metrics.__main__ import main
from metrics.explain import article_text, explained, explanation
from metrics.model import Text

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
    assert len(lines) == 2 + len(one.signs) + len(one.hits)
    assert lines[1] == "language en; relevant"
    assert str(text.published) == "2023-01-10"


PAGE = """Shops in Stepanakert have had no bread since Monday.
Hospitals in Gaza have no medicine.
Photo: no gas in the town
More of it.
All of it is true.
Leave a Reply
There is no water either."""
DROPPED = {  # indicator → the words that decided
    "medicine": "the sentence is about another crisis: topic.yaml other en 'Gaza'",
    "gas": "not the article: boilerplate.yaml en line 'Photo:'",
    "water": "below the article: boilerplate.yaml en rest 'Leave a Reply'",
}


def test_what_was_dropped_names_the_words_that_decided(tagger):
    hits = tagger.hits(Text("1", "Stepanakert without bread", PAGE, "en"))
    for indicator, why in DROPPED.items():
        found = [hit for hit in hits if hit.indicator == indicator]
        assert found
        assert not any(hit.kept for hit in found)
        assert all(hit.rule.endswith(f"; {why}") for hit in found), found
    assert {hit.indicator for hit in hits if hit.kept} == {"food"}


def test_headlines_below_the_article_are_told_from_it(tagger):
    below = (
        "Gas supply to Martakert cut for a third day\nNo medicine left in Askeran, doctors say\nMartuni has no light\n"
    )
    hits = tagger.hits(Text("1", "Stepanakert", f"Shops in Stepanakert have no bread.\n{below}", "en"))
    unread = [hit for hit in hits if hit.rule.endswith("not the article: a run of headlines below it")]
    assert {hit.indicator for hit in unread} >= {"gas", "medicine"}


def test_an_article_that_is_not_relevant_names_what_it_is_about_instead(tagger):
    text = "Depleted Qarabag ran out of fuel in the match in Baku."
    one = explanation(Text("1", "Qarabag lose in Champions League", text, "en"), tagger)
    assert one.verdict == "not relevant"
    assert {(sign.subject, sign.term) for sign in one.signs} >= {("other subject", "Champions League")}
    assert all(f"{one.title}\n{text}"[sign.start : sign.end] == sign.term for sign in one.signs)
    assert any("something else: topic.yaml not_about.football" in hit.rule for hit in one.hits)
    assert "sign of other subject: 'Champions League': topic.yaml not_about.football" in "\n".join(explained(one))
