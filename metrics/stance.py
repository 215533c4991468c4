"""What a clause says about a term: reported, eased, denied, feared or past, and whether it is new, lasting or demanded.

Pure logic over hits; the words stand in stance.yaml and in the indicators' files. First rule that holds, wins:
1 past background · 2 denied · 3 a negated shortage is a denial, a negated victim is nothing · 4 a demand for relief
presupposes the lack · 5 eased, unless negated · 6 feared · 7 reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from feeds.text import fold
from metrics.clause import BESIDE_WORDS, CLAUSE_WORDS, NEAR_WORDS, PAUSE, Clause, Says, distance, overlap
from metrics.lexicon import Indicator
from metrics.model import Occurrence, Stance
from metrics.patterns import GAP
from metrics.rulebook import Hit
from metrics.timing import dated, dates_harm, is_present, is_undated, lasts

STOPPED_WORDS = 4
NEGATED_WORDS = 3  # from a noun for lack to the verb that negates it: "no shortage has been seen", "kıtlığı yaşanmıyor"
LIST_WORDS = 8  # "no damage to public buildings, hospitals, schools and homes"
DENIED_WORDS = 30  # "rejected claims by a former prosecutor and several members of parliament that …"
BEGUN_WORDS = 3  # "have begun to restore", "work to restore power has started"
NO_CUE = "no stance cue in the clause"
OF_A_VICTIM = "of a victim"
_NUMBER = re.compile(r"\d")
# What follows is what a word of risk speaks of.
_OPENS = re.compile(r"(?:\s+\w{1,3})?,?\s+(?:что|that|qu[e'’]|որ|թե|ki)\b")
_THAT = re.compile(r"\b(?:that|que|qu['’]|selon (?:laquelle|lesquel\w+|lequel))(?!\w)", re.IGNORECASE)
# "No flags, no music, a doctor": what has an article of its own is there.
_ITS_OWN_ARTICLE = re.compile(r",\s*(?:an?|une?)\s", re.IGNORECASE)
_IN_LIST = re.compile(r"\W*(?:\w{1,3}\W+)?")  # a comma, or "and", "və", "ու", "и", "ni"


OWN_STANCE: dict[str, tuple[Stance, Occurrence | None]] = {
    "eased": ("eased", None),
    "denied": ("denied", None),
    "feared": ("feared", None),
    "past": ("past", None),
    "ongoing": ("reported", "ongoing"),
    "demand": ("reported", "demand"),
}
_PRIORITY: tuple[tuple[Stance, Occurrence | None], ...] = (
    ("past", None),
    ("denied", None),
    ("reported", "demand"),
    ("eased", None),
    ("feared", None),
)


def only_named(answer: Says) -> bool:
    """Whether a subject is named of which the clause says nothing, or says that nothing happened to anybody."""
    if answer.stance is not None:
        return False
    return answer.why == NO_CUE or " nobody " in answer.why or answer.why.endswith(OF_A_VICTIM)


def inherited(answer: Says, anchor: Hit, clause: Clause) -> Says:
    """What follows a sentence set in the past is past too, unless it says when, that it lasts, or what is demanded."""
    if _is_called_for(anchor, clause):
        return answer
    new = answer.stance == "reported" and answer.occurrence == "new"
    if not new or anchor.kind in OWN_STANCE or clause.whens or clause.of("ongoing", "since"):
        return answer
    return Says("past", None, "continues what is told of the past")


def settled(answers: Sequence[tuple[Hit, Says]], clause: Clause) -> list[tuple[Hit, Says]]:
    """One stance per indicator and clause, the first of the order; what is expressly lasting stands beside it.

    Not beside a release: "those held there were handed over" says who they were, without a word for "still".
    """
    lasting = clause.of("ongoing", "since")
    first: dict[str, Says] = {}  # per indicator
    for anchor, answer in answers:
        best = first.get(anchor.owner)
        if answer.stance is not None and (best is None or _rank(answer) < _rank(best)):
            first[anchor.owner] = answer
    final = []
    for anchor, answer in answers:
        winner = first.get(anchor.owner, answer)
        stays = anchor.kind == "ongoing" and (
            winner.stance != "eased" or any(not overlap(cue, anchor) for cue in lasting)
        )
        if answer.stance is None or stays or _rank(answer) == _rank(winner):
            final.append((anchor, answer))
        else:
            final.append((anchor, Says(None, None, f"the clause is {winner.stance}: {winner.why}")))
    return final


def _rank(answer: Says) -> int:
    for number, (stance, occurrence) in enumerate(_PRIORITY):
        if answer.stance == stance and (occurrence is None or answer.occurrence == occurrence):
            return number
    return len(_PRIORITY)


def says(anchor: Hit, clause: Clause, of: Indicator) -> Says:
    """The stance of one term in its clause. Rules in the order of the module's docstring."""
    own = OWN_STANCE.get(anchor.kind)
    if _is_figurative(anchor, clause, of):
        return Says(None, None, "said of talks or ideas")
    for rule in (_strong_past, _denied, _negated, _demanded, _supposed, _eased, _feared, _reported):
        answer = rule(anchor, clause, of)
        if answer is not None:
            return answer
    return Says(own[0], own[1], "own stance") if own else Says(None, None, NO_CUE)


def _is_figurative(anchor: Hit, clause: Clause, of: Indicator) -> bool:
    """ "Talks ran out of fuel": an abstract noun, then the lack, then the term. "Talks on the lack of fuel" is real."""
    if not of.supply or anchor.kind not in ("terms", "strong"):
        return False
    for noun in clause.of("abstract"):
        if anchor.kind == "strong" and noun.end <= anchor.start and distance(clause.ruler, noun, anchor) == 0:
            return True
        lacks = [cue for cue in clause.of("reported", "without", "harm") if noun.end <= cue.start < anchor.start]
        if (
            lacks
            and distance(clause.ruler, noun, lacks[0]) <= BESIDE_WORDS
            and distance(clause.ruler, noun, anchor) <= NEAR_WORDS
        ):
            return True
    return False


def _strong_past(anchor: Hit, clause: Clause, of: Indicator) -> Says | None:
    if anchor.kind == "past":
        return Says("past", None, "own stance")
    if anchor.kind in OWN_STANCE or lasts(anchor, clause):
        return None
    relief = _relief(anchor, clause, of)
    for cue in clause.of("strong_past", "memory"):
        if cue.kind == "memory" and (_demanded(anchor, clause, of) or _is_called_for(anchor, clause)):
            continue  # "at a vigil speakers demanded that the prisoners be released"
        elsewhere = clause.is_aside(cue.start, anchor, *filter(None, [relief])) or dates_harm(cue, relief, clause)
        if not elsewhere and not is_undated(cue.end, clause):
            return Says("past", None, cue.meaning.rule)
    return None


def _is_called_for(anchor: Hit, clause: Clause) -> bool:
    """Whether the clause holds an expression for a demand of the same subject."""
    return any(other.kind == "demand" and other.owner == anchor.owner for other in clause.anchors)


def _denied(anchor: Hit, clause: Clause, of: Indicator) -> Says | None:
    if anchor.kind in ("denied", "eased", "feared"):
        return Says("denied", None, "own stance") if anchor.kind == "denied" else None
    for cue in clause.of("so_called"):
        if any(actor.start == cue.start and actor.end > cue.end for actor in clause.of("actor")):
            continue  # "qondarma rejim": a name that one side gives the other
        if cue.end <= anchor.start and distance(clause.ruler, cue, anchor) <= 1:
            return Says("denied", None, cue.meaning.rule)
    denial = clause.near(anchor, CLAUSE_WORDS, "denied") or _denied_account(anchor, clause)
    return Says("denied", None, denial.meaning.rule) if denial else None


def _denied_account(anchor: Hit, clause: Clause) -> Hit | None:
    """ "Rejected claims by a former prosecutor … that": whose account it is may stand before what it says."""
    for denial in clause.of("denied"):
        for account in clause.of("report"):
            behind = denial.start <= account.start and account.end <= anchor.start
            if not behind or distance(clause.ruler, denial, account) > 1:
                continue
            that = _THAT.search(clause.text, account.end, anchor.start)
            if that is None or distance(clause.ruler, account, anchor) > DENIED_WORDS:
                continue
            said = (verb for verb in clause.of("verbs") if account.end <= verb.start and verb.end <= that.start())
            if not any(clause.ruler.words(verb.end, that.start()) == 0 for verb in said):
                return denial
    return None


def _negated(anchor: Hit, clause: Clause, of: Indicator) -> Says | None:
    nobody = clause.near(anchor, NEAR_WORDS, "nobody")
    if of.victims and nobody:
        return Says(None, None, nobody.meaning.rule)
    within = 2 if anchor.kind == "terms" else 0
    for noun in clause.of("shortage"):
        close = distance(clause.ruler, noun, anchor) <= within
        negator = _negator(noun, clause) if close or _heads_list(noun, anchor, clause) else None
        if negator is not None:
            return Says("denied", None, f"{negator.meaning.rule} of {noun.meaning.rule}")
    listed = _neither(anchor, clause) or _undone(anchor, clause)
    if listed is not None:
        return Says("denied", None, f"{listed.meaning.rule} of what is reported")
    negator = _negator(anchor, clause) if anchor.kind in ("terms", "strong") else None
    if negator and not of.event and anchor.kind == "strong" and negator.kind == "negation":
        return Says("denied", None, f"{negator.meaning.rule} of what is reported")  # "there has never been a blockade"
    if negator and (of.supply or not of.event):
        return None
    return Says(None, None, f"{negator.meaning.rule} {OF_A_VICTIM}") if negator else None


def _neither(anchor: Hit, clause: Clause) -> Hit | None:
    """ "Nə aclıq var, nə də blokada", "ne gıda ne ilaç sıkıntısı var": lacks listed under a verb not negated."""
    if anchor.kind not in ("terms", "strong"):
        return None
    for pair in clause.of("neither"):
        if anchor.start <= pair.start or distance(clause.ruler, pair, anchor) > BESIDE_WORDS:
            continue  # a lack whose expression begins with the pair ("nə su")
        is_first = clause.ruler.words(anchor.end, pair.end) <= 1  # "nə ərzaq, nə də dərman çatışmazlığı"
        for noun in clause.of("shortage"):
            shared = is_first and noun.start >= anchor.end and distance(clause.ruler, noun, anchor) <= NEGATED_WORDS
            if shared or overlap(noun, anchor):
                return pair
    return None


def _undone(anchor: Hit, clause: Clause) -> Hit | None:
    """ "Köçməyə məcbur etməyib": a verb of "not done" right after the noun of a strong expression."""
    if anchor.kind != "strong":
        return None
    beside = (cue for cue in clause.of("undone") if anchor.end <= cue.start)
    return next((cue for cue in beside if distance(clause.ruler, anchor, cue) == 0), None)


def _heads_list(noun: Hit, anchor: Hit, clause: Clause) -> bool:
    """ "(No) damage to public buildings, hospitals and homes": a noun for harm, and no other verb before the term."""
    if anchor.kind != "terms" or anchor.start < noun.end or distance(clause.ruler, noun, anchor) > LIST_WORDS:
        return False
    verbs = clause.of("eased", "relief", "harm", "reported")
    return not any(noun.end <= verb.start and verb.end <= anchor.start for verb in verbs)


def _negator(noun: Hit, clause: Clause) -> Hit | None:
    """ "No" or "without" right before a noun, "is none" right after it; not itself a noun for lack."""
    lacks = clause.of("shortage")
    if noun.kind == "strong" and any(overlap(cue, noun) for cue in clause.of("negation", "without", "absent")):
        return _in_gap(noun, clause)  # "hiç okula gitmiyor", "այլևս հաց չկա": two words of one negation
    if any(distance(clause.ruler, cue, noun) <= 1 and not overlap(cue, noun) for cue in clause.of("because")):
        return None  # "for want of fuel buses do not run": the lack is a fact
    for cue in clause.of("without", "absent", "negation"):
        before = cue.end <= noun.start and cue.kind != "absent"
        after = noun.end <= cue.start and (cue.kind == "absent" or (cue.kind == "negation" and noun.kind == "shortage"))
        is_lack = any(overlap(cue, other) for other in lacks)
        within = NEGATED_WORDS if cue.kind == "negation" and after else 1
        paused = PAUSE.search(clause.text, min(cue.end, noun.end), max(cue.start, noun.start))
        if before and _NUMBER.search(clause.text, cue.end, noun.start):
            continue  # "plus de 200 tués", "no fewer than 20 killed"
        if after and clause.verb_last and cue.kind == "negation" and _of_another(noun, cue, clause):
            continue
        if (before or after) and not is_lack and not paused and distance(clause.ruler, cue, noun) <= within:
            return cue
    return None


def _of_another(noun: Hit, cue: Hit, clause: Clause) -> bool:
    """ "Çatışmazlıq yaşanan kəndlərə yardım gəlmir": the verb speaks of what is named right before it."""
    return any(noun.end <= other.start for other in _right_before(cue, clause))


def _right_before(cue: Hit, clause: Clause) -> list[Hit]:
    """The terms right behind which a cue stands."""
    return [hit for hit in clause.anchors if hit.end <= cue.start and distance(clause.ruler, hit, cue) == 0]


def _in_gap(strong: Hit, clause: Clause) -> Hit | None:
    """ "The shelves in town are not empty": a negation in the gap of "shelves .. empty", right before its last word."""
    if GAP not in strong.meaning.rule:
        return None
    last = clause.text.rfind(" ", strong.start, strong.end)  # before its last word
    own = strong.meaning.rule.replace("'", " ").split()
    negations = [(cue, fold(clause.text[cue.start : cue.end])) for cue in clause.of("negation")]
    for cue, word in negations:
        is_list = sum(word == other for _, other in negations) > 1  # "ո՛չ հող ունեն, ո՛չ անասուն"
        if strong.start < cue.start and cue.end == last and word not in own and not is_list:
            return cue
    return None


def _demanded(anchor: Hit, clause: Clause, of: Indicator) -> Says | None:
    if anchor.kind == "demand" and not _is_begun(anchor, clause):
        return Says("reported", "demand", "own stance")
    asked = _asked_for(anchor, clause, of)
    if asked is not None:
        return Says("reported", "demand", asked.meaning.rule)
    demands = [cue for cue in clause.of("irrealis") if not _is_begun(cue, clause)]
    demand = min(demands, key=lambda cue: distance(clause.ruler, cue, anchor), default=None)
    if demand is None or distance(clause.ruler, demand, anchor) > CLAUSE_WORDS:
        return None
    if anchor.kind in ("ongoing", "feared") or _beside(demand, clause):
        return None
    relief = anchor if anchor.kind == "eased" else _relief(anchor, clause, of)
    if relief is None or distance(clause.ruler, demand, relief) > CLAUSE_WORDS:
        return None
    return Says("reported", "demand", f"{demand.meaning.rule} + {relief.meaning.rule}")


def _is_begun(cue: Hit, clause: Clause) -> bool:
    """ "Crews have begun to restore power": relief that is under way is no call for it."""
    begun = clause.of("begun")
    if not begun or not (cue.kind == "demand" or any(overlap(cue, relief) for relief in clause.of("eased", "relief"))):
        return False
    return any(
        distance(clause.ruler, one, cue) <= BEGUN_WORDS
        and not overlap(one, cue)
        and not PAUSE.search(clause.text, min(one.end, cue.end), max(one.start, cue.start))
        for one in begun
    )


def _asked_for(anchor: Hit, clause: Clause, of: Indicator) -> Hit | None:
    """ "Residents ask for drinking water": who asks for a thing does without it."""
    if not of.supply or anchor.kind != "terms":
        return None
    for cue in clause.of("asked_for"):
        behind = cue.end <= anchor.start and distance(clause.ruler, cue, anchor) <= BESIDE_WORDS
        if behind and not PAUSE.search(clause.text, cue.end, anchor.start) and not _beside(cue, clause):
            return cue
    return None


def _eased(anchor: Hit, clause: Clause, of: Indicator) -> Says | None:
    relief = anchor if anchor.kind == "eased" else _relief(anchor, clause, of)
    if relief is None or anchor.kind == "feared" or _says_lack(anchor, relief, clause):
        return None
    if _is_part_of_lack(anchor, relief, clause):
        return Says(None, None, "part of an expression for a lack") if anchor.kind == "eased" else None
    if anchor.kind == "ongoing" and not _is_release(anchor, relief, clause, of):
        return None
    negation = _beside(relief, clause) or _none_of(anchor, relief, clause) or _stopped(anchor, relief, clause)
    if negation is not None and clause.near(relief, NEAR_WORDS + 2, "feared"):
        return None
    if negation is not None:
        lack = Says("reported", _when(anchor, clause, of), f"{negation.meaning.rule} + {relief.meaning.rule}")
        return dated(anchor, clause, lack, relief)
    if clause.near(relief, BESIDE_WORDS, "feared") and anchor.kind != "eased":
        return None
    return dated(anchor, clause, Says("eased", None, relief.meaning.rule), relief)


def _is_release(anchor: Hit, relief: Hit, clause: Clause, of: Indicator) -> bool:
    """ "Saxlanılan on nəfər təhvil verilib": who is held was handed over; no word says that anybody still is."""
    own = of.event and relief.owner == anchor.owner and relief.start >= anchor.end
    return own and clause.verb_last and not any(not overlap(cue, anchor) for cue in clause.of("ongoing", "since"))


def _stopped(anchor: Hit, relief: Hit, clause: Clause) -> Hit | None:
    """ "Suspended aid deliveries": a verb of this harm beside the word for relief, and no relief but that."""
    if any(not overlap(other, relief) for other in clause.of("relief") if other.owner == anchor.owner):
        return None
    harms = [cue for cue in clause.of("harm") if cue.owner == anchor.owner and not overlap(cue, relief)]
    if clause.verb_last:  # "hasar gören hastane yeniden açıldı": what stands before its noun is over
        harms = [
            cue
            for cue in harms
            if cue.end > anchor.start or PAUSE.search(clause.text, cue.end, anchor.start) is not None
        ]
    return next((cue for cue in harms if distance(clause.ruler, cue, relief) <= STOPPED_WORDS), None)


def _none_of(anchor: Hit, relief: Hit, clause: Clause) -> Hit | None:
    """ "No convoy has arrived", "no goods, food or medicine are let in": nothing of what would have brought relief."""
    if anchor.kind != "terms" or relief.start < anchor.end:
        return None
    for cue in clause.of("without"):
        listed = cue.end <= anchor.start and "," in clause.text[cue.end : anchor.start]
        within = BESIDE_WORDS + 2 if listed else 1
        if cue.end <= anchor.start and distance(clause.ruler, cue, anchor) <= within:
            return cue
    return None


def _says_lack(anchor: Hit, relief: Hit, clause: Clause) -> bool:
    """A strong expression with its own negation ("no goods … allowed through"), or with the relief word inside it."""
    if anchor.kind != "strong":
        return False
    return overlap(relief, anchor) or any(overlap(cue, anchor) for cue in clause.of("without", "negation"))


def _is_part_of_lack(anchor: Hit, relief: Hit, clause: Clause) -> bool:
    """ "Free drugs will be cut off", "only those who took citizenship": the word for relief is part of a longer
    expression of this indicator for a lack, and says nothing by itself.
    """
    return any(
        other.owner == anchor.owner
        and other.kind in ("strong", "ongoing")
        and other.start <= relief.start
        and relief.end <= other.end
        and other.end - other.start > relief.end - relief.start
        for other in clause.anchors
    )


def _supposed(anchor: Hit, clause: Clause, of: Indicator) -> Says | None:
    """ "If gas runs out, hospitals will close": a term between a word of condition and the next pause."""
    if anchor.kind not in ("terms", "strong"):
        return None
    for cue in clause.of("condition"):
        opens = cue.end <= anchor.start and not PAUSE.search(clause.text, cue.end, anchor.start)
        if opens and (anchor.kind == "strong" or _lack(anchor, clause, of)):
            return Says("feared", None, cue.meaning.rule)
    return None


def _feared(anchor: Hit, clause: Clause, of: Indicator) -> Says | None:
    if anchor.kind == "ongoing":
        return None
    risk = clause.near(anchor, NEAR_WORDS + 2, "feared")
    if risk is not None and (_not_before(risk, clause) or _is_of_other(risk, anchor, clause)):
        risk = None
    coming = clause.near(anchor, NEAR_WORDS + 2, "will_lack") if of.supply else None
    if coming is not None and anchor.kind in ("terms", "strong"):
        return Says("feared", None, coming.meaning.rule)
    if risk is None:
        return Says("feared", None, "own stance") if anchor.kind == "feared" else None
    if anchor.kind in ("strong", "feared") or of.event or _lack(anchor, clause, of):
        return Says("feared", None, risk.meaning.rule)
    return None


def _not_before(risk: Hit, clause: Clause) -> bool:
    """ "Не могут купить": a negation right before a word of possibility makes it a fact."""
    return any(cue.end <= risk.start and distance(clause.ruler, cue, risk) == 0 for cue in clause.of("negation"))


def _is_of_other(risk: Hit, anchor: Hit, clause: Clause) -> bool:
    """ "Gas is cut, and nobody rules out that …", "they leave for fear": a risk of what follows it, or a motive."""
    if anchor.end > risk.start:
        return False
    if any(distance(clause.ruler, cue, risk) == 0 and cue.start < risk.start for cue in clause.of("because")):
        return True
    paused = PAUSE.search(clause.text, anchor.end, risk.start) is not None
    return paused and _OPENS.match(clause.text, risk.end) is not None


def _reported(anchor: Hit, clause: Clause, of: Indicator) -> Says | None:
    if anchor.kind == "strong" or (of.event and anchor.kind == "terms"):
        return dated(anchor, clause, Says("reported", _when(anchor, clause, of), f"{anchor.kind} says it"))
    if anchor.kind != "terms":
        return None
    lack = _lack(anchor, clause, of)
    if lack is None:
        return None
    return dated(anchor, clause, Says("reported", _when(anchor, clause, of), lack.meaning.rule), lack)


def _lack(anchor: Hit, clause: Clause, of: Indicator) -> Hit | None:
    """The cue that makes a topic word a lack or a harm."""
    harm = _own(clause.near(anchor, CLAUSE_WORDS, "harm"), anchor, clause, "harm")
    if harm is not None and any(overlap(cue, harm) for cue in clause.of("without")):
        harm = _absent(anchor, clause)  # "without" speaks of the noun right after it
    if harm is not None and _is_others(harm, anchor, clause):
        harm = None
    if harm is not None or not of.supply:
        return harm
    return clause.near(anchor, NEAR_WORDS + 2, "reported") or _absent(anchor, clause)


def _is_others(verb: Hit, anchor: Hit, clause: Clause) -> bool:
    """ "Mənzillərə qaz verilmir": the verb speaks of the noun beside it, unless the two nouns are a list."""
    if anchor.kind != "terms" or verb.start < anchor.end:
        return False
    for other in clause.anchors:
        if other.owner != anchor.owner and anchor.end <= other.start < verb.start:
            is_list = _IN_LIST.fullmatch(clause.text, anchor.end, other.start) is not None
            own = overlap(other, verb) and not clause.verb_last
            return not is_list and not own and distance(clause.ruler, other, verb) == 0
    return False


def _absent(anchor: Hit, clause: Clause) -> Hit | None:
    """ "Without" before the anchor, "has run out" after it. A list may stand between: "no goods, supplies or bread"."""
    for cue in clause.of("without", "absent"):
        before = cue.kind == "without" and cue.end <= anchor.start and not _is_of_one_before(cue, anchor, clause)
        after = cue.kind == "absent" and anchor.end <= cue.start
        if before and _ITS_OWN_ARTICLE.search(clause.text[cue.end : anchor.start]):
            continue
        if (before or after) and distance(clause.ruler, cue, anchor) <= BESIDE_WORDS + 2 * before:
            return cue
    return None


def _is_of_one_before(cue: Hit, anchor: Hit, clause: Clause) -> bool:
    """ "Հոսանք չունեն, ուտելիքը փչացել է": a word of lack right behind another term, and a comma before this one."""
    if not PAUSE.search(clause.text, cue.end, anchor.start):
        return False
    return any(other.owner != anchor.owner for other in _right_before(cue, clause))


def _relief(anchor: Hit, clause: Clause, of: Indicator) -> Hit | None:
    relief = _own(clause.near(anchor, CLAUSE_WORDS, "relief"), anchor, clause, "relief")
    if relief is not None or not of.supply:
        return relief
    return clause.near(anchor, NEAR_WORDS + 2, "eased")


def _own(cue: Hit | None, anchor: Hit, clause: Clause, kind: str) -> Hit | None:
    """Cues of an indicator's own file count for that indicator only."""
    if cue is None or cue.owner == anchor.owner:
        return cue
    mine = [other for other in clause.of(kind) if other.owner == anchor.owner]
    near = [other for other in mine if distance(clause.ruler, other, anchor) <= CLAUSE_WORDS]
    return min(near, key=lambda other: distance(clause.ruler, other, anchor), default=None)


def _beside(cue: Hit, clause: Clause) -> Hit | None:
    """A negation of a verb of relief: an ending of its last word, or a word at most two words before it."""
    for negation in clause.of("negation"):
        is_ending = clause.text[negation.start - 1 : negation.start].isalnum()
        if is_ending and cue.start <= negation.start < cue.end <= negation.end:
            return negation
        if not clause.verb_last and _is_inside(negation, cue, clause):
            return negation
        close = negation.end <= cue.start and distance(clause.ruler, negation, cue) <= 2
        if close and not is_ending and not PAUSE.search(clause.text, negation.end, cue.start):
            return negation
    return _after(cue, clause) if clause.verb_last else None


def _is_inside(negation: Hit, cue: Hit, clause: Clause) -> bool:
    """ "Gas has not been flowing", found as "gas .. flowing": a negation that the pattern does not name."""
    inside = cue.start < negation.start and negation.end < cue.end
    return inside and fold(clause.text[negation.start : negation.end]) not in fold(cue.meaning.rule)


def _after(cue: Hit, clause: Clause) -> Hit | None:
    """ "Çatdırmaq mümkün olmadı": where verbs stand last, the word that negates one follows it."""
    for negation in clause.of("negation", "absent"):
        follows = cue.end <= negation.end and negation.start >= cue.start and not overlap(cue, negation)
        if follows and distance(clause.ruler, cue, negation) <= 2:
            return None if PAUSE.search(clause.text, cue.end, negation.start) else negation
    return None


def _when(anchor: Hit, clause: Clause, of: Indicator) -> Occurrence:
    """A verb in the present makes a state last; of an event it tells what somebody does about it."""
    return "ongoing" if lasts(anchor, clause) or (not of.event and is_present(anchor, clause)) else "new"
