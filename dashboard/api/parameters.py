"""What a request may say. One declaration reads a parameter, checks it and describes it for OpenAPI. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from dashboard.api.paging import Position, position, token_schema
from dashboard.api.problems import Fault, faulty
from feeds.archive.search import parse_query

Schema = dict[str, object]
Value = str | int | bool | date | Position
SHOWN = 8  # keys named in an error
QUOTED = 60  # characters of a wrong value repeated in an error
LARGEST = 2_147_483_647  # number of an article
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class NotRight(Exception):
    """A value that does not fit. wrong, right : in words."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(f"{wrong}; {right}")
        self.wrong, self.right = wrong, right


class Kind(Protocol):
    """What a value may be."""

    def schema(self) -> Schema: ...

    def read(self, text: str) -> Value: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the keys of `labels`."""

    labels: Mapping[str, str]

    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.labels)}

    def read(self, text: str) -> str:
        if text in self.labels:
            return text
        raise NotRight(f"{quoted(text)} is none of its keys", f"give {one_of(text, list(self.labels))}")


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day in the monitor's zone."""

    def schema(self) -> Schema:
        return {"type": "string", "format": "date"}

    def read(self, text: str) -> date:
        right = f"write it as 2031-01-31, from {FIRST_DAY} to {LAST_DAY}"
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise NotRight(f"{quoted(text)} is no day", right)
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise NotRight(f"{quoted(text)} is not in the calendar", right) from None
        if not FIRST_DAY <= day <= LAST_DAY:
            raise NotRight(f"{text} is too far away", right)
        return day


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number, both ends allowed."""

    least: int
    most: int

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def read(self, text: str) -> int:
        right = f"give a whole number from {self.least} to {self.most}"
        if not re.fullmatch(r"-?[0-9]{1,12}", text):
            raise NotRight(f"{quoted(text)} is no whole number", right)
        if not self.least <= int(text) <= self.most:
            raise NotRight(f"{text} is out of bounds", right)
        return int(text)


@dataclass(frozen=True, slots=True)
class YesNo:
    """true or false."""

    def schema(self) -> Schema:
        return {"type": "boolean"}

    def read(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise NotRight(f"{quoted(text)} is neither", "give true or false")
        return text == "true"


@dataclass(frozen=True, slots=True)
class Words:
    """Words to search for, as the Coverage page takes them."""

    longest: int = 200

    def schema(self) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": self.longest, "pattern": r"^[^\x00-\x1f\x7f-\x9f]+$"}

    def read(self, text: str) -> str:
        if len(text) > self.longest:
            raise NotRight(f"it has {len(text)} characters", f"search for at most {self.longest}")
        if _UNSEEN.search(text):
            raise NotRight("it holds control characters", "send text, percent-encoded as UTF-8")
        if not parse_query(text).wanted:
            raise NotRight("it holds no word to look for", 'give words, "a phrase" or -without beside a word')
        return text


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: the token that the page before gave. types : of what it stands for."""

    types: tuple[type, ...]

    def schema(self) -> Schema:
        return token_schema()

    def read(self, text: str) -> Position:
        found = position(text, self.types)
        if found is None:
            raise NotRight(f"{quoted(text)} is not a token of this list", "take it from `next` of the page before")
        return found


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. default : what holds when it is not given, as a request would say it; None: nothing."""

    name: str
    kind: Kind
    about: str
    default: str | None = None
    required: bool = False
    where: Literal["query", "path"] = "query"

    def described(self) -> Schema:
        """As OpenAPI has it."""
        schema = self.kind.schema() | ({"default": self.kind.read(self.default)} if self.default is not None else {})
        return {
            "name": self.name,
            "in": self.where,
            "required": self.required or self.where == "path",
            "description": self.about,
            "schema": schema,
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, read and checked. address : its path; given : the pairs behind it as sent, without the cursor."""

    values: Mapping[str, Value]
    address: str = ""
    given: tuple[tuple[str, str], ...] = field(default=())

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def key(self, name: str) -> str:
        """Of a parameter that is required or has a default."""
        return str(self.values[name])

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def number(self, name: str) -> int:
        return int(str(self.values[name]))

    def flag(self, name: str) -> bool:
        return self.values.get(name) is True

    def after(self) -> Position | None:
        """Where the page begins; None: at the beginning."""
        value = self.values.get("cursor")
        return value if isinstance(value, tuple) else None


def read(
    parameters: Sequence[Parameter], query: Sequence[tuple[str, str]], path: Mapping[str, str], address: str = ""
) -> Asked:
    """What was asked for. Raises Refused, with everything that is wrong at once."""
    faults = [*_unknown(parameters, query), *_twice(query)]
    sent = dict(query) | dict(path)
    values: dict[str, Value] = {}
    for one in parameters:
        text = sent.get(one.name, one.default)
        if text is None:
            faults += [Fault(one.name, "it is missing", _example(one))] if one.required else []
            continue
        try:
            values[one.name] = one.kind.read(text)
        except NotRight as error:
            faults.append(Fault(one.name, error.wrong, error.right))
    if faults:
        raise faulty(*faults)
    return Asked(values, address, tuple(pair for pair in query if pair[0] != "cursor"))


def _unknown(parameters: Sequence[Parameter], query: Sequence[tuple[str, str]]) -> list[Fault]:
    known = [one.name for one in parameters if one.where == "query"]
    names = dict.fromkeys(name for name, _ in query if name not in known)
    right = "this endpoint takes none"
    return [
        Fault(name[:QUOTED], "there is no such parameter", f"it takes {one_of(name, known)}" if known else right)
        for name in names
    ]


def _twice(query: Sequence[tuple[str, str]]) -> list[Fault]:
    names = [name for name, _ in query]
    twice = dict.fromkeys(name for name in names if names.count(name) > 1)
    return [Fault(name[:QUOTED], "it is given more than once", "give it once") for name in twice]


def _example(one: Parameter) -> str:
    return f"give {one_of('', list(one.kind.labels))}" if isinstance(one.kind, Choice) else "give it"


def one_of(text: str, keys: Sequence[str]) -> str:
    """What would be right: all keys, or of many those that look like what was sent."""
    if len(keys) <= SHOWN:
        return f"one of {', '.join(keys)}"
    close = difflib.get_close_matches(text[:QUOTED], keys, n=3, cutoff=0.6)
    shown = close or keys[:SHOWN]
    return f"one of {', '.join(shown)} … ({len(keys)} in all: see openapi.json)"


def quoted(text: str) -> str:
    return repr(text if len(text) <= QUOTED else text[:QUOTED] + "…")
