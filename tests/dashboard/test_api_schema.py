"""openapi.json against the real server: schemathesis makes requests from it, right ones and wrong ones.

Under REQUIRE_ALL=1, as in CI, a missing schemathesis is a failure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from dashboard.api.endpoints import ROOT
from feeds.monitor import Monitor
from tests.dashboard.api_archive import call, fill

pytestmark = pytest.mark.thorough

EXAMPLES = 25  # requests of each kind for one endpoint
# Not asked: that everything the schema allows is answered. A day before another, a word to search for and a token that
# was never given are wrong for reasons that no schema says.
LEFT_OUT = "positive_data_acceptance"


@pytest.fixture(scope="module")
def server(start_dashboard: Callable[..., Any], demo: Monitor, tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('schema')}/archive.db"
    fill(url, demo)
    return str(start_dashboard(url, demo.folder, "--no-poll").url)


@pytest.fixture(scope="module")
def schemathesis() -> Any:
    return pytest.importorskip("schemathesis", reason="schemathesis is not installed: make test installs it")


PATHS = (
    "daily",
    "articles",
    "evidence",
    "stories/{id}",
    "figures",
    "levels",
    "alerts",
    "sources",
    "summaries",
    "summary/{day}",
    "openapi.json",
)
NOTHING_TO_GET_WRONG = ("openapi.json", "negative")  # it takes no parameter


def test_every_path_of_the_document_is_tried(server: str) -> None:
    assert set(call(server, f"{ROOT}/openapi.json").json["paths"]) == {f"{ROOT}/{path}" for path in PATHS}


TRIED = [(path, mode) for mode in ("positive", "negative") for path in PATHS if (path, mode) != NOTHING_TO_GET_WRONG]


@pytest.mark.parametrize(("path", "mode"), TRIED)
def test_the_server_does_what_its_document_says(server: str, schemathesis: Any, path: str, mode: str) -> None:
    document = schemathesis.openapi.from_url(f"{server}{ROOT}/openapi.json")
    operation = document[f"{ROOT}/{path}"]["GET"]
    checks = [check for check in _checks(schemathesis) if check.__name__ != LEFT_OUT]
    assert len(checks) > 5
    tried = 0

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
    def send(case: Any) -> None:
        nonlocal tried
        tried += 1
        case.call_and_validate(checks=checks, timeout=300)  # seconds; ten are too few where much else runs

    send()
    assert tried > 0


def _checks(schemathesis: Any) -> list[Any]:
    schemathesis.checks.load_all_checks()
    return list(schemathesis.checks.CHECKS.get_all())
