"""The Method page: labelled cases of a monitor's gold folder, the last audit, and who has read the words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import words
from feeds.archive import open_archive
from feeds.monitor import read_monitor
from metrics import calibration
from metrics.lexicon import read_lexicon
from metrics.store.audits import record_audit
from tests.dashboard.conftest import TODAY, moment, with_cases

pytestmark = pytest.mark.thorough


def _case(number: str, title: str, *labels: dict[str, str]) -> str:
    listed = [{"indicator": "food", "people": "unstated", "speaker": "media", **one} for one in labels]
    base = {"id": number, "lang": "en", "title": title, "text": "", "published": "2031-11-30"}
    return json.dumps({**base, "relevant": bool(labels), "context": False, "indicators": listed})


REPORTED = {"stance": "reported", "occurrence": "new"}
HELD_OUT = [
    _case("Y-1", "Bread queues form in Perrinor", REPORTED),
    _case("Y-2", "FC Velunda lose again"),
    _case("Y-3", "Perrinor goes hungry in ways no word list knows", REPORTED),
]
DEV = [_case("D-1", "Bread queues form before dawn in Perrinor", REPORTED)]


@pytest.fixture
def method(root: Path, tmp_path: Path, filled_archive: str, monkeypatch: pytest.MonkeyPatch):
    """`method(gold, beside)`: the page of the invented monitor with these labelled cases, run once."""

    def at(gold: dict[str, list[str]], beside: dict[str, list[str]] | None = None, archive: str = "") -> AppTest:
        folder = with_cases(root, tmp_path, gold)
        for name, cases in (beside or {}).items():
            (folder / name).write_text("\n".join(cases), encoding="utf-8")
        monkeypatch.setenv("MONITOR", str(folder))
        monkeypatch.setenv("MONITOR_ARCHIVE", archive or filled_archive)
        app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300)
        return app.run().switch_page("views/method.py").run()

    return at


def said(app: AppTest) -> str:
    return "\n".join(element.value for kind in (app.html, app.markdown, app.caption) for element in kind)


def measured(app: AppTest) -> AppTest:
    app.button(key="measure").click().run()
    assert not app.exception
    return app


def sets_of(app: AppTest) -> list[str]:
    return [box.label for box in app.expander if box.label.startswith("Cases of")]


def test_nothing_is_measured_until_somebody_asks(method: Callable[..., AppTest]) -> None:
    app = method({"heldout": HELD_OUT, "dev": DEV})
    assert not app.exception
    assert sets_of(app) == []
    assert [button.label for button in app.button] == [words.MEASURE]


def test_held_out_cases_come_first_each_set_with_its_tables(method: Callable[..., AppTest]) -> None:
    app = measured(method({"heldout": HELD_OUT, "dev": DEV}))
    assert sets_of(app) == ["Cases of held-out (3)", "Cases of dev (1)"]
    assert [button.label for button in app.button] == []
    shown = said(app)
    for name in ("Stance", "Occurrence", "People", "Speaker's side", "Whole articles right in every label"):
        assert f">{name.replace(chr(39), '&#x27;')}<" in shown or f">{name}<" in shown
    assert "2 of 3" in shown, "whole articles right of the held-out ones"
    assert "1.00</td>" in shown
    assert " to " in shown.partition("What each label says besides")[2], "intervals"


def test_a_page_that_was_measured_once_shows_it_to_the_next_reader(method: Callable[..., AppTest], root: Path) -> None:
    measured(method({"dev": DEV}))
    again = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300).run()
    assert sets_of(again.switch_page("views/method.py").run()) == ["Cases of dev (1)"]


def test_without_a_gold_folder_the_cases_beside_the_data_are_read(method: Callable[..., AppTest]) -> None:
    beside = {"cases_dev.jsonl": DEV, "cases_heldout.jsonl": [_case("H-1", "Bread queues in Perrinor", REPORTED)]}
    assert sets_of(measured(method({}, beside))) == ["Cases of first held-out (1)", "Cases of dev (1)"]


def test_a_monitor_without_cases_has_no_button_but_says_who_audited(method: Callable[..., AppTest]) -> None:
    app = method({})
    assert [button.label for button in app.button] == []
    assert "Last audit of collected articles by readers: none yet." in said(app)


def test_the_last_audit_is_shown_with_date_and_size(
    method: Callable[..., AppTest], filled_archive: str, tmp_path: Path
) -> None:
    copy = tmp_path / "audited.db"
    shutil.copy(filled_archive.removeprefix("sqlite:///"), copy)
    url = f"sqlite:///{copy}"
    with open_archive(url) as archive:
        for hour, items in ((3, 150), (4, 200)):
            record_audit(archive, at=moment(TODAY, hour), rules_version="r", items=items, readers=2, result={})
    shown = said(method({}, archive=url))
    assert "Last audit of collected articles by readers: 1 Dec 2031, 200 articles, 2 readers." in shown


NATIVE = {
    "both": (["en", "hy", "az"], "The Armenian and Azerbaijani parts need a native reader"),
    "one": (["az"], "The Azerbaijani part needs a native reader"),
    "none": (["en", "tr"], ""),
}


@pytest.mark.parametrize(("languages", "wanted"), NATIVE.values(), ids=NATIVE)
def test_languages_that_need_a_native_reader_are_named(languages: list[str], wanted: str) -> None:
    said = words.native_reader(languages, {"hy": "Armenian", "az": "Azerbaijani"})
    assert said.startswith(wanted)
    assert bool(said) is bool(wanted)


def test_the_real_monitor_names_a_gold_folder_and_says_who_should_read_it(root: Path) -> None:
    from feeds.monitor import read_monitor

    monitor = read_monitor(root / "monitors" / "karabakh")
    assert monitor.gold_folder == root / "tests" / "metrics" / "gold"
    assert "Armenian and Azerbaijani" in words.native_reader(monitor.languages, monitor.language_labels)


def test_where_the_gold_folder_is_not_there_the_cases_beside_the_data_are_read(
    method: Callable[..., AppTest], tmp_path: Path
) -> None:
    app = method({"dev": DEV}, {"cases_dev.jsonl": [_case("P-1", "Bread queues in Perrinor", REPORTED)]})
    shutil.rmtree(tmp_path / "gold")
    assert sets_of(measured(app.run())) == ["Cases of 2024–26 (1)"]


def test_the_detector_stands_beside_the_rules_it_was_compared_with(method: Callable[..., AppTest]) -> None:
    shown = said(method({}))
    table = calibration.comparison()
    _, _, comparison = shown.partition("Unusual days, by ")
    for line in table.lines[1:]:
        assert f"{line.method} <small>" in comparison
    ours = table.lines[0]
    assert f"{ours.false_alerts.value:.2f} <small>({ours.false_alerts.low:.2f} to" in comparison
    assert f"from {calibration.rule().alert:g} an *alert*" in shown
    assert table.command in shown, "how to make it again"


def test_the_words_of_an_indicator_are_shown_in_the_language_that_is_asked(method: Callable[..., AppTest]) -> None:
    app = method({})
    of = app.selectbox(key="words")
    lexicon = read_lexicon(read_monitor(Path("monitors/demo")))
    chosen = next(one for one in lexicon.indicators if one.words["fr"].strong and one.key != of.value)
    app.selectbox(key="in").set_value("fr")
    of.set_value(chosen.key)
    app.run()
    assert not app.exception
    table = unescape(next(element.value for element in app.html if words.WORD_LISTS["strong"] in element.value))
    assert chosen.words["fr"].strong[0] in table
    assert f">{len(chosen.words['fr'].strong)}<" in table


def test_it_says_how_to_cite_with_time_and_rules(method: Callable[..., AppTest], root: Path) -> None:
    (line,) = [element.value for element in method({}).code if "rules" in element.value]
    assert line.startswith("INVENTED")
    assert " UTC, rules " in line
    assert read_lexicon(read_monitor(root / "monitors/demo")).rules_version in line
