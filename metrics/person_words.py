"""persons.yaml, compiled: how persons are named in six languages. Reads files only; nothing is counted by it.

A first name is known in every spelling that sounds the same: Գայանե, Гаяне and Gayane are one entry, written once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from babel import Locale
from pydantic import Field

from feeds.datafile import Strict, read_yaml
from feeds.monitor import Monitor
from feeds.sources import read_outlets
from feeds.text import fold
from metrics.lexicon import Lexicon, PerLanguage
from metrics.names import WORDS_KEPT

NAMED_AS = ("hy_AM", "az_AZ", "tr_TR", "ru_RU", "fr_FR", "en_GB")
FOREIGN_LEAST = 4  # letters of a first name that counts in other languages too: "Can" and "Ben" are words there
STEM_LEAST = 3  # letters that stand before an ending

_LETTERS = str.maketrans(
    {
        # Cyrillic
        **dict(zip("абвгдезийклмнопрстуфхъыьэ", "abvgdeziiklmnoprstufh\0i\0e", strict=True)),
        "ж": "z", "ц": "s", "ч": "ç", "ш": "s", "щ": "s", "ю": "u", "я": "ia", "ё": "e",
        # Armenian; և is folded from եւ
        **dict(zip("աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցփքօֆւ", "abgdezeitzilhskhzgçminsoçpjrsvtrspkofv", strict=True)),
        "և": "ev",
        # Latin letters of Azerbaijani, Turkish and French
        **dict(zip("əşğöüıxqâîûàéèêëôïœywc", "asgouihgaiuaeeeeoieivj", strict=True)),
    }
)  # fmt: skip
_DIGRAPHS = (
    ("ու", "u"), ("дж", "j"), ("dzh", "j"), ("dj", "j"), ("tch", "ç"), ("ch", "ç"), ("sh", "s"), ("zh", "z"),
    ("kh", "h"), ("gh", "g"), ("th", "t"), ("ph", "p"), ("tz", "s"), ("ts", "s"), ("dz", "z"), ("ou", "u"),
    ("iu", "u"), ("yu", "u"), ("ск", "sk"),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1+")


class Naming(Strict):
    """One language of persons.yaml; see its head."""

    given: tuple[str, ...] = ()
    surnames: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    office_of: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()
    named_after: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    no_surnames: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    all_inflected: bool = False


class PersonsFile(PerLanguage):
    """persons.yaml: languages and nothing else."""

    __pydantic_extra__: dict[str, Naming] = Field(init=False)

    @property
    def languages(self) -> dict[str, Naming]:
        return dict(self.__pydantic_extra__ or {})


@dataclass(frozen=True, slots=True)
class Known:
    """Of one language, folded. given : `sound` of first names. officials : names of public ones, as words.

    not_names : capitalised words that name no person, places and organisations of the monitor among them.
    rare : first names of published lists, ordinary words of some language among them.
    """

    given: frozenset[str]
    surname: re.Pattern[str]
    beside: re.Pattern[str]
    endings: tuple[str, ...]
    roles: frozenset[str]
    offices: frozenset[str]
    office_of: frozenset[str]
    middle: frozenset[str]
    not_names: frozenset[str]
    named_after: frozenset[str]
    within: re.Pattern[str]
    titles: frozenset[str]
    no_surname: re.Pattern[str]
    rare: frozenset[str]
    kin: frozenset[str]
    behind: frozenset[str]
    also: frozenset[str]
    all_inflected: bool
    ages: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class PersonWords:
    """officials : names in `sound`, one a tuple of words, of all languages: Ильхам Алиев is known by Ilham Aliyev."""

    languages: Mapping[str, Known]
    officials: frozenset[tuple[str, ...]]


@lru_cache(maxsize=WORDS_KEPT)
def sound(word: str) -> str:
    """One spelling for the ways in which scripts and newsrooms write a first name.

    >>> sound("Գայանե"), sound("Гаяне"), sound("Gayane"), sound("Xədicə"), sound("Khadija")
    ('gaiane', 'gaiane', 'gaiane', 'hadija', 'hadija')

    "c" stands for the sound that English writes "j", as in Azerbaijani and Turkish.
    """
    plain = fold(word)
    for written, said in _DIGRAPHS:
        plain = plain.replace(written, said)
    return _TWICE.sub(r"\1", plain.translate(_LETTERS).replace("\0", ""))


def read_persons(monitor: Monitor, lexicon: Lexicon) -> PersonWords:
    """Raises DataFileError (file:line) for what is wrong in persons.yaml."""
    naming = read_yaml(monitor.common / "persons.yaml", PersonsFile).languages
    every = {sound(name) for one in naming.values() for name in one.given}
    foreign = {name for name in every if len(name) >= FOREIGN_LEAST}
    things = _things(lexicon, monitor, every)
    rare = frozenset(listed_first_names())
    return PersonWords(
        languages={key: _known(one, foreign, rare, things | _countries(key)) for key, one in naming.items()},
        officials=frozenset((*_officials(lexicon), *_figures(monitor))),
    )


def _known(one: Naming, foreign: set[str], rare: frozenset[str], things: frozenset[str]) -> Known:
    return Known(
        rare=rare,
        kin=frozenset(map(fold, one.kin)),
        behind=frozenset(map(fold, one.behind)),
        also=frozenset(map(fold, one.also)),
        all_inflected=one.all_inflected,
        given=frozenset(foreign | {sound(name) for name in one.given}),
        surname=_ending(one.surnames),
        beside=_ending((*one.surnames, *one.beside)),
        endings=tuple(sorted((_tail(ending) for ending in one.endings), key=len, reverse=True)),
        roles=frozenset(map(fold, one.roles)),
        offices=frozenset(map(fold, one.offices)),
        office_of=frozenset(map(fold, one.office_of)),
        middle=frozenset(map(fold, one.middle)),
        not_names=things | frozenset(map(fold, (*one.not_names, *one.offices, *one.roles, *one.kin, *one.behind))),
        named_after=frozenset(map(fold, one.named_after)),
        within=_ending(one.within),
        titles=frozenset(map(fold, one.titles)),
        no_surname=_ending(one.no_surnames),
        ages=_ages(one.age),
    )


def listed_first_names() -> Iterator[str]:
    """`sound` of first names in the lists of the peoples concerned, those that Faker invents persons with."""
    for locale in NAMED_AS:
        person = import_module(f"faker.providers.person.{locale}").Provider
        for kind in ("first_names", "first_names_male", "first_names_female"):
            yield from (one for name in getattr(person, kind, ()) if len(one := sound(name)) >= FOREIGN_LEAST)


def _countries(language: str) -> frozenset[str]:
    names = Locale.parse(language).territories.values()
    return frozenset(word for name in names for word in fold(name).split() if len(word) >= STEM_LEAST)


def _ending(endings: Iterable[str]) -> re.Pattern[str]:
    longest = sorted((re.escape(_tail(one)) for one in endings), key=len, reverse=True)
    return re.compile(rf"\w{{2,}}(?:{'|'.join(longest) or '(?!)'})\Z")


def _tail(ending: str) -> str:
    """Folded as it stands behind a word: Armenian letters are folded otherwise at its beginning."""
    return fold("ա" + ending)[1:] if "ա" <= ending[0] <= "և" else fold(ending)


def _ages(patterns: Iterable[str]) -> re.Pattern[str]:
    """Where an age stands; the name is on one side of it."""
    written = [re.escape(fold(one)).replace("n", r"\d{1,3}", 1) for one in patterns]
    return re.compile("|".join(written) or "(?!)")


def _things(lexicon: Lexicon, monitor: Monitor, given: set[str]) -> frozenset[str]:
    """Words of places and of outlets, which are no names of persons; not the first name in "Gohar Agha Mosque"."""
    places = (name for place in lexicon.places for some in place.names.values() for name in some)
    outlets = (name for outlet in read_outlets(monitor).all for name in outlet.names)
    names = [fold(name).replace("*", "").split() for name in (*places, *outlets)]
    return frozenset(
        word
        for words in names
        for word in words
        if len(word) >= STEM_LEAST and (len(words) == 1 or sound(word) not in given)
    )


def _figures(monitor: Monitor) -> Iterable[tuple[str, ...]]:
    path = monitor.folder / "public_figures.yaml"
    names = read_yaml(path, list[str]) if path.exists() else []
    return [tuple(map(sound, name.split())) for name in names]


def _officials(lexicon: Lexicon) -> Iterable[tuple[str, ...]]:
    """Of actors.yaml: what is written there with capitals, at most three words."""
    for actor in lexicon.actors:
        if not actor.official:
            continue
        for names in actor.names.values():
            for name in names:
                words = name.replace("*", "").split()
                if 1 <= len(words) <= 3 and all(word[:1].isupper() for word in words):
                    yield tuple(map(sound, words))
