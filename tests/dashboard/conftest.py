"""A small archive of the invented monitor, filled through the real archive, tagger and counting. Deterministic."""

from __future__ import annotations

import functools
import random
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from dashboard import words
from feeds.archive import Archive, Visit, open_archive
from feeds.model import Item, ParsedFeed, Poll, Source
from feeds.monitor import Monitor, read_monitor
from feeds.sources import read_outlets, read_sources
from metrics.lexicon import read_lexicon
from metrics.reader_labels import reader_labels
from metrics.tag import Tagger

TODAY = date(2031, 12, 1)  # the invented monitor's fixed now is that morning
DAYS = 70
OUTAGE = (date(2031, 11, 14), date(2031, 11, 15))  # no source answers
HALF = date(2031, 11, 20)  # some sources do not answer
HOSTILE = (
    "<script>window.hacked = 1</script><img src=x onerror=alert(1)> in Perrinor",
    "[press here](javascript:alert(1)) :red[**bold**] $x^2$ :material/bolt: in Perrinor",
    "\u202eevil \u202d " + "W" * 4_000 + " Perrinor",
)
TEXTS = {  # name → title, text; words of the invented country's lexicon
    "food": (
        "Bread queues form before dawn in Perrinor",
        "Residents wait in bread queues. A shortage of sugar has lasted nine days in Tollem, the valley council said.",
    ),
    "gas": ("Gas supply to Perrinor cut", "Homes in Perrinor are without gas since Monday, the mayor's office said."),
    "medicine": ("Pharmacies in Tollem out of insulin", "There is a shortage of medicine in Tollem, residents said."),
    "denied": (
        "Quessin Bank denies shortages in Perrinor",
        "Quessin spokesperson Yessel Dorm denied that there is any shortage of food in Perrinor.",
    ),
    "eased": ("Convoy reaches Perrinor", "A Lantern Society convoy delivered flour and bread to Perrinor on Friday."),
    "talks": (
        "Envoys meet on the valley",
        "Peace talks on Velunda resumed with an envoy; no joint statement was made.",
    ),
    "football": (
        "FC Velunda lose again",
        "The goalkeeper and a striker were injured; the head coach spoke of a hard week.",
    ),
}
SYLLABLES = (
    "bel",
    "dor",
    "fim",
    "gan",
    "hul",
    "jor",
    "kem",
    "lin",
    "mor",
    "nes",
    "pol",
    "qua",
    "rin",
    "sol",
    "tur",
    "vam",
)


def moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def filler(seed: int) -> str:
    """Sixty invented words, different for every seed: two articles are copies only if they are meant to be."""
    dice = random.Random(seed)
    return " ".join("".join(dice.choices(SYLLABLES, k=3)) for _ in range(60)).capitalize() + "."


def item(name: str, day: date, number: int, *, title: str = "", text: str = "") -> Item:
    head, body = TEXTS.get(name, (title, text))
    seed = zlib.crc32(f"{name} {day} {number}".encode())
    return Item(
        guid=f"{name}-{day}-{number}",
        url=f"https://example.org/{name}/{day}/{number}",
        title=title or f"{head}, {day:%A %d %B}",
        text=f"{text or body} {filler(seed)}",
        published=moment(day, 4),
    )


def visit(source: Source, day: date, items: list[Item], *, hour: int = 12, answers: bool = True) -> Visit:
    at = moment(day, hour)
    if not answers:
        poll = Poll(source.key, at, "unreachable", None, 30.0, 0, error="no answer within 30 s")
        return Visit(source, poll)
    poll = Poll(source.key, at, "ok", 200, 0.2, 2_000, overlaps=False)
    return Visit(source, poll, ParsedFeed(tuple(items), format="rss20"))


def visits(sources: tuple[Source, ...]) -> Iterator[Visit]:
    """Ten weeks of days: reports that grow, a denial and a relief, copies, two outages, feed text that means harm."""
    ambrel, quessin, wire, bulletin, harbour = sources[:5]
    for at in range(DAYS):
        day = TODAY - timedelta(days=DAYS - 1 - at)
        out, half = day in OUTAGE, day == HALF
        hour = 12 if day != TODAY else 5
        report = [item("food", day, n) for n in range(1 + (at % 3) + at // 25)] if at % 4 else []
        yield visit(ambrel, day, [*report, item("football", day, 0)], answers=not out, hour=hour)
        yield visit(quessin, day, [item("denied", day, 0)] if at % 9 == 0 else [], answers=not (out or half), hour=hour)
        copied = [item("gas", day, 0)] if at % 5 == 0 else []
        yield visit(wire, day, copied + ([item("talks", day, 1)] if at % 6 == 0 else []), answers=not out, hour=hour)
        extra = [item("medicine", day, 0)] if at % 7 == 0 else []
        yield visit(bulletin, day, copied + extra, answers=not (out or half), hour=hour)
        eased = [item("eased", day, 0)] if at % 11 == 0 else []
        yield visit(harbour, day, eased + hostile(day), answers=not out, hour=hour)


def hostile(day: date) -> list[Item]:
    if day != TODAY:
        return []
    sentence = "Bread queues form {} in Perrinor <script>window.hacked = 1</script> & [x](javascript:alert(1))."
    when = ("before dawn near the old mill", "late at night along the river", "all morning outside two shops")
    return [item("hostile", day, n, title=title, text=sentence.format(when[n])) for n, title in enumerate(HOSTILE)]


def store(archive: Archive, monitor: Monitor, some: Iterator[Visit] | list[Visit]) -> None:
    archive.store(list(some), utc_offset_hours=monitor.utc_offset_hours)


def tag(archive: Archive, monitor: Monitor, *, now: datetime | None = None) -> None:
    """Bring tags and counts up to date, as the tagger beside the server does."""
    from metrics.attribution import Attribution
    from metrics.update import update

    attribution = Attribution(read_sources(monitor), read_outlets(monitor))
    update(archive, monitor, Tagger(monitor, read_lexicon(monitor)), attribution, now=now or moment(TODAY, 6))


def once(fill: Callable[[str], None]) -> Callable[[str], None]:
    """`fill`, whose archive is made once: other new SQLite files are copies of its file."""

    @functools.cache
    def filled() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            fill(f"sqlite:///{folder}/archive.db")
            return Path(folder, "archive.db").read_bytes()

    def into(url: str) -> None:
        file = make_url(url).database or ""
        if url.startswith("sqlite") and not Path(file).exists():
            Path(file).write_bytes(filled())
        else:
            fill(url)

    return into


def english(monitor: Monitor) -> words.Labels:
    return words.labels_of(monitor, reader_labels(monitor, read_lexicon(monitor)))


def with_cases(root: Path, folder: Path, gold: dict[str, list[str]]) -> Path:
    """A copy of the invented monitor in `folder`, with labelled cases in a gold folder: name of the set → lines."""
    monitor = folder / "monitor"
    shutil.copytree(root / "monitors" / "demo", monitor, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    head = (monitor / "monitor.yaml").read_text(encoding="utf-8")
    lines = [line for line in head.splitlines() if not line.startswith("extends:")]
    lines += [f"extends: {root / 'monitors' / 'common'}", *(["gold: ../gold"] if gold else [])]
    (monitor / "monitor.yaml").write_text("\n".join(lines), encoding="utf-8")
    for name, cases in gold.items():
        (folder / "gold" / name).mkdir(parents=True)
        (folder / "gold" / name / "en.jsonl").write_text("\n".join(cases), encoding="utf-8")
    return monitor


@pytest.fixture(scope="session")
def demo(root: Path) -> Monitor:
    """The monitor of the invented country."""
    return read_monitor(root / "monitors" / "demo")


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of an archive that nobody has put anything in."""
    url = f"sqlite:///{tmp_path_factory.mktemp('empty')}/archive.db"
    open_archive(url).close()
    return url


@pytest.fixture(scope="session")
def fill(demo: Monitor) -> Callable[[str], None]:
    """`fill(url)`: ten weeks of articles, tagged and counted."""

    def into(url: str) -> None:
        with open_archive(url) as archive:
            store(archive, demo, visits(read_sources(demo)))
            tag(archive, demo)

    return once(into)


@pytest.fixture(scope="session")
def filled_archive(tmp_path_factory: pytest.TempPathFactory, fill: Callable[[str], None]) -> str:
    """URL of an archive with ten weeks of articles."""
    url = f"sqlite:///{tmp_path_factory.mktemp('filled')}/archive.db"
    fill(url)
    return url
