"""Articles in six languages, a fifth of them copies of others, as outlets print them. The same on every run.

The words and phrases are those of the labelled cases, with their frequencies; half of the words follow the one before
as they do there, so that unrelated articles share runs of words. A third of the articles end with one of a few
background paragraphs, and one in twenty is a bulletin: the same sentences every time with another date and other
numbers. Whoever joins by what is shared alone joins these too.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

SEED = 20261122
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 10
COPIES = 0.2
BULLETINS = 0.05
BACKGROUND = 0.33
KINDS = {"exact": 0.2, "light": 0.35, "medium": 0.2, "truncated": 0.15, "heavy": 0.1}
CHANGED = {"exact": 0.0, "light": 0.02, "medium": 0.08, "truncated": 0.0, "heavy": 0.2}  # share of words
KEPT = (0.3, 0.7)  # of a truncated text
OUTLETS = 60  # a language
AROUND = 0.7  # of the articles stand between their outlet's header and footer
LATER = 24.0  # hours from an original to its last copy
WORDS = (4.9, 0.45)  # of a text: log-normal, 134 in the middle
MONTHS = {
    "en": "January", "ru": "января", "hy": "հունվարի", "az": "yanvar", "tr": "Ocak", "fr": "janvier",
}  # fmt: skip
BULLETIN = {
    "en": "Rates of the central bank for {d} January: one dollar costs {a} drams, one euro {b} drams and one rouble "
    "{c} drams. The rates hold for payments to the budget on {d} January and for the balance sheets of banks.",
    "ru": "Курсы центрального банка на {d} января: доллар стоит {a} драма, евро {b} драма, рубль {c} драма. "
    "Курсы действуют для платежей в бюджет {d} января и для балансов банков.",
    "hy": "Կենտրոնական բանկի փոխարժեքները հունվարի {d}-ին. մեկ դոլարն արժե {a} դրամ, մեկ եվրոն՝ {b} դրամ, մեկ ռուբլին՝ "
    "{c} դրամ։ Փոխարժեքները գործում են հունվարի {d}-ին բյուջե կատարվող վճարումների համար։",
    "az": "Mərkəzi Bankın {d} yanvar üçün məzənnələri: bir dollar {a} manat, bir avro {b} manat, bir rubl {c} manat. "
    "Məzənnələr {d} yanvarda büdcəyə ödənişlər və bankların balansları üçün qüvvədədir.",
    "tr": "Merkez Bankasının {d} Ocak kurları: bir dolar {a} lira, bir avro {b} lira, bir ruble {c} lira. "
    "Kurlar {d} Ocak günü bütçeye yapılan ödemeler ve bankaların bilançoları için geçerlidir.",
    "fr": "Taux de la banque centrale pour le {d} janvier : un dollar vaut {a} drams, un euro {b} drams, un rouble {c} "
    "drams. Ces taux valent pour les paiements au budget du {d} janvier et pour les bilans des banques.",
}

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Made:
    """One article. original : number of the one it copies; its own: it copies none. kind : of a copy, else ""."""

    number: int
    language: str
    title: str
    text: str
    outlet: str
    hours: float  # after FIRST
    original: int
    kind: str


class Language:
    """Words and what follows them, outlets, background: all of one language."""

    def __init__(self, code: str, texts: Sequence[str], choose: random.Random) -> None:
        self.code, self.choose = code, choose
        self.words = [word for text in texts for word in _WORD.findall(text) if not word.isdigit()]
        self.next: defaultdict[str, list[str]] = defaultdict(list)
        for one, following in zip(self.words, self.words[1:], strict=False):
            self.next[one].append(following)
        self.background = [self.sentences(choose.randrange(22, 40)) for _ in range(40)]
        self.headers = [self.sentences(choose.randrange(0, 12)) for _ in range(OUTLETS)]
        self.footers = [self.sentences(choose.randrange(4, 26)) for _ in range(OUTLETS)]

    def sentences(self, length: int) -> list[str]:
        """So many words; names that stand nowhere else, numbers and full stops among them."""
        made: list[str] = []
        word = self.choose.choice(self.words)
        while len(made) < length:
            draw = self.choose.random()
            if draw < 0.5:
                word = self.choose.choice(self.next[word] or self.words)
            elif draw < 0.95:
                word = self.choose.choice(self.words)
            elif draw < 0.97:
                word = str(self.choose.randrange(2, 900))
            else:
                word = self.choose.choice(self.words)[:4] + self.choose.choice(self.words)[-3:]
            made.append(word if self.choose.random() < 0.93 else word + ".")
            word = word.rstrip(".")
        return made

    def changed(self, words: Sequence[str], share: float) -> list[str]:
        """Each word is another one with this probability; numbers stay."""
        return [
            self.choose.choice(self.words) if self.choose.random() < share and not word[:1].isdigit() else word
            for word in words
        ]

    def printed(self, words: Sequence[str], outlet: int, day: int) -> str:
        """As an outlet prints it."""
        if self.choose.random() > AROUND:
            return " ".join(words)
        town = self.headers[outlet][:1] or ["Vale"]
        dateline = [town[0].upper() + ",", str(day + 1), MONTHS[self.code] + ".", *self.headers[outlet][1:]]
        return "\n".join(" ".join(part) for part in (dateline, words, self.footers[outlet]))


@dataclass(frozen=True, slots=True)
class _Original:
    language: Language
    words: list[str]
    title: str
    outlet: int
    hours: float


def corpus(folder: Path, count: int) -> Iterator[Made]:
    """`count` articles in order of time. folder : of the labelled cases."""
    choose = random.Random(SEED)
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            texts[case["lang"]].append(case["text"] or case["title"])
    languages = [Language(code, texts[code], choose) for code in MONTHS]
    originals: dict[int, _Original] = {}
    plan = sorted((choose.random() * DAYS * 24, choose.random()) for _ in range(count))
    recent: list[int] = []
    for number, (hours, draw) in enumerate(plan):
        source = choose.choice(recent) if draw < COPIES and recent else -1
        if source >= 0 and hours - originals[source].hours <= LATER:
            yield _copy(choose, number, hours, source, originals[source])
            continue
        language = choose.choice(languages)
        outlet = choose.randrange(OUTLETS)
        if draw > 1 - BULLETINS:
            yield _bulletin(choose, number, hours, language, outlet)
            continue
        words = language.sentences(max(40, min(600, int(choose.lognormvariate(*WORDS)))))
        if choose.random() < BACKGROUND:
            words += choose.choice(language.background)
        title = " ".join(language.sentences(9)).replace(".", "")
        originals[number] = _Original(language, words, title, outlet, hours)
        recent = [*recent[-1_500:], number]
        text = language.printed(words, outlet, int(hours // 24))
        yield Made(number, language.code, title, text, f"{language.code}{outlet}", hours, number, "")


def _copy(choose: random.Random, number: int, hours: float, source: int, of: _Original) -> Made:
    """By another outlet, under its own title or the same."""
    kind = choose.choices(list(KINDS), list(KINDS.values()))[0]
    outlet = (of.outlet + choose.randrange(1, OUTLETS)) % OUTLETS
    taken = of.words[: int(len(of.words) * choose.uniform(*KEPT))] if kind == "truncated" else of.words
    text = of.language.printed(of.language.changed(taken, CHANGED[kind]), outlet, int(hours // 24))
    title = of.title if choose.random() < 0.5 else " ".join(of.language.sentences(9)).replace(".", "")
    return Made(number, of.language.code, title, text, f"{of.language.code}{outlet}", hours, source, kind)


def _bulletin(choose: random.Random, number: int, hours: float, language: Language, outlet: int) -> Made:
    """Every one is another story: no two have the same numbers."""
    day = int(hours // 24) + 1
    numbers = {name: f"{choose.uniform(300, 500):.2f}" for name in "abc"}
    text = BULLETIN[language.code].format(d=day, **numbers)
    title = " ".join(_WORD.findall(text)[:6])
    return Made(number, language.code, title, text, f"{language.code}{outlet}", hours, number, "")


def write(file: Path, folder: Path, count: int) -> None:
    with file.open("w", encoding="utf-8") as stream:
        for one in corpus(folder, count):
            stream.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")


def read(file: Path, count: int) -> list[Made]:
    with file.open(encoding="utf-8") as stream:
        return [Made(**json.loads(line)) for _, line in zip(range(count), stream, strict=False)]
