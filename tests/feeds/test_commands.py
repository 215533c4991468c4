"""`python -m feeds …` as people run it: a process, its output, its exit status."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from feeds.__main__ import COMMANDS
from feeds.archive import open_archive
from feeds.errors import ArchiveError
from tests.feeds.openmetrics_grammar import Samples, read
from tests.further import further
from tests.pace import within


@pytest.fixture
def folder(tmp_path: Path, root: Path, at: Callable[[str], str], hostile, rss) -> Path:
    """A monitor with two sources on the loopback server, one of them dead."""
    hostile.feeds["alive"] = rss("bread", "water")
    shutil.copy(root / "monitors" / "karabakh" / "monitor.yaml", tmp_path)
    (tmp_path / "outlets.yaml").write_text("- {key: lantern, name: Lantern, family: lantern, side: regional}\n")
    (tmp_path / "sources.yaml").write_text(
        f"# ours\n- {{key: alive, url: '{at('/feed/alive')}', outlet: Lantern, language: en}}\n"
        f"- {{key: dead, url: '{at('/500')}', outlet: Lantern, language: en}}\n"
        f"- {{key: off, url: '{at('/gzip')}', outlet: Lantern, language: en, enabled: false}}\n"
    )
    return tmp_path


@pytest.fixture
def feeds(folder: Path, root: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`feeds("poll", "--once", …)`: run to its end."""

    def go(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "feeds", *arguments]
        return subprocess.run(command, cwd=root, env=environment(folder), capture_output=True, text=True, timeout=600)

    return go


def environment(folder: Path) -> dict[str, str]:
    archive = f"sqlite:///{folder / 'data' / 'archive.db'}"
    return os.environ | {"MONITOR": str(folder), "MONITOR_ARCHIVE": archive, "http_proxy": "http://127.0.0.1:1"}


def test_every_command_stands_in_the_module_that_is_loaded_for_it() -> None:
    for module, commands in COMMANDS.items():
        parsers = argparse.ArgumentParser().add_subparsers()
        importlib.import_module(f"feeds.{module}").add_to(parsers)
        assert tuple(parsers.choices) == commands, module


def test_poll_once_stores_what_answers_names_the_rest_and_says_so(feeds, folder: Path) -> None:
    done = feeds("poll", "--once", "--allow-local")
    assert done.returncode == 1
    assert "alive: 2 new, 0 updated, 0 known" in done.stdout
    assert "dead: refused: " in done.stderr
    assert "1 of 2 sources answered, 2 new articles" in done.stderr
    with open_archive(environment(folder)["MONITOR_ARCHIVE"], read_only=True) as archive:
        assert archive.article_count() == 2


def test_without_allow_local_this_machine_is_not_asked(feeds, hostile) -> None:
    done = feeds("poll", "--once")
    assert done.returncode == 1
    assert "0 of 2 sources answered" in done.stderr
    assert hostile.requests == []


@pytest.mark.thorough
def test_a_source_whose_host_wants_a_rest_is_named_and_not_asked(feeds, folder: Path, hostile) -> None:
    file = folder / "sources.yaml"
    file.write_text(file.read_text().replace("/500", "/429"))
    done = feeds("poll", "--once", "--allow-local", "--source", "dead", "alive")
    assert done.returncode == 1
    assert "alive: http://127.0.0.1:" in done.stderr
    assert "not asked: 127.0.0.1 wants no requests for another 120 minutes" in done.stderr
    assert "0 of 2 sources answered" in done.stderr
    assert [path for path, _ in hostile.requests] == ["/429"]
    assert "its host asked for 120 minutes of rest" in feeds("sources").stdout


@pytest.mark.thorough
def test_a_source_that_is_off_is_polled_when_it_is_named(feeds) -> None:
    done = feeds("poll", "--once", "--allow-local", "--json", "--source", "off")
    assert done.returncode == 0
    row = json.loads(done.stdout)
    assert (row["source"], row["outcome"], row["new"], row["reason"]) == ("off", "ok", 1, "asked by hand")


def test_sources_says_what_is_known_before_and_after_the_first_poll(feeds) -> None:
    before = feeds("sources")
    assert before.returncode == 0
    assert "alive   new " in before.stdout
    feeds("poll", "--once", "--allow-local")
    rows = {row["key"]: row for row in json.loads(feeds("sources", "--json").stdout)}
    assert (rows["alive"]["condition"], rows["alive"]["articles"]) == ("new", 2)
    assert rows["alive"]["new_in_7_days"] == 0, "the stock of the first answer is not what a week brings"
    assert rows["dead"]["evidence"].startswith("never answered yet; 22 are needed")
    assert rows["dead"]["next_reason"] == "backing off after 1 failure: HTTP 500"
    assert rows["off"]["condition"] == "switched off"
    assert rows["alive"]["next_reason"].startswith("every ")
    assert {"articles_per_day", "window_hours"} <= rows["alive"].keys()
    table = feeds("sources").stdout
    assert "HTTP 500; ask again later" in table
    assert "the last poll failed: " in table
    assert rows["alive"]["next_reason"] in table, "never cut short"


@pytest.mark.thorough
def test_sources_names_the_new_address_of_one_that_has_moved_for_good(feeds, at, folder: Path) -> None:
    entry = f"- {{key: old, url: '{at('/moved')}', outlet: Lantern, language: en}}\n"
    (folder / "sources.yaml").write_text(entry)
    feeds("poll", "--once", "--allow-local")
    assert f"moved for good to {at('/etag')}: put that address into sources.yaml" in feeds("sources").stdout


def test_check_says_all_that_is_odd_and_stores_nothing(feeds, at, folder: Path) -> None:
    done = feeds("check", "--allow-local", at("/wrong-encoding"))
    assert done.returncode == 0
    assert "1 items" in done.stdout
    assert "odd: declares utf-8 but is not UTF-8; read as cp1251" in done.stdout
    assert "Хлеб" in done.stdout
    as_json = json.loads(feeds("check", "--allow-local", "--json", at("/moved")).stdout)
    assert as_json["moved_to"] == at("/etag")
    assert not (folder / "data").exists()
    bad = feeds("check", "--allow-local", at("/html"))
    assert bad.returncode == 1
    assert "HTML page" in bad.stderr


def test_add_import_and_export(feeds, at, folder: Path) -> None:
    done = feeds("add", "--allow-local", at("/etag"), "--outlet", "Lantern")
    assert done.returncode == 0
    assert "added lantern-en: Lantern, en" in done.stdout
    assert (folder / "sources.yaml").read_text().startswith("# ours\n")
    assert feeds("add", "--allow-local", at("/html")).returncode == 1
    exported = feeds("export")
    assert exported.stdout.count("<outline") == 4
    (folder / "x.opml").write_text(exported.stdout.replace("/gzip", "/gzip2"))
    imported = feeds("import", str(folder / "x.opml"))
    assert "added off-2" in imported.stdout
    assert imported.stdout.count("already there") == 3


def test_load_names_bad_lines_and_ends_with_status_1(feeds, folder: Path) -> None:
    file = folder / "a.jsonl"
    file.write_text('{"title": "a"}\nbad\n')
    done = feeds("load", str(file))
    assert done.returncode == 1
    assert f"{file}:2: not JSON" in done.stderr
    assert "1 articles read: 1 new" in done.stdout


USAGE = {
    "no command": ([], "usage"),
    "a source nobody knows": (["poll", "--once", "--source", "fog"], 'no source "fog"'),
    "no such monitor": (["sources", "--monitor", "/no/such"], "no such monitor folder"),
    "no such file": (["import", "/no/such.opml"], "cannot be read"),
}


@pytest.mark.parametrize(("arguments", "words"), USAGE.values(), ids=USAGE)
def test_wrong_usage_is_one_clear_line_and_status_2(feeds, arguments: list[str], words: str) -> None:
    done = feeds(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_data_file_is_one_line_and_status_2(feeds, folder: Path) -> None:
    (folder / "sources.yaml").write_text("- {key: a, url: 'https://a.example', outlet: Lantern, language: arm}\n")
    done = feeds("poll", "--once")
    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == [
        f'{folder}/sources.yaml:1: "a": language: "arm" is not one of en ru hy az tr fr'
    ]


@pytest.mark.parametrize("number", further([signal.SIGTERM, signal.SIGINT]))
def test_a_poller_stops_cleanly_and_a_second_one_is_turned_away(
    feeds, folder: Path, root: Path, hostile, number: signal.Signals
) -> None:
    hostile.misbehave["slow"] = "hang"
    (folder / "sources.yaml").open("a").write(
        f"- {{key: slow, url: '{_base(folder)}/feed/slow', outlet: Lantern, language: en}}\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "feeds", "poll", "--allow-local", "-v"],
        cwd=root, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        said = {process.stderr.readline() for _ in range(2)}  # of two sources at one host, in any order
        assert "alive: 2 new, 0 updated, 0 known\n" in said
        second = feeds("poll", "--once", "--allow-local")
        assert second.returncode == 2
        assert "another poller works on it" in second.stderr
        with within(2):
            process.send_signal(number)
            _, errors = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert "Traceback" not in errors
    data = folder / "data"
    assert sorted(path.name for path in data.iterdir()) in (["archive.db"], ["archive.db", "archive.db.poller.lock"])


@pytest.mark.thorough
def test_a_long_running_poller_logs_objects_and_answers_a_scrape(folder: Path, root: Path, free_port) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "feeds", "poll", "--allow-local", "--log-json", "--metrics-port", str(port)],
        cwd=root, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        said = [json.loads(process.stderr.readline()) for _ in range(2)]
        assert {(one["source"], one["outcome"], one["level"]) for one in said} == {
            ("alive", "ok", "debug"), ("dead", "refused", "warning"),
        }  # fmt: skip
        scraped: dict[str, Samples] = {"monitor_round_seconds": {}}
        deadline = time.monotonic() + 180
        while not scraped["monitor_round_seconds"] and time.monotonic() < deadline:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                scraped = read(answer.read().decode())
        assert scraped["monitor_polls"] == {(("outcome", "ok"),): 1, (("outcome", "refused"),): 1}
        assert scraped["monitor_sources"][("state", "off"),] == 1
        assert sum(scraped["monitor_round_seconds"].values()) > 0
    finally:
        process.terminate()
        out, errors = process.communicate(timeout=120)
    assert (process.returncode, out, errors) == (0, "", "")


@pytest.mark.thorough
def test_a_quiet_poller_says_only_what_fails(folder: Path, root: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "feeds", "poll", "--allow-local"],
        cwd=root, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 180
        while _polls(folder) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        process.terminate()
        out, errors = process.communicate(timeout=120)
    assert out == ""
    assert [line.split(":")[0] for line in errors.splitlines()] == ["dead"]


def _polls(folder: Path) -> int:
    file = folder / "data" / "archive.db"
    if not file.exists():
        return 0
    with suppress(ArchiveError), open_archive(f"sqlite:///{file}", read_only=True) as archive:
        return len(archive.polls())
    return 0


def _base(folder: Path) -> str:
    text = (folder / "sources.yaml").read_text()
    return text[text.index("http://") : text.index("/feed/alive")]
