"""The day's summary, as exported, within a page."""

from __future__ import annotations

import base64
import re

ON_BOTH_THEMES = "#738196"  # 3.9 to 1 on white and 4.4 to 1 on the dark page: a picture does not know the theme


def _as_picture(drawing: re.Match[str]) -> str:
    """Streamlit lets no SVG through but as a picture. What it shows stands in the figure's label and below it."""
    packed = base64.b64encode(drawing[0].replace("currentColor", ON_BOTH_THEMES).encode()).decode()
    return f'<img class="m-drawn" src="data:image/svg+xml;base64,{packed}" alt="" style="width: 100%">'


def summary_body(document: str) -> str:
    """The readable part of the exported HTML summary, without its own head, style and first heading."""
    facts = re.search(r"<dl class=\"facts\">.*?</dl>", document, re.DOTALL)
    main = re.search(r"<main>(.*)</main>", document, re.DOTALL)
    body = re.sub(
        r"<svg.*?</svg>", _as_picture, f"{facts[0] if facts else ''}{main[1] if main else ''}", flags=re.DOTALL
    )
    return f'<div class="m-summary">{body.replace(" rel=", " target=_blank rel=")}</div>'
