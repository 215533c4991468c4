"""Alerts, each with its reason, its decisions and its parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.pieces.tables import rows
from dashboard.pieces.text import plain


@dataclass(frozen=True, slots=True)
class AlertWords:
    """An alert in words. stories is HTML, and so are the values of the parameters."""

    id: str
    title: str
    state: str
    state_help: str
    when: str
    why: str
    stories: str
    previous: str  # id of the one before it; "": none
    decisions: Sequence[str]
    parameters: Sequence[tuple[str, str]]


def alerts(items: Sequence[AlertWords]) -> str:
    """Each with its reason; every parameter opens in place."""
    return f'<div class="m-alerts">{"".join(_one_alert(item) for item in items)}</div>'


def alerts_before(items: Sequence[AlertWords], *, total: int, more: str) -> str:
    """Folded away; a link to one of them opens it."""
    return (
        f'<details class="m-before"><summary>Alerts before ({total:,})</summary>{alerts(items)}'
        f"<p>{plain(more)}</p></details>"
    )


def _one_alert(item: AlertWords) -> str:
    before = f' · the one before: <a class="m-in" href="#{plain(item.previous)}">{plain(item.previous)}</a>'
    decided = "".join(f"<li>{plain(one)}</li>" for one in item.decisions)
    listed = f'<ul class="m-notes">{decided}</ul>' if decided else ""
    table = rows(
        ["Parameter", "Value"], [[plain(n), v] for n, v in item.parameters], caption=f"Parameters of {item.id}"
    )
    return (
        f'<article class="m-alert" id="{plain(item.id)}"><h3>{plain(item.title)} '
        f'<span class="m-badge" title="{plain(item.state_help)}">{plain(item.state)}</span></h3>'
        f"<p>{plain(item.when)}. {plain(item.why)}</p>"
        f'<p class="m-meta">{item.stories}{before if item.previous else ""}</p>{listed}'
        f"<details><summary>All parameters</summary>{table}<p>{plain(item.state_help)}</p></details></article>"
    )
