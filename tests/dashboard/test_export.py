"""One summary, four formats: the same figures, verbatim quotes, and nothing a feed writes becomes anything but text."""

from __future__ import annotations

import argparse
import base64
import csv
import email
import email.policy
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
from lxml import html as lxml_html
from pyarrow import parquet

from dashboard import commands_summary
from dashboard.export import FORMATS, MEDIA_TYPES, escape, file_name, phrases, render
from feeds.archive import Visit, open_archive
from feeds.model import Item, Outlet, ParsedFeed, Poll, Source
from metrics import summary_words as words
from metrics.summary import Material, Summary, summarise
from tests.further import further
from tests.summary_values import DAY, END, MONITOR, busy, days, material, poll, quote, source, story

INVENTED = MONITOR.model_copy(update={"invented": True})

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "an image that calls home": '<img src="https://evil.example/x.png" onerror="alert(1)">',
    "a way out of an attribute": '" onmouseover="alert(1)" x="',
    "a way out of a style": "</style><body onload=alert(1)>",
    "a formula": "=cmd|'/c calc'!A1",
    "a formula behind a space": ' =HYPERLINK("https://evil.example")',
    "a formula of a full-width sign": "＝1+1",
    "a plus, a minus, an at": "+1-1@SUM(A1)",
    "a minus": "-2+3",
    "an at": "@SUM(A1)",
    "a tab before a formula": "\t=1+1",
    "a script link": "[a](javascript:alert(1))",
    "an image in Markdown": "![a](https://evil.example/x.png)",
    "a link definition": "\n[1]: https://evil.example",
    "a heading": "# Emergency",
    "a list": "- one\n- two\n1. three",
    "a rule": "\n---\n***\n",
    "a table": "a | b\n--|--\n| c | d",
    "code": "`rm -rf` ```sh\nrm```",
    "emphasis": "*all* __is__ ~~well~~",
    "mathematics": "$x$ and $$y$$",
    "character references": "&lt;b&gt; &#106;avascript: &amp;",
    "a template": "{{ 7*7 }} {% raw %} ${7*7}",
    "line breaks": "one\r\ntwo\u2028three\u2029four\x85five\x0bsix",
    "direction overrides": "\u202eoverride\u202d \u2067isolate \u200fmark\u200e \u061cletter",
    "control characters": "nul\x00 bell\x07 escape\x1b[31m delete\x7f",
    "a broken surrogate": "half \ud83d of a pair",
    "quotes and commas": 'He said "no", then; "yes"',
    "a backslash": "C:\\path\\`x`\\",
    "an e-mail link": "<mailto:a@evil.example>",
    "nothing": "",
}


def made(hostile: str = "A plain title", *, url: str = "https://example.org/1", **changes: object) -> Summary:
    """A summary of one story whose every text field is `hostile`."""
    said = quote(
        article=1, sentence=hostile, speaker=hostile, speaker_side="north", speaker_side_label="North", place=hostile,
        rule=hostile, language="en",
    )  # fmt: skip
    denied = replace(said, stance="denied", occurrence=None)
    one = story(1, title=hostile, outlet=hostile, url=url, quotes=(said, denied))
    late = replace(one, story=2, article=2, day=DAY.replace(day=19), seen=END.replace(hour=10))
    refused = poll("north", "refused", error=hostile)
    return summarise(material(one, late, polls=(refused,), **changes), day=DAY, as_of=END)


TEXTS = ("md", "html", "json", "csv")  # formats that are text themselves


def text_of(body: bytes, format: str = "") -> str:
    """All that a reader of the format can see, properties of the file included."""
    readers = {
        "pdf": _of_pdf, "docx": _of_docx, "xlsx": _of_xlsx, "eml": _of_eml, "zip": _of_zip, "parquet": _of_parquet,
    }  # fmt: skip
    return readers.get(format, _of_text)(body)


def _of_text(body: bytes) -> str:
    return body.decode("utf-8")


def _of_pdf(body: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(body))
    assert pages.metadata is not None
    return f"{pages.metadata.title}\n" + "\n".join(page.extract_text() for page in pages.pages)


def _of_docx(body: bytes) -> str:
    page = docx.Document(io.BytesIO(body))
    head = [line.text for line in page.sections[0].header.paragraphs]
    return "\n".join([page.core_properties.title, *head, *(line.text for line in page.paragraphs)])


def _of_xlsx(body: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(body))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def _of_zip(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "\n".join(packed.read(name).decode() for name in packed.namelist())


def _of_parquet(body: bytes) -> str:
    table = parquet.read_table(io.BytesIO(body))
    about = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    return "\n".join([str(about), *(str(row) for row in table.to_pylist())])


def _of_eml(body: bytes) -> str:
    letter = email.message_from_bytes(body, policy=email.policy.default)
    parts = [part.get_content() for part in letter.walk() if part.get_content_maintype() == "text"]
    return "\n".join([letter["Subject"], *parts])


def rows_of(summary: Summary) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(render(summary, "csv")))))


# The same everywhere -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_summary_gives_the_same_bytes(format: str) -> None:
    first = render(summarise(busy(), day=DAY, as_of=END), format)
    again = render(summarise(busy(), day=DAY, as_of=END), format)
    assert first == again
    if format in TEXTS:
        assert first.endswith(b"\n")
        assert b"\r" not in first


@pytest.mark.parametrize("format", ["md", "html"])
def test_every_figure_of_the_summary_stands_in_the_text(format: str) -> None:
    summary = summarise(busy(), day=DAY, as_of=END)
    body = text_of(render(summary, format))
    text = re.sub(r"\s+", " ", lxml_html.fromstring(body.encode()).text_content() if format == "html" else body)
    coverage = summary.coverage
    assert f"{coverage.answered} of {coverage.asked} asked answered" in text
    assert f"{coverage.articles} seen, {coverage.relevant} relevant, {coverage.context} context only" in text
    for change in summary.changes:
        counts = f"{change.label}: {summary.words.stories(change.day)} that day; {change.week} in 7 days"
        assert (f"{change.label} ({change.week})" if change.direction == "same" else counts) in text
    for section in summary.sections:
        assert f"{section.label}: {summary.words.stories(len(section.stories))} (" in text
    for drop in coverage.dropped:
        assert f"{drop.items} {drop.reason}" in text


def test_json_holds_the_whole_value_in_the_order_of_its_definition() -> None:
    summary = summarise(busy(), day=DAY, as_of=END)
    read = json.loads(render(summary, "json"))
    assert list(read)[:4] == ["schema", "monitor", "title", "number"]
    assert read["schema"] == 1
    assert [change["week"] for change in read["changes"]] == [change.week for change in summary.changes]
    assert read["as_of"] == "2031-05-20T20:00:00Z"
    assert read["sections"][0]["stories"][0]["quotes"][0]["sentence"] == "В магазинах Нортауна нет хлеба и муки."
    assert read["changes"][-1]["ratio"] is None


def test_csv_has_one_row_per_story_and_sentence() -> None:
    summary = summarise(busy(), day=DAY, as_of=END)
    rows = rows_of(summary)
    of_the_day = sum(len(one.quotes) for section in summary.sections for one in section.stories)
    assert [row["part"] for row in rows].count("day") == of_the_day
    assert [row["part"] for row in rows].count("late") == sum(len(one.quotes) for one in summary.late)
    assert {row["sentence"] for row in rows} >= {"В магазинах Нортауна нет хлеба и муки.", "Քաղաքում հաց չկա։"}


@pytest.mark.parametrize(("states", "state"), {"a quiet day": ("", "full"), "an unseen day": ("u", "unseen")}.values())
def test_a_day_without_a_story_still_says_in_csv_how_much_was_seen(states: str, state: str) -> None:
    rows = rows_of(summarise(material(days=days(states)), day=DAY, as_of=END))
    assert [(row["part"], row["day_state"], row["story"], row["articles"]) for row in rows] == [("none", state, "", "")]


@pytest.mark.parametrize("format", ["md", "html"])
def test_quotes_in_foreign_scripts_stay_verbatim(format: str) -> None:
    text = text_of(render(summarise(busy(), day=DAY, as_of=END), format))
    for sentence in ("В магазинах Нортауна нет хлеба и муки.", "Քաղաքում հաց չկա։", "Հացի պակաս"):
        assert sentence in text


def test_quotes_carry_their_language_and_direction() -> None:
    rtl = story(9, quotes=(quote(article=9, language="fa", sentence="نان نیست"),), language="fa", title="نان")
    page = lxml_html.fromstring(render(summarise(material(rtl, *busy().stories), day=DAY, as_of=END), "html"))
    found = {(q.get("lang"), q.get("dir")) for q in page.iter("q")}
    assert found >= {("ru", "ltr"), ("hy", "ltr"), ("fa", "rtl")}


@pytest.mark.parametrize("format", FORMATS)
def test_an_invented_monitor_is_marked_in_every_format(format: str) -> None:
    summary = summarise(material(story(1, "food"), monitor=INVENTED), day=DAY, as_of=END)
    assert "INVENTED" in text_of(render(summary, format), format)
    if format == "html":
        assert "INVENTED" in lxml_html.fromstring(render(summary, format)).find(".//body").text_content()[:20]
    assert file_name(summary, format) == f"INVENTED-test-summary-2031-05-20.{format}"


@pytest.mark.parametrize("format", FORMATS)
def test_a_real_monitor_is_not_marked(format: str) -> None:
    assert "INVENTED" not in text_of(render(made(), format), format)
    assert format in MEDIA_TYPES


def test_many_articles_behind_a_line_stand_in_a_note() -> None:
    summary = summarise(busy(), day=DAY, as_of=END)
    text = text_of(render(summary, "md"))
    food = next(change for change in summary.changes if change.indicator == "food")
    number = re.search(re.escape(food.sentence.text) + r" \[note (\d+)\]", text)
    assert number is not None
    assert f"- note {number[1]}, 26 articles: {', '.join(map(str, food.sentence.articles))}" in text


def test_every_story_of_the_day_stands_in_every_format() -> None:
    summary = summarise(material(story(1, "food"), story(2), story(3, "gas")), day=DAY, as_of=END)
    for format in FORMATS:
        text = text_of(render(summary, format), format)
        assert all(f"Title {number}" in text for number in (1, 2, 3)), format


def test_a_title_is_not_quoted_below_itself_unless_nothing_else_is_there() -> None:
    title = quote(article=1, sentence="Bread is short")
    other = quote(article=1, sentence="There is no bread in Nortaun.")
    both = story(1, title="Bread is short", quotes=(title, other))
    alone = story(2, title="Bread is short", quotes=(title,))
    assert phrases.shown_quotes(both) == ([other], 0)
    assert phrases.shown_quotes(alone) == ([title], 0)
    assert phrases.lead(both) == other


def test_of_many_sentences_two_are_shown_and_the_rest_is_counted() -> None:
    many = story(1, quotes=tuple(quote(article=1, sentence=f"Sentence {n}.") for n in range(5)))
    shown, rest = phrases.shown_quotes(many)
    assert [one.sentence for one in shown] == ["Sentence 0.", "Sentence 1."]
    line = phrases.hidden_line(summarise(material(many), day=DAY, as_of=END), rest)
    assert line == "3 sentences more of this story in the JSON and CSV of this summary."


def test_many_failed_sources_are_named_by_their_keys() -> None:
    few, many = (phrases.gaps(summarise(failing(number), day=DAY, as_of=END))[0] for number in (2, 12))
    keys = "; ".join(sorted(f"s{n}" for n in range(12)))
    assert few.startswith("Sources asked that gave no feed (2): S0 Post (s0, North): time-out; S1 Post")
    assert many == f"Sources asked that gave no feed (12): {keys}"


def failing(number: int) -> Material:
    keys = [f"s{n}" for n in range(number)]
    polls = tuple(poll(key, "unreachable", error="time-out") for key in keys)
    return material(sources=tuple(source(key) for key in keys), polls=polls)


# Hostile text --------------------------------------------------------------------------------------------------------


def shape(summary: Summary) -> list[tuple[str, tuple[str, ...]]]:
    """Elements and their attribute names: what hostile text must not change."""
    page = lxml_html.fromstring(render(summary, "html"))
    return [(str(element.tag), tuple(sorted(element.keys()))) for element in page.iter()]


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_text_in_html(hostile: str) -> None:
    assert shape(made(hostile)) == shape(made("x"))
    page = lxml_html.fromstring(render(made(hostile), "html"))
    assert page.find(".//script") is None
    titles = [element.text_content() for element in page.iter("bdi")]
    assert titles == [escape.one_line(hostile) or words.UNTITLED] * 2


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_text_in_markdown(hostile: str) -> None:
    safe = escape.markdown(hostile)
    bare = re.sub(r"\\.", "", safe)  # what is escaped is text
    assert not re.search(r"[`*_\[\]|~$\\<\n\r]", bare), bare
    assert not re.match(r"[#+\-=>]|\d+[.)]", safe)
    assert not re.search(r"&(?!amp;|lt;)#?\w+;", bare)
    document, plain = text_of(render(made(hostile), "md")), text_of(render(made("x"), "md"))
    assert document.count("\n") == plain.count("\n")
    assert [line for line in document.split("\n") if line.startswith("#")] == [
        line for line in plain.split("\n") if line.startswith("#")
    ]


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_no_formula_in_csv(hostile: str) -> None:
    rows = rows_of(made(hostile))
    assert len(rows) == 4  # two sentences of the day's story, two of the late one
    for row in rows:
        assert None not in row
        for value in row.values():
            assert not re.match(r"[\s'\"]*[=+\-@＝＋－＠\t\r]", value) or value.startswith("'"), value
            assert "\n" not in value


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_survives_json_and_is_harmless_there(hostile: str) -> None:
    body = render(made(hostile), "json")
    assert not re.search("[<>\u202a-\u202e\u2066-\u2069\u2028\u2029]", text_of(body))
    read = json.loads(body)
    assert read["sections"][0]["stories"][0]["title"] == hostile


LINKS = {
    "a plain link": ("https://example.org/a?b=c&d=e#f", "https://example.org/a?b=c&d=e#f"),
    "spaces and brackets": ("https://example.org/a%20<b>(c)[d]", "https://example.org/a%20%3Cb%3E%28c%29%5Bd%5D"),
    "quotes": ("https://example.org/\"onclick='x'", "https://example.org/%22onclick=%27x%27"),
    "a foreign path": ("https://example.org/хлеб", "https://example.org/%D1%85%D0%BB%D0%B5%D0%B1"),
    "a script": ("javascript:alert(1)", ""),
    "a script in capitals": ("JaVaScRiPt:alert(1)", ""),
    "data": ("data:text/html,<script>", ""),
    "a file": ("file:///etc/passwd", ""),
    "no scheme": ("//evil.example/x", ""),
    "another's name in front": ("https://hetq.am@evil.example/", ""),
    "a line break": ("https://example.org/\nSet-Cookie: x", ""),
    "a direction override": ("https://example.org/\u202efdp.exe", ""),
    "a broken address": ("https://[::1", ""),
    "no host": ("https:///path", ""),
    "none": ("", ""),
    "endless": ("https://example.org/" + "a" * 5000, ""),
}


@pytest.mark.parametrize(("url", "safe"), LINKS.values(), ids=LINKS)
def test_links_lead_to_http_addresses_only(url: str, safe: str) -> None:
    assert escape.link(url) == safe
    summary = made(url=url)
    page = lxml_html.fromstring(render(summary, "html"))
    outside = {a.get("href") for a in page.iter("a") if not str(a.get("href")).startswith("#")}
    assert outside == ({safe} if safe else set())
    assert all(a.get("rel") == "noopener noreferrer" for a in page.iter("a") if not str(a.get("href")).startswith("#"))
    addresses = re.findall(r"<(.*)>$", text_of(render(summary, "md")), re.M)
    assert set(addresses) == ({safe} if safe else set())
    assert {row["url"] for row in rows_of(summary)} == {safe}


def test_html_asks_nothing_of_the_network() -> None:
    body = text_of(render(summarise(busy(), day=DAY, as_of=END), "html"))
    page = lxml_html.fromstring(body)
    assert not [e for e in page.iter() if e.get("src") or e.tag in ("link", "script", "iframe", "img", "object")]
    assert "url(" not in body
    assert "@import" not in body
    policy = page.find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    style = page.find(".//style").text
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy


@pytest.mark.browser
def test_a_browser_shows_the_hostile_page_without_running_or_fetching(browser: object, tmp_path: Path) -> None:
    """Every hostile text at once, in light, dark and at 390 px: no dialog, no request, no wider than the screen."""
    file = tmp_path / "summary.html"
    file.write_bytes(render(made(" ".join(HOSTILE.values()).replace("\ud83d", "")), "html"))
    for scheme, width in (("light", 1000), ("dark", 1000), ("light", 390)):
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[attr-defined]
        page = context.new_page()
        requests: list[str] = []
        dialogs: list[str] = []
        page.on("request", lambda request, seen=requests: seen.append(request.url))
        page.on("dialog", lambda dialog, seen=dialogs: (seen.append(dialog.message), dialog.dismiss()))
        page.goto(file.as_uri())
        assert requests == [file.as_uri()]
        assert dialogs == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "16px"  # the policy lets our style in
        context.close()


# The command ---------------------------------------------------------------------------------------------------------

NOW = datetime(2026, 3, 5, 3, tzinfo=UTC)  # 07:00 in the monitor's zone


@pytest.fixture
def command(root: Path, tmp_path: Path) -> Callable[..., int]:
    """`command("--day", "yesterday", …)` on an archive that holds one poll of yesterday; gives the exit status."""
    archive = f"sqlite:///{tmp_path}/a.db"
    feed = Source("paper", "http://paper.example/rss", Outlet("paper", "Paper", "paper"), ("en",))
    item = Item("a", "http://paper.example/a", "Budget", "A budget was adopted.", NOW - timedelta(hours=20))
    with open_archive(archive) as made_now:
        visit = Visit(feed, Poll("paper", NOW - timedelta(hours=19), "ok", 200, 0.1, 1), ParsedFeed((item,)))
        made_now.store([visit], utc_offset_hours=4)

    def call(*words: str) -> int:
        parser = argparse.ArgumentParser()
        commands_summary.add_to(parser.add_subparsers())
        monitor = ["--monitor", str(root / "monitors" / "karabakh"), "--archive", archive]
        args = parser.parse_args(["summary", *monitor, *words])
        status: int = args.run(args, now=NOW)
        return status

    return call


@pytest.mark.parametrize("format", further(FORMATS, 4))
def test_the_command_writes_a_file_and_the_same_bytes_on_standard_output(
    command: Callable[..., int], format: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    out = tmp_path / f"summary.{format}"
    assert command("--format", format, "--out", str(out)) == 1  # the article waits for the tagger
    assert b"1 articles wait for the tagger" in capfdbinary.readouterr().err
    command("--day", "2026-03-04", "--format", format)
    assert capfdbinary.readouterr().out == out.read_bytes()
    assert [file.name for file in tmp_path.iterdir() if file.name.endswith(".part")] == []


WRONG = {
    "no day": (["--day", "tomorrow"], "--day tomorrow: not a day; write YYYY-MM-DD, yesterday or today"),
    "no such day": (["--day", "2026-02-30"], "--day 2026-02-30: not a day"),
    "a day to come": (["--day", "2026-03-06"], "--day 2026-03-06: has not begun; today is 2026-03-05"),
    "no time": (["--as-of", "noon"], "--as-of noon: not a time"),
    "a time to come": (["--as-of", "2026-03-05T07:01"], "--as-of 2026-03-05T07:01: lies in the future"),
    "a time before the day": (["--as-of", "2026-03-03T23:59"], "--as-of 2026-03-03T23:59: lies before 2026-03-04"),
    "a folder that is not there": (
        ["--out", "/proc/nowhere/a.md"],
        "--out /proc/nowhere/a.md: cannot be written: No such file",
    ),
    "a folder in place of a file": (["--out", "/"], "--out /: cannot be written"),
    "no archive": (["--archive", "sqlite:////proc/nowhere/a.db"], "no such file yet"),
}


@pytest.mark.parametrize(("options", "line"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_one_line_and_status_2(
    command: Callable[..., int], options: list[str], line: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert command(*options) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert line in err
    assert err.count("\n") == 1


AS_OF = {
    "without an offset: the monitor's zone": ("2026-03-04T12:00", "2026-03-04T08:00:00Z"),
    "with an offset": ("2026-03-04T12:00+01:00", "2026-03-04T11:00:00Z"),
    "now": ("now", "2026-03-05T03:00:00Z"),
    "not given": (None, "2026-03-04T20:00:00Z"),
}


@pytest.mark.parametrize(("given", "meant"), AS_OF.values(), ids=AS_OF)
def test_the_as_of_is_said_in_the_summary(
    command: Callable[..., int], given: str | None, meant: str, capfd: pytest.CaptureFixture[str]
) -> None:
    command("--format", "json", *(["--as-of", given] if given else []))
    assert json.loads(capfd.readouterr().out)["as_of"] == meant
