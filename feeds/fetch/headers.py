"""Lines of HTTP headers → what they say. Pure: no clock; a date counts from the server's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER = 7 * 86_400.0  # seconds; a server that says more is mistaken


@dataclass(slots=True)
class Head:
    """Status line and headers of one answer, names in lower case; of a name that stands twice, the last."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_redirect(self) -> bool:
        return 300 <= self.status < 400 and self.status != 304


def heads_of(lines: Sequence[bytes]) -> list[Head]:
    """The answers of one chain of redirects, in order. Lines before the first status line belong to none."""
    heads: list[Head] = []
    for line in b"".join(lines).decode("latin-1").split("\n"):
        if line.startswith("HTTP/"):
            heads.append(Head(_status_of(line)))
            continue
        name, colon, value = line.partition(":")
        if colon and heads:
            heads[-1].headers[name.strip().lower()] = value.strip()
    return heads


def _status_of(line: str) -> int:
    parts = line.split()
    return int(parts[1]) if len(parts) > 1 and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) <= 3 else 0


def one_line(value: str) -> str:
    """A header value that cannot become two headers."""
    return value if value.isprintable() else "".join(c for c in value if c >= " " and c != "\x7f")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from a number or a date; None: not said, or nonsense."""
    value = headers.get("retry-after", "")
    seconds = float(value) if value.isascii() and value.isdigit() and len(value) < 10 else _until(value, headers)
    return None if seconds is None or not 0 <= seconds <= LONGEST_RETRY_AFTER else seconds


def fresh_seconds(headers: Mapping[str, str]) -> float | None:
    """How long this answer stays good, in seconds; None when the server does not say or says not to keep it."""
    directives = headers.get("cache-control", "").lower().replace(" ", "").split(",")
    if "no-store" in directives or "no-cache" in directives:
        return None
    for directive in directives:
        name, _, value = directive.partition("=")
        if name == "max-age" and value.isascii() and value.isdigit() and len(value) < 10:
            return float(value)
    seconds = _until(headers.get("expires", ""), headers)
    return seconds if seconds is not None and seconds > 0 else None


def _until(value: str, headers: Mapping[str, str]) -> float | None:
    if not value:
        return None
    try:
        return (parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
