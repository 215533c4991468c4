"""Numbers as six languages write them: digits, words, scales, ranges, bounds. Pure; the words stand in numbers.yaml.

Reads folded text and knows nothing of what is counted. Ordinals, dates, clock times, scores and numbers that are names
("Article 274", "T-72") are no numbers here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from feeds.text import fold
from metrics.figure_words import BoundName, NumberWords
from metrics.model import Bound

LARGEST = 1e12
_BLANK = r"[ \t]"
_GAP = re.compile(r"[ \t]*(?:-[ \t]*)?")
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d\d(?!\d)|(?:19|20)\d\d-\d\d-\d\d(?!\d)")
_PHONE = re.compile(r"\+?\(?\d{2,4}\)?(?:[ -]\d{2,3}){3,}(?![ -]?\d)|\+\d{1,3}(?:[ -]?\(?\d{2,3}\)?){3,}")
_MARKS = '$€₽֏₼₺£ ~≈"'


@dataclass(frozen=True, slots=True)
class Number:
    """One number, or the ends of a range. Offsets of the text it was read from, half-open, without its bound."""

    start: int
    end: int
    value: float
    high: float | None = None
    bound: Bound = ""
    plain: bool = False  # digits alone, without marks or scale: may be a year
    digits: bool = False
    lone: bool = False  # a word for one that is also an article


@dataclass(frozen=True, slots=True)
class _Atom:
    """One digit group or number word. kind: digits, unit, scale, fixed."""

    start: int
    end: int
    kind: str
    value: float
    plain: bool = False
    bound: Bound = ""
    lone: bool = False
    alone: bool = False  # a scale that stands for one of itself


class Grammar:
    """The number words of one language, compiled."""

    def __init__(self, words: NumberWords) -> None:
        self._words = words
        self._lone = frozenset(map(fold, words.lone))
        self._alone = frozenset(map(fold, words.alone))
        self._after_bound = frozenset(map(fold, words.after_bound))
        self._not_before = tuple(map(fold, words.not_before)) or ("\n",)
        self._from = tuple(map(fold, words.from_endings)) or ("\n",)
        self._forms = dict(_forms(words))
        self._ends = _any(words.endings)
        self._joins = re.compile(rf"{_BLANK}+(?:{_any(words.joins)}){_BLANK}+") if words.joins else None

    @cached_property
    def _digits(self) -> re.Pattern[str]:
        thousands, decimal = re.escape(self._words.thousands), re.escape(self._words.decimal)
        grouped = rf"\d{{1,3}}(?:(?: |'|{thousands})\d{{3}}(?!\d))+(?:{decimal}\d+(?!\d))?"
        other = rf"[1-9]\d{{0,2}}(?:{decimal}\d{{3}}(?!\d))+" if self._words.decimal == "," else r"(?!)"
        single = rf"\d+(?:[{thousands}{decimal}]\d+(?!\d))?"
        return re.compile(rf"(?:{grouped})|(?:{other})|(?:{single})")

    @cached_property
    def _token(self) -> re.Pattern[str]:
        words = sorted(self._forms, key=len, reverse=True)
        ending = rf"(?:{self._ends})?" if self._words.endings else ""
        other = rf"(?!(?:{_any(self._words.not_numbers)})(?!\w))"
        spelled = rf"(?:(?<![\w'])|(?<=[\s(]d')){other}(?P<word>{'|'.join(map(re.escape, words))}){ending}(?![\w'])"
        return re.compile(rf"(?P<digits>(?<![\d])\d)|{spelled}")

    @cached_property
    def _compound(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(one) for one in sorted(self._forms, key=len, reverse=True)))

    @cached_property
    def _hanging(self) -> re.Pattern[str]:
        """What may hang on digits: a case."""
        return re.compile(rf"[-']?(?:{self._ends})(?![\w'])") if self._words.endings else re.compile(r"(?!)")

    @cached_property
    def _hyphened(self) -> re.Pattern[str]:
        """The unit that hangs on digits: "a 20-year term", but not "20-year-old"."""
        return re.compile(rf"-(?:{_any(self._words.hyphened)})(?![\w-])")

    @cached_property
    def _before(self) -> re.Pattern[str]:
        return _bounds(self._words.before, r"(?<!\w)(?:{})[ ]?[{}]*\Z")

    @cached_property
    def _after(self) -> re.Pattern[str]:
        return _bounds(self._words.after, r"[ ]{{0,2}}[-']?(?:{})(?!\w)[{}]{{0}}")

    @cached_property
    def _passed(self) -> re.Pattern[str]:
        """ "70 bini aştı": a verb of which the number is the object."""
        return re.compile(rf"[ ](?:{_any(self._words.passed)})(?!\w)")

    @cached_property
    def _labels(self) -> re.Pattern[str]:
        return re.compile(rf"(?:(?<!\w)(?:{_any(self._words.labels)})\.?|№|n°|§)[ ]?\Z")

    @cached_property
    def _ranges(self) -> re.Pattern[str]:
        return re.compile(rf"[ ]?(?:{_any(self._words.ranges)})[ ]?(?=[\w$€])")

    @cached_property
    def _apart(self) -> re.Pattern[str]:
        return re.compile(rf"[ ](?:{_any(self._words.and_)})[ ]") if self._words.and_ else re.compile(r"(?!)")

    @cached_property
    def _between(self) -> re.Pattern[str]:
        return (
            re.compile(rf"(?<!\w)(?:{_any(self._words.between)})[ ]\Z") if self._words.between else re.compile(r"(?!)")
        )

    def numbers(self, folded: str) -> list[Number]:
        """All numbers of a folded text, by start. Ranges are one, with `high`."""
        gone = [match.span() for pattern in (_DATE, _PHONE) for match in pattern.finditer(folded)]
        atoms = [atom for atom in self._atoms(folded) if not any(a <= atom.start < b for a, b in gone)]
        single = list(self._joined(folded, atoms))
        return [self._bounded(folded, one) for one in self._with_ranges(folded, single)]

    def bound_after(self, folded: str, end: int) -> Bound:
        """The bound that follows a place: after the noun in "100 nəfərdən çox"."""
        match = self._after.match(folded, end)
        return _group(match) if match else ""

    def _atoms(self, text: str) -> Iterator[_Atom]:
        position = 0
        while match := self._token.search(text, position):
            atom = self._digit_atom(text, match.start()) if match["digits"] else self._word_atom(text, match)
            if atom is not None:
                yield atom
                yield from self._scale_atom(text, atom)
            position = atom.end if atom is not None else self._past(text, match.start())

    def _scale_atom(self, text: str, digits: _Atom) -> Iterator[_Atom]:
        """ "$4m", "20mln": a scale written right behind its digits."""
        word = re.compile(r"[^\W\d]+").match(text, digits.end) if digits.kind == "digits" else None
        kind, value, _ = self._forms.get(word.group(), ("", 0.0, "")) if word is not None else ("", 0.0, "")
        if word is not None and kind == "scale":
            yield _Atom(word.start(), word.end(), kind, value)

    def _past(self, text: str, start: int) -> int:
        match = self._digits.match(text, start)
        return max(start + 1, match.end() if match else start + 1)

    def _word_atom(self, text: str, match: re.Match[str]) -> _Atom | None:
        start, end = match.span()
        parts = self._parts(match["word"])
        if (
            text[start - 1 : start] == "-"
            and start > 1
            and text[start - 2].isalpha()
            and not self._is_number_before(text, start)
        ):
            return None
        if text[end : end + 1] == "-" and text[end + 1 : end + 2].isalpha():
            following = self._token.match(text, end + 1)
            other = following is None and not text.startswith(("-", " "), end + 1)
            if other and not self._is_range_after(text, end) and not self._hyphened.match(text, end):
                return None
        kind, value, bound = parts
        word = match["word"]
        return _Atom(start, end, kind, value, bound=bound, lone=word in self._lone, alone=word in self._alone)

    def _is_number_before(self, text: str, start: int) -> bool:
        word = re.search(r"\w+(?=-\Z)", text[max(0, start - 20) : start])
        return word is not None and word.group() in self._forms

    def _is_range_after(self, text: str, end: int) -> bool:
        match = self._ranges.match(text, end)
        return match is not None and self._token.match(text, match.end()) is not None

    def _parts(self, word: str) -> tuple[str, float, Bound]:
        return self._forms[word]

    def _digit_atom(self, text: str, start: int) -> _Atom | None:
        match = self._digits.match(text, start)
        if match is None or self._is_name(text, start):
            return None
        end, body = match.end(), match.group()
        if text[end : end + 1] in ":/։" and text[end + 1 : end + 2].isdigit():
            return None
        rest = text[end : end + 1]
        if rest == "+":
            return None  # "the 40+10 programme"
        if rest.isalpha() or (rest in "-'" and text[end + 1 : end + 2].isalpha()):
            hanging = self._hanging.match(text, end)
            scale = self._token.match(text, end) if rest.isalpha() else None
            joined = self._token.match(text, end + 1) if rest == "-" else None
            if hanging is not None:
                end = hanging.end()
            elif not (
                self._hyphened.match(text, end)
                or self._begins_scale(text, end)
                or scale
                or joined
                or self._is_range_after(text, end)
            ):
                return None
        value = self._value(body)
        if body.isdigit() and len(body) > 1 and body.startswith("0"):
            return None  # "code 070"
        if value is None or value > LARGEST:
            return None
        return _Atom(start, end, "digits", value, plain=body.isdigit())

    def _begins_scale(self, text: str, end: int) -> bool:
        """ "5k", "20mln"."""
        word = re.compile(r"[^\W\d]+").match(text, end)
        return word is not None and self._forms.get(word.group(), ("",))[0] == "scale"

    def _is_name(self, text: str, start: int) -> bool:
        """Part of a name, a clock time, an address or a decimal that was not read whole."""
        before = text[max(0, start - 2) : start] or " "
        if before[-1:].isalpha() or before[-1:] in "_#@&+":
            return True
        if before[-1:] in "-'" and before[:1].isalpha():
            return not self._ranges.search(text, max(0, start - 12), start) or not before[:1].isdigit()
        return before[-1:] in ":.,/։" and before[:1].isdigit()

    def _value(self, body: str) -> float | None:
        """12,345.67 and 12.345,67 alike; a lone mark before three digits parts thousands, but for the decimal one."""
        plain = body.replace(" ", "").replace("'", "")
        thousands, decimal = self._words.thousands, self._words.decimal
        marks = [mark for mark in plain if mark in ",."]
        if not marks:
            return float(plain)
        tail = plain[max(plain.rfind(","), plain.rfind(".")) + 1 :]
        if len(set(marks)) == 2:
            last = plain[-len(tail) - 1]
            return float(plain.replace("," if last == "." else ".", "").replace(last, "."))
        grouping = len(tail) == 3 and not plain.startswith("0") and (marks[0] == thousands or decimal == ",")
        if grouping or len(marks) > 1:
            return float(plain.replace(marks[0], ""))
        return float(plain.replace(marks[0], "."))

    def _joined(self, text: str, atoms: Sequence[_Atom]) -> Iterator[Number]:
        at = 0
        while at < len(atoms):
            used, number = self._one(text, atoms, at)
            at += used
            if number is not None and not self._labels.search(text, max(0, number.start - 16), number.start):
                yield number

    def _one(self, text: str, atoms: Sequence[_Atom], at: int) -> tuple[int, Number | None]:
        """How many atoms make one number from here, and the number."""
        first = atoms[at]
        if first.kind == "scale" and not first.alone and not self._is_one(text, first):
            return 1, None
        total, group, last_scale, step = 0.0, 0.0, float("inf"), float("inf")
        used, begun = 0, False
        for atom in atoms[at:]:
            if used and not self._is_joined(text, atoms[at + used - 1].end, atom):
                break
            if atom.kind == "scale":
                if atom.value == 100 and group < 10 and step > 0:
                    group, step = (group or 1) * 100, 100
                elif atom.value < last_scale and atom.value > 100:
                    total, group, last_scale, step = total + (group or 1) * atom.value, 0, atom.value, atom.value
                else:
                    break
            elif not begun:
                group, step = atom.value, 20 if self._words.scores and atom.value == 60 else _step(atom)
            elif self._words.scores and atom.value == 20 and group % 100 == 4:
                group, step = group - 4 + 80, 20
            elif (
                atom.kind in ("unit", "digits")
                and 0 < atom.value < step
                and step not in (0, 1)
                and atom.value < last_scale
            ):
                group, step = group + atom.value, _step(atom)
            elif atom.kind == "fixed" and atom.value == 0.5 and step >= 1:
                group, step = group + 0.5, 0
            else:
                break
            begun, used = True, used + 1
        number = Number(
            first.start, atoms[at + used - 1].end, total + group, bound=first.bound,
            plain=first.plain and used == 1, digits=first.kind == "digits", lone=first.lone and used == 1,
        )  # fmt: skip
        return used, number

    def _is_one(self, text: str, atom: _Atom) -> bool:
        """ "Less than a thousand", where the language has no word for the one."""
        bounded = self._before.search(text, max(0, atom.start - 40), atom.start)
        return bounded is not None and text[atom.start : atom.end] in self._after_bound

    def _is_joined(self, text: str, end: int, atom: _Atom) -> bool:
        between = text[end : atom.start]
        if between in ("", " ", "-", "  ") or (between in (".", ". ", ".-") and atom.kind == "scale"):
            return atom.kind != "digits" or between not in ("", "-")
        if between.startswith(".") and not between.strip(". "):
            return True
        return self._joins is not None and self._joins.fullmatch(between) is not None and atom.kind == "unit"

    def _with_ranges(self, text: str, numbers: Sequence[Number]) -> Iterator[Number]:
        waiting: Number | None = None
        for number in numbers:
            joined = self._range(text, waiting, number) if waiting is not None else None
            if waiting is not None and joined is None:
                yield waiting
            waiting = joined or number
        if waiting is not None:
            yield waiting

    def _range(self, text: str, low: Number, high: Number) -> Number | None:
        """One number with both ends: "5-7", "5-7 thousand", "between 5 and 7"."""
        between = text[low.end : high.start]
        joined = self._ranges.match(text, low.end)
        hyphen = joined is not None and joined.end() == high.start
        hyphen = hyphen or (not between.strip() and text[low.start : low.end].endswith(self._from))
        framed = self._apart.fullmatch(between) and self._between.search(text, max(0, low.start - 12), low.start)
        if low.high is not None or not (hyphen or framed):
            return None
        value = low.value
        for scale in (1_000_000_000, 1_000_000, 1_000, 100):
            if high.value >= scale and value < 1_000 and value * scale < high.value and high.value / scale < 1_000:
                if scale >= 1_000 and not high.plain and self._has_scale(text, high):
                    value *= scale
                break
        if value >= high.value:
            return None
        start = low.start
        return replace(low, end=high.end, value=value, high=high.value, start=start, plain=low.plain and high.plain)

    def _has_scale(self, text: str, number: Number) -> bool:
        words = re.findall(r"[^\W\d]+", text[number.start : number.end])
        return any(self._forms.get(word, ("",))[0] == "scale" for word in words)

    def _bounded(self, text: str, number: Number) -> Number:
        if number.bound:
            return number
        before = self._before.search(text, max(0, number.start - 40), number.start)
        if before is not None and not text[: before.end()].rstrip().endswith(self._not_before):
            return replace(number, bound=_group(before))
        passed = self._passed.match(text, number.end) is not None
        return replace(number, bound="more" if passed else self.bound_after(text, number.end))


def _step(atom: _Atom) -> float:
    """What may be added must be smaller: ones after tens, tens after hundreds."""
    value = atom.value
    if value != int(value):
        return 0
    if atom.kind == "digits":
        return 1 if value < 100 else 0
    return 100 if value >= 100 else 10 if value >= 20 or value == 10 else 1


def _forms(words: NumberWords) -> Iterator[tuple[str, tuple[str, float, Bound]]]:
    for value, listed in words.words.items():
        for form in listed:
            yield fold(form), ("unit", value, "")
    if words.compound:
        yield from _compounds(words)
    for value, listed in words.scales.items():
        for form in listed:
            yield fold(form), ("scale", value, "")
    for form in words.alone:
        known = fold(form).split()[-1]
        value = next(v for v, listed in words.scales.items() if known in map(fold, listed))
        yield fold(form), ("scale", value, "")
    for whole, listed in words.fixed.items():
        for form in listed:
            yield fold(form), ("fixed", whole, "")
    for whole, listed in words.rough.items():
        for form in listed:
            yield fold(form), ("fixed", whole, "about")


def _compounds(words: NumberWords) -> Iterator[tuple[str, tuple[str, float, Bound]]]:
    """Tens and ones written as one word."""
    for ten in range(20, 100, 10):
        for one in range(1, 10):
            for first in words.words.get(ten, ()):
                for second in words.words.get(one, ()):
                    yield fold(first + second), ("unit", ten + one, "")


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(fold(word)) for word in sorted(set(words), key=len, reverse=True)) or "(?!)"


def _bounds(words: Mapping[BoundName, Sequence[str]], shape: str) -> re.Pattern[str]:
    groups = "|".join(f"(?P<{kind}>{_any(listed)})" for kind, listed in words.items())
    return re.compile(shape.format(groups, re.escape(_MARKS)))


def _group(match: re.Match[str]) -> Bound:
    kind = match.lastgroup
    return "more" if kind == "more" else "less" if kind == "less" else "about"
