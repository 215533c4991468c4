"""Summary → PDF by typst: tagged (PDF/UA-1), A4, all scripts of the monitor from fonts that come with typst.

Text goes in as data, never as markup. No date but the summary's own stands in the file, so that it is the same to the
byte whenever it is made.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import asdict
from pathlib import Path

from dashboard.export import chart, document, phrases
from dashboard.export.escape import one_line
from metrics.summary import Summary

HERE = Path(__file__).parent


_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.S)
MOST_TRIES = 40  # each takes out what one piece of foreign text lacks
SIZES = {"en": 10.0, "ru": 8.9, "hy": 8.2}  # points; longer words and wider letters still fit the page of highlights
BLANK = "□"  # a letter that no font of ours has


def render(summary: Summary) -> bytes:
    """What has no glyph in the fonts (emoji, scripts the monitor does not read) is named or shown as a box."""
    import typst  # 40 ms that only who asks for a PDF waits for

    data, made_at = json.dumps(_data(summary), ensure_ascii=False), int(summary.as_of.timestamp())
    for _ in range(MOST_TRIES):
        try:
            return _compiled(data, made_at, for_readers=True)
        except typst.TypstError as error:
            lacking = _NO_GLYPH.search(str(error))
            if lacking is None:
                raise
            data = data.translate({ord(one): _named(one) for one in lacking[1] if not one.isascii()})
    return _compiled(data, made_at, for_readers=False)  # readable all the same, without the promise to screen readers


def _compiled(data: str, made_at: int, *, for_readers: bool) -> bytes:
    """for_readers : PDF/UA-1, which fails where a glyph is missing."""
    import typst

    made: bytes = typst.compile(
        HERE / "summary.typ",
        root=HERE,
        sys_inputs={"data": data},
        format="pdf",
        pdf_standards=["ua-1"] if for_readers else [],
        ignore_system_fonts=True,
        timestamp=made_at,
    )
    return made


def _named(character: str) -> str:
    """ "[loudspeaker]"; a full-width sign is its plain one."""
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and plain.isascii() and plain.isprintable() and plain not in '"\\':
        return plain
    kind = unicodedata.category(character)
    if kind[0] in "MC":
        return ""
    return BLANK if kind[0] == "L" else f"[{unicodedata.name(character, 'sign').lower()}]"


def _data(summary: Summary) -> dict[str, object]:
    listed = document.blocks(summary)
    title = next(one for one in listed if one.kind == "title")
    day, title_line = summary.day, one_line(phrases.title_line(summary))
    return {
        "title": title_line,
        "lang": summary.lang,
        "size": SIZES.get(summary.lang, 9.3),
        "chart": chart.svg(summary),
        "head": title.text,
        "day": title.about,
        "date": [day.year, day.month, day.day],
        "notice": next((one.text for one in listed if one.kind == "notice"), ""),
        "foot": f"{title_line} · {summary.number}",
        "facts": [asdict(one) for one in listed if one.kind == "fact"],
        "blocks": [asdict(one) for one in listed if one.kind not in ("notice", "title", "fact")],
    }
