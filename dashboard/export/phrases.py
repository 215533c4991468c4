"""The short lines around figures and quotes, the same in Markdown and HTML. Plain text: each format escapes it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from dashboard.export.notes import Note
from metrics.model import UNSTATED
from metrics.summary import SEEN_STATES, Claim, Quote, Sentence, SourceNote, Summary, SummarySection, SummaryStory
from metrics.summary_words import Words, local, utc, zone

MOST_NOTES = 8  # sources; more than these are named by their keys
MOST_TURNED = 6  # sentences on what changed, on the page of highlights
MOST_CLAIMS = 4  # on the page of highlights; the annex holds all
MOST_QUOTES = 2  # sentences of one story under one indicator and stance; JSON and CSV hold them all


def title_line(summary: Summary) -> str:
    words, days = summary.words, issue_days(summary)
    if summary.first == summary.day:
        return words.phrase("title", title=summary.title, day=days)
    return words.phrase("title_range", title=summary.title, days=days)


def issue_days(summary: Summary) -> str:
    return summary.words.range(summary.first, summary.day)


def facts(summary: Summary) -> list[tuple[str, str]]:
    """(name, value) of the head, in order."""
    coverage, words = summary.coverage, summary.words
    found = {
        "number": summary.number,
        "window": _window(summary),
        "as_of": _as_of(summary),
        "day" if summary.first == summary.day else "days": _state(summary),
        "sources": words.phrase("answered", answered=coverage.answered, asked=coverage.asked),
        "articles": _seen(summary),
        "dropped": words.number(sum(drop.items for drop in coverage.dropped)),
        "languages": _languages(summary, coverage.languages) or words.phrase("none"),
        "languages_unseen": _languages(summary, coverage.languages_unseen),
        "sides_unseen": ", ".join(summary.not_seen.sides),
    }
    found["next"] = _next(summary)
    return [(words.facts[key], value) for key, value in found.items() if value]


def _next(summary: Summary) -> str:
    days = summary.day + timedelta(days=1), summary.day + timedelta(days=summary.days)
    return summary.words.phrase("next", days=summary.words.range(*days), moment=utc(summary.next_issue))


def _seen(summary: Summary) -> str:
    coverage, words = summary.coverage, summary.words
    numbers = {"articles": coverage.articles, "relevant": coverage.relevant, "context": coverage.context}
    return words.phrase("seen", **{name: words.number(number) for name, number in numbers.items()})


def _window(summary: Summary) -> str:
    start, end = utc(summary.window_start), utc(summary.window_end)
    of = {"start": start, "end": end, "zone": zone(summary.utc_offset_hours)}
    if summary.first == summary.day:
        return summary.words.phrase("window", **of)
    return summary.words.phrase("window_range", **of, days=summary.words.count("days", summary.days))


def _as_of(summary: Summary) -> str:
    here = local(summary.as_of, summary.utc_offset_hours)
    both = summary.words.phrase("as_of", utc=utc(summary.as_of), local=here, zone=zone(summary.utc_offset_hours))
    return both + (
        summary.words.phrase("preliminary" if summary.first == summary.day else "preliminary_range")
        if summary.preliminary
        else ""
    )


def _state(summary: Summary) -> str:
    said = summary.words.states[summary.state]
    if summary.observability is None:
        return said
    return said + summary.words.phrase("observability", share=f"{summary.observability * 100:.0f}")


def _languages(summary: Summary, keys: tuple[str, ...]) -> str:
    return ", ".join(summary.language(key) for key in keys)


def section_title(summary: Summary, section: SummarySection) -> str:
    words = summary.words
    parts = [f"{words.number(number)} {words.stances[stance]}" for stance, number in section.by_stance]
    parts = [*parts, *(f"{label}: {number}" for label, number in section.by_people)]
    return f"{section.sector_label} · {section.label}: {words.stories(len(section.stories))} ({', '.join(parts)})"


def about_story(summary: Summary, story: SummaryStory) -> str:
    """Who published it, in which language, on which day unless it is the summary's, and who else carried it."""
    words = summary.words
    parts = [story.outlet, words.phrase("published_by", side=story.side_label), summary.language(story.language)]
    if story.day and story.day != summary.day:
        parts.append(story.day.isoformat())
    if len(story.carried_by) > 1:
        carried = {"articles": words.articles(len(story.carried_by)), "publishers": words.publishers(story.outlets)}
        parts.append(words.phrase("carried_by", **carried))
    if story.credited:
        parts.append(words.say("credited", agency=story.credited))
    if story.event:
        parts.append(words.event(story.event, story.independent_reports))
    return " · ".join(parts)


def about_quote(summary: Summary, story: SummaryStory, quote: Quote) -> str:
    words = summary.words
    if quote.tag_line:
        foreign = [words.phrase("in_article", article=quote.article)] if quote.article != story.article else []
        return " · ".join([quote.tag_line, *_speaker(words, quote), *foreign])
    stance = words.stances[quote.stance]
    stance += f" ({words.occurrences[quote.occurrence]})" if quote.occurrence else ""
    foreign = [words.phrase("in_article", article=quote.article)] if quote.article != story.article else []
    return " · ".join([f"{summary.label(quote.indicator)}: {stance}", *_said(words, quote), *foreign])


def lead(story: SummaryStory) -> Quote:
    """The sentence that stands for a story with quotes: not its title, if it has another."""
    return shown_quotes(story)[0][0]


def about_briefly(summary: Summary, story: SummaryStory) -> str:
    """For stories in one line: with their labels in place of their sentences."""
    labels = dict.fromkeys(f"{summary.label(q.indicator)}: {summary.words.stances[q.stance]}" for q in story.quotes)
    return " · ".join([about_story(summary, story), *labels])


def about_side(summary: Summary, story: SummaryStory, quote: Quote) -> str:
    """Who published and who said it, for where the heading gives indicator and stance."""
    day = [story.day.isoformat()] if story.day and story.day != summary.day else []
    published_by = summary.words.phrase("published_by", side=story.side_label)
    return " · ".join([story.outlet, published_by, *_said(summary.words, quote), *day])


def _said(words: Words, quote: Quote) -> list[str]:
    speaker = _speaker(words, quote)
    people = [words.phrase("people", people=quote.people_label)] if quote.people not in ("", UNSTATED) else []
    place = [words.phrase("place", place=quote.place)] if quote.place else []
    return [*speaker, *people, *place]


def _speaker(words: Words, quote: Quote) -> list[str]:
    return [words.phrase("said_by", speaker=quote.speaker, side=quote.speaker_side_label)] if quote.speaker else []


def claim_line(summary: Summary, claim: Claim) -> str:
    """The figure, its kind, whose claim it is, as of when and in which outlet; the sentence stands below it."""
    words = summary.words
    who = f"{claim.claimant} ({claim.claimant_side_label})" if claim.claimant else words.phrase("nobody_named")
    number = claim.number + (f" ({claim.people_label})" if claim.people_label else "")
    said = number if claim.subject_label in number else f"{claim.subject_label}: {number}"
    return words.say(
        "claim",
        number=said,
        kind=words.kinds.get(claim.kind, claim.kind),
        claimant=who,
        as_of=words.phrase("claimed_as_of", day=claim.as_of) if claim.as_of else words.phrase("no_day"),
        outlet=claim.outlet,
        side=claim.side_label,
    )


def first_claims(summary: Summary) -> tuple[list[Claim], str]:
    """Those of the page of highlights, and a line on how many more the annex holds ("": none).

    Every subject once before any twice, then what most articles carry.
    """
    nth: Counter[str] = Counter()
    ranked: list[tuple[int, int, int]] = []
    for place, one in enumerate(summary.figures):
        ranked.append((nth[one.subject], -len(one.articles), place))
        nth[one.subject] += 1
    chosen = sorted(place for _, _, place in sorted(ranked)[:MOST_CLAIMS])
    words, more = summary.words, len(summary.figures) - len(chosen)
    rest = words.say("more_figures", figures=words.count("figures", more)) if more else ""
    return [summary.figures[place] for place in chosen], rest


def turned(summary: Summary) -> tuple[list[Sentence], list[Sentence]]:
    """What changed, in one sentence each: what stands on the page of highlights, and what the annex holds besides."""
    different = [change for change in summary.changes if change.direction != "same"]
    told = [
        *(one.sentence for one in summary.alerts),
        *(one.sentence for one in different),
        *(one.sentence for one in summary.levels),
    ]
    return told[:MOST_TURNED], told[MOST_TURNED:]


def nothing_differs(summary: Summary) -> str:
    """ "" when something does, nothing is compared, or the highlights say so."""
    text = summary.words.say("nothing_differs", before_span=28 if summary.first == summary.day else summary.days)
    if text in [one.text for one in summary.highlights]:
        return ""
    if not summary.changes or any(change.direction != "same" for change in summary.changes):
        return ""
    return text


def when(summary: Summary) -> str:
    return summary.words.phrase("when" if summary.first == summary.day else "when_range")


def nothing_yet(summary: Summary, key: str) -> str:
    """That none was seen; of days that were not seen not even this, only that they were not."""
    if summary.state not in SEEN_STATES:
        state = summary.words.states[summary.state]
        return f"{state[0].upper()}{state[1:]}."
    return summary.words.say(key, when=when(summary))


def shown_quotes(story: SummaryStory) -> tuple[list[Quote], int]:
    """The first sentences under each indicator and stance, and how many more there are."""
    shown: list[Quote] = []
    for quote in sorted(story.quotes, key=lambda one: one.sentence == story.title):  # the title stands above already
        same = [one for one in shown if (one.indicator, one.stance) == (quote.indicator, quote.stance)]
        is_new = quote.sentence not in [story.title, *(one.sentence for one in same)]
        if not same or (is_new and len(same) < MOST_QUOTES):
            shown.append(quote)
    visible = {story.title, *(quote.sentence for quote in shown)}
    return shown, len({quote.sentence for quote in story.quotes} - visible)


def hidden_line(summary: Summary, hidden: int) -> str:
    """How many sentences stand in the data files only; "" when none do."""
    words = summary.words
    return words.say("more_quotes", sentences=words.count("sentences", hidden)) if hidden else ""


def note_title(words: Words, note: Note) -> str:
    return f"{words.phrase('note', number=note.number)}, {words.articles(len(note.articles))}"


def source_note(note: SourceNote) -> str:
    return f"{note.outlet} ({note.key}, {note.side_label})" + (f": {note.reason}" if note.reason else "")


def source_notes(heading: str, notes: tuple[SourceNote, ...]) -> str:
    """ "" when there are none; many are named by their keys only, all reasons stand in the JSON."""
    if not notes:
        return ""
    few = len(notes) <= MOST_NOTES
    return f"{heading} ({len(notes)}): " + "; ".join(source_note(note) if few else note.key for note in notes)


def gaps(summary: Summary) -> list[str]:
    """One line a kind of what we did not see: sources in order of urgency, then sides, languages and items."""
    blank = summary.not_seen
    lists = {"failed": blank.failed, "not_asked": blank.not_asked, "retired": blank.retired, "off": blank.off}
    sources = [source_notes(summary.words.headings[key], notes) for key, notes in lists.items()]
    return [line for line in (*sources, *_other_gaps(summary)) if line]


def _other_gaps(summary: Summary) -> list[str]:
    coverage, words = summary.coverage, summary.words
    lists = {
        "sides": summary.not_seen.sides,
        "sides_without_source": summary.not_seen.sides_without_source,
        "languages_unseen": [summary.language(key) for key in coverage.languages_unseen],
        "dropped": [f"{words.number(drop.items)} {drop.reason} ({drop.meaning})" for drop in coverage.dropped],
    }
    return [f"{words.headings[key]}: {'; '.join(values)}" for key, values in lists.items() if values]


def observer_lines(summary: Summary) -> list[str]:
    """One line a fact that was valid on the day, with its sources."""
    words = summary.words
    return [
        words.say(
            "observer",
            who=fact.who,
            access=words.access[fact.access],
            where=fact.where,
            period=words.period(fact.since, fact.until),
            what=fact.what.rstrip(". ") + ".",
        )
        + (" " + words.phrase("sources_of", sources="; ".join(fact.sources)) if fact.sources else "")
        + ("" if fact.verified else words.phrase("partly_verified"))
        for fact in summary.access
    ]
