"""An archive that fills every table of the open data: a quiet time, figures, an alert, and stories off the subject.

The feed texts carry words that somebody gives, in every place that a feed can fill: so one archive serves for whole
tables and for hostile ones. Real detection makes the alert: gas is told of as never before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from feeds.archive import Visit, open_archive
from feeds.model import Item, Source
from feeds.monitor import Monitor
from feeds.sources import read_sources
from tests.dashboard.api_archive import claims, named
from tests.dashboard.conftest import DAYS, TODAY, filler, item, moment, store, tag, visit, visits

QUIET = 50  # days before those of visits(), so that the detector has learned what is usual
BURST = range(6, 10)  # days before TODAY on which all tell of gas
SAID = (
    "Bread queues form {0} in Perrinor {0} before dawn.",
    "Homes in Perrinor are without gas since Monday, said {0} Dorm, a spokesperson of {0}.",
    "A convoy of {1} trucks carrying 40 tonnes of flour {0} reached Perrinor, the Lantern Society said {0}.",
    "At least {1} people were injured {0} in Tollem, {0} said.",
)


def fill_whole(url: str, monitor: Monitor, words: Sequence[str] = ()) -> None:
    """Tagged, counted and judged. words : each stands in a story of its own, yesterday."""
    sources = read_sources(monitor)
    told = [*quiet(sources), *visits(sources), *claims(sources), named(sources), *burst(sources)]
    with open_archive(url) as archive:
        store(archive, monitor, [*told, *of_words(sources, words)])
        tag(archive, monitor)


def quiet(sources: tuple[Source, ...]) -> Iterator[Visit]:
    for at in range(QUIET):
        day = TODAY - timedelta(days=DAYS + QUIET - 1 - at)
        for number, source in enumerate(sources[:5]):
            plain = item("football", day, 100 + number)
            yield visit(source, day, [plain, item("food", day, 100 + number)] if (at + number) % 5 == 0 else [plain])


def burst(sources: tuple[Source, ...]) -> Iterator[Visit]:
    for ago in BURST:
        day = TODAY - timedelta(days=ago)
        for number, source in enumerate(sources[:5]):
            yield visit(source, day, [item("gas", day, 200 + 10 * number + n) for n in range(4)], hour=17)


def of_words(sources: tuple[Source, ...], words: Sequence[str]) -> Iterator[Visit]:
    """One article a word: title, text, outlet, address and identity all hold it."""
    day = TODAY - timedelta(days=1)
    for number, word in enumerate(words):
        text = " ".join(one.format(word, 20 + number) for one in SAID)
        hostile = Item(
            guid=f"word-{number}-{word}", url=f"https://example.org/{number}?q={word}",
            title=f"{word} {filler(number)[:60]} in Perrinor", text=f"{word} {text} {filler(1_000 + number)}",
            published=moment(day, 4), outlet=word,
        )  # fmt: skip
        yield visit(sources[number % 5], day, [hostile], hour=18)
