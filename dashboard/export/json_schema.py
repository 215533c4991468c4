"""The shape of the summary as JSON: a JSON Schema (2020-12) made from the value object itself. Pure.

docs/summary.schema.json is this document; `make docs` writes it anew and a test holds it against the code and real
output against it. Fields may be added within one number of `schema`; none is renamed or taken away.
"""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from dashboard.export.json_ import encoded
from metrics.summary import Summary
from metrics.summary_model import SCHEMA_VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NOTICE = "Only of an invented monitor: says that nothing here is about the real world."


def document() -> dict[str, Any]:
    """The same code gives the same document."""
    made = TypeAdapter(Summary).json_schema(mode="serialization")
    fields = {
        "notice": {"type": "string", "description": NOTICE},
        **made["properties"],
        "schema": {"const": SCHEMA_VERSION, "description": "version of this shape"},
    }
    about = {"title": "Summary", "description": "A summary as `--format json` writes it. Unknown is null, never 0."}
    return {"$schema": DIALECT, **about, **made, **about, "properties": fields, "required": made["required"]}


def body() -> bytes:
    return encoded(document())
