"""What follows from the schema: the tables of docs/data-dictionary.md, and the SQL of a new archive. `make docs`.

The comments of feeds/archive/schema.py are the one place where a column is explained; this only lays them out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

FILE = Path(__file__).with_name("data-dictionary.md")
FIRST, LAST = "<!-- tables: made by `make docs`, do not edit -->", "<!-- end of tables -->"
KINDS = {
    "archive": "Archive: the truth about the wire",
    "derived": "Derived: may be dropped and rebuilt (`python -m metrics update --all`)",
    "records": "Records: what was decided and handed out, never dropped",
}


def tables() -> str:
    """All tables as Markdown, by kind."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    from feeds.archive.schema import metadata

    for kind, title in KINDS.items():
        yield f"## {title}\n"
        for table in metadata.tables.values():
            if table.info["kind"] != kind:
                continue
            yield f"### {table.name}\n\n{str(table.comment).replace('*', chr(92) + '*')}\n"
            yield "| column | type | may be NULL | meaning, unit, what NULL says |\n|---|---|---|---|"
            for column in table.columns:
                name = f"**{column.name}**" if column.primary_key else column.name
                meaning = str(column.comment).replace("|", "\\|").replace("*", "\\*")
                yield f"| {name} | {_type(column.type)} | {'yes' if column.nullable else 'no'} | {meaning} |"
            yield ""


def _type(kind: object) -> str:
    names = {"Moment": "time", "LargeBinary": "bytes", "String": "text", "Float": "number", "JSON": "JSON"}
    return names.get(type(kind).__name__, type(kind).__name__.lower())


def with_tables(text: str) -> str:
    """`text` with what stands between the two marks made anew."""
    before, _, rest = text.partition(FIRST)
    _, _, after = rest.partition(LAST)
    return f"{before}{FIRST}\n\n{tables()}\n{LAST}{after}"


def new_archive() -> str:
    """The SQL that does at once what all migrations do to an empty file (feeds/archive/new.py)."""
    from feeds.archive.connect import migrated
    from feeds.archive.new import written

    with (
        TemporaryDirectory() as folder,
        migrated(f"sqlite:///{folder}/new.db") as archive,
        archive.reading() as connection,
    ):
        return written(connection)


if __name__ == "__main__":
    sys.path.insert(0, str(FILE.parents[1]))
    FILE.write_text(with_tables(FILE.read_text(encoding="utf-8")), encoding="utf-8")
    from feeds.archive import new

    new.FILE.write_text(new_archive(), encoding="utf-8")
