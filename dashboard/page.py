"""What every page shares: the look of the theme, the list of stories, what to say when there is nothing yet."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import streamlit as st

from dashboard import address, beginning, charts, data, pieces, words, words_trends
from metrics.model import StoryLine
from metrics.store import MOST_COUNTED, StoryQuery

Draw = Callable[[StoryLine, str], None]
PER_PAGE = 20
ANY = "any"
RANGES = {"4 weeks": 28, "3 months": 91, "1 year": 365, "everything": None, "own dates": 0}


def theme() -> str:
    """ "light" or "dark", as the reader's browser or choice says."""
    return "dark" if st.context.theme.type == "dark" else "light"


def palette() -> charts.Palette:
    return charts.palette(theme())


def choice(label: str, options: Mapping[str, str], key: str, width: int, *, first: str = ANY) -> str | None:
    """One filter, whose state is the address; None: any. first : what is chosen at the beginning."""
    names = [ANY, *options]
    at = names.index(first)
    return options.get(st.selectbox(label, names, index=at, key=key, bind="query-params", width=width))


def dates(days: int | None) -> tuple[date, date]:
    """First and last day of a range of RANGES; both ends given, never beyond today."""
    begin, today = data.span()[0], data.today()
    if days is None:
        return begin, today
    if days:
        return today - timedelta(days=days - 1), today
    with st.container(horizontal=True):
        first = a_date("From", today - timedelta(days=90), key="from", width=160) or today - timedelta(days=90)
        last = a_date("To", today, key="to", width=160) or today
    first, last = min(first, last), max(first, last)
    return min(first, today), min(last, today)


def a_date(label: str, value: date | None, *, key: str, width: int) -> date | None:
    return st.date_input(label, value, key=key, bind="query-params", format="YYYY-MM-DD", width=width)


def say_what_is_odd(allowed: address.Allowed) -> None:
    """Of the address as it was opened; Streamlit gives the defaults by itself. What the frame asks fits every page.

    allowed : as `address.odd` takes it.
    """
    here = {key: st.query_params.get_all(key) for key in st.query_params}
    frame = {words.LANGUAGE_KEY: list(data.languages().values()), words.KEYS_KEY: words.YES_NO}
    if found := address.odd(here, {**allowed, **frame}):
        st.warning(words_trends.as_typed(words_trends.odd_address(found)))


def in_any_language(label: Callable[[words.Labels, str], str], keys: Iterable[str]) -> list[str]:
    """What keys are called in all languages that a reader can choose: a link keeps the one it was made in."""
    listed = list(keys)
    return [label(data.labels_in(name), key) for name in data.languages().values() for key in listed]


def filters() -> address.Allowed:
    """What the filters of stories may hold in an address."""
    of = data.watched().monitor
    return {
        "about": [ANY, *in_any_language(words.Labels.indicator, of.indicator_keys)],
        "says": [ANY, *words.STANCES.values()],
        "side": [ANY, *in_any_language(words.Labels.side, of.side_keys)],
        "place": [ANY, *(one.name for one in data.spots())],
    }


def is_empty() -> bool:
    """True when there is nothing to show yet; then the page says what to do instead.

    The page returns and does not stop the script: the frame still has to look for the first article.
    """
    if data.article_count() == 0 and (loaded := loaded_notes(*data.span())):
        st.info("\n\n".join([words_trends.LOADED_ONLY, *loaded]))
        st.page_link("views/trends.py", label="Trends")
        return True
    empty = words.EMPTY_YET if data.is_polled() else words.EMPTY
    missing = empty if data.article_count() == 0 else words.UNTAGGED if not data.is_tagged() else ""
    if missing:
        st.info(missing)
        beginning.panel()
    return bool(missing)


def loaded_notes(first: date, last: date) -> list[str]:
    """A sentence a data package that days of the range were loaded from."""
    return [words_trends.loaded(name, days) for name, days in data.loaded_days(first, last).items()]


def none_seen(first: date, last: date, *, what: str = "") -> str:
    """That none was seen, who could look, and of which days nothing is known here. what : follows "none seen"."""
    loaded = loaded_notes(first, last)
    said = [f"{words.NONE_SEEN}{what} ({data.access(first, last)}).", *loaded]
    return " ".join([*said, words_trends.LOADED_SILENT] if loaded else said)


def story_html(line: StoryLine, *, heading: str = "h3") -> str:
    """One story with its copies, as HTML."""
    return data.drawn(line, f"whole {heading}", lambda: pieces.story(_parts(line, heading), begins=line.article))


def story_parts(line: StoryLine, *, heading: str = "h3") -> pieces.StoryParts:
    """The same in pieces, for a page that puts something between them."""
    return data.drawn(line, f"parts {heading}", lambda: _parts(line, heading))


def _parts(line: StoryLine, heading: str) -> pieces.StoryParts:
    return pieces.story_parts(
        line,
        data.watched().labels,
        times=_times(line),
        copies=data.copies(line),
        event=event_line(line),
        added=line.added_later,
        heading=heading,
    )


def event_line(line: StoryLine) -> pieces.EventLine | None:
    """What stands around a story; None: not counted on any day, or not relevant."""
    group = data.event(line)
    if group is None:
        return None
    mine = next(story for story in group.stories if story.id == line.story)
    credited = data.reading().credits.names.get(mine.credited, mine.credited)
    others = tuple(story.origin for story in group.stories if story is not mine)
    return pieces.EventLine(credited, others, group.independent_reports)


def _times(line: StoryLine) -> pieces.Times:
    return pieces.Times(_moment(line.published), _moment(line.seen))


def _moment(iso: str) -> datetime | None:
    return datetime.fromisoformat(iso) if iso else None


def focused(line: StoryLine, wanted: StoryQuery) -> StoryLine:
    """The story with the sentences first that were asked for."""
    order = sorted(range(len(line.evidence)), key=lambda at: (not _fits(line, at, wanted), at))
    moved = frozenset(new for new, old in enumerate(order) if old in line.added_later)
    return replace(line, evidence=tuple(line.evidence[at] for at in order), added_later=moved)


def _fits(line: StoryLine, at: int, wanted: StoryQuery) -> bool:
    item = line.evidence[at]
    return wanted.indicator in (None, item.indicator) and wanted.stance in (None, item.stance)


def older_key(key: str) -> str:
    """Of the address: the article below which a list begins."""
    return f"{key}-older"


def _older_than(key: str) -> int | None:
    given = st.query_params.get(older_key(key), "")
    return int(given) if address.is_number(given) else None


def _go_on(key: str, article: int | None) -> None:
    """Begin below an article; None: with the newest again. In either case on the first page."""
    st.session_state[key] = 1
    if article is None:
        del st.query_params[older_key(key)]
    else:
        st.query_params[older_key(key)] = str(article)


def list_stories(wanted: StoryQuery, *, key: str, nothing: str, heading: str = "h3", draw: Draw | None = None) -> None:
    """A page of stories, newest first, with the number of all. key : of the page number in the address.

    Below the last page that is counted a button goes on with what is older, however large the archive.
    """
    slot = st.container(gap="xsmall")
    older = _older_than(key)
    total = data.story_count(wanted, older=older)
    pages = max(1, math.ceil(min(total, MOST_COUNTED) / PER_PAGE))
    number = 1
    if pages > 1:
        number = min(st.pagination(pages, key=key, bind="query-params"), pages)
    lines, _ = data.stories(wanted, limit=PER_PAGE, offset=(number - 1) * PER_PAGE, older=older)
    with st.container(horizontal=True):
        if total > MOST_COUNTED and number == pages:
            st.button(words.OLDER, key=f"{key}-on", on_click=_go_on, args=(key, lines[-1].article))
        if older is not None:
            st.button(words.NEWEST_AGAIN, key=f"{key}-back", on_click=_go_on, args=(key, None))
    with slot:
        said = _counted(total, number, len(lines), wanted.origins_only) if total else nothing
        st.caption(f"{words.OLDER}: {said}" if older is not None else said)
        show(lines, wanted, heading=heading, draw=draw)


def show(
    lines: Sequence[StoryLine],
    wanted: StoryQuery = StoryQuery(),  # noqa: B008 frozen
    *,
    heading: str = "h3",
    draw: Draw | None = None,
) -> None:
    """draw : how one story is put on the page, if not as one piece."""
    for line in lines:
        if draw is None:
            st.html(story_html(focused(line, wanted), heading=heading))
        else:
            draw(focused(line, wanted), heading)


def _counted(total: int, number: int, shown: int, origins_only: bool) -> str:
    first = (number - 1) * PER_PAGE + 1
    span = "" if shown == total else f", {first} to {first + shown - 1} shown"
    return f"{words.stories_counted(total, MOST_COUNTED, origins_only=origins_only)}, newest first{span}"


def source_marks(first: date, last: date) -> list[charts.Mark]:
    """Days on which the set of sources changed: what comes after is not what came before."""
    return [
        charts.Mark(one.day, words.sources_changed(len(one.added), len(one.gone)), partial=False)
        for one in data.source_changes(first, last)
    ]
