"""Politics around the crisis is context; politics of other places is nothing; neither is relevant by itself."""

import gzip
import json

import pytest

from metrics.model import Text

# (language, title, text) → "relevant", "context" or ""
ABOUT = {
    "peace talks of others": ("en", "Iran peace talks falter", "A peace deal is within reach, analysts said.", ""),
    "peace talks of others in French": (
        "fr",
        "Colombie : l'accord de paix vacille",
        "Les négociations de paix piétinent.",
        "",
    ),
    "peace deal of the parties": (
        "en",
        "Armenia and Azerbaijan near peace deal",
        "The text runs to 17 articles.",
        "context",
    ),
    "peace treaty of the parties in French": (
        "fr",
        "Erevan espère un traité de paix",
        "L'Arménie et l'Azerbaïdjan se parlent.",
        "context",
    ),
    "peace process in Russian": ("ru", "Мирный договор обсудили в Ереване", "Стороны довольны.", "context"),
    "peace process of others in Russian": ("ru", "Мирные переговоры отложены", "Тегеран ждёт ответа.", ""),
    "a route that exists only here": ("en", "TRIPP to open next year, envoy says", "No date was given.", "context"),
    "an election that names the crisis": (
        "en",
        "Two years after Nagorno-Karabakh, voters choose calm",
        "The opposition lost the parliamentary vote.",
        "context",
    ),
    "a leader on history": (
        "fr",
        "Le Premier ministre : « le Karabakh n'était pas à nous »",
        "Sa déclaration fait bondir l'opposition.",
        "context",
    ),
    "politics beside a lack stays relevant": (
        "en",
        "Parliament debates Stepanakert",
        "There is no bread left in Stepanakert, lawmakers were told.",
        "relevant",
    ),
    "a town where nothing humanitarian happens is neither": (
        "en",
        "A week in Stepanakert",
        "Children play by the fountain.",
        "",
    ),
    "a visit to the shops of a town is about the town": (
        "en",
        "A week in Stepanakert",
        "Children play by the fountain, bakers sell bread.",
        "relevant",
    ),
}


@pytest.mark.parametrize(("language", "title", "text", "expected"), ABOUT.values(), ids=ABOUT)
def test_what_an_article_is_about(language, title, text, expected, tagger):
    tagged = tagger.tag(Text("1", title, text, language=language))
    assert ("relevant" if tagged.relevant else "context" if tagged.context else "") == expected


def test_world_news_of_two_weeks_is_left_alone(shared, tagger):
    """12,289 headlines of 24 outlets: Armenia votes in those weeks, so a few are context. What fails here is read."""
    relevant, context, items = [], [], 0
    for path in sorted((shared / "data" / "third_party" / "rss-archive").glob("*.ndjson.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                item = json.loads(line)
                tagged = tagger.tag(Text(item["id"], item["title"] or "", item["description"] or ""))
                items += 1
                if tagged.relevant:
                    relevant.append((item["title"], [one.rule for one in tagged.evidence]))
                elif tagged.context:
                    context.append(item["title"])
    assert items > 12_000
    assert len(relevant) <= 3, relevant
    assert len(context) <= 10, context
