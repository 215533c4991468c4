"""REQUIRE_ALL=1 makes a missing program a failure: the hook of conftest.py, seen at work in a run of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CASES = """
import pytest

def test_skips(): pytest.skip("no browser")
@pytest.mark.skip(reason="no database")
def test_is_marked(): ...
def test_xfails(request): pytest.xfail("known")
def test_shared(shared): ...
"""


def _outcome(folder: Path, require_all: str) -> str:
    """pytest's closing line."""
    tests = folder / "project" / "tests"
    tests.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("conftest.py"), tests)
    (tests / "test_cases.py").write_text(CASES)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)]
    run = subprocess.run(
        command, cwd=folder, env=os.environ | {"REQUIRE_ALL": require_all}, capture_output=True, text=True, check=False
    )
    return run.stdout.strip().splitlines()[-1].rpartition(" in ")[0]


@pytest.mark.parametrize(
    ("require_all", "expected"), [("1", "1 failed, 1 skipped, 1 xfailed, 1 error"), ("", "3 skipped, 1 xfailed")]
)
def test_a_skip_fails_only_when_all_is_required(tmp_path: Path, require_all: str, expected: str) -> None:
    assert _outcome(tmp_path, require_all) == expected


def test_a_module_that_skips_itself_fails_too(tmp_path: Path) -> None:
    (tmp_path / "project" / "tests").mkdir(parents=True)
    tests = tmp_path / "project" / "tests"
    shutil.copy(Path(__file__).with_name("conftest.py"), tests)
    (tests / "test_module.py").write_text("import pytest\npytest.skip('no nginx', allow_module_level=True)\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)]
    run = subprocess.run(command, cwd=tmp_path, env=os.environ | {"REQUIRE_ALL": "1"}, capture_output=True, check=False)
    assert run.returncode != 0
    assert b"skipped under REQUIRE_ALL=1" in run.stdout
