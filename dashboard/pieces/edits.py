"""What became of an article after it was published: changed, dated anew, gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dashboard import words
from dashboard.pieces.text import LONGEST_SENTENCE, LONGEST_TITLE, clipped, foreign, plain
from feeds.diff import Part, shortened
from feeds.evidence import Edit

MOST_EDITS = 5  # shown of one article, the newest; the number says how many there are
MOST_PARTS = 40  # stretches of one text shown of an edit
AROUND = 80  # characters shown beside a change


def traces(edits: Sequence[Edit], gone: datetime | None, labels: words.Labels, *, opened: bool = False) -> str:
    """What became of an article: changed after publication, gone from its feed; "" when neither was seen."""
    said = [words.changed_after(len(edits), edits[-1].at, labels.zone)] if edits else []
    said += [words.gone_since(gone, labels.zone)] if gone else []
    if not said:
        return ""
    changes = "".join(_changes(edit, labels) for edit in reversed(edits[-MOST_EDITS:]))
    state = " open" if opened else ""
    shown = f"<details{state}><summary>{words.WHAT_CHANGED}</summary>{changes}</details>" if changes else ""
    return f'<div class="m-traces">{plain(". ".join(said))}.{shown}</div>'


def _changes(edit: Edit, labels: words.Labels) -> str:
    """One edit: title and text around what was taken out and put in, word by word."""
    lines = [f"address: it was {foreign(clipped(edit.url, LONGEST_TITLE))}"] if edit.url else []
    lines += [f"dated anew: it was {words.a_moment(edit.published, labels.zone)}"] if edit.published else []
    lines += [_marked(shortened(parts, AROUND)) for parts in (edit.title, edit.text)]
    shown = "".join(f"<p>{line}</p>" for line in lines if line)
    return f'<div class="m-said">seen {plain(words.a_moment(edit.at, labels.zone))}</div>{shown}'


def _marked(parts: Sequence[Part]) -> str:
    """Words taken out and put in; a change of any length is cut to what a reader takes in."""
    tags = {"same": "{}", "removed": _sign("del", "−", "removed"), "added": _sign("ins", "+", "added")}
    shown = "".join(tags[part.kind].format(plain(clipped(part.text, LONGEST_SENTENCE))) for part in parts[:MOST_PARTS])
    return f'<bdi dir="auto">{shown}{" …" if len(parts) > MOST_PARTS else ""}</bdi>' if shown else ""


def _sign(element: str, sign: str, word: str) -> str:
    """A pattern for changed words: a sign for the eye and a word for the ear, never colour alone."""
    return f'<{element}><span aria-hidden="true">{sign}</span><span class="m-sr">{word}: </span>{{}}</{element}>'
