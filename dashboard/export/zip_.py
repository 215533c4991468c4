"""Summary → zip: its tables as CSV with datapackage.json (Frictionless) and data dictionary. The same bytes every time.

evidence.csv is the CSV of the summary; changes.csv its comparison by indicator; days.csv what its chart shows;
lines.csv every line a reader of the summary sees, in order, with the articles it stands on.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence

from dashboard.export import csv_, document, package_words
from dashboard.export.escape import markdown, one_line
from dashboard.export.frozen import EPOCH
from dashboard.export.json_ import encoded
from dashboard.export.package import text_of
from dashboard.export.package_words import LICENCE, OF_OTHERS, RULES, Written, marked
from metrics.package import Field, Row, Table
from metrics.summary import Summary

EVIDENCE = Table(
    "evidence", "Stories of the day with their evidence sentences", "One row per story and sentence.", csv_.FIELDS, ()
)
CHANGES = Table(
    "changes",
    "The 7 days to the day against the 28 days before, by indicator",
    "Stories, stance reported. Days that were not seen are in neither.",
    (
        Field("indicator", "string", "a key of the monitor", needed=True),
        Field("people", "string", "whom it happens to, a key of the monitor; empty: whomever"),
        Field("label", "string", "what both are called", needed=True),
        Field("day", "integer", "of the day", "stories", needed=True),
        Field("week", "integer", "of the 7 days", "stories", needed=True),
        Field("week_days", "integer", "seen, of the 7", "days", needed=True),
        Field("before", "integer", "of the 28 days before", "stories", needed=True),
        Field("before_days", "integer", "seen, of the 28", "days", needed=True),
        Field("before_per_week", "number", "in 7 seen days of the 28 before", "stories per 7 days", needed=True),
        Field("ratio", "number", "rate of the 7 days ÷ rate before; empty: none seen before", "ratio"),
        Field("direction", "string", "more and fewer only where chance makes it unlikely", needed=True,
              values=("more", "fewer", "same")),
        Field("eased", "integer", "relief reported in the 7 days", "stories", needed=True),
        Field("denied", "integer", "denied in the 7 days", "stories", needed=True),
        Field("articles", "string", "numbers of the articles the comparison stands on, joined by blanks"),
    ),
    ("indicator", "people"),
)  # fmt: skip
DAYS = Table(
    "days",
    "Stories a day, the days compared and those before them",
    "What the chart of the summary shows. A day that was not seen has no number, which is not 0.",
    (
        Field("date", "date", "calendar day in the monitor's zone", needed=True),
        Field("state", "string", "how much of the day we saw", needed=True, values=csv_.STATES),
        Field("stories", "integer", "about what the monitor watches; empty: the day was not seen", "stories"),
    ),
    ("date",),
)
LINES = Table(
    "lines",
    "What a reader of the summary sees, line by line",
    "Sentences of ours are filled from templates; quotes are verbatim.",
    (
        Field("n", "integer", "place in the summary, from 1", needed=True),
        Field("kind", "string", "what the line is", needed=True),
        Field("level", "integer", "of a heading, 1 to 3; empty: no heading"),
        Field("text", "string", "the line; of a fact: its name", of_feeds=True),
        Field("about", "string", "what stands below it in smaller print; of a fact: its value", of_feeds=True),
        Field("articles", "string", "numbers of the articles it stands on, or the note that lists them"),
        Field("language", "string", "of the text; empty: the summary's own"),
        Field("url", "string", "address of the story; empty: none", of_feeds=True),
    ),
    ("n",),
)


def render(summary: Summary) -> bytes:
    sheets = {table: _csv(table, rows) for table, rows in _tables(summary)}
    written = [
        Written(table, rows, len(body), hashlib.sha256(body).hexdigest()) for table, (rows, body) in sheets.items()
    ]
    files = {f"{table.name}.csv": body for table, (_, body) in sheets.items()}
    files["datapackage.json"] = encoded(_descriptor(summary, written))
    files["README.md"] = "\n".join(_readme(summary, written)).encode()
    return _packed(files)


def _packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, body)
    return out.getvalue()


def _tables(summary: Summary) -> Iterator[tuple[Table, list[Row]]]:
    yield EVIDENCE, list(csv_.typed(summary))
    yield CHANGES, [
        (
            one.indicator, one.people or None, one.label, one.day, one.week, one.week_days, one.before, one.before_days,
            one.before_per_week, one.ratio, one.direction, one.eased, one.denied,
            " ".join(map(str, one.sentence.articles)) or None,
        )
        for one in summary.changes
    ]  # fmt: skip
    yield DAYS, [(one.day, one.state, one.stories) for one in summary.month]
    yield LINES, [
        (number, one.kind, one.level or None, one.text, one.about or None, one.ids or None, one.language or None,
         one.url or None)
        for number, one in enumerate(document.blocks(summary), start=1)
    ]  # fmt: skip


def _csv(table: Table, rows: Sequence[Row]) -> tuple[int, bytes]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([one.name for one in table.fields])
    writer.writerows([text_of(one, value) for one, value in zip(table.fields, row, strict=True)] for row in rows)
    return len(rows), out.getvalue().encode()


def _title(summary: Summary) -> str:
    return f"{marked(one_line(summary.title), invented=summary.invented)}: daily summary of {summary.day}"


def _descriptor(summary: Summary, written: Sequence[Written]) -> dict[str, object]:
    notice = {"notice": summary.words.fixed["invented"]} if summary.invented else {}
    return {
        "profile": "tabular-data-package",
        "name": f"{summary.monitor}-summary-{summary.day}",
        "title": _title(summary),
        **notice,
        "description": " ".join([*RULES, summary.disclaimer]).strip(),
        "created": summary.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "number": summary.number,
        "day": summary.day.isoformat(),
        "day_state": summary.state,
        "as_of": summary.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "rules_version": summary.rules_version,
        "licenses": [LICENCE],
        "rights": OF_OTHERS,
        "resources": [package_words.resource(one) for one in written],
    }


def _readme(summary: Summary, written: Sequence[Written]) -> Iterator[str]:
    yield f"# {markdown(_title(summary))}\n"
    if summary.invented:
        yield f"**{summary.words.fixed['invented']}**\n"
    yield from (f"- {line}" for line in RULES)
    yield from (f"- {markdown(line)}" for line in (summary.names_rule, summary.disclaimer) if line)
    yield f"\n**Licence:** {LICENCE['title']} ({LICENCE['path']}). {OF_OTHERS}\n"
    for one in written:
        yield from package_words.dictionary(one)
