"""One ASGI application for everything below /api/: finds the endpoint, reads what was asked, sends the answer.

Only GET and HEAD. No CORS header is ever sent, so no other origin's page can read an answer.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import data
from dashboard.api import openapi
from dashboard.api.answers import Answer, answer, refusal, tagged
from dashboard.api.endpoints import JSON, ROOT, Endpoint, endpoints
from dashboard.api.parameters import quoted, read
from dashboard.api.problems import TITLES, Problem, Refused
from dashboard.export.json_ import encoded
from feeds.errors import ArchiveError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

METHODS = ("GET", "HEAD")
LONGEST_QUERY = 8_000  # characters
MOST_PAIRS = 50


class Api:
    """Below /api/ of the server: see `api_route`."""

    def __init__(self) -> None:
        # Streamlit says of every question that is asked outside a page that there is no page.
        logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").addFilter(_is_news)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = await run_in_threadpool(_answered, Request(scope))  # pages do not wait for it
        await Response(found.body, found.status, found.headers)(scope, receive, send)


def api_route() -> Route:
    """For the server. A path may hold anything, line breaks too: Starlette's own pattern ends at one."""
    route = Route("/api/{path:path}", Api())
    route.path_regex = re.compile("/api/.*", re.S)
    return route


def _is_news(record: logging.LogRecord) -> bool:
    return "missing ScriptRunContext" not in record.getMessage()


def _answered(request: Request) -> Answer:
    try:
        return _answer(request)
    except Refused as refused:
        more = {"allow": ", ".join(METHODS)} if refused.problem.status == 405 else {}
        return refusal(refused.problem, more)
    except ArchiveError as error:
        return refusal(Problem(TITLES[503], 503, str(error)), {"retry-after": "10"})


def _answer(request: Request) -> Answer:
    if request.method not in METHODS:
        raise Refused(405, f"{request.method} is not answered; {' and '.join(METHODS)} are")
    path: str = request.scope["path"]  # request.url leaves line breaks out
    query = _query(request)
    if path == ROOT + openapi.DOCUMENT:
        read((), query, {})
        return tagged(_document(), JSON, request.headers.get("if-none-match", ""))
    endpoint, named = _found(path)
    asked = read(endpoint.parameters, query, named, path)
    with data.pinned():
        return answer(endpoint, asked, {name.lower(): value for name, value in request.headers.items()})


def _query(request: Request) -> list[tuple[str, str]]:
    text = request.scope["query_string"].decode("latin-1")
    if len(text) > LONGEST_QUERY or text.count("&") >= MOST_PAIRS:
        raise Refused(400, f"the address is too long: at most {LONGEST_QUERY} characters and {MOST_PAIRS} parameters")
    return QueryParams(text).multi_items()


def _found(path: str) -> tuple[Endpoint, dict[str, str]]:
    """The endpoint of an address, and the parameters that stand in it."""
    for endpoint, pattern in _patterns():
        if found := pattern.fullmatch(path):
            return endpoint, found.groupdict()
    known = ", ".join(ROOT + endpoint.path for endpoint, _ in _patterns())
    raise Refused(404, f"there is no {quoted(path)}; there are {known} and {ROOT}{openapi.DOCUMENT}")


@cache
def _patterns() -> tuple[tuple[Endpoint, re.Pattern[str]], ...]:
    return tuple((one, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", ROOT + one.path))) for one in endpoints())


@cache
def _document() -> bytes:
    """Data files are read once a process, so this is made once."""
    return encoded(openapi.document([one for one, _ in _patterns()], data.watched().monitor.title))
