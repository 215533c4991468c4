"""The rules of the house, read off the syntax tree of every module: who imports whom, who touches what.

Each rule is a function from one module to its breaches, and carries a snippet that breaks it: a rule that cannot fail
is no rule. What a rule allows to a place is written in the rule, with the reason.
"""

from __future__ import annotations

import ast
import builtins
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("feeds", "metrics", "dashboard")
Breach = tuple[int, str]  # line, what is wrong


@dataclass(frozen=True)
class Module:
    """One file of Python. `path` is relative to the root, with forward slashes."""

    path: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, self.path)

    @property
    def room(self) -> str:
        return self.path.split("/")[0]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    def is_in(self, *places: str) -> bool:
        """`places` are files, or folders that end in a slash."""
        return any(self.path.startswith(place) if place.endswith("/") else self.path == place for place in places)

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of what is imported; `from a import b` gives a.b, relative names are made absolute."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)

    def _base(self, node: ast.ImportFrom) -> str:
        if node.level == 0:
            return node.module or ""
        package = self.path.removesuffix(".py").split("/")[: -node.level]
        return ".".join([*package, node.module or ""]).strip(".")

    def uses(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of what is read of imported modules and of builtins, with `import x as y` undone.

        A variable of our own that is called like a library is none.
        """
        aliases = dict(self._aliases())
        for node in self.nodes:
            if isinstance(node, ast.Attribute) and (name := _dotted(node)):
                first, _, rest = name.partition(".")
                if first in aliases:
                    yield node.lineno, f"{aliases[first]}.{rest}"
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and _is_known(node.id, aliases):
                yield node.lineno, aliases.get(node.id, node.id)

    def _aliases(self) -> Iterator[tuple[str, str]]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.split(".")[0]
                    yield (alias.asname, alias.name) if alias.asname else (first, first)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)

    def texts(self) -> Iterator[tuple[int, str]]:
        """(line, value) of every string that is not a docstring."""
        docstrings = {id(node.value) for node in self.nodes if isinstance(node, ast.Expr)}
        for node in self.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield node.lineno, node.value


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def _is_known(name: str, aliases: Mapping[str, str]) -> bool:
    return name in aliases or hasattr(builtins, name)


def _within(name: str, *modules: str) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in modules)


# The rules -----------------------------------------------------------------------------------------------------------

MAY_IMPORT = {"feeds": {"feeds"}, "metrics": {"metrics", "feeds"}, "dashboard": {"dashboard", "metrics", "feeds"},
              "benchmarks": {*ROOMS, "monitors", "benchmarks", "tests"}}  # fmt: skip


def direction(module: Module) -> Iterator[Breach]:
    """dashboard → metrics → feeds, never back; no room imports a monitor, a benchmark or a test."""
    forbidden = {*ROOMS, "monitors", "benchmarks", "tests"} - MAY_IMPORT.get(module.room, {*ROOMS, "monitors"})
    for line, name in module.imports():
        if name.split(".")[0] in forbidden:
            yield line, f"{module.room} may not import {name}"


NETWORK = (
    *("socket", "pycurl", "urllib.request", "http.client", "http.server", "socketserver", "requests", "smtplib"),
    *("urllib3", "httpx", "aiohttp", "ftplib", "poplib", "imaplib", "telnetlib", "xmlrpc"),
    *("asyncio.open_connection", "asyncio.start_server", "asyncio.streams"),
)


def network(module: Module) -> Iterator[Breach]:
    """Only feeds/fetch/ and dashboard/notify.py talk to the network. Two may listen, and only that: dashboard/serve.py,
    and feeds/listen.py, for a poller that is watched without the dashboard. It asks nobody: nothing leaves through it.
    benchmarks/showing/ asks the servers that it starts.
    """
    if module.is_in("feeds/fetch/", "dashboard/notify.py", "benchmarks/showing/servers.py"):
        return
    for line, name in {*module.imports(), *module.uses()}:
        if not _within(name, *NETWORK):
            continue
        if module.is_in("feeds/listen.py") and _within(name, "http.server"):
            continue
        listens = name in ("socket", "socket.socket", "socket.create_server", "socket.AF_INET", "socket.AF_INET6")
        if not (listens and module.is_in("dashboard/serve.py")):
            yield line, f"{name}: network only in feeds/fetch/ and dashboard/notify.py"
    if module.is_in("dashboard/serve.py"):
        yield from ((n.lineno, "makes a socket") for n in module.nodes if _calls(n, "socket.socket"))


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and _dotted(node.func) == name


SQL_LIBRARIES = ("sqlalchemy", "alembic", "sqlite3", "psycopg", "duckdb")
SQL_TEXT = re.compile(
    r"^\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s*\(|PRAGMA\s"
    r"|(CREATE|ALTER|DROP)\s+(TABLE|INDEX|VIEW|VIRTUAL|TRIGGER)\s|BEGIN\s+IMMEDIATE)"
)


def sql(module: Module) -> Iterator[Breach]:
    """SQL, as a library or as text, only in feeds/archive/ and metrics/store.

    One benchmark holds a bare scan against them, one writes an archive of ten million rows: they cannot ask for either.
    """
    benchmarks = ("benchmarks/daily.py", "benchmarks/showing/archives.py")
    if module.is_in("feeds/archive/", "metrics/store.py", "metrics/store/", *benchmarks):
        return
    for line, name in module.imports():
        if _within(name, *SQL_LIBRARIES):
            yield line, f"{name}: SQL only in feeds/archive/ and metrics/store"
    for line, text in module.texts():
        if SQL_TEXT.match(text):
            yield line, "SQL text: only in feeds/archive/ and metrics/store"


def streamlit(module: Module) -> Iterator[Breach]:
    """Streamlit only in dashboard/, and not in what makes figures and files: they are used without a page.

    benchmarks/showing/ measures it.
    """
    if module.is_in("benchmarks/showing/"):
        return
    if module.room == "dashboard" and not module.is_in("dashboard/charts/", "dashboard/pieces/", "dashboard/export/"):
        return
    for line, name in module.imports():
        if _within(name, "streamlit"):
            yield line, "streamlit only in dashboard/, not in charts/, pieces/ and export/"


CLOCKS = re.compile(
    r"^(datetime\.)?(datetime|date)\.(now|utcnow|today)$"
    r"|^time\.(time|time_ns|localtime|gmtime|ctime|strftime|clock_gettime)$"
    r"|^(pd|pandas)\.(Timestamp\.(now|today|utcnow)|to_datetime\.now)$|^(datetime\.)?datetime\.datetime\.(now|utcnow|today)$"
)


def clock(module: Module) -> Iterator[Breach]:
    """The time of day is read in __main__ modules and one of dashboard/. perf_counter and monotonic tell none."""
    if module.path.endswith("/__main__.py") or module.is_in("dashboard/data/watching.py"):
        return
    for line, name in module.uses():
        if CLOCKS.match(name) or CLOCKS.match(name.removeprefix("datetime.")):
            yield (
                line,
                f"{name}: only __main__ modules and dashboard/data/watching.py read the clock; take `now` instead",
            )


DANGEROUS_NAMES = ("eval", "exec", "compile", "__import__")
DANGEROUS_MODULES = ("pickle", "marshal", "shelve", "dill", "os.system", "os.popen", "subprocess.getoutput")
UNSAFE_YAML = ("yaml.load", "yaml.load_all", "yaml.unsafe_load", "yaml.full_load", "yaml.Loader", "yaml.UnsafeLoader")


def dangerous(module: Module) -> Iterator[Breach]:
    """No eval, exec, pickle or shell, and YAML only by a safe loader: feeds and data files are foreign text."""
    for line, name in {*module.imports(), *module.uses()}:
        if name in DANGEROUS_NAMES or _within(name, *DANGEROUS_MODULES) or name in UNSAFE_YAML:
            yield line, f"{name} is not used here"
    for node in module.nodes:
        if isinstance(node, ast.keyword) and node.arg == "shell" and not _is_false(node.value):
            yield node.value.lineno, "no shell"


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


# Names of languages (Armenian, Azerbaijani) are no names of a crisis: the text rules must be able to say them.
WATCHED = re.compile(r"karabakh|artsakh|\barmenia\b|\barmenians\b|azerbaijan\b|azerbaijanis\b|\bbaku\b|yerevan", re.I)


def crisis(module: Module) -> Iterator[Breach]:
    """No code names what is watched: that is the monitor's data."""
    if module.room not in ROOMS:
        return
    for number, text in enumerate(module.source.splitlines(), 1):
        if found := WATCHED.search(text):
            yield number, f"{found[0]}: the monitor's data files say what is watched, code does not"


def broad_except(module: Module) -> Iterator[Breach]:
    """An expected failure is caught by its name; anything else is a bug and is raised."""
    for node in module.nodes:
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        names = {_dotted(one) if one is not None else "everything" for one in caught}
        cleans_up = names == {"BaseException"} and isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
        if names & {"Exception", "BaseException", "everything"} and not cleans_up:
            yield node.lineno, f"catches {', '.join(sorted(names))}; name what you expect"


def docstring(module: Module) -> Iterator[Breach]:
    """A module says what it is for."""
    if not ast.get_docstring(module.tree):
        yield 1, "no module docstring"


RULES: dict[str, Callable[[Module], Iterator[Breach]]] = {
    rule.__name__: rule
    for rule in (direction, network, sql, streamlit, clock, dangerous, crisis, broad_except, docstring)
}


@lru_cache
def modules() -> tuple[Module, ...]:
    folders = (*ROOMS, "monitors", "benchmarks")
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(Module(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")) for file in files)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_module_keeps_the_rule(rule: Callable[[Module], Iterator[Breach]]) -> None:
    breaches = [f"{module.path}:{line}: {why}" for module in modules() for line, why in rule(module)]
    assert not breaches, "\n" + "\n".join(breaches)


def test_the_rules_see_all_three_rooms() -> None:
    assert {module.room for module in modules()} >= set(ROOMS)


BROKEN = {  # rule and what it should see → a module that breaks it
    "direction: feeds imports metrics": ("feeds/a.py", "import metrics.model"),
    "direction: metrics imports dashboard": ("metrics/a.py", "from dashboard import words"),
    "direction: by a relative import": ("metrics/a.py", "from ..dashboard import words"),
    "direction: inside a function": ("feeds/a.py", "def f():\n    from metrics import tag"),
    "direction: a room imports a monitor": ("dashboard/a.py", "import monitors.demo"),
    "network: a socket": ("feeds/poll.py", "import socket"),
    "network: urllib.request": ("metrics/a.py", "from urllib import request"),
    "network: requests": ("dashboard/data/trends.py", "import requests"),
    "network: streams": ("feeds/poll.py", "import asyncio\nasyncio.open_connection('h', 1)"),
    "network: streams by name": ("feeds/poll.py", "from asyncio import open_connection"),
    "network: the server calls out": ("dashboard/serve.py", "import socket\nsocket.create_connection(('h', 1))"),
    "network: the listener calls out": ("feeds/listen.py", "import http.client"),
    "network: another module listens": ("feeds/poll.py", "from http.server import HTTPServer"),
    "network: the server makes a bare socket": ("dashboard/serve.py", "import socket\ns = socket.socket()"),
    "sql: a library": ("metrics/daily.py", "import sqlalchemy as sa"),
    "sql: from a library": ("dashboard/data/trends.py", "from sqlite3 import connect"),
    "sql: text": ("metrics/daily.py", "QUERY = 'SELECT * FROM articles'"),
    "sql: text in an f-string": ("dashboard/data/trends.py", "q = f'DELETE FROM {table}'"),
    "streamlit: in metrics": ("metrics/a.py", "import streamlit as st"),
    "streamlit: in charts": ("dashboard/charts/spark.py", "from streamlit import cache_data"),
    "clock: datetime.now": ("feeds/poll.py", "from datetime import datetime\nx = datetime.now()"),
    "clock: datetime.datetime.now": ("feeds/poll.py", "import datetime\nx = datetime.datetime.now()"),
    "clock: under another name": ("feeds/poll.py", "import datetime as dt\nx = dt.datetime.utcnow()"),
    "clock: handed on, not called": ("feeds/poll.py", "from datetime import datetime\nread(clock=datetime.now)"),
    "clock: date.today": ("dashboard/views/a.py", "from datetime import date\nx = date.today()"),
    "clock: time.time": ("metrics/a.py", "import time\nx = time.time()"),
    "clock: from time import time": ("metrics/a.py", "from time import time\nx = time()"),
    "clock: pandas": ("metrics/a.py", "import pandas as pd\nx = pd.Timestamp.now()"),
    "dangerous: eval": ("feeds/a.py", "eval('1')"),
    "dangerous: exec": ("feeds/a.py", "exec('1')"),
    "dangerous: pickle": ("metrics/a.py", "import pickle"),
    "dangerous: a shell": ("dashboard/a.py", "import subprocess\nsubprocess.run('ls', shell=True)"),
    "dangerous: os.system": ("dashboard/a.py", "import os\nos.system('ls')"),
    "dangerous: YAML": ("feeds/a.py", "import yaml\nyaml.load(text, Loader=yaml.Loader)"),
    "crisis: in a comment": ("feeds/a.py", "x = 1  # as in Artsakh"),
    "crisis: in a string": ("metrics/a.py", "WHERE = 'Baku'"),
    "crisis: in a default": ("dashboard/a.py", "MONITOR = 'monitors/karabakh'"),
    "broad_except: Exception": ("feeds/a.py", "try:\n    f()\nexcept Exception:\n    pass"),
    "broad_except: in a tuple": ("feeds/a.py", "try:\n    f()\nexcept (ValueError, Exception):\n    pass"),
    "broad_except: bare": ("feeds/a.py", "try:\n    f()\nexcept:\n    pass"),
    "broad_except: BaseException, swallowed": ("feeds/a.py", "try:\n    f()\nexcept BaseException:\n    g()"),
    "docstring: none": ("feeds/a.py", "x = 1"),
}

ALLOWED = {
    "direction: dashboard imports both": ("dashboard/a.py", "import feeds.model, metrics.tag"),
    "network: fetch": ("feeds/fetch/wire.py", "import pycurl, socket"),
    "network: the server listens": ("dashboard/serve.py", "import socket\nsocket.create_server(('h', 1))"),
    "network: the listener listens": ("feeds/listen.py", "from http.server import ThreadingHTTPServer"),
    "network: a variable called requests": ("feeds/a.py", "def f(requests):\n    return requests"),
    "network: parsing an address": ("feeds/a.py", "from urllib.parse import urlsplit"),
    "sql: in the store": ("metrics/store/read.py", "import sqlalchemy\nQ = 'SELECT 1'"),
    "sql: a sentence that starts with a verb": ("dashboard/words.py", "HELP = 'Select a day'"),
    "streamlit: in a view": ("dashboard/views/trends.py", "import streamlit as st"),
    "clock: in __main__": ("feeds/__main__.py", "from datetime import datetime\nx = datetime.now()"),
    "clock: durations": ("feeds/poll.py", "import time\nx = time.monotonic() + time.perf_counter()"),
    "clock: a field called now": ("metrics/a.py", "x = monitor.now"),
    "dangerous: a field called eval": ("feeds/a.py", "class Event:\n    eval: bool"),
    "dangerous: re.compile": ("feeds/a.py", "import re\nre.compile('a')"),
    "dangerous: the safe loader": ("feeds/a.py", "import yaml\nyaml.safe_load('a')"),
    "crisis: names of languages": ("feeds/text.py", "x = 1  # Armenian և, Azerbaijani ə"),
    "broad_except: cleans up and raises": ("feeds/a.py", "try:\n    f()\nexcept BaseException:\n    g()\n    raise"),
    "docstring: one": ("feeds/a.py", '"""What it is for."""'),
}


@pytest.mark.parametrize(("case", "path", "source"), [(case, *at) for case, at in BROKEN.items()], ids=BROKEN)
def test_a_rule_sees_what_breaks_it(case: str, path: str, source: str) -> None:
    assert list(RULES[case.split(":")[0]](Module(path, source)))


@pytest.mark.parametrize(("case", "path", "source"), [(case, *at) for case, at in ALLOWED.items()], ids=ALLOWED)
def test_a_rule_lets_pass_what_it_allows(case: str, path: str, source: str) -> None:
    assert not list(RULES[case.split(":")[0]](Module(path, source)))


def test_every_rule_has_a_snippet_that_breaks_it() -> None:
    assert {case.split(":")[0] for case in BROKEN} == set(RULES)


# Rules about files ---------------------------------------------------------------------------------------------------

REGISTRIES = (  # in two halves, so that this file keeps the rule too
    *(("pypi", "org"), ("pythonhosted", "org"), ("registry.npmjs", "org"), ("deb.debian", "org")),
    *(("crates", "io"), ("proxy.golang", "org"), ("conda.anaconda", "org"), ("rubygems", "org")),
)


def _names_a_registry(text: str) -> bool:
    return any(".".join(halves) in text.lower() for halves in REGISTRIES)


@lru_cache
def _repository_files() -> tuple[Path, ...]:
    """Tracked files and new ones that are not ignored; in a copy without git, all but what is never tracked."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        named = [ROOT / name for name in answer.stdout.split("\0") if name]
    else:
        named = [file for file in ROOT.rglob("*") if not {".venv", "data", "__pycache__"} & set(file.parts)]
    return tuple(file for file in named if file.is_file())


def test_no_file_names_a_package_registry() -> None:
    named = [
        file for file in _repository_files() if _names_a_registry(file.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not named


def test_the_rule_about_registries_sees_one() -> None:
    assert _names_a_registry("see https://" + "PyPI" + ".org/simple")


def _shadowed(names: set[str]) -> set[str]:
    """Streamlit puts dashboard/ first on the path: a file there hides the library or room of the same name."""
    libraries = {line.split("[")[0].strip().lower() for line in (ROOT / "requirements.in").read_text().splitlines()}
    return names & (set(sys.stdlib_module_names) | libraries | {*ROOMS, "monitors", "tests", "pages"}) - {"__main__"}


def test_no_file_in_dashboard_hides_a_library() -> None:
    assert not _shadowed({path.stem for path in (ROOT / "dashboard").iterdir()} - {"__init__", "__main__"})


def test_the_rule_about_hidden_libraries_sees_one() -> None:
    assert _shadowed({"calendar", "words", "metrics", "plotly", "pages"}) == {"calendar", "metrics", "plotly", "pages"}
