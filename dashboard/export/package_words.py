"""What an open-data package says of itself: datapackage.json, data dictionary, licence and citation. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dashboard.export.escape import markdown
from dashboard.export.json_ import encoded
from metrics import package
from metrics import summary_words as words
from metrics.package import Field, Table
from metrics.package_rows import Asked

LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
OF_OTHERS = (
    "The licence is for the tables: counts, keys, labels and their arrangement. Titles and quoted sentences are those"
    " of their publishers, named beside each with its address, and are quoted as evidence; no article's whole text is"
    " in the package."
)
MASKED = "Names of private persons are masked as [person 1], [person 2] …; the numbers hold within this package only."
UNMASKED = "Names of private persons are NOT masked in this package: hand it on with care."
RULES = (
    "Unknown is an empty field, never 0: a day that could not be seen has no count.",
    "Counts are of reports in the sources read. They are no measure of what happened; no report is not no event.",
    "Text of feeds stands on one line; an apostrophe stands in front where a spreadsheet would take it for a formula.",
    "Times are UTC; a day is a calendar day in the monitor's own zone.",
)


@dataclass(frozen=True, slots=True)
class Written:
    """One table of a package, as it stands in its file."""

    table: Table
    rows: int
    size: int  # bytes
    sha256: str


def documents(asked: Asked, written: Sequence[Written]) -> dict[str, bytes]:
    """File name → bytes of all that is no table."""
    return {
        "datapackage.json": encoded(descriptor(asked, written)),
        "README.md": "\n".join(_readme(asked, written)).encode(),
        "LICENSE.md": "\n".join(_licence(asked)).encode(),
        "CITATION.cff": "\n".join(_citation(asked)).encode(),
    }


def marked(title: str, *, invented: bool) -> str:
    """The title of a monitor, with a mark before it when all in it is made up and the title does not say so itself."""
    return f"INVENTED: {title}" if invented and not title.startswith("INVENTED") else title


def title_of(asked: Asked) -> str:
    title = marked(asked.monitor.title, invented=asked.monitor.invented)
    return f"{title}: reports, {asked.first} to {asked.last}"


def cite_as(asked: Asked) -> str:
    """One line, with all that tells this package from another."""
    return (
        f"{title_of(asked)}. Data known by {vintage(asked) or 'an unknown time'}, rules {asked.rules.version}."
        f" Made with the monitor “{asked.monitor.key}”. {LICENCE['name']}."
    )


def vintage(asked: Asked) -> str:
    """ISO 8601, UTC; "": no count was finished."""
    return asked.rules.until.strftime("%Y-%m-%dT%H:%M:%SZ") if asked.rules.until else ""


def descriptor(asked: Asked, written: Iterable[Written]) -> dict[str, object]:
    """datapackage.json as plain values, in one order."""
    notice = {"notice": words.INVENTED} if asked.monitor.invented else {}
    return {
        "profile": "tabular-data-package",
        "name": f"{asked.monitor.key}-{asked.first}-{asked.last}",
        "title": title_of(asked),
        **notice,
        "description": " ".join([*RULES, _persons(asked), asked.monitor.disclaimer]).strip(),
        "version": f"{package.PROFILE}",
        **({"created": vintage(asked)} if vintage(asked) else {}),
        "monitor": asked.monitor.key,
        "rules_version": asked.rules.version,
        "vintage": vintage(asked),
        "first_day": asked.first.isoformat(),
        "last_day": asked.last.isoformat(),
        "utc_offset_hours": asked.monitor.utc_offset_hours,
        "persons_masked": asked.mask is not None,
        "citation": cite_as(asked),
        "licenses": [LICENCE],
        "rights": OF_OTHERS,
        "resources": [resource(one) for one in written],
    }


def resource(one: Written) -> dict[str, object]:
    """One table of a package, as datapackage.json names it."""
    table = one.table
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "title": table.title,
        "description": table.meaning,
        "path": f"{table.name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": one.size,
        "hash": f"sha256:{one.sha256}",
        "rows": one.rows,
        "dialect": {"delimiter": ",", "doubleQuote": True, "lineTerminator": "\n"},
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, object]:
    foreign = [
        {"fields": list(key.fields), "reference": {"resource": key.table, "fields": list(key.theirs)}}
        for key in table.foreign
    ]
    return {
        "fields": [_field(one) for one in table.fields],
        "missingValues": [""],
        **({"primaryKey": list(table.key)} if table.key else {}),
        **({"foreignKeys": foreign} if foreign else {}),
    }


def _field(one: Field) -> dict[str, object]:
    limits: dict[str, object] = {}
    if one.needed:
        limits["required"] = True
    if one.values:
        limits["enum"] = list(one.values)
    return {
        "name": one.name,
        "type": one.type,
        "description": one.meaning,
        **({"unit": one.unit} if one.unit else {}),
        **({"constraints": limits} if limits else {}),
    }


def _readme(asked: Asked, written: Sequence[Written]) -> Iterator[str]:
    yield f"# {markdown(title_of(asked))}\n"
    if asked.monitor.invented:
        yield f"**{words.INVENTED}**\n"
    yield from (f"- {line}" for line in (*RULES, _persons(asked)))
    yield from (f"- {markdown(line)}" for line in (asked.monitor.names_rule, asked.monitor.disclaimer) if line)
    yield f"\n**Cite as:** {markdown(cite_as(asked))}\n"
    yield f"**Licence:** {LICENCE['title']} ({LICENCE['path']}). {OF_OTHERS}\n"
    yield "`python -m metrics load FOLDER` puts the counts into another archive, as days that are not counted again.\n"
    for one in written:
        yield from dictionary(one)


def dictionary(one: Written) -> Iterator[str]:
    """The columns of one table as Markdown."""
    table = one.table
    yield f"## {table.name}.csv\n\n{table.title}. {_starred(table.meaning)}\n"
    yield f"{one.rows} rows{', one for each ' if table.key else ''}{', '.join(table.key)}.\n"
    yield "| column | type | unit | may be empty | meaning |\n|---|---|---|---|---|"
    for field in table.fields:
        values = f" One of: {', '.join(_starred(value) for value in field.values)}." if field.values else ""
        empty = "no" if field.needed else "yes"
        yield f"| {field.name} | {field.type} | {field.unit} | {empty} | {_starred(field.meaning)}{values} |"
    yield from (f"\n{', '.join(key.fields)} → {key.table}.{', '.join(key.theirs)}" for key in table.foreign)
    yield ""


def _starred(text: str) -> str:
    return text.replace("*", "\\*")


def _persons(asked: Asked) -> str:
    return MASKED if asked.mask else UNMASKED


def _licence(asked: Asked) -> Iterator[str]:
    yield f"# Licence of the data\n\n{LICENCE['title']} ({LICENCE['name']}): {LICENCE['path']}\n"
    yield f"{OF_OTHERS}\n\nCite as: {markdown(cite_as(asked))}\n"


def _citation(asked: Asked) -> Iterator[str]:
    """YAML; texts as JSON strings, which YAML reads as they are."""
    title = encoded(title_of(asked)).decode().strip()
    yield "cff-version: 1.2.0"
    yield "type: dataset"
    yield f"message: {encoded(f'Cite as: {cite_as(asked)}').decode().strip()}"
    yield f"title: {title}"
    yield f"version: {encoded(asked.rules.version).decode().strip()}"
    if vintage(asked):
        yield f'date-released: "{vintage(asked)[:10]}"'
    yield f"license: {LICENCE['name']}"
    yield "authors:"
    yield f"  - name: {encoded(f'The operators of the monitor {asked.monitor.key}').decode().strip()}"
    yield ""
