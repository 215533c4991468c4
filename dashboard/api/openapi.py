"""The document that describes the API, OpenAPI 3.1: made of the declarations that are routed and checked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from dashboard.api.answers import PROBLEM_TYPE
from dashboard.api.endpoints import JSON, ROOT, Endpoint
from dashboard.api.problems import TITLES, Problem

Schema = dict[str, Any]
VERSION = "1.0"
DOCUMENT = "/openapi.json"
REFERENCE = "#/components/schemas/{model}"
ABOUT = (
    "Read-only, beside the pages and from the same functions: the same filters, the same numbers, the same files. It "
    "counts reporting, not need. Unknown is null, never 0. Only GET and HEAD are answered (else 405); no other site's "
    "page may read it (no CORS). Every answer has an ETag made of its body: send it back in If-None-Match and the "
    "answer is 304 until the data change. An error is application/problem+json and names the parameter, what is wrong "
    "and what would be right; a parameter that is not known is an error too. Lists come in pages: follow `next` until "
    "it is null; what arrives meanwhile moves nothing. Fields may be added within v1; none is renamed or taken away."
)


def document(endpoints: Sequence[Endpoint], title: str) -> Schema:
    """title : of the monitor. The same declarations give the same document."""
    answers, schemas = _schemas(endpoints)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": VERSION, "description": ABOUT},
        "paths": {
            **{ROOT + one.path: {"get": _operation(one, answers[one.path])} for one in endpoints},
            ROOT + DOCUMENT: {"get": _itself()},
        },
        "components": {"schemas": schemas},
    }


def _schemas(endpoints: Sequence[Endpoint]) -> tuple[dict[str, Schema], Schema]:
    """Path → schema of its answer; and all that these refer to."""
    adapters = [(one.path, TypeAdapter(one.answer)) for one in endpoints] + [("problem", TypeAdapter(Problem))]
    made, shared = TypeAdapter.json_schemas(
        [(key, "serialization", adapter) for key, adapter in adapters], ref_template=REFERENCE
    )
    return {str(key): schema for (key, _), schema in made.items()}, shared["$defs"]


def _operation(endpoint: Endpoint, answer: Schema) -> Schema:
    formats = {JSON: {"schema": answer}} | {one: _file(one) for one in endpoint.files if one != JSON}
    statuses = (400, *([404] if endpoint.may_miss else []), 405, 406, 503)
    return {
        "operationId": endpoint.path.strip("/").replace("/", "_").replace("{", "").replace("}", ""),
        "summary": endpoint.title,
        "description": endpoint.about,
        "parameters": [one.described() for one in endpoint.parameters] + [KNOWN],
        "responses": {
            "200": {"description": endpoint.title, "headers": HEADERS, "content": formats},
            "304": {"description": "As the ETag that was sent says: nothing changed", "headers": HEADERS},
            **{str(one): refused(one) for one in statuses},
        },
    }


def _file(media_type: str) -> Schema:
    """Bytes have no schema in OpenAPI 3.1."""
    return {"schema": {"type": "string"}} if media_type.startswith("text/") else {}


KNOWN: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "ETag of the answer that the reader has.",
    "schema": {"type": "string"},
}
HEADERS: Schema = {"ETag": {"description": "Changes when the body does.", "schema": {"type": "string"}}}


def refused(status: int) -> Schema:
    content = {PROBLEM_TYPE: {"schema": {"$ref": REFERENCE.format(model="Problem")}}}
    return {"description": TITLES[status], "content": content}


def _itself() -> Schema:
    return {
        "operationId": "openapi",
        "summary": "This document",
        "parameters": [KNOWN],
        "responses": {
            "200": {
                "description": "OpenAPI 3.1",
                "headers": HEADERS,
                "content": {JSON: {"schema": {"type": "object"}}},
            },
            "304": {"description": "As the ETag that was sent says: nothing changed", "headers": HEADERS},
            **{str(one): refused(one) for one in (400, 405, 406)},
        },
    }
