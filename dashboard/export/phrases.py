"""The short lines around figures and quotes, the same in Markdown and HTML. Plain text: each format escapes it."""

from __future__ import annotations

from metrics import summary_words as words
from metrics.model import UNSTATED
from metrics.summary import Quote, SourceNote, Summary, SummarySection, SummaryStory

MOST_NOTES = 8  # sources; more than these are named by their keys
MOST_QUOTES = 2  # sentences of one story under one indicator and stance; JSON and CSV hold them all


def title_line(summary: Summary) -> str:
    return f"{summary.title}: {words.HEADINGS['summary'].lower()}, {words.long_date(summary.day)}"


def facts(summary: Summary) -> list[tuple[str, str]]:
    """(name, value) of the head, in order."""
    coverage = summary.coverage
    found = [
        ("Number", summary.number),
        ("Window", _window(summary)),
        ("As of", _as_of(summary)),
        ("The day", _state(summary)),
        ("Sources", f"{coverage.answered} of {coverage.asked} asked answered"),
        ("Articles", f"{coverage.articles:,} seen, {coverage.relevant:,} relevant, {coverage.context:,} context only"),
        ("Items dropped", f"{sum(drop.items for drop in coverage.dropped):,}"),
        ("Languages seen", _languages(summary, coverage.languages) or "none"),
    ]
    if coverage.languages_unseen:
        found.append(("Languages not seen", _languages(summary, coverage.languages_unseen)))
    return found


def _window(summary: Summary) -> str:
    zone = words.zone(summary.utc_offset_hours)
    return f"{words.utc(summary.window_start)} to {words.utc(summary.window_end)} UTC (the day in {zone})"


def _as_of(summary: Summary) -> str:
    zone = words.zone(summary.utc_offset_hours)
    both = f"{words.utc(summary.as_of)} UTC, {words.local(summary.as_of, summary.utc_offset_hours)} {zone}"
    return both + (" (preliminary: the day is not over)" if summary.preliminary else "")


def _state(summary: Summary) -> str:
    share = f" (observability {summary.observability * 100:.0f} %)" if summary.observability is not None else ""
    return words.STATES[summary.state] + share


def _languages(summary: Summary, keys: tuple[str, ...]) -> str:
    return ", ".join(summary.language(key) for key in keys)


def section_title(section: SummarySection) -> str:
    parts = [f"{number} {words.STANCES[stance]}" for stance, number in section.by_stance]
    parts = [*parts, *(f"{label}: {number}" for label, number in section.by_people)]
    return f"{section.sector_label} · {section.label}: {words.stories(len(section.stories))} ({', '.join(parts)})"


def about_story(summary: Summary, story: SummaryStory) -> str:
    """Who published it, in which language, on which day unless it is the summary's, and who else carried it."""
    parts = [story.outlet, f"published by: {story.side_label}", summary.language(story.language)]
    if story.day and story.day != summary.day:
        parts.append(story.day.isoformat())
    if len(story.carried_by) > 1:
        parts.append(f"carried by {words.articles(len(story.carried_by))} of {words.publishers(story.outlets)}")
    if story.credited:
        parts.append(words.say("credited", agency=story.credited))
    if story.event:
        parts.append(words.event(story.event, story.independent_reports))
    return " · ".join(parts)


def about_quote(summary: Summary, story: SummaryStory, quote: Quote) -> str:
    stance = words.STANCES[quote.stance]
    stance += f" ({words.OCCURRENCES[quote.occurrence]})" if quote.occurrence else ""
    foreign = [f"in article {quote.article}"] if quote.article != story.article else []
    return " · ".join([f"{summary.label(quote.indicator)}: {stance}", *_said(quote), *foreign])


def lead(story: SummaryStory) -> Quote:
    """The sentence that stands for a story with quotes: not its title, if it has another."""
    return shown_quotes(story)[0][0]


def about_briefly(summary: Summary, story: SummaryStory) -> str:
    """For stories in one line: with their labels in place of their sentences."""
    labels = dict.fromkeys(f"{summary.label(q.indicator)}: {words.STANCES[q.stance]}" for q in story.quotes)
    return " · ".join([about_story(summary, story), *labels])


def about_side(summary: Summary, story: SummaryStory, quote: Quote) -> str:
    """Who published and who said it, for where the heading gives indicator and stance."""
    day = [story.day.isoformat()] if story.day and story.day != summary.day else []
    return " · ".join([story.outlet, f"published by: {story.side_label}", *_said(quote), *day])


def _said(quote: Quote) -> list[str]:
    speaker = [f"said by: {quote.speaker} ({quote.speaker_side_label})"] if quote.speaker else []
    people = [f"people: {quote.people_label}"] if quote.people not in ("", UNSTATED) else []
    place = [f"place: {quote.place}"] if quote.place else []
    return [*speaker, *people, *place]


def shown_quotes(story: SummaryStory) -> tuple[list[Quote], str]:
    """The first sentences under each indicator and stance, and a line on how many more there are ("": none)."""
    shown: list[Quote] = []
    for quote in sorted(story.quotes, key=lambda one: one.sentence == story.title):  # the title stands above already
        same = [one for one in shown if (one.indicator, one.stance) == (quote.indicator, quote.stance)]
        is_new = quote.sentence not in [story.title, *(one.sentence for one in same)]
        if not same or (is_new and len(same) < MOST_QUOTES):
            shown.append(quote)
    visible = {story.title, *(quote.sentence for quote in shown)}
    hidden = len({quote.sentence for quote in story.quotes} - visible)
    return shown, words.say("more_quotes", sentences=words.count(hidden, "sentence", "sentences")) if hidden else ""


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
    sources = [source_notes(words.HEADINGS[key], notes) for key, notes in lists.items()]
    return [line for line in (*sources, *_other_gaps(summary)) if line]


def _other_gaps(summary: Summary) -> list[str]:
    coverage = summary.coverage
    lists = {
        "sides": summary.not_seen.sides,
        "sides_without_source": summary.not_seen.sides_without_source,
        "languages_unseen": [summary.language(key) for key in coverage.languages_unseen],
        "dropped": [f"{drop.items:,} {drop.reason} ({drop.meaning})" for drop in coverage.dropped],
    }
    return [f"{words.HEADINGS[key]}: {'; '.join(values)}" for key, values in lists.items() if values]


def observer_lines(summary: Summary) -> list[str]:
    """One line a fact that was valid on the day, with its sources."""
    return [
        words.say(
            "observer",
            who=fact.who,
            access=words.ACCESS[fact.access],
            where=fact.where,
            period=words.period(fact.since, fact.until),
            what=fact.what.rstrip(". ") + ".",
        )
        + (f" Sources: {'; '.join(fact.sources)}" if fact.sources else "")
        + ("" if fact.verified else " (partly verified)")
        for fact in summary.access
    ]
