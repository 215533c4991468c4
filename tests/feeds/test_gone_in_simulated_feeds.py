"""Nothing is called gone that was only pushed out: feeds as they are built in the wild, 400 polls each."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from feeds.gone import Habit, Held, fallen, learned, left_early

START = datetime(2026, 1, 1, tzinfo=UTC)
POLLS, EVERY = 400, timedelta(minutes=15)
WITHDRAWN_OF_100 = 1


@dataclass
class Site:
    """Articles as they are published; what each feed shows of them is up to the feed."""

    random: random.Random
    published: list[Held] = field(default_factory=list)

    def publish(self, now: datetime) -> None:
        for _ in range(self.random.choice((0, 0, 0, 1, 1, 2))):
            at = now - timedelta(minutes=self.random.randint(0, 14))
            number = len(self.published) + 1
            self.published.append(Held(number, at, f"Title {number}", now))


def newest(articles: Sequence[Held], count: int = 20) -> list[Held]:
    return sorted(articles, key=lambda one: (one.published, one.id), reverse=True)[:count]


def held_at_the_end(site: Site, now: datetime) -> list[Held]:
    """The first article of every week stays at the end of the list, in order of date."""
    pinned = site.published[max(0, len(site.published) - len(site.published) % 60 - 1)]
    return newest([*newest([one for one in site.published if one is not pinned], 19), pinned])


def joined(site: Site, now: datetime) -> list[Held]:
    """Three sections of different pace, each cut by itself, in one list by date."""
    sections: list[list[Held]] = [[], [], []]
    for one in site.published:
        sections[(0, 0, 0, 0, 1, 1, 2)[one.id * 7919 % 7]].append(one)
    return newest([one for section in sections for one in newest(section, 8)], 24)


def by_turns(site: Site, now: datetime) -> list[Held]:
    """Ten of the newest fifty, drawn anew every time, in order of date."""
    many = newest(site.published, 50)
    return newest(site.random.sample(many, min(10, len(many))))


def from_caches(site: Site, now: datetime) -> list[Held]:
    """Every third answer comes from a cache that is up to two hours behind."""
    behind = timedelta(minutes=site.random.randint(0, 120)) if site.random.random() < 0.33 else timedelta()
    return newest([one for one in site.published if one.seen is not None and one.seen <= now - behind])


def last_day(site: Site, now: datetime) -> list[Held]:
    return newest([one for one in site.published if one.published >= now - timedelta(hours=12)], 200)


def most_read(site: Site, now: datetime) -> list[Held]:
    return sorted(newest(site.published, 30), key=lambda one: one.id * 7919 % 31)[:10]


def stuck_on_top(site: Site, now: datetime) -> list[Held]:
    return [site.published[0], *newest(site.published[1:], 19)]


def raised(site: Site, now: datetime) -> list[Held]:
    """Now and then an older article is dated anew and comes up."""
    fresh = newest(site.published)
    again = site.random.randrange(len(site.published))
    if site.random.random() < 0.2:
        site.published[again] = replace(site.published[again], published=now)
        fresh = newest(site.published)
    return fresh


FEEDS: dict[str, Callable[[Site, datetime], list[Held]]] = {
    "the newest twenty": lambda site, now: newest(site.published),
    "the last twelve hours": last_day,
    "one held at the end": held_at_the_end,
    "several lists joined": joined,
    "drawn by turns": by_turns,
    "an old copy now and then": from_caches,
    "most read": most_read,
    "one stuck on top": stuck_on_top,
    "articles dated anew": raised,
}


def called_gone(
    show: Callable[[Site, datetime], list[Held]], seed: int, *, withdraw: bool = False
) -> tuple[set[int], set[int]]:
    """(called gone, taken out while in the feed), after all polls."""
    site, habit, before = Site(random.Random(seed)), Habit(), []
    first: dict[int, Held] = {}
    gone: set[int] = set()
    taken: set[int] = set()
    for poll in range(POLLS):
        now = START + poll * EVERY
        site.publish(now)
        if not site.published:
            continue
        if withdraw and poll > 60 and site.random.random() < WITHDRAWN_OF_100 / 100:
            out = site.random.choice(newest(site.published, 12))
            site.published.remove(out)
            taken.add(out.id)
        answer = show(site, now)
        first |= {one.id: one for one in answer if one.id not in first}
        ids = [one.id for one in answer]
        gone -= set(ids)
        fell = fallen([one.id for one in before], ids)
        if fell is not None:
            habit, before = learned(habit, fell), [first[one] for one in ids]
            continue
        left = left_early(before, answer, habit=habit, at=now)
        gone, habit = gone | set(left.gone), left.habit
        before = before if left.is_copy else [first[one] for one in ids]
    return gone, taken & first.keys()


@pytest.mark.parametrize("show", FEEDS.values(), ids=FEEDS)
def test_nothing_is_called_gone_that_was_not_taken_out(show):
    assert [called_gone(show, seed)[0] for seed in range(20)] == [set()] * 20


PLAIN = ("the newest twenty", "the last twelve hours", "an old copy now and then")


@pytest.mark.parametrize("name", PLAIN)
def test_most_of_what_was_taken_out_of_a_plain_feed_is_noticed_and_nothing_else(name):
    rounds = [called_gone(FEEDS[name], seed, withdraw=True) for seed in range(20)]
    wrong = sum(len(gone - taken) for gone, taken in rounds)
    noticed, taken = (sum(map(len, sets)) for sets in zip(*((g & t, t) for g, t in rounds), strict=True))
    print(f"{name}: {noticed} of {taken} noticed, {wrong} wrong")
    assert wrong == 0
    assert noticed >= 0.6 * taken
