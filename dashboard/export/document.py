"""A Summary as a flat list of blocks, for formats that lay out pages: PDF and Word. Text of feeds is one plain line.

The same lines in the same order as Markdown and HTML (dashboard/export/phrases.py words them).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from dashboard.export import chart, notes, phrases
from dashboard.export.escape import language, link, one_line
from metrics.summary import Sentence, Summary, SummaryStory
from metrics.summary_words import Words

Kind = Literal[
    "notice", "title", "fact", "part", "chart", "heading", "text", "item", "story", "brief", "quote", "note"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """level : of a heading, 1 to 3. about : what stands behind or below in smaller print; of a fact: its value.

    ids : of articles, as they are printed. language : of `text`; "" ours. url : "" none.
    """

    kind: Kind
    text: str
    level: int = 0
    about: str = ""
    ids: str = ""
    language: str = ""
    url: str = ""


def blocks(summary: Summary) -> list[Block]:
    found, words = notes.notes_of(summary), summary.words
    return [
        *_head(summary),
        _heading(words, 1, "highlights"),
        *(_sentence(words, one, found) for one in summary.highlights),
        *_changed(summary, found),
        *_corrections(summary, found),
        *_figures(summary),
        *_pillars(summary, found),
        *_ahead(summary, found),
        _text(words.say("annex_follows")),
        Block("part", words.headings["annex_part"]),
        *_chart(summary),
        *_more(summary, found),
        *_all_figures(summary),
        *_sections(summary),
        *_disputes(summary),
        *_stories_under(summary, "publications", summary.publications, phrases.nothing_yet(summary, "no_publication")),
        *_stories_under(summary, "overnight", summary.overnight, "", words.say("overnight_from")),
        *_stories_under(summary, "late", summary.late, ""),
        *_not_seen(summary),
        *_method(summary),
        *_annex(words, found),
    ]


def _head(summary: Summary) -> Iterator[Block]:
    words = summary.words
    if summary.invented:
        yield Block("notice", words.fixed["invented"])
    heading = words.headings["summary" if summary.first == summary.day else "summary_range"]
    yield Block("title", one_line(summary.title), about=f"{heading}, {phrases.issue_days(summary)}")
    if words.drafted:
        yield _text(words.say("drafted"))
    for name, value in phrases.facts(summary):
        yield Block("fact", name, about=one_line(value))


def _heading(words: Words, level: int, key: str) -> Block:
    return Block("heading", words.headings[key], level=level)


def _text(text: str) -> Block:
    return Block("text", one_line(text))


def _item(text: str, ids: str = "") -> Block:
    return Block("item", one_line(text), ids=ids)


def _sentence(words: Words, sentence: Sentence, found: Iterable[notes.Note]) -> Block:
    note = notes.note_of(found, sentence)
    return _item(sentence.text, words.phrase("note", number=note.number) if note else notes.ids(sentence.articles))


def _changed(summary: Summary, found: tuple[notes.Note, ...]) -> Iterator[Block]:
    words, (told, more) = summary.words, phrases.turned(summary)
    yield _heading(words, 1, "changed")
    yield _text(summary.comparison.text)
    yield from (_sentence(words, one, found) for one in told)
    if more:
        yield _text(words.say("more_turned", more=words.phrase("more", number=words.number(len(more)))))
    if none := phrases.nothing_differs(summary):
        yield _text(none)
    if summary.unchanged:
        still = _sentence(words, summary.unchanged, found)
        yield replace(still, text=f"{words.headings['unchanged']}: {still.text}")


def _chart(summary: Summary) -> Iterator[Block]:
    if chart.is_worth_drawing(summary):
        yield Block("chart", chart.caption(summary), about=chart.alt(summary))


def _more(summary: Summary, found: tuple[notes.Note, ...]) -> Iterator[Block]:
    _, more = phrases.turned(summary)
    if more:
        yield _heading(summary.words, 1, "changed_more")
        yield from (_sentence(summary.words, one, found) for one in more)
    if summary.unchanged_named:
        yield _heading(summary.words, 1, "unchanged")
        yield _sentence(summary.words, summary.unchanged_named, found)


def _corrections(summary: Summary, found: tuple[notes.Note, ...]) -> Iterator[Block]:
    words = summary.words
    yield _heading(words, 1, "corrections")
    lines = [_sentence(words, one.sentence, found) for one in summary.corrections]
    yield from lines or [_text(words.say("no_correction"))]


def _figures(summary: Summary) -> Iterator[Block]:
    first, more = phrases.first_claims(summary)
    yield _heading(summary.words, 1, "figures")
    lines = [_item(phrases.claim_line(summary, one), str(one.article)) for one in first]
    yield from lines or [_text(phrases.nothing_yet(summary, "no_figure"))]
    if more:
        yield _text(more)


def _all_figures(summary: Summary) -> Iterator[Block]:
    if summary.figures:
        yield _heading(summary.words, 1, "figures")
    for one in summary.figures:
        about, written = one_line(phrases.claim_line(summary, one)), language(one.language)
        yield Block("quote", one_line(one.sentence), about=about, ids=notes.ids(one.articles), language=written)


def _pillars(summary: Summary, found: tuple[notes.Note, ...]) -> Iterator[Block]:
    yield _heading(summary.words, 1, "pillars")
    for one in (*(pillar.sentence for pillar in summary.pillars), summary.access_sentence):
        yield _sentence(summary.words, one, found)


def _ahead(summary: Summary, found: tuple[notes.Note, ...]) -> Iterator[Block]:
    if summary.ahead:
        yield _heading(summary.words, 1, "ahead")
        yield from (_sentence(summary.words, one.sentence, found) for one in summary.ahead)


def _sections(summary: Summary) -> Iterator[Block]:
    words = summary.words
    lines = [one for one in (summary.none_seen, summary.inactive) if one]
    if not (summary.sections or summary.others or lines):
        return
    yield _heading(words, 1, "sections")
    for section in summary.sections:
        yield Block("heading", one_line(phrases.section_title(summary, section)), level=2)
        for story in section.stories:
            yield from _story(summary, story)
    if summary.others:
        yield _heading(words, 2, "others")
        yield from (_brief(summary, story) for story in summary.others)
    yield from (_text(one.text) for one in lines)


def _story(summary: Summary, story: SummaryStory) -> Iterator[Block]:
    shown, hidden = phrases.shown_quotes(story)
    yield _titled(summary, "story", story, phrases.about_story(summary, story))
    for quote in shown:
        about = one_line(phrases.about_quote(summary, story, quote))
        yield Block("quote", one_line(quote.sentence), about=about, language=language(quote.language))
    if hidden:
        yield _text(phrases.hidden_line(summary, hidden))


def _brief(summary: Summary, story: SummaryStory) -> Block:
    return _titled(summary, "brief", story, phrases.about_briefly(summary, story))


def _titled(summary: Summary, kind: Literal["story", "brief"], story: SummaryStory, about: str) -> Block:
    title = one_line(story.title) or summary.words.fixed["untitled"]
    ids, url = str(story.article), link(story.url)
    return Block(kind, title, about=one_line(about), ids=ids, language=language(story.language), url=url)


def _disputes(summary: Summary) -> Iterator[Block]:
    words = summary.words
    if summary.disputes:
        yield _heading(words, 1, "disputes")
    for dispute in summary.disputes:
        yield Block("heading", one_line(dispute.label), level=2)
        said = (("reports", dispute.reports_of, dispute.reports), ("denials", "day", dispute.denials))
        for heading, of, stories in said:
            yield _text(f"{words.headings[heading]} ({words.reports_of[of]}):")
            for story in stories:
                quote = phrases.lead(story)
                about = one_line(phrases.about_side(summary, story, quote))
                sentence, written = one_line(quote.sentence), language(quote.language)
                yield Block("quote", sentence, about=about, ids=str(quote.article), language=written)


def _stories_under(
    summary: Summary, heading: str, stories: Iterable[SummaryStory], none: str, about: str = ""
) -> Iterator[Block]:
    """One line a story; without any, `none` ("": no heading either)."""
    lines = [_brief(summary, story) for story in stories]
    if lines or none:
        yield _heading(summary.words, 1, heading)
    if lines and about:
        yield _text(about)
    if lines or none:
        yield from lines or [_text(none)]


def _not_seen(summary: Summary) -> Iterator[Block]:
    words = summary.words
    lines = [_item(line) for line in phrases.gaps(summary)]
    if summary.not_seen.uncounted:
        lines.append(_sentence(words, summary.not_seen.uncounted, ()))
    yield _heading(words, 1, "not_seen")
    yield from lines or [_text(words.say("no_gap"))]
    yield _heading(words, 2, "access")
    yield _text(summary.access_sentence.text)
    yield from (_item(line) for line in phrases.observer_lines(summary))


def _method(summary: Summary) -> Iterator[Block]:
    words = summary.words
    yield _heading(words, 1, "method")
    yield from (_item(sentence.text) for sentence in summary.method)
    for name, text in (
        (words.headings["names"], summary.names_rule),
        (words.headings["disclaimer"], summary.disclaimer),
    ):
        if text:
            yield _item(f"{name}: {text}")


def _annex(words: Words, found: Iterable[notes.Note]) -> Iterator[Block]:
    listed = [
        Block(
            "note",
            phrases.note_title(words, note),
            ids=notes.ids(note.articles),
        )
        for note in found
    ]
    if listed:
        yield _heading(words, 1, "annex")
        yield from listed
