"""A link that asks for what a page does not have gives the default there, and the page says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

GOOD = {
    "coverage": {
        "about": "Food",
        "says": "reported",
        "which": "everything stored",
        "show": "every article",
        "q": "bread",
    },
    "places": {"about": "Food", "range": "4 weeks"},
    "method": {"in": "French"},
}
BAD = {
    "coverage": {"about": "Teleportation", "since": "yesterday", "nonsense": "1"},
    "places": {"range": "a fortnight", "layers": "frontier"},
    "method": {"words": "Teleportation", "in": "Klingon"},
}


@pytest.fixture
def view(root: Path, demo, filled_archive: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    monkeypatch.setenv("MONITOR", str(demo.folder))
    monkeypatch.setenv("MONITOR_ARCHIVE", filled_archive)

    def at(name: str, asked: dict[str, str]) -> AppTest:
        app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300)
        app.run().switch_page(f"views/{name}.py")
        for key, value in asked.items():
            app.query_params[key] = value
        return app.run()

    return at


@pytest.mark.parametrize("name", GOOD)
def test_what_a_page_has_is_not_odd(name: str, view: Callable[..., AppTest]) -> None:
    app = view(name, GOOD[name])
    assert not app.exception
    assert [one.value for one in app.warning] == []


@pytest.mark.parametrize("name", BAD)
def test_what_a_page_does_not_have_is_said(name: str, view: Callable[..., AppTest]) -> None:
    app = view(name, BAD[name])
    assert not app.exception
    (said,) = [one.value for one in app.warning]
    for value in BAD[name].values():
        assert value in said or quote(value) in said
