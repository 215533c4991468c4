"""What stands above and below every page."""

from __future__ import annotations

from dashboard.pieces.text import plain


def banner(text: str) -> str:
    return f'<div class="m-invented" role="note">{plain(text)}</div>'


def head(title: str, subtitle: str, page: str, *, invented: str = "") -> str:
    """The top of every page. invented : the words that mark an invented monitor, "" for a real one."""
    under = f'<p class="m-kicker"><b>{plain(title)}</b>{f" {plain(subtitle)}" if subtitle else ""}</p>'
    return f'<div class="m-head">{banner(invented) if invented else ""}{under}<h1>{plain(page)}</h1></div>'


def foot(names_rule: str, disclaimer: str) -> str:
    return f'<footer class="m-foot"><p>{plain(names_rule)}</p><p>{plain(disclaimer)}</p></footer>'
