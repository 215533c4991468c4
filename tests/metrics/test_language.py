"""Languages: script first, then the feed's word, then the bundled model."""

import socket

import pytest

from metrics.language import language_of

SIX = ("en", "ru", "hy", "az", "tr", "fr")

TEXTS = {
    "Armenian script": ("Արցախում հաց չկա", "", "hy"),
    "Cyrillic script": ("В Степанакерте нет хлеба", "", "ru"),
    "a short name in Cyrillic script": ("Ханкенди", "", "ru"),
    "a schwa is Azerbaijani": ("Xankəndidə çörək yoxdur", "tr", "az"),
    "English by the model": ("Residents of the town have had no running water since Saturday", "", "en"),
    "French by the model": ("Les habitants n'ont plus d'eau courante depuis trois jours", "", "fr"),
    "Turkish by the model": ("Karabağ'daki Ermeniler evlerini terk ediyor", "", "tr"),
    "the model overrules a feed that is wrong": ("Les habitants n'ont plus d'eau depuis trois jours", "en", "fr"),
    "Azerbaijani without its letters, as the feed says": ("Agdamda traktor minaya dusub, surucu olub", "az", "az"),
    "an Armenian quote in an English text": ("The road («Լաչին») remains closed to all traffic", "", "en"),
    "nothing but a number: as the feed says": ("2023", "hy", "hy"),
    "nothing at all": ("", "", ""),
    "a prior outside the monitor is no answer": ("2023", "de", ""),
}


@pytest.mark.parametrize(("text", "prior", "language"), TEXTS.values(), ids=TEXTS)
def test_language_of(text, prior, language):
    assert language_of(text, SIX, prior) == language


def test_only_the_languages_of_the_monitor_are_answers():
    assert language_of("В Степанакерте нет хлеба", ("en", "fr")) in ("", "en", "fr")


def test_nothing_is_fetched(monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert language_of("Residents have no water", SIX) == "en"


def test_the_word_of_the_feed_is_believed_only_where_common_words_confirm_it():
    french = "Les habitants de la ville n'ont plus d'eau courante et les écoles sont fermées, selon la mairie"
    for prior in SIX:
        assert language_of(french, SIX, prior) == "fr"
    assert language_of("Karabakh: convoi humanitaire", SIX, "fr") == "fr"  # too short for the model to know better
