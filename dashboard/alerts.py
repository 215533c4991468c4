"""Alerts on the Situation page: open ones, those before them, and a form to decide about one. Computes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import data, pieces, words
from feeds.errors import HouseError
from metrics.alert import Action
from metrics.alert_words import MEANING, STATE_HELP, lasted, parameters, title, why
from metrics.deciding import KnownAlert

OPEN = ("open", "acknowledged")
MOST = 60  # alerts shown of the history; the command lists all
CHOICES: dict[str, Action] = {
    "acknowledge": "acknowledged", "dismiss": "dismissed", "close": "closed", "reopen": "reopened"
}  # fmt: skip


def counted() -> tuple[str, str]:
    """Number and note for the strip."""
    states = [one.state for one in data.alerts()]
    acknowledged = states.count("acknowledged")
    return f"{states.count('open'):,} open", f"and {acknowledged:,} acknowledged" if acknowledged else ""


def panel() -> None:
    """All alerts by state, newest first."""
    found = data.alerts()
    present, past = ([one for one in found if (one.state in OPEN) == is_open] for is_open in (True, False))
    st.header("Alerts", anchor=False)
    st.caption(MEANING)
    if present:
        st.html(pieces.alerts([_alert(one) for one in present]))
    else:
        st.caption("No alert is open.")
    if past:
        more = f"The newest {MOST} are shown; the command `metrics alerts` lists all." if len(past) > MOST else ""
        st.html(pieces.alerts_before([_alert(one) for one in past[:MOST]], total=len(past), more=more))
    if data.may_decide() and found:
        _decide(found)


def _alert(one: KnownAlert) -> pieces.AlertWords:
    labels = data.watched().labels
    listed = [(name, pieces.plain(value)) for name, value in parameters(one.alert, labels.sides)]
    return pieces.AlertWords(
        id=one.alert.id,
        title=title(one.alert, labels.indicators, labels.peoples),
        state=one.state,
        state_help=one.superseded_why or STATE_HELP[one.state],
        when=lasted(one.alert),
        why=why(one.alert),
        stories=_stories(one),
        previous=one.alert.previous or "",
        decisions=_decisions(one),
        parameters=listed,
    )


def _stories(one: KnownAlert) -> str:
    """A link to the stories of its days; HTML."""
    labels = data.watched().labels
    shown = words.stories(len(one.alert.stories))
    return pieces.within(
        "coverage", pieces.plain(shown), about=labels.indicator(one.alert.indicator),
        says=words.STANCES[one.alert.stance], since=one.alert.since.isoformat(),
        until=one.alert.last_alarm.isoformat(), **labels.address,
    )  # fmt: skip


def _decisions(one: KnownAlert) -> list[str]:
    zone = data.watched().monitor.zone
    return [
        f"{words.a_moment(each.at, zone)}: {each.decision.action} by {each.decision.by}"
        + (f", because: {each.decision.reason}" if each.decision.reason else "")
        for each in one.decisions
    ]


def _decide(found: Sequence[KnownAlert]) -> None:
    """One form for all; a refused decision says why in one line."""
    labels = data.watched().labels
    names = {
        f"{title(one.alert, labels.indicators, labels.peoples)}, {one.alert.opened} ({one.state})": one.alert.id
        for one in found
        if one.state != "superseded"
    }
    with st.expander("Decide about an alert", key="deciding"), st.form("decide", border=False):
        chosen = st.selectbox("Alert", list(names), key="which-alert")
        action = st.segmented_control("Decision", list(CHOICES), default="acknowledge", required=True, key="decision")
        reason = st.text_input("Reason (dismissing needs one)", key="reason", max_chars=500)
        by = st.text_input("Your name, kept with the decision", key="by", max_chars=80)
        if st.form_submit_button("Record") and chosen:
            try:
                data.decide_alert(names[chosen], CHOICES[action or "acknowledge"], reason=reason, by=by)
            except HouseError as error:
                st.error(str(error))
                return
            st.rerun()
