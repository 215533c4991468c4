"""How a sentence says that somebody said it: quotations, "…, said the minister", "it stressed". Pure.

Marks and small words of grammar stand here; verbs, pronouns and bodies are speech.yaml's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from metrics.clause import distance
from metrics.lexicon import BY_PLACE
from metrics.rulebook import Hit
from metrics.sentences import Ruler, Span

TITLE_AND_NAME = 7  # words between an office and a name behind it that belongs to it
NAME_AND_OFFICE = 30  # letters behind a name in which an office we know makes it an official's
BESIDE_PRONOUN = 12  # letters between a pronoun and its verb, an auxiliary included

# A quotation, not a name in quotation marks: its end has a comma, a full stop or a dash beside it.
_END = r"(?:[.,!?…]{0}|{0}(?=\s?[,.—–-]))"
_QUOTED = re.compile(
    "|".join(
        f"{first}[^{first}{last}]{{9,}}" + _END.replace("{0}", last)
        for first, last in (("«", "»"), ("“", "”"), ('"', '"'))
    )
)
_AUXILIARIES = r"a|ont|avait|avaient|se|s['’]est|est"
# What a verb that closes a statement follows: a comma or the end of a quotation, then a dash, "как" or an auxiliary.
_JUST_CLOSED = re.compile(rf"[,»”\"]\s*(?:[—–-]\s*)?(?:(?:как|{_AUXILIARIES})\s+)?$", re.IGNORECASE)
_QUOTE_CLOSED = re.compile(rf"[»”\"]\s*,?\s*(?:[—–-]\s*)?(?:(?:{_AUXILIARIES})\s+)?$", re.IGNORECASE)
_GOES_ON = re.compile(r"\s*(?:,|:|\b(?:что|that|que|qu['’]|որ|թե)\b)", re.IGNORECASE)  # its subject stands before it
# At most three words between a verb of speech and the word that opens what is said.
_OPENS_STATEMENT = re.compile(
    r"(?:\s+(?!ki\b|что\b|that\b|que\b|որ\b|թե\b)[^\s,:;«“\"]+){0,3},?\s+(?:ki|что|that|que|որ|թե)\b,?", re.IGNORECASE
)
CAPITAL = "A-ZÀ-ÖØ-ÝÇƏĞİÖŞÜА-ЯЁԱ-Ֆ"  # of the six languages
SMALL = "a-zà-öø-ýçəğıöşüа-яёա-և"
_END_MARKS = ' .!…»”"։:'
_NAME = re.compile(rf"\s+(?:է\s+|են\s+)?(?:\d+-?\w+\s+)?([{CAPITAL}][^\W\d_]+)")
_ONLY_AUXILIARY = re.compile(r"[\s-]*(?:(?:a|ont|avait|has|have|had|also|then|է|են|էր)\s+)?")


def outside_quotations(whole: str, span: Span, actors: Sequence[Hit], verbs: Sequence[Hit]) -> list[Hit]:
    """Without those whom a quotation mentions, where a verb of speech stands outside it."""
    found = _QUOTED.finditer(whole, span.start, span.end)
    quotes = [Span(one.start(), one.end()) for one in found]
    if all(any(quote.holds(verb.start) for quote in quotes) for verb in verbs):
        return list(actors)
    return [one for one in actors if not any(quote.holds(one.start) for quote in quotes)]


def not_in_what_is_said(whole: str, span: Span, actors: Sequence[Hit], verbs: Sequence[Hit]) -> list[Hit]:
    """Without those whom a statement mentions: "he told reporters that the ministry …", "deyib ki, …"."""
    opened = [match.end() for verb in verbs if (match := _OPENS_STATEMENT.match(whole, verb.end, span.end))]
    begins = min(opened, default=span.end)
    later = [verb for verb in verbs if verb.start >= begins]
    return [one for one in actors if one.start < begins or any(_closes(whole, one, verb) for verb in later)]


def _closes(whole: str, actor: Hit, verb: Hit) -> bool:
    """ "…, the ministry said": who stands between a comma and a verb near the end speaks after all."""
    first, last = (actor, verb) if actor.start < verb.start else (verb, actor)
    between = whole[first.end : last.start]
    return whole[: first.start].rstrip().endswith((",", "—", "–", "-", "»", "”", '"')) and "," not in between


def closing_verb(whole: str, span: Span, cues: Sequence[Hit]) -> Hit | None:
    """ "…, said the minister": the verb right after a comma or the end of a quotation, its subject behind it."""
    for cue in reversed(cues):
        if cue.kind == "closing" and _JUST_CLOSED.search(whole[span.start : cue.start]):
            is_last = not whole[cue.end : span.end].strip(_END_MARKS)  # "…, the minister, X, said."
            if not is_last and not _GOES_ON.match(whole, cue.end):
                return cue
    return None


def subject_behind(ruler: Ruler, behind: Sequence[Hit]) -> list[Hit]:
    """Of actors behind a verb, the first; "the spokesman of the ministry, X": the part that names a side."""
    first = behind[0]
    if first.owner != BY_PLACE:
        return [first]
    near = (one for one in behind if distance(ruler, first, one) <= TITLE_AND_NAME)
    return [next((one for one in near if one.owner != BY_PLACE), first)]


def name_behind(whole: str, span: Span, verb: Hit, known: Iterable[Hit]) -> str:
    """ "…", says Marine: the name right behind a verb that closes a quotation, "" for one beside which an office or
    a place of `known` stands.
    """
    match = _NAME.match(whole, verb.end, span.end) if _QUOTE_CLOSED.search(whole[span.start : verb.start]) else None
    if match is None:
        return ""
    is_known = any(match.start() <= one.start < match.end() + NAME_AND_OFFICE for one in known)
    return "" if is_known else match.group(1)


def without_pronouns(whole: str, verbs: Sequence[Hit], cues: Sequence[Hit]) -> list[Hit]:
    """Without verbs right beside "he", "it": those speak for somebody named before."""
    pronouns = [cue for cue in cues if cue.kind == "pronouns"]

    def is_beside(verb: Hit, word: Hit) -> bool:
        between = whole[min(verb.end, word.end) : max(verb.start, word.start)]
        return len(between) < BESIDE_PRONOUN and _ONLY_AUXILIARY.fullmatch(between) is not None

    return [verb for verb in verbs if not any(is_beside(verb, word) for word in pronouns)]
