"""Method: what is counted, what is not, who publishes, who could observe, and how well the reading works."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from dashboard import data, indicator_words, pieces, words
from metrics import calibration
from metrics.calibration import Line, Measured
from metrics.evaluate import Score, Table
from metrics.lexicon import Observer

READING_WIDTH = 860  # pixels; longer lines are hard to read


def show() -> None:
    of = data.watched()
    with st.container(width=READING_WIDTH):
        st.header("What is counted", anchor=False)
        st.markdown(words.WHAT_IS_COUNTED.format(zone=words.zone_name(of.labels.zone)))
        _stances()
        st.header("Limits", anchor=False)
        st.markdown(words.LIMITS)
    _indicators()
    indicator_words.show()
    _observers(of.lexicon.observers)
    _outlets()
    _evaluation()
    _detector()
    _rules()
    _citing()


def _stances() -> None:
    rows = [
        [f"{words.STANCE_SIGN[key]} {words.STANCES[key]}", pieces.plain(text)]
        for key, text in words.STANCE_HELP.items()
    ]
    more = [[f"reported · {key}", pieces.plain(text)] for key, text in words.OCCURRENCE_HELP.items()]
    st.html(pieces.rows(["Stance", "The sentence"], rows + more, caption="What a sentence can say"))


def _indicators() -> None:
    """Every indicator with its sector and the time it is watched."""
    of, today = data.watched(), data.today()
    rows = []
    for sector in of.monitor.sectors:
        for key in sector.indicators:
            watched = of.monitor.indicator(key)
            spans = "; ".join(_period(one.since, one.until) for one in watched.active)
            now = "yes" if watched.is_active(today) else "no"
            split = "yes" if watched.split_by_people else ""
            rows.append([pieces.plain(of.labels.indicator(key)), pieces.plain(sector.label), spans, now, split])
    st.header("Indicators", anchor=False)
    head = ["Indicator", "Sector", "Watched", "Now", "Always split by people"]
    st.html(pieces.rows(head, rows, caption="In sector order, an order that ranks nothing"))


def _period(since: object, until: object) -> str:
    begin = words.a_day(since) if since else "always"  # type: ignore[arg-type]
    return f"{begin} to {words.a_day(until)}" if until else (f"since {begin}" if since else begin)  # type: ignore[arg-type]


def _observers(observers: Sequence[Observer]) -> None:
    """Dated facts about who could see for themselves."""
    if not observers:
        return
    rows = [
        [
            f"<b>{pieces.plain(one.who)}</b>",
            pieces.plain(one.where),
            f"{words.a_day(one.since)} to {words.a_day(one.until) if one.until else 'now'}",
            pieces.plain(one.access),
            pieces.plain(one.what) + (" <small>(partly checked)</small>" if one.verified == "partial" else ""),
            " ".join(_source(at, source) for at, source in enumerate(one.sources, 1)),
        ]
        for one in sorted(observers, key=lambda one: one.since)
    ]
    st.header("Who could observe on the ground", anchor=False)
    head = ["Who", "Where", "When", "Access", "What", "Sources"]
    st.html(pieces.rows(head, rows, caption="Dated facts with their sources, oldest first"))


def _source(at: int, source: str) -> str:
    return pieces.link(source, f"[{at}]") if source.startswith("http") else pieces.plain(source)


def _outlets() -> None:
    """Who publishes, for whose perspective each stands, and who runs it, with the basis and date of saying so."""
    of = data.watched()
    sides = [[f"<b>{pieces.plain(side.label)}</b>", pieces.plain(side.note)] for side in of.monitor.sides]
    st.header("Sides and outlets", anchor=False)
    st.html(pieces.rows(["Side", "Meaning"], sides, caption="Whose perspective a publisher or speaker stands for"))
    outlets = {source.outlet.key: source.outlet for source in of.sources}
    rows = [
        [
            f"<b>{pieces.plain(one.name)}</b>",
            pieces.side(one.side, of.labels),
            pieces.plain(of.labels.controls.get(one.control, one.control)),
            pieces.plain(" ".join(part for part in (one.basis, f"({one.as_of})" if one.as_of else "") if part)),
        ]
        for one in sorted(outlets.values(), key=lambda one: one.name.casefold())
    ]
    with st.expander(f"Outlets ({len(rows)})"):
        st.html(pieces.rows(["Outlet", "Side", "Run by", "Basis"], rows, caption="Outlets, by name"))


def _evaluation() -> None:
    """How well the words read: who has gone through them, the last audit, and labelled cases."""
    of = data.watched()
    with st.container(width=READING_WIDTH):
        st.header("How well it reads", anchor=False)
        lacking = words.native_reader(of.monitor.languages, of.labels.languages)
        if lacking:
            st.markdown(lacking)
        st.markdown(_last_audit())
        if data.case_files():
            st.markdown(words.EVALUATION)
    if data.case_files():
        _measured()


def _last_audit() -> str:
    last = data.last_audit()
    if last is None:
        return words.last_audit(None, 0, 0)
    return words.last_audit(data.watched().monitor.day_of(last.at), last.items, last.readers)


@st.fragment
def _measured() -> None:
    """The tables, at once where they are known; else a button, since measuring takes seconds."""
    place = st.empty()
    if data.evaluation() is None:
        with place.expander("Labelled cases"):
            st.caption(words.MEASURE_NOTE)
            if not st.button(words.MEASURE, key="measure"):
                return
            with st.spinner("Reading the labelled cases …"):
                data.measure()
        place.empty()
    tables = data.evaluation() or ()
    for number, one in enumerate(tables):
        with st.expander(f"Cases of {one.name} ({one.items})", expanded=number == 0):
            _labels(one)
            _shares(one)


def _labels(one: Table) -> None:
    """Precision, recall and F1, beside what a plain search for the same words would reach."""
    labels = data.watched().labels
    rows = [
        ["<b>Reported, all indicators</b>", *_figures(one.reported)],
        ["the same words, searched plainly", *_figures(one.baseline)],
        ["<b>Relevant or not</b>", *_figures(one.relevance)],
        *([pieces.plain(labels.language(key)), *_figures(score)] for key, score in one.by_language.items()),
        *(
            [f"published by {pieces.plain(_bloc(bloc))}", *_figures(score)]
            for bloc, score in one.by_bloc.items()
            if _cases(score)
        ),
        *(
            [pieces.plain(labels.indicator(key)), *_figures(score)]
            for key, score in one.by_indicator.items()
            if _cases(score)
        ),
    ]
    head = ["", "Precision", "Recall", "F1", "95% interval of F1", "Right, wrong, missed"]
    st.html(pieces.rows(head, rows, caption="Labels that say something is reported, and relevance"))


def _bloc(name: str) -> str:
    """Sides that do not corroborate each other, by their labels."""
    return " + ".join(data.watched().labels.side(key) for key in name.split(" + "))


def _shares(one: Table) -> None:
    """What is said of a label besides its indicator, as shares of what was found."""
    shares = {
        "Whole articles right in every label": one.whole_items,
        "Stance": one.stance,
        "Occurrence": one.occurrence,
        "People": one.people,
        "Speaker's side": one.speaker,
    }
    rows = [
        [name, words.a_rate(share.value), _span(share.low, share.high), f"{share.right} of {share.seen}"]
        for name, share in shares.items()
        if share.seen
    ]
    st.html(pieces.rows(["", "Right", "95% interval", "Labels"], rows, caption="What each label says besides"))


def _figures(score: Score) -> list[str]:
    rates = [words.a_rate(value) for value in (score.precision, score.recall, score.f1)]
    return [*rates, _span(score.low, score.high), f"{score.right}, {score.false}, {score.missed}"]


def _span(low: float, high: float) -> str:
    return "" if math.isnan(low) else f"{words.a_rate(low)} to {words.a_rate(high)}"


def _cases(score: Score) -> int:
    return score.right + score.false + score.missed


def _detector() -> None:
    """How unusual days are found, and how that does beside other rules."""
    table = calibration.comparison()
    with st.container(width=READING_WIDTH):
        st.header("How unusual days are found", anchor=False)
        st.markdown(words.detector(table.lines[0], calibration.rule()))
    rows = [[_method(one), *(_interval(figure) for figure in _of_method(one))] for one in table.lines]
    rules = len({one.method for one in table.lines})
    series = f"the same {table.series:,} or fewer invented series of each kind"
    caption = f"Unusual days, by {rules} rules at {len(rows)} settings, on {series}"
    st.html(pieces.rows(["Rule", *words.DETECTOR_COLUMNS], rows, caption=caption))
    by_mean = [[f"{mean:g}", _interval(figure)] for mean, figure in table.by_mean.items()]
    with st.expander("False alerts at other numbers of stories"):
        head = ["Stories a day", "False alerts a year, on the worst of four backgrounds"]
        st.html(pieces.rows(head, by_mean, caption="False alerts by the number of stories a day"))
    with st.container(width=READING_WIDTH):
        st.caption(words.DETECTOR_NOTE.format(command=table.command))


def _method(line: Line) -> str:
    if line.method == "ours":
        return f"<b>{words.DETECTOR_OURS}</b>"
    setting = words.AS_PUBLISHED if line.as_published else words.MADE_EQUAL
    return f"{pieces.plain(line.method)} <small>{setting}, from {line.threshold:g}</small>"


def _of_method(one: Line) -> tuple[Measured | None, ...]:
    found = (one.shift, one.spike, one.ramp, one.in_alarm, one.second)
    return (one.false_alerts, one.worst, *found, one.false_declines, one.fall)


def _interval(figure: Measured | None) -> str:
    if figure is None:
        return "–"
    return f"{words.a_rate(figure.value)} <small>({_span(figure.low, figure.high)})</small>"


def _rules() -> None:
    st.header("Names and rules", anchor=False)
    of = data.watched()
    st.markdown(
        f"Rules version `{of.lexicon.rules_version}`: a fingerprint of every word list that decides what is counted. "
        "It stands in every download, so that a series can be made again. `python -m metrics explain ID` shows every "
        "match in an article, kept or dropped, and the rule."
    )


def _citing() -> None:
    st.header("How to cite", anchor=False)
    with st.container(width=READING_WIDTH):
        st.markdown(words.CITING)
        st.code(indicator_words.citation(), language=None, wrap_lines=True)


show()
