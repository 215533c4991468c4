"""Whom a statement is about, who makes it, and where: read from the sentence, then from the text around it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.model import Speaker
from metrics.rulebook import Hit
from metrics.sentences import Ruler
from metrics.stance import distance

AFTER_VERB = 4  # words: "X urged Y" is said by X, "said Y" by Y
FARTHEST = 12  # words between an actor and the verb of speech
LOCAL = "local"
OTHER = "other"  # the people of monitor.yaml that is neither: soldiers, journalists
BESIDE_OTHER = 4  # words; only of what happens to persons


def people_of(ruler: Ruler, anchor: Hit, cues: Sequence[Hit], *, to_persons: bool) -> str:
    """The people named nearest to the term. Others (soldiers who only watch) count right beside it, or not at all."""
    within = BESIDE_OTHER if to_persons else -1
    named = [
        cue for cue in cues if cue.kind == "people" and (cue.owner != OTHER or distance(ruler, cue, anchor) <= within)
    ]
    nearest = min(named, key=lambda cue: distance(ruler, cue, anchor), default=None)
    return nearest.owner if nearest else ""


def speaker_of(ruler: Ruler, anchor: Hit, cues: Sequence[Hit]) -> Speaker | None:
    """The actor nearest to a verb of speech; None: nobody is named as saying it."""
    verbs = [cue for cue in cues if cue.kind == "verbs"]
    actors = [cue for cue in cues if cue.kind in ("actor", LOCAL) and not _is_whereabouts(ruler.text, cue, cues)]
    pairs = [
        (distance(ruler, verb, actor) + AFTER_VERB * after, after, distance(ruler, actor, anchor), actor)
        for verb in verbs
        for actor in actors
        for after in (actor.start > verb.start,)
        if not (actor.start < anchor.end and anchor.start < actor.end)
    ]
    if not pairs:
        return None
    apart, _, _, actor = min(pairs, key=lambda pair: pair[:3])
    if apart > FARTHEST:
        return None
    return Speaker(ruler.text[actor.start : actor.end], LOCAL if actor.kind == LOCAL else actor.owner)


def _is_whereabouts(whole: str, actor: Hit, cues: Sequence[Hit]) -> bool:
    """ "In Baku" is where it happens, not who says it."""
    return any(
        cue.kind == "whereabouts" and cue.end < actor.start and not whole[cue.end : actor.start].strip() for cue in cues
    )
