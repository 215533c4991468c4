"""Read a data file by a safe loader, keep line numbers, check it by a pydantic model.

An error is one line: file:line: field: what is wrong, what is allowed. No clock, no network.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, cast

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from feeds.errors import DataFileError

LARGEST_BYTES = 4_000_000  # a data file larger than this is a mistake, not a lexicon

T = TypeVar("T")


class Strict(BaseModel):
    """Base of everything read from a data file: unknown fields are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_yaml(path: Path, kind: type[T]) -> T:
    """One YAML file as `kind` (a pydantic model, or list[Model]).

    Raises DataFileError naming file, line, field and what is allowed.
    """
    text, last = _text(path), _last(path, cast("Hashable", kind))
    read = last.read
    if read is None or read[0] != text:
        read = last.read = (text, _parsed(path, text, kind))
    return cast("T", read[1])


@dataclass
class _Last:
    """Text and value of a file when it was last read. One tuple, so that no thread sees halves of two."""

    read: tuple[str, object] | None = None


@lru_cache(maxsize=64)  # files; a monitor has three dozen
def _last(path: Path, kind: Hashable) -> _Last:
    """A process reads the same files for every command, page and look at what changed. Older texts are not kept."""
    return _Last()


def _parsed(path: Path, text: str, kind: type[T]) -> T:
    root = _compose(path, text)
    try:
        value = _Loader("").construct_document(root) if root is not None else None
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise DataFileError(_one_line(path, root, error)) from None
    except yaml.YAMLError as error:
        raise _not_yaml(path, error) from None


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number, line) of each line of a file that holds anything. Raises DataFileError when it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path}:1: cannot be read: {error}") from None
    return ((number, line) for number, line in enumerate(lines, start=1) if line.strip())


class _Loader(yaml.CSafeLoader):
    """Safe, and in C (four times faster). `no` and `on` stay words of the lexicon, not booleans as YAML 1.1 has it."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false|True|False)$"), list("tTfF"))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise DataFileError(f"{path}:1: larger than {LARGEST_BYTES} bytes; split the file")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataFileError(f"{path}:1: file not found; every monitor folder needs it") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path}:1: cannot be read as UTF-8 text: {error}") from None


def _compose(path: Path, text: str) -> yaml.Node | None:
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise _not_yaml(path, error) from None
    _refuse_repeated_keys(path, root)
    return root


def _refuse_repeated_keys(path: Path, node: yaml.Node | None) -> None:
    """YAML would keep the last and lose the others without a word."""
    if isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in lines:
                raise DataFileError(
                    f"{path}:{line}: {key.value!r} stands here and in line {lines[key.value]}; join them"
                )
            lines[key.value] = line
            _refuse_repeated_keys(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_repeated_keys(path, value)


def _not_yaml(path: Path, error: yaml.YAMLError) -> DataFileError:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    return DataFileError(f"{path}:{line}: not YAML: {getattr(error, 'problem', None) or error}")


def _one_line(path: Path, root: yaml.Node | None, error: ValidationError) -> str:
    problems = error.errors()
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    name = _entry_name(root, first["loc"])
    field = ".".join(str(part) for part in first["loc"]) or "file"
    return f"{path}:{_line_of(root, first['loc'])}: {name}{field}: {first['msg']}{more}"


def _line_of(node: yaml.Node | None, loc: Sequence[int | str]) -> int:
    """Line of the node that `loc` leads to, or of the deepest one on the way that exists."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in loc:
        node = _child(node, part)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    return None


def _entry_name(root: yaml.Node | None, loc: Sequence[int | str]) -> str:
    """`"hetq": ` for the entry of a list that has a key or id, so that a person finds it by name."""
    if loc and isinstance(loc[0], int):
        entry = _child(root, loc[0])
        for field in ("key", "id"):
            value = _child(entry, field)
            if isinstance(value, yaml.ScalarNode):
                return f'"{value.value}": '
    return ""


def wrong(path: Path, loc: Sequence[int | str], message: str) -> DataFileError:
    """The error for a value that has the right shape but may not stand there: its file, line, entry and field.

    loc : the way to the value, as pydantic gives it: (3, "language") is the field of the fourth entry of a list.
    """
    root = _compose(path, _text(path))
    field = "".join(f"{part}: " for part in loc if isinstance(part, str))
    return DataFileError(f"{path}:{_line_of(root, loc)}: {_entry_name(root, loc)}{field}{message}")
