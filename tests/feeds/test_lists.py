"""Lists of sources are read again when their files change, and kept when the change is a mistake."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from feeds.errors import DataFileError
from feeds.lists import Lists
from feeds.monitor import Monitor, read_monitor
from feeds.sources import read_sources


@pytest.fixture
def here(root: Path, tmp_path: Path) -> Monitor:
    shutil.copytree(root / "monitors" / "demo", tmp_path / "a" / "demo")
    shutil.copytree(root / "monitors" / "common", tmp_path / "a" / "common")
    return read_monitor(tmp_path / "a" / "demo")


def test_read_again_after_an_edit_and_kept_after_a_mistake(here: Monitor) -> None:
    troubles: list[DataFileError] = []
    lists = Lists(here, lambda: read_sources(here), troubles.append)
    before = lists()
    assert lists() is before, "read once while nothing changes"
    file = here.folder / "sources.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}- what is this\n", encoding="utf-8")
    assert lists() is before
    assert lists() is before
    assert len(troubles) == 1, "said once"
    line = '- {key: new, url: "https://new.example/", outlet: New, side: unknown, language: en}\n'
    file.write_text(text + line, encoding="utf-8")
    assert [source.key for source in lists()] == [*(source.key for source in before), "new"]


def test_a_list_that_was_never_right_is_an_error(here: Monitor) -> None:
    (here.folder / "sources.yaml").write_text("- nothing\n", encoding="utf-8")
    with pytest.raises(DataFileError):
        Lists(here, lambda: read_sources(here), lambda error: None)
