"""Who claims a number: the speaker of its sentence, else the agency or paper that is named there alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from metrics.credits import Credits
from metrics.figures import SpeakerOf
from metrics.lexicon import Lexicon
from metrics.model import Credit, Speaker
from metrics.reading import Reading
from metrics.rulebook import Hit
from metrics.saying import CAPITAL, SMALL
from metrics.who import LOCAL, MEDIA, UNKNOWN, Speakers

LEADING = 6  # blanks between a comma and a verb of speech that opens or ends what follows it
_NAME = rf"([{CAPITAL}][{SMALL}]+(?:[ \u00a0][{CAPITAL}][^\W\d_]+){{0,2}})"
_BEHIND = re.compile(rf"(?:\s[^\W\d_A-ZА-ЯЁԱ-Ֆ]+){{0,6}}?\s{_NAME}(?=\s*[,.։;—–(]|\s*$)")
_BEFORE = re.compile(rf"\s{_NAME},?\s*$")
_ENDS = re.compile(r"\s*(?:[.։!»”]|$)")


class Claimants:
    """For the texts of one monitor."""

    def __init__(self, lexicon: Lexicon, credits: Credits) -> None:
        self._authorities = lexicon.topic.authorities
        self._credits = credits

    def of(self, reading: Reading, speakers: Speakers) -> SpeakerOf:
        """For the numbers of one reading."""
        title, text = reading.whole[: reading.title_end], reading.whole[reading.title_end + 1 :]
        named = self._credits.all(title, text, reading.language)

        def claimant(anchor: Hit, number: int, people: str) -> Speaker | None:
            speaker = self._sided(reading, speakers.claimant(anchor, number), people)
            if speaker is None and number and anchor.start > reading.title_end:
                speaker = private_speaker(reading, number)
            press = _press(reading, named, number)
            return press if press is not None and (speaker is None or _is_same(press, speaker)) else speaker

        return claimant

    def _sided(self, reading: Reading, speaker: Speaker | None, people: str) -> Speaker | None:
        """An office without a country or place speaks for the side that answers for the people it counts."""
        if speaker is None or speaker.side != UNKNOWN:
            return speaker
        day = reading.text.published
        live = (one.side for one in self._authorities if one.live("", "", people, day, office=speaker.name))
        return replace(speaker, side=next(live, UNKNOWN))


def private_speaker(reading: Reading, number: int) -> Speaker | None:
    """ "…, says Gayane, a nurse", "…, dörd uşaq anası Anuş danışır": somebody by name who holds no office we know."""
    span = reading.sentences[number]
    cues = reading.cues_in(span)
    known = [*reading.places, *reading.parties, *(cue for cue in cues if cue.kind in ("actor", "people", "media"))]
    for verb in (cue for cue in cues if cue.kind == "verbs"):
        comma = reading.whole.rfind(",", span.start, verb.start)
        if comma < 0 or reading.whole[comma : verb.start].count(" ") > LEADING:
            continue
        behind = _BEHIND.match(reading.whole, verb.end, span.end)
        before = _BEFORE.search(reading.whole, comma, verb.start) if _ENDS.match(reading.whole, verb.end) else None
        match = behind or before
        if match is not None and not any(one.start < match.end(1) and match.start(1) < one.end for one in known):
            return Speaker(match[1], LOCAL)
    return None


def _press(reading: Reading, named: Sequence[Credit], number: int) -> Speaker | None:
    """ "…, Reuters reports": the first that the sentence names."""
    span = reading.sentences[number]
    here = next((one for one in named if span.holds(one.start)), None)
    return Speaker(reading.whole[here.start : here.end], MEDIA) if here else None


def _is_same(press: Speaker, speaker: Speaker) -> bool:
    """An agency of a state is a paper too, where it only passes on a number."""
    return press.name in speaker.name or speaker.name in press.name
