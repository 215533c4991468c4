"""Which agency or outlet a text says it has its report from. Pure: no clock, no network, no archive.

A name counts beside a phrase of credits.yaml, in brackets, between slashes, in a dateline, or after "Source:". It must
stand in the title, in the beginning or at the very end: what is cited farther down is background of a report of one's
own. Whoever is cited ("citing TASS") goes before whoever passes it on ("Reuters reports"). A publisher that names its
own family credits nobody; an office or organisation that speaks is a speaker, not a credit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pydantic import ConfigDict, Field

from feeds.datafile import Strict, read_yaml
from feeds.model import Outlet
from feeds.monitor import Monitor
from feeds.sources import Outlets
from metrics.model import Credit

BEGINNING = 700  # characters of the body: a news text names its source in its first paragraphs
ENDING = 200  # characters: "Source: AFP" under a text
BEFORE, AFTER = 90, 70  # characters beside a name in which a phrase must end or begin

_SAME = str.maketrans(
    {**dict.fromkeys("«»„“”‟", '"'), **dict.fromkeys("‘’ʼ`´", "'"), **dict.fromkeys("‐‑", "-"), "\u00a0": " "}
)
_UPPER_ONLY = re.compile(r"[A-ZА-ЯЁԱ-ՖİÇƏĞÖŞÜ/-]{2,5}$")  # acronyms take no ending of their own in Cyrillic
_CYRILLIC, _ARMENIAN = re.compile("[а-яё]", re.I), re.compile("[Ա-և]")
# An attached ending has to be one; after an apostrophe or hyphen any short one will do.
_LATIN_ENDING = {
    "az": r"(?:-\w{1,7}|'\w{1,6}|(?:n[iıuü]n|[iıuü]n|y?[aəe]|d[aəe]n?|t[aə]n?|[iıuü]|l[aə])(?!\w))?",
    "tr": r"(?:-\w{1,7}|'\w{1,6}|(?:n[iıuü]n|[iıuü]n|y?[ae]|[dt][ae]n?|[iıuü])(?!\w))?",
    "hy": r"(?:-?[ա-և]{1,4})?",
    "ru": r"(?:-?[а-я]{1,3}(?!\w)|'а)?",
    "en": r"(?:'s|')?",
    "fr": "",
}
_OPEN, _CLOSE = r'["\']?\s?', r'\s?["\']?'


class Frames(Strict):
    """Phrases of one language beside the name of an agency; see the top of credits.yaml."""

    cites_before: tuple[str, ...] = ()
    cites_after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    about_itself: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class Agency(Strict):
    """One that needs no feed of ours to be credited."""

    key: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    family: str
    names: tuple[str, ...] = Field(min_length=1)


class CreditsFile(Strict):
    """credits.yaml; its other keys are two-letter languages."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Frames] = Field(init=False)

    agencies: tuple[Agency, ...] = ()
    speakers: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    press: tuple[str, ...] = ()

    @property
    def languages(self) -> dict[str, Frames]:
        return dict(self.__pydantic_extra__ or {})


def read_credits(monitor: Monitor) -> CreditsFile:
    """credits.yaml of the common folder, extended by the monitor's own; either may be missing. Raises DataFileError."""
    paths = dict.fromkeys(folder / "credits.yaml" for folder in (monitor.common, monitor.folder))
    files = [read_yaml(path, CreditsFile) for path in paths if path.exists()]
    lists = {name: sum((getattr(file, name) for file in files), ()) for name in CreditsFile.model_fields}
    languages = {key for file in files for key in file.languages}
    return CreditsFile.model_validate({**lists, **{key: _joined(files, key) for key in sorted(languages)}})


def _joined(files: Iterable[CreditsFile], language: str) -> Frames:
    parts = [file.languages[language] for file in files if language in file.languages]
    return Frames(**{name: sum((getattr(part, name) for part in parts), ()) for name in Frames.model_fields})


@dataclass(frozen=True, slots=True)
class Voice:
    """Who can be credited."""

    key: str
    family: str


class Credits:
    """The data file and the outlets of a monitor, compiled per language on first use."""

    def __init__(self, file: CreditsFile, outlets: Outlets) -> None:
        self._file = file
        self._voices = _voices(file, outlets)
        self._by_key = {voice.key: voice for voice in self._voices.values()}
        self._readers: dict[str, _Reader] = {}

    def family(self, key: str) -> str:
        """The family of a credited agency; its key where it is in no list any more."""
        voice = self._by_key.get(key)
        return voice.family if voice else key

    @cached_property
    def names(self) -> dict[str, str]:
        """Family → the name to show: of the outlet or agency that it is called after, else of its first."""
        found: dict[str, str] = {}
        for name, voice in self._voices.items():
            found.setdefault(voice.family, name)
        for name, voice in reversed(self._voices.items()):
            if voice.key == voice.family:
                found[voice.family] = name
        return found

    def family_of(self, outlet: Outlet) -> str:
        """The family of who published: an outlet that no list has may be an agency ("Reuters" as an RSS source)."""
        voice = self._voices.get(outlet.name) if outlet.side == "unknown" else None
        return voice.family if voice else outlet.family

    def find(self, title: str, text: str, language: str, outlet: Outlet) -> Credit | None:
        """Whom `title + newline + text`, published by `outlet`, has its report from; None: nobody, or its own family.

        Offsets of the credit are half-open, in code points of `title + newline + text`.
        """
        found = self._ranked(title, text, language)
        own = self.family_of(outlet)
        others = [one for one in found if one[1].family != own]
        return min(others, key=lambda one: (one[0], one[1].start))[1] if others else None

    def all(self, title: str, text: str, language: str) -> list[Credit]:
        """Every agency or outlet that is named as saying something, also the publisher itself; offsets as in `find`."""
        return [credit for _, credit in self._ranked(title, text, language)]

    def _ranked(self, title: str, text: str, language: str) -> list[tuple[int, Credit]]:
        if language not in self._file.languages:
            return []
        if language not in self._readers:
            self._readers[language] = _Reader(self._file.languages[language], self._voices, language)
        return self._readers[language].credits(title, text)


def _voices(file: CreditsFile, outlets: Outlets) -> dict[str, Voice]:
    """Name as written → who it is. Outlets go before agencies; whoever speaks for itself is left out."""
    named: dict[str, Voice] = {}
    for outlet in outlets.all:
        speaks = outlet.key in file.speakers or (outlet.control in file.controls and outlet.key not in file.press)
        for name in (outlet.name, *outlet.names) if not speaks else ():
            named.setdefault(name, Voice(outlet.key, outlet.family))
    families = {outlet.key: outlet.family for outlet in outlets.all}
    for agency in file.agencies:
        for name in agency.names:
            named.setdefault(name, Voice(agency.key, families.get(agency.key, agency.family)))
    return named


class _Reader:
    """One language: the names with its endings, and the phrases beside them."""

    def __init__(self, frames: Frames, voices: Mapping[str, Voice], language: str) -> None:
        self._voices = {name.translate(_SAME): voice for name, voice in voices.items()}
        for name, voice in list(self._voices.items()):
            if len(name) > 4:  # headlines and datelines
                self._voices.setdefault(name.upper(), voice)
                self._voices.setdefault(name.capitalize() if name.isupper() else name, voice)
            if "." in name:
                self._voices.setdefault(name[0].upper() + name[1:], voice)
        longest = sorted(self._voices, key=lambda name: (-len(name), name))
        self._names = re.compile(
            r"(?<![\w@.-])(?:" + "|".join(_declined(name, language) for name in longest) + r")(?![\w@]|\.\w)"
        )
        self._stems = {_stem(name): voice for name, voice in self._voices.items()}
        self._longest = sorted(self._stems, key=lambda stem: -len(stem))
        nouns = rf"(?:{_any(frames.nouns)})" if frames.nouns else r"(?!)"
        between = rf"(?:{nouns}(?:[\s,]+|(?<='))){{0,6}}"
        gap = rf"(?:\s+{nouns}){{0,4}}\s*"
        self._nouns_before = re.compile(rf"(?<!\w){nouns}\s+{_OPEN}$", re.I)
        self._nouns_after = re.compile(rf"{_CLOSE}(?:-\w+)?\s+{nouns}(?!\w)", re.I)
        self._is_told_of = re.compile(rf"\s[—–-]\s+(?:{nouns}|это)(?!\w)", re.I)
        self._cites_before = _before(frames.cites_before, between)
        self._before = _before(frames.before, between)
        self._cites_after = _after(frames.cites_after, gap)
        self._after = _after(frames.after, gap)
        self._labels = re.compile(
            rf"(?<!\w)(?:{_any(frames.labels) or '(?!)'})\s*[:՝]\s*(?:{nouns}\s+){{0,4}}{_OPEN}$", re.I
        )
        self._roles = re.compile(rf"{_CLOSE}(?:-\w+)?\s+(?:{_any(frames.roles) or '(?!)'})(?!\w)", re.I)
        self._itself = re.compile(rf"\s*(?:{_any(frames.about_itself) or '(?!)'})", re.I)
        self._words = {word.upper() for word in frames.words}

    def credits(self, title: str, text: str) -> list[tuple[int, Credit]]:
        """(0 cited or 1 reporting, credit) of every name that is one."""
        whole = f"{title}\n{text}".translate(_SAME)
        start = len(title) + 1
        head, tail = start + BEGINNING, max(start, len(whole.rstrip()) - ENDING)
        found = []
        for match in self._mentions(whole, head, tail):
            voice = self._voice(match.group())
            rule = self._rule(whole, match, start, is_tail=match.start() >= head) if voice else ""
            if voice and rule:
                credit = Credit(voice.key, voice.family, match.start(), match.end(), rule)
                found.append((0 if rule in ("cites", "label") else 1, credit))
        return found

    def _mentions(self, whole: str, head: int, tail: int) -> Iterator[re.Match[str]]:
        yield from self._names.finditer(whole, 0, min(head, len(whole)))
        yield from self._names.finditer(whole, max(head, tail))

    def _voice(self, found: str) -> Voice | None:
        exact = self._voices.get(found)
        return exact or next((self._stems[stem] for stem in self._longest if found.startswith(stem)), None)

    def _rule(self, whole: str, match: re.Match[str], body: int, *, is_tail: bool) -> str:
        """Why the name is a credit; "" when it is none. At the end only brackets and labels are one."""
        before, after = whole[max(0, match.start() - BEFORE) : match.start()], whole[match.end() : match.end() + AFTER]
        if rule := self._set_apart(before, after, whole, match, body):
            return rule
        if is_tail or self._roles.match(after):
            return ""
        is_word = match.group().upper() in self._words and not self._marked(before, after)
        if self._cites_before.search(before):
            return "cites"
        if self._cites_after.match(after) and not is_word:
            return "cites"
        if self._before.search(before):
            return "reports"
        told = self._after.match(after)
        if told and not (is_word and not before.endswith(", ")) and not self._itself.match(after, told.end()):
            return "reports"
        return ""

    def _marked(self, before: str, after: str) -> bool:
        """In quotes, or beside a word for an agency."""
        quoted = before.endswith('"') and '"' in after[:6]
        return quoted or bool(self._nouns_after.match(after) or self._nouns_before.search(before))

    def _opens(self, after: str) -> bool:
        """ "Reuters — Bread …" at the beginning; not the Russian "ТАСС — агентство …", which says what it is."""
        return bool(re.match(r"\s(?:[—–]|-)\s", after)) and not self._is_told_of.match(after)

    def _set_apart(self, before: str, after: str, whole: str, match: re.Match[str], body: int) -> str:
        if self._labels.search(before):
            return "label"
        if re.search(r"[(\[]\s*(?:[\w.]+\s?[/,-]\s?)?$", before) and re.match(
            r"\s*(?:[/,-]\s?[\w. ]{1,30})?[)\]]", after
        ):
            return "brackets"
        if re.search(r"(?:^|[\s.])/\s?$", before) and re.match(r"\s?/", after):
            return "slashes"
        if re.search(r"[—–-]\s?$|©\s?$", before) and not after.strip(" .\n"):
            return "signature"
        if not whole[body : match.start()].strip(" \"'(") and self._opens(after):
            return "dateline"
        line = whole[whole.rfind("\n", 0, match.start()) + 1 : match.start()]
        opens = match.start() < body + 80 and re.fullmatch(r"(?:[\w .()'-]{2,40},\s){1,3}", line)
        if opens and re.match(r"\s?(?:[.:—–։]|-\s|/)", after) and _is_dateline(line):
            return "dateline"
        return ""


def _is_dateline(line: str) -> bool:
    """A town in capitals or a date before the name: "TIFLIS, JANUARY 5, NAME."."""
    town = line.split(",")[0].strip()
    return town.isupper() or bool(re.search(r"\d", line))


def _declined(name: str, language: str) -> str:
    """The name with the endings it takes in this language; the closing quote may stand before the ending."""
    if _CYRILLIC.search(name[-1]):
        if _UPPER_ONLY.search(name):
            return re.escape(name)
        return re.escape(_stem(name)) + r"[а-яёА-ЯЁ]{0,3}"
    if _ARMENIAN.search(name[-1]):
        return re.escape(name) + r'(?:"?-?[ա-և]{1,4})?'
    ending = _LATIN_ENDING.get(language, "")
    if language in ("az", "tr", "hy", "ru"):
        return re.escape(name) + rf'(?:"(?=[-\'\w]))?{ending}'
    return re.escape(name) + ending


def _stem(name: str) -> str:
    """Without the vowel that Russian endings replace."""
    return name[:-1] if len(name) > 4 and re.search("[аяыийьо]$", name) else name


def _any(phrases: Iterable[str]) -> str:
    """Longest first. * any letters, ? one letter."""
    ordered = sorted({phrase.strip() for phrase in phrases}, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(p).replace(r"\*", r"\w*").replace(r"\?", r"\w").replace(r"\ ", r"\s+") for p in ordered)


def _before(phrases: Iterable[str], between: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_any(phrases) or '(?!)'})(?:\s+|\s*[,:՝]\s+|(?<='))(?:{between}){_OPEN}$", re.I)


def _after(phrases: Iterable[str], gap: str) -> re.Pattern[str]:
    return re.compile(rf"{_CLOSE}(?:-\w{{1,6}})?{gap}(?:{_any(phrases) or '(?!)'})(?!\w)", re.I)
