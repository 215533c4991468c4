"""How things stand: sources, alerts, levels, and one day's summary. The words are those of the pages."""

from __future__ import annotations

from datetime import date, timedelta

from dashboard import data
from dashboard.api import atom, shelves
from dashboard.api.lists import page_of, side
from dashboard.api.paging import Position, page
from dashboard.api.parameters import Asked
from dashboard.api.problems import Refused
from dashboard.api.rows import AlertRow, Decided, File, Labelled, LevelRow, Page, SourceRow, SummaryRow
from dashboard.export import escape, file_name, render
from dashboard.files import opml_name
from feeds.doctor import Seen
from feeds.opml import to_opml
from metrics import alert_words, level_words
from metrics.deciding import KnownAlert, chosen
from metrics.situation import Level
from metrics.summary import Summary


def sources(asked: Asked) -> Page[SourceRow]:
    """By key: a list sorted by trouble would change while it is read."""
    chosen = [_source_row(one) for one in data.seen_sources() if _is_wanted(one, asked)]
    shown, more = page(chosen, lambda row: (row.key,), asked.after(), asked.number("limit"))
    return page_of(asked, shown, more)


def sources_opml(asked: Asked) -> File:
    """Those that were asked for, as feed readers take them."""
    of = data.watched()
    wanted = [one.source for one in data.seen_sources() if _is_wanted(one, asked)]
    title = f"{of.monitor.title} (INVENTED)" if of.monitor.invented else of.monitor.title
    return File(to_opml(wanted, title), opml_name(of.monitor))


def _is_wanted(one: Seen, asked: Asked) -> bool:
    return (
        asked.text("condition") in (None, one.condition.word)
        and asked.text("side") in (None, one.source.outlet.side)
        and asked.text("source") in (None, one.source.key)
        and asked.text("language") in (None, *one.source.languages)
    )


def _source_row(one: Seen) -> SourceRow:
    source, state, condition = one.source, one.state, one.condition
    return SourceRow(
        key=source.key,
        url=escape.link(source.url) or None,
        outlet=source.outlet.name,
        side=side(source.outlet.side),
        control=source.outlet.control,
        languages=source.languages,
        scope=source.scope,
        asked=source.is_polled,
        retired=source.retired,
        condition=condition.word,
        evidence=condition.evidence,
        brought=condition.brought,
        expected=condition.expected,
        articles=state.articles,
        last_poll=state.last_poll,
        last_success=state.last_success,
        last_outcome=state.last_outcome or None,
        next_poll=state.next_poll,
        next_reason=state.next_reason or None,
        moved_to=escape.link(state.moved_to) or None,
    )


def alerts(asked: Asked) -> Page[AlertRow]:
    """Newest first."""
    shelves.refuse_shelf(asked)
    shown, more = page(_wanted_alerts(asked), _alert_place, asked.after(), asked.number("limit"))
    return page_of(asked, [_alert_row(one) for one in shown], more)


def _wanted_alerts(asked: Asked) -> list[KnownAlert]:
    fitting = chosen(
        data.alerts(), first=asked.day("from"), last=asked.day("to"), states=_given(asked, "state"),
        indicators=_given(asked, "indicator"),
    )  # fmt: skip
    wanted = [one for one in fitting if asked.text("people") in (None, one.alert.people)]
    return sorted(wanted, key=_alert_place)


def alerts_feed(asked: Asked) -> File:
    found, shelf = (alerts(asked), None) if asked.after() is not None else _shelf_of_alerts(asked)
    monitor = data.watched().monitor
    entries = [
        atom.Entry(
            id=f"alert {row.facts.id}",
            title=row.title,
            updated=max([row.made, *(one.at for one in row.decisions), *([row.superseded] if row.superseded else [])]),
            published=row.made,
            author=monitor.title,
            url="/",
            terms=(row.indicator.key, row.state),
            lines=(row.why, f"State: {row.state}."),
        )
        for row in found.data
    ]
    return File(atom.feed(asked, f"{monitor.title}: unusual days", monitor.key, entries, found.next, shelf), "")


def _shelf_of_alerts(asked: Asked) -> tuple[Page[AlertRow], shelves.Shelf]:
    """By the month in which they were opened."""
    wanted, number = _wanted_alerts(asked), shelves.asked_shelf(asked)
    shown, shelf = shelves.shelved(
        wanted, lambda one: shelves.of_month(one.alert.opened), number=number, least=asked.number("limit")
    )
    more = _alert_place(shown[-1]) if number is None and len(wanted) > len(shown) else None
    return page_of(asked, [_alert_row(one) for one in shown], more), shelf


ALERT_PLACE = (int, str)


def _alert_place(one: KnownAlert) -> Position:
    return (-one.alert.opened.toordinal(), one.alert.id)


def _given(asked: Asked, name: str) -> tuple[str, ...]:
    value = asked.text(name)
    return () if value is None else (value,)


def _alert_row(one: KnownAlert) -> AlertRow:
    labels, alert = data.watched().labels, one.alert
    return AlertRow(
        title=alert_words.title(alert, labels.indicators, labels.peoples),
        state=one.state,
        why=alert_words.why(alert),
        indicator=Labelled(alert.indicator, labels.indicator(alert.indicator)),
        people=Labelled(alert.people, labels.people(alert.people)) if alert.people else None,
        sides=tuple(side(key) for key in alert.sides),
        decisions=tuple(Decided(each.decision.action, each.at, each.decision.reason or None) for each in one.decisions),
        made=one.made,
        superseded=one.superseded,
        superseded_why=one.superseded_why or None,
        facts=alert,
    )


def levels(asked: Asked) -> Page[LevelRow]:
    """Indicators in the monitor's order, which ranks nothing; all peoples together first."""
    keys, peoples = data.watched().monitor.indicator_keys, ["", *data.watched().labels.peoples]
    chosen = [one for one in data.levels().values() if _is_level_wanted(one, asked)]
    shown, more = page(
        chosen,
        lambda one: (keys.index(one.indicator), peoples.index(one.people) if one.people in peoples else len(peoples)),
        asked.after(),
        asked.number("limit"),
    )
    return page_of(asked, [_level_row(one) for one in shown], more)


def _is_level_wanted(one: Level, asked: Asked) -> bool:
    return asked.text("indicator") in (None, one.indicator) and asked.text("people") in (None, one.people)


def _level_row(one: Level) -> LevelRow:
    labels = data.watched().labels
    people = Labelled(one.people, labels.people(one.people)) if one.people else None
    named = Labelled(one.indicator, labels.indicator(one.indicator))
    return LevelRow(named, people, level_words.name(one.level), level_words.why(one), one)


def summary(asked: Asked) -> Summary:
    """One day as it stood at its end, or stands now while it lasts."""
    day = asked.day("day")
    assert day is not None
    first, last = data.span()[0], data.today()
    if not first <= day <= last:
        raise Refused(404, f"there is no summary of {day}: the archive holds {first} to {last}")
    return data.summary(day)


SUMMARY_PLACE = (int,)


def summaries(asked: Asked) -> Page[SummaryRow]:
    """Newest first; days that are over, and today."""
    shelves.refuse_shelf(asked)
    shown, more = page(_days(), lambda day: (-day.toordinal(),), asked.after(), asked.number("limit"))
    return page_of(asked, [_summary_row(day) for day in shown], more)


def _days() -> list[date]:
    """Newest first."""
    first, last = data.span()[0], data.today()
    return [last - timedelta(days=n) for n in range((last - first).days + 1)]


def _summary_row(day: date) -> SummaryRow:
    number = f"{day.year}-{day.timetuple().tm_yday:03}"
    return SummaryRow(day, number, day < data.today(), f"/api/v1/summary/{day}")


def summaries_feed(asked: Asked) -> File:
    """Only days that are over: an entry does not change."""
    found, shelf = (summaries(asked), None) if asked.after() is not None else _shelf_of_summaries(asked)
    monitor = data.watched().monitor
    entries = [_summary_entry(row.day, monitor.title) for row in found.data if row.complete]
    return File(atom.feed(asked, f"{monitor.title}: daily summaries", monitor.key, entries, found.next, shelf), "")


def _shelf_of_summaries(asked: Asked) -> tuple[Page[SummaryRow], shelves.Shelf]:
    """By week: each is made when it is asked for."""
    days, number = _days(), shelves.asked_shelf(asked)
    shown, shelf = shelves.shelved(days, shelves.of_week, number=number, least=asked.number("limit"))
    more = (-shown[-1].toordinal(),) if number is None and len(days) > len(shown) else None
    return page_of(asked, [_summary_row(day) for day in shown], more), shelf


def _summary_entry(day: date, author: str) -> atom.Entry:
    made = data.summary(day)
    return atom.Entry(
        id=f"summary {day}",
        title=f"Daily summary {made.number}, {day}",
        updated=made.as_of,
        author=author,
        url=f"/summary?of={day}",
        lines=tuple(one.text for one in made.highlights),
    )


def summary_file(asked: Asked, format: str) -> File:
    """Any of dashboard.export.FORMATS."""
    found = summary(asked)
    return File(render(found, format), file_name(found, format))
