"""A monitor's data files, read and checked: what the tagger looks for, in which language, and what it stands for.

Reads files and nothing else: no text, no clock, no network. The shapes of the files are the models below; an error
names file, line, field and what is allowed. Patterns are kept as a linguist wrote them; metrics/scan.py compiles them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, model_validator

from feeds.datafile import Strict, read_yaml
from feeds.errors import DataFileError
from feeds.monitor import Monitor, Zone
from feeds.text import fold
from metrics.credits import CreditsFile, read_credits
from metrics.figure_words import FigureLexicon, read_figures
from metrics.patterns import checked

# Raise it with every change of scan.py, tag.py, credits.py or feeds/text.py that can change a tag: it is part of
# rules_version.
TAGGER_VERSION = "9"

BY_PLACE = "by-place"  # side of an office that names no country: where it is decides
_LANGUAGE = re.compile(r"^[a-z]{2}$")


def _without_both(pattern: str) -> str:
    if " && " in pattern:
        raise ValueError(f"pattern {pattern!r}: && is for exclude, not_with and not_about only")
    return checked(pattern)


AnyPattern = Annotated[str, AfterValidator(checked)]
Pattern = Annotated[str, AfterValidator(_without_both)]
Patterns = tuple[Pattern, ...]
ByLanguage = dict[str, Patterns]
AnyByLanguage = dict[str, tuple[AnyPattern, ...]]


class Words(Strict):
    """What one indicator looks like in one language.

    terms : topic words; no evidence alone, they need a stance cue in the same clause (unless the indicator's `event`).
    strong : word and `reported` in one expression. exclude : a term or strong expression it overlaps (or, with &&,
    shares a sentence with) is dropped. harm, relief : cues beside those of stance.yaml, for this indicator only.
    eased, denied, feared, past, ongoing, demand : expressions that are evidence alone and bring this stance
    (`ongoing` and `demand` are occurrences of `reported`).
    """

    terms: Patterns = ()
    strong: Patterns = ()
    exclude: tuple[AnyPattern, ...] = ()
    harm: Patterns = ()
    relief: Patterns = ()
    eased: Patterns = ()
    denied: Patterns = ()
    feared: Patterns = ()
    past: Patterns = ()
    ongoing: Patterns = ()
    demand: Patterns = ()


class PerLanguage(Strict):
    """A file whose other keys are two-letter languages."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @model_validator(mode="after")
    def _languages_only(self) -> PerLanguage:
        for key in self.__pydantic_extra__ or {}:
            if not _LANGUAGE.match(key):
                fields = ", ".join(sorted(type(self).model_fields)) or "none"
                raise ValueError(f"{key!r} is neither a two-letter language nor one of the fields: {fields}")
        return self


class IndicatorFile(PerLanguage):
    """indicators/<key>.yaml. `event`: the term itself is the harm. `supply`: something one runs short of.

    `victims`: the harm is to persons, so that "nobody was hurt" leaves nothing of it. `yields_to`: an
    indicator that, in the title, makes terms of this one its own: a prisoner's loss of weight is no famine.
    """

    __pydantic_extra__: dict[str, Words] = Field(init=False)

    key: str = ""
    label: dict[str, str] = {}
    note: str = ""
    event: bool | None = None
    supply: bool | None = None
    victims: bool | None = None
    yields_to: str | None = None

    @property
    def words(self) -> dict[str, Words]:
        return dict(self.__pydantic_extra__ or {})


class StanceCues(Strict):
    """Cues of one language; each counts within the clause of the term, most of them within 12 words of it.

    reported, eased : lack and relief, for indicators of supply. without : words before what lacks ("no", "short of");
    absent : words after it ("yoxdur", "has run out"). Both are lack beside a supply, a denial beside a word of
    `shortage` (nouns for lack), and beside a victim nothing at all.
    denied : a speaker says it is not so. so_called : denies only the word right after it.
    feared : risk, forecast, threat. irrealis : calls and demands. negation : makes relief `reported` ("not delivered").
    past : background, unless the clause denies. strong_past : background whatever else the clause says.
    memory : the same, of remembrance; in the title or the first sentence it makes a text one about the past.
    later : a title that looks back ("two years after the exodus"); the text below may be about today.
    dating : words before a year that date the event; () : any year does. since : with a date, a lasting state.
    ongoing : a lasting state ("remain", "still"). nobody : nothing happened to anyone ("no casualties").
    participle : verbal adjectives that tell who somebody is ("those who moved here in May"); what they date is theirs.
    archive : in the title or the first sentence, an old text that is published again: all it reports is past.
    report : nouns for what others said ("the finding"); a denial of them denies the sentence before.
    abstract : what only figuratively lacks or starves ("talks ran out of fuel").
    because : before (or, where they follow, after) a noun for lack: the lack is a fact ("for want of", "nedeniyle").
    will_lack : a lack still to come ("will run out"): feared by itself. undated : after a year that dates no event
    ("born"). until : before a time that lies ahead ("until June"). relative : what a clause within the clause begins
    with ("which"); what it dates is only its own. neither : lists of what there is not, their verb not negated ("nə …
    nə də"): a list of lacks is a denial. undone : verbs of "not done" right after a noun for harm ("məcbur etməyib").
    imperfect : verbs of what used to be; with a day long ago nothing lasts.
    begun : beside an infinitive of relief, which then is no call for it ("have begun to restore"). asked_for : right
    before a supply that one does without ("ask for insulin"). cause : opens the fact that what is feared before it
    comes of ("because"). earlier : right beside a harm, where nobody is quoted, tells it as over ("had been").
    """

    reported: Patterns = ()
    without: Patterns = ()
    absent: Patterns = ()
    eased: Patterns = ()
    denied: Patterns = ()
    so_called: Patterns = ()
    feared: Patterns = ()
    past: Patterns = ()
    strong_past: Patterns = ()
    memory: Patterns = ()
    later: Patterns = ()
    dating: Patterns = ()
    since: Patterns = ()
    negation: Patterns = ()
    nobody: Patterns = ()
    irrealis: Patterns = ()
    ongoing: Patterns = ()
    shortage: Patterns = ()
    report: Patterns = ()
    abstract: Patterns = ()
    because: Patterns = ()
    will_lack: Patterns = ()
    undated: Patterns = ()
    until: Patterns = ()
    relative: Patterns = ()
    condition: Patterns = ()
    neither: Patterns = ()
    undone: Patterns = ()
    imperfect: Patterns = ()
    participle: Patterns = ()
    archive: Patterns = ()
    present: Patterns = ()
    begun: Patterns = ()
    asked_for: Patterns = ()
    cause: Patterns = ()
    earlier: Patterns = ()


class StanceFile(PerLanguage):
    __pydantic_extra__: dict[str, StanceCues] = Field(init=False)

    @property
    def languages(self) -> dict[str, StanceCues]:
        return dict(self.__pydantic_extra__ or {})


class Speech(Strict):
    """Who speaks: verbs of speech, residents and witnesses; words that open a contrasting clause.

    whereabouts : words before a name that make it a place, not a speaker ("in the capital"). back : the sentence says
    who told what the sentence before it says ("the ministry reported this"). before : words that stand before who says
    it ("according to", "cited by"). media : the press as the only source of a number. closing : verbs that close what
    was said, their subject behind them ("…, said the minister"). pronouns : words that speak for somebody named before;
    same : for a body named before ("the agency said"). cited : words before the body that a newsroom cites; it says it.
    inserted : those of `contrast` that also stand within a clause, behind its subject ("is, however, still closed").
    """

    verbs: Patterns = ()
    local: Patterns = ()
    contrast: Patterns = ()
    inserted: Patterns = ()
    whereabouts: Patterns = ()
    back: Patterns = ()
    before: Patterns = ()
    cited: Patterns = ()
    media: Patterns = ()
    closing: Patterns = ()
    pronouns: Patterns = ()
    same: Patterns = ()


class SpeechFile(PerLanguage):
    __pydantic_extra__: dict[str, Speech] = Field(init=False)

    @property
    def languages(self) -> dict[str, Speech]:
        return dict(self.__pydantic_extra__ or {})


class CalendarWords(Strict):
    """Words of time of one language; see the top of calendar.yaml."""

    months: tuple[tuple[str, ...], ...] = ()
    units: dict[str, tuple[str, ...]] = {}
    numbers: tuple[str, ...] = ()
    ago: tuple[str, ...] = ()
    ago_before: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> CalendarWords:
        if len(self.months) != 12 or set(self.units) != {"day", "week", "month", "year"}:
            raise ValueError("calendar: twelve lists of months, and the units day, week, month and year")
        return self


class CalendarFile(PerLanguage):
    __pydantic_extra__: dict[str, CalendarWords] = Field(init=False)

    @property
    def languages(self) -> dict[str, CalendarWords]:
        return dict(self.__pydantic_extra__ or {})


class Boilerplate(Strict):
    """`line`: the line that holds one carries no evidence. `rest`: nothing from this line on does."""

    line: Patterns = ()
    rest: Patterns = ()


class BoilerplateFile(PerLanguage):
    __pydantic_extra__: dict[str, Boilerplate] = Field(init=False)

    @property
    def languages(self) -> dict[str, Boilerplate]:
        return dict(self.__pydantic_extra__ or {})


def is_within(day: date, since: date | None, until: date | None) -> bool:
    """Both inclusive; None: open."""
    return (since is None or since <= day) and (until is None or day <= until)


class Residents(Strict):
    """Whom something happens to in a zone and at a time, where a text names nobody. Dates inclusive, None: open.

    zones : of the place named, () any; `anywhere` also where no place is named; `region` also where only the whole
    region is. indicators : () all of them. sides : of who says a claimed figure, "" nobody; an entry with them is asked
    about figures alone.
    """

    people: str
    zones: tuple[Zone, ...] = ()
    anywhere: bool = False
    region: bool = False
    sides: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    indicators: tuple[str, ...] = ()

    def live(self, zone: str, day: date, indicator: str, *, side: str | None = None, in_region: bool = False) -> bool:
        """Whether the entry speaks of this zone ("" : no place named), day and indicator.

        side : of who says a claimed figure, "" nobody; None: no figure is asked about.
        """
        here = not self.zones or zone in self.zones or (not zone and (self.anywhere or (self.region and in_region)))
        said = not self.sides or (side is not None and side in self.sides)
        now = is_within(day, self.since, self.until)
        return here and said and now and (not self.indicators or indicator in self.indicators)


class National(Strict):
    """Whom a counted noun means that names a nation or an army, by what is said of them. Dates: as Residents."""

    people: str
    since: date | None = None
    indicators: tuple[str, ...] = ()
    names: ByLanguage = {}

    def live(self, day: date | None, indicator: str) -> bool:
        begun = self.since is None or (day is not None and self.since <= day)
        return begun and (not self.indicators or indicator in self.indicators)


class Over(Strict):
    """What cannot be new any more: published from `since` on, a report of it that names no time tells of the past."""

    indicators: tuple[str, ...]
    since: date


class Authority(Strict):
    """For which side an office speaks that names no country ("the mayor's office"), by where it is and when.

    peoples : where no place decides, the one people the text is about. languages : whose own state it is in a text
    that names no place. offices : beginnings of words of which its name has one, as "court"; none: any office.
    """

    side: str
    peoples: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  # ids
    zones: tuple[Zone, ...] = ()
    since: date | None = None
    until: date | None = None

    def live(
        self, place: str, zone: str, people: str, day: date | None, *, office: str = "", language: str = ""
    ) -> bool:
        """Whether the entry speaks of this place or people on this day; a text without a date fits every period."""
        found = place in self.places or zone in self.zones or people in self.peoples or language in self.languages
        if not found:
            return False
        if self.offices and not any(word.startswith(self.offices) for word in fold(office).split()):
            return False
        return day is None or is_within(day, self.since, self.until)


class Joined(Strict):
    """What is about the crisis although it names no place of it: `words` beside its parties. Dates: as Residents.

    parties : keys of Topic.parties, all of which must be named; where : names that will do instead. in_sentence : the
    parties in the sentence of the word, else anywhere. unless : with one of these in the text it is something else.
    """

    name: str
    people: str = ""  # whom it happens to, where the text does not say
    parties: tuple[str, ...] = ()
    in_sentence: bool = False
    since: date | None = None
    until: date | None = None
    words: ByLanguage
    where: ByLanguage = {}
    unless: ByLanguage = {}

    def live(self, day: date | None) -> bool:
        """Whether the entry speaks of this day; a text without a date fits only an entry without dates."""
        if day is None:
            return self.since is None and self.until is None
        return is_within(day, self.since, self.until)


class Topic(Strict):
    """topic.yaml: what makes a text about the crisis, whom things happen to, and what it is about instead.

    context : politics around this crisis and no other; enough alone. peace : general words for such politics; they
    count only where the crisis or one of its `parties` is named. beside : per zone, what makes a text about the crisis
    where a place of that zone is named ("displaced families", in a host town). politics : politics at large, counted
    only beside a sign of the crisis and without evidence. passing : beside a name, it belongs to a life. named : right
    beside the name of a place, that is a street, a house, a firm or a family.
    """

    relevant: ByLanguage = {}
    beside: dict[Zone, ByLanguage] = {}
    people: dict[str, ByLanguage] = {}
    context: ByLanguage = {}
    peace: ByLanguage = {}
    parties: dict[str, ByLanguage] = {}
    joined: tuple[Joined, ...] = ()
    passing: ByLanguage = {}
    named: ByLanguage = {}
    politics: ByLanguage = {}
    not_about: dict[str, AnyByLanguage] = {}
    other_crises: ByLanguage = {}
    history: ByLanguage = {}
    residents: tuple[Residents, ...] = ()
    nationals: tuple[National, ...] = ()
    authorities: tuple[Authority, ...] = ()
    over: tuple[Over, ...] = ()


class PlaceEntry(Strict):
    """places.yaml: one place. `names_shown` in alphabetical order, both forms where there are two."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    names_shown: tuple[str, ...] = Field(min_length=1)
    zone: Zone
    lat: float | None = None
    lon: float | None = None
    kind: str = ""
    names: ByLanguage
    ambiguous: bool = False  # counts only with another sign of the crisis in the text
    given_name: bool = False  # also a person's first name: before a surname it is that
    not_with: AnyByLanguage = {}  # with one of these in the text it is something else
    note: str = ""

    @property
    def shown(self) -> str:
        return " / ".join(self.names_shown)


class ActorEntry(Strict):
    """actors.yaml: who speaks for a side; side `by-place`: an office that names no country.

    official : a public official or body, never masked. of : what says whose an office is, beside it.
    """

    side: str
    official: bool = True
    of: ByLanguage = {}
    names: ByLanguage
    note: str = ""


class Event(Strict):
    """events.yaml: a dated, neutral line on charts. people, side : whom it happened to, who alone tells it; "" any.

    labels : the label in other languages; drafts until a native reader signs.
    """

    id: str
    date: date
    label: str
    labels: dict[str, str] = {}
    indicators: tuple[str, ...] = ()
    verified: Literal["partial"] | bool = False
    eval: bool = False
    sources: tuple[str, ...] = ()
    note: str = ""
    one_sided: bool = False
    people: str = ""
    side: str = ""


class EventsFile(Strict):
    events: tuple[Event, ...] = ()
    version: int = 1
    note: str = ""


class Observer(Strict):
    """observers.yaml: a dated fact about who could see what on the ground. `until` None: still."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    who: str
    where: str
    since: date
    until: date | None = None
    access: Literal["yes", "no", "limited"]
    independent: bool = True  # False: sent by a state that is party to, or guarantees, what is observed
    what: str
    sources: tuple[str, ...] = ()
    verified: Literal["partial"] | bool = False


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator, common file and the monitor's own joined. `files` maps a language's pattern back to its file."""

    key: str
    label: dict[str, str]
    event: bool
    supply: bool
    victims: bool
    yields_to: str  # "" none
    words: dict[str, Words]
    overlay: frozenset[tuple[str, str]]  # (language, pattern) that come from the monitor's own folder


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All that the tagger knows of a monitor. Frozen; patterns as written."""

    indicators: tuple[Indicator, ...]
    stance: dict[str, StanceCues]
    speech: dict[str, Speech]
    boilerplate: dict[str, Boilerplate]
    calendar: dict[str, CalendarWords]
    figures: FigureLexicon
    topic: Topic
    places: tuple[PlaceEntry, ...]
    actors: tuple[ActorEntry, ...]
    credits: CreditsFile
    events: tuple[Event, ...]
    observers: tuple[Observer, ...]
    rules_version: str

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """indicator → language → label."""
        return {indicator.key: dict(indicator.label) for indicator in self.indicators}

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted(self.stance))


def read_lexicon(monitor: Monitor) -> Lexicon:
    """Everything below the monitor's folder and the folder it extends.

    Raises DataFileError (file:line) when a file is missing, wrong, or names a side, people, zone or indicator that
    monitor.yaml does not list.
    """
    folder, common = monitor.folder, monitor.common
    indicators = tuple(_indicator(key, common, folder) for key in monitor.indicator_keys)
    stance = _join([file.languages for file in _files("stance.yaml", StanceFile, monitor)], StanceCues)
    speech = _join([file.languages for file in _files("speech.yaml", SpeechFile, monitor)], Speech)
    boilerplate = _join([file.languages for file in _files("boilerplate.yaml", BoilerplateFile, monitor)], Boilerplate)
    times = read_yaml(common / "calendar.yaml", CalendarFile).languages
    figures = read_figures(common)
    topic = read_yaml(folder / "topic.yaml", Topic)
    credited = read_credits(monitor)
    places = tuple(read_yaml(folder / "places.yaml", list[PlaceEntry]))
    actors = tuple(read_yaml(folder / "actors.yaml", list[ActorEntry]))
    _names_agree(monitor, topic, places, actors)
    tagging = [[one.key, one.event, one.supply, one.victims, one.yields_to, one.words] for one in indicators]
    return Lexicon(
        indicators=indicators,
        stance=stance,
        speech=speech,
        boilerplate=boilerplate,
        calendar=times,
        figures=figures,
        topic=topic,
        places=places,
        actors=actors,
        credits=credited,
        events=_events(monitor),
        observers=_observers(folder),
        rules_version=_version(
            tagging, stance, speech, boilerplate, times, figures.rules, topic, places, actors, credited
        ),
    )


def _events(monitor: Monitor) -> tuple[Event, ...]:
    path = monitor.folder / "events.yaml"
    events = read_yaml(path, EventsFile).events if path.exists() else ()
    peoples = [people.key for people in monitor.peoples]
    for event in events:
        _only(monitor.indicator_keys, event.indicators, path, event.id, "indicators")
        _only(peoples, [event.people] * bool(event.people), path, event.id, "people")
        _only(monitor.side_keys, [event.side] * bool(event.side), path, event.id, "side")
    return events


def _only(known: Sequence[str], named: Sequence[str], path: Path, event: str, field: str) -> None:
    for name in named:
        if name not in known:
            raise DataFileError(f"{path}:1: {event}: {field}: {name!r} is not one of {' '.join(known)}")


def _observers(folder: Path) -> tuple[Observer, ...]:
    path = folder / "observers.yaml"
    return tuple(read_yaml(path, list[Observer])) if path.exists() else ()


def _indicator(key: str, common: Path, folder: Path) -> Indicator:
    """The common file extended by the monitor's own; at least one of them must exist."""
    places = dict.fromkeys(base / "indicators" / f"{key}.yaml" for base in (common, folder))
    paths = [path for path in places if path.exists()]
    if not paths:
        raise DataFileError(f"{next(iter(places))}:1: file not found; monitor.yaml lists the indicator {key!r}")
    files = [read_yaml(path, IndicatorFile) for path in paths]
    for path, file in zip(paths, files, strict=True):
        if file.key not in ("", key):
            raise DataFileError(f"{path}:1: key: is {file.key!r}, the file name says {key!r}")
    own = files[-1].words if paths[-1].is_relative_to(folder) else {}
    return Indicator(
        key=key,
        label={language: text for file in files for language, text in file.label.items()},
        event=any(file.event for file in files),
        supply=any(file.supply for file in files),
        victims=any(file.victims for file in files),
        yields_to=next((file.yields_to for file in files if file.yields_to), ""),
        words=_join([file.words for file in files], Words),
        overlay=frozenset((language, pattern) for language, words in own.items() for pattern in _patterns(words)),
    )


F = TypeVar("F", bound=Strict)


def _files(name: str, kind: type[F], monitor: Monitor) -> list[F]:
    """The file of the common folder and, where it exists, the monitor's own, which extends it."""
    paths = dict.fromkeys([monitor.common / name, monitor.folder / name])
    return [read_yaml(path, kind) for path in paths if path.parent == monitor.common or path.exists()]


def _join(files: Sequence[Mapping[str, Strict]], entry: type[F]) -> dict[str, F]:
    """Per language the concatenation of every field, first file first, without repetition; each was checked there."""
    joined: dict[str, F] = {}
    for language in sorted({language for file in files for language in file}):
        values: dict[str, tuple[str, ...]] = {}
        for field in entry.model_fields:
            found = [pattern for file in files if language in file for pattern in getattr(file[language], field)]
            values[field] = tuple(dict.fromkeys(found))
        joined[language] = entry.model_construct(None, **values)
    return joined


def _patterns(words: Strict) -> Iterator[str]:
    for field in type(words).model_fields:
        yield from getattr(words, field)


def _names_agree(
    monitor: Monitor, topic: Topic, places: tuple[PlaceEntry, ...], actors: tuple[ActorEntry, ...]
) -> None:
    folder, sides, peoples = monitor.folder, monitor.side_keys, [people.key for people in monitor.peoples]
    for side in dict.fromkeys(actor.side for actor in actors):
        if side not in (*sides, BY_PLACE):
            raise DataFileError(f"{folder / 'actors.yaml'}:1: side: {side!r} is not one of {' '.join(sides)}")
    for people in [*topic.people, *(one.people for one in topic.residents), *(one.people for one in topic.nationals)]:
        if people not in peoples:
            raise DataFileError(f"{folder / 'topic.yaml'}:1: people: {people!r} is not one of {' '.join(peoples)}")
    for place in places:
        if sum(other.id == place.id for other in places) > 1:
            raise DataFileError(f"{folder / 'places.yaml'}:1: id: {place.id!r} stands twice; ids are unique")


def _version(*parts: object) -> str:
    """12 hex digits of SHA-256 over all that can change a tag. Labels, events and observers cannot."""
    plain = TypeAdapter(list[object]).dump_python([TAGGER_VERSION, *parts], mode="json")
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]
