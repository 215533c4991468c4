"""REQUIRE_ALL=1 makes a missing program a failure: the hook of conftest.py, seen at work in a run of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

BARE = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # what the plugins load takes longer than these runs
CASES = """
import pytest

def test_skips(): pytest.skip("no browser")
@pytest.mark.skip(reason="no database")
def test_is_marked(): ...
def test_xfails(request): pytest.xfail("known")
def test_shared(shared): ...
"""


def _project(folder: Path, **files: str) -> list[str]:
    """The command that runs these tests in a project of their own, under our conftest.py."""
    tests = folder / "project" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("conftest.py"), tests)
    for name, text in files.items():
        (tests / f"{name}.py").write_text(text)
    (tests.parent / "pytest.ini").write_text("[pytest]\nmarkers =\n  thorough: again\n  xdist_group: a file\n")
    return [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)]


def _outcome(folder: Path, require_all: str, *, cases: str = CASES, **env: str) -> str:
    """pytest's closing line."""
    command, env = _project(folder, test_cases=cases), BARE | {"REQUIRE_ALL": require_all} | env
    run = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return run.stdout.strip().splitlines()[-1].rpartition(" in ")[0]


@pytest.mark.parametrize(
    ("require_all", "expected"), [("1", "1 failed, 1 skipped, 1 xfailed, 1 error"), ("", "3 skipped, 1 xfailed")]
)
def test_a_skip_fails_only_when_all_is_required(tmp_path: Path, require_all: str, expected: str) -> None:
    assert _outcome(tmp_path, require_all) == expected


THOROUGH = """
import pytest

@pytest.mark.thorough
def test_again(): assert False
def test_once(): ...
"""


@pytest.mark.parametrize(
    ("minutes", "expected"), [("0", "1 passed, 1 skipped"), ("60", "1 failed, 1 passed"), ("", "1 failed, 1 passed")]
)
def test_only_a_thorough_test_is_left_out_and_only_when_the_time_is_up(
    tmp_path: Path, minutes: str, expected: str
) -> None:
    assert _outcome(tmp_path, "1", cases=THOROUGH, TEST_MINUTES=minutes, TESTS_BEGUN=str(time.time() - 1)) == expected


def test_whose_thorough_tests_come_first_changes_from_day_to_day(tmp_path: Path) -> None:
    command, ways = _project(tmp_path, **{f"test_{letter}": THOROUGH for letter in "abcdef"}), []
    for day in (1, 2):
        env = BARE | {"TESTS_BEGUN": str(86_400 * day + 60)}
        run = subprocess.run([*command, "--collect-only"], env=env, capture_output=True, text=True, check=True)
        ways.append([line for line in run.stdout.splitlines() if "::" in line])
        assert [line.rpartition("::")[2] for line in ways[-1]] == ["test_once"] * 6 + ["test_again"] * 6
    assert ways[0] != ways[1]
    assert sorted(ways[0]) == sorted(ways[1])


def test_a_module_that_skips_itself_fails_too(tmp_path: Path) -> None:
    command = _project(tmp_path, test_module="import pytest\npytest.skip('no nginx', allow_module_level=True)\n")
    run = subprocess.run(command, cwd=tmp_path, env=BARE | {"REQUIRE_ALL": "1"}, capture_output=True, check=False)
    assert run.returncode != 0
    assert b"skipped under REQUIRE_ALL=1" in run.stdout
