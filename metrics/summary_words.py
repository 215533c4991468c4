"""Every fixed word of the daily summary: headings, sentence templates, how figures and dates are written.

Pure but for reading the catalogues. English stands here; metrics/locale/<language>.po holds the other languages, each
message under its table and key (`heading.changed`). May not hold a word of the monitor's `loaded_words` (a test
looks), and may not compute a figure.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from feeds.model import DROP_REASONS
from metrics.revision_words import WHY

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("en", "ru", "hy", "az")
SIGNED = ("en",)  # languages whose words a native reader has read and signed; all others are marked as drafted

HEADINGS = {
    "summary": "Daily summary",
    "summary_range": "Summary",
    "highlights": "Highlights",
    "changed": "What changed",
    "unchanged": "Unchanged",
    "changed_more": "What changed, continued",
    "corrections": "Corrections to earlier issues",
    "figures": "Key figures as claimed",
    "pillars": "Access",
    "ahead": "Ahead",
    "publications": "Published by the UN, the ICRC, courts and aid agencies",
    "overnight": "Overnight, preliminary",
    "annex_part": "Annex",
    "beside": "Number",
    "sections": "Stories by indicator",
    "others": "Other stories about the monitored crisis",
    "disputes": "Reports and denials",
    "reports": "Reported",
    "denials": "Denied",
    "late": "Late arrivals",
    "access": "Who could observe on the ground",
    "not_seen": "What we did not see",
    "failed": "Sources asked that gave no feed",
    "not_asked": "Sources not asked in this window",
    "retired": "Sources retired",
    "off": "Sources switched off",
    "sides": "Sides with sources but no article in this window",
    "sides_without_source": "Sides without a source",
    "languages_unseen": "Languages without an article in this window",
    "dropped": "Items of feeds that did not become articles",
    "method": "Method",
    "names": "Names",
    "disclaimer": "Disclaimer",
    "annex": "Articles behind the lines",
}

STANCES = {
    "reported": "reported",
    "eased": "eased",
    "denied": "denied",
    "feared": "feared",
    "past": "past",
}
OCCURRENCES = {"new": "new", "ongoing": "ongoing", "demand": "a call that presupposes it"}
STATES = {
    "full": "seen",
    "partial": "partly seen",
    "unseen": "not seen",
    "backfill": "loaded later from files or archives",
    "before": "before our first poll",
}
ACCESS = {"yes": "access", "limited": "limited access", "no": "no access"}

SENTENCES = {
    "relevant": "{stories} about the monitored crisis, from {publishers}; {articles} seen in all.",
    "quiet": "No story about the monitored crisis seen in our sources {when}; {articles} seen in all.",
    "partly_range": "The days were partly seen: {answered} of {asked} sources answered. Counts are of what was seen.",
    "unseen_range": "The days were not seen: {answered} of {asked} sources answered. No conclusion is drawn.",
    "no_source_range": "The days were not seen: no source was asked. No conclusion is drawn.",
    "before_range": "The days lie before our first poll and no backfill covers them. No conclusion is drawn.",
    "partly": "The day was partly seen: {answered} of {asked} sources answered. Counts are of what was seen.",
    "unseen": "The day was not seen: {answered} of {asked} sources answered. No conclusion is drawn.",
    "no_source": "The day was not seen: no source was asked. No conclusion is drawn.",
    "before": "The day lies before our first poll and no backfill covers it. No conclusion is drawn.",
    "unseen_but": "Seen nevertheless: {stories} about the monitored crisis, from {publishers}.",
    "untagged": "Not complete: {articles} seen by the as-of wait for the tagger; make this summary again afterwards.",
    "uncounted": "Found by topic searches only, not counted and not listed: {articles}.",
    "disputed": "Denied {when}: {labels}; see “{heading}”.",
    "more_changes": "{more} under “{heading}”.",
    "nothing_differs": (
        "No active indicator differs from its {before_span} days before by more than chance would explain."
    ),
    "late": "{stories} of the 7 days before came in after the issue before; see “{heading}”.",
    "compare": "Stories with stance “reported”: the day, and the 7 days to it, against the 28 days before.",
    "compare_partly": (
        "Stories with stance “reported”: the day, and the 7 days to it ({week_days} of 7 seen), against the 28 days"
        " before ({before_days} of 28 seen). Days not seen are left out, not counted as zero."
    ),
    "compare_range": (
        "Stories with stance “reported”: the {span} days of this issue against the {before_span} days before."
    ),
    "compare_partly_range": (
        "Stories with stance “reported”: the {span} days of this issue ({week_days} seen) against the"
        " {before_span} days"
        " before ({before_days} seen). Days not seen are left out, not counted as zero."
    ),
    "compare_unseen_range": "Nothing is said about change: the days were not seen.",
    "compare_unseen": "Nothing is said about change: the day was not seen.",
    "compare_short": (
        "Nothing to compare yet: {before_days} of the {before_span} days before and {week_days} of the last"
        " {span} were seen."
    ),
    "change": "{label}: {day} that day; {week} in 7 days, against {before} per 7 days before ({times}).",
    "change_new": "{label}: {day} that day; {week} in 7 days; none seen in our sources in the 28 days before.",
    "change_range": "{label}: {stories} in {span} days, against {before} in as many days before ({times}).",
    "change_new_range": "{label}: {stories} in {span} days; none seen in our sources in as many days before.",
    "beside": " In the same {span} days: {others}.",
    "more_quotes": "{sentences} more of this story in the JSON and CSV of this summary.",
    "none_seen": "None seen in our sources {when}: {labels}.",
    "never_seen": "None seen in our sources {when} nor in the {days} days before: {labels}.",
    "none_seen_access": "On the ground {when}: {access}.",
    "inactive": "Not active in this monitor {for_when}: {labels}.",
    "no_gap": "No gap known: every source asked gave a feed, and every side and language had an article.",
    "observer": "{who}: {access} ({where}), {period}. {what}",
    "credited": "says it has this from {agency}",
    "event": "{stories} about this event, {reports} (articles {articles})",
    "access_none": "No independent observer known to have had access on the ground {when}.",
    "access_some": "Known to have had access on the ground {when}: {names}.",
    "access_unknown": "No fact about observers' access is recorded {for_when}.",
    "beside_none": "no independent observer known to have had access",
    "beside_some": "with access: {names}",
    "beside_unknown": "no fact about observers' access is recorded",
    "alert_opened": (
        "Alert opened: {label}: {stories} in {window} to {day}, where {expected} were to be expected from {baseline}"
        " before; {publishers} in 7 days, {sides}."
    ),
    "alert_reopened": "Alert opened again by a person: {label}, first in alarm on {day}; {told} behind it.",
    "alert_acknowledged": "Alert taken note of by a person: {label}, first in alarm on {day}; {told} behind it.",
    "alert_dismissed": (
        "Alert dismissed by a person, who found that it says nothing: {label}, first in alarm on {day};"
        " {told} behind it."
    ),
    "alert_closed": "Alert closed by a person: {label}, in alarm from {day} to {last}; {told} behind it.",
    "alert_ended": (
        "Alert ended, without alarm for {quiet} days: {label}, in alarm on {alarm_days} from {day} to {last}; {told}"
        " behind it."
    ),
    "alert_gone": (
        "Alert that no longer arises: {label}, first in alarm on {day}: its days were counted again after"
        " late articles,"
        " edits, sources or a decision; {told} were behind it."
    ),
    "alerts_opened": "{alerts} opened: {labels}; see “{heading}”.",
    "level_move": "Level of reporting, {label}: {before} → {now}: {why}.",
    "level_unseen": "{days} of the last 14 days were not seen well enough to say anything",
    "level_told": "{stories} in 14 days that report or fear it, none that reports it in 7",
    "level_counts": "{stories} in 7 days from {publishers} and {sides}{against}",
    "level_unknown": ", too few days before to compare with",
    "level_usually_none": ", usually none",
    "level_usual": ", {times} the usual {usual} a week",
    "unchanged": (
        "indicators told about as before: {changes}; alerts still open: {alerts}; levels of reporting as before:"
        " {levels}. By name in the annex."
    ),
    "same_changes": "Told about as before (stories in the days compared): {labels}.",
    "same_alerts": "Alerts still open: {labels}.",
    "same_levels": "Levels of reporting as before: {levels}.",
    "correction": "{day}, {label}: {first} → {now}: {why}.",
    "no_correction": "None: no number of an earlier issue changed since the last one.",
    "claim": "{number} ({kind}): {claimant}, {as_of}; in {outlet} ({side}).",
    "no_figure": "None seen in our sources {when}.",
    "more_turned": "{more} in the annex.",
    "more_figures": "{figures} more in the annex.",
    "pillar": "{label}: {stories} ({stances}).",
    "pillar_gap": "{label}: information gap, none seen in our sources {when}.",
    "pillar_unseen": "{label}: information gap, the days were not seen.",
    "ahead": "{day}: {kind}: {label}.",
    "ahead_years": "{day}: {years} since: {label}.",
    "no_publication": "None seen in our sources {when}.",
    "overnight_from": (
        "Published after the end of the days above and seen by the as-of; counted in the next issue, and not yet whole."
    ),
    "drafted": (
        "The headings and fixed sentences of this language were drafted with the help of a machine; no"
        " native reader has"
        " signed them yet. Quotes stand as they were written."
    ),
    "chart": "Stories a day, {first} to {last}. Hatched days were not seen; pale ones only in part.",
    "chart_alt": "Most in one day: {most}, on {most_day}. On {last}: {last_count}. Days not seen: {unseen} of {days}.",
    "annex_follows": "The annex holds every story of these days with its sentences, sources and what we did not see.",
}

METHOD = (
    "A story is one text, however many carried it; it is counted once, on the day of its first publication, under every"
    " indicator that one of its sentences speaks of. Counts add up over days, never over indicators or stances.\n"
    "“Reported” says that somebody states shortage or harm, “denied” that somebody denies it, “eased” that supply,"
    " release, return or repair is stated. Quotes are verbatim and not verified; nothing is said about who is right.\n"
    "Counts are of stories in our sources, not of events. “None seen in our sources” does not say that nothing"
    " happened.\n"
    "“{changed}” compares {span} days with the {before} before them, and lists what differs by at least"
    " {least} stories and more than two equal rates would in 99 of"
    " 100 cases (exact binomial test, two-sided). It is no measure of severity.\n"
    "Made from articles seen by {as_of} UTC under rules {rules}; the same call on the same archive gives the same"
    " bytes. Articles seen later stand under “{late}” of a later summary.\n"
    "A number in square brackets names an article in the archive. Outlets of one owner or newsroom are one publisher."
    " No model wrote any of this text."
)  # one line a sentence of the list
REPORTS_OF = {
    "day": "that day",
    "week": "in the 7 days to that day; none seen in our sources that day itself",
    "nothing": "none seen in our sources in the 7 days to that day",
}
NOT_STATED = "people not stated"
UNTITLED = "(without title)"
INVENTED = "INVENTED: this monitor shows an invented country. Nothing here is a claim about the real world."
LEVELS = {
    "none": "no data",
    "0": "none seen in our sources",
    "1": "isolated reports",
    "2": "repeated reports",
    "3": "elevated",
    "4": "sustained, several independent reports",
}
KINDS = {
    "hearing": "hearing",
    "deadline": "deadline",
    "report": "report due",
    "event": "event",
    "anniversary": "anniversary",
    "total": "total",
    "increment": "increment",
    "rate": "rate",
}
NUMBERED = {
    "days": ("{number} day", "{number} days"),
    "sides": ("{number} side", "{number} sides"),
    "alerts": ("{number} alert", "{number} alerts"),
    "years": ("{number} year", "{number} years"),
    "figures": ("{number} figure", "{number} figures"),
    "stories": ("{number} story", "{number} stories"),
    "articles": ("{number} article", "{number} articles"),
    "publishers": ("{number} publisher", "{number} publishers"),
    "sentences": ("{number} sentence", "{number} sentences"),
    "reports": ("{number} independent report", "{number} independent reports"),
}
FACTS = {
    "number": "Number",
    "window": "Window",
    "as_of": "As of",
    "day": "The day",
    "days": "The days",
    "sources": "Sources",
    "articles": "Articles",
    "dropped": "Items dropped",
    "languages": "Languages seen",
    "languages_unseen": "Languages not seen",
    "sides_unseen": "Sides not seen",
    "next": "Next issue",
}
PHRASES = {
    "title": "{title}: daily summary, {day}",
    "window": "{start} to {end} UTC (the day in {zone})",
    "as_of": "{utc} UTC, {local} {zone}",
    "preliminary": " (preliminary: the day is not over)",
    "observability": " (observability {share} %)",
    "answered": "{answered} of {asked} asked answered",
    "seen": "{articles} seen, {relevant} relevant, {context} context only",
    "none": "none",
    "unknown": "unknown",
    "published_by": "published by: {side}",
    "said_by": "said by: {speaker} ({side})",
    "people": "people: {people}",
    "place": "place: {place}",
    "carried_by": "carried by {articles} of {publishers}",
    "in_article": "in article {article}",
    "note": "note {number}",
    "sources_of": "Sources: {sources}",
    "partly_verified": " (partly verified)",
    "since": "since {since}",
    "period": "{since} to {until}",
    "times": "{rate} times",
    "rules_none": "none",
    "more": "{number} more",
    "until": "until {day}",
    "limited": "limited",
    "partly_checked": "partly checked",
    "not_seen": "not seen",
    "nobody_named": "nobody named",
    "no_day": "no day given",
    "claimed_as_of": "as of {day}",
    "when": "that day",
    "when_range": "in these days",
    "for_when": "for that day",
    "for_when_range": "for these days",
    "range": "{first} to {last}",
    "window_range": "{start} to {end} UTC ({days}, in {zone})",
    "title_range": "{title}: summary of {days}",
    "alerts_opened": "Alerts opened",
    "next": "about {days}; ready from {moment} UTC",
    "preliminary_range": " (preliminary: the days are not over)",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "heading": HEADINGS,
    "stance": STANCES,
    "occurrence": OCCURRENCES,
    "state": STATES,
    "access": ACCESS,
    "reports_of": REPORTS_OF,
    "level": LEVELS,
    "reason": WHY,
    "kind": KINDS,
    "drop": DROP_REASONS,
    "fact": FACTS,
    "phrase": PHRASES,
    "sentence": SENTENCES,
    "fixed": {"method": METHOD, "not_stated": NOT_STATED, "untitled": UNTITLED, "invented": INVENTED},
}


class Words:
    """The words of one language. Plurals follow its catalogue's rule, dates and numbers those of Unicode's CLDR."""

    def __init__(self, lang: str, translated: gettext.NullTranslations) -> None:
        self.lang = lang
        self.drafted = lang not in SIGNED
        self._translated = translated
        self.headings, self.stances = self._table("heading"), self._table("stance")
        self.occurrences, self.states = self._table("occurrence"), self._table("state")
        self.access, self.reports_of = self._table("access"), self._table("reports_of")
        self.levels, self.reasons = self._table("level"), self._table("reason")
        self.kinds, self.drops = self._table("kind"), self._table("drop")
        self.facts, self.fixed = self._table("fact"), self._table("fixed")

    def _table(self, name: str) -> dict[str, str]:
        return {key: self._translated.pgettext(f"{name}.{key}", text) for key, text in TABLES[name].items()}

    def say(self, key: str, **values: str | int) -> str:
        return self._translated.pgettext(f"sentence.{key}", SENTENCES[key]).format(**values)

    def phrase(self, key: str, **values: str | int) -> str:
        return self._translated.pgettext(f"phrase.{key}", PHRASES[key]).format(**values)

    def count(self, of: str, number: int) -> str:
        """of : key of NUMBERED; "1 story", "1,200 stories"."""
        one, many = NUMBERED[of]
        chosen = self._translated.npgettext(f"numbered.{of}", one, many, number)
        return chosen.format(number=self.number(number))

    def stories(self, number: int) -> str:
        return self.count("stories", number)

    def articles(self, number: int) -> str:
        return self.count("articles", number)

    def publishers(self, number: int) -> str:
        return self.count("publishers", number)

    def event(self, origins: Sequence[int], reports: int) -> str:
        """How many stories are about an event, how many are independent, and the article each began with."""
        return self.say(
            "event",
            stories=self.stories(len(origins)),
            reports=self.count("reports", reports),
            articles=", ".join(map(str, origins)),
        )

    def number(self, number: float) -> str:
        if self.lang == "en":
            return f"{number:,}"
        from babel.numbers import format_decimal  # 50 ms that English does not wait for

        return format_decimal(number, locale=self.lang)

    def rate(self, value: float) -> str:
        """One decimal, half away from zero: the same on every machine."""
        text = f"{int(value * 10 + 0.5) / 10:.1f}"
        return text if self.lang == "en" else text.replace(".", ",")

    def times(self, ratio: float) -> str:
        return self.phrase("times", rate=self.rate(ratio))

    def long_date(self, day: date) -> str:
        """12 August 2023, Saturday: names by CLDR, never by the machine's locale."""
        from babel.dates import format_date

        return format_date(day, "d MMMM y, EEEE", locale=self.lang)

    def range(self, first: date, day: date) -> str:
        """One day with its weekday, or the first and last of several."""
        if first == day:
            return self.long_date(day)
        return self.phrase("range", first=first.isoformat(), last=day.isoformat())

    def languages(self, english: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """Names of languages. english : as the monitor gives them."""
        if self.lang == "en":
            return tuple(english.items())
        from babel import Locale

        names = Locale.parse(self.lang).languages
        return tuple((key, str(names.get(key, name))) for key, name in english.items())

    def period(self, since: date, until: date | None) -> str:
        if until is None:
            return self.phrase("since", since=since.isoformat())
        return self.phrase("period", since=since.isoformat(), until=until.isoformat())


@cache
def words_in(lang: str) -> Words:
    """Raises KeyError for a language that is not one of LANGUAGES."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    return Words(lang, gettext.NullTranslations() if lang == "en" else _translations(lang))


def _translations(lang: str) -> gettext.GNUTranslations:
    """The catalogue as people edit it, read at run time: there is no second, compiled file to forget."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (LOCALE / f"{lang}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def utc(moment: datetime) -> str:
    """2023-08-12 20:00, UTC; seconds only when there are any."""
    return _minutes(moment.astimezone(UTC))


def local(moment: datetime, utc_offset_hours: float) -> str:
    return _minutes(moment.astimezone(timezone(timedelta(hours=utc_offset_hours))))


def zone(utc_offset_hours: float) -> str:
    """UTC+4, UTC−3:30."""
    hours, minutes = divmod(round(abs(utc_offset_hours) * 60), 60)
    return f"UTC{'−' if utc_offset_hours < 0 else '+'}{hours}" + (f":{minutes:02}" if minutes else "")


def _minutes(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S" if moment.second or moment.microsecond else "%Y-%m-%d %H:%M")
