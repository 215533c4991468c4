"""Is a text about the monitored crisis, and which of its sentences are? Pure.

Names of places alone make nothing relevant where sport, culture, trade or another crisis outweighs them; evidence does.
"""

from __future__ import annotations

from collections.abc import Iterable

from metrics.clause import distance
from metrics.model import Sign
from metrics.reading import Reading
from metrics.rulebook import Hit as Cue
from metrics.stance import NO_CUE, only_named

NAMED = 3  # words that `explain` names of those that made a text one about something else
SHORT_SENTENCES = 6  # so short a text is about one thing, wherever it names it


def about(reading: Reading) -> tuple[bool, bool]:
    """(relevant, context). Evidence makes a text relevant; without, politics is context, a passing name nothing."""
    if not reading.own:
        return False, bool(reading.context) and not reading.not_about and not reading.other
    evidence = reading.evidence()
    if reading.doubtful and not _is_settled(reading):
        return False, False
    if any(item.stance != "past" for item in evidence):
        return True, False
    if _is_passing(reading):
        elsewhere = is_about_else(reading) or reading.other or not reading.in_lead(reading.own)
        of_parties = reading.politics if reading.in_title(reading.parties) else []
        return False, not elsewhere and reading.in_lead([*reading.context, *of_parties])
    if _is_remembrance(reading):
        return True, False
    if reading.context or _is_politics(reading):
        return False, True
    if evidence or any(only_named(kept.says) for kept in reading.kept):
        return True, False
    return False, reading.opens_with(reading.whole_region)  # a statement about the region; a town may only be where


def names_crisis(reading: Reading) -> bool:
    """Whether a short text surely names the crisis and nothing else outweighs it: "4,200 people live in Lachin"."""
    short = len(reading.sentences) <= SHORT_SENTENCES
    elsewhere = reading.doubtful or reading.other or reading.not_about or reading.history
    return bool(reading.own) and short and not elsewhere


def _is_settled(reading: Reading) -> bool:
    """A name that is also something else: evidence in its sentence settles it, in a short text under it anywhere."""
    evidence = reading.evidence()
    if reading.in_title(reading.own) and evidence and len(reading.sentences) <= SHORT_SENTENCES:
        return not reading.other and not reading.not_about
    return any(item.start <= sign.start < item.end for item in evidence for sign in reading.own)


def _is_remembrance(reading: Reading) -> bool:
    """The humanitarian past is the subject: it opens the text, or the title remembers it and the lead tells it."""
    opening, lead = reading.sentences[:2], reading.lead
    remembered = [cue for cue in reading.cues if cue.kind in ("memory", "strong_past", "past")]
    told = [item.start for item in reading.evidence()]
    if any(span.holds(start) for start in told for span in opening):
        return True
    return reading.in_title(remembered) and any(span.holds(start) for start in told for span in lead)


def is_about_else(reading: Reading) -> bool:
    """Sport, culture or business outweighs the crisis; one word alone never does."""
    words = {sign.meaning.rule for sign in reading.not_about}
    weight = reading.score(reading.not_about) - reading.score(reading.own)
    return len(words) > 1 and (weight > 0 or (weight == 0 and len(words) > 2))


def _is_politics(reading: Reading) -> bool:
    """Politics in the title or lead of a text that says nothing humanitarian, and names hardly more of it."""
    if not reading.in_lead(reading.politics):
        return False
    subjects = {kept.anchor.owner for kept in reading.kept if kept.says.why == NO_CUE}
    return len(subjects) < len({sign.meaning.rule for sign in reading.politics})


def _is_passing(reading: Reading) -> bool:
    """The crisis is only named: the text is about something else."""
    if is_about_else(reading):
        return True
    in_title, others = reading.in_title(reading.own), [*reading.other, *reading.history]
    if not in_title and reading.in_title(others):
        return True
    if others and not in_title and len(reading.own) <= len(others):
        return True
    if reading.evidence():
        return False
    return not reading.opens_with(reading.own) and len(reading.own) < 2


def _is_compared(reading: Reading) -> bool:
    """The title names another crisis and ours stands in one sentence only: a comparison, or a biography."""
    if reading.in_title(reading.own) or not reading.in_title(reading.other):
        return False
    return len(reading.by_sentence(reading.own)) == 1 and not reading.opens_with(reading.own)


def signs_of(reading: Reading) -> list[Sign]:
    """What `about` looks at besides evidence, by start."""
    by_subject = {
        "the crisis": reading.own,
        "other crisis": reading.other,
        "history": reading.history,
        "other subject": reading.not_about,
        "politics": [*reading.context, *reading.politics],
    }
    found = {
        Sign(subject, reading.whole[one.start : one.end], one.start, one.end, one.meaning.rule)
        for subject, signs in by_subject.items()
        for one in signs
    }
    return sorted(found, key=lambda sign: (sign.start, sign.end, sign.subject, sign.rule))


class Topic:
    """Which sentences of one reading speak of this crisis, and why a term in one does not count."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._dominated = is_about_else(reading)
        self._compared = _is_compared(reading)
        self._own = reading.by_sentence(reading.own)
        self._other = reading.by_sentence(reading.other)
        self._not_about = reading.by_sentence(reading.not_about)
        self._scenes = self._of_sentences()

    def _of_sentences(self) -> list[bool]:
        """Per sentence, whether it speaks of this crisis; one that names none, or several, continues its paragraph."""
        reading = self._reading
        here = reading.in_lead(reading.own)
        if len(reading.sentences) <= SHORT_SENTENCES and not reading.other and not reading.not_about:
            here = True
        if len(reading.own) == 1 and not reading.opens_with([*reading.own, *reading.places, *reading.parties]):
            here = False  # one name at the end: what comes before it may be about anywhere
        in_title = reading.in_title(reading.own)
        scenes = []
        for number, sentence in enumerate(reading.sentences):
            if in_title and number and "\n" in reading.whole[reading.sentences[number - 1].end : sentence.start]:
                here = True  # a new paragraph comes back to the subject of the article
            own, other = number in self._own, number in self._other
            here = here if own == other else own
            scenes.append(here)
        return scenes

    def off(self, hit: Cue, number: int) -> str:
        """Why a term of sentence `number` says nothing about this crisis, or ""."""
        mine, others = self._own.get(number, ()), self._other.get(number, ())
        subject = next(iter(self._not_about.get(number, ())), None)
        if self._compared:
            return f"the article is about another crisis: {_rules(self._reading.other)}"
        if self._dominated and (subject is not None or hit.kind == "terms" or not mine):
            return f"the article is about something else: {_rules(self._reading.not_about)}"
        if subject is not None and hit.kind == "terms" and not mine:
            return subject.meaning.rule
        if not self._scenes[number]:
            named = others or [sign for sign in self._reading.other if sign.start < hit.start]
            if not named:
                return "the sentence names nothing of this crisis, nor do those before it"
            return f"the sentence is about another crisis: {_rules(named[-1:])}"
        ruler = self._reading.ruler
        if others:
            nearest = min((distance(ruler, sign, hit) for sign in mine), default=99)
            other = min(others, key=lambda sign: distance(ruler, sign, hit))
            if distance(ruler, other, hit) < nearest:
                return f"another crisis is nearer: {_rules([other])}"
        return ""


def _rules(signs: Iterable[Cue]) -> str:
    """The words that decided, NAMED of them at most."""
    return ", ".join(list(dict.fromkeys(sign.meaning.rule for sign in signs))[:NAMED])
