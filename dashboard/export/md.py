"""Summary → Markdown that also reads well as the plain text of a mail: short lines of fact, links spelled out.

Everything from feeds passes through escape.markdown; links stand as <https://…>, never hidden behind words of a feed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dashboard.export import chart, phrases
from dashboard.export.escape import link, markdown
from dashboard.export.notes import Note, ids, note_of, notes_of
from dashboard.export.phrases import (
    about_briefly,
    about_quote,
    about_side,
    about_story,
    facts,
    gaps,
    hidden_line,
    lead,
    observer_lines,
    section_title,
    shown_quotes,
    title_line,
)
from metrics.summary import Dispute, Quote, Sentence, Summary, SummaryStory
from metrics.summary_words import Words


def render(summary: Summary) -> bytes:
    notes, words = notes_of(summary), summary.words
    blocks = [
        *_page(summary, notes),
        _heading(words, 1, "annex_part"),
        markdown(f"{chart.caption(summary)} {chart.alt(summary)}") if chart.is_worth_drawing(summary) else "",
        *_annex_of(summary, notes),
        *_annex(words, notes),
    ]
    return ("\n\n".join(block for block in blocks if block) + "\n").encode()


def _page(summary: Summary, notes: Sequence[Note]) -> list[str]:
    """What a reader has time for: one printed page."""
    words = summary.words
    return [
        *_head(summary),
        _heading(words, 2, "highlights"),
        _sentences(words, summary.highlights, notes),
        *_changed(summary, notes),
        *_corrections(summary, notes),
        *_figures(summary),
        *_pillars(summary, notes),
        *_ahead(summary, notes),
        markdown(words.say("annex_follows")),
    ]


def _annex_of(summary: Summary, notes: Sequence[Note]) -> list[str]:
    return [
        *_more(summary, notes),
        *_all_figures(summary),
        *_sections(summary),
        *_disputes(summary),
        *_stories_under(summary, "publications", summary.publications, phrases.nothing_yet(summary, "no_publication")),
        *_stories_under(summary, "overnight", summary.overnight, "", summary.words.say("overnight_from")),
        *_stories_under(summary, "late", summary.late, ""),
        *_not_seen(summary),
        *_method(summary),
    ]


def _head(summary: Summary) -> list[str]:
    words = summary.words
    invented = [f"**{markdown(words.fixed['invented'])}**"] if summary.invented else []
    lines = [f"- {markdown(name)}: {markdown(value)}" for name, value in facts(summary)]
    drafted = [markdown(words.say("drafted"))] if words.drafted else []
    return [*invented, f"# {markdown(title_line(summary))}", *drafted, "\n".join(lines)]


def _heading(words: Words, level: int, key: str) -> str:
    return f"{'#' * level} {words.headings[key]}"


def _sentences(words: Words, sentences: Iterable[Sentence], notes: Sequence[Note]) -> str:
    return "\n".join(f"- {_sentence(words, sentence, notes)}" for sentence in sentences)


def _sentence(words: Words, sentence: Sentence, notes: Sequence[Note]) -> str:
    note = note_of(notes, sentence)
    behind = (
        f" [{words.phrase('note', number=note.number)}]"
        if note
        else f" [{ids(sentence.articles)}]"
        if sentence.articles
        else ""
    )
    return markdown(sentence.text) + behind


def _changed(summary: Summary, notes: Sequence[Note]) -> list[str]:
    words, (told, more) = summary.words, phrases.turned(summary)
    rest = words.say("more_turned", more=words.phrase("more", number=words.number(len(more)))) if more else ""
    return [
        _heading(words, 2, "changed"),
        markdown(summary.comparison.text),
        _sentences(words, told, notes),
        markdown(rest),
        markdown(phrases.nothing_differs(summary)),
        f"{words.headings['unchanged']}: {_sentence(words, summary.unchanged, notes)}" if summary.unchanged else "",
    ]


def _more(summary: Summary, notes: Sequence[Note]) -> list[str]:
    words, (_, more) = summary.words, phrases.turned(summary)
    still = summary.unchanged_named
    return [
        *([_heading(words, 2, "changed_more"), _sentences(words, more, notes)] if more else []),
        *([_heading(words, 2, "unchanged"), _sentence(words, still, notes)] if still else []),
    ]


def _corrections(summary: Summary, notes: Sequence[Note]) -> list[str]:
    words, found = summary.words, [one.sentence for one in summary.corrections]
    return [
        _heading(words, 2, "corrections"),
        _sentences(words, found, notes) or markdown(words.say("no_correction")),
    ]


def _figures(summary: Summary) -> list[str]:
    """The figures alone; the annex holds the sentences that claim them."""
    words, (first, more) = summary.words, phrases.first_claims(summary)
    lines = [f"- {markdown(phrases.claim_line(summary, one))} [{one.article}]" for one in first]
    return [
        _heading(words, 2, "figures"),
        "\n".join(lines) or markdown(phrases.nothing_yet(summary, "no_figure")),
        markdown(more),
    ]


def _all_figures(summary: Summary) -> list[str]:
    lines = [
        f"- {markdown(phrases.claim_line(summary, one))} [{ids(one.articles)}]\n  > “{markdown(one.sentence)}”"
        for one in summary.figures
    ]
    return [_heading(summary.words, 2, "figures"), "\n".join(lines)] if lines else []


def _pillars(summary: Summary, notes: Sequence[Note]) -> list[str]:
    words = summary.words
    found = [one.sentence for one in summary.pillars]
    return [_heading(words, 2, "pillars"), _sentences(words, [*found, summary.access_sentence], notes)]


def _ahead(summary: Summary, notes: Sequence[Note]) -> list[str]:
    words = summary.words
    found = [one.sentence for one in summary.ahead]
    return [_heading(words, 2, "ahead"), _sentences(words, found, notes)] if found else []


def _sections(summary: Summary) -> list[str]:
    words = summary.words
    blocks = [_heading(words, 2, "sections")]
    for section in summary.sections:
        blocks.append(f"### {markdown(section_title(summary, section))}")
        blocks.extend(_story(summary, story) for story in section.stories)
    if summary.others:
        blocks.extend(
            [_heading(words, 3, "others"), "\n".join(_brief_story(summary, story) for story in summary.others)]
        )
    blocks.extend(markdown(one.text) for one in (summary.none_seen, summary.inactive) if one)
    return blocks if len(blocks) > 1 else []


def _story(summary: Summary, story: SummaryStory) -> str:
    words = summary.words
    address = link(story.url)
    shown, hidden = shown_quotes(story)
    lines = [
        f"- **{markdown(story.title) or words.fixed['untitled']}**",
        f"  {markdown(about_story(summary, story))} [{story.article}]",
        *([f"  <{address}>"] if address else []),
        *(line for quote in shown for line in _quote(summary, story, quote)),
        *([f"\n  {markdown(hidden_line(summary, hidden))}"] if hidden else []),
    ]
    return "\n".join(lines)


def _quote(summary: Summary, story: SummaryStory, quote: Quote) -> list[str]:
    return ["", f"  > “{markdown(quote.sentence)}”", f"  > — {markdown(about_quote(summary, story, quote))}"]


def _disputes(summary: Summary) -> list[str]:
    if not summary.disputes:
        return []
    return [
        _heading(summary.words, 2, "disputes"),
        *(block for dispute in summary.disputes for block in _dispute(summary, dispute)),
    ]


def _dispute(summary: Summary, dispute: Dispute) -> list[str]:
    words = summary.words
    return [
        f"### {markdown(dispute.label)}",
        f"{words.headings['reports']} ({words.reports_of[dispute.reports_of]}):",
        _said(summary, dispute.reports),
        f"{words.headings['denials']} ({words.reports_of['day']}):",
        _said(summary, dispute.denials),
    ]


def _said(summary: Summary, stories: Iterable[SummaryStory]) -> str:
    """One sentence of each story; all of them stand under the indicator."""
    first = [(story, lead(story)) for story in stories]
    return "\n".join(
        f"- “{markdown(quote.sentence)}”\n  — {markdown(about_side(summary, story, quote))} [{quote.article}]"
        for story, quote in first
    )


def _stories_under(
    summary: Summary, heading: str, stories: Sequence[SummaryStory], none: str, about: str = ""
) -> list[str]:
    """One line a story; without any, `none` ("": no heading either)."""
    if not stories and not none:
        return []
    lines = "\n".join(_brief_story(summary, story) for story in stories)
    return [_heading(summary.words, 2, heading), markdown(about) if stories else "", lines or markdown(none)]


def _brief_story(summary: Summary, story: SummaryStory) -> str:
    """One line: late stories are many after an outage; their sentences stand in the JSON and CSV."""
    words = summary.words
    address = f" <{link(story.url)}>" if link(story.url) else ""
    title = markdown(story.title) or words.fixed["untitled"]
    return f"- {title} — {markdown(about_briefly(summary, story))} [{story.article}]{address}"


def _not_seen(summary: Summary) -> list[str]:
    words = summary.words
    lines = [f"- {markdown(line)}" for line in gaps(summary)]
    if summary.not_seen.uncounted:
        lines.append(f"- {_sentence(words, summary.not_seen.uncounted, ())}")
    observers = [f"- {markdown(line)}" for line in observer_lines(summary)]
    return [
        _heading(words, 2, "not_seen"),
        "\n".join(lines) or markdown(words.say("no_gap")),
        _heading(words, 3, "access"),
        markdown(summary.access_sentence.text),
        "\n".join(observers),
    ]


def _method(summary: Summary) -> list[str]:
    words = summary.words
    lines = [f"- {markdown(sentence.text)}" for sentence in summary.method]
    rest = ((words.headings["names"], summary.names_rule), (words.headings["disclaimer"], summary.disclaimer))
    lines.extend(f"- {name}: {markdown(text)}" for name, text in rest if text)
    return [_heading(words, 2, "method"), "\n".join(lines)]


def _annex(words: Words, notes: Sequence[Note]) -> list[str]:
    if not notes:
        return []
    lines = [
        f"- {words.phrase('note', number=note.number)}, {words.articles(len(note.articles))}: {ids(note.articles)}"
        for note in notes
    ]
    return [_heading(words, 2, "annex"), "\n".join(lines)]
