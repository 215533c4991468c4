"""The JSON API of the real server on loopback: the pages' own tables, every row once, and words for what is wrong."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pytest

from dashboard.api.endpoints import ROOT
from dashboard.api.rows import FigureRow
from dashboard.api.tables import FIGURE_PLACE, _figure_place
from dashboard.export import FORMATS, MEDIA_TYPES, render
from feeds.archive import open_archive
from feeds.monitor import Monitor
from feeds.sources import read_outlets, read_sources
from metrics import store
from metrics.alert import Alert
from metrics.attribution import Attribution
from metrics.deciding import all_alerts, decide
from metrics.store import StoryQuery
from metrics.store import alerts as stored_alerts
from tests.dashboard.api_archive import PERSON, call, fill, newer, walk
from tests.dashboard.conftest import HOSTILE, OUTAGE, TODAY, moment
from tests.metrics.test_commands_alerts import alert

LISTS = ("/summaries", "/daily?indicator=food", "/articles", "/evidence", "/figures", "/levels", "/alerts", "/sources")
ALL = (*LISTS, f"/summary/{TODAY}", "/stories/1", "/openapi.json")


@pytest.fixture(scope="module")
def archive_url(tmp_path_factory: pytest.TempPathFactory, demo: Monitor) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('api')}/archive.db"
    fill(url, demo)
    return url


@pytest.fixture(scope="module")
def server(start_dashboard: Callable[..., Any], demo: Monitor, archive_url: str) -> str:
    """Address of a server whose archive does not change."""
    return str(start_dashboard(archive_url, demo.folder, "--no-poll").url)


@pytest.fixture
def living(start_dashboard: Callable[..., Any], demo: Monitor, tmp_path: Any) -> tuple[str, str]:
    """Address of a server, and of its archive, into which something may be stored."""
    url = f"sqlite:///{tmp_path}/archive.db"
    fill(url, demo)
    return str(start_dashboard(url, demo.folder, "--no-poll").url), url


@pytest.fixture
def page_data(monkeypatch: pytest.MonkeyPatch, demo: Monitor, archive_url: str) -> Any:
    """What the pages ask, on the same archive."""
    monkeypatch.setenv("MONITOR", str(demo.folder))
    monkeypatch.setenv("MONITOR_ARCHIVE", archive_url)
    from dashboard import data

    return data


# Every endpoint ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL)
def test_every_endpoint_answers_and_marks_what_is_invented(server: str, path: str) -> None:
    reply = call(server, ROOT + path)
    assert reply.status == 200, reply.body
    assert reply.headers["content-type"] == "application/json"
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert not [name for name in reply.headers if name.lower().startswith("access-control")]
    if path != "/openapi.json":
        assert reply.json["notice"].startswith("INVENTED")
        assert reply.json["rules_version"]


@pytest.mark.parametrize("path", ALL)
def test_head_gives_the_headers_of_get_and_no_body(server: str, path: str) -> None:
    head, get = call(server, ROOT + path, method="HEAD"), call(server, ROOT + path)
    assert (head.status, head.body) == (200, b"")
    for name in ("etag", "content-type", "content-length"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_can_be_written(server: str, method: str) -> None:
    reply = call(server, f"{ROOT}/articles", method=method)
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")
    assert reply.json["detail"] == f"{method} is not answered; GET and HEAD are"


def test_an_empty_archive_has_empty_lists(
    start_dashboard: Callable[..., Any], demo: Monitor, empty_archive: str
) -> None:
    url = start_dashboard(empty_archive, demo.folder, "--no-poll").url
    for path in ("/articles", "/evidence", "/figures"):
        assert call(url, ROOT + path).json["data"] == []
    days = call(url, f"{ROOT}/daily?indicator=food").data
    assert {row["count"] for row in days} == {None}, "nobody looked: unknown, not 0"
    assert call(url, f"{ROOT}/articles").json["rules_version"] is None


# The pages' own tables -----------------------------------------------------------------------------------------------

DAILY = {
    "a quarter": ("", {"stance": "reported", "split": None, "period": "D"}),
    "by side": ("&by=side", {"stance": "reported", "split": "side", "period": "D"}),
    "by stance and week": ("&by=stance&period=week", {"stance": "reported", "split": "stance", "period": "W"}),
    "denied, by month": ("&stance=denied&period=month", {"stance": "denied", "split": None, "period": "M"}),
    "reports": ("&reports=true", {"stance": "reported", "split": None, "period": "D", "reports": True}),
    "trailing days": ("&period=7-days", {"stance": "reported", "split": None, "period": "7D"}),
    "one panel": ("&panel=fixed", {"stance": "reported", "split": None, "period": "D", "fixed": True}),
}


@pytest.mark.parametrize(("query", "asked"), DAILY.values(), ids=DAILY)
def test_daily_is_the_table_and_the_file_of_trends(
    server: str, page_data: Any, query: str, asked: dict[str, Any]
) -> None:
    from dashboard import files

    first = TODAY - timedelta(days=90)
    table = page_data.daily("food", first, TODAY, **asked)
    of_page = files.daily_csv(files.daily_columns(table, split=asked["split"], period=asked["period"]))
    address = f"{ROOT}/daily?indicator=food&from={first}&to={TODAY}{query}"
    sent = call(server, address, accept="text/csv")
    assert sent.body == of_page
    assert f'filename="INVENTED-demo-food-{first}-{TODAY}.csv"' in sent.headers["content-disposition"]
    assert call(server, address + "&format=csv").body == of_page
    from_file = pd.read_csv(BytesIO(of_page)).astype(object)
    keys = ["date", "stance", *(["side"] if asked["split"] == "side" else [])]
    from_api = pd.DataFrame(call(server, address).data)[list(from_file.columns)].astype(object)
    assert len(from_api) == len(from_file) > 2
    for column in from_file.columns:
        mine, of_file = (_known(table.sort_values(keys)[column]) for table in (from_api, from_file))
        assert mine == (pytest.approx(of_file, abs=1e-9) if column in RATIOS else of_file), column


RATIOS = ("ratio", "share", "observability", "share_low", "share_high", "exposure", "rate", "rate_low", "rate_high")


def _known(values: pd.Series) -> list[object]:
    return [None if pd.isna(value) else value for value in values]


def test_a_day_that_was_not_seen_is_null(server: str) -> None:
    rows = {row["date"]: row for row in call(server, f"{ROOT}/daily?indicator=food").data}
    out = rows[OUTAGE[0].isoformat()]
    assert (out["state"], out["count"], out["share"], out["observability"]) == ("unseen", None, None, 0.0)
    assert all(row["rules_version"] for row in rows.values())


def test_every_claim_has_its_own_place_among_the_pages() -> None:
    """Two sides may claim the same number in one story; a place that both have would lose one between two pages."""
    one = FigureRow(
        date(2031, 1, 2), None, "killed", "people", "total", "unstated", 3.0, None, None, "a mayor", "one", "One",
        "Paper", "one", "One", "paper", 1, 1, (1,), None, "Three people were killed, a mayor said.",
    )  # fmt: skip
    others = (replace(one, claimant_side="two"), replace(one, claimant_side=None), replace(one, as_of="2031-01-01"))
    assert len({_figure_place(row) for row in (one, *others)}) == 4
    assert all(tuple(map(type, _figure_place(row))) == FIGURE_PLACE for row in (one, *others))


def test_figures_are_the_claims_of_trends_and_their_file(server: str, page_data: Any) -> None:
    from dashboard import files

    table = page_data.claims(TODAY - timedelta(days=90), TODAY)
    assert len(table) > 10
    assert call(server, f"{ROOT}/figures", accept="text/csv").body == files.claims_csv(page_data.masked(table))
    rows = call(server, f"{ROOT}/figures").data
    assert sorted((row["value"], row["article"]) for row in rows) == sorted(
        zip(table["value"], table["article"], strict=True)
    )
    assert {row["claimant"] for row in rows} > {None}, "nobody named: null"
    assert max(len(row["articles"]) for row in rows) == 2, "a copy is no second claim"
    some = call(server, f"{ROOT}/figures?subject={rows[0]['subject']}&unit={rows[0]['unit']}").data
    assert 0 < len(some) < len(rows)
    assert {(row["subject"], row["unit"]) for row in some} == {(rows[0]["subject"], rows[0]["unit"])}


@pytest.mark.parametrize("format", FORMATS)
def test_a_summary_is_what_the_page_offers(server: str, page_data: Any, format: str) -> None:
    day = TODAY - timedelta(days=3)
    offered = render(page_data.summary(day), format)
    assert call(server, f"{ROOT}/summary/{day}?format={format}").body == offered
    accepted = call(server, f"{ROOT}/summary/{day}", accept=MEDIA_TYPES[format].partition(";")[0])
    assert accepted.body == offered
    assert accepted.headers["content-type"] == MEDIA_TYPES[format]


FILTERS = {
    "": StoryQuery(),
    "&indicator=food": StoryQuery(indicator="food"),
    "&indicator=food&stance=denied": StoryQuery(indicator="food", stance="denied"),
    "&side=quessin": StoryQuery(side="quessin"),
    "&place=perrinor": StoryQuery(place="perrinor"),
    "&language=en&from=2031-11-01&to=2031-11-20": StoryQuery(
        language="en", first=date(2031, 11, 1), last=date(2031, 11, 20)
    ),
    "&q=bread -gas": StoryQuery(words="bread -gas"),
    '&q="before dawn"': StoryQuery(words='"before dawn"'),
    "&which=context": StoryQuery(context=True, relevant=False),
    "&which=all&q=goalkeeper": StoryQuery(relevant=False, words="goalkeeper"),
}


@pytest.mark.parametrize(("query", "wanted"), FILTERS.items(), ids=FILTERS)
def test_one_article_a_story_is_the_list_of_coverage(
    server: str, demo: Monitor, archive_url: str, query: str, wanted: StoryQuery
) -> None:
    with open_archive(archive_url, read_only=True) as archive:
        attribution = Attribution(read_sources(demo), read_outlets(demo))
        lines, total = store.stories(archive, attribution, wanted, limit=10_000)
    address = f"{ROOT}/articles?origin_only=true&limit=7{quote(query, safe='&=-')}"
    rows = [row for page in walk(server, address) for row in page]
    assert {(row["article"]["id"], row["article"]["story"]) for row in rows} == {
        (line.article, line.story) for line in lines
    }
    assert len(rows) == total > 0


def test_evidence_is_that_of_the_articles_and_nothing_of_their_text(server: str) -> None:
    articles = [row for page in walk(server, f"{ROOT}/articles?limit=50") for row in page]
    of_articles = [(row["article"]["id"], one["n"], one["sentence"]) for row in articles for one in row["evidence"]]
    rows = [row for page in walk(server, f"{ROOT}/evidence?limit=11") for row in page]
    assert [(row["article"]["id"], row["said"]["n"], row["said"]["sentence"]) for row in rows] == of_articles
    assert len(rows) > 50
    denied = call(server, f"{ROOT}/evidence?stance=denied").data
    assert {row["said"]["stance"] for row in denied} == {"denied"}
    assert {row["said"]["speaker"]["side"]["label"] for row in denied} == {"Quessin Bank (invented)"}
    assert {tuple(row["said"]["place"]["names"]) for row in denied} == {("Perrinor", "Tollem")}
    assert b'"text"' not in call(server, f"{ROOT}/articles").body


def test_private_persons_are_masked_wherever_a_text_stands(server: str) -> None:
    day = TODAY - timedelta(days=2)
    (row,) = call(server, f"{ROOT}/articles?q=waits&from={day}&to={day}&side=ambrel").data
    assert row["article"]["title"].startswith("[person 1], 45, waits")
    assert row["evidence"][0]["sentence"].startswith("Resident [person 1], 45, waits")
    assert row["article"]["url"] == "https://example.org/", "the address spells the name"
    for path in (
        f"/evidence?from={day}&to={day}",
        f"/stories/{row['article']['story']}",
        f"/summary/{day}",
        "/articles",
    ):
        body = call(server, ROOT + path).body
        assert PERSON.encode() not in body
        assert b"anna-petrova" not in body


def test_a_story_has_all_its_copies_in_order_of_appearance(server: str, page_data: Any) -> None:
    copied = next(row for row in call(server, f"{ROOT}/articles").data if row["carried_by"] > 1)
    number = copied["article"]["story"]
    told = call(server, f"{ROOT}/stories/{number}").json
    assert [one["article"]["id"] for one in told["articles"]] == [one.article for one in page_data.members(number)]
    assert len(told["articles"]) == copied["carried_by"]
    assert told["event"]["independent_reports"] >= 1


def test_levels_and_sources_are_those_of_the_pages(server: str, page_data: Any) -> None:
    levels = call(server, f"{ROOT}/levels").data
    assert {(row["facts"]["indicator"], row["facts"]["people"]): row["facts"]["level"] for row in levels} == {
        key: one.level for key, one in page_data.levels().items()
    }
    sources = [row for page in walk(server, f"{ROOT}/sources?limit=2") for row in page]
    assert {row["key"]: row["condition"] for row in sources} == {
        one.source.key: one.condition.word for one in page_data.seen_sources()
    }
    assert [row["key"] for row in sources] == sorted({row["key"] for row in sources})


def test_alerts_carry_every_parameter_and_what_was_decided_but_not_by_whom(
    living: tuple[str, str], demo: Monitor
) -> None:
    server, archive_url = living
    with open_archive(archive_url) as archive:
        state = stored_alerts.judging(archive)
        assert state is not None
        found = [alert(opened=day, last=day) for day in (TODAY - timedelta(days=3), TODAY - timedelta(days=40))]
        stored_alerts.save_alerts(archive, state, found, now=moment(TODAY, 6), before=TODAY, detector="d1")
    before = call(server, f"{ROOT}/alerts")
    assert {row["facts"]["id"] for row in before.data} >= {one.id for one in found}
    with open_archive(archive_url) as archive:
        decide(archive, found[0].id, "dismissed", reason="a yearly list", by="A. Reader", at=moment(TODAY, 7))
        known = all_alerts(archive)
    after = call(server, f"{ROOT}/alerts")
    assert after.headers["etag"] != before.headers["etag"]
    assert b"A. Reader" not in after.body
    assert [(row["facts"]["id"], row["state"]) for row in after.data] == [(one.alert.id, one.state) for one in known]
    (dismissed,) = call(server, f"{ROOT}/alerts?state=dismissed&indicator=food&from={found[0].opened}").data
    assert dismissed["decisions"] == [{"action": "dismissed", "at": "2031-12-01T07:00:00Z", "reason": "a yearly list"}]
    assert set(dismissed["facts"]) == set(Alert.__slots__)
    pages = [row["facts"]["id"] for page in walk(server, f"{ROOT}/alerts?limit=1") for row in page]
    assert pages == [one.alert.id for one in known]


# Pages and tags ------------------------------------------------------------------------------------------------------


def test_a_walk_gives_every_row_once_while_articles_arrive(living: tuple[str, str], demo: Monitor) -> None:
    server, archive_url = living
    number = 0
    for path in ("/daily?indicator=food&", "/articles?", "/evidence?", "/figures?", "/sources?"):
        before = [_identity(row) for page in walk(server, f"{ROOT}{path}limit=500") for row in page]
        found: list[object] = []
        for at, page in enumerate(walk(server, f"{ROOT}{path}limit={1 + len(before) // 3}")):
            found += [_identity(row) for row in page]
            if at == 0:
                newer(demo, archive_url, number := number + 1)
        assert found == before
        assert len(set(found)) == len(found) > 3
    assert call(server, f"{ROOT}/articles?limit=1").data[0]["article"]["title"].endswith(f", {number}")


def _identity(row: dict[str, Any]) -> object:
    if "said" in row:
        return row["article"]["id"], row["said"]["n"]
    if "article" in row and isinstance(row["article"], dict):
        return row["article"]["id"]
    if "value" in row:
        return row["date"], row["subject"], row["unit"], row["kind"], row["people"], row["value"], row["story"]
    return row.get("key") or row["date"]


def test_the_tag_changes_when_the_data_do_and_only_then(living: tuple[str, str], demo: Monitor) -> None:
    server, archive_url = living
    addresses = [ROOT + path for path in ("/articles", "/evidence", "/daily?indicator=food", f"/summary/{TODAY}")]
    still = f"{ROOT}/summary/{TODAY - timedelta(days=9)}"
    tags = {path: call(server, path).headers["etag"] for path in [*addresses, still]}
    for path, tag in tags.items():
        known = call(server, path, if_none_match=f'"other", {tag}')
        assert (known.status, known.body, known.headers["etag"]) == (304, b"", tag)
        assert call(server, path, method="HEAD", if_none_match=tag).status == 304
        assert call(server, path, if_none_match='"other"').status == 200
    newer(demo, archive_url, 1)
    for path in addresses:
        assert call(server, path, if_none_match=tags[path]).status == 200, path
    assert call(server, still, if_none_match=tags[still]).status == 304, "another day is none of its business"


def test_csv_and_json_have_different_tags(server: str) -> None:
    address = f"{ROOT}/daily?indicator=food"
    assert call(server, address).headers["etag"] != call(server, address, accept="text/csv").headers["etag"]
    assert "Accept" in call(server, address).headers["vary"]


# What is wrong -------------------------------------------------------------------------------------------------------

WRONG = {
    "an unknown parameter": ("/articles?indicater=food", "indicater", "there is no such parameter", "one of indicator"),
    "none is taken": ("/openapi.json?x=1", "x", "there is no such parameter", "this endpoint takes none"),
    "an unknown key": ("/articles?indicator=foood", "indicator", "'foood' is none of its keys", "food"),
    "an empty value": ("/articles?side=", "side", "'' is none of its keys", "give one of"),
    "twice": ("/articles?stance=denied&stance=eased", "stance", "it is given more than once", "give it once"),
    "what is needed": ("/daily", "indicator", "it is missing", "give one of"),
    "no day": ("/articles?from=yesterday", "from", "'yesterday' is no day", "write it as 2031-01-31"),
    "not in the calendar": ("/articles?to=2031-02-30", "to", "'2031-02-30' is not in the calendar", "2031-01-31"),
    "days the wrong way round": ("/daily?indicator=food&from=2031-11-02&to=2031-11-01", "from", "is after", "earlier"),
    "a century": ("/daily?indicator=food&from=1900-01-01", "from", "more than 3660 days", "in parts"),
    "too many rows": ("/articles?limit=100000", "limit", "100000 is out of bounds", "from 1 to 500"),
    "no number": ("/articles?limit=many", "limit", "'many' is no whole number", "from 1 to 500"),
    "a number of another script": ("/articles?limit=%D9%A3", "limit", "is no whole number", "from 1 to 500"),
    "neither": ("/articles?origin_only=yes", "origin_only", "'yes' is neither", "true or false"),
    "a strange cursor": ("/articles?cursor=abc", "cursor", "'abc' is not a token of this list", "`next`"),
    "the cursor of another list": ("/articles?cursor=WzEsMl0", "cursor", "is not a token of this list", "`next`"),
    "a cursor beyond all numbers": ("/articles?cursor=WzFlNDAwXQ", "cursor", "is not a token", "`next`"),
    "no word": ("/articles?q=%22%22%20-x", "q", "it holds no word to look for", "give words"),
    "a long search": (f"/articles?q={'a' * 201}", "q", "it has 201 characters", "at most 200"),
    "NUL": ("/articles?q=bread%00", "q", "control characters", "percent-encoded"),
    "reports that are split": ("/daily?indicator=food&by=side&reports=true", "reports", "are not split", "leave"),
    "a page of a file": ("/daily?indicator=food&format=csv&limit=5", "limit", "a file has no pages", "leave it out"),
    "a number in an address": ("/stories/first", "id", "'first' is no whole number", "from 1 to 2147483647"),
    "a line break in an address": ("/stories/1%0A2", "id", "is no whole number", "from 1 to 2147483647"),
    "a day in an address": ("/summary/tomorrow", "day", "'tomorrow' is no day", "write it as"),
}


@pytest.mark.parametrize(("path", "parameter", "wrong", "right"), WRONG.values(), ids=WRONG)
def test_an_error_names_the_parameter_what_is_wrong_and_what_would_be_right(
    server: str, path: str, parameter: str, wrong: str, right: str
) -> None:
    reply = call(server, ROOT + path)
    assert (reply.status, reply.headers["content-type"]) == (400, "application/problem+json")
    fault = reply.json["errors"][0]
    assert fault["parameter"] == parameter
    assert wrong in fault["wrong"]
    assert right in fault["right"]
    assert fault["wrong"] in reply.json["detail"]


def test_all_that_is_wrong_is_said_at_once(server: str) -> None:
    faults = call(server, f"{ROOT}/daily?stance=x&from=y&z=1").json["errors"]
    assert {one["parameter"] for one in faults} == {"stance", "from", "z", "indicator"}


MISSING = {
    "/stories/2147483647": "no story has the number 2147483647",
    f"/summary/{TODAY + timedelta(days=1)}": "the archive holds",
    "/summary/1950-01-01": "the archive holds",
    "/nothing": f"there are {ROOT}/daily",
    "/": f"there are {ROOT}/daily",
    "/stories/1/2": f"there are {ROOT}/daily",
}


@pytest.mark.parametrize(("path", "said"), MISSING.items(), ids=MISSING)
def test_what_is_not_there_says_what_is(server: str, path: str, said: str) -> None:
    reply = call(server, ROOT + path)
    assert (reply.status, reply.headers["content-type"]) == (404, "application/problem+json")
    assert said in reply.json["detail"]


def test_a_format_that_is_not_offered(server: str) -> None:
    reply = call(server, f"{ROOT}/articles", accept="text/csv, application/json;q=0")
    assert reply.status == 406
    assert "offered as application/json" in reply.json["detail"]
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert call(server, f"{ROOT}/articles", accept=browser).headers["content-type"] == "application/json"


HOSTILE_VALUES = {
    "SQL": "food' OR 1=1; DROP TABLE articles; --",
    "a search operator": 'bread" OR articles_fts MATCH "a* NEAR(',
    "long": "x" * 7_000,
    "NUL": "\x00",
    "direction": "\u202eabc",
    "half a pair": "\ud800",
    "no UTF-8": b"\xff\xfe",
    "markup": "<script>alert(1)</script>",
    "a path": "../../etc/passwd",
    "a format": "%s%n{0}",
}
NAMES = ("indicator", "side", "place", "source", "language", "from", "q", "limit", "cursor", "origin_only", "which")


@pytest.mark.parametrize("value", HOSTILE_VALUES.values(), ids=HOSTILE_VALUES)
def test_hostile_values_are_refused_or_only_looked_for(server: str, archive_url: str, value: str | bytes) -> None:
    sent = quote(value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value)
    for name in NAMES:
        reply = call(server, f"{ROOT}/articles?{name}={sent}")
        assert reply.status == 400 or (name == "q" and reply.status == 200), (name, reply.body)
        assert b"<script" not in reply.body
    assert call(server, f"{ROOT}/articles?{sent}=1").status == 400
    assert call(server, f"{ROOT}/stories/{sent}").status in (400, 404)
    with open_archive(archive_url, read_only=True) as archive:
        assert archive.article_count() > 100


def test_a_long_address_is_refused(server: str) -> None:
    assert "too long" in call(server, f"{ROOT}/articles?" + "a=1&" * 60).json["detail"]


def test_texts_of_feeds_are_data(server: str) -> None:
    reply = call(server, f"{ROOT}/articles?q=Perrinor&from={TODAY}")
    titles = {row["article"]["title"] for row in reply.data}
    assert titles >= {title for title in HOSTILE if "<script" in title}, "verbatim"
    assert b"<script" not in reply.body
    assert "\u202e".encode() not in reply.body


def test_the_server_stays_silent_and_the_archive_unreachable_is_503(
    start_dashboard: Callable[..., Any], demo: Monitor, tmp_path: Any
) -> None:
    file = tmp_path / "archive.db"
    open_archive(f"sqlite:///{file}").close()
    server = start_dashboard(f"sqlite:///{file}", demo.folder, "--no-poll")
    assert call(server.url, f"{ROOT}/levels").status == 200
    assert "ScriptRunContext" not in server.log
    os.truncate(file, 0)
    file.write_bytes(b"my diary " * 1_000)
    reply = call(server.url, f"{ROOT}/articles")
    assert (reply.status, reply.headers["content-type"]) == (503, "application/problem+json")


# The README ----------------------------------------------------------------------------------------------------------


def _examples(root: Path) -> list[str]:
    return re.findall(r"^curl .*$", (root / "README.md").read_text(encoding="utf-8"), re.M)


def test_the_examples_of_the_readme_work_as_they_stand(server: str, root: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is absent: apt-get install curl")
    examples = _examples(root)
    assert len(examples) == 3
    for example in examples:
        command = shlex.split(example.replace("http://localhost:8501", server))
        printed = subprocess.run([*command, "--fail-with-body"], capture_output=True, check=True, timeout=600).stdout
        if "text/csv" in example:
            assert printed.startswith(b"date,count,")
        else:
            assert json.loads(printed)["data"], example
    assert "curl" in (root / ".ci" / "run").read_text(encoding="utf-8")
