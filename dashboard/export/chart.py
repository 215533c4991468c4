"""The chart of a summary as SVG: stories a day, days that were not seen hatched. Pure: numbers in, one drawing out.

No text of feeds stands in it. A column says its number; hatching, not colour, says that a day was not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from metrics.summary import Summary
from metrics.summary_model import ChartDay

WIDTH, HEIGHT = 680, 150  # of the drawing, in its own units
LEFT, RIGHT, TOP, BOTTOM = 12, 668, 16, 130
HATCH = 6  # between two lines


def is_worth_drawing(summary: Summary) -> bool:
    """Not for an archive that saw none of the days."""
    return any(one.stories is not None for one in summary.month)


def caption(summary: Summary) -> str:
    days = summary.month
    return summary.words.say("chart", first=days[0].day.isoformat(), last=days[-1].day.isoformat())


def alt(summary: Summary) -> str:
    """What the drawing shows, in one line."""
    days, words = summary.month, summary.words
    most = max((one for one in days if one.stories is not None), key=lambda one: (one.stories or 0, one.day))
    return words.say(
        "chart_alt",
        most=words.stories(most.stories or 0),
        most_day=most.day.isoformat(),
        last=days[-1].day.isoformat(),
        last_count=words.phrase("unknown") if days[-1].stories is None else words.stories(days[-1].stories),
        unseen=words.number(sum(one.stories is None for one in days)),
        days=words.number(len(days)),
    )


def svg(summary: Summary) -> str:
    """The same days give the same text; colours follow the text around it (currentColor)."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        ' fill="currentColor" stroke="none" font-family="Libertinus Serif, serif" font-size="9">'
    )
    return "\n".join(
        [
            head,
            *_columns(summary.month),
            f'<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="currentColor" stroke-width="0.8" fill="none"/>',
            *_dates(summary.month),
            "</svg>",
        ]
    )


def png(summary: Summary) -> bytes:
    """The same drawing as a picture, for Word: 170 mm wide at 200 dots an inch."""
    import typst  # 40 ms that only who asks for a picture waits for

    page = "#set page(width: 170mm, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), width: 100%)"
    made: bytes = typst.compile(
        page.encode(), sys_inputs={"svg": svg(summary)}, format="png", ppi=200, ignore_system_fonts=True, timestamp=0
    )
    return made


def _columns(days: Sequence[ChartDay]) -> Iterator[str]:
    most = max([1, *(one.stories or 0 for one in days)])
    for at, one in enumerate(days):
        left, width = _place(at, len(days))
        if one.stories is None:
            yield _hatched(left, width)
        elif one.stories:
            tall = (BOTTOM - TOP) * one.stories / most
            opacity = "0.45" if one.state == "partial" else "0.8"
            yield (
                f'<rect x="{left:.1f}" y="{BOTTOM - tall:.1f}" width="{width:.1f}" height="{tall:.1f}"'
                f' fill-opacity="{opacity}"/>'
            )
            yield _text(left + width / 2, BOTTOM - tall - 3, str(one.stories))


def _hatched(left: float, width: float) -> str:
    """Lines at 45 degrees inside a frame, drawn one by one: every reader of SVG knows them."""
    frame = f"M{left:.1f} {TOP}h{width:.1f}V{BOTTOM}h{-width:.1f}Z"
    lines = "".join(f"M{left:.1f} {low:.1f}l{width:.1f} {-width:.1f}" for low in _steps(TOP + width, BOTTOM))
    return f'<path d="{frame}{lines}" stroke="currentColor" stroke-width="0.5" stroke-opacity="0.7" fill="none"/>'


def _steps(first: float, last: float) -> Iterator[float]:
    while first <= last:
        yield first
        first += HATCH


def _dates(days: Sequence[ChartDay]) -> Iterator[str]:
    """Of every seventh day, and of the last."""
    for at, one in enumerate(days):
        if (len(days) - 1 - at) % 7 == 0:
            left, width = _place(at, len(days))
            yield _text(left + width / 2, BOTTOM + 12, f"{one.day:%m-%d}")


def _place(at: int, days: int) -> tuple[float, float]:
    step = (RIGHT - LEFT) / days
    return LEFT + at * step + step * 0.1, step * 0.8


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{text}</text>'
