"""Summary → one HTML file: no script, no outside request, light and dark, prints on A4, works at 390 px.

The template escapes everything (autoescape); quotes carry lang and dir; titles stand in <bdi>. A strict content
security policy inside the file lets a browser load nothing, whatever a feed may have written.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from dashboard.export import chart, escape, notes, phrases
from metrics.summary import Summary

HERE = Path(__file__).parent
INVENTED_STYLE = """@page invented {
  @top-center { content: "INVENTED: nothing here is about the real world"; font: bold 9pt sans-serif; }
}
.is-invented { page: invented; }
"""  # the mark on every printed page; a real summary does not even hold the word


def render(summary: Summary) -> bytes:
    style = (HERE / "summary.css").read_text(encoding="utf-8") + (INVENTED_STYLE if summary.invented else "")
    page = _template().render(
        summary=summary,
        words=summary.words,
        headings=summary.words.headings,
        phrases=phrases,
        notes=notes.notes_of(summary),
        chart=chart,
        drawing=Markup(chart.svg(summary)) if chart.is_worth_drawing(summary) else "",  # ours; no text of feeds in it
        style=Markup(style),  # our own file; quotes inside <style> must stay quotes
        policy=_policy(style),
    )
    return (page.strip() + "\n").encode()


def _policy(style: str) -> str:
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(
        link=escape.link, language=escape.language, direction=escape.direction, clean=escape.one_line, ids=notes.ids
    )
    environment.globals.update(note_of=notes.note_of)
    return environment.get_template("summary.html.jinja")
