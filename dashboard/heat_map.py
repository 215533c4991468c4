"""Indicator × day → a table whose cells are coloured by stories, and the same by day in words. Pure: HTML from values.

A table and no drawing: every cell can be read, and opens its stories. Colour is a second carrier of the number that
stands in the cell. A day not seen is hatched, one partly seen is an outline, one on which none was seen has a dot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from types import MappingProxyType

from dashboard import words
from dashboard.charts import DARK, LIGHT, both
from dashboard.pieces import plain, rows, within
from metrics.month import NOT_WATCHED, Cell, Line

CLASSES = 5
NOTHING: Mapping[date, str] = MappingProxyType({})
# Fill and text per class, few stories first: one hue, told apart by lightness alone. Text has 4.5:1 on its fill.
LIGHT_STEPS = (("#dbe9f6", "#111111"), ("#a9cbe7", "#111111"), ("#6aa6d6", "#111111"), ("#2a72b5", "#ffffff"),
         ("#0a3c78", "#ffffff"))  # fmt: skip
DARK_STEPS = (("#16324f", "#ffffff"), ("#1f5083", "#ffffff"), ("#2b6cae", "#ffffff"), ("#7db4e6", "#111111"),
        ("#d3e6f8", "#111111"))  # fmt: skip
STEPS = {LIGHT.ground: LIGHT_STEPS, DARK.ground: DARK_STEPS}
OPEN = ("partial", "backfill")  # states in which a number is a lower bound, or nobody's observation
SEEN_AS = {
    "full": "seen", "partial": "partly seen", "unseen": "not seen", "backfill": "from history files",
    "before": "before the first poll", NOT_WATCHED: "not watched",
}  # fmt: skip


def edges(most: int) -> tuple[int, ...]:
    """The smallest number of stories of each class: 1, then always the same factor, so that one more is above `most`.

    >>> edges(3), edges(20), edges(700)
    ((1, 2, 4, 8, 16), (1, 2, 4, 8, 16), (1, 4, 16, 64, 256))
    """
    step = next((one for one in (2, 3, 4, 5, 6, 8, 10) if one ** (CLASSES - 1) * one > most), 20)
    return tuple(step**at for at in range(CLASSES))


def class_of(stories: int, bounds: Sequence[int]) -> int:
    """0: none; 1 to CLASSES.

    >>> [class_of(n, (1, 2, 4, 8, 16)) for n in (0, 1, 3, 16, 400)]
    [0, 1, 2, 5, 5]
    """
    return sum(stories >= one for one in bounds)


def html(lines: Sequence[Line], labels: words.Labels, today: date, changed: Mapping[date, str] = NOTHING) -> str:
    """The picture and its legend. The links of cells are for the mouse; the keyboard has those of rows and `by_day`.

    changed : days on which the set of sources changed, in words.
    """
    if not lines:
        return ""
    days = [cell.day for cell in lines[0].cells]
    bounds = edges(max((cell.stories or 0 for line in lines for cell in line.cells), default=0))
    body = "".join(_row(line, labels, bounds, today) for line in lines)
    said = finding(lines, labels)
    return (
        f'<p class="m-finding">{plain(said)}</p>'
        f'<div class="m-scroll m-heat" tabindex="0" role="region" aria-label="{plain(said)}"><table>'
        f'<caption class="m-sr">{plain(said)}</caption><thead>{_head(days, changed)}</thead>'
        f"<tbody>{body}</tbody></table></div>"
        f"{_legend(bounds, is_changed=bool(changed))}"
    )


def _head(days: Sequence[date], changed: Mapping[date, str]) -> str:
    months = [(name, len(list(some))) for name, some in groupby(days, key=lambda day: f"{day:%b %Y}")]
    top = "".join(
        f'<th colspan="{count}" scope="colgroup">{plain(name if count > 2 else name[:3])}</th>'
        for name, count in months
    )
    low = "".join(_day_head(day, changed.get(day, "")) for day in days)
    return f'<tr><th rowspan="2" scope="col">Indicator</th>{top}</tr><tr>{low}</tr>'


def _day_head(day: date, said: str) -> str:
    """With the diamond that charts have where sources were added or lost: what comes after is not what came before."""
    if not said:
        return f'<th scope="col">{day.day}</th>'
    return f'<th scope="col" title="{plain(said)}">{day.day}<br>◇<span class="m-sr">{plain(said)}</span></th>'


def _row(line: Line, labels: words.Labels, bounds: Sequence[int], today: date) -> str:
    label = labels.indicator(line.indicator)
    span = _link(plain(label), label, labels, line.cells[0].day, line.cells[-1].day)
    cells = "".join(_cell(cell, label, labels, bounds, today) for cell in line.cells)
    return f'<tr><th scope="row">{span}</th>{cells}</tr>'


def _cell(cell: Cell, label: str, labels: words.Labels, bounds: Sequence[int], today: date) -> str:
    said = f"{label}, {words.a_day(cell.day)}: {_said(cell, today)}"
    if cell.stories is None:
        look = "m-blind" if cell.state == "unseen" else "m-off"
        return f'<td class="{look}" title="{plain(said)}"><span class="m-sr">{SEEN_AS[cell.state]}</span></td>'
    if not cell.stories:
        return f'<td class="m-zero" title="{plain(said)}">·<span class="m-sr">{words.NONE_SEEN.lower()}</span></td>'
    look = f"m-c{class_of(cell.stories, bounds)}{' m-part-seen' if _is_open(cell, today) else ''}"
    inner = _link(f"{cell.stories:,}", label, labels, cell.day, cell.day).replace("<a ", '<a tabindex="-1" ', 1)
    return f'<td class="{look}" title="{plain(said)}">{inner}</td>'


def _is_open(cell: Cell, today: date) -> bool:
    return cell.state in OPEN or cell.day == today


def _said(cell: Cell, today: date) -> str:
    if cell.stories is None:
        return SEEN_AS[cell.state]
    count = words.stories(cell.stories) if cell.stories else words.NONE_SEEN.lower()
    more = ["not over yet"] if cell.day == today else []
    more += [SEEN_AS[cell.state]] if cell.state in OPEN else []
    return ", ".join([count, *more])


def _link(shown: str, label: str, labels: words.Labels, first: date, last: date) -> str:
    dates = {"since": str(first), "until": str(last)}
    return within("coverage", shown, about=label, says="reported", **dates, **labels.address)


def _legend(bounds: Sequence[int], *, is_changed: bool) -> str:
    ends = [f"{low}" if low + 1 == high else f"{low} to {high - 1}" for low, high in pairwise(bounds)]
    ends.append(f"{bounds[-1]} or more")
    steps = "".join(f'<span><i class="m-c{at}"></i>{plain(end)}</span>' for at, end in enumerate(ends, 1))
    return (
        f'<div class="m-heat m-key"><span>Stories:</span>{steps}'
        '<span><i class="m-c3 m-part-seen"></i>partly seen, not over yet, or from files</span>'
        '<span><i class="m-zero">·</i>none seen</span><span><i class="m-blind"></i>not seen</span>'
        '<span><i class="m-off"></i>not watched, or before the first poll</span>'
        f"{'<span>◇ sources changed</span>' if is_changed else ''}</div>"
    )


def finding(lines: Sequence[Line], labels: words.Labels) -> str:
    """What the picture shows, in one sentence."""
    first, last = lines[0].cells[0].day, lines[0].cells[-1].day
    ordered = sorted((line for line in lines if line.stories), key=lambda line: -line.stories)
    most = words.listed(f"{labels.indicator(line.indicator)} ({words.stories(line.stories)})" for line in ordered[:3])
    longest = max(lines, key=lambda line: sum(cell.state != NOT_WATCHED for cell in line.cells))
    states = [cell.state for cell in longest.cells]
    gaps = [
        f"{words.number(states.count(state), 'day', 'days')} {SEEN_AS[state]}"
        for state in ("unseen", "partial", "before")
        if state in states
    ]
    said = f"most of {most}" if ordered else words.NONE_SEEN.lower()
    return "; ".join([f"Reports by indicator and day, {words.a_range(first, last)}: {said}", *gaps])


def by_day(lines: Sequence[Line], labels: words.Labels, today: date, changed: Mapping[date, str] = NOTHING) -> str:
    """The table behind the picture: one row a day, newest first; each number is a link that the keyboard reaches."""
    body = []
    for cells in reversed(list(zip(*(line.cells for line in lines), strict=True))):
        states = {cell.state for cell in cells} - {NOT_WATCHED}
        seen = SEEN_AS[states.pop()] if states else SEEN_AS[NOT_WATCHED]
        told = [_told(line, cell, labels) for line, cell in zip(lines, cells, strict=True) if cell.stories]
        nothing = "" if cells[0].state in ("unseen", "before") else words.NONE_SEEN.lower()
        more = ["not over yet"] if cells[0].day == today else []
        more += [changed[cells[0].day]] if cells[0].day in changed else []
        body.append([
            words.a_day(cells[0].day), plain(", ".join([seen, *more])),
            ", ".join(told) or nothing,
        ])  # fmt: skip
    return rows(["Day", "Our sources", "Stories that report it"], body, caption="The same by day, newest first")


def _told(line: Line, cell: Cell, labels: words.Labels) -> str:
    label = labels.indicator(line.indicator)
    return _link(plain(f"{label} {cell.stories:,}"), label, labels, cell.day, cell.day)


def rules() -> str:
    """Rules of the table in both themes; other colours are variables of look.py."""
    own = f".m-heat{{--hatch:{both(LIGHT.hatch, DARK.hatch)};--ground:{both(LIGHT.ground, DARK.ground)}}}"
    steps = zip(LIGHT_STEPS, DARK_STEPS, strict=True)
    return own + _RULES + "".join(_class_rules(at, *map(both, *step)) for at, step in enumerate(steps, 1))


def _class_rules(at: int, fill: str, ink: str) -> str:
    return (
        f".m-heat .m-c{at}{{background:{fill};color:{ink}}}.m-heat .m-c{at} a{{color:{ink}!important}}"
        f".m-heat .m-c{at}.m-part-seen{{background:transparent;color:var(--ink);box-shadow:inset 0 0 0 3px {fill};"
        f"outline:1px dotted var(--soft);outline-offset:-1px}}"
        f".m-heat .m-c{at}.m-part-seen a{{color:var(--ink)!important}}"
    )


_RULES = """
.m-heat.m-scroll{direction:rtl} .m-heat table{direction:ltr;border-collapse:separate;border-spacing:2px;width:100%}
.m-finding{color:var(--soft);font-size:.9rem;margin:0 0 .3rem}
.m-heat th{font-weight:500;font-size:.78rem;color:var(--soft);padding:0 .1rem;text-align:center;border:0}
.m-heat th[scope=row],.m-heat th[rowspan]{text-align:left;font-size:.88rem;position:sticky;left:0;z-index:1;
  background:var(--ground);color:var(--ink);padding:0 .5rem 0 0;min-width:7.5rem;max-width:13rem;line-height:1.2}
.m-heat th[colspan]{text-align:left;border-left:1px solid var(--line);padding-left:.3rem}
.m-heat td{height:1.75rem;min-width:1.65rem;padding:0;text-align:center;font-size:.82rem;border:0;
  font-variant-numeric:tabular-nums;border-radius:.15rem}
.m-heat td a{display:block;line-height:1.75rem;text-decoration:none}
.m-heat td a:hover{outline:2px solid var(--ink)}
.m-heat .m-zero{color:var(--soft);box-shadow:inset 0 0 0 1px var(--grid)}
.m-heat .m-blind{background:repeating-linear-gradient(45deg,transparent 0 3px,var(--hatch) 3px 4.5px)}
.m-heat .m-off{background:transparent}
.m-key{display:flex;flex-wrap:wrap;gap:.2rem .9rem;font-size:.85rem;color:var(--soft);margin:.35rem 0 .2rem}
.m-key span{display:inline-flex;align-items:center;gap:.35rem}
.m-key i{display:inline-block;width:1.5rem;height:1.1rem;border-radius:.15rem;font-style:normal;text-align:center;
  line-height:1.1rem}
.m-key i.m-off{box-shadow:inset 0 0 0 1px var(--grid)}
"""
