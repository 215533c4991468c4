"""When it was, and whether it lasts: what a clause dates, and what it dates of something else. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from metrics.clause import BESIDE_WORDS, CLAUSE_WORDS, PAUSE, Clause, Says, apart, between, distance, overlap
from metrics.dates import When
from metrics.rulebook import Hit

# Before publication; what a clause dates so far back does not last by a "since" that is about something else.
LONG_OVER_DAYS = 365
OLD_DAYS = 7  # before publication; what happened earlier is background

_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?!\d|[.,]\d)")
_BREAK = re.compile(r":\s|[;()]|\s[–—-]\s")
_AND = re.compile(r"[,;]|\b(?:and|et)\b")
_COMMA = re.compile("[,;]")


def lasts(anchor: Hit, clause: Clause) -> bool:
    if _begins(anchor, clause):
        return True
    lasting = clause.near(anchor, CLAUSE_WORDS, "ongoing")
    if lasting is None or _is_rivals(lasting, anchor, clause):
        return False
    if any(overlap(past, lasting) for past in clause.of("past", "strong_past", "memory")):
        return False  # "two years on"
    if clause.verb_last and any(overlap(past, anchor) for past in clause.of("past")):
        return False  # "nine months of siege had emptied the shelves": its own verb says that it is over
    if _opened_by(lasting, anchor, clause) or _came_before(lasting, anchor, clause):
        return False
    may_end = clause.is_span(lasting) or clause.of("imperfect")
    return not (may_end and _old(clause, None, (anchor,)))


def is_present(anchor: Hit, clause: Clause) -> bool:
    """Whether the verb of the term's part of the clause tells what is: "ekmek bulunmuyor", "ապրում են". Titles aside,
    which tell events in the present, too.

    Where verbs stand last, only what follows the term can be its verb; verbs of speech tell of who speaks.
    """
    if clause.present is None or clause.in_title:
        return False
    before = [mark.end() for mark in PAUSE.finditer(clause.text, clause.start, anchor.start)]
    after = PAUSE.search(clause.text, anchor.end, clause.end)
    start = anchor.start if clause.verb_last else max(before, default=clause.start)
    end = after.start() if after else clause.end
    return clause.tells_what_is(start, end)


def _times(clause: Clause, days: int = 0) -> list[tuple[int, int]]:
    """Years, and times so many days before publication, that the clause names."""
    limit = clause.published - timedelta(days=days) if clause.published else None
    years = _YEAR.finditer(clause.text, clause.start, clause.end)
    times = [(year.start(), year.end()) for year in years if not limit or not days or int(year.group()) < limit.year]
    return times + [(when.start, when.end) for when in clause.whens if limit is None or when.last <= limit]


def _opened_by(lasting: Hit, anchor: Hit, clause: Clause) -> bool:
    """ "(Has lived here) since her family was driven out in May 1993": what a "since" tells and dates is over."""
    if lasting.end > anchor.start or not any(overlap(lasting, since) for since in clause.of("since")):
        return False
    if PAUSE.search(clause.text, lasting.end, anchor.start):
        return False
    if any(other.owner == anchor.owner and other.end <= lasting.start for other in clause.anchors):
        return False
    return any(
        start >= anchor.end and clause.ruler.words(anchor.end, start) <= BESIDE_WORDS
        for start, _ in _times(clause, LONG_OVER_DAYS)
    )


def _came_before(lasting: Hit, anchor: Hit, clause: Clause) -> bool:
    """ "They fled in April 1993 and have lived in a hostel since": the time dates what stands before it, and what has
    lasted since is something else.
    """
    if lasting.start < anchor.end or not any(overlap(lasting, since) for since in clause.of("since")):
        return False
    cues = clause.of("reported", "harm", "without", "absent", "eased", "relief")
    said = [cue for cue in cues if cue.owner in ("", anchor.owner)]
    said += [other for other in clause.anchors if other.owner == anchor.owner]
    return any(
        anchor.end <= start
        and end < lasting.start
        and clause.ruler.words(anchor.end, start) <= BESIDE_WORDS
        and clause.ruler.words(end, lasting.start) > 0
        and not any(end <= cue.start for cue in said)
        for start, end in _times(clause, LONG_OVER_DAYS)
    )


def _is_rivals(cue: Hit, anchor: Hit, clause: Clause) -> bool:
    """In a list ("613 were killed, the fate of 150 is still unknown") a word belongs to the term beside it."""
    first, last = (cue, anchor) if cue.start < anchor.start else (anchor, cue)
    if not _COMMA.search(clause.text, first.end, last.start):
        return False
    mine = distance(clause.ruler, cue, anchor)
    return any(
        distance(clause.ruler, cue, other) < mine and not _COMMA.search(clause.text, *between(cue, other))
        for other in clause.anchors
        if other.owner != anchor.owner
    )


def _begins(anchor: Hit, clause: Clause) -> bool:
    """ "Since 2020", "since 9 January": a time in the past with a word for since beside it, and not in an aside."""
    opening = clause.of("since")
    if not opening:
        return False
    for since in opening:
        for start, end in _times(clause):
            gap = (since.end, start) if since.end <= start else (end, since.start)
            if since.start >= end and _AND.search(clause.text, *gap):
                continue  # "in April 1993 and have lived there since"
            if (
                (clause.ruler.words(*gap) <= 2 or _opens(since, (start, end), anchor, clause))
                and not clause.is_aside(start, anchor)
                and not _is_closed(gap, end, clause)
            ):
                return True
    return False


def _opens(since: Hit, time: tuple[int, int], anchor: Hit, clause: Clause) -> bool:
    """ "Since the end of the war of 2020, …": a longer name of the time, where it opens the clause."""
    start, end = time
    if clause.text[clause.start : since.start].strip() or not since.end <= start < end <= anchor.start:
        return False
    within = clause.ruler.words(since.end, start) <= CLAUSE_WORDS // 2
    pause = PAUSE.search(clause.text, since.end, anchor.start)
    return within and pause is not None and end <= pause.start() and clause.ruler.words(end, pause.start()) == 0


def _is_closed(gap: tuple[int, int], end: int, clause: Clause) -> bool:
    """ "From 24 September to 1 October", "с 25 на 26 февраля": an interval with both its ends does not last."""
    if re.search(r"\d", clause.text[gap[0] : gap[1]]):
        return True
    return any(0 <= clause.ruler.words(end, when.start) <= 1 for when in clause.whens if when.start >= end)


def dated(anchor: Hit, clause: Clause, answer: Says, decisive: Hit | None = None) -> Says:
    """`past` when the clause says that it was long ago; what it says of something else does not count."""
    if lasts(anchor, clause):
        return answer
    relief = decisive if answer.stance == "eased" else None
    known = (anchor, *filter(None, [decisive]))
    for past in clause.of("past"):
        if not clause.is_aside(past.start, *known) and not dates_harm(past, relief, clause):
            return Says("past", None, past.meaning.rule)
    old = _old(clause, relief, known)
    if old:
        return Says("past", None, f"dated {old}")
    earlier = _told_as_earlier(clause, known) if relief is None else None
    return Says("past", None, earlier.meaning.rule) if earlier else answer


def _told_as_earlier(clause: Clause, known: Sequence[Hit]) -> Hit | None:
    """ "He had been wounded and now runs a bakery": a pluperfect at the verb, where nobody is quoted."""
    if clause.of("verbs"):
        return None
    cues = [*clause.of("harm", "reported", "absent"), *clause.anchors]
    others = [hit for hit in cues if hit not in known and hit.owner in ("", known[0].owner)]
    for cue in clause.of("earlier"):
        also = (hit for hit in others if hit.start > cue.end)
        if any(distance(clause.ruler, cue, hit) > BESIDE_WORDS for hit in also):
            continue  # "had been used as a cowshed and lies in ruins"
        if any(distance(clause.ruler, cue, hit) == 0 for hit in known) and not clause.is_aside(cue.start, *known):
            return cue
    return None


def told_day(answer: Says, clause: Clause) -> date | None:
    """When something past was, as its clause says: the earliest time it names that is older than OLD_DAYS."""
    if answer.stance != "past" or clause.published is None:
        return None
    limit = clause.published - timedelta(days=OLD_DAYS)
    times = [when.last for when in clause.whens if when.last < limit]
    years = (int(year.group()) for year in _YEAR.finditer(clause.text, clause.start, clause.end))
    times += [date(year, 12, 31) for year in years if year < clause.published.year and not times]
    return min(times, default=None)


def _old(clause: Clause, relief: Hit | None, known: Sequence[Hit]) -> str:
    """A time more than OLD_DAYS before publication that dates the event, or ""."""
    if clause.published is None:
        return ""
    limit = clause.published - timedelta(days=OLD_DAYS)
    for when in clause.whens:
        is_near = min(apart(clause, when, hit) for hit in known) <= CLAUSE_WORDS
        old = when.last < limit and not _is_now(when, known, clause)
        if is_near and old and _dates_this(when, relief, known, clause):
            return clause.text[when.start : when.end]
    words = clause.of("dating")
    for year in _YEAR.finditer(clause.text, clause.start, clause.end):
        dates = not clause.dating_words or any(0 <= year.start() - word.end <= 2 for word in words)
        when = When(year.start(), year.end(), limit)
        if dates and int(year.group()) < clause.published.year and _dates_this(when, relief, known, clause):
            return year.group()
    return ""


def _is_now(when: When, known: Sequence[Hit], clause: Clause) -> bool:
    """ "Воду отключили ещё в апреле, её носят вёдрами": beyond a comma, and the term's own verb tells what is."""
    return bool(PAUSE.search(clause.text, *between(when, known[0]))) and is_present(known[0], clause)


def _dates_this(when: When, relief: Hit | None, known: Sequence[Hit], clause: Clause) -> bool:
    """Whether a time is that of the event, not of an aside, of the harm that was repaired, or of a birth."""
    breaks = (_BREAK.search(clause.text, *between(when, hit)) for hit in known)
    return not all(breaks) and not (
        _dates_participle(when, known, clause)
        or clause.is_aside(when.start, *known)
        or dates_harm(when, relief, clause)
        or is_undated(when.end, clause)
        or any(apart(clause, when, cue) == 0 for cue in clause.of("until"))
    )


def _dates_participle(when: When, known: Sequence[Hit], clause: Clause) -> bool:
    """ "Переехавшие сюда в мае жалуются": a time at most two words behind a participle that tells who somebody is."""
    return any(
        verb.end <= when.start
        and clause.ruler.words(verb.end, when.start) <= 2
        and not PAUSE.search(clause.text, verb.end, when.start)
        and not any(overlap(verb, hit) for hit in known)
        for verb in clause.of("participle")
    )


def dates_harm(when: Hit | When, relief: Hit | None, clause: Clause) -> bool:
    """ "The mosque destroyed in the war has been restored": the time is nearer to the harm than to the relief."""
    if relief is None:
        return False
    harms = [cue for cue in clause.of("harm", "reported") if not overlap(cue, relief)]
    if any(cue.end <= when.start < relief.start and apart(clause, when, cue) <= BESIDE_WORDS for cue in harms):
        return True  # "destroyed in the first war was restored"
    nearest = min((apart(clause, when, cue) for cue in harms), default=99)
    return nearest < apart(clause, when, relief)


def is_undated(end: int, clause: Clause) -> bool:
    """ "1983 doğumlu", "1956 və 1988-ci il təvəllüdlü": a year that dates no event, also before another such year."""
    births = [cue for cue in clause.of("undated") if end <= cue.start]
    if any(clause.ruler.words(end, cue.start) <= 2 for cue in births):
        return True
    following = _YEAR.search(clause.text, end, clause.end)
    if not births or following is None or clause.ruler.words(end, following.start()) > 1:
        return False
    behind = [cue for cue in births if cue.start >= following.end()]
    return any(clause.ruler.words(following.end(), cue.start) <= 2 for cue in behind)
