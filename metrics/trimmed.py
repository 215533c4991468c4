"""A text without what an outlet puts around it: dateline, agency credit, footer, other headlines. Pure.

Only for comparing: what is cut off too much is cut off every copy alike, and does no harm.
"""

from __future__ import annotations

import re
from itertools import islice

from ahocorasick_rs import BytesAhoCorasick, Implementation

from metrics.story_words import StoryWords

HEAD = 160  # characters in which a dateline stands
HEAD_WORDS = 14
NAME_WORDS = 3  # of an agency
MONTH_STEM = 5  # letters of a month's name that stand for it, whatever its ending
BEFORE_AGENCY = 8  # words of a dateline at most, before the name of an agency
SHORT_LINE = 300  # characters; a longer one loses only its end
TAIL = 0.6  # of a long line: what stands before cannot be its footer
LEAST = 0.5  # of the text; a cue that would cut more than that away stands in the text itself
LINES_BEFORE_END = 3  # "subscribe" above the article does not end it

_WORD = re.compile(r"\w+")
_OVER = re.compile(r"[\W_]+")
_SENTENCE = re.compile(r"[.!?։…:]\s")


class Trimmer:
    """Compiled once; for texts of any language."""

    def __init__(self, words: StoryWords) -> None:
        self._agencies = words.agencies
        self._first_words = frozenset(name[0] for name in words.agencies)
        self._months = words.months
        self._month_stems = {name[:MONTH_STEM] for name in self._months if len(name) >= MONTH_STEM}
        cues = list(dict.fromkeys((*words.footer, *words.ends)))
        # Whether a letter may follow it, and whether all below it is gone too.
        self._cues = [(not cue[-1].isalnum(), cue in words.ends) for cue in cues]
        literals = [cue.removesuffix("*").encode() for cue in cues]
        # Of bytes: the places of all letters, which nearly no text needs, would cost more than looking.
        self._automaton = BytesAhoCorasick(literals, implementation=Implementation.DFA) if literals else None

    def trimmed(self, body: str) -> str:
        """`body` folded, one line a paragraph; so is the result."""
        start = self._dateline_end(body)
        kept = self._without_footers(body[start:] if start else body)
        return kept if len(kept) >= LEAST * len(body) else body

    def _dateline_end(self, body: str) -> int:
        """Where the text itself begins: "vale, october 3 (afp) - "."""
        end, dated, head = 0, False, body[:HEAD]
        months, stems, first_words = self._months, self._month_stems, self._first_words
        for n, found in enumerate(islice(_WORD.finditer(head), HEAD_WORDS)):
            word = found[0]
            if word[:MONTH_STEM] in stems or word in months:
                dated = True
            elif word in first_words and n <= BEFORE_AGENCY:
                last = self._agency_end(head, found.start())
                in_list = dated and head[: found.start()].endswith(", ")
                end = last if last and (in_list or _closes(head, last)) else end
                continue
            elif not (dated and word.isdigit()):
                continue
            end = found.end() if _closes(head, found.end()) else end
        over = _OVER.match(body, end) if end else None
        return over.end() if over else end

    def _agency_end(self, head: str, start: int) -> int:
        """Where the name ends that begins at `start`; 0: it is none of ours."""
        words = list(islice(_WORD.finditer(head, start), NAME_WORDS))
        sizes = range(len(words), 0, -1)
        return next((words[n - 1].end() for n in sizes if tuple(w[0] for w in words[:n]) in self._agencies), 0)

    def _without_footers(self, body: str) -> str:
        found = self._found(body)
        if not found:
            return body
        kept, start, number = [], 0, 0
        for line in body.split("\n"):
            end = start + len(line)
            here = [(at, ends) for at, ends in found if start <= at < end]
            if here and number >= LINES_BEFORE_END and any(ends for _, ends in here):
                break
            kept.append(_kept(line, here[0][0] - start if here else -1))
            start, number = end + 1, number + 1
        return "\n".join(line for line in kept if line)

    def _found(self, body: str) -> list[tuple[int, bool]]:
        """(place, whether all below is gone too) of every cue, by place."""
        if self._automaton is None:
            return []
        found, data = [], body.encode("utf-8", "surrogatepass")
        for number, first, last in self._automaton.find_matches_as_indexes(data):
            start, end = (len(data[:n].decode("utf-8", "surrogatepass")) for n in (first, last))
            is_open, ends = self._cues[number]
            if (start and body[start - 1].isalnum()) or (not is_open and body[end : end + 1].isalnum()):
                continue
            found.append((start, ends))
        return found


def _closes(head: str, end: int) -> bool:
    """Whether what stands behind a name or date sets it off from a sentence; the hyphen of an ending does not."""
    after = head[end : end + 2]
    return after[:1] in (".", ":", "/", ")") or after in (" -", " /")


def _kept(line: str, cue: int) -> str:
    """What is left of a line with a cue at this place; -1: it has none."""
    if cue < 0:
        return line
    if len(line) <= SHORT_LINE:
        return ""
    if cue < TAIL * len(line):
        return line
    last = max((stop.end() for stop in _SENTENCE.finditer(line, 0, cue)), default=0)
    return line[:last] if last >= TAIL * len(line) else line[:cue]
