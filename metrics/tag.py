"""Article → relevant, context, evidence. Pure: the same text and lexicon give the same tags, anywhere.

No clock, no network, no archive, no sides of publishers. The way of a text: its language or languages, signs of the
crisis, boilerplate out, terms per sentence, the stance of each, whom it happens to, who says it, where. Each step has a
module: language, rulebook and scan, zones, relevance, stance, who.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from feeds.monitor import Monitor
from feeds.sources import read_outlets
from feeds.text import fold_map
from metrics import figure_rules, figures
from metrics.claimants import Claimants
from metrics.clause import Clause, Says, distance, turns_of
from metrics.credits import Credits
from metrics.figures import Asked
from metrics.language import language_of, parts_of
from metrics.lexicon import TAGGER_VERSION, Lexicon, PlaceEntry
from metrics.model import UNSTATED, Evidence, Figure, Hit, Place, Sign, Tagged, Text
from metrics.reading import Kept, Reading
from metrics.relevance import Topic, about, names_crisis, signs_of
from metrics.repeats import fingerprint
from metrics.rulebook import Hit as Cue
from metrics.rulebook import Rulebook, compiled
from metrics.sentences import Span, clauses
from metrics.signs import in_no_life, is_possible, joined, namesakes, not_in_passing
from metrics.sketch import Sketcher
from metrics.stance import inherited, says, settled
from metrics.story_words import read_story_words
from metrics.timing import told_day
from metrics.who import OTHER, UNKNOWN, VERB_LAST, Speakers, counted_people, people_of
from metrics.zones import Outside, article_lines, article_sentences, outside

__all__ = ["TAGGER_VERSION", "Tagger"]

READ_AT_MOST = 60_000  # characters; no news article is longer, and a hostile one must not stop the others
# Terms that are read of a sentence and of a text; the longest labelled item has fewer. What holds more is no prose, and
# each term is held against every cue of its clause.
MOST_IN_SENTENCE = 16
MOST_IN_TEXT = 600
SHORT_DENIAL = 12  # words: "The ministry denies this."
ANCHORS = ("terms", "strong", "eased", "denied", "feared", "past", "ongoing", "demand")
OWN_ZONES = ("core", "adjacent")

# What follows a first name: the ends of surnames in the languages read here, in their scripts.
_SURNAME = re.compile(
    r" (?=[A-ZÇƏĞİÖŞÜА-ЯЁԱ-Ֆ])\w{2,}"
    r"(?:ova?|y?eva?|l[iıu]|zad[eəé]|oğlu|янц?|ян(?:а|у|ом|е)|[ое]в(?:а|у|ым|ой|е|ых)?|заде|оглы"
    r"|(?:յան|ովա?|ևա?|զադե)(?:ը|ն|ի|ին|ից|ով)?)\b"
)
_AND = re.compile(r"[,;]|\b(?:and|et|и|և|եւ|ու|və|ve)\b")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Tagger:
    """A monitor's lexicon, compiled per language on first use, applied to texts."""

    def __init__(self, monitor: Monitor, lexicon: Lexicon) -> None:
        self.monitor = monitor
        self.lexicon = lexicon
        self._rulebooks: dict[str, Rulebook] = {}
        self._figure_rules: dict[str, figure_rules.FigureRules | None] = {}
        self._places = {place.id: place for place in lexicon.places}
        self._joined_people = {entry.name: entry.people for entry in lexicon.topic.joined}
        self._indicators = {indicator.key: indicator for indicator in lexicon.indicators}

    @cached_property
    def _claimants(self) -> Claimants:
        return Claimants(self.lexicon, Credits(self.lexicon.credits, read_outlets(self.monitor)))

    @cached_property
    def sketcher(self) -> Sketcher:
        """What finds copies of a text: it reads the same files, and goes where the tagger goes."""
        return Sketcher(read_story_words(self.monitor, self.lexicon))

    def tag(self, text: Text) -> Tagged:
        """Language, relevance and evidence of one text. Evidence is in order of its place in the text.

        A text in two languages is read in both; its language is that of its beginning. Only the first READ_AT_MOST
        characters are read.
        """
        readings = self._read(text)
        if not readings:
            return Tagged(text.id, "", relevant=False, context=False)
        verdicts = [self._about(reading) for reading in readings]
        relevant = any(one for one, _ in verdicts)
        context = not relevant and any(two for _, two in verdicts)
        kept = [
            kept for reading, verdict in zip(readings, verdicts, strict=True) if verdict[0] for kept in reading.kept
        ]
        counted = tuple(
            figure
            for reading, verdict in zip(readings, verdicts, strict=True)
            if verdict[0]
            for figure in self._figures(reading)
        )
        return Tagged(text.id, readings[0].language, relevant, context, _best(kept), counted)

    def _about(self, reading: Reading) -> tuple[bool, bool]:
        """(relevant, context). A claimed figure in a sentence that names the crisis is evidence of its own."""
        relevant, context = about(reading)
        if relevant or context or not names_crisis(reading):
            return relevant, context
        sentences = [reading.sentence_at(figure.start) for figure in self._figures(reading)]
        own = reading.by_sentence(reading.own)
        return any(number in own for number in sentences), False

    def figures(self, text: Text) -> tuple[Figure, ...]:
        """The claimed numbers of a text that somebody else found to be about the crisis; `tag` asks for that itself."""
        return tuple(figure for reading in self._read(text, everything=True) for figure in self._figures(reading))

    def _figures(self, reading: Reading) -> tuple[Figure, ...]:
        """The claimed numbers of a relevant text."""
        language = reading.language
        if language not in self._figure_rules:
            calendar = self._rulebook(language).calendar
            nationals = self.lexicon.topic.nationals
            self._figure_rules[language] = figure_rules.compiled(self.lexicon.figures, language, calendar, nationals)
        rules = self._figure_rules[language]
        if rules is None:
            return ()
        speakers = self._speakers(reading)
        context = figures.Context(
            people=lambda asked: self._counted_people(reading, speakers, asked),
            speaker=self._claimants.of(reading, speakers),
            off=Topic(reading).off,
        )
        return figures.figures_of(reading, rules, context)

    def _counted_people(self, reading: Reading, speakers: Speakers, asked: Asked) -> str:
        """Whom a number is about: its sentence, its noun, the text; else who lived there or whom its speaker counts."""
        sentence = reading.sentences[asked.number]
        indicator = asked.indicator or self.lexicon.figures.lists.subjects[asked.subject].indicator
        day = asked.day or reading.text.published
        named = counted_people(reading.ruler, asked.anchor, reading.cues_in(sentence))
        nations = (self.lexicon.topic.nationals[number] for number in asked.nationals)
        nation = next((entry.people for entry in nations if entry.live(day, indicator)), "")
        speaker = speakers.claimant(asked.anchor, asked.number)
        place, place_start = self._place(reading, sentence, asked.anchor)
        here = place if place and sentence.holds(place_start) else None
        side = speaker.side if speaker else ""
        lived = self._residents(reading, here, indicator, day=day, side=side)
        return named or nation or reading.only_people or lived

    def _speakers(self, reading: Reading) -> Speakers:
        return Speakers(reading, lambda actor, span: self._authority(reading, actor, span))

    def hits(self, text: Text) -> tuple[Hit, ...]:
        """Every term found, kept or dropped, and why: for `metrics explain`."""
        found: list[Hit] = []
        for reading in self._read(text, everything=True):
            relevant, _ = about(reading)
            best = {id(evidence) for evidence in _best(reading.kept)} if relevant else set()
            found.extend(_hit(kept, reading.whole, relevant, best) for kept in reading.kept)
        return tuple(sorted(found, key=lambda hit: (hit.start, hit.end, hit.indicator)))

    def signs(self, text: Text) -> tuple[Sign, ...]:
        """What was found of this crisis and of other subjects, by which relevance is decided: for `metrics explain`."""
        return tuple(sign for reading in self._read(text, everything=True) for sign in signs_of(reading))

    def article_lines(self, text: Text) -> str:
        """The text without the lines that are pleas, other headlines or comments; of a page that somebody fetched."""
        whole = _readable(text)
        language = language_of(whole, self.monitor.languages, text.language)
        if not language:
            return text.text
        boilerplate = self._rulebook(language).boilerplate.find(fold_map(whole))
        kept = article_lines(whole, boilerplate, len(text.title))
        return "\n".join(whole[line.start : line.end] for line in kept) + text.whole[READ_AT_MOST:]

    def names(self, text: Text) -> list[str]:
        """Indicators of which any term stands in the text: the naive keyword baseline of `metrics evaluate`."""
        whole = _readable(text)
        language = language_of(whole, self.monitor.languages, text.language)
        if language not in self.monitor.languages:
            return []
        found = self._rulebook(language).terms.find(fold_map(whole))
        return sorted({hit.owner for hit in found if hit.kind in ("terms", "strong")})

    def _rulebook(self, language: str) -> Rulebook:
        if language not in self._rulebooks:
            self._rulebooks[language] = compiled(self.lexicon, language)
        return self._rulebooks[language]

    def _read(self, text: Text, *, everything: bool = False) -> list[Reading]:
        """One reading per language of the text, that of its beginning first; [] when it is in none of ours."""
        whole = _readable(text)
        language = language_of(whole, self.monitor.languages, text.language)
        if not language:
            return []
        parts = parts_of(whole, language, self.monitor.languages)
        return [self._read_part(text, part, language, everything) for language, part in parts]

    def _read_part(self, text: Text, whole: str, language: str, everything: bool) -> Reading:
        rules = self._rulebook(language)
        reading = Reading(text, whole, language, fold_map(whole))
        found = rules.topic.find(reading.folded)
        self._find_topic(reading, found)
        is_joined = is_possible(found) and not (reading.other or reading.history)
        if reading.own or is_joined or everything:
            boilerplate = rules.boilerplate.find(reading.folded)
            reading.sentences = article_sentences(whole, boilerplate, reading.title_end)
            if everything:
                reading.outside = outside(whole, boilerplate, reading.title_end)
            reading.own = not_in_passing(reading, found)
        if is_joined:
            signs = joined(found, self.lexicon.topic.joined, text.published, reading.sentence_of)
            if not reading.own:
                reading.implied = next((self._joined_people[sign.owner] for sign in signs), "")
            reading.own = sorted([*reading.own, *signs], key=lambda sign: sign.start)
        if reading.own or everything:
            self._find_evidence(reading, rules)
        return reading

    def _find_topic(self, reading: Reading, found: Sequence[Cue]) -> None:
        """Signs of this crisis, of others, of history and of other subjects."""
        if not found:
            return
        reading.other = [hit for hit in found if hit.kind == "other"]
        reading.history = in_no_life([hit for hit in found if hit.kind == "history"], found, reading.ruler)
        reading.not_about = [hit for hit in found if hit.kind == "not_about"]
        reading.politics = [hit for hit in found if hit.kind in ("peace", "politics")]
        elsewhere = {hit.owner for hit in found if hit.kind == "not_with"}
        names = [hit for hit in found if hit.kind == "place" and hit.owner not in elsewhere]
        known = [hit for hit in _longest_names(names) if not _inside(hit, reading.not_about)]
        real = [hit for hit in known if not self._is_person(hit, reading.whole)]
        mine = [hit for hit in real if self._places[hit.owner].zone in OWN_ZONES]
        others = namesakes(mine, found, reading.whole)
        reading.places = [hit for hit in real if hit not in others]
        mine = [hit for hit in reading.places if self._places[hit.owner].zone in OWN_ZONES]
        doubtful = [hit for hit in mine if self._places[hit.owner].ambiguous]
        zones = {self._places[hit.owner].zone for hit in reading.places}
        sure = [hit for hit in found if hit.kind == "relevant" or (hit.kind == "beside" and hit.owner in zones)]
        sure += [hit for hit in mine if not self._places[hit.owner].ambiguous]
        unsettled = {other.owner for other in doubtful}
        elsewhere_named = any(hit.owner not in unsettled for hit in reading.places)
        reading.doubtful = bool(doubtful) and not sure
        if sure or elsewhere_named or reading.history or len(doubtful) > 1:
            reading.own = sorted([*sure, *doubtful], key=lambda hit: hit.start)
        reading.whole_region = [hit for hit in reading.own if hit.kind != "place" or self._is_region(hit.owner)]
        reading.context = [hit for hit in found if hit.kind == "context"]
        reading.parties = [hit for hit in found if hit.kind == "parties"]
        peace = [hit for hit in found if hit.kind == "peace"]
        if peace and (reading.own or reading.parties):
            reading.context.extend(peace)

    def _find_evidence(self, reading: Reading, rules: Rulebook) -> None:
        found = rules.terms.find(reading.folded)
        excluded: dict[tuple[str, int], list[Cue]] = {}
        for hit in found:
            if hit.kind == "exclude":
                excluded.setdefault((hit.owner, reading.sentence_at(hit.start)), []).append(hit)
        topic = Topic(reading)
        in_title = {hit.owner for hit in found if hit.kind in ANCHORS and hit.start < reading.title_end}
        reading.cues = rules.cues.find(reading.folded)
        reading.only_people = _only_people(reading)
        zones = [self._zone(hit.owner) for hit in reading.places]
        reading.zone = next((zone for zone in zones if zone in (*OWN_ZONES, "host")), "")
        speakers = self._speakers(reading)
        groups: dict[int, list[Cue]] = {}
        read = 0
        for hit in found:
            number = reading.sentence_at(hit.start)
            if hit.kind not in ANCHORS:
                continue
            if number < 0 or hit.end > reading.sentences[number].end:
                reading.kept.extend(_unread(hit, reading.outside))
                continue
            reason = _dropped(hit, excluded.get((hit.owner, number), ()), reading.whole) or topic.off(hit, number)
            rival = self._indicators[hit.owner].yields_to
            if rival in in_title:
                reason = reason or f"the title is about {rival}"
            if not reason and (read >= MOST_IN_TEXT or len(groups.get(number, ())) >= MOST_IN_SENTENCE):
                reason = "too many terms before it: the rest is not read"
            if reason:
                reading.kept.append(Kept(hit, reading.sentences[number], Says(None, None, reason), None))
            else:
                read += 1
                groups.setdefault(number, []).append(hit)
        for number, anchors in groups.items():
            kept = list(self._of_sentence(reading, rules, speakers, number, anchors))
            reading.kept.extend(kept)
            reading.kept.extend(self._denied_next(reading, speakers, number, groups, kept))
        reading.kept.sort(key=lambda kept: (kept.anchor.start, kept.anchor.end, kept.anchor.owner))

    def _of_sentence(
        self, reading: Reading, rules: Rulebook, speakers: Speakers, number: int, anchors: Sequence[Cue]
    ) -> Iterator[Kept]:
        sentence = reading.sentences[number]
        cues = reading.cues_in(sentence)
        turns = turns_of(cues, anchors, reading.whole, sentence)
        before = False  # whether all that the part of the sentence before this one says is past
        for part in clauses(sentence, reading.whole, turns):
            inside = tuple(cue for cue in cues if part.holds(cue.start))
            mine = tuple(anchor for anchor in anchors if part.holds(anchor.start))
            clause = Clause(
                ruler=reading.ruler,
                start=part.start,
                end=part.end,
                cues=inside,
                published=reading.text.published,
                dating_words=rules.dating_words,
                calendar=rules.calendar,
                verb_last=reading.language in VERB_LAST,
                anchors=mine,
                places=tuple(reading.places),
                in_title=sentence.end <= reading.title_end,
                present=rules.present,
            )
            answers = [(anchor, says(anchor, clause, self._indicators[anchor.owner])) for anchor in mine]
            told = before or reading.remembers or reading.continues_past(number)
            answers = [
                (anchor, inherited(answer, anchor, clause) if told or self._looks_back(reading, anchor) else answer)
                for anchor, answer in answers
            ]
            final = settled(answers, clause)
            stances = [said.stance for _, said in final if said.stance]
            before = all(stance == "past" for stance in stances) if stances else before
            for anchor, said in final:
                answer = self._over(said, anchor, reading)
                day = told_day(answer, clause) or (reading.told if answer.stance == "past" else None)
                reading.told = day or reading.told
                evidence = self._evidence(reading, sentence, anchor, answer, cues, day=day)
                if evidence is not None:
                    speaker = speakers.of(anchor, number)
                    if speaker is None and evidence.occurrence == "demand":
                        speaker = speakers.crowd(number)
                    evidence = replace(evidence, speaker=speaker)
                yield Kept(anchor, sentence, answer, evidence)

    def _looks_back(self, reading: Reading, anchor: Cue) -> bool:
        """Under "two years after the exodus" the dead are those of then; a cut of support may be today's."""
        return reading.looks_back and self._indicators[anchor.owner].event

    def _over(self, answer: Says, anchor: Cue, reading: Reading) -> Says:
        """What topic.yaml says cannot be new any more is past; so is all that an old text says, published again."""
        if reading.is_archived and answer.stance == "reported":
            return Says("past", None, "an old text, published again")
        day = reading.text.published
        if day is None or answer.stance != "reported" or answer.occurrence != "new":
            return answer
        over = any(anchor.owner in entry.indicators and entry.since <= day for entry in self.lexicon.topic.over)
        return Says("past", None, "topic.yaml over: cannot be new any more") if over else answer

    def _denied_next(
        self,
        reading: Reading,
        speakers: Speakers,
        number: int,
        groups: dict[int, list[Cue]],
        reported: Sequence[Kept],
    ) -> Iterator[Kept]:
        """ "Officials rejected the finding": the sentence after a report denies what the report said."""
        following = number + 1
        if following >= len(reading.sentences) or following in groups or number == 0:
            return
        sentence = reading.sentences[following]
        cues = reading.cues_in(sentence)
        denial = next((cue for cue in cues if cue.kind == "denied"), None)
        reports = [cue for cue in cues if cue.kind == "report"]
        of_report = denial is not None and reports and distance(reading.ruler, denial, reports[0]) <= 4
        is_short = reading.ruler.words(sentence.start, sentence.end) <= SHORT_DENIAL
        is_answer = is_short and any(cue.kind == "actor" for cue in cues)
        if denial is None or not (of_report or is_answer):
            return
        said = {kept.anchor.owner: kept for kept in reported if kept.says.stance == "reported"}
        for indicator, kept in said.items():
            anchor = Cue(denial.start, denial.end, denial.meaning)
            answer = Says("denied", None, "denies the report before it")
            evidence = self._evidence(reading, sentence, anchor, answer, cues, indicator)
            if evidence is not None:
                evidence = replace(evidence, speaker=speakers.of(anchor, following))
            yield Kept(Cue(denial.start, denial.end, kept.anchor.meaning), sentence, answer, evidence)

    def _evidence(
        self,
        reading: Reading,
        sentence: Span,
        anchor: Cue,
        answer: Says,
        cues: Sequence[Cue],
        indicator: str = "",
        *,
        day: date | None = None,
    ) -> Evidence | None:
        """day : when what is past was, where the text says it; whoever lived there then is meant."""
        if answer.stance is None:
            return None
        whole, key = reading.whole, indicator or anchor.owner
        place, place_start = self._place(reading, sentence, anchor)
        people = people_of(reading.ruler, anchor, cues, to_persons=self._indicators[key].event)
        here = place if place and sentence.holds(place_start) else None
        people = people or reading.only_people or reading.implied or self._residents(reading, here, key, day=day)
        return Evidence(
            indicator=key,
            stance=answer.stance,
            occurrence=answer.occurrence if answer.stance == "reported" else None,
            people=people or UNSTATED,
            sentence=whole[sentence.start : sentence.end],
            start=sentence.start,
            end=sentence.end,
            term=whole[anchor.start : anchor.end],
            term_start=anchor.start,
            term_end=anchor.end,
            rule=f"{anchor.meaning.rule}; {answer.stance}: {answer.why}",
            place=place,
            fingerprint=fingerprint(whole[sentence.start : sentence.end], in_title=sentence.start < reading.title_end),
        )

    def _authority(self, reading: Reading, office: Cue, sentence: Span) -> str:
        """The side of an office that names no country: by the nearest place in its sentence, else the text's first."""
        mine = [hit for hit in reading.places if sentence.holds(hit.start)]
        mine.sort(key=lambda hit: distance(reading.ruler, hit, office))
        known = [(hit.owner, self._zone(hit.owner), "", "") for hit in (*mine, *reading.places)]
        name = reading.whole[office.start : office.end]
        for place, zone, people, language in [*known, ("", "", reading.only_people, reading.language)]:
            for entry in self.lexicon.topic.authorities:
                if entry.live(place, zone, people, reading.text.published, office=name, language=language):
                    return entry.side
        return UNKNOWN

    def _residents(
        self, reading: Reading, place: Place | None, indicator: str, *, day: date | None = None, side: str | None = None
    ) -> str:
        """Who lived there at the time, as topic.yaml says; "" where it does not say or the article has no date."""
        day, zone = day or reading.text.published, (self._zone(place.id) if place else "") or reading.zone
        if day is None:
            return ""
        entries, in_region = self.lexicon.topic.residents, place is not None and self._is_region(place.id)
        live = (entry for entry in entries if entry.live(zone, day, indicator, side=side, in_region=in_region))
        return next((entry.people for entry in live), "")

    def _is_person(self, hit: Cue, whole: str) -> bool:
        return self._places[hit.owner].given_name and _SURNAME.match(whole, hit.end) is not None

    def _is_region(self, place: str) -> bool:
        return self._places[place].kind == "region"

    def _zone(self, place: str) -> str:
        """The zone of a place; "" for a whole region, which is named for much that happens elsewhere."""
        entry = self._places[place]
        return "" if self._is_region(place) else entry.zone

    def _place(self, reading: Reading, sentence: Span, anchor: Cue) -> tuple[Place | None, int]:
        """The nearest place named in the sentence, else in its line, else in the title; and where it is named."""
        line = _line_of(reading.whole, sentence)
        for span in (sentence, line, Span(0, reading.title_end)):
            inside = [hit for hit in reading.places if span.holds(hit.start)]
            nearest = min(inside, key=lambda hit: distance(reading.ruler, hit, anchor), default=None)
            if nearest is not None:
                place: PlaceEntry = self._places[nearest.owner]
                return Place(place.id, place.shown, place.zone), nearest.start
        return None, -1


def _readable(text: Text) -> str:
    """What is read of a text: not more than READ_AT_MOST, and no half of a surrogate pair. Offsets stay."""
    return _SURROGATE.sub("\ufffd", text.whole[:READ_AT_MOST])


def _line_of(whole: str, sentence: Span) -> Span:
    """The paragraph that holds a sentence."""
    end = whole.find("\n", sentence.end)
    return Span(whole.rfind("\n", 0, sentence.start) + 1, end if end >= 0 else len(whole))


def _dropped(hit: Cue, excluded: Sequence[Cue], whole: str) -> str:
    """The exclude entry of the indicator and sentence that overlaps a term or, with &&, shares its sentence; or ""."""
    for other in excluded:
        touches = other.start < hit.end and hit.start < other.end
        if " && " in other.meaning.rule or (touches and not _only_touches(hit, other, whole)):
            return other.meaning.rule
    return ""


def _unread(hit: Cue, parts: Iterable[Outside]) -> Iterator[Kept]:
    """A term that stands in what is not the article."""
    why = next((part.why for part in parts if part.span.holds(hit.start)), "")
    if why:
        yield Kept(hit, Span(hit.start, hit.end), Says(None, None, why), None)


def _only_touches(hit: Cue, other: Cue, whole: str) -> bool:
    """ "The right to return and for the release of prisoners" is no return of prisoners: an exclude that begins in the
    last word of a longer expression and goes on behind an "and".
    """
    begins = hit.kind != "terms" and hit.start < other.start < hit.end < other.end
    return begins and _AND.search(whole, hit.end, other.end) is not None


_RANK = {"strong": 0, "eased": 1, "denied": 1, "feared": 1, "past": 1, "ongoing": 1, "demand": 1, "terms": 2}


def _best(kept: Iterable[Kept]) -> tuple[Evidence, ...]:
    """One piece of evidence per sentence, indicator, stance and people: strong expressions first, then the earliest."""
    chosen: dict[tuple[int, str, str, str], Evidence] = {}
    for one in sorted(kept, key=lambda one: (_RANK.get(one.anchor.kind, 3), one.anchor.start)):
        if one.evidence is not None:
            item = one.evidence
            chosen.setdefault((item.start, item.indicator, item.stance, item.people), item)
    return tuple(sorted(chosen.values(), key=lambda item: (item.start, item.term_start, item.indicator, item.stance)))


def _hit(kept: Kept, whole: str, relevant: bool, best: set[int]) -> Hit:
    anchor, evidence = kept.anchor, kept.evidence
    rule = f"{anchor.meaning.rule}; {kept.says.why}" if evidence is None else evidence.rule
    if evidence is not None and not relevant:
        rule += "; dropped: the article is not relevant"
    elif evidence is not None and id(evidence) not in best:
        rule += "; dropped: the same sentence already says it"
    is_kept = evidence is not None and relevant and id(evidence) in best
    term = whole[anchor.start : anchor.end]
    return Hit(anchor.owner, term, anchor.start, anchor.end, is_kept, kept.says.stance or "", rule)


def _only_people(reading: Reading) -> str:
    """The one people that title and lead name; where they name none, the one that the text names."""
    cues = [cue for cue in reading.cues if cue.kind == "people" and cue.owner != OTHER]
    first = {cue.owner for cue in cues if any(span.holds(cue.start) for span in reading.lead)}
    named = first or {cue.owner for cue in cues}
    return named.pop() if len(named) == 1 else ""


def _longest_names(names: Sequence[Cue]) -> list[Cue]:
    """Names of places, without those inside a longer name; one hit where several languages share a spelling."""
    kept: list[Cue] = []
    for hit in sorted(names, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept


def _inside(hit: Cue, others: Iterable[Cue]) -> bool:
    return any(other.start <= hit.start and hit.end <= other.end for other in others)
