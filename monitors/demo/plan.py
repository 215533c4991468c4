"""What happens in the invented country, and how often it is written about. Pure: constants and arithmetic, no text.

Nine months: quiet weeks; the road is restricted (15 April); shortages grow; the gas stops for ten days (May); a relief
convoy (20 June); denials (July); the road closes for all (1 September), second peak; people leave within days (10
November). Rates are stories a day over all languages; true counts are Poisson draws from them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

GENERATOR = "1"  # raise it when the same seed would give other bytes: an archive of another generator is built anew
SEED = 20310301
FIRST = date(2031, 3, 1)
DAYS = 275
WARM_UP_DAYS = 4  # what the feeds already hold at our first poll
LANGUAGE_SHARE = {"en": 0.26, "ru": 0.17, "hy": 0.15, "az": 0.15, "tr": 0.14, "fr": 0.13}
COPIED = 0.22  # share of stories about the valley that other outlets take over
TOWNS = {"ambrel": ("perrinor", "gromsel", "tavrok", "zuldane"), "quessin": ("tollem", "immerly", "vemmet", "pintary")}

Knots = dict[str, float]  # "MM-DD" → stories a day; straight lines between, the ends go on
RATES: dict[tuple[str, str], Knots] = {
    ("food", "reported"): {
        "04-15": 0.2, "04-22": 1.2, "06-19": 3.2, "06-24": 0.7, "07-10": 1.0, "08-10": 2.5, "09-10": 5.5, "11-08": 4.0,
        "11-14": 0.4, "11-30": 0.1,
    },
    ("fuel", "reported"): {
        "04-15": 0.2, "04-22": 2.2, "06-19": 2.8, "06-25": 0.8, "08-01": 1.2, "09-05": 4.0, "11-08": 2.2, "11-14": 0.2,
    },
    ("gas", "reported"): {
        "05-02": 0.1, "05-03": 6.0, "05-11": 5.0, "05-12": 0.3, "08-01": 0.6, "09-15": 4.0, "11-08": 3.2, "11-14": 0.1,
    },
    ("electricity", "reported"): {
        "04-20": 0.2, "06-01": 0.9, "07-15": 1.6, "09-10": 3.6, "11-08": 2.2, "11-14": 0.2,
    },
    ("medicine", "reported"): {
        "04-15": 0.2, "04-28": 1.2, "06-19": 3.0, "06-24": 0.5, "08-01": 1.6, "09-12": 4.2, "11-08": 2.6, "11-14": 0.4,
    },
    ("access", "reported"): {
        "04-14": 0.2, "04-15": 7.0, "04-24": 3.0, "06-18": 2.4, "06-20": 0.5, "07-10": 1.2, "08-31": 1.5, "09-01": 8.0,
        "09-12": 4.0, "11-08": 3.0, "11-13": 0.4,
    },
    ("aid", "reported"): {
        "04-20": 0.1, "05-05": 1.0, "06-19": 2.2, "06-20": 0.3, "07-20": 1.0, "08-31": 1.2, "09-01": 4.5, "10-05": 3.2,
        "11-08": 2.4, "11-14": 0.5,
    },
    ("displacement", "reported"): {
        "04-14": 0.1, "04-16": 1.4, "04-25": 0.3, "08-31": 0.4, "09-12": 1.6, "11-09": 1.6, "11-10": 15.0,
        "11-17": 11.0, "11-24": 4.0, "11-30": 2.0,
    },
    ("water", "reported"): {"04-20": 0.1, "08-01": 0.8, "09-10": 1.2, "11-08": 0.7, "11-14": 0.1},
    ("education", "reported"): {
        "04-20": 0.1, "05-10": 0.7, "06-15": 0.1, "09-01": 0.5, "09-20": 1.3, "11-08": 0.6, "11-11": 0.1,
    },
    ("food", "eased"): {"06-18": 0.05, "06-20": 2.5, "07-01": 0.4, "07-10": 0.1},
    ("medicine", "eased"): {"06-18": 0.05, "06-20": 2.0, "07-01": 0.3, "07-10": 0.05},
    ("fuel", "eased"): {"06-18": 0.05, "06-21": 1.2, "07-01": 0.2, "07-10": 0.05},
    ("aid", "eased"): {
        "06-18": 0.05, "06-20": 4.0, "06-30": 1.0, "07-10": 0.1, "10-10": 0.1, "10-14": 0.8, "10-20": 0.1,
    },
    ("access", "eased"): {"06-18": 0.02, "06-20": 2.0, "06-28": 0.2, "07-05": 0.05},
    ("gas", "eased"): {"05-11": 0.05, "05-12": 3.0, "05-15": 0.2, "05-20": 0.05},
    ("electricity", "eased"): {"05-01": 0.05, "07-20": 0.4, "11-01": 0.1},
    ("water", "eased"): {"05-01": 0.02, "09-10": 0.15, "11-01": 0.02},
    ("education", "eased"): {"06-01": 0.02, "06-12": 0.3, "06-20": 0.02},
    ("food", "denied"): {"07-01": 0.1, "07-06": 2.2, "07-25": 0.4, "09-01": 0.3, "09-06": 1.2, "10-10": 0.3},
    ("medicine", "denied"): {"07-01": 0.05, "07-07": 1.6, "07-25": 0.3, "09-06": 0.8, "10-10": 0.2},
    ("access", "denied"): {
        "04-14": 0.0, "04-17": 0.8, "05-10": 0.2, "07-06": 1.6, "07-25": 0.3, "09-02": 1.4, "10-10": 0.3,
    },
    ("fuel", "denied"): {"07-01": 0.03, "07-08": 0.8, "07-25": 0.1},
    ("gas", "denied"): {"05-02": 0.0, "05-04": 0.8, "05-12": 0.05, "10-01": 0.2},
}  # fmt: skip
OTHER_RATES: dict[str, Knots] = {  # nothing that may be counted
    "general": {"03-01": 13.0},
    "context": {"03-01": 1.2, "07-01": 2.0, "11-01": 1.0},
    "metaphor": {"03-01": 0.8, "09-01": 1.6},
    "gas_export": {"03-01": 0.6},
}
FOOTBALL_FIRST, FOOTBALL_LAST = date(2031, 3, 1), date(2031, 11, 23)
MATCH_DAYS = {5: 5.0, 6: 3.0, 2: 1.5}  # weekday → stories a day; Saturday is 5


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which we got nothing. sources () : all of them. status None: no answer at all."""

    first: date
    days: int
    sources: tuple[str, ...]
    status: int | None
    error: str

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    def hits(self, source: str, day: date) -> bool:
        return self.first <= day <= self.last and (not self.sources or source in self.sources)


OUTAGES = (
    Outage(
        date(2031, 8, 4), 6,
        (
            "quessin-ledger-en", "valley-bulletin-en", "ambrelskiy-listok-ru", "ambreli-or-hy", "ambrel-xeberleri-az",
            "ambrel-postasi-tr", "voix-de-la-vallee-fr",
        ),
        503, "the server answered 503: the host of these outlets is down",
    ),
    Outage(date(2031, 9, 23), 3, (), None, "no answer: our own line is down"),
)  # fmt: skip


def outage_of(source: str, day: date) -> Outage | None:
    return next((outage for outage in OUTAGES if outage.hits(source, day)), None)


def rate(knots: Knots, day: date) -> float:
    """Stories a day on `day`.

    >>> rate({"03-01": 1.0, "03-11": 2.0}, date(2031, 3, 6))
    1.5
    """
    days = [date(FIRST.year, int(key[:2]), int(key[3:])) for key in knots]
    rates = list(knots.values())
    after = bisect_right(days, day)
    if after == 0 or after == len(days):
        return rates[0] if after == 0 else rates[-1]
    left, right = days[after - 1], days[after]
    share = (day - left).days / (right - left).days
    return rates[after - 1] + share * (rates[after] - rates[after - 1])


def football_rate(day: date) -> float:
    """Stories a day about the club that is named after the valley."""
    return MATCH_DAYS.get(day.weekday(), 0.4) if FOOTBALL_FIRST <= day <= FOOTBALL_LAST else 0.0
