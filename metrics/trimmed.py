"""A text without what an outlet puts around it: dateline, agency credit, footer, other headlines. Pure.

Only for comparing: what is cut off too much is cut off every copy alike, and does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ahocorasick_rs import AhoCorasick, Implementation

from metrics.story_words import StoryWords

HEAD = 160  # characters in which a dateline stands
HEAD_WORDS = 14
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
        months = (one.calendar.months for one in words.languages.values() if one.calendar is not None)
        self._months = {name for listed in months for name in listed}
        self._month_stems = {name[:5] for name in self._months if len(name) > 4}
        cues = list(dict.fromkeys((*words.footer, *words.ends)))
        # Whether a letter may follow it, and whether all below it is gone too.
        self._cues = [(not cue[-1].isalnum(), cue in words.ends) for cue in cues]
        literals = [cue.removesuffix("*") for cue in cues]
        self._automaton = AhoCorasick(literals, implementation=Implementation.DFA) if literals else None

    def trimmed(self, body: str) -> str:
        """`body` folded, one line a paragraph; so is the result."""
        start = self._dateline_end(body)
        kept = self._without_footers(body[start:] if start else body)
        return kept if len(kept) >= LEAST * len(body) else body

    def _dateline_end(self, body: str) -> int:
        """Where the text itself begins: "vale, october 3 (afp) - "."""
        end, dated, head = 0, False, body[:HEAD]
        words = list(_WORD.finditer(head))[:HEAD_WORDS]
        for n, word in enumerate(words):
            after = head[word.end() : word.end() + 2]
            is_month = self._is_month(word.group())
            dated = dated or is_month
            closes = after[:1] in ".:/)" or after == " -" or after == " /"
            if (is_month or (dated and word.group().isdigit())) and closes:
                end = word.end()
            elif n <= BEFORE_AGENCY and word.group() in self._first_words:
                last = self._agency(words, n)
                after = head[words[last].end() : words[last].end() + 2]
                listed = dated and head[: word.start()].endswith(", ")
                if last >= n and (after[:1] in (".", ":", "/", ")") or after in (" -", " /") or listed):
                    end = words[last].end()
        if not end:
            return 0
        over = _OVER.match(body, end)
        return over.end() if over else end

    def _is_month(self, word: str) -> bool:
        return word in self._months or (len(word) > 4 and word[:5] in self._month_stems)

    def _agency(self, words: Sequence[re.Match[str]], n: int) -> int:
        """The place of the last word of the name that begins at `n`; -1: none does."""
        found = (size for size in (3, 2, 1) if tuple(w.group() for w in words[n : n + size]) in self._agencies)
        return n + next(found, -n) - 1

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
        found = []
        for number, start, end in self._automaton.find_matches_as_indexes(body):
            is_open, ends = self._cues[number]
            if (start and body[start - 1].isalnum()) or (not is_open and body[end : end + 1].isalnum()):
                continue
            found.append((start, ends))
        return found


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
