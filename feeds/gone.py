"""Which articles have left a feed before their turn? Pure: two answers of one feed in, ids out.

A feed shows its newest N articles: what leaves it leaves at the end. An article that is missing while older ones are
still in was taken out. That holds only for a feed whose answers are in order of date, newest first; and real feeds also
hold an old article at the end for weeks, join several lists that are cut one by one, answer from an old copy, rename an
item. Saying that an article was withdrawn is a grave thing to say, so whatever can be explained otherwise is not said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise, takewhile

OLD_COPY = timedelta(hours=3)  # a cache may answer with what the feed was so long ago: newer articles wait until then
WITNESSES = 3  # older articles that stay, when others have come in: one or two may be held at the end for good
SURE_AFTER = 20  # articles that were seen to leave at the end, before an article is missed in a feed that moves
EXCEPTIONS = 0.05  # of them: a feed whose articles leave from the middle more often than that is no simple list
MOST_AT_ONCE = 0.2  # of an answer: who takes out more has changed the feed, not its articles


@dataclass(frozen=True, slots=True)
class Held:
    """One article in an answer. published : as that answer says it; None: undated."""

    id: int
    published: datetime | None
    title: str = ""
    seen: datetime | None = None  # our first poll of it; None: it came with this answer


@dataclass(frozen=True, slots=True)
class Habit:
    """How articles have left this feed so far: at the end, or from the middle while others came in."""

    at_end: int = 0
    from_middle: int = 0

    @property
    def is_list(self) -> bool:
        """Whether it was seen often enough to lose its articles at the end."""
        return self.at_end >= SURE_AFTER and self.from_middle <= EXCEPTIONS * self.at_end

    @property
    def is_mixed(self) -> bool:
        """Whether articles leave it from anywhere: drawn by turns, joined of several lists, one held at the end."""
        return self.from_middle > max(3.0, EXCEPTIONS * self.at_end)


@dataclass(frozen=True, slots=True)
class Left:
    """gone : ids that were taken out. is_copy : may be an older answer; compare the next one with the one before."""

    gone: tuple[int, ...] = ()
    habit: Habit = Habit()
    is_copy: bool = False


def fallen(before: Sequence[int], now: Sequence[int]) -> int | None:
    """How many have left at the end of a feed; None: some are missing above one that stayed, so look more closely.

    >>> fallen([5, 4, 3], [6, 5, 4]), fallen([5, 4, 3], [6, 5, 3])
    (1, None)
    """
    staying = set(now)
    stayed = [one in staying for one in before]
    if any(earlier < later for earlier, later in pairwise(stayed)):
        return None
    return len(stayed) - sum(stayed) if any(stayed) else 0


def left_early(before: Sequence[Held], now: Sequence[Held], *, habit: Habit, at: datetime) -> Left:
    """What has gone between two answers of one address, both in the order of the feed; at : of the second.

    Of `before`, dates are those of each article's first version; of `now`, those of this answer.
    """
    staying = {one.id: one for one in now}
    last = max((place for place, one in enumerate(before) if one.id in staying), default=-1)
    missing = [place for place in range(last) if before[place].id not in staying]
    if not missing or not _in_order(before, now):
        return Left(habit=habit)
    if _may_be_a_copy(before, now, at):
        return Left(habit=habit, is_copy=True)
    pushed = _came_above(before, now)
    known = learned(habit, len(before) - 1 - last, len(missing) if pushed else 0)
    if known.is_mixed or (pushed and not known.is_list) or len(missing) > max(1.0, MOST_AT_ONCE * len(before)):
        return Left(habit=known)
    least = WITNESSES if pushed else 1
    old = {one.id for one in before}
    came = [one for one in now if one.id not in old]
    gone = [before[place] for place in missing if _is_above(place, before, staying, at, least)]
    return Left(tuple(one.id for one in gone if not _renamed(one, came)), known)


def learned(habit: Habit, at_end: int, from_middle: int = 0) -> Habit:
    """Old habits weigh less: feeds are built anew."""
    halve = 2 if habit.at_end + habit.from_middle > 50 * SURE_AFTER else 1
    return Habit(habit.at_end // halve + at_end, habit.from_middle // halve + from_middle)


def _in_order(before: Sequence[Held], now: Sequence[Held]) -> bool:
    """Both newest first, and what stayed in the same order."""
    common = {one.id for one in before} & {one.id for one in now}
    stayed = [[one.id for one in answer if one.id in common] for answer in (before, now)]
    return stayed[0] == stayed[1] and _newest_first(before) and _newest_first(now)


def _newest_first(answer: Sequence[Held]) -> bool:
    dates = [one.published for one in answer if one.published is not None]
    return all(earlier >= later for earlier, later in pairwise(dates))


def _may_be_a_copy(before: Sequence[Held], now: Sequence[Held], at: datetime) -> bool:
    """The newest articles are missing, nothing newer has come, and we saw them only just now."""
    newest = list(takewhile(lambda one: one.id != now[0].id, before))
    if len(newest) == len(before):
        return False
    return any(one.seen is not None and at - one.seen < OLD_COPY for one in newest)


def _came_above(before: Sequence[Held], now: Sequence[Held]) -> bool:
    """Whether articles have come in that push others out: those below all that stayed have only moved up."""
    old = {one.id for one in before}
    is_old = [one.id in old for one in now]
    return any(not here and True in is_old[place:] for place, here in enumerate(is_old))


def _is_above(place: int, before: Sequence[Held], staying: dict[int, Held], at: datetime, least: int) -> bool:
    """Whether at least so many articles that are older, by both answers, are still in."""
    published = before[place].published
    if published is None or published > at:
        return False
    older = (one for one in islice(before, place + 1, None) if _is_older(one, staying.get(one.id), published))
    return len(list(islice(older, least))) == least


def _is_older(before: Held, now: Held | None, than: datetime) -> bool:
    dates = (before.published, now.published if now else None)
    return all(date is not None and date < than for date in dates)


def _renamed(one: Held, came: Sequence[Held]) -> bool:
    """Whether it may be in again under another guid and link."""
    return any(_plain(one) == _plain(other) or one.published == other.published for other in came)


def _plain(one: Held) -> str:
    return " ".join(one.title.casefold().split())
