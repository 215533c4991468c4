"""Expressions of time in six languages, resolved against the day of publication."""

from datetime import date

import dateparser
import pytest

from metrics.dates import dates
from metrics.rulebook import compiled

PUBLISHED = date(2023, 12, 20)

CASES = {
    "en: day and month": ("en", "Taps ran dry on 12 November and stayed dry", date(2023, 11, 12)),
    "en: the American way": ("en", "On January 12, 2023, the road was shut", date(2023, 1, 12)),
    "en: a month of another year": ("en", "left in September 2022 by road", date(2022, 9, 30)),
    "en: a month alone is the nearest one": ("en", "fled in September with nothing", date(2023, 9, 30)),
    "en: some years ago": ("en", "killed two years ago near the front", date(2021, 12, 20)),
    "en: last month": ("en", "cut last month by decision", date(2023, 11, 30)),
    "en: may is a verb": ("en", "supplies may end soon", None),
    "ru: day and month": ("ru", "линия повреждена 9 ноября под Шуши", date(2023, 11, 9)),
    "ru: month and year": ("ru", "в сентябре 2022 года покинули", date(2022, 9, 30)),
    "ru: some weeks ago": ("ru", "три недели назад закрыта", date(2023, 11, 29)),
    "hy: year, month, day": ("hy", "2022 թվականի դեկտեմբերի 12-ին փակվեց", date(2022, 12, 12)),
    "hy: a town is no month": ("hy", "Մարտակերտի հիվանդանոցում դեղ չկա", None),
    "az: year, month, day": ("az", "2022-ci il dekabrın 12-də yol bağlandı", date(2022, 12, 12)),
    "az: some months ago": ("az", "iki ay əvvəl kəsilib", date(2023, 10, 21)),
    "az: Martuni is no month": ("az", "Martuni rayonunda qaz yoxdur", None),
    "tr: month and year": ("tr", "Eylül 2022'de ayrıldı", date(2022, 9, 30)),
    "tr: a hearth is no month": ("tr", "evdeki ocak yanmıyor", None),
    "fr: day, month, year": ("fr", "le 19 septembre 2022 à l'aube", date(2022, 9, 19)),
    "fr: il y a": ("fr", "tué il y a deux ans près du front", date(2021, 12, 20)),
    "fr: an age is no date": ("fr", "Un berger de 38 ans a été blessé", None),
    "fr: the first": ("fr", "au 1er mars, 2 350 familles", date(2024, 3, 1)),
    "fr: a number of thousands is no day": ("fr", "en janvier 2 350 familles", date(2024, 1, 31)),
    "en: the second": ("en", "on 2nd November people left", date(2023, 11, 2)),
    "a number is no year": ("en", "6500 killed", None),
    "no such day": ("en", "on 31 February 2023", None),
}


@pytest.mark.parametrize(("language", "text", "wanted"), CASES.values(), ids=CASES)
def test_when(language, text, wanted, tagger):
    calendar = compiled(tagger.lexicon, language).calendar
    found = dates(text, 0, len(text), calendar, PUBLISHED)
    assert [one.last for one in found] == ([wanted] if wanted else [])
    assert all(0 <= one.start < one.end <= len(text) for one in found)


SECOND_OPINION = {
    "en": "12 January 2023",
    "ru": "12 января 2023 года",
    "tr": "12 Ocak 2023",
    "fr": "12 janvier 2023",
    "hy": "12 հունվարի 2023",
}


@pytest.mark.parametrize("language", SECOND_OPINION)
def test_dateparser_agrees_where_it_can_read(language, tagger):
    text = SECOND_OPINION[language]
    calendar = compiled(tagger.lexicon, language).calendar
    (mine,) = dates(text, 0, len(text), calendar, PUBLISHED)
    other = dateparser.parse(text, languages=[language], settings={"STRICT_PARSING": True})
    assert mine.last == (other.date() if other else date(2023, 1, 12))
