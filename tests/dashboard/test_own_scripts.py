"""Our own scripts are in every page, however it is asked for, and nothing else is changed."""

from __future__ import annotations

import urllib.error
import urllib.request

import pytest

from dashboard.own_scripts import FOLDER, with_scripts
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
    assert b'<script src="./own/back.js"></script>' in body
    assert int(headers["content-length"]) == len(body)
    assert "etag" not in headers
    assert "script-src 'self'" in headers["content-security-policy"]


def test_a_script_is_served_as_it_stands_and_nothing_beside_it(address: str) -> None:
    headers, body = ask(f"{address}/own/back.js")
    assert body == (FOLDER / "back.js").read_bytes()
    assert headers["content-type"].startswith("text/javascript")
    for other in ("/own/", "/own/nothing.js"):
        found, answer = ask(f"{address}{other}")  # Streamlit answers its page for what it does not know
        assert found["content-type"].startswith("text/html")
        assert b"class OwnScripts" not in answer
    for other in ("/own/../own_scripts.py", "/own/..%2fown_scripts.py"):
        with pytest.raises(urllib.error.HTTPError, match="400"):
            ask(f"{address}{other}")


def test_what_is_no_page_passes_untouched(address: str) -> None:
    _, body = ask(f"{address}/healthz", Accept="text/html")
    assert body.startswith(b"{")
    assert with_scripts(b'{"<body>": 1}') == b'{"<body>": 1}'
