"""Documents cannot rot: commands, options, settings, columns and dependencies are compared with what the code has."""

from __future__ import annotations

import ast
import doctest
import importlib
import importlib.util
import io
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest

import dashboard.__main__
import feeds.__main__
import metrics.__main__
import monitors.demo.__main__

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHARED_OPTIONS = {"--help", "--monitor", "--archive"}  # said once, for all commands


# Commands and options ------------------------------------------------------------------------------------------------


MAINS: dict[str, Callable[[list[str]], object]] = {
    "feeds": partial(feeds.__main__.main, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)),
    "metrics": partial(metrics.__main__.main, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)),
    "dashboard": lambda argv: dashboard.__main__.parser().parse_args(argv),
    "monitors.demo": monitors.demo.__main__.main,
}


def _help(*command: str) -> str:
    """What `python -m COMMAND --help` prints."""
    printed = io.StringIO()
    with redirect_stdout(printed), suppress(SystemExit):
        MAINS[command[0]]([*command[1:], "--help"])
    return printed.getvalue()


@lru_cache
def _commands() -> tuple[tuple[str, ...], ...]:
    rooms = ("feeds", "metrics", "dashboard")
    listed = ((room, name) for room in rooms for name in re.findall(r"^ {4}([a-z]+)(?: |$)", _help(room), re.M))
    return (*listed, ("monitors.demo",))


@lru_cache
def _options(command: tuple[str, ...]) -> frozenset[str]:
    return frozenset(re.findall(r"(?<![\w-])--[a-z][a-z-]*", _help(*command)))


def _rows(text: str, command: tuple[str, ...]) -> str:
    """The lines of `text` that are about a command."""
    name = " ".join(command)
    return "\n".join(line for line in text.splitlines() if re.search(rf"python -m {re.escape(name)}\b", line))


def _missing(text: str) -> list[str]:
    missing = []
    for command in _commands():
        about = _rows(text, command)
        named = set(re.findall(r"--[a-z][a-z-]*", about)) | (SHARED_OPTIONS if len(command) > 1 else {"--help"})
        lacking = sorted(_options(command) - named)
        missing += [f"{' '.join(command)}: {option}" for option in (lacking if about else ["not named", *lacking])]
    return missing


def test_the_readme_names_every_command_and_option() -> None:
    assert not _missing(README)


def test_a_missing_option_would_be_seen() -> None:
    assert _missing(README.replace("`--once`", "")) == ["feeds poll: --once"]
    assert "feeds check: not named" in _missing(README.replace("python -m feeds check", ""))


def test_the_readme_names_no_option_that_is_not_there() -> None:
    known = {option for command in _commands() for option in _options(command)}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", README)) - known == set()


def test_documents_name_no_command_that_is_not_there() -> None:
    known = {" ".join(command) for command in _commands()} | {"feeds", "metrics", "dashboard"}
    named = {
        (match[0].removeprefix("python -m ").strip(), document.name)
        for document in DOCUMENTS
        for match in re.finditer(
            r"python -m (monitors\.demo|(feeds|metrics|dashboard)( [a-z]+)?)", document.read_text()
        )
    }
    assert {pair for pair in named if pair[0] not in known} == set()


def test_the_readme_names_every_environment_variable() -> None:
    read = {name for room in ("feeds", "metrics", "dashboard") for name in _variables(ROOT / room)}
    assert read, "the rooms read some"
    assert {name for name in read if f"`{name}`" not in README} == set()


def _variables(folder: Path) -> Iterator[str]:
    """Names that code reads from the environment: os.environ.get("X"), os.environ["X"]."""
    for file in folder.rglob("*.py"):
        yield from re.findall(
            r"os\.(?:environ(?:\.get\(|\[)|getenv\()\s*\"([A-Z_]+)\"", file.read_text(encoding="utf-8")
        )


def test_make_explains_every_target() -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    targets = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.M)
    assert targets
    assert [line.split()[1] for line in listed.splitlines()] == targets[1].split()


# Columns -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dictionary() -> str:
    return (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")


def _tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tables", ROOT / "docs" / "tables.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_data_dictionary_is_that_of_the_schema(dictionary: str) -> None:
    assert _tables().with_tables(dictionary) == dictionary, "run `make docs`"


def test_every_column_that_may_be_null_says_what_null_means() -> None:
    from feeds.archive.schema import metadata

    columns = [column for table in metadata.tables.values() for column in table.columns]
    assert [str(column) for column in columns if not column.comment] == []
    assert [str(column) for column in columns if column.nullable and "NULL" not in str(column.comment)] == []


def test_the_data_dictionary_names_every_column_of_the_daily_series(dictionary: str) -> None:
    from metrics.daily import COLUMNS
    from metrics.store import BREAKDOWNS

    named = re.findall(r"^\| ([a-z_]+) \|", dictionary.partition("## The daily series")[2].partition("\n## ")[0], re.M)
    assert [name for name in named if name != "column" and name not in BREAKDOWNS] == list(COLUMNS)
    assert set(BREAKDOWNS) <= set(named)


# Dependencies --------------------------------------------------------------------------------------------------------


def _named(file: str) -> set[str]:
    """Distributions that a requirements*.in names, as their project writes them."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith(("#", "-"))}


def test_every_dependency_is_explained() -> None:
    explained = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `([^`]+)` \|", explained, re.M))
    assert rows == _named("requirements.in") | _named("requirements-dev.in")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


def test_what_we_import_is_named_and_not_a_dependency_of_a_dependency() -> None:
    named = {_normal(name) for name in _named("requirements.in")}
    distributions = packages_distributions()
    unnamed = {
        (module, file.relative_to(ROOT).as_posix())
        for room in ("feeds", "metrics", "dashboard", "monitors")
        for file in (ROOT / room).rglob("*.py")
        for module in _imported(file)
        if module in distributions and not named & {_normal(name) for name in distributions[module]}
    }
    assert unnamed == set()


def _imported(file: Path) -> Iterator[str]:
    """Top-level names imported for running; what only type checkers read needs nothing installed."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("lock", ["requirements", "requirements-dev"])
def test_everything_locked_has_a_hash_and_everything_named_is_locked(lock: str) -> None:
    text = (ROOT / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^(\S+)==\S+.*\\\n(    --hash=sha256:[0-9a-f]{64})", text, re.M)
    assert len(entries) == len(re.findall(r"^\S+==", text, re.M))
    assert {_normal(name) for name in _named(f"{lock}.in")} <= {_normal(name) for name, _ in entries}


def test_both_locks_agree() -> None:
    def versions(file: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+(?: ; [^\\\n]+)?)", (ROOT / file).read_text(encoding="utf-8"), re.M))

    assert versions("requirements.txt") <= versions("requirements-dev.txt")


# Links ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=[str(one.relative_to(ROOT)) for one in DOCUMENTS])
def test_links_inside_the_project_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (document.parent / link).exists()] == []


# Examples in docstrings ----------------------------------------------------------------------------------------------


@lru_cache
def _with_examples() -> tuple[str, ...]:
    files = sorted(
        file for room in ("feeds", "metrics", "dashboard", "monitors") for file in (ROOT / room).rglob("*.py")
    )
    return tuple(str(file.relative_to(ROOT)) for file in files if ">>> " in file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", _with_examples())
def test_an_example_in_a_docstring_is_true(file: str) -> None:
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    done = doctest.testmod(module)
    assert done.attempted
    assert not done.failed
