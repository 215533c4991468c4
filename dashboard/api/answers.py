"""From what was asked to bytes: which format, which tag, and whether the reader has them already. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dashboard.api.atom import ATOM
from dashboard.api.endpoints import JSON, OPML, Endpoint
from dashboard.api.parameters import Asked
from dashboard.api.problems import Fault, Problem, Refused, faulty
from dashboard.export import MEDIA_TYPES
from dashboard.export.json_ import encoded, plain

PROBLEM_TYPE = "application/problem+json"
PAGED = ("cursor", "limit")
TYPES = {**MEDIA_TYPES, "atom": ATOM, "opml": OPML}  # by the short names that `format` takes


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body, as they go over the wire."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def answer(endpoint: Endpoint, asked: Asked, headers: Mapping[str, str]) -> Answer:
    """headers : of the request, names in lower case. Raises Refused, and what the archive raises."""
    media_type = chosen(endpoint, asked.text("format"), headers.get("accept", ""))
    more: dict[str, str] = {}
    if media_type == JSON:
        body = encoded(plain(endpoint.ask(asked))) if JSON not in endpoint.files else endpoint.files[JSON](asked).body
    else:
        if media_type != ATOM:
            _refuse_pages(asked)
        file = endpoint.files[media_type](asked)
        body = file.body
        more = {"content-disposition": f'attachment; filename="{file.name}"'} if file.name else {}
    return tagged(body, media_type, headers.get("if-none-match", ""), more)


def _refuse_pages(asked: Asked) -> None:
    """A file is whole, as the page offers it."""
    right = "leave it out, or ask for JSON"
    sent = [name for name, _ in asked.given if name in PAGED] + (["cursor"] if asked.after() else [])
    if sent:
        raise faulty(*(Fault(name, "a file has no pages", right) for name in sent))


def tagged(body: bytes, media_type: str, known: str, more: Mapping[str, str] | None = None) -> Answer:
    """With an ETag made of the body: it changes when the data do and not before. known : If-None-Match.

    Weak, since the server may compress the same body or not.
    """
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-cache", "vary": "Accept"}
    if _is_known(tag, known):
        return Answer(304, b"", headers)
    return Answer(200, body, headers | {"content-type": media_type} | dict(more or {}))


def _is_known(tag: str, known: str) -> bool:
    tags = [one.strip().removeprefix("W/") for one in known.split(",")]
    return known.strip() == "*" or tag.removeprefix("W/") in tags


def refusal(problem: Problem, more: Mapping[str, str] | None = None) -> Answer:
    body = encoded(plain(problem))
    return Answer(problem.status, body, {"content-type": PROBLEM_TYPE, "cache-control": "no-store", **(more or {})})


def chosen(endpoint: Endpoint, format: str | None, accept: str) -> str:
    """The media type to answer in. Raises Refused when none that the reader takes is offered."""
    if format is not None:
        return TYPES[format]
    offered = [JSON, *(one for one in endpoint.files if one != JSON)]
    best = max(offered, key=lambda one: _quality(one, accept))  # of equals the first: JSON
    if _quality(best, accept) <= 0:
        raise Refused(406, f"this is offered as {', '.join(offered)}; the Accept header takes none of them")
    return best


def _quality(media_type: str, accept: str) -> float:
    """How much the reader wants it, 0 to 1; the most exact entry of the header decides. No header: everything."""
    if not accept.strip():
        return 1.0
    name = media_type.partition(";")[0]
    wanted = dict(_entry(one) for one in reversed(accept.split(",")))
    for pattern in (name, f"{name.partition('/')[0]}/*", "*/*"):
        if pattern in wanted:
            return wanted[pattern]
    return 0.0


def _entry(text: str) -> tuple[str, float]:
    name, *parts = (one.strip().lower() for one in text.split(";"))
    return name, _weight(parts)


def _weight(parts: Sequence[str]) -> float:
    said = next((one[2:] for one in parts if one.startswith("q=")), "1")
    try:
        return min(max(float(said), 0.0), 1.0)
    except ValueError:
        return 0.0
