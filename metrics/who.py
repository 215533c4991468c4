"""Whom a statement is about and who makes it: read from the sentence, then from the text around it. Pure.

Who speaks: the actor beside a verb of speech; else, where a pronoun speaks or a quotation runs on, whoever spoke last;
else, in the sentences right after a named speaker, still that one: news prose names its source once a paragraph. A
title says what the speaker of its story says. Nobody found: the newsroom itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from metrics.clause import between, distance, overlap
from metrics.lexicon import BY_PLACE
from metrics.model import Speaker
from metrics.reading import Reading
from metrics.rulebook import Hit
from metrics.saying import (
    CAPITAL,
    SMALL,
    closing_verb,
    name_behind,
    not_in_what_is_said,
    outside_quotations,
    subject_behind,
    without_pronouns,
)
from metrics.sentences import Ruler, Span

AFTER_VERB = 4  # words that an actor after the verb counts as farther away
FARTHEST = 12  # words between an actor and the verb of speech
OPENS_WITHIN = 6  # words from the start of a sentence in which its subject stands, where verbs stand last
ARTICLE_WORDS = 2  # words before a subject that opens its sentence: "on Monday the", "le"
HOLDS_ON = 1  # sentences after a named speaker that are still theirs; residents speak for one
HEADING_WORDS = 6
BY_WITHIN = 12  # letters behind a name in which "tarafından" stands
OF_STATE = 3  # words between an office and whose it is
ACRONYM = 5  # letters; a longer name in capitals before a dash is a town, "ANKARA — "
LOOK_BACK = 3  # sentences in which whoever "he said" means was named
LOCAL = "local"
MEDIA = "media"
BESIDE_VERB = 2  # words between a resident, or the press, and the verb of speech
AFTER_WORD = 5  # words between "according to" and who says it
UNKNOWN = "unknown"
OTHER = "other"  # the people of monitor.yaml that is neither: soldiers, journalists
BESIDE_NAME = 2  # words between an office and the name of who holds it
BESIDE_OTHER = 6  # words; only of what happens to persons
VERB_LAST = ("az", "tr")

# Turkish marks what a name is in the sentence: "Ankara'da", "Ankara'dan", "Ankara'ya" do not speak.
_CASE = re.compile(r"['’](?:[dt][ae]n?|y?[aeıiuü]|n?[ıiuü]n|y?l[ae]|[dt][ae]ki)\b")
# "Bakü'ye gittiğini söyledi", "Bakü'yü suçladı": right before a verb of speech, too; but "Bakü'ye göre" is a speaker.
_TOWARDS = re.compile(r"['’]y?[aeıiuü]\b(?!\s+göre)")
_BY_THEM = re.compile(r"\b(?:tarafından|tərəfindən)\b")  # who did it, in a passive sentence
_BACKED = re.compile(r"-[a-z]{4,}")  # "government-backed", "UN-brokered": said of somebody else
_ENDING = re.compile(
    r"\w{3}(?:n[ıiuü]n|(?<!is)[dt][aə]n?|[dt]en?|l[aəe]r[ıi]n[aəe]?|l[aəe]r[aəe])$"
)  # the same inside a pattern that takes endings
_SAYS = re.compile(r"\s*[:—–]\s|\s+-\s")
_DASH = re.compile(r"\s*[—–-]\s")
_PAUSES = re.compile('[,;:()«»“”"]')
_COLON = re.compile(r"\s?:\s")
_QUOTES = '«“„"'
_FULL_NAME = rf"([{CAPITAL}][^\W\d_]+[ \u00a0][{CAPITAL}][^\W\d_]+)"
_NAME_BEFORE = re.compile(rf"(?<![^\W\d_]){_FULL_NAME},?\s*(?:\w+\s)?$")
_NAME_AFTER = re.compile(rf"\s*(?:\w+\s)?{_FULL_NAME}(?![^\W\d_])")
_ONE_NAME = rf"([{CAPITAL}][{SMALL}]+)"
_AGED = re.compile(rf"(?<![^\W\d_]){_ONE_NAME},? \(?\d\d\)?(?:,| (?:года?|лет|ans|years|տարեկան|yaşında)\b)")
_NAME_LAST = re.compile(rf"(?<=[a-zçəğıöşü] ){_ONE_NAME},(?= )")  # "…'den gelen Gor, …"
_OPEN, _CLOSE = "«“„", "»”"

SideOf = Callable[[Hit, Span], str]  # an office without a country, and its sentence → side


def people_of(ruler: Ruler, anchor: Hit, cues: Sequence[Hit], *, to_persons: bool) -> str:
    """The people named nearest to the term. Others (soldiers who only watch) count right beside it, or not at all."""
    within = BESIDE_OTHER if to_persons else -1
    named = [
        cue for cue in cues if cue.kind == "people" and (cue.owner != OTHER or distance(ruler, cue, anchor) <= within)
    ]
    nearest = min(named, key=lambda cue: (distance(ruler, cue, anchor), cue.start - cue.end), default=None)
    return nearest.owner if nearest else ""  # of two as near, the longer name is the more particular


def counted_people(ruler: Ruler, anchor: Hit, cues: Sequence[Hit]) -> str:
    """The people named nearest to a number. Others only as what is counted: peacekeepers also bring or escort it."""

    def is_counted(cue: Hit) -> bool:
        return cue.start < anchor.end and anchor.start < cue.end

    named = [cue for cue in cues if cue.kind == "people" and (cue.owner != OTHER or is_counted(cue))]
    nearest = min(named, key=lambda cue: (distance(ruler, cue, anchor), cue.start - cue.end), default=None)
    return nearest.owner if nearest else ""  # of two as near, the longer name is the more particular


class Speakers:
    """Who says what in one reading, sentence by sentence; each is looked for once."""

    def __init__(self, reading: Reading, side_of: SideOf) -> None:
        self._reading = reading
        self._side_of = side_of
        self._named: dict[int, Speaker | None] = {}
        self._of_kinds: dict[tuple[int, tuple[str, ...]], list[Hit]] = {}
        self._whereabouts = {(hit.start, hit.end) for hit in (*reading.places, *reading.parties)}
        self._name_ends = {hit.end: hit.start for hit in (*reading.places, *reading.parties)}

    def of(self, anchor: Hit, number: int) -> Speaker | None:
        """Who says the term in sentence `number`."""
        mine = self._in_sentence(number, anchor) or self._meant(number)
        if mine is not None:
            return mine
        if self._is_title(number):
            return self._of_title(number)
        told = self._told_after(number) or self._by_first_name(number) or self._quoted_name(number)
        return told or self._held_on(number) or self._acts(number) or self._private(number)

    def _quoted_name(self, number: int) -> Speaker | None:
        """A quotation belongs to the person named with it, not to whoever spoke in the sentence before."""
        span = self._reading.sentences[number]
        has_quote = any(mark in self._reading.whole[span.start : span.end] for mark in _QUOTES + '"')
        return self._private(number) if has_quote else None

    def crowd(self, number: int) -> Speaker | None:
        """ "Hundreds gathered, demanding …": who demands where no office speaks are the people themselves."""
        return None if self._is_title(number) else Speaker("", LOCAL)

    def _is_title(self, number: int) -> bool:
        return self._reading.sentences[number].end <= self._reading.title_end

    def claimant(self, anchor: Hit, number: int) -> Speaker | None:
        """Who is named as saying a number: in its sentence, or before it where only a pronoun speaks.

        Who merely acts claims nothing, and a headline only what stands in it.
        """
        mine = self._in_sentence(number, anchor, official=True) or self._meant(number)
        if mine is not None or self._is_title(number):
            return mine or self._press(number)
        told = self._told_after(number) or (self._held_on(number) if self._cues(number, "verbs") else None)
        return told if told is not None and told.name else self._press(number)

    def _press(self, number: int) -> Speaker | None:
        """ "Local media write": the press beside a verb of speech, where nobody else is named."""
        reading, verbs = self._reading, self._cues(number, "verbs")
        for press in self._cues(number, "media"):
            if any(distance(reading.ruler, press, verb) <= BESIDE_VERB for verb in verbs):
                return Speaker(reading.whole[press.start : press.end], MEDIA)
        return None

    def _of_title(self, number: int) -> Speaker | None:
        """That of the first sentence below it."""
        following = number + 1
        return self._by_name(following) if following < len(self._reading.sentences) else None

    def _meant(self, number: int) -> Speaker | None:
        """ "The agency said": the body named last in what stands before it, the title included, or else beside it."""
        reading, span = self._reading, self._reading.sentences[number]
        cues = reading.cues_in(span)
        verbs = [cue for cue in cues if cue.kind == "verbs"]
        bodies = [cue for cue in cues if cue.kind == "same"]
        said = next((one for one in bodies if self._says(one, verbs, span)), None)
        if said is None:
            return None
        for back in (*range(number - 1, -1, -1), number):
            where = reading.sentences[back]
            named = [
                one
                for one in _longest([cue for cue in reading.cues_in(where) if cue.kind == "actor"])
                if one.end <= said.start
                and self._can_speak(one, ())
                and one.owner not in (BY_PLACE, LOCAL)
                and (one.start, one.end) not in self._whereabouts
            ]
            if named:
                return Speaker(reading.whole[named[-1].start : named[-1].end], self._side(named[-1], where))
        return None

    def _says(self, body: Hit, verbs: Sequence[Hit], span: Span) -> bool:
        """Beside the verb of speech; where verbs stand last, at the start of the sentence."""
        ruler = self._reading.ruler
        if any(distance(ruler, body, verb) <= BESIDE_VERB for verb in verbs):
            return True
        opens = ruler.words(span.start, body.start) < ARTICLE_WORDS
        return bool(verbs) and opens and self._reading.language in VERB_LAST

    def _told_after(self, number: int) -> Speaker | None:
        """ "Three are dead. The ministry reported this.": the next sentence says who told it."""
        following = number + 1
        if following >= len(self._reading.sentences) or not self._cues(following, "back"):
            return None
        return self._by_name(following)

    def _held_on(self, number: int) -> Speaker | None:
        """Who spoke last: farther back for a pronoun or within one quotation, else for the next HOLDS_ON sentences."""
        reading, span = self._reading, self._reading.sentences[number]
        pronoun = bool(self._cues(number, "verbs"))
        quoted = self._is_quoted(number)
        for back in range(1, min(number, LOOK_BACK) + 1):
            before = number - back
            title = self._is_title(before)
            speaker = (self._by_name(before) if not title else None) or (self._acts(before) if pronoun else None)
            if speaker is not None:
                holds_on = back <= HOLDS_ON and speaker.side != LOCAL
                return speaker if pronoun or quoted or holds_on else None
            if title:
                break
        has_quote = any(mark in reading.whole[span.start : span.end] for mark in _QUOTES)
        return Speaker("", LOCAL) if pronoun and has_quote else None

    def _private(self, number: int) -> Speaker | None:
        """ "Marine Grigoryan says": a person by two names beside the verb, who holds no office that we know."""
        reading = self._reading
        taken = [*reading.places, *self._cues(number, "actor", "people")]
        for verb in self._cues(number, "verbs"):
            before, after = reading.whole[max(0, verb.start - 60) : verb.start], reading.whole[verb.end : verb.end + 60]
            for match, offset in (
                (_NAME_BEFORE.search(before), verb.start - len(before)),
                (_NAME_AFTER.match(after), verb.end),
            ):
                if match is None:
                    continue
                start, end = match.start(1) + offset, match.end(1) + offset
                if not any(one.start < end and start < one.end for one in taken):
                    return Speaker(reading.whole[start:end], LOCAL)
        return None

    def _by_first_name(self, number: int) -> Speaker | None:
        """ "Anna, 62, says", "…'den gelen Anna, … söylüyor": only a private person goes by one name and an age."""
        reading, span = self._reading, self._reading.sentences[number]
        verbs, taken = self._cues(number, "verbs"), [*reading.places, *self._cues(number, "actor", "people")]
        if not verbs:
            return None
        patterns = (_AGED, _NAME_LAST) if reading.language in VERB_LAST else (_AGED,)
        for pattern in patterns:
            for match in pattern.finditer(reading.whole, span.start, span.end):
                is_known = any(one.start < match.end(1) and match.start(1) < one.end for one in taken)
                ends = reading.language in VERB_LAST and _is_last(reading.whole, verbs[-1], span)
                beside = any(0 <= reading.ruler.words(match.end(), verb.start) <= BESIDE_VERB for verb in verbs)
                if not is_known and (ends or beside):
                    return Speaker(match[1], LOCAL)
        return None

    def _acts(self, number: int) -> Speaker | None:
        """ "The ministry handed out certificates": an office that opens a sentence tells of what it did itself."""
        reading, span = self._reading, self._reading.sentences[number]
        for actor in _longest(self._cues(number, "actor")):
            is_name = (actor.start, actor.end) in self._whereabouts
            if (
                not is_name
                and actor.owner != LOCAL
                and reading.ruler.words(span.start, actor.start) <= ARTICLE_WORDS
                and self._can_speak(actor, ())
            ):
                return Speaker(reading.whole[actor.start : actor.end], self._side(actor, span))
        return None

    def _is_quoted(self, number: int) -> bool:
        """Whether the sentence stands inside a quotation that began before it."""
        span = self._reading.sentences[number]
        before = self._reading.whole[max(0, span.start - 600) : span.start]
        return sum(map(before.count, _OPEN)) > sum(map(before.count, _CLOSE))

    def _cues(self, number: int, *kinds: str) -> list[Hit]:
        """Each once: all terms of a sentence ask for the same."""
        key = number, kinds
        if key not in self._of_kinds:
            cues = self._reading.cues_in(self._reading.sentences[number])
            self._of_kinds[key] = [cue for cue in cues if cue.kind in kinds]
        return self._of_kinds[key]

    def _by_name(self, number: int) -> Speaker | None:
        if number not in self._named:
            self._named[number] = self._in_sentence(number, None)
        return self._named[number]

    def _in_sentence(self, number: int, anchor: Hit | None, *, official: bool = False) -> Speaker | None:
        """The actor that speaks in a sentence: with the verb of speech nearest, or before a colon at its start.

        official : residents speak only right beside the verb; elsewhere they are those of whom it speaks.
        """
        reading, span = self._reading, self._reading.sentences[number]
        cues = reading.cues_in(span)
        actors = [
            one for one in _longest([cue for cue in cues if cue.kind in ("actor", LOCAL)]) if self._can_speak(one, cues)
        ]
        actors = [one for one in actors if anchor is None or not overlap(one, anchor) or self._heads(one, span)]
        verbs = [cue for cue in cues if cue.kind == "verbs"]
        actors = outside_quotations(reading.whole, span, actors, verbs)
        actors = not_in_what_is_said(reading.whole, span, actors, verbs)
        if not actors:
            return None
        if official:
            actors, verbs = self._in_clause(self._without_press(actors, cues), verbs, anchor, span)
            actors = [one for one in actors if one.kind != LOCAL or self._is_by_verb(one, verbs)]
            if not actors:
                return None
        chosen = self._announced(actors, span) or self._after(actors, [cue for cue in cues if cue.kind == "cited"])
        closed = closing_verb(reading.whole, span, cues) if chosen is None else None
        if closed is not None:
            offices = (cue for cue in cues if cue.kind in ("actor", "people"))
            name = name_behind(reading.whole, span, closed, (*reading.places, *offices))
            if name:
                return Speaker(name, LOCAL)
            behind = [one for one in actors if one.end > closed.end]
            others = [one for one in verbs if one.end <= closed.start or closed.end <= one.start]
            actors, verbs = (subject_behind(reading.ruler, behind), [closed]) if behind else (actors, others)
        verbs = without_pronouns(reading.whole, verbs, cues)
        if chosen is None and (official or closed is None):
            chosen = self._after(actors, [cue for cue in cues if cue.kind == "before"])
        if chosen is None and official:
            chosen = self._right_by(actors, verbs)
        chosen = chosen or self._beside(actors, verbs, anchor, span)
        if chosen is None:
            return None
        chosen = self._by_its_name(chosen, actors)
        return Speaker(reading.whole[chosen.start : chosen.end], self._side(chosen, span))

    def _heads(self, actor: Hit, span: Span) -> bool:
        """ "Red Cross: convoy has arrived": who speaks is part of the term."""
        whole = self._reading.whole
        return _COLON.match(whole, actor.end) is not None and not whole[span.start : actor.start].strip(" «\"“'")

    def _without_press(self, actors: Sequence[Hit], cues: Sequence[Hit]) -> list[Hit]:
        """ "The Armenian press writes": the country does not."""
        press = [cue for cue in cues if cue.kind == "media"]
        ruler = self._reading.ruler
        return [
            one
            for one in actors
            if not any(
                one.start < cue.end and one.end <= cue.end and not ruler.words(one.end, cue.start) for cue in press
            )
        ]

    def _in_clause(
        self, actors: list[Hit], verbs: list[Hit], anchor: Hit | None, span: Span
    ) -> tuple[list[Hit], list[Hit]]:
        """Those between the same semicolons as the number, where somebody speaks there."""
        if anchor is None:
            return actors, verbs
        whole = self._reading.whole
        first = max(whole.rfind(";", span.start, anchor.start), span.start)
        last = whole.find(";", anchor.end, span.end)
        part = Span(first, last if last >= 0 else span.end)
        here, said = [one for one in actors if part.holds(one.start)], [one for one in verbs if part.holds(one.start)]
        return (here, said) if here and said else (actors, verbs)

    def _after(self, actors: Sequence[Hit], words: Sequence[Hit]) -> Hit | None:
        """ "According to the ministry", "cited by the ministry": who says it comes next."""
        ruler = self._reading.ruler
        pairs = [(ruler.words(word.end, one.start), one) for word in words for one in actors if one.start >= word.end]
        near = min(pairs, key=lambda pair: pair[0], default=None)
        return near[1] if near is not None and near[0] <= AFTER_WORD else None

    def _right_by(self, actors: Sequence[Hit], verbs: Sequence[Hit]) -> Hit | None:
        """Where verbs stand last, the actor right before the verb of speech rather than one that opens the sentence."""
        if self._reading.language not in VERB_LAST:
            return None
        ruler = self._reading.ruler
        near = [
            one for one in actors for verb in verbs if one.end <= verb.start and not ruler.words(one.end, verb.start)
        ]
        return near[-1] if near and near[-1].kind != LOCAL else None

    def _is_by_verb(self, actor: Hit, verbs: Sequence[Hit]) -> bool:
        """No comma between, and not the people that a number counts."""
        whole = self._reading.whole
        if re.search(r"\d\s*\Z", whole[max(0, actor.start - 3) : actor.start]):
            return False
        if self._reading.language in VERB_LAST and whole.startswith(",", actor.end):
            return any(actor.end < verb.start for verb in verbs)  # "Residents, bread is scarce, say"
        return any(
            distance(self._reading.ruler, actor, verb) <= BESIDE_VERB
            and not re.search("[,;]", whole[min(actor.end, verb.end) : max(actor.start, verb.start)])
            for verb in verbs
        )

    def _by_its_name(self, chosen: Hit, actors: Sequence[Hit]) -> Hit:
        """ "The prime minister Nikol Pashinyan": the name beside an office says more than the office."""
        if chosen.owner != BY_PLACE:
            return chosen
        ruler = self._reading.ruler
        named = [one for one in actors if one.kind != LOCAL and one.owner != BY_PLACE]
        return min(
            (one for one in named if distance(ruler, one, chosen) <= BESIDE_NAME and self._is_of(one, chosen)),
            key=lambda one: distance(ruler, one, chosen),
            default=chosen,
        )

    def _is_of(self, name: Hit, office: Hit) -> bool:
        """Not what a comma parts from the office behind it: "an attack by the neighbours, the mayor said"."""
        return name.start >= office.end or "," not in self._reading.whole[name.end : office.start]

    def _announced(self, actors: Sequence[Hit], span: Span) -> Hit | None:
        """ "Red Cross: we cannot bring aid", or the same with the name at the end, after a dash."""
        first, last = actors[0], actors[-1]
        whole = self._reading.whole
        is_dateline = (first.start, first.end) in self._whereabouts and not whole.startswith(":", first.end)
        if not is_dateline and not whole[span.start : first.start].strip(" «\"“'") and _SAYS.match(whole, first.end):
            return first
        heading = [one for one in actors if _COLON.match(whole, one.end)]
        if heading and _is_heading(whole[span.start : heading[0].start]):
            return heading[0]
        ends = not whole[last.end : span.end].strip(' .»”"')
        return last if ends and re.search(r"\s[—–-]\s+$", whole[span.start : last.start]) else None

    def _beside(self, actors: Sequence[Hit], verbs: Sequence[Hit], anchor: Hit | None, span: Span) -> Hit | None:
        ruler = self._reading.ruler
        if verbs and self._reading.language in VERB_LAST and ruler.words(span.start, actors[0].start) < OPENS_WITHIN:
            return self._opens(actors, verbs)
        pairs = [
            (
                distance(ruler, verb, actor) + AFTER_VERB * after,
                after,
                distance(ruler, actor, anchor or verb),
                actor,
            )
            for verb in verbs
            for actor in actors
            for after in (actor.start > verb.start,)
        ]
        if not pairs:
            return None
        apart, _, _, actor = min(pairs, key=lambda pair: pair[:3])
        alone = len({(one.kind, one.owner) for one in actors}) == 1
        return actor if apart <= FARTHEST or alone else None

    def _is_dateline(self, actor: Hit) -> bool:
        """ "ANKARA — Bread has run out": a town in capitals before a dash at the start of a line."""
        whole = self._reading.whole
        name, before = whole[actor.start : actor.end], whole[: actor.start].rstrip(" ")
        opens = not before or before.endswith("\n")
        return opens and name.isupper() and len(name) > ACRONYM and bool(_DASH.match(whole, actor.end))

    def _opens(self, actors: Sequence[Hit], verbs: Sequence[Hit]) -> Hit:
        """The first; where residents open, the office behind them that alone has a verb: "Families wait, … said"."""
        first = actors[0]
        if LOCAL not in (first.kind, first.owner):
            return first
        spoken = min(verb.start for verb in verbs)
        offices = (one for one in actors[1:] if LOCAL not in (one.kind, one.owner) and one.end <= spoken)
        return next(offices, first)

    def _can_speak(self, actor: Hit, cues: Sequence[Hit]) -> bool:
        """Not "in the capital", not "Ankara'da"."""
        whole = self._reading.whole
        if self._is_dateline(actor):
            return False
        if _BACKED.match(whole, actor.end) or _BY_THEM.search(whole[actor.start : actor.end + BY_WITHIN]):
            return False
        if self._reading.language in VERB_LAST:
            if _TOWARDS.match(whole, actor.end):
                return False
            marked = _CASE.match(whole, actor.end) or _ENDING.search(whole[actor.start : actor.end])
            if marked and not self._is_said_by(actor, cues):
                return False
        is_place = self._name_ends.get(actor.end, -1) >= actor.start
        return not is_place or not any(
            cue.kind == "whereabouts" and cue.end < actor.start and not whole[cue.end : actor.start].strip()
            for cue in cues
        )

    def _is_said_by(self, actor: Hit, cues: Sequence[Hit]) -> bool:
        """A word of speech right behind a name with an ending, or begun in it: "sakinlərin sözlərinə görə"."""
        within = 1 if LOCAL in (actor.kind, actor.owner) else 2  # words
        ruler = self._reading.ruler
        return any(
            cue.kind == "verbs" and cue.end > actor.end and ruler.words(actor.end, max(actor.end, cue.start)) <= within
            for cue in cues
        )

    def _side(self, actor: Hit, span: Span) -> str:
        if actor.kind == LOCAL:
            return LOCAL
        if actor.owner != BY_PLACE:
            return actor.owner
        return self._state_of(actor, span) or self._side_of(actor, span)

    def _state_of(self, office: Hit, span: Span) -> str:
        """ "Their country's ministry", "the ministry of …": whose an office is, said right beside it; or ""."""
        whole, ruler = self._reading.whole, self._reading.ruler
        states = [cue for cue in self._reading.cues_in(span) if cue.kind == "state" and not overlap(cue, office)]
        near = [
            cue
            for cue in states
            if distance(ruler, cue, office) <= OF_STATE and not _PAUSES.search(whole, *between(cue, office))
        ]
        nearest = min(near, key=lambda cue: (distance(ruler, cue, office), cue.start), default=None)
        return nearest.owner if nearest else ""


def _is_last(whole: str, verb: Hit, span: Span) -> bool:
    return not whole[verb.end : span.end].strip(" .!?…»”\"'")


def _is_heading(before: str) -> bool:
    """What may stand before who speaks in "Families of the missing: Do not forget us": a few words, no pause."""
    return len(before.split()) <= HEADING_WORDS and not re.search(r"[,:;.!?«“\"—–]", before)


def _longest(actors: Sequence[Hit]) -> list[Hit]:
    """Without the names inside a longer name: "Foreign Ministry" of "French Foreign Ministry"."""
    kept: list[Hit] = []
    for actor in sorted(actors, key=lambda one: (one.start, -one.end)):
        if not kept or actor.end > kept[-1].end:
            if kept and actor.start < kept[-1].end:
                continue
            kept.append(actor)
    return kept
