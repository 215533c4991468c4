"""Our own files are named in every page, however it is asked for, and nothing else is changed."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest

from dashboard import look
from dashboard.own_files import CHARTED, FOLDER, with_files
from feeds.monitor import Monitor


@pytest.fixture(scope="module")
def address(start_dashboard, empty_archive: str, demo: Monitor) -> str:
    return start_dashboard(empty_archive, demo.folder, "--no-poll").url


def ask(address: str, **headers: str) -> tuple[dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with urllib.request.urlopen(urllib.request.Request(address, headers=named)) as answer:
        return {name.lower(): value for name, value in answer.headers.items()}, answer.read()


@pytest.mark.parametrize("page", ["", "trends", "coverage?q=x"])
def test_a_page_asked_for_as_browsers_do_has_them(address: str, page: str) -> None:
    asked = {"Accept": "text/html,*/*", "Accept_Encoding": "gzip", "If_None_Match": "*"}
    headers, body = ask(f"{address}/{page}", **asked)
    assert len(named(body, "js")) == len(list(FOLDER.glob("*.js")))
    assert len(named(body, "css")) == 1
    assert int(headers["content-length"]) == len(body)
    assert "etag" not in headers
    assert "script-src 'self'" in headers["content-security-policy"]


def test_a_file_is_served_as_it_stands_to_be_kept_and_nothing_beside_it(address: str) -> None:
    _, page = ask(f"{address}/trends", Accept="text/html")
    written = {path.stem: path.read_bytes() for path in FOLDER.glob("*.js")} | {"look": look.sheet().encode()}
    for name in (*named(page, "js"), *named(page, "css")):
        headers, body = ask(f"{address}/own/{name}")
        assert body == written.pop(name.split(".")[0])
        assert headers["content-type"].startswith("text/css" if name.endswith("css") else "text/javascript")
        assert "immutable" in headers["cache-control"]
    assert not written
    for other in ("/own/", "/own/back.js"):
        found, answer = ask(f"{address}{other}")  # Streamlit answers its page for what it does not know
        assert found["content-type"].startswith("text/html")
        assert b"class OwnFiles" not in answer
    for other in ("/own/../own_files.py", "/own/..%2fown_files.py"):
        with pytest.raises(urllib.error.HTTPError, match="400"):
            ask(f"{address}{other}")


@pytest.mark.parametrize("path", ["", "coverage", *CHARTED])
def test_code_that_a_page_needs_at_once_is_named_in_its_head_and_is_there(address: str, path: str) -> None:
    _, page = ask(f"{address}/{path}", Accept="text/html")
    ahead = re.findall(r'<link rel="modulepreload" crossorigin( data-chart)? href="\.(/static/[^"]+)"', page.decode())
    assert [bool(mark) for mark, _ in ahead if mark] == [True] * (path in CHARTED)
    ours = [one for _, one in ahead if re.search(r"/(Html|purify\.es|PlotlyChart)\.", one)]
    assert len(ours) == 2 + (path in CHARTED)
    for one in ours:
        headers, _ = ask(f"{address}{one}")
        assert headers["content-type"].startswith("text/javascript")


def named(page: bytes, kind: str) -> list[str]:
    """Names of our files in a page; a hash of the content is part of each."""
    return re.findall(rf'"\./own/(\w+\.[0-9a-f]{{12}}\.{kind})"', page.decode())


def test_what_is_no_page_passes_untouched(address: str) -> None:
    _, body = ask(f"{address}/healthz", Accept="text/html")
    assert body.startswith(b"{")
    assert with_files(b'{"<body>": 1}') == b'{"<body>": 1}'
