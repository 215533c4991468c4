"""Plain tables, and a few numbers in one row."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.pieces.text import plain


def strip(cells: Sequence[tuple[str, str, str]]) -> str:
    """Name, value and note of a few numbers in one row."""
    parts = "".join(
        f"<div><dt>{plain(name)}</dt><dd>{plain(value)}{f'<small>{plain(note)}</small>' if note else ''}</dd></div>"
        for name, value, note in cells
    )
    return f'<dl class="m-strip">{parts}</dl>'


def rows(head: Sequence[str], body: Sequence[Sequence[str]], *, caption: str) -> str:
    """A plain table; cells are HTML already. More than three columns stand below each other on a narrow screen."""
    top = "".join(f'<th scope="col">{plain(name)}</th>' for name in head)
    lines = "".join(f"<tr>{_cells(head, line)}</tr>" for line in body)
    look = "m-table m-wide" if len(head) > 3 else "m-table"
    return (
        f'<div class="m-scroll" tabindex="0" role="group" aria-label="{plain(caption)}"><table class="{look}">'
        f"<caption>{plain(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _cells(head: Sequence[str], line: Sequence[str]) -> str:
    return "".join(
        f'<td data-head="{plain(name)}">{cell}</td>' if cell else '<td class="m-no"></td>'
        for name, cell in zip(head, line, strict=True)
    )
