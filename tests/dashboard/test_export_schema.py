"""The summary as JSON keeps the schema that stands in docs/, and the schema is that of the code."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from dashboard.export import json_schema, render
from metrics.summary import Summary, summarise
from tests.dashboard.test_export import HOSTILE, made
from tests.summary_values import DAY, END, MONITOR, busy, days, material, story

INVENTED = MONITOR.model_copy(update={"invented": True})
SUMMARIES = {
    "a busy day": lambda: summarise(busy(), day=DAY, as_of=END),
    "a quiet day": lambda: summarise(material(days=days("")), day=DAY, as_of=END),
    "an unseen day": lambda: summarise(material(days=days("u")), day=DAY, as_of=END),
    "an invented monitor": lambda: summarise(material(story(1), monitor=INVENTED), day=DAY, as_of=END),
    **{f"hostile: {name}": lambda text=text: made(text) for name, text in HOSTILE.items()},
}


@pytest.fixture(scope="module")
def schema(root: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((root / "docs" / "summary.schema.json").read_text(encoding="utf-8"))
    return read


def errors(schema: dict[str, Any], value: object) -> list[str]:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return [one.message for one in jsonschema.Draft202012Validator(schema, format_checker=checker).iter_errors(value)]


def test_the_schema_in_the_docs_is_that_of_the_code(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema == json_schema.document(), "run `make docs`"


@pytest.mark.parametrize("summary", SUMMARIES.values(), ids=SUMMARIES)
def test_what_is_written_keeps_the_schema(schema: dict[str, Any], summary: Any) -> None:
    of: Summary = summary()
    assert errors(schema, json.loads(render(of, "json"))) == []


WRONG = {
    "a field that is missing": lambda value: value.pop("sections"),
    "0 for a state": lambda value: value.update(state=0),
    "a day that is none": lambda value: value.update(day="2031-13-01"),
    "a number as text": lambda value: value["coverage"].update(articles="3"),
    "another version": lambda value: value.update(schema=999),
    "a stance that is none": lambda value: value["sections"][0]["stories"][0]["quotes"][0].update(stance="true"),
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG)
def test_the_schema_sees_what_is_wrong(schema: dict[str, Any], spoil: Any) -> None:
    value = json.loads(render(summarise(busy(), day=DAY, as_of=END), "json"))
    spoil(value)
    assert errors(schema, value)
