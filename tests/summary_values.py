"""Hand-made material for summaries: an invented monitor, and stories that say what a test is about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from feeds.model import Outlet, Poll, Source
from feeds.monitor import Monitor
from metrics.summary import AccessFact, DaySeen, Material, Quote, SummaryStory

DAY = date(2031, 5, 20)
END = datetime(2031, 5, 20, 20, tzinfo=UTC)  # the end of DAY in UTC+4

MONITOR = Monitor.model_validate(
    {
        "key": "test",
        "title": "Testland",
        "utc_offset_hours": 4,
        "languages": ["en", "ru", "hy"],
        "language_labels": {"en": "English", "ru": "Russian", "hy": "Armenian"},
        "sides": [
            {"key": key, "label": key.capitalize()}
            for key in ("north", "south", "international", "unknown", "local", "media")
        ],
        "controls": [{"key": "unknown", "label": "unknown"}],
        "peoples": [{"key": "northerners", "label": "Northerners"}, {"key": "unstated", "label": "not stated"}],
        "sectors": [
            {"key": "food-security", "label": "Food security", "indicators": ["food"]},
            {"key": "shelter-energy", "label": "Shelter & energy", "indicators": ["fuel", "gas"]},
            {"key": "protection", "label": "Protection", "indicators": ["detention"]},
        ],
        "indicators": [
            {"key": "food"},
            {"key": "fuel"},
            {"key": "gas", "active": [{"until": "2030-01-01"}]},
            {"key": "detention"},
        ],
        "names_rule": "Both names, in alphabetical order.",
        "disclaimer": "Names and boundaries imply no opinion.",
    }
)
LABELS = (("food", "Food"), ("fuel", "Fuel"), ("gas", "Gas"), ("detention", "People held"))


def quote(indicator: str = "food", stance: str = "reported", *, article: int = 0, **changes: object) -> Quote:
    values: dict[str, object] = {
        "article": article,
        "indicator": indicator,
        "stance": stance,
        "occurrence": "new" if stance == "reported" else None,
        "people": "unstated",
        "people_label": "not stated",
        "sentence": f"A sentence about {indicator}.",
        "language": "en",
        "speaker": "",
        "speaker_side": "",
        "speaker_side_label": "",
        "place": "",
        "rule": f"{indicator}.yaml: term",
    }
    return Quote(**(values | changes))  # type: ignore[arg-type]


def story(number: int, *labels: str, day: date = DAY, side: str = "north", **changes: object) -> SummaryStory:
    """labels: "food", "food:denied"; without any the story is relevant and says nothing about an indicator."""
    pairs = [label.partition(":")[::2] for label in labels]
    values: dict[str, object] = {
        "story": number,
        "article": number,
        "title": f"Title {number}",
        "url": f"https://example.org/{number}",
        "outlet": f"{side.capitalize()} Post",
        "family": f"{side}-post",
        "side": side,
        "side_label": side.capitalize(),
        "language": "en",
        "day": day,
        "seen": END - timedelta(days=(DAY - day).days, hours=5),
        "carried_by": (number,),
        "outlets": 1,
        "quotes": tuple(quote(indicator, stance or "reported", article=number) for indicator, stance in pairs),
    }
    return SummaryStory(**(values | changes))  # type: ignore[arg-type]


def source(key: str, side: str = "north", **changes: object) -> Source:
    outlet = Outlet(key, f"{key.capitalize()} Post", key, side)
    values: dict[str, object] = {"key": key, "url": f"https://example.org/{key}", "outlet": outlet}
    values["languages"] = ("en",)
    return Source(**(values | changes))  # type: ignore[arg-type]


def poll(key: str, outcome: str = "ok", *, hours_before_end: float = 6, **changes: object) -> Poll:
    values: dict[str, object] = {
        "source": key,
        "at": END - timedelta(hours=hours_before_end),
        "outcome": outcome,
        "status": 200,
        "seconds": 0.1,
        "bytes": 1000,
    }
    return Poll(**(values | changes))  # type: ignore[arg-type]


def days(states: str = "") -> tuple[DaySeen, ...]:
    """35 days to DAY; `states` are the last of them: f full, p partial, u unseen, b before; the rest is full."""
    names = {"f": ("full", 1.0), "p": ("partial", 0.7), "u": ("unseen", 0.1), "b": ("before", None)}
    signs = "f" * (35 - len(states)) + states
    return tuple(
        DaySeen(DAY - timedelta(days=34 - n), *names[sign])  # type: ignore[arg-type]
        for n, sign in enumerate(signs)
    )


FACT = AccessFact(
    who="Testland Mission",
    where="Northtown",
    access="no",
    since=date(2030, 1, 1),
    until=None,
    what="The mission closed.",
    sources=("https://example.org/closed",),
    verified=True,
)


def material(*stories: SummaryStory, **changes: object) -> Material:
    values: dict[str, object] = {
        "monitor": MONITOR,
        "labels": LABELS,
        "sources": (source("north"), source("south", "south")),
        "observers": (FACT,),
        "rules_version": "abc123",
        "polls": (poll("north"), poll("south")),
        "articles": 40,
        "relevant": len(stories),
        "context": 3,
        "untagged": 0,
        "languages": ("en",),
        "sides": ("north", "south"),
        "days": days(),
        "stories": tuple(stories),
    }
    return Material(**(values | changes))  # type: ignore[arg-type]


def many(first: int, number: int, label: str, *, days_before: range, **changes: object) -> list[SummaryStory]:
    """`number` stories, spread one by one over these days before DAY."""
    back = list(days_before)
    return [
        story(first + n, label, day=DAY - timedelta(days=back[n % len(back)]), **changes)  # type: ignore[arg-type]
        for n in range(number)
    ]


def busy() -> Material:
    """A day on which much is said: rising food, a denial, foreign quotes, a failed source, late arrivals."""
    return material(
        *many(1000, 40, "food", days_before=range(7, 35)),
        *many(2000, 22, "food", days_before=range(1, 7)),
        *many(3000, 10, "fuel", days_before=range(1, 35)),
        story(
            1, "food", title="В магазинах закончился хлеб", language="ru", carried_by=(1, 7, 8), outlets=2,
            quotes=(
                quote(article=1, language="ru", sentence="В магазинах Нортауна нет хлеба и муки.", occurrence="ongoing",
                      speaker="Ombudsman", speaker_side="north", speaker_side_label="North", people="northerners",
                      people_label="Northerners", place="Aldan / Nortaun"),
                quote("fuel", article=7, language="ru", sentence="Бензин продают по талонам."),
            ),
        ),
        story(2, "food:denied", side="south", title="Ministry rejects claims of shortage",
              quotes=(quote(stance="denied", article=2, sentence="There is no shortage of food, the ministry said.",
                            speaker="Ministry", speaker_side="south", speaker_side_label="South"),)),
        story(3, "food", side="international", title="Հացի պակաս", language="hy",
              quotes=(quote(article=3, language="hy", sentence="Քաղաքում հաց չկա։"),)),
        story(4, "detention", title="Two people held at the bridge"),
        story(5, side="south", title="Delegations meet"),
        story(6, "food", day=DAY - timedelta(days=1), seen=END - timedelta(hours=20), title="Bread queue, found later"),
        polls=(poll("north", dropped={"repeated": 2}), poll("south"), poll("rights", "refused", error="HTTP 503")),
        sources=(source("north"), source("south", "south"), source("rights", "international"),
                 source("gone", retired="410 since 2030"), source("search", "unknown", enabled=False, scope="query")),
        relevant=5,
        languages=("en", "ru", "hy"),
    )  # fmt: skip
