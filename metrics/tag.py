"""Article → relevant, context, evidence. Pure: the same text and lexicon give the same tags, anywhere.

No clock, no network, no archive, no sides of publishers. The way of a text: language, signs of the crisis, boilerplate
out, terms per sentence, the stance of each, whom it happens to, who says it, where.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from feeds.monitor import Monitor
from feeds.text import Folded, fold_map
from metrics.language import language_of
from metrics.lexicon import TAGGER_VERSION, Lexicon, PlaceEntry
from metrics.model import UNSTATED, Evidence, Hit, Place, Speaker, Tagged, Text
from metrics.rulebook import Hit as Cue
from metrics.rulebook import Rulebook, compiled
from metrics.sentences import Span, clauses, lines, sentences
from metrics.stance import NO_CUE, Clause, Says, distance, longest, says, settled

__all__ = ["TAGGER_VERSION", "Tagger"]

TITLE_WEIGHT = 3  # one sign in the title weighs as much as three below it
LEAD_SENTENCES = 3  # the title and the two sentences after it
SHORT_SENTENCES = 6  # so short a text is about one thing, wherever it names it
LONG_LINE = 300  # a longer line loses only the sentence that holds boilerplate
AFTER_VERB = 4  # words: "X urged Y" is said by X, "said Y" by Y
LINES_BEFORE_REST = 3  # "sign up" above the article does not end it
ANCHORS = ("terms", "strong", "eased", "denied", "feared", "past", "ongoing", "demand")
OWN_ZONES = ("core", "adjacent")
OTHER = "other"  # the people of monitor.yaml that is neither: soldiers, journalists
BESIDE_OTHER = 4  # words; only of what happens to persons
SHORT_DENIAL = 12  # words: "The ministry denies this."


@dataclass(frozen=True, slots=True)
class Kept:
    """Evidence before it is grouped, with what `explain` prints."""

    anchor: Cue
    sentence: Span
    says: Says
    evidence: Evidence | None  # None: dropped, `says.why` tells why


@dataclass(slots=True)
class Reading:
    """One text on its way through the tagger."""

    text: Text
    whole: str
    language: str
    folded: Folded
    own: list[Cue] = field(default_factory=list)  # signs of the crisis
    places: list[Cue] = field(default_factory=list)  # names of places, any zone
    other: list[Cue] = field(default_factory=list)
    history: list[Cue] = field(default_factory=list)
    not_about: list[Cue] = field(default_factory=list)
    context: list[Cue] = field(default_factory=list)  # politics of this crisis, or general politics of its parties
    politics: list[Cue] = field(default_factory=list)  # politics at large
    only_people: str = ""  # the one people named in title and lead, or else in the text
    zone: str = ""  # of the first place named, where the crisis or its people are
    doubtful: bool = False  # only names that are also something else; evidence beside one settles it
    sentences: list[Span] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)

    @property
    def title_end(self) -> int:
        return len(self.text.title)

    def sentence_at(self, position: int) -> int:
        """Index of the sentence that holds a position, or -1."""
        number = bisect_right(self.starts, position) - 1
        return number if number >= 0 and self.sentences[number].holds(position) else -1

    def score(self, signs: Iterable[Cue]) -> int:
        return sum(TITLE_WEIGHT if sign.start < self.title_end else 1 for sign in signs)

    def evidence(self) -> list[Evidence]:
        return [kept.evidence for kept in self.kept if kept.evidence is not None]


class Tagger:
    """A monitor's lexicon, compiled per language on first use, applied to texts."""

    def __init__(self, monitor: Monitor, lexicon: Lexicon) -> None:
        self.monitor = monitor
        self.lexicon = lexicon
        self._rulebooks: dict[str, Rulebook] = {}
        self._places = {place.id: place for place in lexicon.places}
        self._indicators = {indicator.key: indicator for indicator in lexicon.indicators}

    def tag(self, text: Text) -> Tagged:
        """Language, relevance and evidence of one text. Evidence is in order of its place in the text."""
        reading = self._read(text)
        if reading is None:
            return Tagged(text.id, "", relevant=False, context=False)
        relevant, context = _about(reading)
        evidence = _best(reading) if relevant else ()
        return Tagged(text.id, reading.language, relevant=relevant, context=context, evidence=evidence)

    def hits(self, text: Text) -> tuple[Hit, ...]:
        """Every term found, kept or dropped, and why: for `metrics explain`."""
        reading = self._read(text, everything=True)
        if reading is None:
            return ()
        relevant, _ = _about(reading)
        best = {id(evidence) for evidence in _best(reading)}
        return tuple(_hit(kept, reading.whole, relevant, best) for kept in reading.kept)

    def names(self, text: Text) -> list[str]:
        """Indicators of which any term stands in the text: the naive keyword baseline of `metrics evaluate`."""
        whole = text.whole
        language = language_of(whole, self.monitor.languages, text.language)
        if language not in self.monitor.languages:
            return []
        found = self._rulebook(language).terms.find(fold_map(whole))
        return sorted({hit.owner for hit in found if hit.kind in ("terms", "strong")})

    def _rulebook(self, language: str) -> Rulebook:
        if language not in self._rulebooks:
            self._rulebooks[language] = compiled(self.lexicon, language)
        return self._rulebooks[language]

    def _read(self, text: Text, *, everything: bool = False) -> Reading | None:
        whole = text.whole
        language = language_of(whole, self.monitor.languages, text.language)
        if not language:
            return None
        rules = self._rulebook(language)
        reading = Reading(text, whole, language, fold_map(whole))
        self._find_topic(reading, rules)
        if reading.own or everything:
            reading.sentences = _without_boilerplate(whole, rules, reading.title_end)
            reading.starts = [sentence.start for sentence in reading.sentences]
            self._find_evidence(reading, rules)
        return reading

    def _find_topic(self, reading: Reading, rules: Rulebook) -> None:
        """Signs of this crisis, of others, of history and of other subjects."""
        found = rules.topic.find(reading.folded)
        reading.other = [hit for hit in found if hit.kind == "other"]
        reading.history = [hit for hit in found if hit.kind == "history"]
        reading.not_about = [hit for hit in found if hit.kind == "not_about"]
        reading.politics = [hit for hit in found if hit.kind in ("peace", "politics")]
        elsewhere = {hit.owner for hit in found if hit.kind == "not_with"}
        names = [hit for hit in found if hit.kind == "place" and hit.owner not in elsewhere]
        reading.places = [hit for hit in _longest_names(names) if not _inside(hit, reading.not_about)]
        mine = [hit for hit in reading.places if self._places[hit.owner].zone in OWN_ZONES]
        doubtful = [hit for hit in mine if self._places[hit.owner].ambiguous]
        sure = [hit for hit in found if hit.kind == "relevant"] + [hit for hit in mine if hit not in doubtful]
        elsewhere_named = any(hit.owner not in {other.owner for other in doubtful} for hit in reading.places)
        reading.doubtful = bool(doubtful) and not sure
        if sure or elsewhere_named or reading.history or len(doubtful) > 1:
            reading.own = sorted([*sure, *doubtful], key=lambda hit: hit.start)
        reading.context = [hit for hit in found if hit.kind == "context"]
        peace = [hit for hit in found if hit.kind == "peace"]
        if peace and (reading.own or any(hit.kind == "parties" for hit in found)):
            reading.context.extend(peace)

    def _find_evidence(self, reading: Reading, rules: Rulebook) -> None:
        found = rules.terms.find(reading.folded)
        excluded = [hit for hit in found if hit.kind == "exclude"]
        dominated = _is_about_else(reading)
        scenes = _scenes(reading)
        reading.only_people = _only_people(reading, rules)
        zones = [self._zone(hit.owner) for hit in reading.places]
        reading.zone = next((zone for zone in zones if zone in (*OWN_ZONES, "host")), "")
        groups: dict[int, list[Cue]] = {}
        for hit in found:
            number = reading.sentence_at(hit.start)
            if hit.kind not in ANCHORS or number < 0 or hit.end > reading.sentences[number].end:
                continue
            reason = _dropped(hit, excluded, reading.sentences[number])
            reason = reason or _off_topic(hit, number, reading, dominated, scenes)
            if reason:
                reading.kept.append(Kept(hit, reading.sentences[number], Says(None, None, reason), None))
            else:
                groups.setdefault(number, []).append(hit)
        for number, anchors in groups.items():
            reading.kept.extend(self._of_sentence(reading, rules, reading.sentences[number], anchors))
            reading.kept.extend(self._denied_next(reading, rules, number, groups))
        reading.kept.sort(key=lambda kept: (kept.anchor.start, kept.anchor.end, kept.anchor.owner))

    def _of_sentence(self, reading: Reading, rules: Rulebook, sentence: Span, anchors: Sequence[Cue]) -> Iterator[Kept]:
        cues = longest(rules.cues.find_in(reading.whole, sentence.start, sentence.end))
        turns = [cue.start for cue in cues if cue.kind == "contrast"]
        for part in clauses(sentence, reading.whole, turns):
            inside = tuple(cue for cue in cues if part.holds(cue.start))
            clause = Clause(reading.whole, part.start, part.end, inside, reading.text.published, rules.dating_words)
            answers = []
            for anchor in anchors:
                if part.holds(anchor.start):
                    answers.append((anchor, says(anchor, clause, self._indicators[anchor.owner])))
            for anchor, answer in settled(answers):
                yield Kept(anchor, sentence, answer, self._evidence(reading, sentence, anchor, answer, cues))

    def _denied_next(
        self, reading: Reading, rules: Rulebook, number: int, groups: dict[int, list[Cue]]
    ) -> Iterator[Kept]:
        """ "Officials rejected the finding": the sentence after a report denies what the report said."""
        following = number + 1
        if following >= len(reading.sentences) or following in groups or number == 0:
            return
        sentence = reading.sentences[following]
        cues = longest(rules.cues.find_in(reading.whole, sentence.start, sentence.end))
        denial = next((cue for cue in cues if cue.kind == "denied"), None)
        reports = [cue for cue in cues if cue.kind == "report"]
        of_report = denial is not None and reports and distance(reading.whole, denial, reports[0]) <= 4
        is_short = len(reading.whole[sentence.start : sentence.end].split()) <= SHORT_DENIAL
        is_answer = is_short and any(cue.kind == "actor" for cue in cues)
        if denial is None or not (of_report or is_answer):
            return
        before = reading.sentences[number]
        reported = [kept for kept in reading.kept if kept.sentence == before and kept.says.stance == "reported"]
        said = {kept.anchor.owner: kept for kept in reported}
        for indicator, kept in said.items():
            anchor = Cue(denial.start, denial.end, denial.meaning)
            answer = Says("denied", None, "denies the report before it")
            evidence = self._evidence(reading, sentence, anchor, answer, cues, indicator)
            yield Kept(Cue(denial.start, denial.end, kept.anchor.meaning), sentence, answer, evidence)

    def _evidence(
        self, reading: Reading, sentence: Span, anchor: Cue, answer: Says, cues: Sequence[Cue], indicator: str = ""
    ) -> Evidence | None:
        if answer.stance is None:
            return None
        whole, key, place = reading.whole, indicator or anchor.owner, self._place(reading, sentence, anchor)
        within = BESIDE_OTHER if self._indicators[key].event else -1
        people = _people(whole, anchor, cues, within) or reading.only_people or self._residents(reading, place, key)
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
            speaker=_speaker(whole, anchor, cues),
            place=place,
        )

    def _residents(self, reading: Reading, place: Place | None, indicator: str) -> str:
        """Who lived there at the time, as topic.yaml says; "" where it does not say or the article has no date."""
        day, zone = reading.text.published, (self._zone(place.id) if place else "") or reading.zone
        if day is None:
            return ""
        entries = self.lexicon.topic.residents
        return next((entry.people for entry in entries if entry.live(zone, day, indicator)), "")

    def _zone(self, place: str) -> str:
        """The zone of a place; "" for a whole region, which is named for much that happens elsewhere."""
        entry = self._places[place]
        return "" if entry.kind == "region" else entry.zone

    def _place(self, reading: Reading, sentence: Span, anchor: Cue) -> Place | None:
        """The nearest place named in the sentence."""
        inside = [hit for hit in reading.places if sentence.holds(hit.start)]
        nearest = min(inside, key=lambda hit: distance(reading.whole, hit, anchor), default=None)
        if nearest is None:
            return None
        place: PlaceEntry = self._places[nearest.owner]
        return Place(place.id, place.shown, place.zone)


def _about(reading: Reading) -> tuple[bool, bool]:
    """(relevant, context). Evidence makes a text relevant; without, politics is context, a passing name nothing."""
    if not reading.own:
        return False, bool(reading.context) and not reading.not_about and not reading.other
    evidence = reading.evidence()
    if reading.doubtful and not any(item.start <= sign.start < item.end for item in evidence for sign in reading.own):
        return False, False
    if any(item.stance != "past" for item in evidence):
        return True, False
    if _is_passing(reading):
        return False, False
    return (False, True) if reading.context or _is_politics(reading) else (True, False)


def _is_politics(reading: Reading) -> bool:
    """Politics in the title or lead of a text that says nothing humanitarian, and names hardly more of it."""
    lead = reading.sentences[:LEAD_SENTENCES]
    if not any(span.holds(sign.start) for sign in reading.politics for span in lead):
        return False
    subjects = {kept.anchor.owner for kept in reading.kept if kept.says.why == NO_CUE}
    return len(subjects) < len({sign.meaning.rule for sign in reading.politics})


def _is_about_else(reading: Reading) -> bool:
    """Sport, culture or business outweighs the crisis; one word alone never does."""
    words = {sign.meaning.rule for sign in reading.not_about}
    weight = reading.score(reading.not_about) - reading.score(reading.own)
    return len(words) > 1 and (weight > 0 or (weight == 0 and len(words) > 2))


def _is_passing(reading: Reading) -> bool:
    """The crisis is only named: the text is about something else."""
    if _is_about_else(reading):
        return True
    in_title = any(sign.start < reading.title_end for sign in reading.own)
    others = [*reading.other, *reading.history]
    if not in_title and any(sign.start < reading.title_end for sign in others):
        return True
    if others and not in_title and len(reading.own) <= len(others):
        return True
    if reading.evidence():
        return False
    lead = reading.sentences[:LEAD_SENTENCES]
    return not any(span.holds(sign.start) for sign in reading.own for span in lead) and len(reading.own) < 2


def _without_boilerplate(whole: str, rules: Rulebook, title_end: int) -> list[Span]:
    """Sentences of the article itself: without lines that ask to donate or to read on, and nothing from comments on."""
    found = rules.boilerplate.find(fold_map(whole))
    if not found:
        return sentences(whole)
    body = [line for line in lines(whole) if line.start > title_end]
    after = {line.start for line in body[:LINES_BEFORE_REST]}
    end = len(whole)
    gone: list[Span] = []
    for hit in found:
        line = next((line for line in body if line.holds(hit.start)), None)
        if line is None:
            continue
        if hit.kind == "rest" and line.start not in after:
            end = min(end, line.start if line.end - line.start <= LONG_LINE else hit.start)
        elif line.end - line.start <= LONG_LINE:
            gone.append(line)
        else:
            gone.append(Span(hit.start, hit.end))
    return [
        sentence
        for sentence in sentences(whole)
        if sentence.start < end and not any(span.start < sentence.end and sentence.start < span.end for span in gone)
    ]


def _scenes(reading: Reading) -> list[bool]:
    """Per sentence, whether it speaks of this crisis; one that names none, or several, continues its paragraph."""
    lead = reading.sentences[:LEAD_SENTENCES]
    here = any(span.holds(sign.start) for span in lead for sign in reading.own)
    if len(reading.sentences) <= SHORT_SENTENCES and not reading.other and not reading.not_about:
        here = True
    in_title = any(sign.start < reading.title_end for sign in reading.own)
    scenes = []
    for number, sentence in enumerate(reading.sentences):
        if in_title and number and "\n" in reading.whole[reading.sentences[number - 1].end : sentence.start]:
            here = True  # a new paragraph comes back to the subject of the article
        own = any(sentence.holds(sign.start) for sign in reading.own)
        other = any(sentence.holds(sign.start) for sign in reading.other)
        here = here if own == other else own
        scenes.append(here)
    return scenes


def _dropped(hit: Cue, excluded: Sequence[Cue], sentence: Span) -> str:
    """The exclude entry that overlaps a term of the same indicator or, with &&, shares its sentence; or ""."""
    for other in excluded:
        overlaps = other.start < hit.end and hit.start < other.end
        if other.owner == hit.owner and (overlaps or (" && " in other.meaning.rule and sentence.holds(other.start))):
            return other.meaning.rule
    return ""


def _off_topic(hit: Cue, number: int, reading: Reading, dominated: bool, scenes: Sequence[bool]) -> str:
    """Why a term says nothing about this crisis, or ""."""
    sentence = reading.sentences[number]
    subject = next((sign for sign in reading.not_about if sentence.holds(sign.start)), None)
    here = any(sentence.holds(sign.start) for sign in reading.own)
    if dominated and (subject is not None or hit.kind == "terms" or not here):
        return "the article is about something else"
    if subject is not None and hit.kind == "terms":
        return subject.meaning.rule
    if not scenes[number]:
        return "the sentence is about another crisis"
    others = [sign for sign in reading.other if sentence.holds(sign.start)]
    if others:
        mine = [distance(reading.whole, sign, hit) for sign in reading.own if sentence.holds(sign.start)]
        if min(distance(reading.whole, sign, hit) for sign in others) < min(mine, default=99):
            return "another crisis is nearer"
    return ""


_RANK = {"strong": 0, "eased": 1, "denied": 1, "feared": 1, "past": 1, "ongoing": 1, "demand": 1, "terms": 2}


def _best(reading: Reading) -> tuple[Evidence, ...]:
    """One piece of evidence per sentence, indicator, stance and people: strong expressions first, then the earliest."""
    chosen: dict[tuple[int, str, str, str], Evidence] = {}
    for kept in sorted(reading.kept, key=lambda kept: (_RANK.get(kept.anchor.kind, 3), kept.anchor.start)):
        if kept.evidence is not None:
            item = kept.evidence
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


def _only_people(reading: Reading, rules: Rulebook) -> str:
    """The one people that title and lead name; where they name none, the one that the text names."""
    cues = [cue for cue in rules.cues.find(reading.folded) if cue.kind == "people" and cue.owner != OTHER]
    lead = reading.sentences[:LEAD_SENTENCES]
    first = {cue.owner for cue in cues if any(span.holds(cue.start) for span in lead)}
    named = first or {cue.owner for cue in cues}
    return named.pop() if len(named) == 1 else ""


def _people(whole: str, anchor: Cue, cues: Sequence[Cue], within: int) -> str:
    """The people named nearest to the term; others (soldiers who only watch) count `within` so many words."""
    named = [
        cue for cue in cues if cue.kind == "people" and (cue.owner != OTHER or distance(whole, cue, anchor) <= within)
    ]
    nearest = min(named, key=lambda cue: distance(whole, cue, anchor), default=None)
    return nearest.owner if nearest else ""


def _speaker(whole: str, anchor: Cue, cues: Sequence[Cue]) -> Speaker | None:
    """The actor nearest to a verb of speech; None: the newsroom's own voice."""
    verbs = [cue for cue in cues if cue.kind == "verbs"]
    actors = [cue for cue in cues if cue.kind in ("actor", "local") and not _is_whereabouts(whole, cue, cues)]
    pairs = [
        (distance(whole, verb, actor) + AFTER_VERB * after, after, distance(whole, actor, anchor), actor)
        for verb in verbs
        for actor in actors
        for after in (actor.start > verb.start,)
        if not (actor.start < anchor.end and anchor.start < actor.end)
    ]
    if not pairs:
        return None
    apart, _, _, actor = min(pairs, key=lambda pair: pair[:3])
    if apart > 12:
        return None
    return Speaker(whole[actor.start : actor.end], "local" if actor.kind == "local" else actor.owner)


def _is_whereabouts(whole: str, actor: Cue, cues: Sequence[Cue]) -> bool:
    return any(
        cue.kind == "whereabouts" and cue.end < actor.start and not whole[cue.end : actor.start].strip() for cue in cues
    )


def _longest_names(names: Sequence[Cue]) -> list[Cue]:
    """Names of places, without those inside a longer name; one hit where several languages share a spelling."""
    kept: list[Cue] = []
    for hit in sorted(names, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.end > kept[-1].end:
            kept.append(hit)
    return kept


def _inside(hit: Cue, others: Iterable[Cue]) -> bool:
    return any(other.start <= hit.start and hit.end <= other.end for other in others)
