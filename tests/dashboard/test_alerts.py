"""Alerts on Situation and the band on Trends, in process: what is shown, and that only --edit lets anybody decide."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from dashboard import charts
from feeds.archive import open_archive
from feeds.archive.schema import judged_days
from metrics.alert import Alert
from metrics.deciding import all_alerts, decide
from metrics.store import alerts as stored
from tests.dashboard.conftest import TODAY

DAY = timedelta(days=1)

NOW = datetime(2031, 12, 1, 6, tzinfo=UTC)


def alert(indicator: str, days_ago: int, **changes: object) -> Alert:
    opened = TODAY - timedelta(days=days_ago)
    values: dict[str, object] = {
        "id": f"{indicator}-reported-{opened}", "indicator": indicator, "stance": "reported", "people": "",
        "opened": opened, "last_alarm": opened + timedelta(days=2), "alarm_days": 3, "window": 3, "observed": 9.0,
        "expected": 2.1, "score": 6.3, "threshold": 5.1, "exposure": 12.0, "observability": 0.96, "families": 4,
        "sides": (), "baseline_days": 84, "dispersion": 1.2, "new_baseline_since": None, "stories": (1, 2),
        "previous": None, "rules_version": "r1", "detector": "d1",
    }  # fmt: skip
    return Alert(**(values | changes))  # type: ignore[arg-type]


NEW, OLD = alert("food", 4), alert("food", 60)


@pytest.fixture
def url(filled_archive: str, tmp_path: Path) -> str:
    """The filled archive with two alerts on food, one long ago."""
    shutil.copy(filled_archive.removeprefix("sqlite:///"), tmp_path / "a.db")
    found = f"sqlite:///{tmp_path}/a.db"
    with open_archive(found) as archive:
        state = stored.judging(archive)
        assert state is not None
        later = alert("food", 4, previous=OLD.id)
        stored.save_alerts(archive, state, [OLD, later], now=NOW, before=TODAY, detector="d1")
    return found


@pytest.fixture
def opened(root: Path, monkeypatch: pytest.MonkeyPatch, url: str):
    def at(view: str, *, edit: bool = False, **query: str) -> AppTest:
        monkeypatch.setenv("MONITOR", str(root / "monitors" / "demo"))
        monkeypatch.setenv("MONITOR_ARCHIVE", url)
        monkeypatch.setenv("MONITOR_EDIT", str(int(edit)))
        app = AppTest.from_file(str(root / "dashboard" / "app.py"), default_timeout=300)
        for key, value in query.items():
            app.query_params[key] = value
        app.run()
        return app.switch_page(f"views/{view}.py").run() if view != "situation" else app

    return at


def html_of(app: AppTest) -> str:
    return "\n".join(element.value for element in app.html)


def test_situation_shows_open_alerts_with_reason_parameters_stories_and_the_one_before(opened) -> None:
    app = opened("situation")
    assert not app.exception
    html = html_of(app)
    assert "<dd>1 open" in html
    assert f'id="{NEW.id}"' in html
    assert "9 stories in 3 days to 27 Nov 2031, where 2.1 were to be expected" in html
    assert "5.10" in html
    assert "96 % of what our sources usually show" in html
    assert f'href="#{OLD.id}"' in html
    assert "since=2031-11-25" in html
    assert "until=2031-11-29" in html
    before = html.index("Alerts before (1)")
    assert html.index(f'id="{NEW.id}"') < before < html.index(f'id="{OLD.id}"')


def test_without_edit_nobody_decides(opened, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened("situation")
    assert not app.button
    assert [box.label for box in app.expander if "Decide" in box.label] == []


def test_with_edit_an_alert_is_acknowledged_and_dismissed_only_with_a_reason(opened, url: str) -> None:
    app = opened("situation", edit=True)
    app.text_input(key="by").input("A. Reader")
    app.button[0].click().run()
    assert not app.exception
    assert "0 open<small>and 1 acknowledged" in html_of(app)
    app.segmented_control(key="decision").set_value("dismiss")
    app.text_input(key="by").input("A. Reader")
    app.button[0].click().run()
    assert "needs a reason" in app.error[0].value
    app.segmented_control(key="decision").set_value("dismiss")
    app.text_input(key="by").input("A. Reader")
    app.text_input(key="reason").input("<b>a yearly list</b>")
    app.button[0].click().run()
    assert "dismissed by A. Reader, because: &lt;b&gt;a yearly list" in html_of(app)
    with open_archive(url, read_only=True) as archive:
        assert [one.state for one in all_alerts(archive)] == ["dismissed", "closed"]


def test_a_decision_made_elsewhere_changes_the_page(opened, url: str) -> None:
    assert "1 open" in html_of(opened("situation"))
    with open_archive(url) as archive:
        decide(archive, NEW.id, "closed", reason="", by="A. Reader", at=NOW)
    assert "0 open" in html_of(opened("situation"))


def test_trends_say_that_the_detector_is_learning_or_what_it_found(opened, url: str) -> None:
    app = opened("trends", indicator="Food")
    assert any("still learning" in one.value for one in app.caption)
    with open_archive(url) as archive, archive.writing() as connection:
        mine = judged_days.c.indicator == "food"
        known = {"state": "quiet", "expected": 1.0, "watch_from": 4.0, "alert_from": 6.0}
        connection.execute(update(judged_days).where(mine).values(**known))
        alarm = {"state": "alert", "window_count": 9.0, "window_expected": 2.1}
        connection.execute(update(judged_days).where(mine, judged_days.c.day == TODAY).values(**alarm))
        connection.execute(stored.update(stored.rules).values(counted=stored.rules.c.counted + 1))
    app = opened("trends", indicator="Food")
    assert any("1 day in alert" in one.value for one in app.caption)
    assert any("expected and unusual" in one.label for one in app.expander)
    figure = app.get("plotly_chart")[0].proto.spec
    assert "as usual" in figure
    assert "9 stories in one day, 2.1 expected" in figure


def test_the_band_is_blank_where_nothing_is_expected_and_alarms_stand_above_the_line() -> None:
    days = [date(2031, 11, day) for day in range(1, 5)]
    table = pd.DataFrame({"date": days, "count": [1.0, None, 2.0, 9.0]})
    seen = pd.DataFrame(
        {"date": days, "observability": [1.0, 0.0, 1.0, 1.0], "state": ["full", "unseen", "full", "full"]}
    )
    judged = pd.DataFrame(
        {
            "date": days, "state": ["quiet", "unseen", "quiet", "alert"], "expected": [1.5, None, 1.5, 1.5],
            "watch_from": [4.0, None, 4.0, 4.0], "window": [1, 1, 1, 3], "window_count": [1, None, 2, 9.0],
            "window_expected": [1.5, None, 1.5, 3.2],
        }
    )  # fmt: skip
    figure = charts.trend(table, seen, lines=[charts.Line("reported", "reported")], expected=judged)
    traces = {trace.name: trace for trace in figure.data}
    outline = list(zip(traces["as usual"].x, traces["as usual"].y, strict=True))
    first, third, fifth = (datetime(2031, 11, day) - timedelta(hours=12) for day in (1, 3, 5))
    assert outline == [
        (first, 0), (first, 4), (first + DAY, 4), (first + DAY, 0), (None, None),
        (third, 0), (third, 4), (third + DAY, 4), (third + DAY, 4), (fifth, 4), (fifth, 0),
    ]  # fmt: skip
    assert traces["expected"].y[1] is None
    assert list(traces["alert"].x) == [days[3]]
    assert "watch" not in traces
    plain = charts.trend(table, seen, lines=[charts.Line("reported", "reported")])
    assert {"as usual", "expected", "alert"} & {trace.name for trace in plain.data} == set()
