"""What was looked at and what we did not see: sources, sides, languages, dropped items, observers. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from feeds.model import Poll, Source
from feeds.monitor import SPEAKER_ONLY_SIDES
from metrics.observers import AccessFact, access_of, with_access
from metrics.summary_model import Coverage, Dropped, Material, NotSeen, Sentence, SourceNote
from metrics.summary_words import Words, listed

ANSWERS = ("ok", "not-modified")


def coverage_of(material: Material) -> Coverage:
    asked = {poll.source for poll in material.polls}
    dropped: Counter[str] = Counter()
    for poll in material.polls:
        dropped.update(poll.dropped)
    return Coverage(
        asked=len(asked),
        answered=len(_answered(material.polls)),
        articles=material.articles,
        relevant=material.relevant,
        context=material.context,
        dropped=tuple(
            Dropped(key, material.words.drops.get(key, key), dropped[key]) for key in sorted(dropped) if dropped[key]
        ),
        languages=material.languages,
        languages_unseen=tuple(key for key in material.monitor.languages if key not in material.languages),
    )


def not_seen_of(material: Material) -> NotSeen:
    """Sources are in the order of their keys; a source asked several times failed when no answer was a feed."""
    asked, answered = {poll.source for poll in material.polls}, _answered(material.polls)
    sources = sorted(material.sources, key=lambda source: source.key)
    polled = [source for source in sources if source.is_polled or source.key in asked]
    return NotSeen(
        failed=tuple(
            _note(material, s, _last_error(material.polls, s.key)) for s in polled if s.key in asked - answered
        ),
        retired=tuple(_note(material, s, s.retired) for s in sources if s.retired is not None),
        off=tuple(
            _note(material, s, "") for s in sources if s.retired is None and not s.enabled and s.key not in asked
        ),
        not_asked=tuple(_note(material, s, "") for s in polled if s.key not in asked),
        sides=_sides(material, polled),
        sides_without_source=_sides_without_source(material, polled),
        uncounted=_uncounted(material),
        untagged=material.untagged,
    )


def access_sentence(material: Material, facts: Sequence[AccessFact]) -> Sentence:
    """Says "none known" only where facts about the ground are recorded; where none are, it says that instead."""
    words, when, access = material.words, material.when, access_of(facts)
    if access == "unknown":
        return Sentence(words.say("access_unknown", **when))
    if access == "no":
        return Sentence(words.say("access_none", **when))
    return Sentence(words.say("access_some", **when, names=_names(words, facts)))


def access_beside(words: Words, facts: Sequence[AccessFact]) -> str:
    """The same, beside "none seen"."""
    access = access_of(facts)
    if access == "unknown":
        return words.say("beside_unknown")
    if access == "no":
        ground = [fact for fact in facts if fact.on_the_ground and fact.independent]
        checked = "" if all(fact.verified for fact in ground) else f" ({words.phrase('partly_checked')})"
        return words.say("beside_none") + checked
    return words.say("beside_some", names=_names(words, facts))


def _names(words: Words, facts: Sequence[AccessFact]) -> str:
    return listed([_named(words, fact) for fact in with_access(facts)])


def _named(words: Words, fact: AccessFact) -> str:
    """An observer with what limits the access; a fact of which a detail is not checked says so."""
    limits = [
        *([words.phrase("limited")] if fact.access == "limited" else []),
        *([words.phrase("until", day=fact.until.isoformat())] if fact.until else []),
        *([] if fact.verified else [words.phrase("partly_checked")]),
    ]
    return f"{fact.who} ({'; '.join(limits)})" if limits else fact.who


def _answered(polls: Sequence[Poll]) -> set[str]:
    return {poll.source for poll in polls if poll.outcome in ANSWERS}


def _last_error(polls: Sequence[Poll], source: str) -> str:
    last = max((poll for poll in polls if poll.source == source), key=lambda poll: poll.at)
    return last.error or last.outcome + (f", HTTP {last.status}" if last.status else "")


def _note(material: Material, source: Source, reason: str | None) -> SourceNote:
    return SourceNote(source.key, source.outlet.name, material.side_label(source.outlet.side), reason or "")


def _uncounted(material: Material) -> Sentence | None:
    if not material.uncounted:
        return None
    return Sentence(
        material.words.say("uncounted", articles=material.words.articles(len(material.uncounted))), material.uncounted
    )


def _sides(material: Material, polled: Sequence[Source]) -> tuple[str, ...]:
    having = {source.outlet.side for source in polled}
    return tuple(
        material.side_label(side.key)
        for side in material.monitor.sides
        if side.key in having and side.key not in material.sides
    )


def _sides_without_source(material: Material, polled: Sequence[Source]) -> tuple[str, ...]:
    having = {source.outlet.side for source in polled} | {*SPEAKER_ONLY_SIDES, "unknown"}
    return tuple(material.side_label(side.key) for side in material.monitor.sides if side.key not in having)
